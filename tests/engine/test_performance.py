"""What hands do on top of the Show: glides begin and end exactly, nothing jumps, order does not matter."""

import math
from dataclasses import replace

import numpy as np
import pytest

from app.engine.render.plan import plan
from app.engine.render.session import Session, make_session
from app.engine.render.staging import staged
from app.engine.show.performance import MOST_LAUNCHES, Goto, Launch, Performance, Ramp
from app.engine.show.show import Path, React, Scene, Section, Show, StyleRef
from tests.heard import Heard, small_atlas

SECTIONS = tuple(Section(4.0 * i, 4.0 * (i + 1), label) for i, label in enumerate("ABAC"))
ONE, TWO = StyleRef("one", "1"), StyleRef("two", "2")
SCENES = (
    Scene("a", ONE, Path(1), react=React(truncation=0.9)),
    Scene("b", ONE, Path(2), react=React(truncation=0.3)),
    Scene("c", ONE, Path(3), react=React(energy=1.0)),
    Scene("other", TWO, Path(4)),
)
ATLAS = small_atlas()


@pytest.fixture(scope="module")
def baked() -> dict[int, Session]:
    show = Show(sections=SECTIONS, scenes=SCENES)
    return {row: make_session(replace(show, active=row), Heard(), ATLAS) for row in range(len(SCENES))}


def same(one, two) -> bool:
    return bool(np.array_equal(one.ws, two.ws)) and one.look == two.look and not one.beside and not two.beside


def test_a_ramp_holds_exactly_before_and_after():
    ramp = Ramp(0.2, 1.0, 4.0, 2.0)
    assert [ramp.at(t) for t in (0.0, 4.0, 6.0, 99.0)] == [0.2, 0.2, 1.0, 1.0]
    assert ramp.at(5.0) == pytest.approx(0.6)
    assert [Ramp(0.0, 1.0, 4.0).at(t) for t in (3.999, 4.0)] == [0.0, 1.0]
    assert Ramp(0.3, 0.3).at(-5.0) == 0.3


def test_a_ramp_that_waits_for_the_loop_begins_when_it_has_come_round():
    ramp = Ramp(0.0, 1.0, 8.0, 2.0, lap=15.0)
    assert [ramp.at(t) for t in (15.0, 15.9, 8.0, 9.0, 10.0, 14.9)] == [0.0, 0.0, 0.0, 0.5, 1.0, 1.0]


def test_before_a_launch_only_the_old_scene_after_its_glide_only_the_new(baked):
    performance = Performance().launched(Launch(1, 6.0, 2.0), 5.0)
    session = staged(performance, baked.get, 5.0)
    for t in (0.0, 5.9, 6.0):
        assert same(plan(t, session), plan(t, baked[0]))
    for t in (8.0, 12.5):
        assert same(plan(t, session), plan(t, baked[1]))
    between = plan(7.0, session)
    ends = [plan(7.0, baked[row]) for row in (0, 1)]
    assert np.allclose(between.ws, (ends[0].ws + ends[1].ws) / 2, atol=1e-6)
    assert between.look.psi == pytest.approx(0.6)


def test_a_cut_changes_at_its_time_and_not_a_frame_off(baked):
    session = staged(Performance().launched(Launch(1, 6.0), 5.0), baked.get, 5.0)
    assert same(plan(np.nextafter(6.0, 0.0), session), plan(np.nextafter(6.0, 0.0), baked[0]))
    assert same(plan(6.0, session), plan(6.0, baked[1]))


def test_drawing_order_does_not_matter(baked):
    performance = Performance().launched(Launch(1, 2.0, 4.0), 1.0).launched(Launch(2, 3.0, 6.0), 2.5)
    session = staged(replace(performance, b=(Launch(0, goto=Goto(None, baked[0].path.ws[0], 1.0, 5.0)),),
                             fader=Ramp(0.0, 1.0, 4.0, 3.0)), baked.get, 1.0)  # fmt: skip
    times = [1.0, 2.7, 3.3, 5.5, 6.9, 8.0]
    forwards = {t: plan(t, session).ws.tobytes() for t in times}
    backwards = {t: plan(t, session).ws.tobytes() for t in reversed(times)}
    assert forwards == backwards
    assert len(set(forwards.values())) == len(times)


def test_two_styles_are_two_pictures_and_their_shares(baked):
    session = staged(Performance((Launch(0),), (Launch(3),), Ramp(0.25, 0.25)), baked.get, 0.0)
    request = plan(3.0, session)
    ((share, other),) = request.beside
    assert (request.network, other.network, share) == (ONE, TWO, 0.25)
    assert np.array_equal(other.ws, plan(3.0, baked[3]).ws)
    assert np.array_equal(request.ws, plan(3.0, baked[0]).ws)
    assert request.look.psi == pytest.approx(0.75 * plan(3.0, baked[0]).look.psi + 0.25 * plan(3.0, baked[3]).look.psi)
    for end, row in ((0.0, 0), (1.0, 3)):
        alone = staged(Performance((Launch(0),), (Launch(3),), Ramp(end, end)), baked.get, 0.0)
        assert same(plan(3.0, alone), plan(3.0, baked[row]))
        assert plan(3.0, alone).network == SCENES[row].style


