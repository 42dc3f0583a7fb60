"""The engine thread: live equals export, edits show while paused, errors hold the picture, nothing is left running."""

import threading
import time
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from app.engine.errors import StyleError
from app.engine.latent.directions import bend
from app.engine.render import live
from app.engine.render.engine import Engine
from app.engine.render.frame import Frame, RenderRequest
from app.engine.render.plan import frames, plan
from app.engine.render.session import Goto, Session, make_session
from app.engine.show.routes import Look, Route
from app.engine.show.show import React, Scene, Section, Show, StyleRef
from tests.heard import Heard, small_atlas
from tests.patience import PATIENCE

SECTIONS = tuple(Section(4.0 * i, 4.0 * (i + 1), label) for i, label in enumerate("ABAC"))


class ManualClock:
    """Time stands where the test puts it."""

    def __init__(self) -> None:
        self.t, self.playing = 0.0, False

    def now(self) -> float:
        return self.t


class FakeRenderer:
    """A picture that says which ws it was made from."""

    device, precision, note, fidelity, width, height = "cpu", "float32", "", "exact", 32, 32
    exits, finish_seconds, threads = MappingProxyType({}), 0.0, 1

    def __init__(self, ref: StyleRef) -> None:
        self.ref, self.closed, self.requests = ref, False, 0
        self.sizes: list[tuple[int, int] | None] = []
        self.drawn_on: set[str] = set()
        self.fail: Exception | None = None
        self.refuse: StyleError | None = None
        self.mapped = []

    def render(self, request: RenderRequest) -> Frame:
        if self.fail is not None:
            raise self.fail
        assert not self.closed
        self.requests += 1
        self.sizes.append(request.size)
        self.drawn_on.add(threading.current_thread().name)
        pixels = np.frombuffer(request.ws.tobytes(), np.uint8)[: 16 * 3].reshape(4, 4, 3).copy()
        return Frame(request.t, pixels)

    def atlas(self, classes=()):
        if self.refuse is not None:
            raise self.refuse
        self.mapped.append(classes)
        return small_atlas(), None

    def close(self) -> None:
        self.closed = True


class Heap:
    """A Listener that keeps everything and lets a test wait for it."""

    def __init__(self) -> None:
        self.frames, self.stills, self.styles, self.states, self.errors = [], {}, [], [], []
        self.arrived = threading.Condition()

    def _keep(self, change) -> None:
        with self.arrived:
            change()
            self.arrived.notify_all()

    def on_frame(self, frame):
        self._keep(lambda: self.frames.append(frame))

    def on_still(self, key, image):
        self._keep(lambda: self.stills.update({key: image}))

    def on_style(self, ref, atlas, sheet):
        self._keep(lambda: self.styles.append(ref))

    def on_state(self, state):
        self._keep(lambda: self.states.append(state))

    def on_error(self, error):
        self._keep(lambda: self.errors.append(error))

    def on_refused(self, ref, error):
        self._keep(lambda: self.errors.append(error))

    def wait(self, until, seconds=60.0) -> None:
        with self.arrived:
            assert self.arrived.wait_for(until, seconds), "it never happened"


def session(**react) -> Session:
    show = Show(sections=SECTIONS, scenes=(Scene(style=StyleRef("one", "1"), react=React(**react)),))
    return make_session(show, Heard(), small_atlas())


@pytest.fixture
def rig():
    heap, clock, opened = Heap(), ManualClock(), []

    def open_renderer(ref):
        if ref.name == "broken":
            raise StyleError("broken.pt is not a StyleGAN2 generator.")
        opened.append(FakeRenderer(ref))
        return opened[-1]

    engine = Engine(clock, heap, open_renderer)
    engine.start()
    yield engine, heap, clock, opened
    engine.stop()
    assert all(r.closed for r in opened)


def test_frames_are_what_plan_says_and_export_draws_the_same(rig):
    engine, heap, clock, _ = rig
    live = session()
    engine.set_session(live)
    for t in (0.5, 3.25, 9.0):
        clock.t = t
        engine.poke()
        heap.wait(lambda t=t: heap.frames and heap.frames[-1].t == t)
    exported = list(frames([(t, live) for t in (9.0, 0.5, 3.25)], FakeRenderer(StyleRef())))
    seen = {f.t: f.image.tobytes() for f in heap.frames}
    assert all(seen[f.t] == f.image.tobytes() for f in exported)
    assert len({f.image.tobytes() for f in exported}) == 3


