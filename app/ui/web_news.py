"""What is told over the web, at most 30 times a second while somebody is connected: what changed, and what is heard."""

import math
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer

from app.control.addresses import HEARD, tail_of
from app.control.model import Origin
from app.control.packets import Argument
from app.ui.beats import place_on
from app.ui.macro_colors import macro_color
from app.ui.perform_pad_painter import bar_color
from app.ui.scope import Scopes
from app.ui.studio import Studio
from app.ui.verbs import Verbs

EVERY_MS = 33
FACTS_EVERY = 15
"""Turns between two looks at what changes slowly: twice a second."""
_FLOWS = "transport/seek"  # song time is told when asked for; it always changes

Tell = Callable[[int, dict[str, Any], dict[str, float], dict[str, int]], None]


class WebNews(QObject):
    """Owns what everybody who is connected knows (main thread); *tell* is given what is new."""

    def __init__(self, studio: Studio, verbs: Verbs, tell: Tell, parent: QObject) -> None:
        super().__init__(parent)
        self._studio, self._verbs, self._tell = studio, verbs, tell
        self._scopes = Scopes(studio)
        self._moved: dict[str, Argument] = {}
        self._own: dict[str, int] = {}
        self._known: dict[str, Any] = {}
        self._deaf: Callable[[], None] = lambda: None
        self._turns = 0
        self.channels: frozenset[str] = frozenset()
        self.rev = 0
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.turn)

    def set_channels(self, channels: frozenset[str]) -> None:
        """Tell these from now on; nothing when nobody wants any."""
        on, was = bool(channels), bool(self.channels)
        self.channels = channels
        if on and not was:
            self._known = self._poll()
            self._deaf = self._studio.document.params.listen(self._changed)
            self._timer.start()
        elif was and not on:
            self._timer.stop()
            self._deaf()
            self._moved, self._own = {}, {}

    def own(self, name: str, number: int) -> None:
        """The client of this *number* knows the value of parameter *name*, because it set it; 0: nobody does."""
        self._own[tail_of(name)] = number

    def whole(self) -> dict[str, Any]:
        """All of it, for who has just come."""
        poll = self._poll()
        poll["state"] = self._settings() | poll["state"] | {_FLOWS: round(self._studio.now(), 3)}
        return {"rev": self.rev, **poll, **self._facts()}

    def turn(self) -> None:
        """Tell what is new since the last turn."""
        news: dict[str, Any] = {}
        poll, known = self._poll(), self._known
        state = self._moved | {
            tail: value for tail, value in poll["state"].items() if known["state"].get(tail) != value
        }  # fmt: skip
        if state:
            news["state"] = state
        news |= {key: value for key, value in poll.items() if key != "state" and known.get(key) != value}
        self._turns += 1
        if self._turns % FACTS_EVERY == 0:
            news |= {key: value for key, value in self._facts().items() if known.get(key) != value}
        self._known = known | poll | news | {"state": poll["state"]}
        own, self._moved, self._own = self._own, {}, {}
        audio = self._audio() if "audio" in self.channels else {}
        if news:
            self.rev += 1
        if news or audio:
            self._tell(self.rev, news, audio, own)

    def _changed(self, name: str, value: Any, origin: Origin) -> None:
        tail = tail_of(name)
        self._moved[tail] = int(value) if isinstance(value, bool) else value
        if origin != "web":
            self._own.pop(tail, None)

    def _settings(self) -> dict[str, Argument]:
        values = self._studio.document.params.values()
        return {tail_of(name): int(v) if isinstance(v, bool) else v for name, v in values.items()}

    def _poll(self) -> dict[str, Any]:
        """What is cheap to look at: latches, what flows with the song, the scenes, what waits, the beat."""
        studio, performing, t = self._studio, self._studio.performing, self._studio.now()
        state = self._verbs.state()
        del state[_FLOWS]
        state["tempo/bpm"], state["mix/crossfade"] = round(studio.tempo.bpm, 2), round(performing.fader, 4)
        place = place_on(studio.tempo.grid, t)
        macros = studio.document.show.scene.macros
        return {
            "state": state, "scenes": scenes(studio), "queued": self._queued(t),
            "beat": None if place is None else [place.bar, place.beat, int(studio.tempo.held)],
            "macros": [macro.name for macro in macros],
            "colors": [macro_color(studio.document.show.scene, n).name() for n in range(1, len(macros) + 1)],
        }  # fmt: skip

    def _queued(self, t: float) -> dict[str, Any] | None:
        """The Scene that waits, the share of its wait that is left, and the beats."""
        queued = self._studio.performing.queued
        if queued is None:
            return None
        left, whole = self._beats(t, queued.due), self._beats(queued.asked_at, queued.due)
        share = min(left / max(whole, 1e-3), 1.0)
        return {"n": queued.row + 1, "left": round(share, 3), "beats": max(1, math.ceil(left - 0.02))}

    def _beats(self, t: float, due: float) -> float:
        """Beats from *t* to *due*; by way of the loop's end where *due* lies behind."""
        beat_at, loop = self._studio.tempo.grid.beat_at, self._studio.loop
        if due < t and loop is not None:
            return max(beat_at(loop[1]) - beat_at(t), 0.0) + beat_at(due) - beat_at(loop[0])
        return max(beat_at(due) - beat_at(t), 0.0)

    def _facts(self) -> dict[str, Any]:
        studio = self._studio
        engine, style, sheet = studio.engine, studio.style, studio.sheet
        return {"facts": {
            "song": studio.song.name, "show": studio.document.show.name, "duration": round(studio.duration, 3),
            "fps": round(engine.fps, 1), "dropped": studio.dropped, "status": engine.status,
            "given_up": engine.given_up, "style": "" if style is None else style.name,
            "on_air": studio.on_air.on, "film": studio.export.state == "running",
            "map": "" if sheet is None else str(sheet.cacheKey()),
        }}  # fmt: skip

    def _audio(self) -> dict[str, float]:
        t, found = self._studio.now(), {}
        for name in HEARD:
            values = self._scopes.named(name, t, 0.0, 1)
            if values:
                found[name] = round(float(values[0]), 3)
        return found


def scenes(studio: Studio) -> list[dict[str, Any]]:
    """The Scenes as pads show them."""
    performing, queued = studio.performing, studio.performing.queued
    playing, waits = performing.playing, None if queued is None else queued.row
    decks = (("A", performing.deck_a), ("B", performing.deck_b))
    found = []
    for row, scene in enumerate(studio.document.show.scenes):
        found.append({
            "n": row + 1, "name": scene.name, "color": bar_color(row).name(), "style": scene.style.name,
            "playing": row == playing, "queued": row == waits, "cued": row == performing.cue,
            "decks": "".join(deck for deck, on in decks if on == row) if performing.deck_b is not None else "",
        })  # fmt: skip
    return found
