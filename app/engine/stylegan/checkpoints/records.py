"""What may stand in a weights file besides plain containers: tensors and records, each checked as it is built."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.stylegan.checkpoints.unpickle import Damaged, Known, Refused, Stateful, keys, printable

BFLOAT16 = "bfloat16"
TAPS: NDArray[np.float32] = np.array(np.outer([1, 3, 3, 1], [1, 3, 3, 1]) / 64, np.float32)
"""The low-pass filter of every published network."""
STORAGES = {
    "FloatStorage": "<f4", "DoubleStorage": "<f8", "HalfStorage": "<f2", "BFloat16Storage": BFLOAT16,
    "LongStorage": "<i8", "IntStorage": "<i4", "ShortStorage": "<i2", "CharStorage": "<i1", "ByteStorage": "<u1",
    "BoolStorage": "<u1", "UntypedStorage": "<u1",
}  # fmt: skip
DTYPES = ("float16", "bfloat16", "float32", "float64", "uint8", "int8", "int16", "int32", "int64", "bool")


@dataclass(frozen=True, slots=True)
class StorageType:
    """The type of a storage's numbers, as NumPy names it."""

    dtype: str

    @property
    def item_bytes(self) -> int:
        """Bytes of one number."""
        return 2 if self.dtype == BFLOAT16 else np.dtype(self.dtype).itemsize


@dataclass(eq=False, slots=True)
class Storage:
    """Numbers side by side; ``raw`` follows later where a file keeps them behind its pickle."""

    type: StorageType
    count: int
    raw: memoryview | None = None