def test_the_network_is_only_touched_on_the_engine_thread(rig):
    engine, heap, _, opened = rig
    engine.set_session(session())
    heap.wait(lambda: heap.frames)
    assert opened[0].drawn_on == {"engine"}


def test_a_session_that_comes_while_the_next_style_is_looked_for_costs_no_picture():
    one, two = (replace(session(), scene=Scene(style=StyleRef(name, name))) for name in ("one", "two"))

    class Raced(Engine):
        def _missing(self, wish):
            if wish == two.scene.style:
                self.set_session(one)
            return super()._missing(wish)

    heap, opened = Heap(), []
    engine = Raced(ManualClock(), heap, lambda ref: opened.append(FakeRenderer(ref)) or opened[-1])
    engine.start()
    engine.set_session(one)
    heap.wait(lambda: len(heap.frames) == 1)
    engine.set_session(two)
    heap.wait(lambda: len(heap.frames) == 2 or heap.errors)
    kept = not opened[0].closed
    engine.stop()
    assert (heap.errors, kept) == ([], True)


def test_a_paused_edit_shows_at_once_and_a_pause_does_not_spin(rig):
    engine, heap, _, opened = rig
    engine.set_session(session())
    heap.wait(lambda: len(heap.frames) == 1)
    engine.set_session(session(truncation=0.2))
    heap.wait(lambda: len(heap.frames) == 2)
    assert heap.frames[0].image.tobytes() != heap.frames[1].image.tobytes()
    drawn = opened[0].requests
    threading.Event().wait(0.4)
    assert opened[0].requests == drawn


def test_frame_numbers_rise_and_pictures_are_read_only(rig):
    engine, heap, clock, _ = rig
    engine.set_session(session())
    for t in (1.0, 2.0):
        clock.t = t
        engine.poke()
        heap.wait(lambda t=t: heap.frames and heap.frames[-1].t == t)
    numbers = [f.number for f in heap.frames]
    assert numbers == sorted(set(numbers))
    with pytest.raises(ValueError, match="read-only"):
        heap.frames[-1].image[0, 0] = 1


def test_stills_come_while_paused_and_the_newest_wish_of_a_key_wins(rig):
    engine, heap, _, _ = rig
    here = session()
    ws = np.repeat(here.atlas.lattice[0, 0][None], 8, 0)
    other = np.repeat(here.atlas.lattice[1, 1][None], 8, 0)
    engine.request_still("a", ws, 32)
    engine.request_still("a", other, 32)
    engine.request_still("wrong width", np.zeros((8, 3), np.float32), 32)
    engine.set_session(here)
    heap.wait(lambda: "a" in heap.stills)
    assert heap.stills["a"].tobytes() == FakeRenderer(StyleRef()).render(RenderRequest(0, other, None)).image.tobytes()
    assert "wrong width" not in heap.stills


def test_a_refused_style_leaves_the_old_one_playing(rig):
    engine, heap, clock, opened = rig
    good = session()
    engine.set_session(good)
    heap.wait(lambda: heap.frames)
    bad = replace(good, scene=replace(good.scene, style=StyleRef("broken")))
    engine.set_session(bad)
    heap.wait(lambda: heap.errors)
    clock.t = 2.0
    engine.poke()
    heap.wait(lambda: heap.frames[-1].t == 2.0)
    assert "not a StyleGAN2 generator" in str(heap.errors[0])
    assert len(heap.errors) == 1
    assert len(opened) == 1
    assert not opened[0].closed


def test_where_the_first_style_is_refused_nothing_is_starting_any_more(rig):
    engine, heap, _, _ = rig
    engine.set_session(styled(session(), StyleRef("broken")))
    heap.wait(lambda: heap.states and heap.states[-1].status == "stopped")
    engine.set_session(session())
    heap.wait(lambda: heap.frames and heap.states[-1].status == "running")
    assert len(heap.errors) == 1


def test_another_style_is_built_then_the_old_one_closed(rig):
    engine, heap, _, opened = rig
    here = session()
    engine.set_session(here)
    heap.wait(lambda: heap.frames)
    engine.set_session(replace(here, scene=replace(here.scene, style=StyleRef("two", "2"))))
    heap.wait(lambda: len(opened) == 2 and opened[1].requests)
    assert opened[0].closed
    assert not opened[1].closed
    assert [ref.name for ref in heap.styles] == ["one", "two"]


