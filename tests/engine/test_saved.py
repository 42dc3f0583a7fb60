"""Shows as files: a round trip is exact, and every broken file is one sentence."""

import json
import os
from dataclasses import asdict, replace

import numpy as np
import pytest

from app.control.settable import ROUTE
from app.engine.errors import ShowError
from app.engine.own_presets import read_preset
from app.engine.show.chain import route_signal
from app.engine.show.factory import new_show
from app.engine.show.generators import (
    FOLLOWERS,
    INPUTS,
    LFOS,
    MACROS,
    SEQUENCERS,
    WALKS,
    Follower,
    Lfo,
    Macro,
    Sequencer,
    Walk,
)
from app.engine.show.presets import preset
from app.engine.show.routes import Route
from app.engine.show.saved import load_show, save_show, show_from
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


def reopened(show: Show) -> Show:
    return show_from(json.loads(json.dumps({"anthesis": "show", **asdict(show)})), "reopened")


def _route(**changes) -> dict:
    return {"source": "bass", "destination": "hue", **changes}


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
        (damaged(lambda d: d.update(guard_off_reason="because " * 30)), "reason for no flash guard is too long"),
        (damaged(lambda d: d.update(scenes=[])), "playing scene"),
        (damaged(lambda d: d.update(scenes=[{"react": {"pulse": 99}}])), "pulse is 99"),
        (damaged(lambda d: d.update(scenes=[{"react": {"bass": "loud"}}])), "bass"),
        (damaged(lambda d: d.update(scenes=[{"routes": [{"source": "x", "destination": "y"}]}])), "do not exist"),
        (damaged(lambda d: d.update(scenes=[{"path": {"points": [{"t": 1, "w": []}]}}])), "no place"),
        (damaged(lambda d: d.update(sections=[{"start": 4, "end": 2, "label": "A"}])), "ends before"),
        (damaged(lambda d: d.update(loop=[4, 2])), "loop"),
        (damaged(lambda d: d.update(film={"fit": "sideways"})), "no choice"),
        ('{"anthesis": "show", "version": 1, "scenes": [{"react": {"pulse": NaN}}]}', "not a number"),
        (damaged(lambda d: d.update(scenes=[{"routes": [_route(expression="x +")]}])), "breaks off, at sign 4"),
        (damaged(lambda d: d.update(scenes=[{"routes": [_route(expression="__import__('os')")]}])), "cannot be read"),
        (damaged(lambda d: d.update(scenes=[{"routes": [_route(depth=1e999)]}])), "not a number"),
        (damaged(lambda d: d.update(scenes=[{"routes": [_route(frozen=17)]}])), "frozen at 17"),
        (damaged(lambda d: d.update(scenes=[{"routes": [_route(gain=1e300)]}])), "gain of a route is 1e+300"),
        (damaged(lambda d: d.update(scenes=[{"routes": [_route(depth=-1e300)]}])), "depth of a route is -1e+300"),
        (damaged(lambda d: d.update(scenes=[{"routes": [_route(lo=-1e300)]}])), "lo of a route"),
        (damaged(lambda d: d.update(scenes=[{"routes": [_route(attack=-1)]}])), "attack of a route is -1"),
        (damaged(lambda d: d.update(scenes=[{"path": {"seed": -1}}])), "seed is -1"),
        (damaged(lambda d: d.update(scenes=[{"path": {"seed": 10**25}}])), "seed is out of reach"),
        (damaged(lambda d: d.update(scenes=[{"then_bars": 10**400}])), "then_bars is out of reach"),
        (damaged(lambda d: d.update(scenes=[{"path": {"points": [{"t": 1e300, "w": [[0.0]]}]}}])), "out of reach"),
        (damaged(lambda d: d.update(scenes=[{"path": {"points": [{"t": 1, "w": [[-1e300]]}]}}])), "out of reach"),
        (damaged(lambda d: d.update(scenes=[{"routes": [_route()] * 33}])), "33 routes"),
        (damaged(lambda d: d.update(scenes=[{"lfos": [{"shape": "round"}]}])), "shape"),
        (damaged(lambda d: d.update(scenes=[{"lfos": [{"rate": 0}]}])), "rate is 0"),
        (damaged(lambda d: d.update(scenes=[{"followers": [{"source": "lfo_1"}]}])), "lfo_1"),
        (damaged(lambda d: d.update(scenes=[{"sequencers": [{"levels": [0.5] * 17}]}])), "17 of them"),
        (damaged(lambda d: d.update(scenes=[{"sequencers": [{"levels": [1.5]}]}])), "between 0 and 1"),
        (damaged(lambda d: d.update(scenes=[{"macros": [{"value": 2}]}])), "value is 2"),
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


