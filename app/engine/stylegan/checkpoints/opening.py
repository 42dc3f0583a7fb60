"""Opens a weights file of any format that is known, told apart by what it holds and not by its name. No torch."""

import mmap
import os
import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import LockedStyleError, StyleError
from app.engine.stylegan.cards import AnyCard, parse_card, shapes_of
from app.engine.stylegan.checkpoints import ada, foreign, rosinality, tensorflow
from app.engine.stylegan.checkpoints.records import TAPS, StoredTensor
from app.engine.stylegan.checkpoints.safetensors import AGAIN, LONGEST_HEADER, read_header
from app.engine.stylegan.checkpoints.torchfile import ZIP, Reader
from app.engine.stylegan.checkpoints.unpickle import Damaged, Refused

CARD_KEY = "anthesis"
SUFFIXES = (".safetensors", ".pkl", ".pt", ".pth")
"""How weights files are called, for dialogs and drops; what they are is told by what they hold."""
AVERAGE = "mapping.w_avg"
NOT_DATA = "nothing in it was run, and a safetensors copy of it would be safe"
CONVERT = "make one with 'anthesis convert' from the file it was made of"


@dataclass(frozen=True, eq=False, slots=True)
class Checkpoint:
    """A weights file whose tensors have been held against its card.

    ``tensors`` lie in the file as it is mapped.
    """

    format: str
    card: AnyCard
    shapes: Mapping[str, tuple[int, ...]]
    size_bytes: int
    tensors: Mapping[str, StoredTensor]

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """The tensors in float32, copied; what the format leaves out is filled in, but for an unknown ``w_avg``."""
        arrays = {}
        for name, tensor in self.tensors.items():
            arrays[name] = tensor.array()
            _let_go(tensor)
        filters = (name for name in shapes_of(self.card) if name.endswith("resample_filter"))
        return {name: TAPS.copy() for name in filters if name not in arrays} | arrays


def open_checkpoint(path: Path) -> Checkpoint:
    """The network in *path*; StyleError says in one sentence why there is none."""
    start = _start(path)
    marked = start[:4] == ZIP or start[:1] == b"\x80"
    # Pickles of the first protocols have no mark of their own: they are believed by name, and then by what they hold.
    if not (marked or _is_safetensors(start)) and (told := foreign.told_by_start(start)):
        raise StyleError(f"{path.name} {told}.")
    if _is_safetensors(start) or not (marked or path.suffix.lower() in SUFFIXES[1:]):
        return _open_safetensors(path)
    return _open_pickle(path, _mapped(path), marked)


def _mapped(path: Path) -> memoryview:
    try:
        with path.open("rb") as file:
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except OSError as cause:
        raise StyleError(f"{path.name} could not be read: {os.strerror(cause.errno or 0).lower()}.") from cause


def _let_go(tensor: StoredTensor) -> None:
    """What was copied need not stay in memory; where the system cannot be told so, it stays a while."""
    mapped = tensor.storage.raw.obj if tensor.storage.raw is not None else None
    if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


