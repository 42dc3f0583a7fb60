"""What a device says of its memory, and what happens where it says nothing."""

import pytest
import torch

from app.engine.stylegan.room import room_of


def test_a_processor_tells_nothing():
    assert room_of("cpu") == (0, 0)


def test_a_graphics_card_tells_what_is_taken_and_what_there_is(monkeypatch):
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (3, 8) if device == "cuda:1" else (0, 1))
    assert room_of("cuda:1") == (5, 8)


def test_one_that_was_lost_tells_nothing(monkeypatch):
    def lost(_device):
        raise RuntimeError("CUDA error: unspecified launch failure")

    monkeypatch.setattr(torch.cuda, "mem_get_info", lost)
    assert room_of("cuda:0") == (0, 0)


@pytest.mark.gpu
def test_a_real_one_has_some():
    taken, whole = room_of("cuda:0")
    assert 0 <= taken <= whole
    assert whole > 2**30
