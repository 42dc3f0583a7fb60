"""The way between Points: exact at Points, never outside its neighbours, the same for the same seed."""

from dataclasses import replace

import numpy as np
import pytest

from app.engine.latent.path import place, w_path
from app.engine.latent.w import bands, broadcast, truncate
from app.engine.show.show import Path, Point, React, Section
from tests.heard import small_atlas

SECTIONS = tuple(Section(4.0 * i, 4.0 * (i + 1), label) for i, label in enumerate("ABAC"))
POINTS = tuple(Point(t, ((v, -v),)) for t, v in ((0.0, 0.0), (2.0, 1.0), (4.0, 0.5), (8.0, 2.0)))


@pytest.mark.parametrize("kind", ["nearest", "linear", "quadratic", "cubic"])
def test_a_path_meets_its_points_and_stays_between_them(kind):
    path = w_path(POINTS, React(interpolation=kind), num_ws=3)
    for p in POINTS:
        assert path.ws_at(p.t)[0].tolist() == pytest.approx(list(p.w[0]), abs=1e-4)
    for t in np.linspace(0, 8, 200):
        w = path.ws_at(t)
        left = max((p for p in POINTS if p.t <= t + 1e-3), key=lambda p: p.t)
        right = min((p for p in POINTS if p.t >= t - 1e-3), key=lambda p: p.t)
        low, high = sorted((left.w[0][0], right.w[0][0]))
        assert low - 1e-4 <= w[0, 0] <= high + 1e-4


def test_interpolations_differ():
    at = {
        k: float(w_path(POINTS, React(interpolation=k), 3).ws_at(0.6)[0, 0])
        for k in ("nearest", "linear", "quadratic", "cubic")
    }
    assert at["nearest"] == 0.0
    assert at["linear"] == pytest.approx(0.3)
    assert len({round(v, 3) for v in at.values()}) == 4


def test_a_path_reaches_beyond_its_ends_and_takes_one_point():
    path = w_path(POINTS, React(), 3)
    assert path.ws_at(-1)[0, 0] == 0.0
    assert path.ws_at(99)[0, 0] == 2.0
    assert w_path(POINTS[:1], React(), 3).ws_at(5).shape == (3, 2)
    with pytest.raises(ValueError, match="at least one Point"):
        w_path((), React(), 3)


def test_points_at_one_time_are_a_cut():
    path = w_path((Point(1.0, ((0.0,),)), Point(1.0, ((1.0,),))), React(interpolation="cubic"), 1)
    assert np.isfinite(path.ws_at(1.0)).all()
    assert path.ws_at(0.9)[0, 0] == 0.0
    assert path.ws_at(1.1)[0, 0] == 1.0


def test_points_are_placed_by_seed_and_loop():
    atlas, react = small_atlas(), React(follow_sections=False, point_amount=5, loop_video=True)
    points = place(Path(seed=1), react, atlas, SECTIONS)
    assert len(points) == 6
    assert points[0].w == points[-1].w
    assert points[-1].t == 16.0
    assert points == place(Path(seed=1), react, atlas, SECTIONS)
    assert points != place(Path(seed=2), react, atlas, SECTIONS)
    open_end = place(Path(seed=1), replace(react, loop_video=False), atlas, SECTIONS)
    assert len(open_end) == 5
    assert open_end[-1].t == 16.0
    assert open_end[-1].w != open_end[0].w


def test_sections_that_sound_alike_look_alike():
    points = place(Path(seed=1), React(follow_sections=True, loop_video=False), small_atlas(), SECTIONS)
    starts = {p.t: p.w for p in points if p.t in (0.0, 4.0, 8.0, 12.0)}
    assert starts[0.0] == starts[8.0]
    assert len({starts[0.0], starts[4.0], starts[12.0]}) == 3


def test_similarity_one_stands_still_inside_a_section():
    still = place(Path(seed=1), React(section_similarity=1.0, loop_video=False), small_atlas(), SECTIONS)
    moving = place(Path(seed=1), React(section_similarity=0.2, loop_video=False), small_atlas(), SECTIONS)
    assert still[0].w == still[1].w
    assert moving[0].w != moving[1].w


def test_own_points_win_over_the_seed():
    assert place(Path(seed=1, points=POINTS), React(), small_atlas(), SECTIONS) == POINTS


def test_layers_fall_into_shape_parts_and_colour():
    assert [list(range(14))[b] for b in bands(14)] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11, 12, 13]]
    assert [len(range(2)[b]) for b in bands(2)] == [2, 0, 0]


def test_truncation_pulls_towards_the_average():
    w, avg = np.ones((2, 3), np.float32), np.zeros(3, np.float32)
    assert truncate(w, avg, 0.25).tolist() == [[0.25] * 3] * 2
    assert truncate(w, avg, 1.0).tolist() == w.tolist()


def test_a_point_has_one_row_or_all():
    assert broadcast(np.zeros(4, np.float32), 3).shape == (3, 4)
    with pytest.raises(ValueError, match="1 or 3 rows"):
        broadcast(np.zeros((2, 4), np.float32), 3)
