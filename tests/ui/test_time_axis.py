"""The time axis: what is under the pointer stays there, the view stays in the song, the page turns."""

import pytest

from app.ui.time_axis import AT_FIRST, SHORTEST, TimeAxis


@pytest.fixture
def axis():
    axis = TimeAxis()
    axis.set_duration(60.0)
    return axis


@pytest.mark.parametrize("x", [0.0, 300.0, 999.0])
@pytest.mark.parametrize("factor", [0.5, 0.1])
def test_zoom_keeps_the_time_under_the_pointer(axis, x, factor):
    axis.show(10.0, 50.0)
    under = axis.t_of(x, 1000)
    axis.zoom(under, factor)
    assert axis.t_of(x, 1000) == pytest.approx(under)
    assert axis.span == pytest.approx(40.0 * factor)


def test_time_and_pixel_are_each_others_inverse(axis):
    axis.show(7.0, 19.0)
    assert axis.x_of(axis.t_of(321.0, 1311), 1311) == pytest.approx(321.0)
    assert (axis.x_of(7.0, 1311), axis.x_of(19.0, 1311)) == (0.0, pytest.approx(1311.0))


def test_the_view_stays_in_the_song(axis):
    axis.show(50, 90)
    assert (axis.start, axis.end) == (20.0, 60.0)
    axis.show(-5, 5)
    assert (axis.start, axis.end) == (0.0, 10.0)
    axis.zoom(5, 1e-9)
    assert axis.span == SHORTEST
    axis.zoom(5, 1e9)
    assert (axis.start, axis.end) == (0.0, 60.0)


def test_scrolling_never_changes_the_zoom(axis):
    axis.show(0.0, 7.1)
    span = axis.span
    for _ in range(50):
        axis.scroll(0.1234567)
    assert axis.span == span


def test_a_long_song_opens_where_beats_can_be_seen_and_a_short_one_whole(axis):
    assert (axis.start, axis.end) == (0.0, 60.0)
    axis.set_duration(300.0)
    assert (axis.start, axis.end) == (0.0, AT_FIRST)
    axis.fit()
    assert axis.end == 300.0


def test_a_page_turns_when_the_playhead_leaves_it_unless_somebody_scrolled():
    axis = TimeAxis()
    axis.set_duration(200.0)
    axis.keep_in_view(30.0)
    assert axis.start == 0.0
    axis.keep_in_view(70.0)
    assert axis.start == 70.0
    axis.scroll(-20.0)
    axis.keep_in_view(190.0)
    assert axis.start == 50.0
    assert not axis.follow


def test_a_song_of_nothing_can_be_shown():
    axis = TimeAxis()
    axis.set_duration(0.0)
    assert (axis.start, axis.span) == (0.0, SHORTEST)


def test_changed_is_told_once_and_only_for_a_change(axis, qtbot):
    told = []
    axis.changed.connect(lambda: told.append(axis.start))
    axis.show(0.0, 60.0)
    assert told == []
    axis.show(10.0, 20.0)
    assert told == [10.0]