class SlowOpening:
    """Opens Styles, every one but the first only when the test says so."""

    def __init__(self) -> None:
        self.opened: list[FakeRenderer] = []
        self.free, self.drawn_on = threading.Event(), []

    def __call__(self, ref):
        self.drawn_on.append(threading.current_thread().name)
        if self.opened:
            assert self.free.wait(60)
        self.opened.append(FakeRenderer(ref))
        return self.opened[-1]


@pytest.fixture
def slow():
    heap, clock, opening = Heap(), ManualClock(), SlowOpening()
    engine = Engine(clock, heap, opening)
    engine.start()
    yield engine, heap, clock, opening
    opening.free.set()
    engine.stop()
    assert all(r.closed for r in opening.opened)


def step(engine, heap, clock, t):
    """Time goes on, and a frame of then arrives."""
    clock.t = t
    engine.poke()
    heap.wait(lambda: heap.frames[-1].t == t)


def styled(here, ref):
    show = replace(here.show, scenes=(replace(here.scene, style=ref),))
    return replace(here, show=show, scene=show.scene)


def test_the_picture_goes_on_while_the_next_style_is_built(slow):
    engine, heap, clock, opening = slow
    here = session()
    engine.set_session(here)
    heap.wait(lambda: heap.frames)
    engine.open_style(StyleRef("two", "2"))
    for t in (1.0, 2.0):
        step(engine, heap, clock, t)
    engine.set_session(styled(here, StyleRef("two", "2")))
    step(engine, heap, clock, 3.0)
    assert len(opening.opened) == 1, "it is still being built"
    assert opening.opened[0].requests >= 4
    opening.free.set()
    heap.wait(lambda: len(opening.opened) == 2 and opening.opened[1].requests)
    assert opening.opened[0].closed
    assert opening.drawn_on[0] == "engine"
    assert opening.drawn_on[1].startswith("builder")
    assert {"loading", "running"} <= {state.status for state in heap.states}


def test_a_style_waits_for_the_session_that_plays_it(slow):
    engine, heap, clock, opening = slow
    opening.free.set()
    here = session()
    engine.set_session(here)
    heap.wait(lambda: heap.frames)
    engine.open_style(StyleRef("two", "2"))
    heap.wait(lambda: len(heap.styles) == 2)
    step(engine, heap, clock, 1.0)
    assert not opening.opened[0].closed
    engine.set_session(styled(here, StyleRef("two", "2")))
    heap.wait(lambda: opening.opened[1].requests)
    assert len(opening.opened) == 2, "it was built once"


def test_another_class_is_another_map_of_the_same_network(slow):
    engine, heap, clock, opening = slow
    here, other = session(), StyleRef("one", "1", classes=((2, 0.5), (3, 0.5)))
    engine.set_session(here)
    heap.wait(lambda: heap.frames)
    engine.open_style(other)
    heap.wait(lambda: heap.styles[-1] == other)
    engine.set_session(styled(here, other))
    step(engine, heap, clock, 1.0)
    assert len(opening.opened) == 1
    assert opening.opened[0].mapped == [(), ((2, 0.5), (3, 0.5))]
    assert heap.errors == []


def test_a_class_that_is_not_there_leaves_the_picture_playing(slow):
    engine, heap, clock, opening = slow
    engine.set_session(session())
    heap.wait(lambda: heap.frames)
    opening.opened[0].refuse = StyleError("one has the classes 0 to 3, not 9.")
    engine.open_style(StyleRef("one", "1", classes=((9, 1.0),)))
    heap.wait(lambda: heap.errors)
    step(engine, heap, clock, 1.0)
    assert "not 9" in str(heap.errors[0])
    assert not opening.opened[0].closed


def test_a_style_whose_map_cannot_be_made_is_closed_again(slow, monkeypatch):
    engine, heap, clock, opening = slow
    opening.free.set()
    engine.set_session(session())
    heap.wait(lambda: heap.frames)

    def refuse(renderer, classes=()):
        raise StyleError("two has no map.")

    monkeypatch.setattr(FakeRenderer, "atlas", refuse)
    engine.open_style(StyleRef("two", "2"))
    heap.wait(lambda: len(opening.opened) == 2 and opening.opened[1].closed)
    step(engine, heap, clock, 1.0)
    assert not opening.opened[0].closed


