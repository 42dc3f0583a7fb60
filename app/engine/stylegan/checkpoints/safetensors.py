"""Reads safetensors files: the header strictly and without torch, the tensors by the safetensors library."""

import json
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.engine.errors import StyleError

if TYPE_CHECKING:
    from torch import Tensor

BYTES = {"F32": 4, "F16": 2, "BF16": 2}
LONGEST_HEADER = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Header:
    """What a safetensors file says it holds: tensor shapes, free text metadata, size on disk."""

    shapes: Mapping[str, tuple[int, ...]]
    metadata: Mapping[str, str]
    size_bytes: int


def read_header(path: Path) -> Header:
    """The header, checked against itself and against the length of the file. Reads nothing else."""
    try:
        if path.is_dir():
            raise StyleError(f"{path.name} is a folder, not a weights file.")
        size = path.stat().st_size
        if size == 0:
            raise StyleError(f"{path.name} is empty.")
        with path.open("rb") as file:
            return Header(*_parse(path.name, _header_text(path.name, file.read(8), file.read, size), size), size)
    except OSError as cause:
        raise StyleError(f"{path.name} could not be read: {os.strerror(cause.errno or 0).lower()}.") from cause


def load_tensors(path: Path) -> dict[str, "Tensor"]:
    """All tensors in float32, in main memory."""
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return {name: tensor.to(torch.float32) for name, tensor in load_file(path).items()}
    except (OSError, SafetensorError) as cause:
        raise StyleError(f"The tensors of {path.name} could not be read: {cause}.") from cause


def _header_text(name: str, prefix: bytes, read: Any, size: int) -> bytes:
    length = struct.unpack("<Q", prefix)[0] if len(prefix) == 8 else 0
    if not 2 <= length <= LONGEST_HEADER or (text := read(min(length, size))).lstrip()[:1] != b"{":
        raise StyleError(f"{name} is not a safetensors weights file.")
    if len(text) < length:
        raise StyleError(f"{name} is cut short: its header alone is longer than the file.")
    return bytes(text)


def _parse(name: str, text: bytes, size: int) -> tuple[dict[str, tuple[int, ...]], dict[str, str]]:
    try:
        table = json.loads(text)
    except (ValueError, RecursionError) as cause:
        raise StyleError(f"{name} is damaged: its header is not valid JSON.") from cause
    metadata = table.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise StyleError(f"{name} is damaged: its metadata is not text.")
    shapes, spans = {}, []
    for key, entry in table.items():
        shapes[key], span = _entry(name, key, entry)
        spans.append(span)
    spans.sort()
    if spans and (spans[0][0] != 0 or any(one[1] != two[0] for one, two in pairwise(spans))):
        raise StyleError(f"{name} is damaged: its tensors do not lie side by side.")
    needed = 8 + len(text) + (spans[-1][1] if spans else 0)
    if size < needed:
        raise StyleError(f"{name} is cut short: it has {size:,} of {needed:,} bytes.")
    if size > needed:
        raise StyleError(f"{name} is damaged: it has {size:,} bytes where its header says {needed:,}.")
    return shapes, metadata


def _entry(name: str, key: str, entry: Any) -> tuple[tuple[int, ...], tuple[int, int]]:
    """Shape and byte range of one tensor."""
    match entry:
        case {"dtype": str(dtype), "shape": list(shape), "data_offsets": [int(begin), int(end)]}:
            if dtype not in BYTES:
                raise StyleError(f"{name} cannot be used: {key[:80]} is of type {dtype[:20]}, not a float.")
            whole = all(type(n) is int and 0 <= n < 2**31 for n in shape)
            if whole and len(shape) <= 8 and begin >= 0 and end - begin == prod(shape) * BYTES[dtype]:
                return tuple(shape), (begin, end)
    raise StyleError(f"{name} is damaged: its header describes {key[:80]} wrongly.")
