"""Two Styles in one picture: who draws what, how they are blended, when two are too many, and what the engine opens."""

import threading
from dataclasses import replace
from types import MappingProxyType, SimpleNamespace

import numpy as np
import pytest
import torch

from app.engine.errors import StyleError
from app.engine.render.decks import AT_ONCE, ONE_AT_A_TIME, Decks, Troupe, alone, drawable
from app.engine.render.engine import Engine
from app.engine.render.finish import Renderer
from app.engine.render.frame import Frame, RenderRequest
from app.engine.render.plan import frames, own_ws, plan
from app.engine.render.session import Session, crossed, make_session
from app.engine.render.staging import staged
from app.engine.show.performance import Launch, Performance, Ramp
from app.engine.show.routes import Look
from app.engine.show.show import Path, Scene, Section, Show, StyleRef
from tests.engine.test_engine import Heap, ManualClock
from tests.heard import Heard, small_atlas

ONE, TWO, THREE = (StyleRef(name, name) for name in ("one", "two", "three"))
GREY = {ONE: -0.5, TWO: 0.5, THREE: 1.0}
SECTIONS = (Section(0.0, 16.0, "A"),)
WS = np.zeros((8, 16), np.float32)


class Flat:
    """A Generator whose pictures are of one grey."""

    device, precision = "cpu", "float32"

    def __init__(self, grey: float, side: int = 4) -> None:
        self.grey, self.side, self.drawn = grey, side, 0

    def synthesize(self, ws, **_how):
        self.drawn += 1
        return torch.full((3, self.side, self.side), self.grey)

    def close(self) -> None:
        self.drawn = -1


class FlatRenderer(Renderer):
    """As the engine opens them."""

    note, fidelity, width, height, exits = "", "exact", 32, 32, MappingProxyType({})
    device, precision, threads = "cpu", "float32", 1

    def __init__(self, ref: StyleRef, side: int = 4) -> None:
        super().__init__(Flat(GREY[ref.network], side))
        self.ref, self.closed = ref, False

    def atlas(self, classes=()):
        return small_atlas(), None

    def close(self) -> None:
        self.closed = True


def request(network: StyleRef, *beside: tuple[float, StyleRef]) -> RenderRequest:
    return RenderRequest(1.0, WS, Look(), network=network,
                         beside=tuple((share, request(other)) for share, other in beside))  # fmt: skip


def grey_of(frame: Frame) -> float:
    """-1..1, from eight bits."""
    return (float(frame.image.mean()) - 128) / 127.5


@pytest.fixture(scope="module")
def baked() -> dict[int, Session]:
    scenes = tuple(Scene(style.name, style, Path(i)) for i, style in enumerate((ONE, TWO, THREE)))
    show = Show(sections=SECTIONS, scenes=scenes)
    return {row: make_session(replace(show, active=row), Heard(), small_atlas()) for row in range(3)}


def test_pictures_are_blended_by_their_shares_whatever_their_size():
    one, two = FlatRenderer(ONE, 4), FlatRenderer(TWO, 8)
    one.others = {ONE: one, TWO: two}
    for share in (0.0, 0.3, 1.0):
        frame = one.render(request(ONE, (share, TWO)))
        assert frame.image.shape == (4, 4, 3)
        assert grey_of(frame) == pytest.approx(-0.5 + share, abs=0.01)
    three = FlatRenderer(THREE)
    one.others = {ONE: one, TWO: two, THREE: three}
    frame = one.render(request(ONE, (0.25, TWO), (0.25, THREE)))
    assert grey_of(frame) == pytest.approx(0.5 * -0.5 + 0.25 * 0.5 + 0.25 * 1.0, abs=0.01)


def test_a_picture_of_one_network_is_what_it_was_to_the_bit():
    one = FlatRenderer(ONE)
    before = one.render(request(ONE)).image
    one.others = {ONE: one, TWO: FlatRenderer(TWO)}
    assert np.array_equal(one.render(request(ONE)).image, before)
    assert np.array_equal(one.render(replace(request(ONE), network=None)).image, before)


def test_what_cannot_be_drawn_is_left_out():
    both = request(ONE, (0.25, TWO))
    assert drawable(both, frozenset((ONE, TWO, THREE))) is both
    left, other = drawable(both, frozenset((ONE,))), drawable(both, frozenset((TWO,)))
    assert (left.network, left.beside, other.network, other.beside) == (ONE, (), TWO, ())
    assert drawable(both, frozenset((THREE,))) is None
    three = drawable(request(ONE, (0.25, TWO), (0.25, THREE)), frozenset((TWO, THREE)))
    assert (three.network, [share for share, _ in three.beside]) == (TWO, [0.5])
    assert alone(both).network == ONE
    assert alone(request(ONE, (0.6, TWO))).network == TWO
    decks = Decks(None)
    decks.open = {ONE: FlatRenderer(ONE), TWO: FlatRenderer(TWO)}
    with pytest.raises(StyleError):
        decks.arranged(request(THREE))


