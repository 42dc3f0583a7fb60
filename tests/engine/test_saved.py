"""Shows as files: a round trip is exact, and every broken file is one sentence."""

import json
import os
from dataclasses import replace

import pytest

from app.engine.errors import ShowError
from app.engine.show.factory import new_show
from app.engine.show.saved import load_show, save_show
from app.engine.show.show import Path, Point, Section, Show, SongRef, StyleRef


def full_show() -> Show:
    show = replace(new_show(StyleRef("Bloom", "ab" * 32)), song=SongRef("a.ogg", "cd" * 32), loop=(1.5, 4.0),
                   sections=(Section(0, 3.3, "A", "Groove"), Section(3.3, 9, "B")))  # fmt: skip
    return show.with_scene(path=Path(4, (Point(0.1, ((0.1, 1 / 3),)), Point(2.0, ((1e-9, -2.0), (0.5, 0.25)), "two"))))


def test_a_show_comes_back_exactly(tmp_path):
    file = tmp_path / "work.anthesis"
    save_show(full_show(), file)
    assert load_show(file) == full_show()
    assert [p.name for p in tmp_path.iterdir()] == ["work.anthesis"]


def damaged(change) -> str:
    document = json.loads(json.dumps({"anthesis": "show", "version": 1, "name": "x"}))
    change(document)
    return json.dumps(document)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[" * 100000, "no JSON"),
        ("[]", "not a Show"),
        ('{"name": "x"}', "not a Show"),
        (damaged(lambda d: d.update(version=99)), "newer Anthesis"),
        (damaged(lambda d: d.update(version="1")), "no version"),
        (damaged(lambda d: d.update(active=3)), "playing scene"),
        (damaged(lambda d: d.update(scenes=[])), "playing scene"),
        (damaged(lambda d: d.update(scenes=[{"react": {"pulse": 99}}])), "pulse is 99"),
        (damaged(lambda d: d.update(scenes=[{"react": {"bass": "loud"}}])), "bass"),
        (damaged(lambda d: d.update(scenes=[{"routes": [{"source": "x", "destination": "y"}]}])), "do not exist"),
        (damaged(lambda d: d.update(scenes=[{"path": {"points": [{"t": 1, "w": []}]}}])), "no place"),
        (damaged(lambda d: d.update(sections=[{"start": 4, "end": 2, "label": "A"}])), "ends before"),
        (damaged(lambda d: d.update(loop=[4, 2])), "loop"),
        (damaged(lambda d: d.update(film={"fit": "sideways"})), "no choice"),
        ('{"anthesis": "show", "version": 1, "scenes": [{"react": {"pulse": NaN}}]}', "not a number"),
    ],
)
def test_a_broken_show_is_one_sentence(tmp_path, text, words):
    file = tmp_path / "broken.anthesis"
    file.write_text(text)
    with pytest.raises(ShowError) as caught:
        load_show(file)
    assert words in str(caught.value)
    assert "broken.anthesis" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_binary_and_folder_are_sentences(tmp_path):
    (tmp_path / "binary.anthesis").write_bytes(bytes(range(256)))
    (tmp_path / "folder.anthesis").mkdir()
    for name in ("missing", "binary", "folder"):
        with pytest.raises(ShowError, match=name):
            load_show(tmp_path / f"{name}.anthesis")


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    file = tmp_path / "work.anthesis"
    save_show(full_show(), file)
    before = file.read_bytes()

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(ShowError, match="No space left"):
        save_show(replace(full_show(), name="other"), file)
    assert file.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["work.anthesis"]
