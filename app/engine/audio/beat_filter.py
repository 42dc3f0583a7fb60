"""The BeatFilter: how likely each tempo and each place within the beat is, onset by onset, without a future.

A bar pointer as in Krebs, Böck and Widmer, "An efficient state-space model for joint tempo and meter tracking" (2015),
over one beat: in each state a pointer stands at a hundredth of a second of a beat of so many, and goes on by one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.show.routes import CONTROL_RATE

SLOWEST, FASTEST = 68.0, 190.0
"""Beats a minute that are told apart; what is slower or faster is heard as its double or its half."""
LIKED = 128.0
"""Of two tempi that explain a rhythm equally well, the nearer to this one: the middle of 90 and 180."""

_LIKING = 0.5  # natural octaves within which a tempo is liked
_STEADY = 100.0  # how strongly tempo resists change from one beat to the next
_PULL = 0.02  # how strongly each beat pulls to the tempi that are liked
_LOST = 1e-4  # share that begins anew at each step, so that another tempo is always found
_SPREAD = 0.3  # how far onsets stray from what is expected
_REST, _ON_BEAT, _BETWEEN = 0.04, 0.35, 0.05  # onset strength expected anywhere, on a beat, half way to the next
_WIDTH = 0.022  # seconds round a beat in which its onset is expected
_NEAR = 3  # tempi to each side of the likeliest that count as the same


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the beat stands: *phase* 0..1 since the last one, *rate* beats a step, *certainty* 0..1."""

    phase: float
    rate: float
    certainty: float


class BeatFilter:
    """Owns the likelihood of some 4000 states. One thread at a time."""

    def __init__(self) -> None:
        lengths = np.arange(int(60 * CONTROL_RATE / FASTEST), int(60 * CONTROL_RATE / SLOWEST) + 1)
        self._lengths = lengths
        self._firsts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        self._lasts = self._firsts + lengths - 1
        length = np.repeat(lengths, lengths)
        phase = (np.arange(lengths.sum()) - np.repeat(self._firsts, lengths)) / length
        self._turns = np.exp(2j * np.pi * phase)
        liked = np.exp(-0.5 * (np.log(60 * CONTROL_RATE / lengths / LIKED) / _LIKING) ** 2)
        stay = np.exp(-_STEADY * np.abs(lengths / lengths[:, None] - 1))
        self._change = stay / stay.sum(axis=1, keepdims=True) * liked**_PULL
        self._anew = np.repeat(liked / lengths, lengths)
        self._anew /= self._anew.sum()
        expected = _expected(phase, length / CONTROL_RATE)
        self._pull, self._cost = expected / _SPREAD**2, expected**2 / (2 * _SPREAD**2)
        self._likely = self._anew.copy()

    def step(self, onset: float, trust: float = 1.0) -> Pointer:
        """A hundredth of a second on, in which *onset* (0..1) sounded; without *trust* the pointers only run on."""
        before, now = self._likely, np.empty_like(self._likely)
        now[1:] = before[:-1]
        now[self._firsts] = before[self._lasts] @ self._change
        now *= np.exp(trust * (onset * self._pull - self._cost))
        now *= (1 - _LOST * trust) / now.sum()
        now += _LOST * trust * self._anew
        self._likely = now
        return self._pointer(now)

    def _pointer(self, likely: NDArray[np.float64]) -> Pointer:
        of_lengths = np.add.reduceat(likely, self._firsts)
        best = int(np.argmax(of_lengths))
        first, last = max(0, best - _NEAR), min(len(of_lengths) - 1, best + _NEAR)
        states, lengths = slice(self._firsts[first], self._lasts[last] + 1), slice(first, last + 1)
        turn = complex(likely[states] @ self._turns[states])
        mean = float(of_lengths[lengths] @ self._lengths[lengths] / of_lengths[lengths].sum())
        return Pointer(float(np.angle(turn) / (2 * np.pi)) % 1.0, 1.0 / mean, min(abs(turn), 1.0))


def _expected(phase: NDArray[np.float64], seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Onset strength expected at *phase* of a beat that lasts *seconds*."""
    expected = np.full(len(phase), _REST)
    for place, height in ((0.0, _ON_BEAT), (0.5, _BETWEEN)):
        away = ((phase - place + 0.5) % 1.0 - 0.5) * seconds
        expected += height * np.exp(-0.5 * (away / _WIDTH) ** 2)
    return expected
