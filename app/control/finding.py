"""Finds what a person means by a few letters: each letter in order, better at the start of words and side by side."""

import re

_START = re.compile(r"(?:^|[\s.,_/-])$")


def score(asked: str, words: str) -> float | None:
    """How well *asked* stands for *words*, more is better; None when its letters do not stand there in order."""
    asked, words = asked.lower().replace(" ", ""), words.lower()
    if not asked:
        return 0.0
    best = None
    start = words.find(asked[0])
    while start >= 0:
        found = _from(asked, words, start)
        if found is None:
            break  # later it stands there even less
        best = found if best is None else max(best, found)
        start = words.find(asked[0], start + 1)
    return best


def _from(asked: str, words: str, start: int) -> float | None:
    total, last, at = 0.0, start - 1, start
    for letter in asked:
        at = words.find(letter, last + 1)
        if at < 0:
            return None
        beside = at == last + 1 and last >= start
        begins = bool(_START.search(words[:at][-1:] or ""))
        total += 3.0 if beside else 2.5 if begins else 1.0
        last = at
    return total / len(asked) - 0.01 * start - 0.002 * len(words)