def test_launches_in_the_middle_of_glides_never_jump(baked):
    rng = np.random.default_rng(4)
    performance, t, jumps = Performance(), 0.0, []
    for _ in range(60):
        t += float(rng.exponential(0.4))
        before = staged(performance, baked.get, t)
        after = performance.settled(t).launched(Launch(int(rng.integers(0, 3)), t, float(rng.uniform(0.5, 12.0))), t)
        jumps.append(float(np.abs(plan(t, before).ws - plan(t, staged(after, baked.get, t)).ws).max()))
        performance = after
        assert len(performance.a) <= MOST_LAUNCHES
    reach = float(np.abs(baked[0].path.ws - baked[1].path.ws[0]).max())
    assert max(jumps) < 0.01 * reach


def test_quick_launches_over_a_long_glide_never_jump(baked):
    performance, jumps = Performance(), []
    for i in range(40):
        t = 0.25 * i
        before = plan(t, staged(performance, baked.get, t)).ws
        performance = performance.settled(t).launched(Launch(i % 3, t, 16.0), t)
        jumps.append(float(np.abs(before - plan(t, staged(performance, baked.get, t)).ws).max()))
    assert max(jumps) < 0.01 * float(np.abs(baked[0].path.ws).max())


def test_what_is_over_is_over_at_every_time(baked):
    glided = Performance().launched(Launch(1, 6.0, 2.0), 5.0)
    assert glided.settled(7.0) == glided
    settled = glided.settled(8.0)
    assert settled.a == (Launch(1),)
    assert same(plan(1.0, staged(settled, baked.get, 1.0)), plan(1.0, baked[1]))
    faded = Performance((Launch(0),), (Launch(1),), Ramp(0.0, 1.0, 2.0, 2.0))
    assert faded.settled(4.0).fader == Ramp(1.0, 1.0)
    assert glided.ended(6.5).a == (Launch(1),)
    assert glided.ended(5.9).a == (Launch(0),)


def test_what_waits_can_be_taken_back_and_the_newest_wish_counts():
    waiting = Performance().launched(Launch(1, 6.0, 2.0), 5.0)
    assert waiting.pending(5.0) == Launch(1, 6.0, 2.0)
    assert waiting.playing(5.0) == Launch(0)
    assert waiting.playing(6.0) == Launch(1, 6.0, 2.0)
    assert waiting.pending(6.0) is None
    assert waiting.unqueued(5.0) == Performance()
    assert waiting.unqueued(6.0) == waiting
    assert waiting.launched(Launch(2, 8.0), 5.5).a == (Launch(0), Launch(2, 8.0))


def test_the_position_is_kept_by_an_offset_and_a_detour_goes_with_its_scene(baked):
    ahead = staged(Performance((Launch(0, offset=2.0),)), baked.get, 0.0)
    assert plan(3.0, ahead).look.position == pytest.approx(plan(3.0, baked[0]).look.position + 2.0)
    place = np.tile(ATLAS.lattice[0, 0], (ATLAS.num_ws, 1))
    away = Performance((Launch(0, goto=Goto(None, place, 0.0, 0.0)),)).launched(Launch(1, 6.0, 2.0), 5.0)
    assert np.array_equal(staged(away, baked.get, 5.0).ws_at(5.0), place)
    assert same(plan(8.0, staged(away, baked.get, 8.0)), plan(8.0, baked[1]))
    wrong = Goto(None, np.zeros((3, 3), np.float32), 0.0, 0.0)
    assert staged(Performance((Launch(0, goto=wrong),)), baked.get, 0.0).goto is None


def test_calm_takes_the_sound_out_of_the_picture_and_leaves_it_where_it_is(baked):
    calm = staged(Performance((Launch(0, calm=Ramp(1.0, 0.0, 2.0, 0.3)),)), baked.get, 2.0)
    assert same(plan(2.0, calm), plan(2.0, baked[0]))
    moved, still = plan(4.0, baked[0]), plan(4.0, calm)
    assert moved.look.pulse != 0.0
    assert still.look.pulse == 0.0
    assert still.look.position == moved.look.position
    assert still.look.psi == pytest.approx(0.9)


def test_scenes_that_are_not_there_yet_are_left_out(baked):
    performance = Performance((Launch(0),), (Launch(3),), Ramp(0.5, 0.5))
    there = {0: baked[0]}
    assert same(plan(1.0, staged(performance, there.get, 1.0)), plan(1.0, baked[0]))
    assert staged(Performance((Launch(3),)), there.get, 1.0) is None


def test_rows_follow_their_scenes():
    performance = Performance((Launch(0), Launch(2, 6.0, 1.0)), (Launch(1),), Ramp(0.5, 0.5))
    moved = performance.moved_rows({0: 1, 2: 0})
    assert (moved.a, moved.b, moved.fader) == ((Launch(1), Launch(0, 6.0, 1.0)), (), Ramp())
    assert Performance().moved_rows({}) == Performance()


def test_networks_that_are_needed(baked):
    glide = staged(Performance().launched(Launch(3, 6.0, 2.0), 5.0), baked.get, 5.0)
    assert glide.networks(5.0) == (ONE, TWO), "the one that comes is to be built in time"
    assert glide.networks(7.5) == (TWO, ONE)
    assert glide.networks(8.0) == (TWO,)
    faded = staged(Performance((Launch(0),), (Launch(3),), Ramp(0.0, 0.0)), baked.get, 0.0)
    assert faded.networks(0.0) == (ONE, TWO), "the other deck is at hand"
    assert staged(Performance((Launch(3),), (Launch(0),)), baked.get, 0.0).networks(0.0) == (TWO, ONE)
    assert math.isclose(sum(share for share, _ in glide.parts(6.7)), 1.0)
