"""From a Performance to the Session that is played: the Scenes on its decks, and the ways between them."""

from collections.abc import Callable
from dataclasses import replace

from app.engine.render.session import Session, crossed
from app.engine.show.performance import Deck, Performance

Baked = Callable[[int], Session | None]
"""The Session of the Scene at a row by itself; None where it cannot be played yet."""


def staged(performance: Performance, baked: Baked, t: float) -> Session | None:
    """What is played as *performance* says; what the window asks about is what plays at *t* seconds.

    Scenes that cannot be played yet are left out; None where the one that plays is among them.
    """
    playing = performance.playing(t)
    front = baked(playing.row)
    if front is None:
        return None
    whole, b = _deck(performance.a, baked), _deck(performance.b, baked)
    whole = whole or b if whole is None or b is None else crossed(whole, b, performance.fader, decks=True)
    return replace(front.launched(playing), crossing=None if whole is None else whole.crossing)


def _deck(deck: Deck, baked: Baked) -> Session | None:
    whole: Session | None = None
    for launch in deck:
        scene = baked(launch.row)
        if scene is not None:
            coming = scene.launched(launch)
            whole = coming if whole is None else crossed(whole, coming, launch.ramp)
    return whole