def test_two_that_are_too_slow_for_three_seconds_take_turns_until_others_meet():
    now = [0.0]
    decks = Decks(30.0, lambda: now[0])
    one, two, three = FlatRenderer(ONE), FlatRenderer(TWO), FlatRenderer(THREE)
    decks.open = {ONE: one, TWO: two}

    def draw(what: RenderRequest, seconds: float) -> RenderRequest:
        _, wanted = decks.arranged(what)
        if wanted.beside:
            now[0] += seconds
            decks.spent(seconds)
        return wanted

    for _ in range(29):
        assert draw(request(ONE, (0.6, TWO)), 0.1).beside
    assert decks.words == ""
    for _ in range(5):
        draw(request(ONE, (0.6, TWO)), 0.1)
    assert draw(request(ONE, (0.6, TWO)), 0.1).network == TWO
    assert decks.words == ONE_AT_A_TIME
    assert decks.arranged(request(ONE, (0.4, TWO)))[0] is one
    draw(request(TWO), 0.1)
    assert decks.words == "", "nothing is given up where there is one"
    decks.open = {ONE: one, THREE: three}
    assert draw(request(ONE, (0.6, THREE)), 0.02).beside
    for _ in range(400):
        assert draw(request(ONE, (0.6, THREE)), 0.02).beside, "fast enough"


def test_a_film_opens_what_it_needs_and_closes_it_again():
    opened = []
    first = FlatRenderer(ONE)
    troupe = Troupe(first, ONE, lambda ref: opened.append(FlatRenderer(ref)) or opened[-1])
    assert grey_of(troupe.render(request(ONE))) == pytest.approx(-0.5, abs=0.01)
    assert grey_of(troupe.render(request(ONE, (0.5, TWO)))) == pytest.approx(0.0, abs=0.01)
    assert grey_of(troupe.render(request(TWO, (0.5, THREE)))) == pytest.approx(0.75, abs=0.01)
    assert [one.ref for one in opened] == [TWO, THREE]
    troupe.close()
    assert all(one.closed for one in opened)
    assert not first.closed
    assert not first.others


def test_what_a_film_remembers_is_drawn_by_the_style_of_then():
    """At 1 s the second Style has just come: half of what is seen is the first one's, a sixtieth of a second old."""

    class Came:
        def at(self, t):
            network = ONE if t < 1.0 else TWO
            return replace(request(network), t=t, look=Look(feedback=0.5), past=self)

    opened = []
    first = FlatRenderer(THREE)
    troupe = Troupe(first, THREE, lambda ref: opened.append(FlatRenderer(ref)) or opened[-1])
    assert grey_of(troupe.render(Came().at(1.0))) == pytest.approx(0.0, abs=0.01)
    assert {one.ref for one in opened} == {ONE, TWO}
    troupe.close()


@pytest.fixture
def rig():
    heap, clock, opened = Heap(), ManualClock(), []
    gate = SimpleNamespace(free=threading.Event())
    gate.free.set()

    def open_renderer(ref):
        if opened:
            assert gate.free.wait(20)
        opened.append(FlatRenderer(ref))
        return opened[-1]

    engine = Engine(clock, heap, open_renderer)
    engine.start()
    yield engine, heap, clock, opened, gate
    gate.free.set()
    engine.stop()
    assert all(r.closed for r in opened)


def seen_at(rig, t: float) -> float:
    engine, heap, clock, *_ = rig
    clock.t = t
    engine.poke()
    heap.wait(lambda: heap.frames and heap.frames[-1].t == t)
    return grey_of(heap.frames[-1])


