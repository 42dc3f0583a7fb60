"""Reads safetensors files: the header strictly, the tensors as they lie in the file, both without torch."""

import json
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Any

from app.engine.errors import StyleError
from app.engine.stylegan.checkpoints.records import BFLOAT16, Storage, StorageType, StoredTensor
from app.engine.stylegan.checkpoints.unpickle import printable

FLOATS = {"F32": "<f4", "F16": "<f2", "BF16": BFLOAT16}
BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2} | {f"{sign}{8 * n}": n for sign in "IU" for n in (1, 2, 4, 8)}
BYTES |= {"BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1}
AGAIN = "download or copy it again"
LONGEST_HEADER = 2 * 2**20
"""Bytes: many times the longest header of a network, and no more than can be read at once."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a safetensors file says it holds: tensors, free text metadata, size on disk."""

    tensors: Mapping[str, "Placed"]
    metadata: Mapping[str, str]
    size_bytes: int
    begin: int
    """Where the tensors begin."""

    def stored(self, raw: memoryview) -> dict[str, StoredTensor]:
        """The tensors in *raw*, the whole file; ValueError if one is not of floats."""
        return {name: placed.stored(name, raw[self.begin :]) for name, placed in self.tensors.items()}


@dataclass(frozen=True, slots=True)
class Placed:
    """A tensor as the header describes it."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int

    def stored(self, name: str, raw: memoryview) -> StoredTensor:
        """Its numbers in *raw*, all tensors of the file."""
        if self.dtype not in FLOATS:
            raise ValueError(f"{printable(name)} is of type {self.dtype}, not a float")
        storage = Storage(StorageType(FLOATS[self.dtype]), prod(self.shape), raw[self.begin : self.end])
        strides = tuple(prod(self.shape[i + 1 :]) for i in range(len(self.shape)))
        return StoredTensor(storage, 0, self.shape, strides)


def read_header(path: Path) -> Header:
    """The header, checked against itself and against the length of the file. Reads nothing else."""
    try:
        if path.is_dir():
            raise StyleError(f"{path.name} is a folder, not a weights file: open a file in it.")
        size = path.stat().st_size
        if size == 0:
            raise StyleError(f"{path.name} is empty: {AGAIN}.")
        with path.open("rb") as file:
            text = _header_text(path.name, file.read(8), file.read, size)
            return Header(*_parse(path.name, text, size), size, 8 + len(text))
    except OSError as cause:
        raise StyleError(f"{path.name} could not be read: {os.strerror(cause.errno or 0).lower()}.") from cause


def _header_text(name: str, prefix: bytes, read: Any, size: int) -> bytes:
    length = struct.unpack("<Q", prefix)[0] if len(prefix) == 8 else 0
    if not 2 <= length <= LONGEST_HEADER or (text := read(min(length, size))).lstrip()[:1] != b"{":
        raise StyleError(f"{name} is not a weights file: those are safetensors, .pkl or .pt files.")
    if len(text) < length:
        raise StyleError(f"{name} is cut short: its header alone is longer than the file; {AGAIN}.")
    return bytes(text)


def _parse(name: str, text: bytes, size: int) -> tuple[dict[str, Placed], dict[str, str]]:
    try:
        table = json.loads(text)
    except (ValueError, RecursionError) as cause:
        raise StyleError(f"{name} is damaged: its header is not valid JSON; {AGAIN}.") from cause
    metadata = table.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise StyleError(f"{name} is damaged: its metadata is not text; {AGAIN}.")
    tensors = {key: _entry(name, key, entry) for key, entry in table.items()}
    spans = sorted((placed.begin, placed.end) for placed in tensors.values())
    if spans and (spans[0][0] != 0 or any(one[1] != two[0] for one, two in pairwise(spans))):
        raise StyleError(f"{name} is damaged: its tensors do not lie side by side; {AGAIN}.")
    needed = 8 + len(text) + (spans[-1][1] if spans else 0)
    if size < needed:
        raise StyleError(f"{name} is cut short: it has {size:,} of {needed:,} bytes; {AGAIN}.")
    if size > needed:
        raise StyleError(f"{name} is damaged: it has {size:,} bytes where its header says {needed:,}; {AGAIN}.")
    return tensors, metadata


def _entry(name: str, key: str, entry: Any) -> Placed:
    match entry:
        case {"dtype": str(dtype), "shape": list(shape), "data_offsets": [int(begin), int(end)]}:
            whole = len(shape) <= 8 and all(type(n) is int and 0 <= n < 2**31 for n in shape)
            if whole and begin >= 0 and end - begin == prod(shape) * BYTES.get(dtype, -1):
                return Placed(dtype, tuple(shape), begin, end)
    raise StyleError(f"{name} is damaged: its header describes {printable(key)} wrongly; {AGAIN}.")
