"""The Session: one frozen value with all that a picture at any time depends on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.audio.corrected import corrected
from app.engine.audio.features import FeatureTrack, cut_sections
from app.engine.audio.grid import bar_lines
from app.engine.errors import LutError
from app.engine.latent.atlas import Atlas
from app.engine.latent.directions import Directions, Ways, directions, ways_of
from app.engine.latent.path import Measure, RoundPath, WPath, place, round_points, w_path
from app.engine.latent.w import broadcast
from app.engine.render.lut import Lut, lut_of
from app.engine.show.live_score import Listening, LiveScore
from app.engine.show.mixing import resting
from app.engine.show.performance import BY_ITSELF, Goto, Launch, Ramp
from app.engine.show.routes import Look, chosen_at
from app.engine.show.score import NAMES, Before, Score, bake
from app.engine.show.seen import Seen
from app.engine.show.show import Point, React, Scene, Section, Show, StyleRef

Array = NDArray[np.float32]
_VALUES = attrgetter(*NAMES)
LIVE_LEG = 8.0
"""Seconds from one Point to the next where no song says how long: four bars at 120 bpm."""
LIVE_WALK = 300.0
"""Seconds after which the random walk of the pushes comes round."""


@dataclass(frozen=True, eq=False)
class Session:
    """Built off the engine thread, read by all; identity is its version."""

    show: Show
    scene: Scene
    atlas: Atlas
    sections: tuple[Section, ...]
    points: tuple[Point, ...]
    path: WPath
    score: Score | LiveScore | Seen
    directions: Directions
    duration: float
    launch: Launch = BY_ITSELF
    crossing: "Crossing | None" = None
    lut: Lut | None = None
    lut_trouble: str = ""
    """Why the Scene's table of colours is left out; empty where it is not."""

    @property
    def goto(self) -> Goto | None:
        """The way off its path, where it is on one."""
        return self.launch.goto

    @property
    def live(self) -> bool:
        """Whether it follows an input, and not a song."""
        return isinstance(self.score, LiveScore)

    @cached_property
    def resting(self) -> Look:
        """Every destination of this Scene where nothing moves it."""
        return Look(**resting(self.scene))

    @cached_property
    def ways(self) -> Ways:
        """The directions of W that hands and routes push this Scene along."""
        return ways_of(self.scene, self.atlas)

    def look_at(self, t: float) -> Look:
        """Every destination of this Scene at *t* seconds, as far as hands let sound move it."""
        look = self.score.at(t)
        calm = self.launch.calm
        if calm is not None and (depth := calm.at(t)) < 1.0:
            look = mean(((1.0 - depth, replace(self.resting, position=look.position)), (depth, look)))
        return replace(look, position=look.position + self.launch.offset) if self.launch.offset else look

    def ws_at(self, t: float, look: Look | None = None) -> Array:
        """``(num_ws, w_dim)`` before truncation and sound: the resting point at *t*, where its *look* may be known."""
        on_path = self.on_path(self.look_at(t) if look is None else look)
        return on_path if self.goto is None else self.goto.ws_at(t, on_path)

    def on_path(self, look: Look) -> Array:
        """``(num_ws, w_dim)`` of the path where *look* has it."""
        return self.path.ws_at(look.position, chosen_at("interpolation", look.interpolation, self.path.interpolation))

    @cached_property
    def moves_fader(self) -> bool:
        """May routes of this Scene move the crossfader?"""
        return any(route.destination == "fader" for route in self.scene.routes)

    def going(self, goto: Goto | None) -> "Session":
        """This Session with another performance gesture on top."""
        return self.launched(replace(self.launch, goto=goto))

    def launched(self, launch: Launch) -> "Session":
        """This Scene alone, played as *launch* says; a Goto of another network is left out."""
        if launch.goto is not None and not launch.goto.fits((self.atlas.num_ws, len(self.atlas.w_avg))):
            launch = replace(launch, goto=None)
        return replace(self, launch=launch, crossing=None)

    def parts(self, t: float, share: float = 1.0) -> Iterator[tuple[float, "Session"]]:
        """The single Scenes that are seen at *t* seconds, and how much of each; together they are *share*."""
        crossing = self.crossing
        if crossing is None:
            yield share, self
            return
        u = crossing.at(t)
        if u < 1.0:
            yield from crossing.a.parts(t, share * (1.0 - u))
        if u > 0.0:
            yield from crossing.b.parts(t, share * u)

    def leaves(self, t: float | None = None) -> Iterator["Session"]:
        """The single Scenes: all of them, or without those that are gone at *t* seconds."""
        crossing = self.crossing
        if crossing is None:
            yield self
            return
        if crossing.decks or t is None or not crossing.ramp.over(t):
            yield from crossing.a.leaves(t)
        yield from crossing.b.leaves(t)

    def networks(self, t: float) -> tuple[StyleRef, ...]:
        """The networks that are needed from *t* seconds on, the one that is most seen first."""
        seen: dict[StyleRef, float] = {}
        for leaf in self.leaves(t):
            seen.setdefault(leaf.scene.style.network, 0.0)
        for share, leaf in self.parts(t):
            seen[leaf.scene.style.network] += share
        return tuple(sorted(seen, key=lambda ref: -seen[ref]))

    def drawn(self, t: float) -> frozenset[StyleRef]:
        """The networks of which something is seen at *t* seconds."""
        return frozenset(leaf.scene.style.network for _, leaf in self.parts(t))

    def shows_as(self, other: "Session") -> bool:
        """Whether both are one Scene, baked once and played alike, whatever it is mixed with."""
        one, two = ((s.show, s.score, s.launch) for s in (self, other))
        return one == two