def test_a_style_that_was_refused_plays_once_it_can_be_had(rig):
    engine, heap, _, opened = rig
    here, later, missing = session(), StyleRef("two", "2"), [True]
    opening = engine._builder._open_renderer

    def open_renderer(ref):
        if missing:
            missing.pop()
            raise StyleError("two.pt is not there.")
        return opening(ref)

    engine._builder._open_renderer = open_renderer
    engine.set_session(here)
    heap.wait(lambda: heap.frames)
    engine.open_style(later)
    heap.wait(lambda: heap.errors)
    engine.open_style(later)
    heap.wait(lambda: heap.styles[-1] == later)
    engine.set_session(styled(here, later))
    heap.wait(lambda: opened[-1].ref == later and opened[-1].requests)


def test_a_map_made_with_a_network_that_was_closed_meanwhile_is_told_and_no_more(rig, monkeypatch):
    engine, heap, _, opened = rig
    here, two = session(), StyleRef("two", "2")
    engine.set_session(here)
    heap.wait(lambda: heap.frames)
    engine.open_style(two)
    heap.wait(lambda: heap.styles[-1] == two)
    begun, free, real = threading.Event(), threading.Event(), FakeRenderer.atlas

    def slowly(renderer, classes=()):
        if classes:
            begun.set()
            assert free.wait(60)
        return real(renderer, classes)

    monkeypatch.setattr(FakeRenderer, "atlas", slowly)
    mixed = replace(here.scene.style, classes=((2, 1.0),))
    engine.open_style(mixed)
    assert begun.wait(60)
    release = engine._builder.release
    monkeypatch.setattr(engine._builder, "release", lambda renderer: (free.set(), release(renderer)))
    engine.set_session(styled(here, two))  # it waits already: the first network is closed, its map in the making
    heap.wait(lambda: opened[1].requests and heap.styles[-1] == mixed)
    engine.set_session(styled(here, mixed))
    heap.wait(lambda: (opened[-1].ref == mixed and opened[-1].requests) or heap.errors)
    assert heap.errors == []


def test_stills_wait_for_the_network_they_were_asked_of(slow):
    engine, heap, clock, opening = slow
    here, ws = session(), np.ones((8, 16), np.float32)
    engine.set_session(here)
    heap.wait(lambda: heap.frames)
    engine.set_session(styled(here, StyleRef("two", "2")))
    engine.request_still("of two", ws, 32)
    engine.request_still("another", ws, 32)
    for t in (1.0, 2.0, 3.0, 4.0, 5.0):  # one still for so many frames
        step(engine, heap, clock, t)
    opening.free.set()
    heap.wait(lambda: {"of two", "another"} == set(heap.stills))
    assert opening.opened[0].sizes.count((32, 32)) == 0
    assert opening.opened[1].sizes.count((32, 32)) == 2


def test_what_fails_at_every_frame_is_not_told_at_every_frame(rig):
    engine, heap, clock, opened = rig
    engine.set_session(session())
    heap.wait(lambda: heap.frames)
    opened[0].fail = StyleError("one.pt is not there.")
    clock.playing = True
    clock.t = 1.0
    engine.poke()
    heap.wait(lambda: heap.errors)
    with heap.arrived:
        assert not heap.arrived.wait_for(lambda: len(heap.errors) > 3, 0.3)


def test_a_job_whose_style_breaks_while_it_opens_still_ends(rig):
    engine, heap, clock, opened = rig
    engine.set_session(session())
    heap.wait(lambda: heap.frames)

    def broken(_ref):
        raise RuntimeError("not enough memory")

    engine.open_renderer = broken
    told, ended = [], threading.Event()
    engine.submit(lambda _renderer: None, StyleRef("two", "2"), lambda error: (told.append(error), ended.set()))
    assert ended.wait(60)
    assert str(told[0]) == "two cannot be used: not enough memory"
    step(engine, heap, clock, 1.0)
    assert not opened[0].closed


def test_a_bug_in_the_network_is_told_and_the_picture_comes_back(rig):
    engine, heap, clock, opened = rig
    engine.set_session(session())
    heap.wait(lambda: heap.frames)
    opened[0].fail = RuntimeError("device lost")
    clock.t = 1.0
    engine.poke()
    heap.wait(lambda: heap.errors)
    assert "device lost" in str(heap.errors[0])
    heap.wait(lambda: heap.frames[-1].t == 1.0)
    assert len(opened) == 2
    assert opened[0].closed


