"""Edits of the path's Points, the same from the map and from its table; each is one step of undo."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.engine.show.show import Point
from app.ui.document import Document
from app.ui.studio import Studio

NEAR = 0.05
"""Seconds within which two Points would be at the same time."""


def points_of(document: Document, studio: Studio) -> tuple[Point, ...]:
    """The Points that the scene's path really has: its own, or those placed for it."""
    own = document.show.scene.path.points
    return own or (studio.session.points if studio.session is not None else ())


def name_of(point: Point, number: int) -> str:
    """What a Point is called; a single letter is the part of the song that it stands for."""
    if len(point.name) == 1 and point.name.isalpha():
        return f"Part {point.name}"
    return point.name or f"Point {number}"


def _w(w: NDArray[np.float32]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(map(float, row)) for row in np.atleast_2d(w))


def _write(document: Document, text: str, points: Sequence[Point], merge: str = "") -> None:
    """The first edit of a placed path makes all of its Points the scene's own."""
    path = replace(document.show.scene.path, points=tuple(points))
    document.edit_scene(text, merge=merge, path=path)


def add(document: Document, studio: Studio, w: NDArray[np.float32], t: float) -> int:
    """A new Point at *w* and *t* seconds; where one stands already, half-way to the next. Its index, now selected."""
    points = list(points_of(document, studio))
    t = min(max(t, 0.0), studio.duration)
    place = sum(p.t <= t + NEAR for p in points)
    if place and points[place - 1].t > t - NEAR:
        after = points[place].t if place < len(points) else studio.duration
        t = (points[place - 1].t + after) / 2
    points.insert(place, Point(t, _w(w)))
    _write(document, "Add point", points)
    document.select(place)
    return place


def move(document: Document, studio: Studio, indices: Iterable[int], w: NDArray[np.float32]) -> None:
    """Put the Points at *indices* at *w*; steps fold into one until the drag ends."""
    points, moved = list(points_of(document, studio)), set(indices)
    new = [replace(p, w=_w(w)) if i in moved else p for i, p in enumerate(points)]
    _write(document, "Move point", new, merge="map:move")


def set_time(document: Document, studio: Studio, index: int, t: float) -> None:
    """Put the Point at *index* at *t* seconds; Points stay in the order of their times."""
    points = points_of(document, studio)
    moved = replace(points[index], t=min(max(t, 0.0), studio.duration))
    rest = [p for i, p in enumerate(points) if i != index]
    place = sum(p.t <= moved.t for p in rest)
    _write(document, "Move point", (*rest[:place], moved, *rest[place:]))
    document.select(place)


def rename(document: Document, studio: Studio, index: int, name: str) -> None:
    """Call the Point at *index* *name*."""
    points = points_of(document, studio)
    _write(document, "Rename point", [replace(p, name=name) if i == index else p for i, p in enumerate(points)])


def double(document: Document, studio: Studio, index: int, t: float) -> int:
    """A second Point like that at *index*, at *t* seconds or half-way to the next; its index, now selected."""
    points = points_of(document, studio)
    after = points[index + 1].t if index + 1 < len(points) else studio.duration
    if not points[index].t < t < after:
        t = (points[index].t + after) / 2
    twin = replace(points[index], t=t)
    _write(document, "Double point", (*points[: index + 1], twin, *points[index + 1 :]), merge="map:move")
    document.select(index + 1)
    return index + 1


def remove(document: Document, studio: Studio, index: int) -> None:
    """Take the Point at *index* away; the last one stays."""
    points = points_of(document, studio)
    if len(points) > 1 and 0 <= index < len(points):
        _write(document, "Remove point", points[:index] + points[index + 1 :])
        document.select(min(index, len(points) - 2))
