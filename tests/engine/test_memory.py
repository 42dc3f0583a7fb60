"""Feedback and trails: films of any frame rate, stills and the live picture agree, whatever was drawn before."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from app.engine.render import memory
from app.engine.render.engine import Engine
from app.engine.render.frame import RenderRequest
from app.engine.render.live import Live
from app.engine.render.memory import GRID, MADE_UP, WARM, Memory
from app.engine.render.plan import frames, plan
from app.engine.render.session import crossed, make_session
from app.engine.show.performance import Ramp
from app.engine.show.routes import Look, Route
from app.engine.show.show import Finish, Scene, Show, StyleRef
from tests.engine.pictures import SECTIONS, STYLE, SmallRenderer, session
from tests.engine.test_engine import Heap, ManualClock
from tests.heard import Heard, small_atlas

STRONGEST = {"feedback": 0.9, "feedback_zoom": 1.0, "feedback_turn": 0.3, "trails": 1.0}
KICKED = (Route("bass", "feedback", 1.0), Route("bass_drums", "trails", 0.7, release=0.05))


def film(of, fps, start, end, renderer=None):
    """Time in sixtieths of a second -> picture."""
    times = [start + i / fps for i in range(round((end - start) * fps))]
    drawn = frames([(t, of) for t in times], renderer or SmallRenderer())
    return {round(60 * f.t, 3): f.image.astype(int) for f in drawn}


def furthest(one, other):
    """The largest difference in levels where both have a picture; there must be some."""
    common = one.keys() & other.keys()
    assert common
    return max(np.abs(one[t] - other[t]).max() for t in common)


@pytest.mark.parametrize("of", [session(**STRONGEST), session(*KICKED)], ids=["steady", "moved by a route"])
def test_films_of_any_frame_rate_agree(of):
    whole = film(of, 60, 2.0, 4.0)
    assert len({picture.tobytes() for picture in whole.values()}) == len(whole)
    for fps in (24, 30, 50):
        other = film(of, fps, 2.0, 4.0)
        assert len(whole.keys() & other.keys()) >= 12
        assert furthest(whole, other) <= 1


@pytest.mark.parametrize("of", [session(**STRONGEST), session(*KICKED)], ids=["steady", "moved by a route"])
def test_a_film_from_the_middle_is_the_whole_one_there(of):
    assert furthest(film(of, 30, 0.0, 5.0), film(of, 30, 4.0, 5.0)) <= 1


def test_the_order_of_drawing_does_not_matter():
    of, renderer = session(**STRONGEST), SmallRenderer()
    alone = {t: next(frames([(t, of)], SmallRenderer())).image for t in (0.0, 0.25, 0.31, 2.0, 2.43, 2.5, 7.77)}
    for t in (7.77, 2.0, 0.31, 0.25, 7.77, 2.5, 2.43, 0.0, 2.0):
        assert np.abs(next(frames([(t, of)], renderer)).image.astype(int) - alone[t]).max() <= 1


def test_it_is_seen():
    plain, of = session(), session(**STRONGEST)
    one, other = (next(frames([(3.0, s)], SmallRenderer())).image.astype(int) for s in (plain, of))
    assert np.abs(one - other).max() > 20


def test_without_amount_nothing_more_is_drawn_and_pictures_are_the_same():
    renderer = SmallRenderer()
    seen = film(session(feedback_zoom=2.0), 30, 1.0, 2.0, renderer)
    assert renderer.style.drawn == 30
    assert furthest(seen, film(session(), 30, 1.0, 2.0)) == 0


def test_a_film_draws_each_step_of_the_grid_once():
    renderer = SmallRenderer()
    film(session(**STRONGEST), 60, 0.0, 1.0, renderer)
    assert renderer.style.drawn == 60
    halves = SmallRenderer()
    film(session(**STRONGEST), 30, 0.0, 1.0, halves)
    assert halves.style.drawn == 59


def test_what_a_route_has_let_go_of_needs_no_second_of_warming_up():
    renderer = SmallRenderer()
    next(frames([(4.1, session(Route("bass", "feedback", 1.0, lo=0.4, attack=0.0, release=0.0)))], renderer))
    assert 2 <= renderer.style.drawn <= 9


class Wall:
    """Time that a test moves."""

    def __init__(self, monkeypatch, cost=0.0):
        self.t, self.cost = 0.0, cost
        monkeypatch.setattr(memory.time, "perf_counter", lambda: self.t)

    def renderer(self, size=32):
        made = SmallRenderer(size=size)
        draw = made.style.synthesize

        def slowly(*args, **how):
            self.t += self.cost
            return draw(*args, **how)

        made.style.synthesize = slowly
        return made


def live(of, t, **how):
    return replace(plan(t, of), **{"goes_on": True, "patience": 0.8 / 60} | how)


def test_a_fast_machine_plays_what_the_film_shows(monkeypatch):
    of, renderer = session(**STRONGEST), Wall(monkeypatch, 0.0002).renderer()
    whole = film(of, 60, 2.0, 3.0)
    for step, picture in whole.items():
        frame = renderer.render(live(of, step / 60))
        assert frame.settled
        assert np.abs(frame.image - picture).max() <= 1


def test_a_slow_machine_draws_one_picture_a_frame_and_goes_on(monkeypatch):
    of, renderer = session(**STRONGEST), Wall(monkeypatch, 0.05).renderer()
    plain = SmallRenderer()
    for i in range(40):
        frame = renderer.render(live(of, 2.0 + i / 20))
        assert not frame.settled
        assert renderer.style.drawn == i + 1
    ghost = frame.image.astype(int) - plain.render(plan(2.0 + 39 / 20, session())).image
    assert np.abs(ghost).max() > 20


def test_a_far_jump_while_playing_makes_up_a_little_only(monkeypatch):
    of, wall = session(**STRONGEST), Wall(monkeypatch, 0.05)
    renderer, steps = wall.renderer(), []
    made = memory._next
    monkeypatch.setattr(memory, "_next", lambda step, *rest: steps.append(step) or made(step, *rest))
    renderer.render(live(of, 8.0))
    assert renderer.style.drawn == 1
    assert steps == [*range(480 - MADE_UP, 480), 480]


def test_an_edit_while_playing_keeps_the_memory(monkeypatch):
    one, other = session(**STRONGEST), session(**STRONGEST, brightness=0.01)
    renderer = Wall(monkeypatch, 0.0001).renderer()
    for i in range(5):
        renderer.render(live(one, 2.0 + i / 60))
    drawn = renderer.style.drawn
    renderer.render(live(other, 2.0 + 5 / 60))
    assert renderer.style.drawn == drawn + 1


def test_a_picture_at_rest_is_drawn_bit_by_bit_until_it_is_the_film_s(monkeypatch):
    of, renderer = session(**STRONGEST), Wall(monkeypatch, 0.03).renderer()
    film_s = next(frames([(5.0, of)], SmallRenderer())).image
    seen = []
    while not seen or not seen[-1].settled:
        before = renderer.style.drawn
        seen.append(renderer.render(live(of, 5.0, goes_on=False, patience=0.1)))
        assert renderer.style.drawn - before <= 1 + 4
    assert 12 <= len(seen) <= WARM
    assert np.array_equal(seen[-1].image, film_s)
    assert not np.array_equal(seen[0].image, film_s)


def test_what_was_made_up_does_not_stay_when_the_picture_rests(monkeypatch):
    of, wall = session(**STRONGEST), Wall(monkeypatch, 0.05)
    renderer = wall.renderer()
    for i in range(60):
        renderer.render(live(of, 3.0 + i / 30))
    wall.cost = 0.0
    rested = renderer.render(live(of, 3.0 + 59 / 30, goes_on=False, patience=0.1))
    assert rested.settled
    assert np.array_equal(rested.image, next(frames([(3.0 + 59 / 30, of)], SmallRenderer())).image)


def test_an_edit_at_rest_is_seen_in_what_is_remembered():
    renderer = SmallRenderer()
    next(frames([(5.0, session(feedback=0.9))], renderer))
    other = session(feedback=0.9, feedback_zoom=3.0)
    assert np.array_equal(
        next(frames([(5.0, other)], renderer)).image, next(frames([(5.0, other)], SmallRenderer())).image
    )


def test_a_smaller_picture_on_the_ladder_takes_the_memory_over(monkeypatch):
    of, renderer = session(**STRONGEST), Wall(monkeypatch, 0.05).renderer()
    for i in range(20):
        whole = renderer.render(live(of, 2.0 + i / 20)).image
    small = renderer.render(live(of, 3.0, exit_at=16)).image
    assert small.shape == (16, 16, 3)
    shrunk = whole.reshape(16, 2, 16, 2, 3).mean((1, 3))
    without = SmallRenderer().render(live(session(), 3.0, exit_at=16)).image
    assert np.abs(small - shrunk).mean() < 0.5 * np.abs(without - shrunk).mean()
    assert renderer.render(live(of, 3.05)).image.shape == (32, 32, 3)


class Asked:
    """A past in which the picture has one brightness until *until*, and another from there on."""

    def __init__(self, look, before, after, until):
        self.look, self.before, self.after, self.until = look, before, after, until

    def at(self, t):
        shade = self.before if t < self.until else self.after
        return RenderRequest(t, np.full((1, 1), shade, np.float32), self.look, past=self)


def paint(request):
    return torch.full((3, 4, 4), float(request.ws[0, 0]))


@pytest.mark.parametrize("look", [Look(feedback=0.9), Look(trails=1.0), Look(feedback=0.9, trails=1.0)], ids=str)
def test_after_a_second_nothing_is_left_of_what_was_before(look):
    """White until 2 s, then black: at 3 s not even a level of 255 is left, and shortly before there is."""
    asked = Asked(look, 1.0, -1.0, 2.0)
    kept = Memory()
    levels = {}
    for step in range(60, 3 * GRID + 1):
        levels[step] = 127.5 * (float(kept.remembered(asked.at(step / GRID), paint).max()) + 1.0)
    assert levels[2 * GRID - 1] == 255.0
    assert 0.0 <= levels[3 * GRID] < 0.5
    assert levels[2 * GRID + 20] > 20.0


def test_trails_fade_in_their_length_whatever_the_frame_rate():
    asked = Asked(Look(trails=0.5), 1.0, -1.0, 2.0)
    seen = {t: float(Memory().remembered(asked.at(t), paint).max()) for t in (2.0, 2.25, 2.26, 2.5, 2.6)}
    assert seen[2.5] == pytest.approx(-1.0, abs=0.1)
    assert seen[2.6] == -1.0
    assert seen[2.25] == pytest.approx(0.0, abs=0.1)
    assert seen[2.26] <= seen[2.25]


def test_a_trail_of_no_length_is_none_and_grows_from_there():
    """A route may bring trails in without a jump of the picture."""
    asked = [Asked(Look(trails=length, feedback=0.5), 1.0, 0.0, 2.0) for length in (0.0, 0.003, 0.02)]
    none, least, little = (float(Memory().remembered(a.at(2.1), paint).max()) for a in asked)
    assert none == pytest.approx(least, abs=1e-6) == pytest.approx(little, abs=1e-6)


def test_zoom_and_turn_move_what_comes_back():
    """A dot right of the middle, gone for 15 steps: twice as large in a second, it is further out; turned, it is up."""

    def dot(look):
        class Dotted(Asked):
            def at(self, t):
                return replace(super().at(t), look=look)

        def draw(request):
            image = torch.full((3, 65, 65), -1.0)
            if request.ws[0, 0] > 0:
                image[:, 31:34, 43:46] = 1.0
            return image

        asked = Dotted(look, 1.0, -1.0, 2.0)
        made = Memory().remembered(asked.at(2.0 + 14 / GRID), draw)[0]
        weight = (made + 1.0) / (made + 1.0).sum()
        line = torch.arange(65) - 32.0
        return float((weight.sum(0) * line).sum()), float((weight.sum(1) * line).sum())

    assert dot(Look(feedback=0.9)) == pytest.approx((12.0, 0.0), abs=0.1)
    assert 17.0 < dot(Look(feedback=0.9, feedback_zoom=2.0))[0] < 26.0
    assert 5.0 < dot(Look(feedback=0.9, feedback_zoom=-2.0))[0] < 8.5
    across, down = dot(Look(feedback=0.9, feedback_turn=1.0))
    assert abs(across) < 8.0
    assert down < -5.0  # anticlockwise, as the StyleGAN3 turn


def test_live_is_the_film_through_the_real_engine():
    """At rest, after a seek and after an edit: the last picture of each is the film's, bit for bit."""
    heap, clock = Heap(), ManualClock()
    engine = Engine(clock, heap, SmallRenderer)
    engine.start()
    try:
        for of in (session(**STRONGEST), session(feedback=0.6, trails=0.3)):
            engine.set_session(of)
            for t in (3.0, 8.5, 3.02):
                clock.t = t
                engine.poke()
                wanted = next(frames([(t, of)], SmallRenderer())).image
                heap.wait(lambda t=t, wanted=wanted: heap.frames and heap.frames[-1].t == t and heap.frames[-1].settled
                          and np.array_equal(heap.frames[-1].image, wanted), 20.0)  # fmt: skip
    finally:
        engine.stop()
    assert not heap.errors


