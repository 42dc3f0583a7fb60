"""Takes: what was seen at each instant, as files and back, damaged ones refused, and played again to the bit."""

import copy
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.engine.audio.track import AudioTrack
from app.engine.errors import ShowError, StyleError
from app.engine.render.frame import Frame
from app.engine.render.plan import plan
from app.engine.render.playback import Playback, heard, played
from app.engine.render.session import make_session
from app.engine.render.staging import staged
from app.engine.show.performance import Goto, Launch, Performance, Ramp
from app.engine.show.routes import Route
from app.engine.show.show import Path as WalkPath
from app.engine.show.show import React, Scene, Section, Show, SongRef, StyleRef
from app.engine.show.take import Moment, Take
from app.engine.show.take_file import document_of, load_take, save_take, take_from
from app.engine.show.take_heard import with_sound
from tests.heard import Heard, small_atlas

ONE, TWO = StyleRef("one", "1"), StyleRef("two", "2")
ATLAS = small_atlas()
PLACE = np.tile(ATLAS.lattice[2, 3], (ATLAS.num_ws, 1))
SHOW = Show(
    song=SongRef("song.wav", "ab"),
    sections=tuple(Section(4.0 * i, 4.0 * (i + 1), label) for i, label in enumerate("ABAC")),
    scenes=tuple(
        Scene(name, style, WalkPath(i)) for i, (name, style) in enumerate((("a", ONE), ("b", ONE), ("c", TWO)))
    ),
)
KNOB = tuple(SHOW.with_scene(react=React(truncation=0.9 - 0.1 * i)) for i in range(5))
ADDED = replace(SHOW, scenes=(*SHOW.scenes, Scene("d", ONE)))


def made(*moments: Moment, length: float = 10.0) -> Take:
    return Take("Take 1", length, moments)


@pytest.fixture
def take() -> Take:
    """A launch with a glide, a knob, a detour, freeze, blackout, a deck, a jump, another scene."""
    glide = Performance().launched(Launch(1, 3.0, 1.0), 2.5)
    away = Performance((Launch(1, goto=Goto(None, PLACE, 6.5, 0.5)),))
    decks = replace(away, b=(Launch(0, offset=1.5, calm=Ramp(1.0, 0.0, 1.0, 0.3)),), fader=Ramp(0.0, 1.0, 8.0, 1.0))
    return made(
        Moment(0.0, 2.0, SHOW, Performance()),
        Moment(0.5, 2.5, SHOW, glide),
        *(Moment(2.5 + 0.1 * i, 4.5 + 0.1 * i, show, glide) for i, show in enumerate(KNOB)),
        Moment(4.5, 6.5, KNOB[-1], away),
        Moment(5.5, 7.5, KNOB[-1], away, frozen=True),
        Moment(6.0, 8.0, KNOB[-1], decks),
        Moment(7.0, 9.0, KNOB[-1], decks, blackout=True),
        Moment(7.5, 9.5, KNOB[-1], decks),
        Moment(8.0, 1.0, ADDED, decks),
        Moment(9.0, 2.0, ADDED, Performance((Launch(3, 2.0, lap=5.0),))),
    )


def test_the_song_stands_where_it_stood(take):
    assert [take.song_time(p) for p in (0.0, 0.25, 7.9, 8.0, 9.5)] == pytest.approx([2.0, 2.25, 9.9, 1.0, 2.5])
    assert take.pieces == (pytest.approx((2.0, 10.0)), pytest.approx((1.0, 3.0)))
    assert take.at(0.49).moment is take.moments[0]
    assert take.at(0.5).moment is take.moments[1]


def test_a_frozen_picture_is_the_one_that_was_seen_then(take):
    for p in (5.5, 5.7, 5.99):
        held = take.at(p)
        assert (held.t, held.moment.performance) == (pytest.approx(7.5), take.moments[7].performance)
    assert take.at(6.0).t == pytest.approx(8.0)
    frozen = made(Moment(0.0, 3.0, SHOW, Performance(), frozen=True), Moment(1.0, 4.0, SHOW, Performance()))
    assert frozen.at(0.5).t == 3.0


def test_blackout_comes_and_goes(take):
    black = [take.at(p).black for p in (6.9, 7.0, 7.05, 7.15, 7.4, 7.5, 7.55, 7.65)]
    assert black == pytest.approx([0.0, 0.0, 1 - (2 / 3) ** 2, 1.0, 1.0, 1.0, (2 / 3) ** 2, 0.0])
    assert made(Moment(0.0, 0.0, SHOW, Performance(), blackout=True)).at(0.0).black == 1.0


