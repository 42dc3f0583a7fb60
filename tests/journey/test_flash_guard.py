"""Strobe over eight clicks a second, drawn by Bloom: no more than three flashes a second, live or in a film."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.engine.audio.features import analyse
from app.engine.output.credits import ACTED
from app.engine.render.engine import Engine
from app.engine.render.film import ExportJob, export
from app.engine.render.flash import LiveGuard
from app.engine.render.opened import opener
from app.engine.render.session import Session, make_session
from app.engine.show.factory import new_show
from app.engine.show.presets import preset, with_preset
from app.engine.show.show import Film
from app.engine.stylegan.library import bundled_styles
from tests import songs, wcag
from tests.engine.test_engine import Heap, ManualClock

FPS, SECONDS = 24, 2


def clicking() -> np.ndarray:
    """Bass with a click in it, eight times a second."""
    times = [i / 8 for i in range(8 * SECONDS)]
    return 0.6 * songs.bursts(times, SECONDS, 40.0, 150.0) + 0.4 * songs.clicks(times, SECONDS)


def pictures(folder: Path) -> list[np.ndarray]:
    return [np.asarray(Image.open(file)) for file in sorted(folder.iterdir())]


def small(images: list[np.ndarray]) -> list[np.ndarray]:
    """One pixel for each sixteenth of a side: the counter is slow."""
    return [image[8::16, 8::16] for image in images]


@pytest.mark.journey
@pytest.mark.timeout(300)
def test_strobe_is_softened_live_and_in_films_and_both_are_the_same(tmp_path: Path) -> None:
    style = opener(device="cpu", precision="float32")(bundled_styles()[0].ref)
    show = new_show(bundled_styles()[0].ref)
    show = show.with_scene(**{name: getattr(with_preset(show.scene, preset("Strobe")), name)
                              for name in ("preset", "react", "routes")})  # fmt: skip
    session = make_session(show, analyse(songs.track(clicking())), style.atlas()[0])
    job = ExportJob(session, None, tmp_path / "film", Film(fps=FPS, format="png"))
    meant: list[np.ndarray] = []
    shown = pictures(export(job, Keeping(style, meant), progress=lambda _: None, cancelled=lambda: False))
    at = [i / FPS for i in range(len(shown))]
    assert len(shown) == len(meant) == FPS * SECONDS
    assert wcag.flashes_in_a_second(small(meant), at) > 3, "the test has to ask for something"
    assert wcag.flashes_in_a_second(small(shown), at) <= 3
    assert Image.open(tmp_path / "film" / f"film_{len(shown) - 1:06d}.png").text["Flash guard"] == ACTED
    for drawn, filmed in zip(live(session, style), shown, strict=True):
        np.testing.assert_array_equal(drawn, filmed)


class Keeping:
    """Draws with another, and keeps what it drew."""

    note, device, precision = "", "cpu", "float32"

    def __init__(self, renderer, kept) -> None:
        self.renderer, self.kept = renderer, kept

    def render(self, request):
        frame = self.renderer.render(request)
        self.kept.append(frame.image)
        return frame

    draw = render


def live(session: Session, style) -> list[np.ndarray]:
    """Each picture of the film's times as the engine shows it."""
    clock, heap = ManualClock(), Heap()
    engine = Engine(clock, heap, lambda _ref: style)
    engine._guard = LiveGuard(wall=clock.now)
    engine.set_session(session)
    engine.start()
    try:
        for i in range(FPS * SECONDS):
            clock.t = i / FPS
            engine.poke()
            heap.wait(lambda t=clock.t: heap.frames and heap.frames[-1].t == t, 60)
    finally:
        engine.stop()
    first = {}
    for frame in heap.frames:
        first.setdefault(frame.t, frame.image)
    assert any(state.guarding and state.flashes > 3 for state in heap.states)
    return [first[t] for t in sorted(first)]