@dataclass(frozen=True, eq=False, slots=True)
class StoredTensor:
    """A view of a storage. What is meant is its numbers by ``times``, and ``plus`` more."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    times: float = 1.0
    plus: float = 0.0

    @property
    def size_bytes(self) -> int:
        """Bytes in the file."""
        return prod(self.shape) * self.storage.type.item_bytes

    def array(self) -> NDArray[np.float32]:
        """Its numbers, copied."""
        storage = self.storage
        if storage.raw is None:
            raise Damaged("it names numbers that it does not hold")
        raw = storage.type.dtype == BFLOAT16
        flat: NDArray[Any] = np.frombuffer(storage.raw, "<u2" if raw else storage.type.dtype, storage.count)
        steps = tuple(stride * flat.itemsize for stride in self.strides)
        view = np.lib.stride_tricks.as_strided(flat[self.offset :], self.shape, steps, writeable=False)
        if raw:
            return np.asarray(view.astype("<u4") << 16, "<u4").view("<f4")
        numbers: NDArray[np.float32] = np.array(view, np.float32, order="C")
        if (self.times, self.plus) != (1.0, 0.0):
            numbers *= np.float32(self.times)
            numbers += np.float32(self.plus)
        return numbers


@dataclass(eq=False, slots=True)
class Record(Stateful):
    """What a file says about an object: the name of its class, and its attributes."""

    class_name: str
    state: dict[str, Any] = field(default_factory=dict)

    def set_state(self, state: object) -> None:
        if type(state) is not dict:
            raise Damaged(f"its {printable(self.class_name)} has no attributes")
        self.state = state


@dataclass(eq=False, slots=True)
class Opaque(Stateful):
    """Something that is read past, such as the arguments of a program: no network is made of it."""

    def set_state(self, state: object) -> None:
        return


def tensor(storage: object, offset: object, shape: object, strides: object, *_: object) -> StoredTensor:
    """As ``torch._utils._rebuild_tensor_v2``: a view that must lie within its storage, and be no larger."""
    if type(storage) is not Storage or type(shape) is not tuple or type(strides) is not tuple:
        raise Damaged("it describes a tensor wrongly")
    numbers = (offset, *shape, *strides)
    if any(type(n) is not int or not 0 <= n < 2**40 for n in numbers) or not len(shape) == len(strides) <= 8:
        raise Damaged("it describes a tensor wrongly")
    assert isinstance(offset, int)
    last = offset + sum((n - 1) * step for n, step in zip(shape, strides, strict=True))
    if prod(shape) and (prod(shape) > storage.count or last >= storage.count):
        raise Refused(f"it has a tensor of {'x'.join(map(str, shape))} in a storage of {storage.count:,} numbers")
    if not prod(shape):
        offset = 0
    return StoredTensor(storage, offset, shape, strides)


def _parameter(held: object, *_: object) -> StoredTensor:
    if type(held) is not StoredTensor:
        raise Damaged("it has a parameter that is no tensor")
    return held


def _persistent(meta: object) -> Record:
    """A network as StyleGAN2-ADA writes it. The program text that comes along is not kept."""
    if type(meta) is not dict or meta.get("type") != "class" or type(meta.get("class_name")) is not str:
        raise Damaged("it describes a network wrongly")
    record = Record(meta["class_name"])
    record.set_state(meta.get("state"))
    return record


def _dictionary(pairs: object = ()) -> dict[Any, Any]:
    if type(pairs) not in (tuple, list) or any(type(one) not in (tuple, list) or len(one) != 2 for one in pairs):  # type: ignore[attr-defined]
        raise Damaged("it describes a table wrongly")
    pairs = [(key, value) for key, value in pairs]  # type: ignore[attr-defined]
    return dict(zip(keys([key for key, _ in pairs]), [value for _, value in pairs], strict=True))


def _sequence(items: object = ()) -> tuple[Any, ...]:
    if type(items) not in (tuple, list):
        raise Damaged("it describes a list wrongly")
    return tuple(items)  # type: ignore[arg-type]


def _set(items: object = ()) -> set[Any]:
    return set(keys(list(_sequence(items))))


def _encoded(text: object, encoding: object = "latin1") -> bytes:
    if type(text) is not str or encoding not in ("latin1", "latin-1"):
        raise Damaged("it encodes text in an unknown way")
    return text.encode("latin-1")


def _word(name: str) -> Callable[..., str]:
    return lambda *_: name


def known_names(load_storage: Callable[[object], object]) -> dict[str, Known]:
    """Every name of torch's and Python's that may stand in a weights file. *load_storage* reads what torch saved."""
    builders: dict[str, Callable[..., Any]] = {
        "collections.OrderedDict": _dictionary,
        "dnnlib.util.EasyDict": _dictionary,
        "torch_utils.persistence._reconstruct_persistent_obj": _persistent,
        "torch.storage._load_from_bytes": load_storage,
        "torch._utils._rebuild_tensor": tensor,
        "torch._utils._rebuild_tensor_v2": tensor,
        "torch._utils._rebuild_parameter": _parameter,
        "torch._utils._rebuild_parameter_with_state": _parameter,
        "torch.Size": _sequence,
        "torch.device": _word("device"),
        "argparse.Namespace": lambda *_: Opaque(),
    }
    builders |= {f"{module}.{kind}": _set for module in ("builtins", "__builtin__") for kind in ("set", "frozenset")}
    builders |= {f"torch.{dtype}": _word(dtype) for dtype in DTYPES}
    known = {name: Known(name, build) for name, build in builders.items()}
    known["_codecs.encode"] = Known("encode", _encoded, copies=1)
    return known | {f"torch.{name}": Known(name, _unbuilt) for name in STORAGES} | _untyped()


def _untyped() -> dict[str, Known]:
    return {f"torch.storage.{name}": Known(name, _unbuilt) for name in ("UntypedStorage", "TypedStorage")}


def _unbuilt(*_: object) -> object:
    raise Refused("it builds a storage out of nothing")


def storage_type(known: object) -> StorageType:
    """The type of numbers that a storage's name stands for."""
    if type(known) is not Known or known.name not in STORAGES:
        raise Damaged("it describes a storage wrongly")
    return StorageType(STORAGES[known.name])
