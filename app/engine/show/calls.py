"""Scenes that parts of the song call for: the launches they mean, as a Take too, and where they go with their pads."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.engine.audio.grid import Beats
from app.engine.show.performance import Launch, Performance
from app.engine.show.show import Scene, Section, Show
from app.engine.show.take import Moment, Take

Calls = tuple[Launch, ...]
"""What the parts of a song launch, in order; each begins exactly with its part."""


def calls_of(show: Show, grid: Beats) -> Calls:
    """The launches that the parts of *show*'s song mean, each with the Glide of its own Scene, in beats of *grid*.

    What the song begins with is there at once.
    """
    return tuple(
        Launch(part.scene, part.start, _glide(show.scenes[part.scene], part.start, grid))
        for part in show.sections
        if part.scene is not None and 0 <= part.scene < len(show.scenes)
    )


def _glide(scene: Scene, t: float, grid: Beats) -> float:
    return grid.time_of(grid.beat_at(t) + scene.react.glide) - t if t > 0.0 and scene.react.glide else 0.0


def called_at(calls: Calls, t: float) -> Launch | None:
    """The newest of *calls* that has begun at *t* seconds: its part, and those after it that call for nothing."""
    return next((call for call in reversed(calls) if call.ramp.begun(t)), None)


def performance_at(calls: Calls, row: int, t: float) -> Performance:
    """How the Show stands at *t* seconds where the Scene at *row* began, and nothing but *calls* came after."""
    stood = Performance((Launch(row),))
    for begins, performance in _performed(calls, row):
        stood = performance if begins <= t else stood
    return stood.settled(t)


def as_take(show: Show, calls: Calls, seconds: float) -> Take | None:
    """*seconds* of *show* with nothing but *calls* on top of the Scene that plays; None where there are none."""
    if not calls:
        return None
    first, *others = [(t, one) for t, one in _performed(calls, show.active) if t < seconds]
    begun = [one for t, one in others if t <= 0.0]
    moments = [Moment(0.0, 0.0, show, begun[-1] if begun else first[1])]
    moments += [Moment(t, t, show, one) for t, one in others if t > 0.0]
    return Take(show.name, seconds, tuple(moments))


def _performed(calls: Calls, row: int) -> Iterator[tuple[float, Performance]]:
    """The Performance from each time on at which another Scene is called for, beginning with the one at *row*."""
    performance = Performance((Launch(row),))
    yield -math.inf, performance
    for call in calls:
        assert call.t0 is not None
        if performance.playing(call.t0).row != call.row:
            performance = performance.launched(call, call.t0).settled(call.t0)
            yield call.t0, performance


def with_pads(before: Show, after: Show) -> Show:
    """*after*, in which each part calls for the Scene it called for in *before*, wherever that stands now."""
    if before.scenes is after.scenes or before.sections is not after.sections:
        return after
    sections = moved(before.sections, before.scenes, after.scenes)
    return after if sections is before.sections else replace(after, sections=sections)


def moved(sections: tuple[Section, ...], before: tuple[Scene, ...], after: tuple[Scene, ...]) -> tuple[Section, ...]:
    """*sections* when *after* stand in place of the Scenes *before*; one that is gone is called for no more."""
    if all(part.scene is None for part in sections):
        return sections
    rows = rearranged(before, after)
    if rows is None:
        return sections
    if len(before) == len(after):  # what stands where nobody has gone is the same Scene, edited
        rows = {row: row for row in range(len(after)) if row not in rows.values()} | rows
    return tuple(part if part.scene is None else replace(part, scene=rows.get(part.scene)) for part in sections)


def same_cuts(one: Sequence[Section], other: Sequence[Section]) -> bool:
    """Whether both cut the song alike; which Scenes they call for is no matter."""
    return len(one) == len(other) and all(replace(a, scene=b.scene) == b for a, b in zip(one, other, strict=True))


def rearranged(before: Sequence[Scene], after: Sequence[Scene]) -> dict[int, int] | None:
    """Where each Scene has gone, those that are gone left out; None where they stand where they stood."""
    if len(before) == len(after) and sum(a is not b and a != b for a, b in zip(before, after, strict=True)) <= 1:
        return None
    places = {id(scene): row for row, scene in enumerate(after)}
    rows = {row: places[id(scene)] for row, scene in enumerate(before) if id(scene) in places}
    for row, scene in enumerate(before):
        if row not in rows and scene in after:
            rows[row] = after.index(scene)
    return rows
