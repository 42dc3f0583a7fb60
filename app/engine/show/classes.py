"""Classes of a network that has some, and mixes of them: made whole, checked, and in words."""

import math
from collections.abc import Iterable, Iterator

from app.engine.show.show import Classes

MOST = 8
"""Classes one picture may be mixed of."""


def mixed(pairs: Iterable[tuple[int, float]]) -> Classes:
    """*pairs* of class and weight (over 0) with weights of sum 1, in four decimals; class 0 alone is ()."""
    pairs = tuple(pairs)
    total = math.fsum(weight for _, weight in pairs)
    shares = {label: share for label, weight in pairs if (share := round(weight / total, 4))}
    if set(shares) <= {0}:
        return ()
    most = max(shares, key=lambda label: shares[label])
    shares[most] = round(1.0 - math.fsum(share for label, share in shares.items() if label != most), 4)
    return tuple(shares.items())


def problems(classes: Classes) -> Iterator[str]:
    """What is wrong with *classes* whatever the network is, each as half a sentence."""
    if len(classes) > MOST:
        yield f"a style mixes {len(classes)} classes, more than {MOST}"
    if len({label for label, _ in classes}) != len(classes):
        yield "a style mixes a class with itself"
    for label, weight in classes:
        if label < 0:
            yield f"a style has class {label}; classes are counted from 0"
        if not 0 < weight <= 1e6:
            yield f"class {label} of a style has the weight {weight:g}, which is none"


def words(classes: Classes) -> str:
    """``Class 3``, or ``Class 2 70 %, class 5 30 %``."""
    if len(classes) < 2:
        return f"Class {classes[0][0] if classes else 0}"
    return ", ".join(f"class {label} {weight * 100:.0f} %" for label, weight in classes).capitalize()


def short(classes: Classes) -> str:
    """``Class 3`` or ``Classes 2, 5``."""
    return words(classes) if len(classes) < 2 else f"Classes {', '.join(str(label) for label, _ in classes)}"


def file_mark(classes: Classes) -> str:
    """What tells the files of one mix from those of another; nothing for class 0 alone."""
    return "".join(f"-{label}x{weight * 10_000:.0f}" for label, weight in sorted(classes))