@dataclass(frozen=True, eq=False)
class Crossing:
    """The way from one Scene (or what was mixed already) to another: a glide, or the fader between two *decks*."""

    a: Session
    b: Session
    ramp: Ramp
    decks: bool = False

    def at(self, t: float) -> float:
        """How much of *b* is seen at *t* seconds. Routes of what is seen push a fader from where hands have put it."""
        u = self.ramp.at(t)
        if not self.decks:
            return u
        seen = [*self.a.parts(t, 1.0 - u), *self.b.parts(t, u)]
        push = sum(share * leaf.look_at(t).fader for share, leaf in seen if leaf.moves_fader)
        return min(max(u + push, 0.0), 1.0)


def crossed(a: Session, b: Session, ramp: Ramp, *, decks: bool = False) -> Session:
    """What is seen on the way from *a* to *b*; what the window asks about is *b*'s."""
    return replace(b, crossing=Crossing(a, b, ramp, decks))


def mean(parts: Sequence[tuple[float, Look]]) -> Look:
    """Every destination of several Looks by their shares, which make a whole."""
    shares, looks = zip(*parts, strict=True)
    rows = zip(*map(_VALUES, looks), strict=True)
    return Look(*(sum(u * x for u, x in zip(shares, row, strict=True)) for row in rows))


def make_session(show: Show, features: FeatureTrack, atlas: Atlas, previous: "Session | None" = None) -> Session:
    """Bake *show*'s playing Scene over *features* in the latent space of *atlas*; the glide of *previous* goes on."""
    scene, features = show.scene, corrected(features, show.grid)
    sections = show.sections or cut_sections(features, scene.react.section_amount)
    measure = Measure(features.bpm, tuple(bar_lines(features.downbeats, features.duration).tolist()))
    points = _fitting(place(scene.path, scene.react, atlas, sections, measure), atlas)
    path = _path(points, scene.react, atlas, previous, WPath)
    score = bake(scene, features, sections, path.times, Before(score=None if previous is None else previous.score))
    pushes = _pushes(scene, atlas, features.duration, previous)
    made = Session(show, scene, atlas, tuple(sections), points, path, score, pushes, features.duration, **_table(scene))
    return made.launched(previous.launch) if previous is not None and previous.atlas is atlas else made


def make_live_session(show: Show, heard: Listening, atlas: Atlas, previous: Session | None = None) -> Session:
    """*show*'s playing Scene over what is *heard* now: its Points go round, as there is no song to place them in.

    Points of its own keep their distances; others are LIVE_LEG apart. The picture goes on from where the live Session
    *previous* has come to.
    """
    scene = show.scene
    score = LiveScore(scene, heard, previous.score if previous and isinstance(previous.score, LiveScore) else None)
    made = live_session(show, score, atlas, previous)
    return made.launched(previous.launch) if previous is not None and previous.atlas is atlas else made


def live_session(show: Show, score: LiveScore | Seen, atlas: Atlas, previous: Session | None = None) -> Session:
    """*show*'s playing Scene as an input moves it, or moved it: *score* knows how."""
    scene = show.scene
    react = replace(scene.react, follow_sections=False, loop_video=False)
    legs = max(1, react.point_amount - 1) * LIVE_LEG
    placed = place(scene.path, react, atlas, (Section(0.0, legs, "A"),))
    points = _fitting(round_points(placed), atlas)
    path = _path(points, react, atlas, previous, RoundPath)
    pushes = _pushes(scene, atlas, LIVE_WALK, previous)
    return Session(show, scene, atlas, (), points, path, score, pushes, 0.0, **_table(scene))


def _path(points: tuple[Point, ...], react: React, atlas: Atlas, previous: Session | None, kind: type[WPath]) -> WPath:
    """The way through *points*: that of *previous* where it is the same, with what has been worked out about it."""
    if previous is not None and previous.atlas is atlas and previous.points == points:
        known = previous.path
        if type(known) is kind and known.interpolation == react.interpolation:
            return known
    way = w_path(points, react, atlas.num_ws)
    return kind(way.times, way.ws, way.interpolation)


def _pushes(scene: Scene, atlas: Atlas, duration: float, previous: Session | None) -> Directions:
    """Where sound pushes the pictures of *scene*: as in *previous* where nothing that says so has changed."""
    seed = scene.path.seed
    if previous is not None and previous.atlas is atlas and previous.scene.path.seed == seed:
        known = previous.directions
        return known if known.lasts == duration else directions(atlas, seed, duration)
    return directions(atlas, seed, duration)


def _table(scene: Scene) -> dict[str, Any]:
    """The Scene's table of colours; a missing one is left out, and why is said."""
    ref = scene.finish.lut
    if ref is None:
        return {}
    try:
        return {"lut": lut_of(ref)}
    except LutError as error:
        return {"lut_trouble": str(error)}


def _fitting(points: tuple[Point, ...], atlas: Atlas) -> tuple[Point, ...]:
    """*points*, or the average picture for each that another Style's width of W left behind."""
    width = len(atlas.w_avg)
    rows = (1, atlas.num_ws)
    centre = (tuple(map(float, atlas.w_avg)),)
    return tuple(
        p if len(p.w) in rows and all(len(row) == width for row in p.w) else replace(p, w=centre) for p in points
    )


def rows(w: Array, num_ws: int) -> Array:
    """A place on the map as ``(num_ws, w_dim)``."""
    return broadcast(w, num_ws)
