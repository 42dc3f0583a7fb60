"""The player: sound out, and the clock that everything on screen follows."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from app.engine.audio.tape import Order, Samples, Tape
from app.engine.audio.track import AudioTrack

BLOCK = 512
LATENCY = 0.08  # seconds asked of the card: ample for a busy machine, and the clock takes it off again
_SILENT = 1.0  # seconds without a callback after which the card counts as gone
_LOOP_MIN = 0.05
_METER = 1024
_NOTHING = np.zeros((0, 2), np.float32)


class Stream(Protocol):
    """What the Player needs of sounddevice.OutputStream."""

    latency: Any

    @property
    def active(self) -> bool:
        """Whether it still calls back."""

    def close(self) -> None:
        """Stops calling back, for good."""


@dataclass(frozen=True)
class Card:
    """An opened sound card: its running stream, its name, rate and number of channels (1 or 2)."""

    stream: Stream
    name: str
    sr: int
    channels: int


Callback = Callable[[Samples, int, Any, Any], None]
OpenCard = Callable[[int, Callback], Card | None]


def open_card(sr: int, callback: Callback) -> Card | None:
    """The default output at *sr*, or at its own rate if it refuses; None where nothing can sound."""
    try:
        import sounddevice
    except (ImportError, OSError):  # OSError: the PortAudio library is not installed
        return None
    try:
        device = sounddevice.query_devices(kind="output")
        channels = min(2, device["max_output_channels"])
        try:
            sounddevice.check_output_settings(channels=channels, samplerate=sr, dtype="float32")
        except sounddevice.PortAudioError:
            sr = int(device["default_samplerate"])
        stream = sounddevice.OutputStream(
            samplerate=sr, channels=channels, dtype="float32", blocksize=BLOCK, latency=LATENCY, callback=callback
        )
        stream.start()
    except (sounddevice.PortAudioError, ValueError):
        return None
    return Card(stream, str(device["name"]), sr, channels)


class Player:
    """Owns the sound card and is the Clock. Methods belong to the main thread; now and playing to any.

    The callback thread reads one frozen Order and stores one tuple. Without a card, or when it goes away, the same
    song time runs on by the wall clock.
    """

    def __init__(
        self, *, silent: bool = False, opener: OpenCard = open_card, wall: Callable[[], float] = time.perf_counter
    ) -> None:
        self.underruns = 0
        self.trim = 0.0  # seconds that the sound is heard later than the card says
        self._opener = None if silent else opener
        self._wall = wall
        self._card: Card | None = None
        self._sr = 48_000
        self._volume = 1.0
        self._order = Order(_NOTHING)
        self._began = wall()  # when the order's start was the time, by the wall clock
        self._tape = Tape(self._order)
        self._due = self._began  # when the card will ask for the cursor's sample, smoothed
        self._mark: tuple[int, float, int, int, int | None] = (0, self._began, 0, 0, None)
        self._last = (0, 0.0)  # the jump and the time last told

    # What plays

    def load(self, track: AudioTrack | None) -> None:
        """Puts a song in, at its start, not playing; None takes it out. Opens the sound card the first time."""
        self._order = replace(self._order, samples=_NOTHING, start=0, playing=False, loop=None, jump=self._next())
        if track is None:
            return
        self._open(track.sr)
        samples = track.samples
        if self._sr != track.sr:
            import soxr

            samples = soxr.resample(samples, track.sr, self._sr).astype(np.float32)
        if self._card is not None and self._card.channels == 1 and samples.shape[1] == 2:
            samples = samples.mean(axis=1, keepdims=True)
        self._change(samples=samples, start=0, jump=self._next())

    def play(self) -> None:
        """From where it rests; from the start after the end."""
        if self.playing or not len(self._order.samples):
            return
        at = self.now()
        self._jump(0.0 if at >= self.duration else at, playing=True)

    def pause(self) -> None:
        """Rests at what is heard now."""
        if self._order.playing:
            self._jump(self.now(), playing=False)

    def seek(self, t: float) -> None:
        """To *t* seconds, playing or not."""
        self._jump(t, playing=self.playing)

    def set_loop(self, span: tuple[float, float] | None) -> None:
        """Plays *span* again and again once inside it; the sound that plays now goes on."""
        loop = None
        if span is not None:
            first = round(min(max(min(span), 0.0), self.duration) * self._sr)
            end = round(min(max(span), self.duration) * self._sr)
            loop = (first, end) if end - first >= _LOOP_MIN * self._sr else None
        if self._card is None:
            self._change(start=self._sample(self.now()), loop=loop)
        else:
            self._change(loop=loop)

    def close(self) -> None:
        """Gives the sound card back; the Player can load again."""
        self._order = replace(self._order, playing=False)
        self._drop_card()

    @property
    def volume(self) -> float:
        """0..1 as a fader shows it; 0.5 sounds half as loud."""
        return self._volume

    @volume.setter
    def volume(self, value: float) -> None:
        self._volume = min(max(float(value), 0.0), 1.0)
        self._order = replace(self._order, gain=self._volume**2)

    @property
    def duration(self) -> float:
        """Seconds of the song; 0 without one."""
        return len(self._order.samples) / self._sr

    @property
    def playing(self) -> bool:
        """Whether time moves: False from the moment the song's last sample has been heard."""
        return self._order.playing and self.now() < self.duration

    # The clock

    def now(self) -> float:
        """Song seconds heard at this instant; never backwards but for a jump or a loop."""
        order, wall = self._order, self._wall()
        if not order.playing:
            return order.start / self._sr
        if self._card is None:
            return self._clamped(order.folded(order.start + (wall - self._began) * self._sr, order.start))
        return self._heard(order, wall)

    @property
    def latency(self) -> float:
        """Seconds from the callback to the ear, as the card says, and *trim*; 0 by the wall clock."""
        if self._card is None:
            return 0.0
        return float(self._card.stream.latency) + self.trim

    def another(self) -> "Player":
        """A player of its own for another sound, which is heard as late as this one's."""
        made = Player(silent=self._opener is None, opener=self._opener or open_card, wall=self._wall)
        made.trim = self.trim
        return made

    @property
    def clock(self) -> str:
        """What the time comes from."""
        return "wall clock" if self._card is None else "sound card"

    @property
    def device_name(self) -> str:
        """The sound card's name, or nothing."""
        return "" if self._card is None else self._card.name

    def levels(self) -> tuple[float, float]:
        """RMS left and right of what is heard now, 0..1."""
        order = self._order
        if not self.playing:
            return 0.0, 0.0
        at = self._sample(self.now())
        part = order.samples[max(0, at - _METER) : at]
        if not len(part):
            return 0.0, 0.0
        rms = np.sqrt(np.einsum("nc,nc->c", part, part) / len(part)) * order.gain
        return min(float(rms[0]), 1.0), min(float(rms[-1]), 1.0)

    def _heard(self, order: Order, wall: float) -> float:
        card, (jump, due, cursor, floor, wrapped_from) = self._card, self._mark
        if card is None or not card.stream.active or wall - max(due, self._began) > _SILENT:
            return self._lose_card(wall)
        if jump != order.jump:
            return order.start / self._sr  # the callback has not come to it yet
        place = cursor + (wall - due - self.latency) * self._sr
        if place >= floor:
            place = order.folded(place, cursor)
        elif wrapped_from is None:
            place = floor
        else:
            place = wrapped_from - (floor - place) % (wrapped_from - floor)
        return self._forward(order, self._clamped(place))

    def _forward(self, order: Order, t: float) -> float:
        """*t*, held back where a late callback would let time run backwards; a loop may."""
        jump, last = self._last
        back = last - t
        if (
            jump == order.jump
            and back > 0
            and (order.loop is None or back * self._sr < (order.loop[1] - order.loop[0]) / 2)
        ):
            return last
        self._last = (order.jump, t)
        return t

    def _callback(self, out: Samples, frames: int, _time: Any, status: Any) -> None:
        order, tape, wall = self._order, self._tape, self._wall()
        tape.fill(out, order)
        late = wall - self._due  # callbacks jitter, the card does not: follow slowly, but catch up after a gap
        self._due += (late if not -0.02 < late < 0.05 else 0.05 * late) + frames / self._sr
        self._mark = (order.jump, self._due, tape.cursor, tape.floor, tape.wrapped_from)
        if status.output_underflow:
            self.underruns += 1

    def _open(self, sr: int) -> None:
        if self._card is not None and (self._card.sr == sr == self._sr):
            return
        self._drop_card()
        self._sr = sr
        self._tape = Tape(self._order)
        self._card = self._opener(sr, self._callback) if self._opener else None
        if self._card is not None:
            self._sr = self._card.sr

    def _lose_card(self, wall: float) -> float:
        """The card is gone: time goes on from where it was heard last, by the wall clock."""
        at = self._last[1] if self._last[0] == self._order.jump else self._order.start / self._sr
        card, self._card = self._card, None
        self._began = wall
        self._order = replace(self._order, start=self._sample(at))
        if card is not None:  # closing a dead device may hang, so nobody waits for it
            threading.Thread(target=card.stream.close, name="close sound card", daemon=True).start()
        return at

    def _drop_card(self) -> None:
        card, self._card = self._card, None
        if card is not None:
            card.stream.close()

    def _jump(self, t: float, *, playing: bool) -> None:
        self._change(start=self._sample(t), jump=self._next(), playing=playing)

    def _change(self, **changes: Any) -> None:
        self._began = self._wall()
        self._order = replace(self._order, **changes)

    def _next(self) -> int:
        return self._order.jump + 1

    def _sample(self, t: float) -> int:
        return round(min(max(t, 0.0), self.duration) * self._sr)

    def _clamped(self, place: float) -> float:
        return min(max(place, 0.0), float(len(self._order.samples))) / self._sr
