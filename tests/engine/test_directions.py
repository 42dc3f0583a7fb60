"""Directions of W: how far hands and routes push the picture along them, in which layers, and of which network."""

import json
from dataclasses import replace

import numpy as np
import pytest

from app.control.params import PARAMS, get, with_value
from app.engine.errors import ShowError
from app.engine.render.plan import plan
from app.engine.render.session import make_live_session, make_session
from app.engine.show.ends import destination_words
from app.engine.show.generators import Macro
from app.engine.show.live_score import LiveScore
from app.engine.show.performance import Performance
from app.engine.show.routes import DESTINATIONS, Route
from app.engine.show.saved import load_show, save_show, show_from
from app.engine.show.show import React, Scene, Section, Show, StyleRef
from app.engine.show.take import Moment, Take
from app.engine.show.take_file import document_of, take_from
from app.engine.show.ways import DIRECTIONS, Direction, Way, direction_words, misfit, number_of, there
from tests.engine.test_live_score import Growing
from tests.heard import Heard, small_atlas

ATLAS, SECTIONS = small_atlas(), (Section(0.0, 8.0, "A"), Section(8.0, 16.0, "B"))
STYLE = StyleRef("Bloom", "ab" * 32)
WAY = Way("Petal width", tuple(float(x) for x in np.linspace(-1, 1, 16)), "Bloom", "ab" * 32)


def show_of(*standing: tuple[int, float, str], style: StyleRef = STYLE, **scene: object) -> Show:
    directions = list(DIRECTIONS)
    for number, value, layers in standing:
        directions[number - 1] = Direction(value, layers)  # type: ignore[arg-type]
    return Show(scenes=(Scene(style=style, directions=tuple(directions), **scene),), sections=SECTIONS)  # type: ignore[arg-type]


def ws(show: Show, t: float = 3.0) -> np.ndarray:
    return plan(t, make_session(show, Heard(), ATLAS)).ws  # type: ignore[arg-type]


def test_a_direction_pushes_as_far_as_it_stands() -> None:
    rest = ws(show_of())
    pushed = ws(show_of((1, 1.5, "all"), (8, -2.0, "all")))
    assert pushed - rest == pytest.approx(
        np.tile(1.5 * ATLAS.components[0] - 2 * ATLAS.components[7], (8, 1)), abs=1e-4
    )
    assert np.array_equal(ws(show_of((1, 0.0, "fine"))), rest)


@pytest.mark.parametrize(("layers", "rows"), [("coarse", range(4)), ("middle", range(4, 8)), ("all", range(8))])
def test_only_its_layers_are_moved(layers: str, rows: range) -> None:
    moved = np.abs(ws(show_of((2, 1.0, layers))) - ws(show_of())).max(axis=1) > 0.1
    assert np.flatnonzero(moved).tolist() == list(rows)


def test_a_kept_direction_moves_the_network_it_was_kept_in_and_no_other() -> None:
    there_, elsewhere = show_of((9, 2.0, "all"), ways=(WAY,)), StyleRef("Cells", "cd" * 32)
    assert ws(there_) - ws(show_of()) == pytest.approx(np.tile(2 * np.array(WAY.w), (8, 1)), abs=1e-4)
    assert misfit(there_.scene, 9) == ""
    away = show_of((9, 2.0, "all"), ways=(WAY,), style=elsewhere)
    assert np.array_equal(ws(away), ws(show_of(style=elsewhere)))
    assert misfit(away.scene, 9) == "a direction of Bloom, without effect here"
    narrow = show_of((9, 2.0, "all"), ways=(replace(WAY, w=WAY.w[:5]),))
    assert np.array_equal(ws(narrow), ws(show_of()))  # a file that lies about its network
    by_name = show_of((9, 2.0, "all"), ways=(WAY,), style=StyleRef("Bloom"))
    assert not np.array_equal(ws(by_name), ws(show_of()))


def test_what_a_direction_is_called() -> None:
    scene = show_of(ways=(WAY, Way(), replace(WAY, name=""))).scene
    assert [direction_words(scene, n) for n in (1, 9, 10, 11)] == ["Direction 1", "Petal width", "Direction 10",
                                                                   "Direction 11"]  # fmt: skip
    assert [n for n in range(18) if there(scene, n)] == [*range(1, 10), 11]
    assert misfit(scene, 10) == "nothing, as no direction is kept there"
    assert destination_words("direction_9", scene) == "Petal width"
    assert destination_words("hue", scene) == "Hue"
    assert (number_of("direction_16"), number_of("hue"), number_of("direction_x")) == (16, 0, 0)


