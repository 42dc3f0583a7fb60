"""Sections: a song cut into parts that sound different, and letters for those that sound alike."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.engine.show.show import Section

MOST = 24
"""Into no more parts than this is a song cut."""

_ALIKE = 0.7  # cosine similarity from which two parts share a letter


def order(sounds: NDArray[np.float32]) -> NDArray[np.int64]:
    """``(blocks,)``: from which amount of sections on one begins at each block; MOST + 1 where none ever does.

    sounds: ``(blocks, d)``, how each block (a bar, as a rule) sounds, standardised. Cuts into more parts keep those
    of fewer (the clusters are a tree), so one number a block holds them all, and cutting needs librosa no more.
    """
    import librosa.segment

    amounts = np.full(len(sounds), MOST + 1)
    for amount in range(min(MOST, len(sounds)), 1, -1):
        amounts[librosa.segment.agglomerative(sounds.T, amount)] = amount
    amounts[:1] = 1
    return amounts


def cut(
    sounds: NDArray[np.float32], times: NDArray[np.float64], amounts: NDArray[np.int64], amount: int
) -> tuple[Section, ...]:
    """At most *amount* (1..MOST) sections of neighbouring blocks; *amounts* is their order.

    sounds: ``(blocks, d)``; times: ``(blocks + 1,)`` seconds.
    """
    if not len(sounds):
        return ()
    starts = np.flatnonzero(amounts <= min(max(amount, 1), MOST)).tolist()
    edges = [*starts, len(sounds)]
    centres = np.stack([sounds[a:b].mean(axis=0) for a, b in pairwise(edges)])
    letters = _letters(centres)
    return tuple(
        Section(float(times[a]), float(times[b]), letter)
        for (a, b), letter in zip(pairwise(edges), letters, strict=True)
    )


def _letters(centres: NDArray[np.float32]) -> list[str]:
    """A, B, C ... in order of appearance; the letter of the most similar earlier part where it is alike enough."""
    unit = centres / np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
    likeness = unit @ unit.T
    letters: list[int] = []
    for k in range(len(centres)):
        best = int(np.argmax(likeness[k, :k])) if k else -1
        letters.append(letters[best] if k and likeness[k, best] >= _ALIKE else max(letters, default=-1) + 1)
    return [_letter(number) for number in letters]


def _letter(number: int) -> str:
    return (_letter(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)
