"""Scenes made ready to play: each is baked once, on a worker; what hands do with them needs no baking."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.engine.audio.features import FeatureTrack
from app.engine.latent.atlas import Atlas
from app.engine.render.session import Session, make_live_session, make_session
from app.engine.render.staging import staged
from app.engine.show.calls import same_cuts
from app.engine.show.correction import FOUND
from app.engine.show.performance import BY_ITSELF
from app.engine.show.show import Show
from app.ui.baking import Baking
from app.ui.bridge import Bridge
from app.ui.map_places import Places

if TYPE_CHECKING:
    from app.ui.studio import Studio

SPARE = 4
"""Scenes on no deck that are kept ready, the newest; a long song's takes some megabytes each."""


def _ask_first(session: Session) -> None:
    """What the window asks of a new Session at once takes milliseconds the first time: it is asked on the worker."""
    session.path.ws_at(float(session.path.times[0]))
    places = Places(session.atlas)
    for point in session.points:
        places.of_point(point)


@dataclass(frozen=True, eq=False)
class Ready:
    """A Scene by itself, and what it was baked from."""

    heard: object
    session: Session


Made = dict[int, Ready]
"""By the row of the Scene."""


class Staging:
    """Owns the baked Scenes (main thread), and gives the Studio the Sessions that follow from them and the hands."""

    def __init__(self, studio: "Studio", bridge: Bridge) -> None:
        self._studio = studio
        self._baking = Baking(bridge, self.baked, studio.told.emit)
        self._ready: Made = {}

    @property
    def busy(self) -> bool:
        """Whether a worker is at it."""
        return self._baking.busy

    def ask(self) -> None:
        """Play the newest Show: bake the Scenes that have changed, in their turn."""
        studio = self._studio
        if studio.atlas is not None and (studio.song.live or studio.duration > 0.0):
            self._baking.ask(self.order)

    def order(self) -> Callable[[], Made]:
        """What bakes the Scenes on the decks that are not ready as they stand now."""
        studio, heard = self._studio, self._heard()
        show = studio.document.show if studio.desk.owned else replace(studio.document.show, sections=(), grid=FOUND)
        missing: list[tuple[int, Atlas, Session | None]] = []
        for row in self._rows():
            shown = studio.shelf.map_of(show.scenes[row].style)
            if shown is None:
                continue
            ready = self._ready.get(row)
            if ready is not None and self._is_fresh(ready, show, row, heard, shown.atlas):
                self._ready[row] = replace(ready, session=replace(ready.session, show=replace(show, active=row)))
            else:
                missing.append((row, shown.atlas, self._before(row)))
        live = studio.live.heard
        features = studio.song.features or FeatureTrack.silent(studio.song.duration)

        def bake() -> Made:
            made: Made = {}
            for row, atlas, before in missing:
                of = replace(show, active=row)
                if live is not None:
                    session = make_live_session(of, live, atlas, before)
                else:
                    session = make_session(of, features, atlas, before)
                _ask_first(session)
                made[row] = Ready(heard, session.launched(BY_ITSELF))
            return made

        return bake

    def baked(self, made: Made) -> None:
        """Scenes are ready."""
        live = self._studio.song.live
        for row, ready in made.items():
            if ready.session.live == live:  # else the source was changed while it was made
                self._ready.pop(row, None)
                self._ready[row] = ready
        self.play()

    def play(self) -> None:
        """Play what is ready as the hands say now."""
        studio = self._studio
        session = staged(studio.performing.performance, self.of_row, studio.now())
        if session is not None and session.live == studio.song.live and not studio.replaying.on:
            studio.set_session(session)

    def of_row(self, row: int) -> Session | None:
        """The Scene at *row* by itself, as it was last baked."""
        ready = self._ready.get(row)
        return None if ready is None else ready.session

    def moved_rows(self, rows: dict[int, int]) -> None:
        """Where each Scene has gone in a Show that was rearranged."""
        self._ready = {rows[row]: ready for row, ready in self._ready.items() if row in rows}

    def _rows(self) -> tuple[int, ...]:
        """The rows to have ready; what else is ready goes, but for the newest."""
        count, wanted = len(self._studio.document.show.scenes), self._studio.performing.rows
        spare = [row for row in self._ready if row not in wanted]
        for row in (*spare[:-SPARE], *(row for row in spare if row >= count)):
            self._ready.pop(row, None)
        return tuple(row for row in wanted if row < count)

    def _heard(self) -> object:
        """What tells one song, or one input, from another."""
        studio = self._studio
        return studio.live.heard or studio.song.features or ("silence", studio.song.duration)

    def _before(self, row: int) -> Session | None:
        """What was played before the Scene at *row* as it is now, from the same source."""
        ready = self._ready.get(row)
        session = self._studio.program if ready is None else ready.session
        return session if session is not None and session.live == self._studio.song.live else None

    @staticmethod
    def _is_fresh(ready: Ready, show: Show, row: int, heard: object, atlas: Atlas) -> bool:
        session = ready.session
        return (
            (ready.heard is heard or ready.heard == heard)
            and session.atlas is atlas
            and session.scene == show.scenes[row]
            and same_cuts(session.show.sections, show.sections)
        )
