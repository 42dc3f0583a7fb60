"""The Session: one frozen value with all that a picture at any time depends on."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.engine.audio.features import FeatureTrack, cut_sections
from app.engine.latent.atlas import Atlas
from app.engine.latent.directions import Directions, directions
from app.engine.latent.path import RoundPath, WPath, place, round_points, w_path
from app.engine.latent.w import broadcast, lerp, smoothstep
from app.engine.show.live_score import Listening, LiveScore
from app.engine.show.score import Score, bake
from app.engine.show.show import Point, Scene, Section, Show

Array = NDArray[np.float32]
LIVE_LEG = 8.0
"""Seconds from one Point to the next where no song says how long: four bars at 120 bpm."""
LIVE_WALK = 300.0
"""Seconds after which the random walk of the pushes comes round."""


@dataclass(frozen=True, eq=False)
class Goto:
    """A glide away from the path, begun at *t0*: from *origin* (None: the path) to *target* (None: back to it)."""

    origin: Array | None
    target: Array | None
    t0: float
    glide: float

    def ws_at(self, t: float, on_path: Array) -> Array:
        """``(num_ws, w_dim)`` at *t*, given where the path is."""
        origin = on_path if self.origin is None else self.origin
        target = on_path if self.target is None else self.target
        u = smoothstep((t - self.t0) / self.glide) if self.glide > 0 else 1.0
        return target if u >= 1.0 else lerp(origin, target, u)


@dataclass(frozen=True, eq=False)
class Session:
    """Built off the engine thread, read by all; identity is its version."""

    show: Show
    scene: Scene
    atlas: Atlas
    sections: tuple[Section, ...]
    points: tuple[Point, ...]
    path: WPath
    score: Score | LiveScore
    directions: Directions
    duration: float
    goto: Goto | None = None

    @property
    def live(self) -> bool:
        """Whether it follows an input, and not a song."""
        return isinstance(self.score, LiveScore)

    def ws_at(self, t: float, position: float | None = None) -> Array:
        """``(num_ws, w_dim)`` before truncation and sound: the resting point at *t* (*position* where it is known)."""
        on_path = self.path.ws_at(self.score.at(t).position if position is None else position)
        return on_path if self.goto is None else self.goto.ws_at(t, on_path)

    def going(self, goto: Goto | None) -> "Session":
        """This Session with another performance gesture on top."""
        return replace(self, goto=goto)

    def same_way(self, other: "Session") -> bool:
        """Whether both follow one path: another Scene or source is another way, and so is another throw of the dice."""
        one, two = ((s.show.active, s.scene.path.seed, s.live) for s in (self, other))
        return one == two


def make_session(show: Show, features: FeatureTrack, atlas: Atlas, previous: "Session | None" = None) -> Session:
    """Bake *show*'s playing Scene over *features* in the latent space of *atlas*; the glide of *previous* goes on."""
    scene = show.scene
    sections = show.sections or cut_sections(features, scene.react.section_amount)
    points = _fitting(place(scene.path, scene.react, atlas, sections, features.bpm), atlas)
    path = w_path(points, scene.react, atlas.num_ws)
    score = bake(scene, features, sections, path.times)
    pushes = directions(atlas, scene.path.seed, features.duration)
    goto = previous.goto if previous is not None and previous.atlas is atlas else None
    return Session(show, scene, atlas, tuple(sections), points, path, score, pushes, features.duration, goto)


def make_live_session(show: Show, heard: Listening, atlas: Atlas, previous: Session | None = None) -> Session:
    """*show*'s playing Scene over what is *heard* now: its Points go round, as there is no song to place them in.

    Points of its own keep their distances; others are LIVE_LEG apart. The picture goes on from where the live Session
    *previous* has come to.
    """
    scene = show.scene
    react = replace(scene.react, follow_sections=False, loop_video=False)
    legs = max(1, react.point_amount - 1) * LIVE_LEG
    placed = place(scene.path, react, atlas, (Section(0.0, legs, "A"),))
    points = _fitting(round_points(placed), atlas)
    way = w_path(points, react, atlas.num_ws)
    score = LiveScore(scene, heard, previous.score if previous and isinstance(previous.score, LiveScore) else None)
    pushes = directions(atlas, scene.path.seed, LIVE_WALK)
    goto = previous.goto if previous is not None and previous.atlas is atlas else None
    path = RoundPath(way.times, way.ws, way.interpolation)
    return Session(show, scene, atlas, (), points, path, score, pushes, 0.0, goto)


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
