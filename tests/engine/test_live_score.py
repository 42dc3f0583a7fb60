"""The LiveScore: the same numbers as a Score, step by step, read by time and never changed."""

from dataclasses import replace

import numpy as np
import pytest

from app.engine.latent.path import round_points
from app.engine.render.plan import plan
from app.engine.render.session import LIVE_LEG, make_live_session
from app.engine.show.live_score import LiveScore
from app.engine.show.routes import Route
from app.engine.show.score import NAMES, bake
from app.engine.show.show import Path, Point, React, Scene, Show
from app.engine.show.sources import HEARD
from tests.heard import Heard, small_atlas

ROUTES = (
    Route("bass", "speed", 0.5), Route("hat", "hue", 0.4, attack=0.05, release=0.4), Route("lfo_1", "noise", 0.2),
    Route("walk_1", "contrast", 0.3), Route("bar", "saturation", 0.2, mode="multiply"), Route("beat", "pulse", 1.0),
    Route("section", "brightness", 1.0),
)  # fmt: skip


class Growing:
    """A song that is heard little by little, as LiveHeard gives it."""

    def __init__(self) -> None:
        self.curves = Heard().curves
        self.steps = self.first = 0

    def table(self, first: int, last: int) -> np.ndarray:
        none = np.zeros(last, np.float32)
        return np.stack([self.curves.get(name, none)[first:last] for name in HEARD], axis=1)

    def counts(self, first: int, last: int) -> np.ndarray:
        beats = np.arange(first, last) / 50
        return np.stack([beats, beats / 4], axis=1)


def scene(**react: object) -> Scene:
    return Scene(react=replace(React(), **react), routes=ROUTES)  # type: ignore[arg-type]


def grown(chunks: list[int]) -> LiveScore:
    heard = Growing()
    score = LiveScore(scene(), heard)
    for chunk in chunks:
        heard.steps += chunk
        score.extend()
    return score


def test_a_song_heard_live_gives_the_scores_numbers() -> None:
    """All but the position: a Score bends time so that Points are reached; and parts are not known live."""
    song = Heard()
    whole = bake(scene(), song, (), np.array([0.0]))
    live = grown([1, 2, 7] * 160)
    for i in range(0, 1600, 7):
        now, then = live.at(i / 100), whole.at(i / 100)
        for name in NAMES[1:]:
            assert getattr(now, name) == pytest.approx(getattr(then, name), abs=1e-5), (name, i)


def test_the_size_of_chunks_changes_nothing() -> None:
    one, other = grown([1000]), grown([1] * 1000)
    for t in np.linspace(0, 9.99, 60):
        now, then = one.at(t), other.at(t)
        for name in NAMES:
            assert getattr(now, name) == pytest.approx(getattr(then, name), abs=1e-6)


def test_what_was_read_once_stays_and_the_newest_holds() -> None:
    heard = Growing()
    score = LiveScore(scene(), heard)
    resting = score.at(3.0)
    assert (resting.position, resting.psi) == (0.0, pytest.approx(0.9))
    heard.steps = 300
    score.extend()
    before = [score.at(t) for t in (0.0, 1.234, 2.99)]
    assert score.at(50.0) == score.at(2.99)
    heard.steps = 1600
    score.extend()
    assert [score.at(t) for t in (0.0, 1.234, 2.99)] == before


def test_the_position_is_the_speed_summed_up() -> None:
    score = grown([10] * 150)
    speeds = [score.at(i / 100).speed for i in range(1500)]
    assert score.at(14.99).position == pytest.approx(sum(speeds) / 100, rel=1e-6)
    assert min(speeds) < max(speeds)


def test_an_edit_goes_on_from_where_the_path_stands() -> None:
    heard = Growing()
    heard.steps = 800
    first = LiveScore(scene(), heard)
    second = LiveScore(Scene(react=React(), routes=(Route("bass", "speed", -0.5),)), heard, first)
    assert second.at(7.99).position == pytest.approx(first.at(7.99).position)
    heard.steps = 900
    second.extend()
    assert second.at(8.99).position > second.at(7.99).position