def _start(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise StyleError(f"{path.name} is a folder, not a weights file: open a file in it.")
        with path.open("rb") as file:
            start = file.read(64)
    except OSError as cause:
        raise StyleError(f"{path.name} could not be read: {os.strerror(cause.errno or 0).lower()}.") from cause
    if not start:
        raise StyleError(f"{path.name} is empty: download or copy it again.")
    return start


def _is_safetensors(start: bytes) -> bool:
    return len(start) > 8 and struct.unpack("<Q", start[:8])[0] <= LONGEST_HEADER and start[8:9] == b"{"


def _open_safetensors(path: Path) -> Checkpoint:
    header = read_header(path)
    if CARD_KEY not in header.metadata:
        kind = foreign.told_by_names(header.tensors) or f"it has no card, so its network is not known; {CONVERT}"
        raise StyleError(f"{path.name} cannot be used: {kind}.")
    try:
        card = parse_card(header.metadata[CARD_KEY])
    except ValueError as cause:
        raise StyleError(f"{path.name} cannot be used: {cause}.") from cause
    shapes = {name: placed.shape for name, placed in header.tensors.items()}
    _compare(path.name, card, shapes, frozenset())
    try:
        tensors = header.stored(_mapped(path))
    except ValueError as cause:
        raise StyleError(f"{path.name} cannot be used: {cause}.") from cause
    return Checkpoint("safetensors", card, shapes, header.size_bytes, tensors)


def _open_pickle(path: Path, raw: memoryview, marked: bool) -> Checkpoint:
    name = path.name
    try:
        held = _read(raw)
        card, tensors = _network(held, path.stem)
        if sum(tensor.size_bytes for tensor in tensors.values()) > len(raw):
            raise Refused("its tensors are larger than the file")
        if any(tensor.storage.raw is None for tensor in tensors.values()):
            raise Damaged("it names numbers that it does not hold")
        kind = card.origin if ada.is_ada(held) else rosinality.FORMAT
        kind = tensorflow.FORMAT if tensorflow.is_tensorflow(held) else kind
    except Refused as cause:
        raise LockedStyleError(f"{name} was refused: {cause}; {NOT_DATA}.") from cause
    except (Damaged, IndexError, KeyError, TypeError, struct.error, OverflowError) as cause:
        if not marked:
            raise StyleError(f"{name} is not a weights file: those are safetensors, .pkl or .pt files.") from cause
        told = str(cause) if isinstance(cause, Damaged) else "it does not follow its own format"
        raise StyleError(f"{name} is damaged: {told}; {AGAIN}.") from cause
    except ValueError as cause:
        raise StyleError(f"{name} cannot be used: {cause}.") from cause
    shapes = {key: tensor.shape for key, tensor in tensors.items()}
    optional = frozenset(key for key in shapes_of(card) if key.endswith("resample_filter"))
    _compare(name, card, shapes, optional | {AVERAGE} if kind == rosinality.FORMAT else optional)
    if ada.is_ada(held) and any(not np.allclose(tensors[key].array(), TAPS) for key in optional & tensors.keys()):
        raise StyleError(f"{name} cannot be used: its resampling filter is not known yet.")
    return Checkpoint(kind, card, shapes, len(raw), tensors)


def _read(raw: memoryview) -> object:
    """The object in *raw*; what Python says about numbers and text that are none is not for people."""
    try:
        return Reader(len(raw)).read(raw)
    except (Refused, Damaged):
        raise
    except ValueError as cause:
        raise Damaged("it does not follow its own format") from cause


def _network(held: object, name: str) -> tuple[AnyCard, dict[str, StoredTensor]]:
    readers: tuple[tuple[Callable[[object], bool], Callable[..., tuple[AnyCard, dict[str, StoredTensor]]]], ...] = (
        (ada.is_ada, ada.read_ada),
        (tensorflow.is_tensorflow, tensorflow.read_tensorflow),
        (rosinality.is_rosinality, rosinality.read_rosinality),
    )
    for is_it, read in readers:
        if is_it(held):
            return read(held, name)
    told = foreign.told_by_names(foreign.names_in(held))
    raise ValueError(told or f"it holds no StyleGAN2 generator (G_ema, g_ema or Gs); {foreign.CHOOSE}")


def _compare(name: str, card: AnyCard, shapes: Mapping[str, tuple[int, ...]], optional: frozenset[str]) -> None:
    expected = shapes_of(card)
    for key, shape in expected.items():
        if key not in shapes:
            if key in optional:
                continue
            raise StyleError(f"{name} does not fit its card ({card.resolution} px): {key} is missing.")
        if shapes[key] != shape:
            found, wanted = ("x".join(map(str, one)) or "a single number" for one in (shapes[key], shape))
            raise StyleError(f"{name} does not fit its card: {key} is {found} and should be {wanted}.")
    if strangers := sorted(shapes.keys() - expected.keys()):
        stranger = re.sub(r"[^ -~]", "?", strangers[0][:80])
        raise StyleError(f"{name} does not fit its card ({card.resolution} px): {stranger} is not in it.")