def test_a_job_runs_between_frames_and_live_goes_on(rig):
    engine, heap, clock, _ = rig
    engine.set_session(session())
    heap.wait(lambda: heap.frames)
    done = threading.Event()
    engine.submit(lambda renderer: done.set())
    assert done.wait(PATIENCE)
    clock.t = 4.0
    engine.poke()
    heap.wait(lambda: heap.frames[-1].t == 4.0)


def test_playing_keeps_to_sixty_frames_a_second():
    heap, clock = Heap(), ManualClock()
    began = time.monotonic()
    clock.now = lambda: time.monotonic() - began  # type: ignore[method-assign]
    clock.playing = True
    engine = Engine(clock, heap, FakeRenderer)
    engine.start()
    engine.set_session(session())
    heap.wait(lambda: len(heap.frames) >= 20)
    engine.stop()
    assert len(heap.frames) <= 60 * (time.monotonic() - began) + 3
    assert heap.states[-1].status == "stopped"


def test_stills_come_while_the_song_plays(rig):
    engine, heap, clock, _ = rig
    here = session()
    engine.set_session(here)
    heap.wait(lambda: heap.frames)
    clock.playing, began = True, time.monotonic()
    clock.now = lambda: time.monotonic() - began
    engine.request_still("a", np.repeat(here.atlas.lattice[0, 0][None], 8, 0), 32)
    heap.wait(lambda: "a" in heap.stills)
    drawn = len(heap.frames)
    heap.wait(lambda: len(heap.frames) > drawn)
    clock.playing = False


def test_speed_moves_the_picture_that_is_planned():
    sections = (Section(0.0, 16.0, "A"),)
    routes = (Route("bass", "speed", depth=1.0),)
    react = React(follow_sections=False, point_amount=2, loop_video=False, energy=0.6, bass=0, mid=0, treble=0)
    scene = Scene(style=StyleRef("one", "1"), react=react)
    steady = make_session(Show(sections=sections, scenes=(scene,)), Heard(), small_atlas())
    moved = make_session(Show(sections=sections, scenes=(replace(scene, routes=routes),)), Heard(), small_atlas())
    gaps = [np.abs(plan(t, moved).ws - plan(t, steady).ws).max() for t in (0.0, 4.1, 8.2, 16.0)]
    assert gaps[0] == pytest.approx(0.0, abs=1e-5)
    assert gaps[3] == pytest.approx(0.0, abs=1e-5)
    assert max(gaps[1:3]) > 1e-3


@pytest.mark.parametrize(("name", "rows"), [("pulse", range(8)), ("coarse", range(4)), ("middle", range(4, 8))])
def test_a_push_moves_its_own_layers_and_no_other(name, rows):
    ws, ways = np.zeros((8, 16), np.float32), np.ones((4, 16), np.float32)
    bent = bend(ws, Look(**{name: 0.5}), ways)
    assert [bool(row.any()) for row in bent] == [i in rows for i in range(8)]
    assert bent.max() == 0.5


def test_a_detour_glides_holds_and_comes_back():
    here = session()
    target = np.repeat(here.atlas.lattice[2, 2][None], 8, 0)
    away = here.going(Goto(None, target, t0=4.0, glide=1.0))
    assert np.array_equal(away.ws_at(3.9), here.ws_at(3.9))
    assert np.array_equal(away.ws_at(5.0), target)
    assert np.array_equal(away.ws_at(9.0), target)
    half = away.ws_at(4.5)
    assert np.allclose(half, 0.5 * (here.ws_at(4.5) + target), atol=1e-5)
    back = here.going(Goto(target, None, t0=6.0, glide=1.0))
    assert np.array_equal(back.ws_at(5.9), target)
    assert np.array_equal(back.ws_at(7.5), here.ws_at(7.5))


def test_plan_depends_on_time_and_session_alone():
    here = session()
    forward = [plan(t, here).ws.tobytes() for t in (1.0, 2.0, 3.0)]
    backward = [plan(t, here).ws.tobytes() for t in (3.0, 2.0, 1.0)]
    assert forward == backward[::-1]
    assert plan(1.0, session()).ws.tobytes() == forward[0]


def test_sound_moves_the_picture_and_silence_does_not():
    loud, still = session(energy=1.0), session(energy=0.0)
    on_beat, between = (np.linalg.norm(plan(t, loud).ws - plan(t, still).ws) for t in (2.02, 2.45))
    assert on_beat > 2 * between > 0


