"""``anthesis render --take``: the film of a recorded performance, in any size, without a window."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.control.song_tempo import grid_of
from app.engine.audio.corrected import corrected
from app.engine.audio.features import FeatureTrack
from app.engine.audio.track import AudioTrack
from app.engine.errors import FilmError
from app.engine.latent.atlas import Atlas
from app.engine.render.builder import StyleRenderer
from app.engine.render.decks import Troupe
from app.engine.render.film import ExportJob
from app.engine.render.playback import Playback, heard
from app.engine.show.calls import as_take, calls_of
from app.engine.show.show import Show, StyleRef
from app.engine.show.take import Take
from app.engine.show.take_file import load_take

if TYPE_CHECKING:
    from app.engine.render.opened import OpenedStyle


OPTIONS = {"classes": "class", "settings": "set", "flash_guard_off": "flash-guard-off"}
"""How arguments are called where that is not their name."""


@dataclass(frozen=True)
class Performed:
    """A Take as the arguments want it filmed."""

    take: Take
    show: Show

    @classmethod
    def asked(cls, args: argparse.Namespace) -> "Performed":
        """The Take of the arguments; its Show plays the Scene that it begins with, and the film is all of it."""
        for name in ("show", "style", "classes", "preset", "seed", "settings", "flash_guard_off", "scene"):
            if getattr(args, name):
                raise FilmError(f"A take is filmed as it was played; leave out --{OPTIONS.get(name, name)}.")
        take = load_take(args.take)
        first = take.moments[0]
        film = replace(first.show.film, start=0.0, end=0.0)
        return cls(take, replace(first.show, active=first.performance.playing(first.t).row, film=film))

    @classmethod
    def called(cls, show: Show, features: FeatureTrack) -> "Performed | None":
        """*show* with the Scenes that parts of its song call for; None where they call for none."""
        grid = grid_of(corrected(features, show.grid))
        take = as_take(show, calls_of(show, grid), features.duration)
        return None if take is None else cls(take, show)

    def need(self, track: AudioTrack) -> None:
        """Refuse another song than it was played to."""
        meant = self.show.song
        if meant is not None and meant.sha256 and meant.sha256 != track.sha256:
            raise FilmError(f"{self.take.name} was played to another song than {track.path.name}: {meant.file}.")

    @contextmanager
    def job(
        self, job: ExportJob, style: "OpenedStyle", features: FeatureTrack, opened: Callable[[StyleRef], "OpenedStyle"]
    ) -> Iterator[tuple[ExportJob, StyleRenderer]]:
        """*job* for the Take, and who draws it: *style* and whatever else it plays, *opened* in turn."""
        assert job.track is not None
        with ExitStack() as after:
            troupe = Troupe(style, self.show.scene.style.network, opened)
            after.callback(troupe.close)
            playback = Playback(self.take, features, self._maps(style, opened).get)
            yield replace(job, playback=playback, track=heard(self.take, job.track)), troupe

    def _maps(self, style: "OpenedStyle", opened: Callable[[StyleRef], "OpenedStyle"]) -> dict[StyleRef, Atlas]:
        maps: dict[StyleRef, Atlas] = {}
        for moment in self.take.moments:
            for row in moment.performance.rows:
                ref = moment.show.scenes[row].style
                if ref in maps:
                    continue
                own = ref.network == self.show.scene.style.network
                renderer = style if own else opened(ref)
                try:
                    maps[ref] = renderer.atlas(ref.classes)[0]
                finally:
                    if not own:
                        renderer.close()
        return maps
