"""The way between Points: exact at Points, never outside its neighbours, the same for the same seed."""

from dataclasses import replace

import numpy as np
import pytest

from app.engine.audio.grid import bar_lines
from app.engine.latent.path import MOST_PHRASES, Measure, place, w_path
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


MEASURE = Measure(120.0, tuple(2.0 * i for i in range(60)))
LONG = (Section(0.0, 4.0, "A"), Section(4.0, 76.0, "B"), Section(76.0, 84.0, "A"), Section(84.0, 120.0, "B"))
TRAVELS = React(section_similarity=0.5, glide=4, phrase_bars=8, loop_video=False)


def inside(points, start, end):
    return [p for p in points if start <= p.t < end]


def test_a_long_part_goes_on_to_another_place_with_each_phrase():
    points = place(Path(seed=1), TRAVELS, small_atlas(), LONG, MEASURE)
    assert [p.t for p in inside(points, 4.0, 76.0)] == [4.0, 20.0, 36.0, 52.0, 74.0]  # what is left is less than half
    assert [p.t for p in inside(points, 0.0, 4.0)] == [0.0, 2.0]
    ways = np.diff([p.w[0] for p in inside(points, 4.0, 76.0)], axis=0)
    assert np.linalg.norm(ways, axis=1).min() > 0.5
    four = place(Path(seed=1), replace(TRAVELS, phrase_bars=4), small_atlas(), LONG, MEASURE)
    assert [p.t for p in inside(four, 4.0, 76.0)] == [4.0, *range(12, 69, 8), 74.0]


def test_phrases_stay_as_near_to_the_place_of_their_part_as_similarity_says():
    def far(similarity):
        points = place(Path(seed=1), replace(TRAVELS, section_similarity=similarity), small_atlas(), LONG, MEASURE)
        first, *others = inside(points, 4.0, 76.0)
        return np.linalg.norm(np.subtract([p.w[0] for p in others], first.w[0]), axis=1)

    assert far(0.75) == pytest.approx(0.25 * far(0.0), rel=1e-5)
    assert far(1.0).tolist() == [0.0], "1 stands still, and has no Points between"


def test_phrases_of_parts_that_sound_alike_are_alike():
    points = place(Path(seed=1), TRAVELS, small_atlas(), LONG, MEASURE)
    first, again = inside(points, 4.0, 76.0), inside(points, 84.0, 120.0)
    assert [p.t for p in again] == [84.0, 100.0]
    assert [p.w for p in again] == [p.w for p in first[:2]]


def test_without_phrases_a_path_is_as_it_always_was():
    """Shows from before know nothing of phrases."""
    old = replace(TRAVELS, phrase_bars=React().phrase_bars)
    points = place(Path(seed=1), old, small_atlas(), LONG, MEASURE)
    assert [p.t for p in points] == [0.0, 2.0, 4.0, 74.0, 76.0, 82.0, 84.0, 120.0]
    phrased = place(Path(seed=1), TRAVELS, small_atlas(), LONG, MEASURE)
    assert set(points) <= set(phrased), "phrases come between, and move nothing"
    sums = [4.4625, 0.3716, -1.5593, 0.9906, 4.4625, 0.532, -1.5593, 2.0672]
    assert [round(float(np.sum(p.w)), 4) for p in points] == sums, "as the version before phrases placed them"


def test_phrases_are_counted_in_the_bars_of_the_song():
    """Also before its first bar line and after its last; where none is known, in bars of two seconds."""
    assert bar_lines(np.array([5.0, 7.0, 9.5, 11.5]), 16.0).tolist() == [1.0, 3.0, 5.0, 7.0, 9.5, 11.5, 13.5, 15.5]
    assert bar_lines(np.zeros(0), 7.0).tolist() == [0.0, 2.0, 4.0, 6.0]
    late = Measure(120.0, tuple((bar_lines(np.arange(0.7, 100.0, 2.0), 120.0)).tolist()))
    points = place(Path(seed=1), TRAVELS, small_atlas(), LONG, late)
    assert [round(p.t, 3) for p in inside(points, 4.0, 76.0)] == [4.0, 20.7, 36.7, 52.7, 74.0]


def test_a_song_of_hours_has_no_more_phrases_than_can_be_seen():
    bars = Measure(120.0, tuple(2.0 * i for i in range(3000)))
    points = place(Path(seed=1), TRAVELS, small_atlas(), (Section(0.0, 6000.0, "A"),), bars)
    assert MOST_PHRASES / 2 < len(points) <= MOST_PHRASES + 1


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
