"""Every source against a formula of its own, live and over the whole song."""

from dataclasses import replace

import numpy as np
import pytest

from app.engine.audio.features import CURVES
from app.engine.audio.grid import Grid, SongGrid
from app.engine.audio.live_heard import LiveHeard
from app.engine.show.chain import Chain
from app.engine.show.generators import Follower, Lfo, Macro, Sequencer, Walk
from app.engine.show.live_score import LiveScore
from app.engine.show.mixing import playing_routes
from app.engine.show.routes import DESTINATIONS, Route
from app.engine.show.score import NAMES, Before, bake, song_stretch
from app.engine.show.show import Finish, Scene, Section
from app.engine.show.sources import GROUPS, HEARD, OLD_NAMES, SOURCES, source_words
from app.engine.show.stretch import Sources, setting
from app.engine.show.turning import chance
from app.engine.show.ways import Direction
from tests.heard import Heard

STEPS = 1601
T = np.arange(STEPS) / 100
BEATS = T * 2  # 120 bpm
SECTIONS = (Section(0, 8, "A"), Section(8, 16, "B"))


def source(name: str, scene: Scene | None = None, grid: object = None) -> np.ndarray:
    stretch = song_stretch(Heard(), SECTIONS, grid)  # type: ignore[arg-type]
    return Sources(scene or Scene(), stretch, {}).named(name)


def lfo(**settings: object) -> np.ndarray:
    return source("lfo_1", Scene(lfos=(Lfo(**settings),)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("beat", 1 - BEATS % 1), ("beat_saw", BEATS % 1), ("bar", BEATS / 4 % 1), ("phrase", BEATS / 32 % 1),
        ("beat_triangle", 1 - abs(2 * (BEATS % 1) - 1)), ("bar_triangle", 1 - abs(2 * (BEATS / 4 % 1) - 1)),
        ("phrase_triangle", 1 - abs(2 * (BEATS / 32 % 1) - 1)), ("beat_pulse", (BEATS % 1 < 0.25) * 1.0),
        ("bar_pulse", (BEATS / 4 % 1 < 0.25) * 1.0), ("phrase_pulse", (BEATS / 32 % 1 < 0.25) * 1.0),
        ("section", (T >= 8) * 1.0),
    ],
)  # fmt: skip
def test_clocks(name, expected):
    assert source(name) == pytest.approx(expected, abs=1e-5)


def test_beat_random_is_another_value_on_each_beat_and_the_same_every_time():
    y = source("beat_random")
    assert len(set(y.tolist())) == 33
    assert (y[:50] == y[0]).all()
    assert y[50] != y[49]
    assert y.tolist() == source("beat_random").tolist()


