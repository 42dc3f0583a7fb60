"""Sections: a song cut into parts that sound different, and letters for those that sound alike."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.engine.show.show import Section

_ALIKE = 0.7  # cosine similarity from which two parts share a letter


def cut(sounds: NDArray[np.float32], times: NDArray[np.float64], amount: int) -> tuple[Section, ...]:
    """At most *amount* sections of neighbouring blocks.

    sounds: ``(blocks, d)``, how each block (a bar, as a rule) sounds, standardised; times: ``(blocks + 1,)`` seconds.
    """
    if not len(sounds):
        return ()
    starts = _ward(sounds.astype(np.float64), max(1, amount))
    edges = [*starts, len(sounds)]
    centres = np.stack([sounds[a:b].mean(axis=0) for a, b in pairwise(edges)])
    letters = _letters(centres)
    return tuple(
        Section(float(times[a]), float(times[b]), letter)
        for (a, b), letter in zip(pairwise(edges), letters, strict=True)
    )


def _ward(sounds: NDArray[np.float64], amount: int) -> list[int]:
    """First block of each of *amount* runs: neighbours are joined as long as it costs least variance (Ward)."""
    sums, sizes = list(sounds), [1.0] * len(sounds)
    starts = list(range(len(sounds)))

    def cost(k: int) -> float:
        gap = sums[k] / sizes[k] - sums[k + 1] / sizes[k + 1]
        return float(gap @ gap) * sizes[k] * sizes[k + 1] / (sizes[k] + sizes[k + 1])

    costs = [cost(k) for k in range(len(sounds) - 1)]
    while len(starts) > amount:
        k = int(np.argmin(costs))
        sums[k] = sums[k] + sums.pop(k + 1)
        sizes[k] += sizes.pop(k + 1)
        starts.pop(k + 1)
        costs.pop(k)
        if k < len(costs):
            costs[k] = cost(k)
        if k > 0:
            costs[k - 1] = cost(k - 1)
    return starts


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
