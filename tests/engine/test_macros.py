"""The factory's macros: at rest they change nothing, turned they do, and a Preset leaves them."""

from dataclasses import replace

import pytest

from app.engine.audio.features import FeatureTrack
from app.engine.show.factory import new_show
from app.engine.show.macros import with_macros
from app.engine.show.presets import PRESETS, preset, with_preset
from app.engine.show.routes import DESTINATIONS
from app.engine.show.score import bake
from app.engine.show.show import Scene, StyleRef

HEARD = FeatureTrack.silent(2.0)


def look(scene):
    return bake(scene, HEARD, (), HEARD.beats).at(1.0)


@pytest.mark.parametrize("scene", new_show(StyleRef()).scenes, ids=lambda scene: scene.name)
def test_every_factory_scene_has_eight_and_at_rest_they_change_nothing(scene):
    assert [bool(macro.name) for macro in scene.macros] == [True] * 8
    own = tuple(route for route in scene.routes if not route.source.startswith("macro_"))
    assert look(scene) == look(replace(scene, routes=own))


@pytest.mark.parametrize("number", range(8))
def test_each_moves_the_picture_within_the_reach_of_what_it_moves(number):
    scene = with_macros(with_preset(Scene(), preset("Calm")))
    macros = tuple(replace(m, value=float(i == number)) for i, m in enumerate(scene.macros))
    turned, rests = look(replace(scene, macros=macros)), look(scene)
    assert turned != rests
    for name, destination in DESTINATIONS.items():
        assert destination.metadata["lo"] <= getattr(turned, name) <= destination.metadata["hi"]


def test_a_preset_leaves_what_hands_move():
    scene = new_show(StyleRef()).scene
    by_hand = [route for route in scene.routes if route.source.startswith("macro_")]
    for chosen in PRESETS:
        scene = with_preset(scene, chosen)
        assert list(scene.routes) == [*chosen.routes, *by_hand]
