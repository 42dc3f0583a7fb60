"""The Correction: what hands set right about the beats that were found in a song."""

from dataclasses import dataclass, field

FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class Correction:
    """How the beats of a song differ from those found in it; saved with the Show, undone with it.

    *bpm* over 0 puts a steady tempo with a 1 at *anchor* seconds in the place of what was found. Then there are
    *factor* times as many beats, *offset* seconds later, and the 1 is *shift* beats later. *locked* says that a hand
    has decided, if only that all is right as it was found.
    """

    bpm: float = field(default=0.0, metadata={"lo": 0.0, "hi": 300.0})
    anchor: float = field(default=0.0, metadata={"lo": -36000.0, "hi": 36000.0})
    factor: float = field(default=1.0, metadata={"choices": FACTORS})
    offset: float = field(default=0.0, metadata={"lo": -10.0, "hi": 10.0})
    shift: int = field(default=0, metadata={"lo": 0, "hi": 3})
    locked: bool = False


FOUND = Correction()
"""Everything as it was found."""
