"""What each source does around now, for the small traces of the route list."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.engine.audio.features import CURVES
from app.engine.show.chain import route_signal
from app.engine.show.routes import CONTROL_RATE, Route
from app.engine.show.score import song_stretch
from app.engine.show.stretch import Sources
from app.ui.studio import Studio

Signal = NDArray[np.float32]


class Scopes:
    """Keeps the curve of each source that is drawn, for the song and sections of one Session. Main thread."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._kept: dict[str, Signal] = {}
        self._of: tuple[object, object] = (None, None)

    def curve(self, source: str) -> Signal | None:
        """``(steps,)`` of *source* over the song, 0..1; None before the song is known."""
        features, session = self._studio.song.features, self._studio.session
        if features is None or session is None:
            return None
        if self._of != (id(features), session.sections):
            self._kept, self._of = {}, (id(features), session.sections)
        if source not in self._kept:
            stretch = song_stretch(features, session.sections)
            self._kept[source] = Sources(session.scene, stretch, {}).named(source)
        return self._kept[source]

    def around(self, source: str, t: float, seconds: float, points: int) -> tuple[float, ...]:
        """*points* values of *source* in the *seconds* before *t*; empty when nothing is known."""
        live = self._studio.live.heard
        if live is not None:
            return tuple(live.before(source, t, seconds, points).tolist()) if source in CURVES else ()
        curve = self.curve(source)
        if curve is None or not len(curve):
            return ()
        at = (np.linspace(t - seconds, t, points) * CONTROL_RATE).round().astype(int)
        return tuple(np.where(at >= 0, curve[np.clip(at, 0, len(curve) - 1)], 0.0).tolist())

    def complaint(self, route: Route) -> str:
        """What is wrong with the range of *route*, in a few words; empty when nothing is."""
        curve = self.curve(route.source)
        if curve is None or not len(curve) or not route.on:
            return ""
        if float(curve.max()) <= route.lo:
            return "never above its gate"
        saturated = float((curve >= route.hi).mean()) if route.hi < 1.0 else 0.0
        return f"saturated {saturated:.0%}" if saturated > 0.4 else ""

    def bent(self, route: Route) -> Signal:
        """``(101,)``: what *route* makes of 0..1, without its attack and release."""
        x = np.linspace(0, 1, 101, dtype=np.float32)
        return route_signal(replace(route, attack=0.0, release=0.0), x)
