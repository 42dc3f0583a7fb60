"""What hands can do to the directions that the playing Scene keeps, each one step of undo."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import ShowError
from app.engine.show.show import StyleRef
from app.engine.show.ways import KEPT, PRINCIPAL, Direction, Way
from app.ui.document import Document

LONGEST_NAME = 24


def keep_direction(document: Document, name: str, along: NDArray[np.float32], style: StyleRef) -> int:
    """Keep *along* ``(w_dim,)`` of *style* under *name*, and tell its number; ShowError where there is no room."""
    scene = document.show.scene
    ways = (*scene.ways, *(Way(),) * (KEPT - len(scene.ways)))
    free = next((i for i, way in enumerate(ways) if not way.w), None)
    if free is None:
        raise ShowError(f"A scene keeps {KEPT} directions. Let go of one first.")
    kept = Way(name[:LONGEST_NAME], tuple(map(float, along)), style.name, style.sha256)
    document.edit_scene("Keep direction", ways=(*ways[:free], kept, *ways[free + 1 :]))
    return PRINCIPAL + free + 1


def rename_direction(document: Document, number: int, name: str) -> None:
    """Call the kept direction *number* *name*."""
    ways, at = document.show.scene.ways, number - PRINCIPAL - 1
    if 0 <= at < len(ways) and name.strip():
        named = replace(ways[at], name=name.strip()[:LONGEST_NAME])
        document.edit_scene("Rename direction", ways=(*ways[:at], named, *ways[at + 1 :]))


def forget_direction(document: Document, number: int) -> None:
    """Let go of the kept direction *number*; the picture no longer stands along it."""
    scene, at = document.show.scene, number - PRINCIPAL - 1
    if 0 <= at < len(scene.ways):
        ways = (*scene.ways[:at], Way(), *scene.ways[at + 1 :])
        stands = (*scene.directions[: number - 1], Direction(), *scene.directions[number:])
        document.edit_scene("Forget direction", ways=ways, directions=stands)