@pytest.mark.parametrize(
    ("shape", "wave"),
    [
        ("sine", lambda u: 0.5 - 0.5 * np.cos(2 * np.pi * u)), ("triangle", lambda u: 1 - abs(2 * (u % 1) - 1)),
        ("saw", lambda u: u % 1), ("square", lambda u: ((u + 1e-9) % 1 < 0.5) * 1.0),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("settings", "turns"), [
    ({"rate": 2.0, "unit": "beats"}, BEATS / 2), ({"rate": 0.5, "unit": "Hz"}, T * 0.5),
    ({"rate": 8.0, "unit": "beats", "phase": 0.25}, BEATS / 8 + 0.25),
])  # fmt: skip
def test_lfos(shape, wave, settings, turns):
    made, expected = lfo(shape=shape, **settings), wave(turns)
    edge = np.abs((turns * 2 + 1e-9) % 1) < 1e-6  # where a saw or a square jumps, either side is right
    assert made[~edge] == pytest.approx(expected[~edge], abs=1e-5)


def test_a_random_lfo_holds_a_value_a_turn():
    made = lfo(shape="random", rate=1.0, unit="Hz")
    assert made.tolist() == pytest.approx(chance(np.floor(T + 1e-9).astype(np.int64), 1).tolist())
    other = source("lfo_2", Scene(lfos=(Lfo(), Lfo("random", 1.0, "Hz"))))
    assert abs(np.corrcoef(made, other)[0, 1]) < 0.9


def test_chance_is_even_and_goes_both_ways_from_nought():
    y = chance(np.arange(-5000, 5000), 3)
    assert 0 <= y.min() < 0.01 < 0.99 < y.max() < 1
    assert np.histogram(y, 10, (0, 1))[0].min() > 850
    assert abs(np.corrcoef(y[1:], y[:-1])[0, 1]) < 0.05


def test_walks_go_from_place_to_place():
    knots = np.random.default_rng(9).random(200)
    scene = Scene(walks=(Walk(2.5, 9),))
    assert source("walk_1", scene) == pytest.approx(np.interp(T * 2.5, np.arange(200), knots), abs=1e-6)


def test_followers_have_attack_release_and_gain():
    y = source("follow_1", Scene(followers=(Follower("bass", 0.02, 0.3, 0.5),)))
    held, expected = 0.0, []
    for x in (np.exp(-8 * (T % 0.5)) * 0.5).tolist():
        held += (1 - np.exp(-1 / (100 * (0.02 if x > held else 0.3)))) * (x - held)
        expected.append(held)
    assert y == pytest.approx(expected, abs=1e-5)


def test_steps_go_round_with_the_beat():
    scene = Scene(sequencers=(Sequencer((0.1, 0.9, 0.4), 4.0),))
    expected = np.array([0.1, 0.9, 0.4])[np.floor(BEATS * 4 + 1e-9).astype(int) % 3]
    assert source("steps_1", scene) == pytest.approx(expected)


def test_macros_and_inputs_stand_where_hands_put_them():
    scene = Scene(macros=(Macro(), Macro("Swirl", 0.7)), inputs=(Macro("", 0.2),))
    assert source("macro_2", scene) == pytest.approx(0.7)
    assert source("input_1", scene) == pytest.approx(0.2)
    assert not source("macro_8", scene).any()
    assert source_words(scene, "macro_2") == "Swirl"
    assert source_words(scene, "macro_1") == "Macro 1"
    assert source_words(scene, "hat") == "Hat"
    score = bake(replace(scene, routes=(Route("macro_2", "hue", 1.0, release=2.0),)), Heard(), (), np.zeros(1))
    assert score.curve("hue") == pytest.approx(0.35)


def test_a_song_whose_tempo_drifts_keeps_its_beats():
    times = np.cumsum(np.r_[0.3, np.linspace(0.4, 0.6, 30)])
    y = source("beat_saw", grid=SongGrid(times, first=1))
    middles = (times[:-1] + times[1:]) / 2
    at = np.rint(middles * 100).astype(int)
    assert y[at] == pytest.approx(0.5, abs=0.02)
    assert y[np.rint(times[:-1] * 100).astype(int) + 1].max() < 0.06


def test_old_names_are_todays_sources_and_every_source_is_there_once():
    assert set(OLD_NAMES.values()) < set(SOURCES)
    assert tuple(HEARD) == tuple(CURVES)
    assert sum(len(group) for group in GROUPS.values()) == len(SOURCES)
    assert [s for s in SOURCES if setting(Scene(), s)] == [
        s for s in SOURCES if s.startswith(("lfo_", "follow_", "walk_", "steps_", "macro_", "input_"))
    ]


# --- live


SCENE = Scene(
    lfos=(Lfo("sine", 3.0), Lfo("random", 0.7, "Hz"), Lfo("square", 2.0), Lfo("saw", 5.0, phase=0.3)),
    followers=(Follower("bass", 0.02, 0.3), Follower("hat", 0.1, 0.1, 2.0)),
    macros=tuple(Macro("", i / 10) for i in range(8)), inputs=tuple(Macro("", 1 - i / 10) for i in range(8)),
)  # fmt: skip


def live_of(scene: Scene, chunk: int, grid: object) -> LiveScore:
    heard, curves = LiveHeard(), Heard().curves
    table = np.stack([curves.get(name, np.zeros(STEPS, np.float32)) for name in CURVES], axis=1)
    score = LiveScore(scene, heard)
    for first in range(0, STEPS, chunk):
        heard.append(table[first : first + chunk], grid)  # type: ignore[arg-type]
        score.extend()
    return score


@pytest.mark.parametrize("name", [s for s in SOURCES if s != "section"])
@pytest.mark.parametrize("chunk", [1, 37])
def test_live_gives_the_songs_numbers(name, chunk):
    grid = Grid(0.3, 117.0)
    routes = (Route(name, "hue", 1.0), Route(name, "pulse", -0.7, curve="s", expression="1 - x * mid", release=0.4))
    scene = replace(SCENE, routes=routes)
    whole = bake(scene, Heard(), (), np.zeros(1), Before(grid))
    live = live_of(scene, chunk, grid)
    for i in range(0, STEPS, 13):
        now, then = live.at(i / 100), whole.at(i / 100)
        assert now.hue == pytest.approx(then.hue, abs=1e-6), i
        assert now.pulse == pytest.approx(then.pulse, abs=1e-6), i


def test_many_routes_at_once_are_what_each_is_alone():
    """Step by step for all routes or route by route for all steps: not one bit differs."""
    rng = np.random.default_rng(2)
    names, ends = [s for s in SOURCES if s != "section"], [d for d in DESTINATIONS if d not in ("speed", "shift")]
    routes = tuple(
        Route(
            str(rng.choice(names)), str(rng.choice(ends)), float(rng.uniform(-1, 1)), lo=float(rng.uniform(0, 0.4)),
            gain=float(rng.uniform(0.5, 2)), attack=float(rng.choice([0, 0.05])), release=float(rng.choice([0, 0.3])),
            curve=str(rng.choice(["linear", "exponential", "logarithmic", "s", "steps"])),  # type: ignore[arg-type]
            mode=str(rng.choice(["add", "multiply", "replace"])), invert=bool(rng.integers(2)),  # type: ignore[arg-type]
        )
        for _ in range(32)
    )  # fmt: skip
    scene, grid = replace(SCENE, routes=routes), Grid(0.0, 120.0)
    whole, live = bake(scene, Heard(), (), np.zeros(1), Before(grid)), live_of(scene, 1, grid)
    for i in range(0, STEPS, 50):
        now, then = live.at(i / 100), whole.at(i / 100)
        for name in NAMES[1:]:
            assert getattr(now, name) == pytest.approx(getattr(then, name), abs=2e-6), (name, i)


def test_the_tempo_may_change_and_what_was_read_stays():
    heard, rows = LiveHeard(), np.zeros((100, len(CURVES)), np.float32)
    heard.append(rows, Grid(0.0, 120.0))
    before = heard.counts(0, 100).copy()
    heard.append(rows, Grid(-1000.0, 121.0))  # another anchor: the phase is its own, the bars go on
    assert np.array_equal(heard.counts(0, 100), before)
    beats, bars = heard.counts(100, 200).T
    assert beats % 4 == pytest.approx(np.array([Grid(-1000.0, 121.0).beat_at(1 + i / 100) % 4 for i in range(100)]))
    assert abs(bars[0] - before[-1, 1]) <= 0.51
    assert np.diff(bars) == pytest.approx(121 / 60 / 4 / 100)
    heard.append(rows, Grid(2.0, 121.0, resynced=1))  # a hand says that a phrase begins here
    assert heard.counts(200, 201)[0, 1] == pytest.approx(0.0, abs=1e-9)
    heard.append(rows, Grid(-500.0, 121.0, resynced=1))
    assert 0.0 <= heard.counts(300, 301)[0, 1] < 1.01
    bars = heard.counts(300, 400)[:, 1]
    heard.append(rows[:5], Grid(0.0, 120.0, beats_per_bar=3, resynced=1))
    assert abs(heard.counts(400, 401)[0, 1] - bars[-1]) <= 0.51


# --- which routes count


def test_solo_mute_and_freeze():
    one, other = Route("bass", "hue", 1.0), Route("hat", "contrast", 1.0)
    scene = Scene(routes=(one, other))
    assert len(playing_routes(scene)) == 5
    assert playing_routes(replace(scene, muted=True)) == ()
    assert playing_routes(replace(scene, routes=(one, replace(other, solo=True)))) == (replace(other, solo=True),)
    assert len(playing_routes(replace(scene, routes=(one, replace(other, solo=True, on=False))))) == 4
    frozen = bake(replace(scene, routes=(replace(one, frozen=0.25),)), Heard(), (), np.zeros(1)).curve("hue")
    assert frozen == pytest.approx(0.125)


def test_energy_and_position_can_be_moved():
    rest = bake(Scene(routes=(Route("bass", "hue", 1.0),)), Heard(), (), np.array([0.0, 16.0]))
    routes = (Route("bass", "hue", 1.0), Route("macro_1", "energy", -0.5), Route("macro_1", "shift", 1.0))
    scene = Scene(macros=(Macro("", 0.6),), routes=routes)
    moved = bake(scene, Heard(), (), np.array([0.0, 16.0]))
    assert moved.curve("energy").tolist() == pytest.approx([0.3] * STEPS)
    assert moved.curve("hue") == pytest.approx(rest.curve("hue") / 2, abs=1e-6)
    assert moved.curve("position") == pytest.approx(T + 4 * 0.6 * 0.5, abs=1e-3)


def test_an_edit_bakes_only_what_it_touches():
    heard = Heard()
    one, other = Route("bass", "hue", 1.0), Route("macro_1", "contrast", 1.0)
    scene = Scene(routes=(one, other))
    first = bake(scene, heard, SECTIONS, np.zeros(1))
    turned = replace(scene, macros=(Macro("", 0.5), *scene.macros[1:]), routes=(replace(one, depth=0.5), other))
    again = bake(turned, heard, SECTIONS, np.zeros(1), Before(score=first))
    fresh = bake(turned, heard, SECTIONS, np.zeros(1))
    assert np.array_equal(again.values, fresh.values)
    assert first.kept is not None
    assert again.kept is not None
    shared = [s for s in again.kept.signals.values() if any(s is old for old in first.kept.signals.values())]
    assert len(shared) == 4
    assert again.kept.stretch is first.kept.stretch
    elsewhere = bake(turned, Heard(), SECTIONS, np.zeros(1), Before(score=first))
    assert elsewhere.kept is not None
    assert elsewhere.kept.stretch is not first.kept.stretch


def test_beats_move_the_live_picture_at_the_tempo_that_counted_when_they_were_heard():
    heard, rows = LiveHeard(), np.zeros((200, len(CURVES)), np.float32)
    score = LiveScore(Scene(routes=(Route("beat_saw", "hue", 1.0, attack=0.0, release=0.0),)), heard)
    for grid in (Grid(0.0, 120.0), Grid(2.0, 60.0), Grid(4.25, 120.0)):
        heard.append(rows, grid)
        score.extend()
    seen = [score.at(t).hue * 2 for t in (0.25, 1.9, 2.5, 3.75, 4.25, 5.0)]
    assert seen == pytest.approx([0.5, 0.8, 0.5, 0.75, 0.0, 0.5], abs=1e-4)


def hands(scene: Scene) -> dict[str, Scene]:
    """*scene* after hands turned one thing or another."""
    first, *rest = scene.routes
    return {
        "a depth": replace(scene, routes=(replace(first, depth=0.9), *rest)),
        "a route's destination": replace(scene, routes=(replace(first, destination="vignette"), *rest)),
        "its mode": replace(scene, routes=(replace(first, mode="replace"), *rest)),
        "an attack": replace(scene, routes=(replace(first, attack=0.4), *rest)),
        "another route": replace(scene, routes=(*scene.routes, Route("level", "speed", 0.4))),
        "one less": replace(scene, routes=tuple(rest)),
        "their order": replace(scene, routes=tuple(reversed(scene.routes))),
        "a macro": replace(scene, macros=(Macro("", 0.9), *scene.macros[1:])),
        "Energy": replace(scene, react=replace(scene.react, energy=0.9)),
        "the finish": replace(scene, finish=replace(scene.finish, hue=0.2)),
        "a direction": replace(scene, directions=(Direction(1.0), *scene.directions[1:])),
        "all muted": replace(scene, muted=True),
        "an LFO": replace(scene, lfos=(Lfo("saw", 2.0), *scene.lfos[1:])),
        "a follower": replace(scene, followers=(Follower("bass", 0.1, 0.9), *scene.followers[1:])),
    }


TURNED = replace(SCENE, finish=Finish(hue=0.1), routes=(
    Route("bass", "hue", 0.8, release=0.5), Route("hat", "hue", 0.5, mode="multiply"),
    Route("macro_1", "direction_1", 1.0), Route("lfo_1", "speed", 0.3),
    Route("follow_1", "contrast", 0.4, expression="x * lfo_1"), Route("mid", "energy", 0.2),
))  # fmt: skip


@pytest.mark.parametrize("what", hands(TURNED))
def test_a_score_that_was_baked_again_is_as_one_that_was_baked_anew(what):
    turned, heard, stops = hands(TURNED)[what], Heard(), np.array([0.0, 7.0, 16.0])
    first = bake(TURNED, heard, SECTIONS, stops)
    again, fresh = bake(turned, heard, SECTIONS, stops, Before(score=first)), bake(turned, heard, SECTIONS, stops)
    assert np.array_equal(again.values, fresh.values)
    assert not np.array_equal(again.values, first.values)
    back = bake(TURNED, heard, SECTIONS, stops, Before(score=again))
    assert np.array_equal(back.values, first.values)


def test_other_stops_move_the_position_and_nothing_else():
    heard = Heard()
    first = bake(TURNED, heard, SECTIONS, np.array([0.0, 16.0]))
    again = bake(TURNED, heard, SECTIONS, np.array([0.0, 3.0, 16.0]), Before(score=first))
    assert np.array_equal(again.values, bake(TURNED, heard, SECTIONS, np.array([0.0, 3.0, 16.0])).values)
    assert not np.array_equal(again.curve("position"), first.curve("position"))


@pytest.mark.parametrize("what", hands(TURNED))
def test_a_live_score_after_an_edit_goes_on_as_one_that_always_was(what):
    turned, grid, heard = hands(TURNED)[what], Grid(0.0, 117.0), LiveHeard()
    rng = np.random.default_rng(3)
    scores = [LiveScore(TURNED, heard), LiveScore(turned, heard)]
    for step in range(1500):
        heard.append(rng.random((1, len(CURVES))).astype(np.float32), grid)
        for score in scores[: 2 if step < 1490 else 1]:
            score.extend()
    edited = LiveScore(turned, heard, scores[0])
    assert edited.steps == 1500
    heard.append(rng.random((40, len(CURVES))).astype(np.float32), grid)
    for score in (edited, scores[1]):
        score.extend()
    for i in range(1000, 1540, 7):
        now, then = edited.at(i / 100), scores[1].at(i / 100)
        for name in NAMES[1:]:
            assert getattr(now, name) == pytest.approx(getattr(then, name), abs=1e-5), (name, i)
    assert edited.at(14.99).position == pytest.approx(scores[0].at(14.99).position)


def test_an_edit_follows_only_the_routes_it_touches(monkeypatch):
    heard = LiveHeard()
    first = LiveScore(TURNED, heard)
    heard.append(np.random.default_rng(4).random((1200, len(CURVES))).astype(np.float32), Grid(0.0, 120.0))
    first.extend()
    followed = []
    monkeypatch.setattr(Chain, "follow", lambda chain, x, held: followed.append(len(x)) or (x * 0, held))
    for what, count in (("a depth", None), ("a macro", 1), ("an attack", 1), ("Energy", None)):
        followed.clear()
        LiveScore(hands(TURNED)[what], heard, first)
        assert followed == ([] if count is None else [count]), what


# --- the settings of the simple page, moved


def pulse(scene: Scene, **react: object) -> np.ndarray:
    return bake(replace(scene, react=replace(scene.react, **react)), Heard(), (), np.zeros(1)).curve("pulse")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "by", "at"),
    [("bass", 0.5, 1.4 + 0.75), ("mid", -0.4, 0.8 - 0.6), ("treble", 1.0, 0.6 + 1.5), ("gate", 0.3, 0.1 + 0.15),
     ("smoothness", 0.4, 0.7 + 0.18), ("smoothness", -1.0, 0.25), ("gate", 1.0, 0.6)],
)  # fmt: skip
def test_a_setting_that_is_moved_acts_as_one_that_is_set(name, by, at):
    scene = Scene(macros=(Macro("", 1.0),))
    still = pulse(scene)
    moved = pulse(replace(scene, routes=(Route("macro_1", name, by),)))
    assert moved == pytest.approx(pulse(scene, **{name: at}), abs=2e-5)
    assert np.abs(moved - still).max() > 0.01