def test_a_part_is_what_it_was(take):
    part = take.cut(2.65, 8.5)
    assert part.length == pytest.approx(5.85)
    assert part.moments[0].p == 0.0
    for p in (0.0, 0.1, 1.9, 3.1, 5.0, 5.6):
        whole, cut = take.at(p + 2.65), part.at(p)
        assert cut.t == pytest.approx(whole.t)
        assert (cut.moment.show, cut.moment.performance) == (whole.moment.show, whole.moment.performance)


def same(one: Take, other: Take) -> bool:
    return document_of(one) == document_of(other)


def test_a_file_holds_all_of_it(take, tmp_path):
    file = tmp_path / "mine.take"
    save_take(take, file)
    loaded = load_take(file)
    assert same(loaded, take)
    assert [m.show for m in loaded.moments] == [m.show for m in take.moments]
    assert loaded.moments[9].performance.b == take.moments[9].performance.b
    assert np.array_equal(loaded.moments[7].performance.a[0].goto.target, PLACE)
    assert loaded.moments[-1].performance == take.moments[-1].performance
    assert file.stat().st_size < 40_000, "what did not change is not said again"
    assert list(tmp_path.iterdir()) == [file]


DAMAGE = [
    lambda d: d.update(anthesis="show"),
    lambda d: d.update(version=9),
    lambda d: d.pop("length"),
    lambda d: d.update(length="long"),
    lambda d: d.update(length=float("1e12")),
    lambda d: d.update(moments=[]),
    lambda d: d.update(moments={"p": 0}),
    lambda d: d["moments"].insert(0, "nonsense"),
    lambda d: d["moments"][0].update(p=1.0),
    lambda d: d["moments"][3].update(p=0.1),
    lambda d: d["moments"][3].update(t=None),
    lambda d: d["moments"][3].update(t=True),
    lambda d: d["moments"][3].update(show=[[9, "react", {}]]),
    lambda d: d["moments"][3].update(show=[[0, "react", {"truncation": 99}]]),
    lambda d: d["moments"][3].update(show=[[0, "nothing", 1]]),
    lambda d: d["moments"][3].update(show=[[-1, "name", "x"]]),
    lambda d: d["moments"][3].update(show=[["film", {"fps": "many"}]]),
    lambda d: d["moments"][3].update(show=[["scenes", []]]),
    lambda d: d["moments"][3].update(show=5),
    lambda d: d["moments"][1]["performance"].update(a=[]),
    lambda d: d["moments"][1]["performance"]["a"][0].update(row=7),
    lambda d: d["moments"][1]["performance"]["a"][0].update(row=-1),
    lambda d: d["moments"][1]["performance"]["a"][1].update(seconds=-1.0),
    lambda d: d["moments"][1]["performance"]["fader"].update(end=2.0),
    lambda d: d["moments"][7]["performance"]["a"][0]["goto"]["target"].update(w="%%%"),
    lambda d: d["moments"][7]["performance"]["a"][0]["goto"]["target"].update(rows=10**9),
    lambda d: d["moments"][7]["performance"]["a"][0]["goto"]["target"].update(wide=7),
    lambda d: d["show"].update(scenes=[]),
    lambda d: d["show"].update(active=7),
    lambda d: d.update(length=10**400),
    lambda d: d["moments"][1]["performance"]["a"][0].update(seconds=-(10**400)),
    lambda d: d["moments"][1]["performance"].update(a=d["moments"][1]["performance"]["a"] * 2000),
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_take_is_refused_in_one_sentence(take, damage):
    document = json.loads(json.dumps(document_of(take)))
    whole = copy.deepcopy(document)
    damage(document)
    with pytest.raises(ShowError) as told:
        take_from(document, "mine.take")
    assert "\n" not in str(told.value)
    assert same(take_from(whole, "mine.take"), take)


def test_a_take_that_leaves_macros_out_has_the_usual_ones(take):
    document = json.loads(json.dumps(document_of(take)))
    document["moments"][1]["show"] = [[0, "macros", []], [1, "lfos", []]]
    scenes = take_from(document, "mine.take").moments[1].show.scenes
    assert (len(scenes[0].macros), len(scenes[1].lfos)) == (8, 4)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[" * 100_000, b'{"anthesis": "take"}', b"null"])
def test_what_is_no_take_is_refused(tmp_path, content):
    file = tmp_path / "odd.take"
    file.write_bytes(content)
    with pytest.raises(ShowError):
        load_take(file)
    with pytest.raises(ShowError):
        load_take(tmp_path / "not there.take")


class Says:
    """A picture that says which ws and look it was made from."""

    def render(self, request):
        said = request.ws.tobytes() + repr(request.look).encode()
        pixels = np.frombuffer(said[:48].ljust(48, b"\0"), np.uint8).reshape(4, 4, 3).copy()
        return Frame(request.t, pixels)


def baked(show: Show, performance: Performance, t: float):
    return staged(performance, lambda row: make_session(replace(show, active=row), Heard(), ATLAS), t)


def test_it_is_played_again_as_it_was_in_any_order(take):
    playback = Playback(take, Heard(), lambda _ref: ATLAS)
    times = [9.5, 0.2, 2.55, 2.85, 1.1, 5.0, 5.7, 6.4, 8.3, 0.2]
    frames = list(played(playback, times, Says()))
    for p, frame in zip(times, frames, strict=True):
        instant = take.at(p)
        session = baked(instant.moment.show, instant.moment.performance, instant.t)
        assert np.array_equal(frame.image, Says().render(plan(instant.t, session)).image), p
        assert frame.t == p
    assert np.array_equal(frames[1].image, frames[-1].image)
    (dark,) = played(playback, [7.3], Says())
    assert not dark.image.any()


def test_a_take_of_a_style_that_is_not_here_says_so(take):
    with pytest.raises(StyleError, match="“one” is not here"):
        Playback(take, Heard(), lambda _ref: None).at(0.0)


def test_the_past_of_a_take_is_what_was_played(take):
    playback = Playback(take, Heard(), lambda _ref: ATLAS)
    now = playback.request(2.85)
    before = now.past.at(take.song_time(2.55))
    assert np.array_equal(before.ws, playback.request(2.55).ws)
    assert before.look.psi == pytest.approx(playback.request(2.55).look.psi)
    assert playback.request(2.6).past == now.past
    assert playback.request(8.5).past != now.past


def test_the_sound_is_the_parts_one_after_the_other(take):
    sr = 1000
    samples = np.arange(16 * sr, dtype=np.float32)[:, None].repeat(2, axis=1)
    sound = heard(take, AudioTrack(Path("song.wav"), samples, sr, "ab"))
    assert sound.samples.shape == (10 * sr, 2)
    assert [sound.samples[round(p * sr), 0] for p in (0.0, 7.999, 8.0, 9.999)] == [2000.0, 9999.0, 1000.0, 2999.0]
    beyond = heard(made(Moment(0.0, 15.0, SHOW, Performance()), length=4.0),
                   AudioTrack(Path("song.wav"), samples, sr, "ab"))  # fmt: skip
    assert len(beyond.samples) == 4 * sr
    assert not beyond.samples[-1].any()


def test_black_takes_the_light():
    image = np.full((2, 2, 3), 200, np.uint8)
    assert Frame(0.0, image).dimmed(1.0).image.max() == 0
    assert Frame(0.0, image).dimmed(0.5).image[0, 0, 0] == 100


def test_routes_and_unchanged_parts_are_said_once(take):
    routed = SHOW.with_scene(routes=(Route("bass", "hue", 0.5),))
    document = document_of(made(Moment(0.0, 0.0, SHOW, Performance()), Moment(1.0, 1.0, routed, Performance())))
    assert document["moments"][1].keys() == {"p", "t", "show"}
    assert [change[:2] for change in document["moments"][1]["show"]] == [[0, "routes"]]


def test_a_take_that_is_given_its_own_sound_begins_with_it_and_keeps_its_clock(take):
    song, straight = SongRef("heard.wav", "cd"), take.cut(2.7, 7.9)
    given = with_sound(straight, song)
    origin = straight.song_time(0.0)
    assert (given.song_time(0.0), given.ahead) == (0.0, origin)
    assert given.pieces == tuple((a - origin, b - origin) for a, b in straight.pieces)
    for p in np.arange(0.0, 5.2, 0.05):
        before, after = straight.at(p), given.at(p)
        assert (after.t, after.black) == (before.t, before.black), "to the bit"
        assert after.moment.performance is before.moment.performance
        assert after.moment.show == replace(before.moment.show, song=song, sections=())
    shows = {id(moment.show) for moment in given.moments}
    assert len(shows) == len({id(moment.show) for moment in straight.moments}), "what is the same stays one value"
    again = take_from(json.loads(json.dumps(document_of(given))), "again.take")
    assert (again.ahead, again.pieces) == (given.ahead, given.pieces)
    assert [one.t for one in again.moments] == [one.t for one in given.moments]


def test_a_film_of_a_whole_day_is_refused_before_its_memory_is_asked_for():
    track = AudioTrack(Path("song.wav"), np.zeros((48_000, 2), np.float32), 48_000, "ab")
    day = made(Moment(0.0, 0.0, SHOW, Performance()), length=24 * 3600.0)
    with pytest.raises(ShowError, match=r"Take 1 lasts 1440 minutes.*at most: record it in parts"):
        heard(day, track)
    assert len(heard(replace(day, length=2.0), track).samples) == 96_000
