"""The input of last time: who played to a live input finds it again at the next start, heard as it was."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from app.engine.audio.channels import MOST, choices
from app.engine.audio.inputs import Input
from app.engine.audio.live_input import CHANNELS, GAIN_DB, MOST_DELAY, Hearing
from app.ui.settings import Settings

if TYPE_CHECKING:
    from app.ui.studio import Studio

WAIT_MS = 3000
"""How long an input may take to be there, before the song plays in its place."""


class InputMemory(QObject):
    """Owns what is kept of the input between starts (main thread)."""

    def __init__(self, studio: "Studio", settings: Settings) -> None:
        super().__init__(studio)
        self._studio, self._settings, self._open = studio, settings, True
        self._wait = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._wait.timeout.connect(self._look)

    def start(self) -> None:
        """Listen to what was listened to; where it is not there soon, the song plays."""
        source = self._heard_as_before()
        if source is not None:
            self._studio.listen(source)
            self._wait.start()

    def listen(self, source: Input) -> None:
        """Listen to *source*, heard as it was last time, and wait for it as long as it takes."""
        self._heard_as_before()
        self._studio.listen(source)

    def _heard_as_before(self) -> Input | None:
        """Hear as last time, and remember what changes from now on; what was listened to then."""
        live = self._studio.live
        (source, live.hearing), live.picked = from_json(self._settings.sound_in), picked(self._settings.sound_in)
        live.changed.connect(self._changed)
        return source

    def keep(self) -> None:
        """Remember the input as it is now, for good: the window closes."""
        self._wait.stop()
        self._open = False
        self._write()

    def _changed(self) -> None:
        """Remember at once what is listened to: a program that is killed on stage finds it again."""
        if self._open:
            self._write()

    def _write(self) -> None:
        live = self._studio.live
        self._settings.sound_in = to_json(live.source, live.hearing, live.picked)

    def _look(self) -> None:
        live = self._studio.live
        if live.source is not None and not live.listening:
            words = live.source.words
            self._studio.leave_live()
            self._studio.told.emit("info", f"{words} is not plugged in", "The song plays. Choose Live in to try again.")


def to_json(source: Input | None, hearing: Hearing, picked: Mapping[str, str] = MappingProxyType({})) -> str:
    """*source* (None: the song), how it is heard, and the channels *picked* of inputs with more than two."""
    kept = {"source": None if source is None else asdict(source), "hearing": asdict(hearing), "picked": dict(picked)}
    return json.dumps(kept)


def picked(kept: str) -> dict[str, str]:
    """The channels that were picked in what ``to_json`` made, by the names of the inputs."""
    try:
        found = json.loads(kept)["picked"].items()
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}
    return {name: channels for name, channels in found if channels in choices(MOST)}


def from_json(kept: str) -> tuple[Input | None, Hearing]:
    """What ``to_json`` made; whatever makes no sense is as at the first start."""
    try:
        found = json.loads(kept)
        source, hearing = found["source"], found["hearing"]
        return _source(source), Hearing(
            gain=_number(hearing["gain"], GAIN_DB, lo=-GAIN_DB),
            auto=hearing["auto"] is not False,
            channel=hearing["channel"] if hearing["channel"] in CHANNELS else "both",
            delay=_number(hearing["delay"], MOST_DELAY),
        )
    except (ValueError, TypeError, KeyError):
        return None, Hearing()


def _source(kept: Any) -> Input | None:
    if kept is None:
        return None
    name, channels = str(kept["name"]), kept.get("channels", "")
    return Input(name, kept["system"] is True, channels if channels in choices(MOST) else "")


def _number(kept: Any, hi: float, *, lo: float = 0.0) -> float:
    number = float(kept)
    return min(max(number, lo), hi) if math.isfinite(number) else 0.0