def test_a_glide_to_another_style_is_built_ahead_and_begins_on_time(rig, baked):
    engine, heap, _, opened, _ = rig
    engine.set_session(baked[0])
    assert seen_at(rig, 1.0) == pytest.approx(-0.5, abs=0.01)
    glide = staged(Performance().launched(Launch(1, 4.0, 2.0), 1.0), baked.get, 1.0)
    engine.set_session(glide)
    heap.wait(lambda: TWO in heap.styles)
    assert len(opened) == 2, "it is there before it begins"
    for t, grey in ((4.0, -0.5), (5.0, 0.0), (5.5, -0.5 + Ramp(0, 1, 4.0, 2.0).at(5.5))):
        assert seen_at(rig, t) == pytest.approx(grey, abs=0.01)
    assert seen_at(rig, 6.0) == pytest.approx(0.5, abs=0.01)
    assert not any(r.closed for r in opened), "the way back needs no building"
    assert seen_at(rig, 5.0) == pytest.approx(0.0, abs=0.01), "any frame can be drawn first"
    exported = list(frames([(5.0, glide)], Troupe(opened[0], ONE, lambda ref: opened[1])))
    assert np.array_equal(exported[0].image, heap.frames[-1].image)


def test_a_style_that_is_late_comes_when_it_is_built_and_the_picture_goes_on(rig, baked):
    engine, heap, _, _, gate = rig
    engine.set_session(baked[0])
    assert seen_at(rig, 1.0) == pytest.approx(-0.5, abs=0.01)
    gate.free.clear()
    engine.set_session(staged(Performance((Launch(0),), (Launch(1),), Ramp(0.5, 0.5)), baked.get, 1.0))
    for t in (2.0, 3.0):
        assert seen_at(rig, t) == pytest.approx(-0.5, abs=0.01)
    gate.free.set()
    heap.wait(lambda: TWO in heap.styles)
    assert seen_at(rig, 4.0) == pytest.approx(0.0, abs=0.01)


def test_the_fader_goes_to_and_fro_between_two_open_networks(rig, baked):
    engine, heap, _, opened, _ = rig
    engine.set_session(baked[0])
    assert seen_at(rig, 0.5) == pytest.approx(-0.5, abs=0.01)
    engine.set_session(staged(Performance((Launch(0),), (Launch(1),), Ramp(0.0, 0.0)), baked.get, 0.5))
    heap.wait(lambda: TWO in heap.styles)
    for i, at in enumerate((0.0, 1.0, 0.25, 1.0, 0.0)):
        engine.set_session(staged(Performance((Launch(0),), (Launch(1),), Ramp(at, at)), baked.get, 0.0))
        assert seen_at(rig, 1.0 + i) == pytest.approx(-0.5 + at, abs=0.01)
    assert len(opened) == AT_ONCE


def test_a_third_style_takes_the_place_of_one_that_is_gone(rig, baked):
    engine, heap, _, opened, _ = rig
    engine.set_session(staged(Performance((Launch(0),), (Launch(1),), Ramp(0.5, 0.5)), baked.get, 0.0))
    heap.wait(lambda: TWO in heap.styles)
    assert seen_at(rig, 1.0) == pytest.approx(0.0, abs=0.01)
    engine.set_session(baked[2])
    heap.wait(lambda: THREE in heap.styles)
    assert seen_at(rig, 2.0) == pytest.approx(1.0, abs=0.01)
    assert sum(not r.closed for r in opened) <= AT_ONCE
    assert plan(2.0, baked[2]).network == THREE


def test_a_style_that_is_not_there_yet_costs_no_picture_where_one_that_is_comes_after_it(rig, baked):
    engine, heap, _, opened, gate = rig
    engine.set_session(baked[1])
    assert seen_at(rig, 1.0) == pytest.approx(0.5, abs=0.01)
    gate.free.clear()
    engine.set_session(staged(Performance((Launch(0), Launch(1, 8.0, 1.0))), baked.get, 2.0))
    assert seen_at(rig, 3.0) == pytest.approx(0.5, abs=0.01), "what was played goes on"
    gate.free.set()
    heap.wait(lambda: ONE in heap.styles)
    assert seen_at(rig, 4.0) == pytest.approx(-0.5, abs=0.01)
    assert heap.errors == []
    assert not opened[0].closed


def test_the_window_asks_for_the_place_of_the_scene_that_it_shows(baked):
    other = make_session(Show(scenes=(Scene(style=TWO),), sections=SECTIONS), Heard(), small_atlas(24))
    for u in (0.25, 0.75, 1.0):
        mixed = crossed(baked[0], other, Ramp(u, u), decks=True)
        assert np.array_equal(own_ws(3.0, mixed), plan(3.0, other).ws)
    waits = crossed(baked[0], other, Ramp(0.0, 1.0, 8.0, 1.0))
    assert np.array_equal(own_ws(3.0, waits), plan(3.0, other).ws)
    near = crossed(baked[0], replace(baked[0], show=Show()), Ramp(0.5, 0.5))
    assert np.array_equal(own_ws(3.0, near), plan(3.0, near).ws)
