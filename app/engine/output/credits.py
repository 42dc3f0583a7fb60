"""What a film says of where its pictures come from: kept in the file itself, for people and for programs."""

import json
import mmap
from collections.abc import Mapping
from pathlib import Path

from app import __version__
from app.engine.show.classes import words
from app.engine.show.show import Scene, Show
from app.engine.stylegan.library import Style

SOFTWARE = f"Anthesis {__version__}"
Credits = Mapping[str, str]
GUARD = "Flash guard"
IDLE, ACTED = "on, nothing was softened", "on, flashes are softened"
"""What is said of it: of one length, for whether it acted is known only when the film stands."""


def credits_of(scene: Scene, style: Style | None) -> dict[str, str]:
    """All that is known of the Style of *scene*, and the seed of its path; no dates, so that films stay the same.

    *style*: what is known of the scene's; None where only its name is.
    """
    said = {
        "Software": SOFTWARE,
        "Style": scene.style.name,
        "Style kind": style.kind if style is not None else "",
        "Style size": f"{style.width} x {style.height} px, {style.size_bytes} bytes" if style is not None else "",
        "Style origin": style.origin if style is not None else "",
        "Style licence": (style.licence or "unknown") if style is not None else "unknown",
        "Style SHA-256": scene.style.sha256 or (style.sha256 if style is not None else ""),
        "Style classes": words(scene.style.classes) if scene.style.classes else "",
        "Preset": scene.preset,
        "Seed": str(scene.path.seed),
    }
    return {key: text for key, text in said.items() if text}


def guard_credits(show: Show) -> dict[str, str]:
    """What a film of *show* says of the flash guard while nothing is softened yet."""
    return {GUARD: IDLE if show.guarded else f"off: {show.guard_off_reason}"}


def say_softened(film: Path) -> None:
    """Let the finished MP4 *film* say that the flash guard acted."""
    with film.open("r+b") as file, mmap.mmap(file.fileno(), 0) as whole:
        for _ in for_film({GUARD: IDLE}):
            at = whole.find(IDLE.encode())
            if at >= 0:
                whole[at : at + len(IDLE)] = ACTED.encode()


def for_film(said: Credits) -> dict[str, str]:
    """*said* under the two names that MP4 keeps and players show: a line to read, and a table for programs."""
    if not said:
        return {}
    facts = (f"{key} {text}" for key, text in said.items() if key != "Software")
    return {"comment": f"Made with {said.get('Software', SOFTWARE)}. {', '.join(facts)}.",
            "description": json.dumps(dict(said), ensure_ascii=False)}  # fmt: skip
