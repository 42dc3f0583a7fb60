"""Who finishes a film's pictures: its thread while that rests, who draws them while it is busy; nobody sees which."""

import threading
from collections.abc import Sequence

import numpy as np
import pytest
import torch

from app.engine.errors import FilmError
from app.engine.output.finished import FinishedSink
from app.engine.render.finish import Finishing
from app.engine.render.frame import Drawn, Frame, RenderRequest
from app.engine.show.routes import Look

LOOK = Look(kaleidoscope=5.0, bloom=0.4, vignette=0.5, hue=0.2, contrast=1.2)
PATIENCE = 20.0


def drawn(i: int, black: float = 0.0) -> Drawn:
    image = torch.randn(3, 32, 32, generator=torch.Generator().manual_seed(i))
    request = RenderRequest(i / 30, np.zeros((4, 8), np.float32), LOOK, (48, 32))
    return Drawn(i / 30, image, request, i, "cpu float32", settled=True, black=black)


class Film:
    """Keeps what it is given; may be held up, and may fail."""

    def __init__(self, fails_at: float = -1.0) -> None:
        self.allowed, self.begun, self.fails_at = threading.Event(), threading.Event(), fails_at
        self.frames: list[Frame] = []
        self.end = ""

    def write(self, frame: Frame) -> None:
        self.begun.set()
        assert self.allowed.wait(PATIENCE)
        if frame.t == self.fails_at:
            raise FilmError("The disk is full.")
        self.frames.append(frame)

    def finish(self) -> None:
        self.end = "finished"

    def abandon(self) -> None:
        self.end = "abandoned"


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The threads on which pictures were finished, in their order."""
    found: list[str] = []
    finish = Finishing.frame

    def frame(self: Finishing, picture: Drawn) -> Frame:
        found.append(threading.current_thread().name)
        return finish(self, picture)

    monkeypatch.setattr(Finishing, "frame", frame)
    return found


def given(film: Film, pictures: Sequence[Drawn | Frame], busy: bool) -> None:
    """Every one of *pictures*, the first while the film's thread rests and the others while it is *busy* or not."""
    sink = FinishedSink(film, waiting=len(pictures))
    if not busy:
        film.allowed.set()
    for picture in pictures:
        sink.write(picture)
        if busy:
            assert film.begun.wait(PATIENCE)
        else:
            while sink._there.behind:
                pass
    film.allowed.set()
    sink.finish()


@pytest.mark.parametrize("busy", [False, True])
def test_whoever_has_time_finishes_and_the_film_is_the_same(busy: bool, threads: list[str]) -> None:
    film, pictures = Film(), [drawn(i, black=0.25 * (i == 2)) for i in range(4)]
    given(film, pictures, busy)
    here = threading.current_thread().name
    assert [name == here for name in threads] == [False, busy, busy, busy]
    assert ([frame.number for frame in film.frames], film.end) == ([0, 1, 2, 3], "finished")
    for frame, picture in zip(film.frames, pictures, strict=True):
        np.testing.assert_array_equal(frame.image, Finishing().frame(picture).image)
        assert (frame.t, frame.drawn_by, frame.image.shape) == (picture.t, "cpu float32", (32, 48, 3))
    assert film.frames[2].image.mean() < 0.8 * film.frames[1].image.mean(), "a quarter of its light is taken"


def test_what_is_finished_already_is_handed_on(threads: list[str]) -> None:
    film, frame = Film(), Frame(0.0, np.zeros((2, 2, 3), np.uint8))
    given(film, [frame, frame], busy=False)
    assert film.frames == [frame, frame]
    assert threads == []


def test_what_fails_on_the_film_s_thread_is_told_to_who_draws() -> None:
    film = Film(fails_at=0.0)
    film.allowed.set()
    sink = FinishedSink(film, waiting=2)
    sink.write(drawn(0))
    with pytest.raises(FilmError, match="The disk is full"):
        sink.finish()
    sink.abandon()
    assert film.end == "abandoned"
