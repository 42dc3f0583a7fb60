"""What was seen of an input as part of a ``.take`` file: all steps of all scores in two packed tables."""

import base64
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import ShowError
from app.engine.show.routes import DESTINATIONS, Look
from app.engine.show.score import NAMES
from app.engine.show.seen import Seen

MOST_STEPS, _MOST_NUMBERS = 2_400_000, 1 << 27
"""Of a file: a hundred minutes of two Scenes and of those that come and go meanwhile; and what they are at the most."""
_FARTHEST = 1e9
_LOOKS = NAMES[1:]


def document_of_seen(scores: Sequence[Seen]) -> dict[str, Any]:
    """*scores* as JSON has them; ShowError where they are more than can be read again."""
    if sum(len(score.position) for score in scores) > MOST_STEPS:
        raise ShowError("The take is too long, with too many scenes. Record it in parts.")
    position = np.concatenate([score.position for score in scores])
    looks = np.concatenate([score.looks for score in scores])
    known = np.flatnonzero(~np.isnan(looks).any(axis=0)) if len(looks) else np.arange(len(_LOOKS))
    return {
        "steps": [[score.first, len(score.position)] for score in scores],
        "names": [_LOOKS[i] for i in known],
        "position": _packed(position.astype("<f8")),
        "looks": _packed(looks.T[known].astype("<f4")),  # one destination after the other: most stand still
    }


def seen_from(said: Any) -> list[Seen]:
    """The scores that *said* describes, checked: finite, and within what destinations allow."""
    steps = [(_count(first), _count(n)) for first, n in said["steps"]]
    total, names = sum(n for _, n in steps), said["names"]
    if not 0 < total <= MOST_STEPS or not all(n for _, n in steps) or not 0 < total * len(names) <= _MOST_NUMBERS:
        raise ValueError("what was seen of its input is too little or too much")
    position = _unpacked(said["position"], "<f8", total)
    table = _unpacked(said["looks"], "<f4", total * len(names)).reshape(len(names), total)
    if not (abs(position) <= _FARTHEST).all():
        raise ValueError("what was seen of its input is out of reach")
    looks = np.stack([_column(name, names, table, total) for name in _LOOKS], axis=1)
    starts = np.cumsum([0, *(n for _, n in steps)])
    return [Seen(first, position[at : at + n], looks[at : at + n])
            for (first, n), at in zip(steps, starts[:-1].tolist(), strict=True)]  # fmt: skip


def _column(name: str, names: list[str], table: NDArray[np.float32], total: int) -> NDArray[np.float32]:
    """One destination; where the file is older than it, at rest."""
    if name not in names:
        choices = "choices" in DESTINATIONS[name].metadata  # these stand as the Scene says
        return np.full(total, np.nan if choices else getattr(Look(), name), np.float32)
    column, end = table[names.index(name)], DESTINATIONS[name].metadata
    if not np.isfinite(column).all():
        raise ValueError(f"{name} of its input is not a number")
    return np.clip(column, np.float32(end["lo"]), np.float32(end["hi"]))


def _packed(table: NDArray[Any]) -> str:
    return base64.b64encode(zlib.compress(np.ascontiguousarray(table).tobytes(), 6)).decode("ascii")


def _unpacked(text: str, kind: str, count: int) -> NDArray[Any]:
    """*count* numbers; a file that would unpack to more is told by what it begins with."""
    wanted = count * np.dtype(kind).itemsize
    reader = zlib.decompressobj()
    try:
        found = reader.decompress(base64.b64decode(text, validate=True), wanted + 1)
    except zlib.error as error:
        raise ValueError(f"what was seen of its input cannot be unpacked ({error})") from error
    if len(found) != wanted:
        raise ValueError("what was seen of its input has another length than it says")
    return np.frombuffer(found, kind).astype(kind[1:])


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 40:
        raise ValueError(f"{value!r} is no number of a step")
    return value


def each_once(scores: Iterable[Any]) -> list[Seen]:
    """Every Seen among *scores*, in the order in which they come."""
    return list(dict.fromkeys(score for score in scores if isinstance(score, Seen)))