def test_routes_push_along_it_from_where_it_stands_and_not_out_of_reach() -> None:
    routes = (Route("macro_1", "direction_9", 0.5), Route("macro_1", "direction_1", 1.0))
    show = show_of((1, 3.0, "all"), ways=(WAY,), routes=routes, macros=(Macro("", 1.0),), react=React(energy=1.0))
    look = plan(3.0, make_session(show, Heard(), ATLAS)).look  # type: ignore[arg-type]
    assert look.direction_9 == pytest.approx(0.5 * 3 / 0.6)
    assert look.direction_1 == 6.0
    assert {DESTINATIONS[f"direction_{n}"].metadata["reach"] for n in range(1, 17)} == {3.0}


def test_live_pushes_as_far_as_the_song() -> None:
    routes = (Route("hat", "direction_9", 0.7, attack=0.0, release=0.4), Route("lfo_1", "direction_2", 0.3))
    show, heard = show_of((2, 0.5, "all"), ways=(WAY,), routes=routes), Growing()
    live = make_live_session(show, heard, ATLAS)
    assert isinstance(live.score, LiveScore)
    heard.steps = 900
    live.score.extend()
    song = make_session(show, Heard(), ATLAS)  # type: ignore[arg-type]
    for t in (1.0, 4.33, 8.9):
        now, then = live.look_at(t), song.look_at(t)
        assert (now.direction_9, now.direction_2) == pytest.approx((then.direction_9, then.direction_2), abs=1e-5)
        pushed = live.ways.pushed(np.zeros((8, 16), np.float32), now)
        assert pushed == pytest.approx(song.ways.pushed(np.zeros((8, 16), np.float32), then), abs=1e-4)
        assert np.abs(pushed).max() > 0.1


def test_directions_are_parameters() -> None:
    show = with_value(Show(), "direction.3", 9.0)
    assert get(show, "direction.3") == 3.0
    assert show.scene.directions[2] == Direction(3.0)
    assert with_value(show, "direction.3.layers", "fine").scene.directions[2] == Direction(3.0, "fine")
    assert PARAMS["direction.16"].tail == "latent/dir/16"
    with pytest.raises(ShowError, match="one of all, coarse, middle, fine"):
        with_value(show, "direction.3.layers", "skin")


def test_they_are_saved_and_older_shows_have_them_at_rest(tmp_path) -> None:
    show = show_of((9, 1.25, "coarse"), ways=(WAY,))
    save_show(show, tmp_path / "a.anthesis")
    assert load_show(tmp_path / "a.anthesis") == show
    document = json.loads((tmp_path / "a.anthesis").read_text())
    del document["scenes"][0]["directions"], document["scenes"][0]["ways"]
    assert show_from(document, "old").scene.directions == DIRECTIONS
    document["scenes"][0]["directions"] = [{"value": 1.0}]
    assert show_from(document, "short").scene.directions == (Direction(1.0), *DIRECTIONS[1:])
    far = "a direction is not a number, or is out of reach"
    for broken, words in (({"name": "x", "w": [1e9]}, far), ({"name": "x", "w": [float("nan")]}, far),
                          ({"name": "x" * 65, "w": [1.0]}, "the name of a direction is too long")):  # fmt: skip
        document["scenes"][0]["ways"] = [broken]
        with pytest.raises(ShowError, match=words):
            show_from(document, "broken")


def test_a_take_does_not_say_a_kept_direction_again_for_each_turn() -> None:
    show = show_of(ways=(WAY,))
    moments = (
        Moment(0.0, 1.0, show, Performance()),
        Moment(1.0, 2.0, with_value(show, "direction.9", 2.0), Performance()),
    )
    document = document_of(Take("Take", 4.0, moments))
    assert [change[1] for change in document["moments"][1]["show"]] == ["directions"]
    again = take_from(json.loads(json.dumps(document)), "take")
    assert again.moments[1].show == moments[1].show
