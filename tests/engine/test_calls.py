"""What the parts of a song call for: the launches, the Take of a film, pads that move, and files of before."""

import json
from dataclasses import asdict, replace

import pytest

from app.engine.audio.grid import Grid
from app.engine.show.calls import as_take, called_at, calls_of, moved, performance_at, with_pads
from app.engine.show.performance import Launch, Performance
from app.engine.show.saved import load_show, save_show, show_from
from app.engine.show.show import React, Scene, Section, Show
from app.engine.show.take import Moment, Take
from app.engine.show.take_file import load_take, save_take

GRID = Grid(0.0, 120.0)


def a_show(*called: int | None, glide: float = 2.0) -> Show:
    """Four scenes, and parts of four seconds that call for these."""
    scenes = tuple(Scene(name, react=React(glide=glide)) for name in "abcd")
    parts = tuple(Section(4.0 * i, 4.0 * i + 4.0, "A", scene=row) for i, row in enumerate(called))
    return Show(scenes=scenes, sections=parts)


def test_each_call_begins_with_its_part_over_the_glide_of_its_own_scene():
    show = a_show(1, None, 2, 3)
    scenes = (*show.scenes[:3], replace(show.scenes[3], react=React(glide=0.0)))
    calls = calls_of(replace(show, scenes=scenes), GRID)
    assert calls == (Launch(1, 0.0, 0.0), Launch(2, 8.0, 1.0), Launch(3, 12.0, 0.0))
    assert [called_at(calls, t) for t in (-0.1, 0.0, 7.99, 8.0, 50.0)] == [None, calls[0], calls[0], calls[1], calls[2]]


def test_how_a_show_stands_at_any_time():
    calls = calls_of(a_show(None, 1, 1, 2), GRID)
    assert performance_at(calls, 3, 3.9) == Performance((Launch(3),))
    assert performance_at(calls, 3, 4.5) == Performance((Launch(3), Launch(1, 4.0, 1.0)))
    assert performance_at(calls, 3, 9.0) == Performance((Launch(1),)), "the same once more is no launch"
    assert performance_at(calls, 3, 12.0) == Performance((Launch(1), Launch(2, 12.0, 1.0)))


def test_the_take_of_a_show_has_a_moment_for_each_scene_that_comes():
    show = a_show(2, None, 1, 3)
    take = as_take(show, calls_of(show, GRID), 10.0)
    assert take is not None
    assert [(moment.p, moment.t) for moment in take.moments] == [(0.0, 0.0), (8.0, 8.0)]
    assert [moment.performance.a for moment in take.moments] == [
        (Launch(2),), (Launch(2), Launch(1, 8.0, 1.0)),
    ]  # fmt: skip
    assert take.pieces == ((0.0, 10.0),)
    assert as_take(show, (), 10.0) is None


def test_its_pictures_are_of_the_songs_own_times_to_the_bit():
    show = a_show(0, 1)
    show = replace(show, sections=(Section(0.0, 0.7, "A", scene=0), Section(0.7, 8.0, "B", scene=1)))
    take = as_take(show, calls_of(show, GRID), 8.0)
    assert take is not None
    times = [i / 30 for i in range(240)]
    assert [take.at(t).t for t in times] == times


def test_parts_without_a_scene_and_scenes_that_are_gone_call_for_nothing():
    assert calls_of(a_show(None, None), GRID) == ()
    assert calls_of(a_show(None, 4, -1), GRID) == ()


def test_parts_follow_their_scene_when_pads_move():
    show = a_show(0, 3, None, 2)
    a, b, c, d = show.scenes
    assert [part.scene for part in moved(show.sections, show.scenes, (d, a, c))] == [1, 0, None, 2]
    assert [part.scene for part in moved(show.sections, show.scenes, (a, b, c))] == [0, None, None, 2]
    bright = replace(a, name="bright")
    assert moved(show.sections, show.scenes, (bright, b, c, d)) is show.sections
    both = (bright, b, replace(c, name="dark"), d)
    assert [part.scene for part in moved(show.sections, show.scenes, both)] == [0, 3, None, 2]
    after = with_pads(show, replace(show, scenes=(b, a, c, d)))
    assert [part.scene for part in after.sections] == [1, 3, None, 2]
    other = a_show(1, 1)
    assert with_pads(show, other) is other, "who says both means both"


def test_files_have_it_and_those_of_before_call_for_nothing(tmp_path):
    show = a_show(1, None)
    save_show(show, tmp_path / "a.anthesis")
    assert load_show(tmp_path / "a.anthesis") == show
    document = json.loads((tmp_path / "a.anthesis").read_text())
    for part in document["sections"]:
        del part["scene"]
    old = show_from(document, "old.anthesis")
    assert [part.scene for part in old.sections] == [None, None]
    assert old.scenes == show.scenes


@pytest.mark.parametrize("row", [4, -1, 10**12])
def test_a_file_that_calls_for_a_scene_that_is_not_there_opens_without(row):
    document = {"anthesis": "show", **asdict(a_show(1, row))}
    assert [part.scene for part in show_from(document, "x.anthesis").sections] == [1, None]


def test_a_take_in_which_a_pad_was_removed_comes_back(tmp_path):
    show = a_show(3, 1)
    fewer = with_pads(show, replace(show, scenes=show.scenes[:3]))
    assert [part.scene for part in fewer.sections] == [None, 1]
    stood = Performance((Launch(1),))
    take = Take("t", 2.0, (Moment(0.0, 0.0, show, stood), Moment(1.0, 1.0, fewer, stood)))
    save_take(take, tmp_path / "t.take")
    read = load_take(tmp_path / "t.take")
    assert [moment.show for moment in read.moments] == [show, fewer]
