"""Presets of one's own: saved, found again, checked as anything from the world is, and told from the factory's."""

import json
from dataclasses import replace

import pytest

from app.engine import paths
from app.engine.errors import ShowError
from app.engine.own_presets import all_presets, own_presets, preset_of, read_preset, remove_preset, save_preset
from app.engine.show.generators import LFOS, Lfo, Macro
from app.engine.show.presets import PRESETS, preset, with_preset
from app.engine.show.routes import Route
from app.engine.show.show import React, Scene

ROUTES = (Route("lfo_2", "hue", 0.4, expression="x * bass"), Route("macro_1", "bloom", 1.0))
SCENE = Scene(react=React(pulse=1.5), routes=ROUTES, lfos=(LFOS[0], Lfo("saw", 3.0), *LFOS[2:]))


def test_a_scene_reacts_again_as_it_was_saved() -> None:
    save_preset(preset_of(SCENE, "  Slow\t Hue "))
    (mine,) = own_presets()
    assert mine.name == "Slow Hue"
    other = with_preset(Scene(react=React(energy=0.2, section_amount=5), macros=(Macro("Glow", 0.4),) * 8), mine)
    assert other.react == replace(SCENE.react, energy=0.2, section_amount=5)
    assert (other.routes, other.lfos, other.preset) == (ROUTES[:1], SCENE.lfos, "Slow Hue")
    assert other.macros[0] == Macro("Glow", 0.4)


def test_what_hands_move_is_the_scenes_own() -> None:
    mine = preset_of(SCENE, "A")
    kept = with_preset(Scene(routes=(Route("input_3", "glitch", 0.5), Route("kick", "hue"))), mine)
    assert kept.routes == (ROUTES[0], Route("input_3", "glitch", 0.5))


def test_a_factory_preset_leaves_lfos_alone() -> None:
    assert with_preset(SCENE, preset("Calm")).lfos == SCENE.lfos


def test_one_is_written_over_deleted_and_found_by_its_name() -> None:
    save_preset(preset_of(SCENE, "Mine"))
    save_preset(preset_of(replace(SCENE, react=React(pulse=0.1)), "Mine"))
    save_preset(preset_of(SCENE, "Also/mine.."))
    assert [p.name for p in all_presets()[len(PRESETS) :]] == ["Also/mine..", "Mine"]
    assert preset("mine", all_presets()).react.pulse == 0.1
    remove_preset("Mine")
    assert [p.name for p in own_presets()] == ["Also/mine.."]
    assert [file.name for file in (paths.config() / "presets").iterdir()] == ["also-mine.preset"]


@pytest.mark.parametrize(("name", "words"), [("pulse", "“pulse” is a preset of the factory"), ("  ", "needs a name")])
def test_some_names_are_refused(name: str, words: str) -> None:
    with pytest.raises(ShowError, match=words):
        save_preset(preset_of(SCENE, name))
    assert own_presets() == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"anthesis": "show"}, "is not a preset"), ({"react": {"pulse": 99}}, "pulse is 99, outside 0 to 2"),
        ({"routes": [{"source": "x", "destination": "hue"}]}, "which do not exist"), ({"react": 3}, "is damaged"),
        ({"routes": [{"source": "bass", "destination": "hue"}] * 33}, "33 routes"),
        ({"lfos": [{"rate": -1}]}, "rate is -1"),
        ({"routes": [{"source": "bass", "destination": "hue", "expression": "open()"}]}, "cannot be read"),
    ],
)  # fmt: skip
def test_a_broken_one_is_left_out_and_says_why_when_it_is_asked_for(changes: dict, words: str) -> None:
    save_preset(preset_of(SCENE, "Whole"))
    save_preset(preset_of(SCENE, "Broken"))
    file = paths.config() / "presets" / "broken.preset"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))
    assert [p.name for p in own_presets()] == ["Whole"]
    with pytest.raises(ShowError, match=words):
        read_preset(file)


def test_rows_that_a_file_left_out_are_as_usual() -> None:
    save_preset(preset_of(SCENE, "Short"))
    file = paths.config() / "presets" / "short.preset"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"lfos": [{"rate": 2.0}]}))
    assert own_presets()[0].lfos == (Lfo(rate=2.0), *LFOS[1:])


def test_names_that_differ_by_signs_alone_do_not_write_over_one_another() -> None:
    names = ["Dark/Wet", "Dark Wet", "\N{CHERRY BLOSSOM}", "\N{WATER WAVE}"]
    for i, name in enumerate(names):
        save_preset(preset_of(replace(SCENE, react=React(pulse=0.1 * i)), name))
    assert [preset(name, all_presets()).react.pulse for name in names] == [0.1 * i for i in range(4)]
    remove_preset("dark.wet")
    remove_preset("Dark Wet")
    assert {p.name for p in own_presets()} == {names[0], *names[2:]}


@pytest.mark.parametrize("name", ["", "   ", "x" * 33, "a\tb", "a\nb"])
def test_a_file_without_a_proper_name_is_left_out(name: str) -> None:
    save_preset(preset_of(SCENE, "Mine"))
    file = paths.config() / "presets" / "mine.preset"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"name": name}))
    with pytest.raises(ShowError, match="damaged"):
        read_preset(file)
    assert own_presets() == ()