def test_points_of_another_styles_width_do_not_break_the_session():
    from app.engine.show.show import Path, Point

    show = Show(
        sections=SECTIONS, scenes=(Scene(path=Path(0, (Point(0.0, ((1.0, 2.0),)), Point(4.0, ((0.5, 2.0),))))),)
    )
    here = make_session(show, Heard(), small_atlas())
    assert np.allclose(here.ws_at(1.0), here.atlas.w_avg)


def test_a_job_gets_the_style_it_was_ordered_for(rig):
    engine, heap, clock, opened = rig
    engine.set_session(session())
    heap.wait(lambda: heap.frames)
    drawn, told = [], []
    engine.submit(lambda renderer: drawn.append(renderer.ref.name), StyleRef("two", "2"))
    engine.submit(lambda renderer: drawn.append(renderer.ref.name), StyleRef("broken", "3"), told.append)
    engine.submit(lambda renderer: drawn.append(renderer.ref.name), StyleRef("one", "1"))
    heap.wait(lambda: len(heap.styles) == 3)
    count = len(heap.frames)
    clock.t = 1.0
    engine.poke()
    heap.wait(lambda: len(heap.frames) > count)
    assert drawn == ["two", "one"]
    assert [str(error) for error in told] == ["broken.pt is not a StyleGAN2 generator."]
    assert opened[-1].ref.name == "one"


def test_a_rest_says_nothing_about_the_speed(rig):
    engine, heap, clock, _ = rig
    engine.set_session(session())
    heap.wait(lambda: heap.frames)
    for t in (1.0, 2.0):
        with pytest.raises(AssertionError, match="never happened"):
            heap.wait(lambda t=t: heap.frames[-1].t == t, 0.7)  # a rest, longer than it takes to tell the speed again
        clock.t = t
        engine.poke()
        heap.wait(lambda t=t: heap.frames[-1].t == t)
    assert all(state.fps == 0.0 or state.fps > 5.0 for state in heap.states)


class SlowRenderer(FakeRenderer):
    """Takes 5 ms for a small picture and 200 for a whole one, by a watch of its own."""

    exits = MappingProxyType({16: (16, 16)})
    seconds = 0.0

    @classmethod
    def perf_counter(cls) -> float:
        return cls.seconds

    def render(self, request: RenderRequest) -> Frame:
        SlowRenderer.seconds += 0.005 if request.exit_at else 0.2
        side = request.exit_at or 32
        return Frame(request.t, np.zeros((side, side, 3), np.uint8))


def test_a_machine_that_is_too_slow_shows_smaller_pictures_and_says_so(monkeypatch):
    """The whole way: ladder, smaller frames, words for the status bar, whole pictures at rest and in films."""
    monkeypatch.setattr(live, "time", SlowRenderer)
    heap, clock = Heap(), ManualClock()
    engine = Engine(clock, heap, SlowRenderer)
    engine.start()
    try:
        engine.set_session(session())
        clock.playing = True
        with heap.arrived:
            while not any(len(frame.image) == 16 for frame in heap.frames):
                clock.t += 0.01
                assert heap.arrived.wait(PATIENCE)
        assert heap.states[-1].given_up == "16 × 16"
        clock.playing = False
        engine.poke()
        heap.wait(lambda: len(heap.frames[-1].image) == 32)
        heap.wait(lambda: heap.states[-1].given_up == "")
        done = threading.Event()
        sizes = []
        request = plan(1.0, session())
        engine.submit(lambda renderer: (sizes.append(renderer.render(request).image.shape), done.set()))
        assert done.wait(PATIENCE)
        assert sizes == [(32, 32, 3)]
    finally:
        engine.stop()


def test_the_rate_that_was_asked_for_is_kept():
    """Only a bound from above: a busy machine may be slower, never faster."""
    heap, clock = Heap(), ManualClock()
    engine = Engine(clock, heap, FakeRenderer)
    engine.start()
    try:
        engine.set_rate(5)
        engine.set_session(session())
        clock.playing = True
        heap.wait(lambda: heap.frames)
        began, first = time.monotonic(), len(heap.frames)
        while time.monotonic() - began < 1:
            clock.t += 0.001
            with heap.arrived:
                heap.arrived.wait(0.01)
        assert len(heap.frames) - first <= 7  # a free rate would have given sixty
    finally:
        engine.stop()
