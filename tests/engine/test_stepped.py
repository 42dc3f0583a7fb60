"""Destinations that go by steps, and the crossfader: the same at every asking, and old takes see what they saw."""

from dataclasses import replace

import numpy as np
import pytest

from app.engine.render.plan import plan
from app.engine.render.session import make_session
from app.engine.render.staging import staged
from app.engine.show.generators import Macro
from app.engine.show.performance import Launch, Performance, Ramp
from app.engine.show.routes import Look, Route, chosen_at
from app.engine.show.seen import Seen
from app.engine.show.seen_file import document_of_seen, seen_from
from app.engine.show.show import Finish, Path, React, Scene, Section, Show, StyleRef
from tests.heard import Heard, small_atlas

SECTIONS = tuple(Section(4.0 * i, 4.0 * (i + 1), label) for i, label in enumerate("ABAC"))
ATLAS = small_atlas()
AT_ONCE = {"attack": 0.0, "release": 0.0}


def session(*routes: Route, row: int = 0, **changes: object):
    scene = Scene("a", StyleRef("one", "1"), Path(row + 1), routes=routes, **changes)
    return make_session(Show(sections=SECTIONS, scenes=(scene,) * (row + 1), active=row), Heard(), ATLAS)


def test_the_mirror_goes_by_steps_from_where_it_rests() -> None:
    moved = session(Route("bar", "mirror", 1.0, **AT_ONCE))
    assert [plan(t, moved).mirror for t in (2.1, 2.9, 3.9)] == ["off", "left-right", "quad"]
    rests = session(Route("bar", "mirror", -1.0, **AT_ONCE), finish=Finish(mirror="quad"))
    assert [plan(t, rests).mirror for t in (2.1, 2.9, 3.9)] == ["quad", "left-right", "off"]
    assert plan(3.9, session(finish=Finish(mirror="left-right"))).mirror == "left-right"


def test_between_two_scenes_the_mirror_is_that_of_the_one_that_is_seen_most() -> None:
    one = session(Route("bar", "mirror", 1.0, **AT_ONCE))
    other = session(row=1)
    baked = {0: one, 1: other}
    for fader, mirror in ((0.3, "quad"), (0.7, "off")):
        played = staged(Performance((Launch(0),), (Launch(1),), Ramp(fader, fader)), baked.get, 3.9)
        assert plan(3.9, played).mirror == mirror


@pytest.mark.parametrize("how", ["nearest", "linear", "quadratic", "cubic"])
def test_an_interpolation_that_a_route_holds_is_as_one_that_is_set(how) -> None:
    place = ("nearest", "linear", "quadratic", "cubic").index(how) / 3
    holds = Route("macro_1", "interpolation", 1.0, mode="replace")
    held = session(holds, react=React(interpolation="linear", follow_sections=False), macros=(Macro("", place),))
    told = session(react=React(interpolation=how, follow_sections=False))
    for t in (1.0, 5.3, 9.9):
        assert np.array_equal(plan(t, held).ws, plan(t, told).ws)
    linear = session(react=React(interpolation="linear", follow_sections=False))
    assert np.array_equal(plan(5.3, held).ws, plan(5.3, linear).ws) == (how == "linear")


def decks(fader: float, one, other, t: float = 3.0):
    return staged(Performance((Launch(0),), (Launch(1),), Ramp(fader, fader)), {0: one, 1: other}.get, t)


def shown(fader: float, one, other, t: float) -> float:
    """How much of deck B is seen."""
    played = decks(fader, one, other, t)
    return sum(share for share, leaf in played.parts(t) if leaf.launch.row == 1)


def test_routes_push_the_crossfader_from_where_a_hand_has_put_it() -> None:
    push = session(Route("bar", "fader", 1.0, **AT_ONCE))
    still = session(row=1)
    assert shown(0.0, push, still, 3.0) == pytest.approx(0.5, abs=0.01)
    assert shown(0.0, still, session(Route("bar", "fader", 1.0, **AT_ONCE), row=1), 3.0) == 0.0  # nothing of it is seen
    assert shown(0.4, push, still, 3.0) == pytest.approx(0.4 + 0.6 * 0.5, abs=0.01)
    assert shown(0.4, push, still, 3.9) == pytest.approx(0.4 + 0.6 * 0.95, abs=0.02)
    assert shown(0.4, still, still, 3.0) == pytest.approx(0.4)
    pulls = session(Route("bar", "fader", -1.0, **AT_ONCE))
    assert shown(0.4, pulls, still, 3.9) == 0.0


def test_a_pushed_crossfader_is_the_same_in_any_order_and_never_jumps() -> None:
    played = decks(0.3, session(Route("bar_triangle", "fader", 0.6, **AT_ONCE)), session(row=1))
    times = np.arange(2.0, 6.0, 0.01)
    forth = [plan(float(t), played).ws for t in times]
    back = [plan(float(t), played).ws for t in times[::-1]][::-1]
    assert all(np.array_equal(one, other) for one, other in zip(forth, back, strict=True))
    shares = [shown(0.3, played.crossing.a, played.crossing.b, float(t)) for t in times]
    assert max(np.abs(np.diff(shares))) < 0.02
    assert max(shares) - min(shares) > 0.3


def test_what_was_seen_before_there_were_such_destinations_stands_as_the_scene_says() -> None:
    looks = np.stack([np.array([getattr(Look(), name) for name in Look.__slots__[1:]], np.float32)] * 5)
    said = document_of_seen([Seen(0, np.zeros(5), looks)])
    gone = [said["names"].index(name) for name in ("mirror", "interpolation")]
    old = np.delete(looks, gone, axis=1)
    names = [name for name in said["names"] if name not in ("mirror", "interpolation")]
    from app.engine.show.seen_file import _packed

    (seen,) = seen_from(said | {"names": names, "looks": _packed(old.T.astype("<f4"))})
    look = seen.at(0.02)
    assert np.isnan(look.mirror)
    assert chosen_at("mirror", look.mirror, "quad") == "quad"
    scene = session(react=React(interpolation="linear"), finish=Finish(mirror="quad"))
    replayed = replace(scene, score=seen)
    assert plan(0.02, replayed).mirror == "quad"
    assert np.isfinite(plan(0.02, replayed).ws).all()
    again = document_of_seen([seen])
    assert again["names"] == names
    assert np.array_equal(seen_from(again)[0].looks, seen.looks, equal_nan=True)
