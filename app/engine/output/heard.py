"""The sound under a film that is recorded while music plays: what was heard, put together by the clock."""

import math
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.audio.minute import Minute
from app.engine.audio.track import AudioTrack

Samples = NDArray[np.float32]
SR = 48_000
LAG = 0.5
"""Seconds that it is read behind the clock: what sounds of an input is known only a little later."""
_SLIP = round(0.04 * SR)  # samples by which two clocks may differ before the sound has jumped
_FADE = 256
_PAD = 1024  # samples read on both sides of what is resampled, so that pieces meet without a seam


@dataclass(frozen=True, eq=False, slots=True)
class Heard:
    """One instant of it: *t* seconds of *source*, which may be in a *loop*. Without a source there is silence."""

    source: AudioTrack | Minute | None = None
    t: float = 0.0
    loop: tuple[float, float] | None = None

    @property
    def at(self) -> int:
        """Where it stands, in samples of ``SR``."""
        if isinstance(self.source, Minute):
            return round(self.source.frame_at(self.t) * SR / self.source.sr)
        return round(self.t * SR)


@dataclass(frozen=True, eq=False, slots=True)
class Piece:
    """*count* samples of *source* from *at* on. *before*: what went on until here and is faded out over it."""

    source: AudioTrack | Minute | None
    at: int
    count: int
    before: "Piece | None" = None

    def samples(self) -> Samples:
        """``(count, 2)``."""
        made = read(self.source, self.at, self.count)
        if self.before is not None:
            fade = min(self.count, _FADE)
            rise = np.linspace(0, 1, fade, endpoint=False, dtype=np.float32)[:, None]
            made[:fade] = made[:fade] * rise + read(self.before.source, self.before.at, fade) * (1 - rise)
        return made


class HeardTrack:
    """Owns what is known of it and was not read yet. One thread; the film's seconds only ever grow."""

    def __init__(self) -> None:
        self._noted = self._given = 0
        self._end = Piece(None, 0, 0)  # how it would go on
        self._pieces: deque[Piece] = deque()

    def note(self, seconds: float, heard: Heard) -> None:
        """So far into the film this is *heard*; since the last time it ran on, came round in its loop, or jumped."""
        count = round(seconds * SR) - self._noted
        if count <= 0:
            return
        self._noted += count
        source, end, straight = heard.source, self._end, self._end.at + count
        if source is not end.source:
            self._jump(heard, count)
        elif source is None or abs(straight - heard.at) <= _SLIP:
            self._add(Piece(source, end.at, count))
        elif heard.loop is not None and abs(straight - _length(heard.loop) - heard.at) <= _SLIP:
            first, last = (round(edge * SR) for edge in heard.loop)
            before = min(max(last - end.at, 0), count)
            self._add(Piece(source, end.at, before))
            self._add(Piece(source, first, count - before))
        else:
            self._jump(heard, count)

    def until(self, seconds: float) -> Samples:
        """``(n, 2)`` of what has not been read yet before *seconds* into the film; silence beyond what was noted."""
        made: list[Samples] = []
        missing = max(0, round(seconds * SR) - self._given)
        self._given += missing
        while missing:
            piece = self._pieces.popleft() if self._pieces else Piece(None, 0, missing)
            if piece.count > missing and (piece.before is None or missing >= _FADE):
                rest = Piece(piece.source, piece.at + missing, piece.count - missing)
                piece = Piece(piece.source, piece.at, missing, piece.before)
                self._pieces.appendleft(rest)
            elif piece.count > missing:  # its fade is not to be cut: it is read whole, a little early
                self._given += piece.count - missing
                missing = piece.count
            made.append(piece.samples())
            missing -= piece.count
        return np.concatenate(made) if made else np.zeros((0, 2), np.float32)

    def _jump(self, heard: Heard, count: int) -> None:
        self._add(Piece(heard.source, 0 if heard.source is None else heard.at - count, count, self._end))

    def _add(self, piece: Piece) -> None:
        if piece.count:
            self._pieces.append(piece)
            self._end = Piece(piece.source, piece.at + piece.count, 0)


def read(source: AudioTrack | Minute | None, at: int, count: int) -> Samples:
    """``(count, 2)`` samples of *source* at ``SR`` from *at* on; silence where it has none."""
    if source is None:
        return np.zeros((count, 2), np.float32)
    common = math.gcd(source.sr, SR)
    ours, theirs = SR // common, source.sr // common  # so many of our samples last as long as so many of theirs
    if ours == theirs:
        return _frames(source, at, at + count)
    import soxr

    pad = -(-_PAD // ours)
    first, last = at // ours - pad, -(-(at + count) // ours) + pad
    made = soxr.resample(_frames(source, first * theirs, last * theirs), source.sr, SR)
    return np.asarray(made[at - first * ours :][:count], np.float32)


def _frames(source: AudioTrack | Minute, start: int, end: int) -> Samples:
    """Frames *start* to *end* of *source* at its own rate."""
    made = np.zeros((end - start, 2), np.float32)
    if isinstance(source, Minute):
        last = min(end, source.heard)
        known = source.until(last, max(start, 0)) if last > start else made[:0]
    else:
        last = min(end, len(source.samples))
        known = source.samples[max(start, 0) : max(last, 0)]
    if len(known):
        made[last - start - len(known) : last - start] = known
    return made


def _length(loop: tuple[float, float]) -> int:
    return round((loop[1] - loop[0]) * SR)
