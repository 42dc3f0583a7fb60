"""The show goes on: a picture that fails once or always, a thread that dies, one that hangs."""

import threading

import pytest

from app.engine.errors import StyleError
from app.engine.render import engine as engine_module
from app.engine.render import pulse
from app.engine.render.engine import Engine
from app.engine.render.ladder import FASTEST, Ladder
from app.engine.render.pulse import Failures, Pulse
from tests.engine.test_engine import FakeRenderer, Heap, ManualClock, session


class Rig:
    """An engine whose renderers do what *draw* says before they draw."""

    def __init__(self) -> None:
        self.heap, self.clock, self.opened, self.draw = Heap(), ManualClock(), [], lambda: None
        self.opens = lambda: None
        self.engine = Engine(self.clock, self.heap, self._open)
        self.engine.set_session(session())
        self.engine.start()

    def _open(self, ref):
        self.opens()
        rig = self

        class Renderer(FakeRenderer):
            def render(self, request):
                rig.draw()
                return super().render(request)

        self.opened.append(Renderer(ref))
        return self.opened[-1]

    def step(self, t):
        self.clock.t = t
        self.engine.poke()

    def shows(self, t):
        self.heap.wait(lambda: self.heap.frames and self.heap.frames[-1].t == t)

    def says(self, what):
        self.heap.wait(lambda: self.heap.states and what(self.heap.states[-1]))


@pytest.fixture
def rig(monkeypatch):
    monkeypatch.setattr(pulse, "RESTS", (0.001, 0.002))
    rig = Rig()
    rig.shows(0.0)
    yield rig
    rig.draw = lambda: None
    rig.engine.stop()


def times(count, error):
    """Fails so many times, then no more."""
    left = [count]

    def draw():
        if left[0] > 0:
            left[0] -= 1
            raise error

    return draw


def test_what_fails_once_is_drawn_by_a_new_renderer_a_rung_lower(rig):
    whole = rig.engine._live.ladder.rung
    rig.draw = times(1, RuntimeError("device lost"))
    rig.step(1.0)
    rig.shows(1.0)
    assert len(rig.opened) == 2
    assert rig.opened[0].closed
    assert rig.engine._live.ladder.at == 1
    assert rig.engine._live.ladder.rung.rate < whole.rate
    assert any("device lost" in state.trouble for state in rig.heap.states)
    rig.says(lambda state: state.trouble == "" and state.status == "running")
    assert [str(error) for error in rig.heap.errors] == ["The picture stopped: device lost. It is being started again."]


def test_what_fails_again_and_again_is_told_once_and_comes_back_by_itself(rig):
    rig.draw = times(5, RuntimeError("device lost"))
    rig.step(1.0)
    rig.shows(1.0)
    assert len(rig.opened) == 6
    assert len(rig.heap.errors) == 1
    rig.says(lambda state: state.trouble == "")


def test_a_style_that_cannot_be_opened_for_a_while_is_tried_again(rig):
    """The device is full, and then it is not."""
    rig.draw = times(1, RuntimeError("device lost"))
    rig.opens = times(3, StyleError("one.pt has no room on the device."))
    rig.step(1.0)
    rig.shows(1.0)
    assert [str(error) for error in rig.heap.errors][1:] == ["one.pt has no room on the device."]


def test_an_edit_is_tried_at_once(rig, monkeypatch):
    monkeypatch.setattr(pulse, "RESTS", (3600.0,))
    rig.draw = times(1, StyleError("one.pt is not there."))
    rig.step(1.0)
    rig.says(lambda state: state.trouble == "one.pt is not there.")
    frames = len(rig.heap.frames)
    rig.engine.set_session(session(truncation=0.3))
    rig.heap.wait(lambda: len(rig.heap.frames) > frames)
    rig.says(lambda state: state.trouble == "")


