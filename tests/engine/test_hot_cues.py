"""Hot cues: eight a song, kept in the file of the Show, where older files have none."""

import json

import pytest

from app.engine.errors import ShowError
from app.engine.show.hot_cues import COUNT, HotCue, having, of_song, without
from app.engine.show.saved import load_show, save_show
from app.engine.show.show import Show

MINE = HotCue(3, 12.5, "Drop", 2, "a" * 64)


def test_each_song_has_its_own_by_number():
    cues = having(having((), MINE), HotCue(1, 4.0, song="a" * 64))
    cues = having(cues, HotCue(3, 9.0, song="b" * 64))
    assert [(cue.number, cue.t) for cue in of_song(cues, "a" * 64)] == [(1, 4.0), (3, 12.5)]
    assert of_song(without(cues, "a" * 64, 3), "b" * 64) == of_song(cues, "b" * 64)


def test_a_second_one_of_a_number_takes_the_place_of_the_first():
    assert having((MINE,), HotCue(3, 1.0, song=MINE.song)) == (HotCue(3, 1.0, song=MINE.song),)


def test_they_are_saved_and_found_again(tmp_path):
    save_show(Show(hot_cues=(MINE,)), tmp_path / "a.anthesis")
    assert load_show(tmp_path / "a.anthesis").hot_cues == (MINE,)


def test_a_file_from_before_there_were_any_opens_without(tmp_path):
    file = tmp_path / "old.anthesis"
    save_show(Show(hot_cues=(MINE,)), file)
    kept = json.loads(file.read_text("utf-8"))
    del kept["hot_cues"]
    file.write_text(json.dumps(kept), "utf-8")
    assert load_show(file) == Show()


@pytest.mark.parametrize(
    ("cues", "problem"),
    [
        ([{"number": COUNT + 1, "t": 1.0}], "number is 9"),
        ([{"number": 1, "t": -1.0}], "t is -1"),
        ([{"number": 1, "t": float("nan")}], "t is not a number"),
        ([{"number": 1, "t": 1.0, "color": 9}], "color is 9"),
        ([{"number": 1, "t": 1.0, "name": "x" * 61}], "name of a hot cue is too long"),
        ([{"number": 2, "t": 1.0}, {"number": 2, "t": 3.0}], "two hot cues have one number"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(tmp_path, cues, problem):
    file = tmp_path / "bad.anthesis"
    save_show(Show(), file)
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), "hot_cues": cues}), "utf-8")
    with pytest.raises(ShowError, match=problem):
        load_show(file)
