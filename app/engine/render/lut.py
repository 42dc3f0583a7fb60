"""Tables of colours: ``.cube`` files, one- and three-dimensional, read as data and held within bounds."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import LutError
from app.engine.show.show import LutRef

SUFFIX = ".cube"
MOST_3D, MOST_1D = 65, 65536
"""Steps a side of a cube, and of a curve, that are read."""
_LIMIT = 32 * 2**20
_RANGES = ("LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE")


@dataclass(frozen=True, eq=False, slots=True)
class Lut:
    """A table of colours.

    *table* float32: ``(n, 3)``, what becomes of each channel by itself, or ``(n, n, n, 3)`` by blue, green and red.
    *lo*, *hi*: the colours, black at 0 and white at 1, at its first and last step.
    """

    table: NDArray[np.float32]
    lo: tuple[float, ...] = (0.0, 0.0, 0.0)
    hi: tuple[float, ...] = (1.0, 1.0, 1.0)
    sha256: str = ""


def lut_of(ref: LutRef) -> Lut:
    """The table that *ref* means; raises LutError where it is missing, changed or broken. Read once, then kept."""
    path = Path(ref.file)
    lut = read_lut(path)
    if ref.sha256 and lut.sha256 != ref.sha256:
        raise LutError(f"{path.name} has changed since it was chosen. Choose it again to use it as it is.")
    return lut


def read_lut(path: Path) -> Lut:
    """The table in *path*; raises LutError with one sentence, whatever is wrong with the file."""
    try:
        stat = path.stat()
        if stat.st_size > _LIMIT:
            raise LutError(f"{path.name} is too large to be a table of colours.")
        return _read(path, stat.st_size, stat.st_mtime_ns)
    except FileNotFoundError as cause:
        raise LutError(f"{path.name} is not where it was, in {path.parent}. Choose it again.") from cause
    except OSError as cause:
        raise LutError(f"{path.name} cannot be read: {cause.strerror or cause}.") from cause


@lru_cache(maxsize=8)
def _read(path: Path, _size: int, _changed: int) -> Lut:
    """As read_lut; what was read counts until the file is another one."""
    read = path.read_bytes()
    return parse_lut(read, path.name)


def parse_lut(read: bytes, name: str) -> Lut:
    """The table in the bytes of a ``.cube`` file that the sentence calls *name*."""
    said: dict[str, list[str]] = {}
    rows: list[tuple[int, str]] = []
    for number, line in enumerate(read.decode("utf-8-sig", "replace").splitlines(), 1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        if text[0].isalpha():
            key, *values = text.split()
            said[key.upper()] = values
        else:
            rows.append((number, text))
    size, cubic = _size(said, name)
    wanted = size**3 if cubic else size
    if len(rows) != wanted:
        raise LutError(f"{name} has {len(rows)} rows of colours where {wanted} belong. It is not whole.")
    shape = (size, size, size, 3) if cubic else (size, 3)
    table = _colours(rows, name).reshape(shape)
    table.setflags(write=False)
    return Lut(table, *_domain(said, name), hashlib.sha256(read).hexdigest())


def _size(said: dict[str, list[str]], name: str) -> tuple[int, bool]:
    """Steps of the table, and whether it is a cube."""
    kinds = [key for key in ("LUT_1D_SIZE", "LUT_3D_SIZE") if key in said]
    if not kinds:
        raise LutError(f"{name} is not a table of colours: it says neither LUT_1D_SIZE nor LUT_3D_SIZE.")
    if len(kinds) == 2:
        raise LutError(f"{name} holds two tables, a curve and a cube. Save it as a cube alone.")
    cubic = kinds[0] == "LUT_3D_SIZE"
    most = MOST_3D if cubic else MOST_1D
    text = " ".join(said[kinds[0]])
    if not text.isascii() or not text.isdecimal() or len(text) > 9 or not 2 <= int(text) <= most:
        raise LutError(f"{name} has “{text[:20]}” steps. Tables of 2 to {most} can be used.")
    return int(text), cubic


def _domain(said: dict[str, list[str]], name: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The colours at the first and last step."""
    lo: tuple[float, ...] = (0.0,) * 3
    hi: tuple[float, ...] = (1.0,) * 3
    for key in _RANGES:  # two numbers, for all channels
        if key in said:
            low, high = _numbers(said[key], 2, name)
            lo, hi = (low,) * 3, (high,) * 3
    lo = _numbers(said["DOMAIN_MIN"], 3, name) if "DOMAIN_MIN" in said else lo
    hi = _numbers(said["DOMAIN_MAX"], 3, name) if "DOMAIN_MAX" in said else hi
    if any(high - low < 1e-6 for low, high in zip(lo, hi, strict=True)):
        raise LutError(f"{name} ends where it begins: its range of colours is empty.")
    return lo, hi


def _numbers(texts: list[str], count: int, name: str) -> tuple[float, ...]:
    found = _parsed(texts)
    if found is None or len(found) != count:
        raise LutError(f"{name} says “{' '.join(texts)[:40]}” where {count} numbers belong.")
    return tuple(found.tolist())


def _colours(rows: list[tuple[int, str]], name: str) -> NDArray[np.float32]:
    """``(rows, 3)``; says which line is none."""
    split = [text.split() for _, text in rows]
    found = _parsed([word for words in split for word in words]) if {len(words) for words in split} == {3} else None
    if found is None:
        number, text = next(_bad(rows))
        raise LutError(f"{name}, line {number}: “{text[:40]}” is not a colour of three numbers.")
    return found.astype(np.float32).reshape(-1, 3)


def _bad(rows: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    for number, text in rows:
        found = _parsed(text.split())
        if found is None or len(found) != 3:
            yield number, text


def _parsed(texts: list[str]) -> NDArray[np.float64] | None:
    """*texts* as numbers of a size that colours may have; None where one is not."""
    try:
        found = np.array(texts, dtype=np.float64)
    except ValueError:
        return None
    return found if bool((np.abs(found) <= 1e6).all()) else None  # not a number is not less either
