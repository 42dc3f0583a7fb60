"""What the actions on scenes, decks and looks do."""

from collections.abc import Callable
from functools import partial

from app.ui.studio import Studio


def stage_table(studio: Studio) -> dict[str, Callable[..., object]]:
    """Action id -> what it does."""
    performing = studio.performing
    return {
        "take_cue": performing.take, "auto_fade": performing.auto_fade,
        "deck_a": partial(performing.cut, "A"), "deck_b": partial(performing.cut, "B"),
        "look_back": performing.look_back, "panic": performing.panic,
        "dice": performing.looks.throw, "dice_big": partial(performing.looks.throw, big=True),
    }  # fmt: skip
