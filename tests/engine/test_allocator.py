"""Freed memory is kept for the next picture, where the C library can do that, and nothing is asked of any other."""

import ctypes
import sys

import pytest

from app.engine.stylegan import allocator


def test_glibc_is_told(monkeypatch):
    told = []

    class Library:
        def mallopt(self, what, value):
            told.append((what, value))
            return 1

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: Library())
    assert allocator.keep_freed_memory()
    assert told == [(allocator.TRIM_THRESHOLD, allocator.KEPT), (allocator.MMAP_THRESHOLD, allocator.LARGEST)]


def test_glibc_gives_back_what_lies_free(monkeypatch):
    kept = []

    class Library:
        def malloc_trim(self, pad):
            kept.append(pad)
            return 1

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: Library())
    assert allocator.give_back_memory()
    assert kept == [0]


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_other_libraries_are_left_alone(monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    assert not allocator.keep_freed_memory()
    assert not allocator.give_back_memory()
