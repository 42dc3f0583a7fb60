"""Reads what ``torch.save`` and Python's pickle wrote, zip and legacy files alike, without either of them."""

import re
import struct
import zipfile
from io import RawIOBase

from app.engine.stylegan.checkpoints.arrays import array_names
from app.engine.stylegan.checkpoints.records import Storage, known_names, storage_type
from app.engine.stylegan.checkpoints.tensorflow import network_names
from app.engine.stylegan.checkpoints.unpickle import Budget, Damaged, Machine, Refused, no_storage

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
ZIP = b"PK\x03\x04"
LOCAL_HEADER = struct.Struct("<4s5H3I2H")
MOST_ENTRIES = 20_000
TURNED = "it was written on a machine that turns its bytes round, where torch can save it anew"
DEEPEST = 2


class Reader:
    """Owns what a whole file may cost: steps over all its nested pickles, and how deep they nest."""

    def __init__(self, size: int) -> None:
        self._budget = Budget(size)
        self._depth = 0
        self._known = known_names(self._nested) | array_names() | network_names()

    def read(self, raw: memoryview) -> object:
        """The object in *raw*; Refused or Damaged says why there is none."""
        if raw[:4] == ZIP:
            return self._zip(raw)
        machine = Machine(raw, self._known, self._budget, no_storage)
        first = machine.load()
        return self._legacy(machine) if type(first) is int and first == MAGIC else first

    def _nested(self, raw: object) -> Storage:
        """As ``torch.storage._load_from_bytes``: a storage saved into bytes of its own."""
        if type(raw) is bytes:
            raw = memoryview(raw)
        if type(raw) is not memoryview:
            raise Damaged("it holds a storage that is not made of bytes")
        if self._depth >= DEEPEST:
            raise Refused("it nests files in files without end")
        self._depth += 1
        held = self.read(raw)
        self._depth -= 1
        if type(held) is not Storage:
            raise Damaged("it holds a storage that is none")
        return held

    def _legacy(self, machine: Machine) -> object:
        """The rest of a legacy file: version, machine, object, names of storages, storages."""
        if machine.load() != PROTOCOL:
            raise Damaged("it is of an unknown version")
        system = machine.load()
        if type(system) is not dict or system.get("little_endian") is not True:
            raise Refused(TURNED)
        storages: dict[str, Storage] = {}
        size = len(machine.raw)

        def stored(token: object) -> Storage:
            key, storage = _described(token, size)
            return storages.setdefault(key, storage)

        machine.stored = stored
        held = machine.load()
        machine.stored = no_storage
        names = machine.load()
        if type(names) is not list or len(names) > MOST_ENTRIES:
            raise Damaged("it has no list of its storages")
        for name in names:
            storage = storages.get(name) if type(name) is str else None
            if storage is None:
                raise Damaged("it holds a storage that nothing uses")
            if struct.unpack("<q", machine.take(8))[0] != storage.count:
                raise Damaged("it holds a storage of another size than it says")
            storage.raw = machine.take(storage.count * storage.type.item_bytes)
        return held

    def _zip(self, raw: memoryview) -> object:
        entries = _entries(raw)
        root = next((name.removesuffix("data.pkl") for name in entries if name.endswith("data.pkl")), None)
        if root is None:
            raise Damaged("it is a zip file without a network in it, to be unpacked first")
        if f"{root}byteorder" in entries and bytes(entries[f"{root}byteorder"]) != b"little":
            raise Refused(TURNED)
        storages: dict[str, Storage] = {}

        def stored(token: object) -> Storage:
            key, storage = _described(token, len(raw))
            if key not in storages:
                storage.raw = entries.get(f"{root}data/{key}")
                if storage.raw is None or len(storage.raw) != storage.count * storage.type.item_bytes:
                    raise Damaged("it holds a storage of another size than it says")
                storages[key] = storage
            return storages[key]

        return Machine(entries[f"{root}data.pkl"], self._known, self._budget, stored).load()


def _described(token: object, size: int) -> tuple[str, Storage]:
    """Key and storage that a persistent id stands for; none can be larger than the file of *size* bytes."""
    match token:
        case ("storage", known, str(key), str(), int(count)) | ("storage", known, str(key), str(), int(count), None):
            kind = storage_type(known)
            if 0 <= count * kind.item_bytes <= size:
                return key, Storage(kind, count)
            raise Refused(f"it says that it holds {count:,} numbers, more than there are bytes in it")
    raise Refused("it refers to something that is no storage")


def _entries(raw: memoryview) -> dict[str, memoryview]:
    """Name -> bytes of what a zip file holds, none of it packed."""
    if sum(1 for _, _ in zip(re.finditer(rb"PK\x01\x02", raw), range(MOST_ENTRIES + 1), strict=False)) > MOST_ENTRIES:
        raise Refused("it is a zip file of more entries than any network")
    entries = {}
    try:
        with zipfile.ZipFile(_View(raw)) as archive:
            for info in archive.infolist():
                if info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size:
                    raise Refused("it is a packed archive, to be unpacked first")
                start = LOCAL_HEADER.unpack_from(raw, info.header_offset)
                begin = info.header_offset + LOCAL_HEADER.size + start[-2] + start[-1]
                if begin + info.file_size > len(raw):
                    raise Damaged("it is cut short")
                entries[info.filename] = raw[begin : begin + info.file_size]
    except (zipfile.BadZipFile, NotImplementedError, struct.error) as cause:
        raise Damaged("it is a zip file that is cut short or broken") from cause
    return entries


class _View(RawIOBase):
    """A file over bytes in memory, which are not copied: only the end of it is read, where a zip file lists itself."""

    def __init__(self, raw: memoryview) -> None:
        super().__init__()
        self._raw, self._at = raw, 0

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = max(0, offset + (0, self._at, len(self._raw))[whence])
        return self._at

    def read(self, size: int = -1) -> bytes:
        end = len(self._raw) if size < 0 else self._at + size
        piece = bytes(self._raw[self._at : end])
        self._at += len(piece)
        return piece
