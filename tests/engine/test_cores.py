"""How many cores there are to use: what Linux, its containers and Windows say, and what is tried of it."""

import os
import struct

import pytest

from app.engine.cores import Cores, cores, listed, of_linux, of_windows


@pytest.fixture
def machine(tmp_path):
    """Four cores of two threads each: 0 and 4 are one core."""
    for cpu in range(8):
        write(tmp_path, f"sys/devices/system/cpu/cpu{cpu}/topology/core_cpus_list", f"{cpu % 4},{cpu % 4 + 4}\n")
    return tmp_path


def write(root, name, text):
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_hyperthreads_are_told_from_cores(machine):
    assert of_linux(machine, list(range(8))) == (8, 4, 4)


def test_only_what_this_program_may_use_counts(machine):
    assert of_linux(machine, [0, 1, 4]) == (3, 2, 2)


def test_where_nothing_is_told_every_thread_is_a_core(tmp_path):
    assert of_linux(tmp_path, [0, 1, 2]) == (3, 3, 3)


def test_older_systems_have_another_word_for_it(tmp_path):
    for cpu in (0, 1):
        write(tmp_path, f"sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list", "0-1")
    assert of_linux(tmp_path, [0, 1]) == (2, 1, 1)


def test_cores_that_save_power(machine):
    write(machine, "sys/devices/cpu_core/cpus", "0-1,4-5\n")
    assert of_linux(machine, list(range(8))) == (8, 4, 2)
    assert of_linux(machine, [2, 3]) == (2, 2, 2)  # there are no others


def test_cores_that_are_slower_than_others(tmp_path):
    for cpu, speed in enumerate((1024, 900, 400, 400)):
        write(tmp_path, f"sys/devices/system/cpu/cpu{cpu}/cpu_capacity", str(speed))
    assert of_linux(tmp_path, [0, 1, 2, 3]) == (4, 4, 2)


@pytest.mark.parametrize(
    ("group", "files", "logical"),
    [
        ("0::/\n", {"cpu.max": "300000 100000\n"}, 3),
        ("0::/pod/one\n", {"pod/one/cpu.max": "max 100000\n", "pod/cpu.max": "250000 100000\n"}, 2),
        ("0::/pod\n", {"pod/cpu.max": "20000 100000\n"}, 1),
        ("0::/pod\n", {"pod/cpu.max": "max 100000\n"}, 8),
        ("0::/pod\n", {"pod/cpu.max": "nonsense"}, 8),
        ("3:cpu,cpuacct:/\n1:memory:/\n", {"cpu/cpu.cfs_quota_us": "400000", "cpu/cpu.cfs_period_us": "100000"}, 4),
        ("3:cpu,cpuacct:/\n", {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, 8),
        ("1:memory:/\n", {"cpu/cpu.cfs_quota_us": "400000", "cpu/cpu.cfs_period_us": "100000"}, 8),
    ],
)
def test_limits_of_containers(machine, group, files, logical):
    write(machine, "proc/self/cgroup", group)
    for name, text in files.items():
        write(machine, f"sys/fs/cgroup/{name}", text)
    assert of_linux(machine, list(range(8)))[0] == logical


def test_lists():
    assert listed("0-2,5,7-7\n") == {0, 1, 2, 5, 7}
    assert listed("") == set()


def _windows(*each):
    """What Windows tells: threads by their bits, the class of the core, its group; and something else between."""
    told = b""
    for mask, speed, group in each:
        told += struct.pack("<IIBB20xHQH6x", 0, 48, 0, speed, 1, mask, group)
        told += struct.pack("<II8x", 2, 16)
    return told


def test_windows():
    everything = (1 << 64) - 1
    assert of_windows(_windows((0b11, 0, 0), (0b1100, 0, 0)), everything) == (4, 2, 2)
    hybrid = _windows((0b11, 1, 0), (0b1100, 1, 0), (0b10000, 0, 0), (0b100000, 0, 0))
    assert of_windows(hybrid, everything) == (6, 4, 2)
    assert of_windows(hybrid, 0b100110) == (3, 3, 2)
    assert of_windows(_windows((1, 0, 0), (1, 0, 1)), everything) == (2, 2, 2)
    count = os.cpu_count() or 1
    assert of_windows(b"", everything) == (count, count, count)


@pytest.mark.parametrize(
    ("found", "usual", "counts"),
    [
        (Cores(1, 1, 1), 1, (1,)),
        (Cores(2, 2, 2), 1, (1,)),
        (Cores(4, 2, 2), 2, (1, 2, 3)),
        (Cores(8, 4, 4), 4, (1, 2, 4, 7)),
        (Cores(12, 6, 6), 6, (1, 2, 3, 4, 6, 11)),
        (Cores(32, 16, 16), 16, (1, 8, 16, 31)),
        (Cores(12, 8, 4), 4, (1, 4, 8, 11)),
        (Cores(16, 16, 16), 15, (1, 8, 15)),
        (Cores(16, 8, 8, limit=2), 2, (1, 2)),
        (Cores(16, 8, 8, limit=1), 1, (1,)),
    ],
)
def test_what_is_tried_leaves_a_core_free(found, usual, counts):
    assert (found.usual, found.counts) == (usual, counts)


@pytest.mark.parametrize(("said", "limit"), [("3", 3), ("2,1", 2), ("", None), ("0", None), ("many", None)])
def test_who_says_how_many_threads_is_heard(monkeypatch, said, limit):
    monkeypatch.setenv("OMP_NUM_THREADS", said)
    assert cores().limit == limit


def test_this_machine():
    found = cores()
    assert 1 <= found.fast <= found.physical <= found.logical <= (os.cpu_count() or 1)