def test_a_show_from_before_the_flash_guard_is_guarded():
    show = show_from(json.loads(damaged(dict.copy)), "old.anthesis")
    assert show.guarded
    assert show_from(json.loads(damaged(lambda d: d.update(guard_off_reason="  "))), "blank.anthesis").guarded


def test_a_show_and_a_preset_from_before_phrases_travel_as_they_did(tmp_path):
    """What says nothing of phrases has none, wherever it stands; what is made anew has them."""
    assert new_show(StyleRef()).scene.react.phrase_bars > 0
    document = {"anthesis": "show", **asdict(new_show(StyleRef()))}
    for scene in document["scenes"]:
        del scene["react"]["phrase_bars"]
    show = show_from(json.loads(json.dumps(document)), "old.anthesis")
    assert {scene.react.phrase_bars for scene in show.scenes} == {0}
    old = {"anthesis": "preset", **asdict(replace(preset("Pulse"), name="Mine"))}
    del old["react"]["phrase_bars"]
    file = tmp_path / "mine.preset"
    file.write_text(json.dumps(old))
    assert read_preset(file).react.phrase_bars == 0


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


def test_a_scene_comes_back_with_all_that_its_routes_begin_with(tmp_path):
    routes = (Route("macro_3", "hue", expression="x * lfo_2", solo=True), Route("steps_2", "bloom", frozen=0.25))
    show = full_show().with_scene(
        routes=routes, muted=True, lfos=(Lfo("random", 0.5, "Hz", 0.25), *LFOS[1:]),
        followers=(Follower("hat", 0.1, 2.0, 3.0), *FOLLOWERS[1:]), walks=(Walk(4.0, 77), *WALKS[1:]),
        sequencers=(Sequencer((0.1, 0.9), 0.5), *SEQUENCERS[1:]), macros=(Macro("Swirl", 0.7), *MACROS[1:]),
        inputs=(Macro("Pedal", 0.3), *INPUTS[1:]),
    )  # fmt: skip
    file = tmp_path / "work.anthesis"
    save_show(show, file)
    assert load_show(file) == show


def test_a_show_of_the_first_version_has_the_usual_generators_and_its_sources_by_their_new_names(tmp_path):
    scene = {"routes": [_route(source="lfo"), _route(source="walk"), _route()], "macros": [{"value": 0.5}] * 11}
    file = tmp_path / "old.anthesis"
    file.write_text(json.dumps({"anthesis": "show", "version": 1, "scenes": [scene]}))
    opened = load_show(file).scene
    assert [r.source for r in opened.routes] == ["lfo_1", "walk_1", "bass"]
    assert (opened.lfos, opened.walks, opened.inputs) == (LFOS, WALKS, INPUTS)
    assert len(opened.macros) == 8
    assert opened.macros[0].value == 0.5
    assert not opened.muted


def test_a_route_may_be_saved_wherever_hands_can_set_it():
    for name, meta in ROUTE.items():
        if "choices" not in meta and not isinstance(getattr(Route("bass", "hue"), name), bool):
            for value in (meta.get("lo", 0), meta.get("hi", 1)):
                show = full_show().with_scene(routes=(Route("bass", "hue", **{name: value}),))
                assert reopened(show) == show


def test_a_route_that_was_frozen_at_its_loudest_opens_again():
    loud = Route("bass", "hue", gain=4.0, curve="exponential")
    for route in (loud, replace(loud, invert=True)):
        held = float(route_signal(replace(route, attack=0.0), np.ones(3, np.float32))[-1])
        show = full_show().with_scene(routes=(replace(route, frozen=held),))
        assert reopened(show) == show
