"""Loopback: what Windows plays on a speaker, heard by the library soundcard; PortAudio as it comes cannot."""

import contextlib
import importlib
import logging
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.engine.audio.com import com

RATE = 48_000
"""Asked of every speaker: Windows converts, and another speaker goes on at the same rate."""

_BUFFER = 0.2  # seconds that Windows keeps for a reader that is late
_PERIOD = 0.01  # seconds: how often it hands a block over
_LOOK = 1.0  # seconds between two looks at which speaker is the default
_QUIET, _PAUSE = 0.05, 0.005  # without a block for so long it is silent; so long a reader rests that got none
_PATIENCE = 5.0  # seconds that a speaker may take to open, and a reader to end
_FAILS = (RuntimeError, AssertionError, IndexError, TypeError, ValueError, OSError)  # how soundcard says no

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Status:
    """What PortAudio's callbacks are told too."""

    input_overflow: bool


class Loopback:
    """Owns a recorder and the thread that reads it, which only hands blocks to *callback*; the Stream of an input.

    Without a *name* it is the default speaker, and goes along when that is another. Silence comes in as silence:
    Windows hands nothing over while nothing plays.
    """

    def __init__(
        self,
        name: str,
        callback: Callable[..., None],
        *,
        soundcard: Any,
        buffer: float = _BUFFER,
        wall: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.active, self.latency = False, _PERIOD
        self._name, self._callback, self._soundcard = name, callback, soundcard
        self._buffer, self._wall = buffer, wall
        self._begun, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="loopback", daemon=True)

    def start(self) -> bool:
        """Begins to call back; whether there is a speaker to listen to."""
        self._thread.start()
        self._begun.wait(_PATIENCE)
        return self.active

    def close(self) -> None:
        """Stops calling back, for good."""
        self._ended.set()
        self._thread.join(_PATIENCE)

    def _run(self) -> None:
        speaker: Any = ""
        with com():
            while speaker is not None and not self._ended.is_set():
                speaker = self._listen(speaker)
        self.active = False
        self._begun.set()

    def _listen(self, before: Any) -> Any:
        """Reads a speaker until it goes, or is no longer the default; which one, None where there is no other."""
        speaker = None
        try:
            speaker = self._wanted()
            if speaker is None or speaker == before:  # it went, and none has taken its place
                return None
            source = self._soundcard.get_microphone(id=speaker, include_loopback=True)
            with source.recorder(samplerate=RATE, channels=2, blocksize=int(self._buffer * RATE)) as recorder:
                self.active = True
                self._begun.set()
                self._read(recorder, speaker)
        except _FAILS as error:
            _log.info("Loopback of %s: %s", self._name or "the default speaker", error)
        return speaker

    def _read(self, recorder: Any, speaker: Any) -> None:
        came = looked = self._wall()
        while not self._ended.is_set():
            block = np.asarray(recorder.record(numframes=None), np.float32)
            wall = self._wall()
            if not len(block):
                self._ended.wait(_PAUSE)
                if wall - came < _QUIET:
                    continue
                block = np.zeros((int((wall - came) * RATE), 2), np.float32)
            late = wall - came - len(block) / RATE > self._buffer
            came = wall
            if not self._ended.is_set():
                self._callback(block, len(block), None, _Status(late))
            if wall - looked >= _LOOK:
                looked = wall
                if self._wanted() != speaker:
                    return

    def _wanted(self) -> Any:
        """What the library calls the speaker that is meant."""
        if not self._name:
            return self._soundcard.default_speaker().id
        return next((s.id for s in self._soundcard.all_speakers() if s.name == self._name), None)


def open_loopback(name: str, callback: Callable[..., None]) -> Loopback | None:
    """What plays on the speaker *name*, on the default one without; None where that cannot be heard."""
    soundcard = _library()
    if soundcard is None:
        return None
    loopback = Loopback(name, callback, soundcard=soundcard)
    if loopback.start():
        return loopback
    loopback.close()
    return None


def speakers() -> tuple[str, ...]:
    """The speakers by name, the default one first; nothing where there are none, or no way to hear them."""
    soundcard = _library()
    if soundcard is None:
        return ()
    try:
        with com():
            names = soundcard.default_speaker().name, *(speaker.name for speaker in soundcard.all_speakers())
    except _FAILS:
        return ()
    return tuple(dict.fromkeys(names))


def why_not() -> str:
    """Why no speaker can be heard; empty where one can."""
    if _library() is None:
        return "The library soundcard is not installed"
    return "" if speakers() else "No output was found"


def _library() -> Any:
    """The library soundcard; None where it is not installed or does not run.

    It begins COM on the thread that imports it, and gives up where that has begun: so this is a thread of its own.
    """
    found: list[Any] = []

    def find() -> None:
        with contextlib.suppress(ImportError, *_FAILS):
            found.append(importlib.import_module("soundcard"))

    importing = threading.Thread(target=find, name="soundcard")
    importing.start()
    importing.join()
    if not found:
        return None
    pauses = getattr(found[0], "SoundcardRuntimeWarning", None)
    if pauses is not None:  # warned of whenever something begins to play
        warnings.simplefilter("ignore", pauses)
    return found[0]