def test_it_ends_while_everything_fails(rig, monkeypatch):
    monkeypatch.setattr(pulse, "RESTS", (3600.0,))
    rig.draw = times(1_000_000, RuntimeError("device lost"))
    rig.step(1.0)
    rig.heap.wait(lambda: rig.heap.errors)
    rig.engine.stop()
    assert not rig.engine._thread.is_alive()


def test_what_breaks_while_it_is_let_go_of_does_not_matter(rig):
    def broken():
        raise RuntimeError("CUDA error")

    rig.opened[0].close = broken
    rig.draw = times(1, RuntimeError("device lost"))
    rig.step(1.0)
    rig.shows(1.0)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_dead_thread_is_followed_by_another(rig):
    rig.draw = times(1, SystemExit())
    assert not rig.engine.dead
    first = rig.engine._thread
    rig.step(1.0)
    first.join(5)
    assert rig.engine.dead
    rig.engine.revive()
    assert not rig.engine.dead
    rig.shows(1.0)
    assert rig.engine._thread is not first
    second = rig.engine._thread
    rig.engine.revive()
    assert rig.engine._thread is second, "what lives is left alone"


def test_a_hang_is_seen_and_ends_by_itself(rig, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(rig.engine.pulse, "_clock", lambda: now[0])
    lock, hangs = threading.Event(), threading.Event()

    def hang():
        hangs.set()
        assert lock.wait(60)

    rig.draw = hang
    rig.step(1.0)
    assert hangs.wait(60)
    assert rig.engine.pulse.stalled() == 0.0
    now[0] += 1.2
    assert rig.engine.pulse.stalled() == pytest.approx(1.2)
    assert not rig.engine.dead
    lock.set()
    rig.shows(1.0)
    rig.draw = lambda: None
    rig.heap.wait(lambda: rig.engine.pulse.stalled() == 0.0)


def test_the_window_closes_over_an_engine_that_hangs(rig, monkeypatch):
    lock, hangs = threading.Event(), threading.Event()

    def hang():
        hangs.set()
        assert lock.wait(60)

    rig.draw = hang
    monkeypatch.setattr(engine_module, "GIVE_UP", 0.01)
    monkeypatch.setattr(pulse, "STALLED", 0.01)
    rig.step(1.0)
    assert hangs.wait(60)
    rig.engine.stop()
    assert rig.engine._thread.is_alive()
    lock.set()


def test_a_pause_and_a_long_job_are_no_stall():
    now = [0.0]
    watched = Pulse(lambda: now[0])
    now[0] = 1000.0
    assert watched.stalled() == 0.0
    watched.draws(0.02)
    now[0] += 0.7
    assert watched.stalled() == 0.0
    now[0] += 0.1
    assert watched.stalled() == pytest.approx(0.8)
    watched.rests()
    assert watched.stalled() == 0.0


def test_slow_machines_and_first_pictures_have_more_time():
    now = [0.0]
    watched = Pulse(lambda: now[0])
    watched.draws(0.9)
    now[0] += 3.0
    assert watched.stalled() == 0.0
    now[0] += 1.0
    assert watched.stalled() == pytest.approx(4.0)
    watched.draws(None)
    now[0] += 9.0
    assert watched.stalled() == 0.0


def test_tries_become_rare():
    failures = Failures()
    rests = []
    for _ in range(10):
        failures.failed("It stopped.", 0)
        rests.append(failures.rest)
    assert rests == sorted(rests)
    assert (rests[0], rests[-1]) == (0.1, 30.0)
    assert failures.drew()
    assert not failures.drew()
    failures.failed("It stopped.", None)
    assert failures.rest == 0.1


def test_a_ladder_may_begin_lower_and_climbs_from_there():
    ladder = Ladder((128,), at=1)
    assert (ladder.at, ladder.rung.exit_at) == (1, 128)
    assert Ladder((), at=99).rung.rate < FASTEST
    t = 0.0
    while not ladder.whole and t < 200.0:
        ladder.spent(0.004, t)
        t += 1 / 60
    assert 60.0 < t < 120.0, "not at once: it failed up there"