def test_another_network_goes_on_with_the_memory_of_the_one_before(monkeypatch):
    of, wall = session(**STRONGEST), Wall(monkeypatch, 0.0001)
    one, other = wall.renderer(), wall.renderer()
    one.others = {STYLE: one, replace(STYLE, sha256="2"): other}
    for i in range(5):
        one.render(replace(live(of, 2.0 + i / 60), network=None))
    drawn = other.style.drawn
    frame = other.render(replace(live(of, 2.0 + 5 / 60), network=None))
    assert frame.settled
    assert other.style.drawn == drawn + 1


def test_a_picture_that_is_no_number_is_not_remembered_for_ever():
    of, renderer = session(**STRONGEST), SmallRenderer()
    healthy = renderer.style.synthesize

    def live(step):
        return renderer.render(replace(plan(2.0 + step / GRID, of), goes_on=True, patience=1.0)).image.astype(int)

    live(0)
    renderer.style.synthesize = lambda *args, **how: healthy(*args, **how) * float("nan")
    live(1)
    renderer.style.synthesize = healthy
    late = [live(2 + step) for step in range(WARM + 2)][-1]
    alone = frames([((2.0 + (WARM + 3) / GRID), of)], SmallRenderer())
    assert np.abs(late - next(iter(alone)).image.astype(int)).max() <= 1


