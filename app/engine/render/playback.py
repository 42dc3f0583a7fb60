"""A Take played again: the Session of each of its moments, and its pictures, the same as when it was performed."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from app.engine.audio.features import FeatureTrack
from app.engine.audio.track import MAX_MINUTES, AudioTrack
from app.engine.errors import ShowError, StyleError
from app.engine.latent.atlas import Atlas
from app.engine.render.frame import Drawn, Frame, RenderRequest
from app.engine.render.plan import Renderer, plan
from app.engine.render.session import Session, live_session, make_session
from app.engine.render.staging import staged
from app.engine.show.calls import same_cuts
from app.engine.show.performance import BY_ITSELF
from app.engine.show.seen import Seen
from app.engine.show.show import Show, StyleRef
from app.engine.show.take import Instant, Moment, Take

Picture = TypeVar("Picture", Frame, Drawn | Frame)
KEPT = 12
"""Baked Scenes that are kept, the newest: those of a knob that is turned are never asked for again."""


class Playback:
    """Owns the Sessions of *take* that were baked last. One thread at a time.

    *atlas_of* knows the map of every Style that it plays.
    """

    def __init__(self, take: Take, features: FeatureTrack, atlas_of: Callable[[StyleRef], Atlas | None]) -> None:
        self.take, self._features, self._atlas_of = take, features, atlas_of
        self._scenes: deque[Session] = deque(maxlen=KEPT)
        self._newest: tuple[Moment, Session] | None = None

    def session(self, moment: Moment, t: float) -> Session:
        """What was played in *moment*; StyleError where a Style is missing."""
        newest = self._newest
        if newest is not None and _same(newest[0], moment):
            return newest[1]
        session = staged(moment.performance, lambda row: self._scene(moment, row), t)
        if session is None:
            name = moment.show.scenes[moment.performance.playing(t).row].style.name
            raise StyleError(f"The style “{name}” is not here. Add its file to play this take.")
        self._newest = moment, session
        return session

    def at(self, p: float) -> tuple[Instant, Session]:
        """What is seen *p* seconds after the start."""
        instant = self.take.at(p)
        return instant, self.session(instant.moment, instant.t)

    def request(self, p: float, *, size: tuple[int, int] | None = None, fit: str = "crop") -> RenderRequest:
        """The picture *p* seconds after the start; its past is what was played before."""
        instant, session = self.at(p)
        past = Played(self, round(instant.t - p, 6), size, fit)
        return replace(plan(instant.t, session, size=size, fit=fit), past=past)

    def _scene(self, moment: Moment, row: int) -> Session | None:
        return self._heard(moment, row) if moment.scores else self._of_song(moment.show, row)

    def _heard(self, moment: Moment, row: int) -> Session | None:
        """The Scene as an input moved it; None where it was not there on stage either."""
        scene, score = moment.show.scenes[row], dict(moment.scores).get(row)
        known = next((s for s in reversed(self._scenes) if s.score is score and s.scene == scene), None)
        if known is not None:
            return known
        atlas = self._atlas_of(scene.style)
        if atlas is None or not isinstance(score, Seen):
            return None
        self._scenes.append(live_session(replace(moment.show, active=row), score, atlas))
        return self._scenes[-1]

    def _of_song(self, show: Show, row: int) -> Session | None:
        scene, like = show.scenes[row], None
        for known in reversed(self._scenes):
            if same_cuts(known.show.sections, show.sections) and known.show.grid == show.grid:
                if known.scene == scene:
                    return known
                like = like or known
        atlas = self._atlas_of(scene.style)
        if atlas is None:
            return None
        made = make_session(replace(show, active=row), self._features, atlas, like).launched(BY_ITSELF)
        self._scenes.append(made)
        return made


@dataclass(frozen=True, slots=True)
class Played:
    """The past of a Take: *ahead* is by how much song time is ahead of the time since its start."""

    playback: Playback
    ahead: float
    size: tuple[int, int] | None
    fit: str

    def at(self, t: float) -> RenderRequest:
        """What was planned at *t* seconds of the song, or before time jumped."""
        instant, session = self.playback.at(max(0.0, t - self.ahead))
        return replace(plan(instant.t, session, size=self.size, fit=self.fit), past=self)


def played(
    playback: Playback,
    times: Iterable[float],
    renderer: Renderer[Picture],
    *,
    size: tuple[int, int] | None = None,
    fit: str = "crop",
) -> Iterator[Picture]:
    """The pictures of a Take at *times* since its start, as the audience saw them."""
    for p in times:
        picture = renderer.render(playback.request(p, size=size, fit=fit))
        yield replace(picture.dimmed(playback.take.at(p).black), t=p)


def _same(one: Moment, other: Moment) -> bool:
    """Whether both are one Session."""
    return one.show is other.show and one.performance is other.performance and one.scores == other.scores


def heard(take: Take, track: AudioTrack) -> AudioTrack:
    """The sound of *take*: the parts of its song one after the other, silence where there was none."""
    if take.length > MAX_MINUTES * 60:  # its sound is held in memory
        raise ShowError(
            f"{take.name} lasts {take.length / 60:.0f} minutes. A film of a take lasts {MAX_MINUTES} minutes at most: "
            "record it in parts."
        )
    total = round(take.length * track.sr)
    samples = np.zeros((total, track.samples.shape[1]), np.float32)
    at = 0.0
    for start, end in take.pieces:
        first, last = (min(max(round(t * track.sr), 0), len(track.samples)) for t in (start, end))
        to = round(at * track.sr)
        part = track.samples[first:last][: max(0, total - to)]
        samples[to : to + len(part)] = part
        at += end - start
    samples.setflags(write=False)
    return replace(track, samples=samples)