def test_it_forgets_what_is_older_than_a_minute() -> None:
    heard = Growing()
    heard.curves = {"bass": np.tile(heard.curves["bass"], 20)}
    score = LiveScore(scene(), heard)
    for steps in range(100, 20_000, 100):
        heard.steps, heard.first = steps, max(0, steps - 5500)
        score.extend()
    assert score.at(0.0).position == pytest.approx(score.at(199 - 55).position, abs=1.5)
    assert score.at(198.9).position > score.at(190.0).position


def live_session(points: tuple[Point, ...] = (), heard: Growing | None = None):
    show = Show().with_scene(path=Path(3, points), react=React(point_amount=4))
    return make_live_session(show, heard or Growing(), small_atlas())


def test_places_without_times_go_round_a_leg_apart() -> None:
    session = live_session()
    assert [p.t for p in session.points] == pytest.approx([0, LIVE_LEG, 2 * LIVE_LEG, 3 * LIVE_LEG, 4 * LIVE_LEG])
    assert session.points[0].w == session.points[-1].w
    assert session.live
    start = session.path.ws_at(0.0)
    assert np.allclose(session.path.ws_at(4 * LIVE_LEG + 1e-5), start, atol=1e-3)
    assert np.allclose(session.path.ws_at(400 * LIVE_LEG + 5), session.path.ws_at(5.0), atol=1e-2)


def test_points_of_its_own_keep_their_distances_and_go_round() -> None:
    width = len(small_atlas().w_avg)
    w = [(tuple(float(k) for _ in range(width)),) for k in range(3)]
    points = (Point(10.0, w[0], "a"), Point(12.0, w[1], "b"), Point(20.0, w[2], "c"))
    made = round_points(points[::-1])
    assert [(p.t, p.name) for p in made] == [(0.0, "a"), (2.0, "b"), (10.0, "c"), (15.0, "a")]
    assert round_points(points[:1]) == (replace(points[0], t=0.0),)
    assert np.allclose(live_session(points[:1]).path.ws_at(1234.5), 0.0)


def test_a_live_plan_depends_on_the_time_and_what_was_heard_until_then() -> None:
    heard = Growing()
    session = live_session(heard=heard)
    heard.steps = 500
    session.score.extend()  # type: ignore[union-attr]
    once = plan(3.21, session)
    heard.steps = 1500
    session.score.extend()  # type: ignore[union-attr]
    again = plan(3.21, session)
    assert np.array_equal(once.ws, again.ws)
    assert once.look == again.look
    assert not np.array_equal(plan(9.0, session).ws, once.ws)


def test_a_knob_that_leaves_the_path_alone_leaves_what_was_worked_out_about_it() -> None:
    heard, atlas, show = Growing(), small_atlas(), Show()
    first = make_live_session(show, heard, atlas)
    turned = make_live_session(show.with_scene(react=replace(show.scene.react, bass=2.0)), heard, atlas, first)
    assert turned.path is first.path
    assert turned.directions is first.directions
    changes = (
        {"path": Path(seed=show.scene.path.seed + 1)}, {"react": replace(show.scene.react, interpolation="linear")},
    )  # fmt: skip
    for change in changes:
        other = show.with_scene(**change)
        again, alone = make_live_session(other, heard, atlas, turned), make_live_session(other, heard, atlas)
        np.testing.assert_array_equal(again.path.ws_at(3.3), alone.path.ws_at(3.3))
        np.testing.assert_array_equal(again.directions.at(3.3, 0.5), alone.directions.at(3.3, 0.5))
        assert again.path.interpolation == other.scene.react.interpolation
    elsewhere = make_live_session(show, heard, small_atlas(), first)
    assert elsewhere.path is not first.path
