"""The player: what sounds, sample by sample, and the clock, with a fake card and a fake wall clock."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.engine.audio.player import BLOCK, Card, Player, open_card
from app.engine.audio.track import AudioTrack
from tests.songs import track

SR = 10_000


@dataclass
class Desk:
    """A sound card and a wall clock, both turned by hand: *run* lets time pass, block by block."""

    sr: int | None = None
    channels: int = 2
    latency: float = 0.1
    time: float = 1000.0
    active: bool = True
    closed: int = 0
    heard: list[np.ndarray] = field(default_factory=list)
    callback: Any = None
    owed: float = 0.0

    def open(self, sr: int, callback: Any) -> Card:
        self.callback, self.rate = callback, self.sr or sr
        return Card(self, "Fake card", self.rate, self.channels)

    def close(self) -> None:
        self.active = False
        self.closed += 1

    def block(self, *, underflow: bool = False) -> np.ndarray:
        out = np.full((BLOCK, self.channels), 9.0, np.float32)
        self.callback(out, BLOCK, None, SimpleNamespace(output_underflow=underflow))
        self.heard.append(out)
        return out

    def run(self, seconds: float) -> None:
        """Blocks are asked for in their steady rhythm while the wall clock goes on."""
        end = self.time + seconds
        while self.active and self.time + (pause := BLOCK / self.rate - self.owed) <= end:
            self.time, self.owed = self.time + pause, 0.0
            self.block()
        self.owed += end - self.time
        self.time = end

    @property
    def sound(self) -> np.ndarray:
        return np.concatenate(self.heard)[:, 0]


def _ramp(seconds: float = 4.0, channels: int = 2, sr: int = SR) -> AudioTrack:
    """Every sample says where it is: sample *n* of *N* is ``(n + 1) / N``."""
    n = round(seconds * sr)
    return track(np.repeat(((np.arange(n) + 1) / n)[:, None], channels, axis=1), sr)


def _place(sound: np.ndarray, song: AudioTrack) -> np.ndarray:
    return np.rint(sound.astype(np.float64) * len(song.samples)).astype(int) - 1


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def player(desk: Desk) -> Iterator[Player]:
    player = Player(opener=desk.open, wall=lambda: desk.time)
    yield player
    player.close()


@pytest.fixture
def wall_player(desk: Desk) -> Player:
    return Player(silent=True, wall=lambda: desk.time)


def test_without_a_song_nothing_moves(player: Player, desk: Desk) -> None:
    player.play()
    desk.time += 5
    assert (player.playing, player.now(), player.duration, player.levels()) == (False, 0.0, 0.0, (0.0, 0.0))


def test_every_sample_sounds_once_and_in_order(player: Player, desk: Desk) -> None:
    song = _ramp()
    player.load(song)
    desk.run(0.5)
    assert not desk.sound.any()
    desk.heard.clear()
    player.play()
    desk.run(1.0)
    places = _place(desk.sound, song)[300:]  # after the fade-in
    assert (places == np.arange(300, 300 + len(places))).all()


def test_now_is_what_is_heard_and_not_what_is_queued(player: Player, desk: Desk) -> None:
    player.load(_ramp())
    desk.run(0.5)
    player.play()
    assert player.now() == 0
    pressed = desk.time
    desk.run(0.3)
    for _ in range(40):
        desk.run(0.0137)
        heard = desk.time - pressed - desk.latency - (BLOCK / SR - 0.5 % (BLOCK / SR))
        assert player.now() == pytest.approx(heard, abs=0.004)
    assert player.clock == "sound card"
    assert player.device_name == "Fake card"
    assert player.latency == desk.latency


def test_now_never_runs_back_when_callbacks_jitter(player: Player, desk: Desk) -> None:
    player.load(_ramp(20.0))
    player.play()
    rng = np.random.default_rng(2)
    steady, last = desk.time, 0.0
    for _ in range(300):
        steady += BLOCK / SR
        desk.time = max(desk.time, steady + rng.uniform(-0.008, 0.008))
        desk.block()
        for _ in range(3):
            desk.time += 0.004
            assert player.now() >= last
            last = player.now()
    assert last == pytest.approx(desk.time - 1000 - BLOCK / SR - desk.latency, abs=0.012)


def test_pause_rests_at_what_was_heard_and_goes_on_from_there(player: Player, desk: Desk) -> None:
    song = _ramp()
    player.load(song)
    player.play()
    desk.run(1.0)
    at = player.now()
    player.pause()
    desk.run(0.5)
    assert (player.now(), player.playing) == (pytest.approx(at, abs=1e-4), False)
    assert not desk.heard[-1].any()
    desk.heard.clear()
    player.play()
    desk.run(0.3)
    assert _place(desk.sound, song)[400] == pytest.approx(round(at * SR) + 400, abs=1)


def test_a_pause_and_a_jump_make_no_click(player: Player, desk: Desk) -> None:
    song = track(np.sin(np.arange(40_000) * 0.05)[:, None].repeat(2, axis=1) * 0.8, SR)
    player.load(song)
    player.play()
    desk.run(0.5)
    player.seek(2.02)
    desk.run(0.3)
    player.pause()
    desk.run(0.2)
    player.play()
    desk.run(0.2)
    assert np.abs(np.diff(desk.sound)).max() < 0.06  # the sine itself moves by 0.04


def test_seek_is_shown_at_once_and_heard_within_a_block(player: Player, desk: Desk) -> None:
    song = _ramp()
    player.load(song)
    player.play()
    desk.run(0.5)
    player.seek(3.0)
    assert player.now() == 3.0
    desk.heard.clear()
    desk.run(0.2)
    assert _place(desk.sound, song)[300] == 30_300
    assert 3.0 <= player.now() < 3.2
    player.pause()
    player.seek(1.5)
    assert (player.now(), player.playing) == (1.5, False)
    player.seek(99)
    assert player.now() == player.duration
    player.seek(-1)
    assert player.now() == 0


def test_a_loop_wraps_on_the_sample_and_the_clock_with_it(player: Player, desk: Desk) -> None:
    song = _ramp()
    player.load(song)
    player.seek(1.0)
    player.set_loop((1.0, 1.5))
    player.play()
    desk.run(3.0)
    places = _place(desk.sound, song)[300:]
    assert places.min() == 10_000
    assert places.max() == 14_999
    steps = np.diff(places)
    assert set(steps.tolist()) == {1, -4999}
    for _ in range(100):
        desk.run(0.013)
        assert 1.0 <= player.now() < 1.5
    player.set_loop(None)
    desk.run(1.0)
    assert player.now() > 1.5


def test_the_clock_follows_the_ear_through_the_wrap(player: Player, desk: Desk) -> None:
    player.load(_ramp())
    player.set_loop((0.0, 0.6))
    player.play()
    desk.run(0.2)
    began, before = desk.time, player.now()
    for _ in range(200):
        desk.run(0.011)
        assert player.now() == pytest.approx((before + desk.time - began) % 0.6, abs=0.005) or player.now() < 0.006


def test_beyond_the_loop_the_song_goes_on(player: Player, desk: Desk) -> None:
    player.load(_ramp())
    player.set_loop((0.5, 1.0))
    player.seek(2.0)
    player.play()
    desk.run(1.0)
    assert player.now() > 2.5


def test_a_loop_too_short_to_hear_is_none(player: Player, desk: Desk) -> None:
    player.load(_ramp())
    player.set_loop((1.0, 1.001))
    player.seek(1.0)
    player.play()
    desk.run(0.5)
    assert player.now() > 1.2


@pytest.mark.parametrize("silent", [False, True])
def test_the_song_ends_and_can_be_played_again(player: Player, wall_player: Player, desk: Desk, silent: bool) -> None:
    chosen = wall_player if silent else player
    chosen.load(_ramp(1.0))
    desk.rate = SR
    chosen.play()
    desk.run(0.9) if not silent else setattr(desk, "time", desk.time + 0.9)
    assert chosen.playing
    desk.run(0.6) if not silent else setattr(desk, "time", desk.time + 0.6)
    assert (chosen.now(), chosen.playing) == (1.0, False)
    chosen.play()
    assert (chosen.now(), chosen.playing) == (0.0, True)


def test_volume_is_a_fader_and_moves_without_a_step(player: Player, desk: Desk) -> None:
    player.load(track(np.ones((40_000, 2)), SR))
    player.play()
    desk.run(0.3)
    player.volume = 0.5
    desk.run(0.3)
    assert player.volume == 0.5
    assert desk.sound[-1] == pytest.approx(0.25)
    assert np.abs(np.diff(desk.sound)).max() < 0.01
    player.volume = 7
    assert player.volume == 1.0
    player.volume = 0
    desk.run(0.3)
    assert not desk.heard[-1].any()


def test_levels_are_the_rms_of_what_is_heard(player: Player, desk: Desk) -> None:
    song = np.stack([np.full(40_000, 0.5), np.full(40_000, 0.25)], axis=1)
    player.load(track(song, SR))
    player.play()
    desk.run(0.5)
    assert player.levels() == pytest.approx((0.5, 0.25))
    player.volume = 0.5
    assert player.levels() == pytest.approx((0.125, 0.0625))
    player.pause()
    assert player.levels() == (0.0, 0.0)


def test_mono_sounds_on_both_sides(player: Player, desk: Desk) -> None:
    player.load(_ramp(channels=1))
    player.play()
    desk.run(0.3)
    assert desk.heard[-1].any()
    assert (desk.heard[-1][:, 0] == desk.heard[-1][:, 1]).all()


def test_a_card_with_one_channel_gets_the_mix() -> None:
    desk = Desk(channels=1)
    player = Player(opener=desk.open, wall=lambda: desk.time)
    player.load(track(np.stack([np.full(9000, 0.5), np.full(9000, 0.1)], axis=1), SR))
    player.play()
    desk.run(0.3)
    assert desk.heard[-1][-1, 0] == pytest.approx(0.3)


def test_a_card_that_wants_its_own_rate_plays_in_time() -> None:
    desk = Desk(sr=16_000)
    player = Player(opener=desk.open, wall=lambda: desk.time)
    player.load(_ramp(4.0))
    assert player.duration == pytest.approx(4.0, abs=0.01)
    player.play()
    desk.run(1.5)
    assert player.now() == pytest.approx(1.4, abs=0.05)
    player.seek(2.0)
    desk.run(0.2)
    assert desk.sound[-1] == pytest.approx((2.0 + 0.2 - 0.02) / 4, abs=0.02)


def test_one_card_serves_songs_of_one_rate_and_another_song_starts_at_rest(player: Player, desk: Desk) -> None:
    player.load(_ramp())
    player.play()
    desk.run(0.5)
    player.load(_ramp(2.0))
    assert (player.now(), player.playing, player.duration, desk.closed) == (0.0, False, 2.0, 0)
    player.load(_ramp(2.0, sr=8000))
    assert desk.closed == 1
    player.load(None)
    assert player.duration == 0


def test_underruns_are_counted(player: Player, desk: Desk) -> None:
    player.load(_ramp())
    desk.block(underflow=True)
    desk.block()
    assert player.underruns == 1


@pytest.mark.parametrize("silently", [False, True])
def test_when_the_card_goes_time_goes_on(player: Player, desk: Desk, silently: bool) -> None:
    player.load(_ramp())
    player.play()
    desk.run(1.0)
    at = player.now()
    desk.active = silently
    desk.time += 1.5 if silently else 0.0
    assert player.now() == pytest.approx(at, abs=0.01)
    assert (player.clock, player.playing) == ("wall clock", True)
    desk.time += 0.5
    assert player.now() == pytest.approx(at + 0.5, abs=0.01)
    player.load(_ramp())  # and a card that came back is used again
    desk.active = True
    assert player.clock == "sound card"


def test_by_the_wall_clock_everything_works_too(wall_player: Player, desk: Desk) -> None:
    player = wall_player
    player.load(_ramp())
    assert (player.clock, player.device_name, player.latency) == ("wall clock", "", 0.0)
    player.play()
    desk.time += 1
    assert player.now() == pytest.approx(1)
    player.set_loop((0.5, 1.5))
    assert player.now() == pytest.approx(1)
    desk.time += 0.75
    assert player.now() == pytest.approx(0.75)
    player.pause()
    desk.time += 9
    assert player.now() == pytest.approx(0.75)
    player.play()
    desk.time += 2
    assert player.now() == pytest.approx(0.75)
    player.set_loop(None)
    desk.time += 1
    assert player.now() == pytest.approx(1.75)
    player.seek(3)
    desk.time += 0.5
    assert player.now() == pytest.approx(3.5)


class _PortAudioError(Exception):
    pass


def _sounddevice(**broken: Any) -> SimpleNamespace:
    """A sounddevice whose named functions fail."""

    def works(*_: Any, **kind: Any) -> Any:
        return {"name": "Box", "max_output_channels": 6, "default_samplerate": 48_000.0} if "kind" in kind else None

    def fails(*_: Any, **__: Any) -> None:
        raise _PortAudioError("no")

    opened: list[dict[str, Any]] = []

    def stream(**kind: Any) -> SimpleNamespace:
        opened.append(kind)
        return SimpleNamespace(start=fails if broken.get("start") else works, latency=0.1, active=True)

    return SimpleNamespace(
        PortAudioError=_PortAudioError,
        query_devices=fails if broken.get("query") else works,
        check_output_settings=fails if broken.get("check") else works,
        OutputStream=stream,
        opened=opened,
    )


def _use(monkeypatch: pytest.MonkeyPatch, card: SimpleNamespace | None) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", card)  # None: import fails, as without PortAudio


def test_a_card_opens_at_the_songs_rate_or_at_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    _use(monkeypatch, card := _sounddevice())
    opened = open_card(44_100, lambda *_: None)
    assert opened is not None
    assert (opened.sr, opened.channels, opened.name) == (44_100, 2, "Box")
    assert card.opened[0]["dtype"] == "float32"
    _use(monkeypatch, _sounddevice(check=True))
    own = open_card(44_100, lambda *_: None)
    assert own is not None
    assert own.sr == 48_000


@pytest.mark.parametrize("broken", ["import", "query", "start"])
def test_no_card_is_no_error(monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    _use(monkeypatch, None if broken == "import" else _sounddevice(**{broken: True}))
    assert open_card(44_100, lambda *_: None) is None
    player = Player()
    player.load(_ramp())
    assert player.clock == "wall clock"
