"""The ear: sound in, heard a hundred times a second, and the clock of everything that follows it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np

from app.engine.audio import inputs
from app.engine.audio.com import com
from app.engine.audio.features import CURVES
from app.engine.audio.grid import UNKNOWN, Beats
from app.engine.audio.inputs import Input, Opened, OpenInput
from app.engine.audio.live_features import HALF_WINDOW, LiveFeatures
from app.engine.audio.live_heard import LiveHeard
from app.engine.audio.minute import Minute
from app.engine.audio.ring import Ring, Samples
from app.engine.audio.stamps import Stamp, Stamps
from app.engine.show.routes import CONTROL_RATE

Channel = Literal["both", "left", "right"]
CHANNELS: tuple[Channel, ...] = ("both", "left", "right")
GAIN_DB = 30.0
"""The most that the gain can be turned up or down."""
MOST_DELAY = 0.5

_RING = 1 << 17  # frames: more than a second at 96 kHz
_EVERY = 0.005
_SILENT = 1.0  # seconds without a callback after which the input counts as gone
_AGAIN = 2.0  # seconds between two tries to find it again, and between two looks whether it is still there
_LOUD, _FAINT = 0.125, 0.001  # RMS that auto-gain brings music to, and below which it takes sound for noise
_SLEW = 3.0  # decibels a second
_FORGETS = 3.0  # decibels a second: how fast auto-gain forgets what was louder


@dataclass(frozen=True, slots=True)
class Hearing:
    """How the input is heard: *gain* in decibels beside what *auto* finds, which channel, the picture so much later."""

    gain: float = 0.0
    auto: bool = True
    channel: Channel = "both"
    delay: float = 0.0


class Growing(Protocol):
    """What grows with what is heard: a LiveScore."""

    def extend(self) -> None: ...


class Timing(Protocol):
    """What knows the tempo: a Tempo."""

    def begin(self) -> None: ...
    def hear(self, rows: Samples) -> Beats: ...


class LiveInput:
    """Owns one input and the thread that listens to it; a Clock. Methods belong to the main thread, now to any.

    What is heard is stamped with *grid*, the tempo that counts at that time: what *timing* says, where there is one.

    The callback only copies into the ring. When the input goes away, time runs on in silence by the wall clock until it
    is there again. *minute* is the last of what was heard, *channels* how many the input could have.
    """

    def __init__(
        self,
        source: Input,
        hearing: Hearing | None = None,
        *,
        opener: OpenInput = inputs.open_input,
        here: Callable[[Input], bool] = inputs.here,
        look_again: Callable[[], None] = inputs.look_again,
        wall: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.source, self.hearing = source, hearing or Hearing()
        self.heard, self.stamps = LiveHeard(), Stamps()
        self.grid: Beats = UNKNOWN
        self.minute: Minute | None = None
        self.listening, self.playing, self.channels = False, True, 2
        self.auto_gain = 0.0
        self.timing: Timing | None = None
        self._opener, self._here, self._look_again, self._wall = opener, here, look_again, wall
        self._overflows = self._late = 0
        self._ring = Ring(_RING, 2)
        self._opened: Opened | None = None
        self._opened_for = source
        self._features: LiveFeatures | None = None
        self._score: Growing | None = None
        self._called = self._turned = wall()
        self._tried = -_AGAIN  # when the input was last looked for
        self._levels, self._loudest = (0.0, 0.0), _FAINT
        self._silence = 0.0  # seconds of silence that are due
        self._mark = (0.0, 0.0, wall())  # time runs from the first to the second since the third
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ear", daemon=True)

    def start(self) -> None:
        """Begins to listen."""
        if self.timing is not None:
            self.timing.begin()
        self._thread.start()

    def close(self) -> None:
        """Stops, and gives the input back."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def switch(self, source: Input) -> None:
        """Listens to *source* from now on; time and all that was heard go on."""
        self.source = source

    def play(self) -> None:
        """Time goes on."""
        self.playing = True

    def pause(self) -> None:
        """Time rests; what sounds meanwhile is not heard, only metered."""
        self.playing = False

    def follow(self, score: Growing | None) -> None:
        """Extends *score* from now on, in place of the one before."""
        self._score = score

    def now(self) -> float:
        """Seconds heard since the start, less the delay; never beyond what is known, and never backwards."""
        return max(0.0, self._reached() - self.hearing.delay)

    def sounding(self) -> float:
        """Seconds of what sounds right now, and will be heard only when *latency* has passed."""
        return self._reached() + self.latency

    def levels(self) -> tuple[float, float]:
        """RMS left and right of what came in last, 0..1, after the gain."""
        return self._levels

    @property
    def dropouts(self) -> int:
        """How often sound was lost: in the card, and here, where nobody read it in time."""
        return self._overflows + self._late

    @property
    def card(self) -> float:
        """Seconds from the sound to its block, as the sound card says."""
        opened = self._opened
        return 0.0 if opened is None else float(opened.stream.latency)

    @property
    def latency(self) -> float:
        """Seconds from the sound card to a known step: what the card says and half a window."""
        return 0.0 if self._opened is None else self.card + HALF_WINDOW

    def turn(self) -> None:
        """One look round on the ear's thread: keep the input open, hear what came, let the score follow."""
        wall = self._wall()
        passed, self._turned = wall - self._turned, wall
        if self._opened is None:
            self._find(wall)
        elif self._opened_for != self.source:
            self._drop()
            self._tried = -_AGAIN
        elif self._gone(wall):
            self._drop()
        rows = self._hear(passed)
        if self.playing and len(rows):
            before = self.heard.steps
            if self.timing is not None:
                self.grid = self.timing.hear(rows)
            self.heard.append(rows, self.grid)
            if self.minute is not None:
                ahead = self._features.ahead if self._opened is not None and self._features is not None else 0
                self.minute.mark(self.heard.steps / CONTROL_RATE, ahead)
            self.stamps.put(Stamp(self.heard.steps, self._called, self._wall()))
            if self._score is not None:
                self._score.extend()
            known = max(before - 1, 0) / CONTROL_RATE
            self._mark = (max(self._reached(), known), (self.heard.steps - 1) / CONTROL_RATE, wall)

    def _run(self) -> None:
        with com():
            while not self._ended.wait(_EVERY):
                self.turn()
            self._drop()

    def _reached(self) -> float:
        since, known, wall = self._mark
        return min(since + self._wall() - wall, known)

    def _find(self, wall: float) -> None:
        if wall - self._tried < _AGAIN:
            return
        if self._tried >= 0:  # the first time, PortAudio has just looked
            self._look_again()
        self._tried = wall
        if not self._here(self.source):
            return
        self._ring, self._opened_for = Ring(_RING, 2), self.source
        self._opened = self._opener(self._opened_for, self._callback)
        if self._opened is not None:
            self.channels = self._opened.channels
            self._features = LiveFeatures(self._opened.sr)
            if self.minute is None or self.minute.sr != self._opened.sr:
                self.minute = Minute(self._opened.sr, self.heard.steps / CONTROL_RATE)
            self._called = self._wall()
            self.listening, self._silence = True, 0.0

    def _gone(self, wall: float) -> bool:
        assert self._opened is not None
        if not self._opened.stream.active or wall - self._called > _SILENT:
            return True
        if wall - self._tried < _AGAIN:
            return False
        self._tried = wall
        return not self._here(self.source)

    def _drop(self) -> None:
        opened, self._opened = self._opened, None
        self.listening, self._levels, self._tried = False, (0.0, 0.0), self._wall()
        if opened is not None:
            opened.stream.close()

    def _callback(self, block: Samples, _frames: int, _time: Any, status: Any) -> None:
        self._ring.write(block)
        self._called = self._wall()
        if status.input_overflow:
            self._overflows += 1

    def _hear(self, passed: float) -> Samples:
        """The steps that became known; silent ones while there is no input."""
        samples, self._late = self._ring.read(), self._late + (self._ring.lost > 0)
        self._ring.lost = 0
        if self._opened is None or self._features is None:
            self._silence += passed
            count = int(self._silence * CONTROL_RATE)
            self._silence -= count / CONTROL_RATE
            if self.minute is not None and self.playing:
                self.minute.rest(count / CONTROL_RATE)
            return np.zeros((count, len(CURVES)), np.float32)
        if not len(samples):
            return np.zeros((0, len(CURVES)), np.float32)
        samples = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
        if self.minute is not None and self.playing:
            self.minute.add(samples)
        samples = self._amplified(samples, len(samples) / self._opened.sr)
        channel = self.hearing.channel
        mono = samples.mean(axis=1) if channel == "both" else samples[:, 0 if channel == "left" else 1]
        return self._features.push(mono)

    def _amplified(self, samples: Samples, seconds: float) -> Samples:
        rms = np.sqrt(np.mean(np.square(samples), axis=0))
        if self.hearing.auto:
            self._loudest = max(float(rms.max()), self._loudest * 10 ** (-_FORGETS * seconds / 20), _FAINT)
            wanted = 20 * np.log10(_LOUD / self._loudest) if self._loudest > _FAINT else self.auto_gain
            step = float(np.clip(wanted - self.auto_gain, -_SLEW * seconds, _SLEW * seconds))
            self.auto_gain = float(np.clip(self.auto_gain + step, -GAIN_DB, GAIN_DB))
        else:
            self.auto_gain = 0.0
        factor = 10 ** ((self.hearing.gain + self.auto_gain) / 20)
        self._levels = (min(float(rms[0]) * factor, 1.0), min(float(rms[1]) * factor, 1.0))
        return samples * np.float32(factor)