def test_the_past_of_a_glide_from_a_style_that_is_gone_is_drawn_by_the_one_that_is_there():
    gone, here = (
        make_session(
            Show(sections=SECTIONS, scenes=(Scene(style=ref, finish=Finish(feedback=0.5)),)), Heard(), small_atlas(wide)
        )
        for ref, wide in ((StyleRef("gone", "2"), 24), (STYLE, 16))
    )
    glide = crossed(gone, here, Ramp(0.0, 1.0, 2.0, 0.5))
    live = Live(SmallRenderer(), None, lambda **_told: None)
    live.decks.open = {STYLE: live.renderer}
    for t in (2.4, 2.55):
        live.begin(playing=True)
        assert live.render(plan(t, glide)).image.shape == (32, 32, 3)


def test_a_picture_at_rest_settles_slice_by_slice_where_networks_are_open(monkeypatch):
    monkeypatch.setattr("app.engine.render.live.SLICE", 0.0)  # one step of the past each time
    of = session(**STRONGEST)
    live = Live(SmallRenderer(), None, lambda **_told: None)
    live.decks.open = {STYLE: live.renderer}
    drawn = 0
    while drawn == 0 or not live.settled:
        drawn += 1
        assert drawn <= 2 * WARM
        live.begin(playing=False)
        frame = live.render(plan(2.5, of))
    alone = next(frames([(2.5, of)], SmallRenderer()))
    assert drawn > 2
    assert np.abs(frame.image.astype(int) - alone.image.astype(int)).max() <= 1
