"""Weights files that mean harm: pickles by every route there is, and what a test needs to say that one was refused."""

import io
import pickle
import struct
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import strategies as st

from app.engine.errors import StyleError
from app.engine.stylegan.weights import load_weights

SOON = 2.0
"""Seconds of this thread's own time: what else the machine does is not the file's fault."""
HARM = b"touch harmed"
P4 = b"\x80\x04"


@contextmanager
def soon() -> Iterator[None]:
    """Fails when what is done in it took longer; where every line is watched, for coverage, all takes longer."""
    began = time.thread_time()
    yield
    assert time.thread_time() - began < (SOON if sys.gettrace() is None else 5 * SOON)


def text(word: bytes | str) -> bytes:
    """*word* as a pickle's string."""
    raw = word if isinstance(word, bytes) else word.encode()
    return b"\x8c" + bytes([len(raw)]) + raw


def refuses(path: Path, *words: str, read: Callable[[Path], object] = load_weights) -> str:
    """StyleError from *read* in one sentence that names the file and says *words*, soon."""
    with soon(), pytest.raises(StyleError) as caught:
        read(path)
    sentence = str(caught.value)
    assert path.name in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 300
    for word in words:
        assert word in sentence
    return sentence


def written(folder: Path, raw: bytes, name: str = "evil.pkl") -> Path:
    """A file of these bytes."""
    (folder / name).write_bytes(raw)
    return folder / name


CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8)
"""For ``flipped``: where in a file, as a share of it, and what stands there then."""


def flipped(raw: bytes, changes: list[tuple[float, int]]) -> bytes:
    """*raw* with a few bytes changed."""
    broken = bytearray(raw)
    for place, value in changes:
        broken[int(place * len(raw))] = value
    return bytes(broken)


CALLS = {
    "GLOBAL": b"cos\nsystem\n(" + text(HARM) + b"tR.",
    "STACK_GLOBAL": P4 + text("os") + text("system") + b"\x93" + text(HARM) + b"\x85R.",
    "INST": b"(" + text(HARM) + b"ios\nsystem\n.",
    "OBJ": b"(cos\nsystem\n" + text(HARM) + b"o.",
    "NEWOBJ": P4 + b"cos\nsystem\n" + text(HARM) + b"\x85\x81.",
    "NEWOBJ_EX": P4 + b"cos\nsystem\n" + text(HARM) + b"\x85}\x92.",
    "BUILD": P4 + b"cos\nsystem\n" + b"}" + text("__setstate__") + b"cos\nsystem\nsb" + text(HARM) + b"b.",
}
"""The ways in which a pickle can call something."""


def legacy(inner: bytes) -> bytes:
    """What ``torch.save`` once wrote, with *inner* as the object in it."""
    head = b"".join(pickle.dumps(part, 2) for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}))
    return head + inner + pickle.dumps([], 2)


def nested(raw: bytes) -> bytes:
    """*raw* as the bytes of a storage within a pickle."""
    return P4 + b"ctorch.storage\n_load_from_bytes\nB" + struct.pack("<I", len(raw)) + raw + b"\x85R."


def zipped(entries: Mapping[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    """A zip file of *entries*."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", how) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return kept.getvalue()


def storage_id(count: int, key: bytes = b"0") -> bytes:
    """The beginning of a pickle that refers to a storage of *count* floats."""
    number = b"\x8a\x08" + struct.pack("<q", count)
    return P4 + b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text(key) + text("cpu") + number + b"tQ"


BOMBS = {
    "marks": P4 + b"(" * 3_000_000,
    "lists": P4 + b"]" * 3_000_000,
    "nothing": P4 + b"N0" * 1_500_000 + b".",
    "list in list": P4 + b"]" + b"]\x94a" * 500_000,
    "deep tuple as a name": P4 + b")" + b"\x85" * 900_000 + b"}" + b"\x8c\x01aN\x93.",
    "deep tuple as a key": P4 + b"}" + b")" + b"\x85" * 900_000 + b"Ns.",
    "deep tuple": P4 + b")" + b"\x85" * 250_000 + b".",
    "memo beyond memory": P4 + b"]r\xff\xff\xff\xff0j\xff\xff\xff\xff.",
    "memo without end": P4 + b"Np" + b"9" * 300 + b"\n.",
    "memo full": P4 + b"N" + b"\x94" * 900_000 + b".",
    "twice": P4 + b"]" + b"2" * 900_000 + b".",
    "digits": b"I" + b"9" * 390 + b"\n.",
    "long number": P4 + b"\x8b" + struct.pack("<I", 10**6) + bytes(10**6) + b".",
    "more bytes than there are": P4 + b"\x8e" + b"\xff" * 8 + b".",
    "frame beyond the file": P4 + b"\x95" + b"\xff" * 8 + b"N.",
    "list in itself": P4 + b"]q\x00h\x00a.",
    "key without value": P4 + b"(N" + text("GAN") + b"Nd.",
    "laughs": P4 + text("a") + b"\x94" + b"h\x00h\x00\x86\x94"
    + b"".join(b"h" + bytes([i]) * 2 + b"\x86\x94" for i in range(1, 9)) + b".",
    "wide text": P4 + (b"X" + struct.pack("<I", 2**20) + b"a" * (2**20 - 4) + "\U0001f338".encode()) * 8 + b".",
    "bytes that are coded again": P4 + b"X" + struct.pack("<I", 10**7) + b"a" * 10**7 + b"\x940"
    + b"c_codecs\nencode\nh\x00\x85R" * 5 + b".",
    "tables of tables": P4 + b"}\x94(" + b"".join(b"M" + struct.pack("<H", i) + b"}" for i in range(2000)) + b"u0}\x94("
    + b"".join(b"M" + struct.pack("<H", i) + b"h\x00" for i in range(2000)) + b"u0}("
    + b"".join(b"M" + struct.pack("<H", i) + b"h\x01" for i in range(2000)) + b"u.",
}  # fmt: skip
"""Small files that would be long or large in memory."""
