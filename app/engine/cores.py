"""How many cores this program may use, and of which kind; limits of containers count."""

import ctypes
import os
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LITTLE = 0.5
"""Share of the fastest core's speed below which a core is there to save power."""
_CORE = 0
"""The number of "processor core" among what Windows tells of its processors."""


@dataclass(frozen=True, slots=True)
class Cores:
    """logical: what threads run on, hyperthreads counted; physical: without them; fast: those that do not save power.

    All as far as this program may use them. limit: threads that somebody allows at most, None where nobody says.
    """

    logical: int
    physical: int
    fast: int
    limit: int | None = None

    @property
    def most(self) -> int:
        """How many threads one picture may use: every core but one, which belongs to sound, window and encoder.

        OpenMP waits for its slowest thread. With both cores of two in use, anything else that runs makes a picture of
        Bloom take 130 to 490 ms, measured, where one thread alone takes 13.
        """
        most = max(1, self.logical - 1)
        return most if self.limit is None else max(1, min(most, self.limit))

    @property
    def usual(self) -> int:
        """How many threads draw where nothing was measured."""
        return min(self.fast, self.most)

    @property
    def counts(self) -> tuple[int, ...]:
        """How many threads to try, fewest first."""
        even = 1 << (self.physical.bit_length() - 1)  # powers of two: mostly the same pictures, to the bit
        tried = {1, self.physical // 2, even // 2, even, self.fast, self.physical, self.most, self.usual}
        return tuple(sorted(count for count in tried if 1 <= count <= self.most))


def cores() -> Cores:
    """What there is; ``OMP_NUM_THREADS`` is a limit."""
    said = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
    limit = int(said) if said.isdecimal() and int(said) else None
    if sys.platform == "win32":
        found = of_windows(_told_by_windows(), _affinity_of_windows())
    elif sys.platform == "darwin":
        found = _of_macos()
    else:
        allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
        found = of_linux(Path("/"), sorted(allowed))
    logical, physical, fast = found
    return Cores(logical, min(physical, logical), min(fast, physical, logical), limit)


Found = tuple[int, int, int]
"""Logical, physical and fast cores."""


def of_linux(root: Path, allowed: list[int]) -> Found:
    """Under *root*, where ``sys`` and ``proc`` are, those of the cores *allowed*."""
    cpus = root / "sys/devices/system/cpu"
    siblings = {cpu: _siblings(cpus / f"cpu{cpu}/topology", cpu) for cpu in allowed}
    hybrid = _text(root / "sys/devices/cpu_core/cpus")
    speeds = {cpu: float(_text(cpus / f"cpu{cpu}/cpu_capacity") or 1.0) for cpu in allowed}
    fast = [cpu for cpu in allowed if speeds[cpu] >= LITTLE * max(speeds.values())]
    if hybrid:
        fast = [cpu for cpu in fast if cpu in listed(hybrid)] or fast
    quota = min(_quotas(root), default=len(allowed))
    logical = max(1, min(len(allowed), quota))
    return logical, len(set(siblings.values())), len({siblings[cpu] for cpu in fast})


def _siblings(topology: Path, cpu: int) -> str:
    """What names the physical core of *cpu*."""
    return _text(topology / "core_cpus_list") or _text(topology / "thread_siblings_list") or str(cpu)


def _quotas(root: Path) -> Iterator[int]:
    """Whole cores that the groups of this program may keep busy."""
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, kinds, inside = line.split(":", 2)
        if kinds and "cpu" not in kinds.split(","):
            continue
        mounted = root / "sys/fs/cgroup" / ("cpu" if kinds else "")
        group = mounted / inside.lstrip("/")
        for place in (group, *(parent for parent in group.parents if parent == mounted or mounted in parent.parents)):
            quota, _, period = _text(place / "cpu.max").partition(" ")
            if kinds:
                quota, period = _text(place / "cpu.cfs_quota_us"), _text(place / "cpu.cfs_period_us")
            if quota.isdecimal() and period.isdecimal() and int(period):
                yield max(1, int(quota) // int(period))


def listed(text: str) -> set[int]:
    """The numbers of "0-3,8"."""
    ends = (part.partition("-") for part in text.split(",") if part.strip())
    return {cpu for first, _, last in ends for cpu in range(int(first), int(last or first) + 1)}


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _of_macos() -> Found:
    names = ("hw.logicalcpu", "hw.physicalcpu", "hw.perflevel0.physicalcpu")
    logical, physical, fast = map(_told_by_macos, names)
    logical = logical or os.cpu_count() or 1
    return logical, physical or logical, fast or physical or logical


def _told_by_macos(name: str) -> int:
    """A number of its system; 0 where it has none of that *name*."""
    value, size = ctypes.c_int(0), ctypes.c_size_t(4)
    ask = ctypes.CDLL(None).sysctlbyname
    return 0 if ask(name.encode(), ctypes.byref(value), ctypes.byref(size), None, 0) else value.value


def of_windows(told: bytes, affinity: int) -> Found:
    """Of what ``GetLogicalProcessorInformationEx`` *told*, those of the first group that *affinity* has a bit for."""
    found, at = [], 0
    while at + 8 <= len(told):
        kind, size = struct.unpack_from("<II", told, at)
        groups = struct.unpack_from("<H", told, at + 30)[0] if kind == _CORE else 0
        for i in range(groups):
            mask, group = struct.unpack_from("<QH", told, at + 32 + 16 * i)
            threads = (mask if group else mask & affinity).bit_count()
            if threads:
                found.append((threads, told[at + 9]))  # its class: the higher, the faster
        at += max(8, size)
    if not found:
        count = os.cpu_count() or 1
        return count, count, count
    best = max(speed for _, speed in found)
    return sum(threads for threads, _ in found), len(found), sum(speed == best for _, speed in found)


def _told_by_windows() -> bytes:
    ask = ctypes.WinDLL("kernel32").GetLogicalProcessorInformationEx  # type: ignore[attr-defined]
    size = ctypes.c_uint32(0)
    ask(_CORE, None, ctypes.byref(size))
    room = ctypes.create_string_buffer(size.value)
    return room.raw if ask(_CORE, room, ctypes.byref(size)) else b""


def _affinity_of_windows() -> int:
    kernel = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined]
    mine, all_of_them = ctypes.c_size_t(0), ctypes.c_size_t(0)
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    this = ctypes.c_void_p(kernel.GetCurrentProcess())
    known = kernel.GetProcessAffinityMask(this, ctypes.byref(mine), ctypes.byref(all_of_them))
    return mine.value if known and mine.value else (1 << 64) - 1
