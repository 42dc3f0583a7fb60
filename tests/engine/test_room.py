"""What a device says of its memory, and what happens where it says nothing."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from app.engine.render.frame import Frame, RenderRequest
from app.engine.render.live import Live
from app.engine.render.told import EngineState
from app.engine.show.routes import Look
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


def test_the_engine_tells_it_with_its_figures(monkeypatch):
    class Drawn:
        """A Renderer that draws nothing, on a device that tells of its memory."""

        device, precision, note, fidelity, width, height, threads = "cuda:1", "fp16", "", "", 8, 8, 1
        exits, others, finish_seconds = {}, {}, 0.0

        def render(self, request):
            return Frame(request.t, np.zeros((8, 8, 3), np.uint8), 1)

    monkeypatch.setattr("app.engine.render.live.room_of", lambda device: (5, 8) if device == "cuda:1" else (0, 0))
    told = []
    live = Live(Drawn(), None, lambda **figures: told.append(figures))
    live.begin(playing=False)
    live.render(RenderRequest(0.0, np.zeros((2, 4), np.float32), Look()))
    assert told[-1]["memory"] == (5, 8)
    assert replace(EngineState(), **told[-1]).memory == (5, 8)
