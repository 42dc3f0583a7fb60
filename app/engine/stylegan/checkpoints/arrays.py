"""NumPy's arrays and numbers as pickles hold them: views into the file, of sizes that its bytes must bear out."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod
from typing import Any, NoReturn

import numpy as np

from app.engine.stylegan.checkpoints.records import Storage, StorageType, StoredTensor
from app.engine.stylegan.checkpoints.unpickle import Damaged, Known, Refused, Stateful, printable

KINDS = frozenset(("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"))
ORDERS = {"<": "<", ">": ">", "=": "<", "|": "|"}
NDARRAY = "numpy.ndarray"
MOST_DIMENSIONS = 8


@dataclass(eq=False, slots=True)
class NumberType(Stateful):
    """A ``numpy.dtype``: what its numbers are, and later in which order their bytes lie."""

    code: str
    order: str = "<"

    def set_state(self, state: object) -> None:
        if type(state) is not tuple or len(state) < 5 or type(state[1]) is not str or state[1] not in ORDERS:
            raise Damaged("it describes a type of numbers wrongly")
        if any(part is not None for part in state[2:5]):
            raise Refused("it holds an array of tables, which no network is made of")
        self.order = ORDERS[state[1]]


@dataclass(eq=False, slots=True)
class Array(Stateful):
    """A ``numpy.ndarray``, which a pickle makes first and fills after."""

    tensor: StoredTensor | None = None

    def set_state(self, state: object) -> None:
        if type(state) is not tuple or len(state) != 5 or self.tensor is not None:
            raise Damaged("it describes an array wrongly")
        _, shape, kind, fortran, raw = state
        self.tensor = _tensor(raw, kind, shape, last_first=bool(fortran))


def plain(value: object) -> object:
    """*value*, or the number that an array without dimensions is."""
    if type(value) is not Array or value.tensor is None or value.tensor.shape:
        return value
    storage = value.tensor.storage
    assert storage.raw is not None
    return np.frombuffer(storage.raw, storage.type.dtype, 1)[0].item()


def _number_type(code: object, *_: object) -> NumberType:
    if type(code) is not str:
        raise Damaged("it describes a type of numbers wrongly")
    if code not in KINDS:
        what = "Python objects" if code[:1] == "O" else printable(code)
        raise Refused(f"it holds an array of {what}, which no network is made of")
    return NumberType(code)


def _tensor(raw: object, kind: object, shape: object, *, last_first: bool) -> StoredTensor:
    """*raw* as numbers of *kind*; *last_first*: neighbours differ in their first index, as in Fortran."""
    if type(kind) is not NumberType or type(shape) is not tuple or len(shape) > MOST_DIMENSIONS:
        raise Damaged("it describes an array wrongly")
    if any(type(n) is not int or not 0 <= n < 2**40 for n in shape):
        raise Damaged("it describes an array wrongly")
    held, numbers = _bytes(raw), StorageType(kind.order + kind.code)
    if prod(shape) * numbers.item_bytes != len(held):
        raise Refused(f"it has an array of {'x'.join(map(str, shape))} numbers in {len(held):,} bytes")
    strides = tuple(prod(shape[:i] if last_first else shape[i + 1 :]) for i in range(len(shape)))
    return StoredTensor(Storage(numbers, prod(shape), held), 0, shape, strides)


def _bytes(raw: object) -> memoryview:
    if type(raw) is str:  # as Python 2 wrote them
        raw = raw.encode("latin-1")
    if type(raw) is not bytes and type(raw) is not memoryview:
        raise Damaged("it has an array that is not made of bytes")
    return memoryview(raw)


def _reconstruct(kind: object, *_: object) -> Array:
    """As ``numpy.core.multiarray._reconstruct``: an array that gets its numbers as a state."""
    if type(kind) is not Known or kind.name != NDARRAY:
        raise Refused("it builds something else as if it were an array")
    return Array()


def _scalar(kind: object, raw: object) -> Array:
    """As ``numpy.core.multiarray.scalar``."""
    return Array(_tensor(raw, kind, (), last_first=False))


def _from_buffer(raw: object, kind: object, shape: object, order: object, axes: object = None) -> Array:
    """As ``numpy.core.numeric._frombuffer``, which protocol 5 writes; *axes* are those of arrays turned in memory."""
    if type(order) is not str or order not in ("C", "F", "K", "A"):
        raise Damaged("it describes an array wrongly")
    tensor = _tensor(raw, kind, shape, last_first=order == "F")
    if axes is None:
        return Array(tensor)
    if type(axes) is not tuple or any(type(axis) is not int for axis in axes):
        raise Damaged("it describes an array wrongly")
    return Array(turned(tensor, axes))


def turned(tensor: StoredTensor, axes: tuple[int, ...]) -> StoredTensor:
    """*tensor* with its dimensions in another order; nothing is copied."""
    if sorted(axes) != list(range(len(tensor.shape))):
        raise Damaged("it describes an array wrongly")
    shape, strides = (tuple(one[axis] for axis in axes) for one in (tensor.shape, tensor.strides))
    return replace(tensor, shape=shape, strides=strides)


def flipped(tensor: StoredTensor, axes: tuple[int, ...]) -> StoredTensor:
    """*tensor* read backwards along *axes*; nothing is copied."""
    strides = tuple(-step if i in axes else step for i, step in enumerate(tensor.strides))
    start = tensor.offset + sum((tensor.shape[i] - 1) * tensor.strides[i] for i in axes)
    return replace(tensor, offset=start, strides=strides)


def _unbuilt(*_: Any) -> NoReturn:
    raise Refused("it builds an array out of nothing")


def array_names() -> dict[str, Known]:
    """Every name of NumPy's that may stand in a weights file, as NumPy called them before and since version 2."""
    builders: dict[str, Callable[..., Any]] = {"numpy.dtype": _number_type, NDARRAY: _unbuilt}
    for core in ("numpy.core", "numpy._core"):
        builders |= {f"{core}.multiarray._reconstruct": _reconstruct, f"{core}.multiarray.scalar": _scalar}
        builders |= {f"{core}.numeric._frombuffer": _from_buffer}
    return {name: Known(name, build) for name, build in builders.items()}
