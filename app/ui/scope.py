"""What sources and routes do around now: for small traces, for learning a range, for warnings. Main thread."""

from collections.abc import Hashable, Sequence
from dataclasses import replace

import numpy as np

from app.engine.show.chain import Signal, route_signal
from app.engine.show.routes import CONTROL_RATE, Look, Route
from app.engine.show.score import Score, song_stretch
from app.engine.show.sources import HANDS
from app.engine.show.stretch import Sources, Stretch, begins_with
from app.ui.linked import Inside, nowhere
from app.ui.studio import Studio

LEARNT_BEATS = 16.0
"""Four bars: the time over which a range is learnt."""
_TAIL = 6.0  # seconds of what is heard from which live traces are made
_MOST = 96  # curves that are kept


class Scopes:
    """Keeps the curve of each source that is drawn, for one Session and what is set about it. Main thread."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._of: object = None
        self._stretch: Stretch | None = None
        self._sources: Sources | None = None
        self._kept: dict[Hashable, Signal] = {}
        self._tail: tuple[int, Stretch] | None = None

    def curve(self, route: Route) -> Signal | None:
        """``(steps,)`` over the song: what *route* begins with, 0..1; None before the song is known."""
        features, session = self._studio.song.features, self._studio.session
        if features is None or session is None or session.live:
            return None
        if self._of != (id(features), session.sections, id(session.show.grid)):
            self._of = id(features), session.sections, id(session.show.grid)
            kept = session.score.kept if isinstance(session.score, Score) else None
            self._stretch = kept.stretch if kept is not None else song_stretch(features, session.sections)
            self._kept = {}
        assert self._stretch is not None
        if isinstance(session.score, Score) and route.source in session.score.inside and not route.expression:
            return session.score.inside[route.source]
        key = route.source, route.expression, begins_with(self._studio.document.show.scene, route)
        if key not in self._kept:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[key] = Sources(self._studio.document.show.scene, self._stretch, {}).of(route)
        return self._kept[key]

    def named(self, source: str, t: float, seconds: float, points: int) -> tuple[float, ...]:
        """As *around*, for *source* alone."""
        return self.around(Route(source, "pulse"), t, seconds, points)

    def around(self, route: Route, t: float, seconds: float, points: int) -> tuple[float, ...]:
        """*points* values of what *route* begins with in the *seconds* before *t*; empty when nothing is known."""
        if (tail := self._live()) is not None:
            if moved := self._moved(route, np.linspace(t - seconds, t, points).tolist()):
                return moved
            curve, first = Sources(self._studio.document.show.scene, tail, {}).of(route), float(tail.t[0])
        elif (whole := self.curve(route)) is not None and len(whole):
            curve, first = whole, 0.0
        else:
            return ()
        at = ((np.linspace(t - seconds, t, points) - first) * CONTROL_RATE).round().astype(int)
        return tuple(np.where(at >= 0, curve[np.clip(at, 0, len(curve) - 1)], 0.0).tolist())

    def _moved(self, route: Route, times: Sequence[float]) -> tuple[float, ...]:
        """The source of *route* at *times*, live, where others move it; else nothing."""
        session = self._studio.session
        if session is None or route.expression:
            return ()
        found = [session.score.inside_at(route.source, t) for t in times]
        return tuple(value for value in found if value is not None)

    def _live(self, seconds: float = _TAIL) -> Stretch | None:
        """The last *seconds* of what is heard; None while a song is the source, or nothing was heard yet."""
        heard = self._studio.live.heard
        if heard is None or not heard.steps:
            return None
        last = heard.steps
        if self._tail is None or self._tail[0] != last or seconds != _TAIL:
            first = max(heard.first, last - round(seconds * CONTROL_RATE))
            beats, bars = heard.counts(first, last).T
            made = Stretch(np.arange(first, last) / CONTROL_RATE, beats, bars, heard.rows(first, last))
            if seconds != _TAIL:
                return made
            self._tail = last, made
        return self._tail[1]

    def pushed(self, t: float) -> tuple[Look, Inside]:
        """Where the picture and the knobs stand at *t*."""
        session, t = self._studio.session, t + self._studio.live.pictures.ahead
        if session is None:
            return Look(), nowhere
        return session.score.at(t), lambda name: session.score.inside_at(name, t)

    def beats(self, t: float) -> float:
        """Beats since the first 1 at *t*, as sources count them."""
        if (tail := self._live()) is not None:
            return float(tail.beats[min(max(round((t - float(tail.t[0])) * CONTROL_RATE), 0), len(tail.beats) - 1)])
        return self._studio.tempo.grid.beat_at(t)

    def learnt(self, route: Route, t: float) -> tuple[float, float] | None:
        """Least and most of what *route* begins with in four bars: those round *t* in a song, the last ones live."""
        half = LEARNT_BEATS / 2.0 * 60.0 / self._studio.tempo.bpm
        tail = self._live(min(2.0 * half, 50.0))
        if tail is not None:
            moved = self._moved(route, tail.t.tolist())
            part = (
                np.array(moved, np.float32) if moved else Sources(self._studio.document.show.scene, tail, {}).of(route)
            )
        elif (whole := self.curve(route)) is not None:
            part = whole[max(0, int((t - half) * CONTROL_RATE)) : max(1, int((t + half) * CONTROL_RATE))]
        else:
            return None
        if not len(part):
            return None
        lo, hi = float(part.min()), float(part.max())
        return (lo, hi) if hi - lo >= 0.01 else (max(0.0, hi - 0.01), max(0.01, hi))

    def value(self, route: Route, t: float) -> float | None:
        """What *route* gives before depth at *t*."""
        thawed = replace(route, frozen=None)
        tail = self._live()
        if tail is not None:
            made, first = Sources(self._studio.document.show.scene, tail, {}).of(thawed), float(tail.t[0])
        elif (whole := self.curve(thawed)) is not None and len(whole):
            made, first = whole, 0.0
        else:
            return None
        y = route_signal(thawed, made)
        return float(y[min(max(round((t - first) * CONTROL_RATE), 0), len(y) - 1)])

    def complaint(self, route: Route) -> str:
        """What is wrong with the range of *route* over the song, in a few words; empty when nothing is."""
        if route.source == "expression" and not route.expression:
            return "says nothing yet"
        curve = self.curve(route)
        if curve is None or not len(curve) or not route.on or route.frozen is not None or route.source in HANDS:
            return ""  # what a hand left at 0 is no mistake
        if float(curve.max()) <= route.lo:
            return "never above its gate"
        saturated = float((curve >= route.hi).mean()) if route.hi < 1.0 else 0.0
        return f"saturated {saturated * 100:.0f} % of the time" if saturated > 0.4 else ""

    def bent(self, route: Route) -> Signal:
        """``(101,)``: what *route* makes of 0..1, without its attack and release."""
        x = np.linspace(0, 1, 101, dtype=np.float32)
        return route_signal(replace(route, attack=0.0, release=0.0, frozen=None), x)