def test_a_gate_that_goes_up_and_down_lets_sound_through_when_it_is_down():
    square = replace(SCENE, lfos=(Lfo("square", 8.0), *SCENE.lfos[1:]))  # four seconds: up, then down
    scene = replace(square, routes=(Route("lfo_1", "gate", 1.0, attack=0.0, release=0.0, mode="replace"),))
    curve = pulse(scene, gate=0.0, smoothness=0.1)
    closed, open_ = pulse(SCENE, gate=0.5, smoothness=0.1), pulse(SCENE, gate=0.0, smoothness=0.1)
    assert curve[105:195] == pytest.approx(closed[105:195], abs=1e-3)
    assert curve[305:395] == pytest.approx(open_[305:395], abs=1e-3)


def test_settings_are_moved_live_as_in_the_song_and_after_an_edit():
    routes = (Route("hat", "smoothness", -0.5), Route("lfo_1", "gate", 0.5), Route("bass", "bass", 0.8, release=0.3),
              Route("mid", "energy", 0.3), Route("follow_1", "hue", 0.5))  # fmt: skip
    scene, grid = replace(SCENE, routes=routes), Grid(0.0, 120.0)
    whole = bake(scene, Heard(), (), np.zeros(1), Before(grid))
    for chunk in (1, 37):
        live = live_of(scene, chunk, grid)
        for i in range(0, STEPS, 17):
            now, then = live.at(i / 100), whole.at(i / 100)
            for name in ("pulse", "gate", "smoothness", "bass", "hue"):
                assert getattr(now, name) == pytest.approx(getattr(then, name), abs=2e-5), (name, i)
    turned = replace(scene, routes=(replace(routes[0], depth=0.2), *routes[1:]))
    again = bake(turned, Heard(), (), np.zeros(1), Before(grid, whole))
    assert np.array_equal(again.values, bake(turned, Heard(), (), np.zeros(1), Before(grid)).values)


def test_solo_leaves_the_owned_routes_out_even_where_their_settings_are_moved():
    routes = (Route("hat", "gate", 1.0, solo=True), Route("macro_1", "hue", 1.0))
    assert not bake(replace(SCENE, routes=routes), Heard(), (), np.zeros(1)).curve("pulse").any()
