"""MIDI clock: tempo and place out of 24 messages a beat, however unevenly they come."""

import numpy as np
import pytest

from app.control.midi_clock import PER_BEAT, MidiClock


def send(clock: MidiClock, bpm: float, beats: float, *, first: float = 50.0, jitter: float = 0.0) -> float:
    """Clocks of *beats* beats from *first* seconds on; when the next would come."""
    rng = np.random.default_rng(7)
    period = 60 / bpm / PER_BEAT
    count = round(beats * PER_BEAT)
    for k in range(count):
        clock.hear("Drums", "clock", first + k * period + rng.uniform(-jitter, jitter))
    return first + count * period


@pytest.mark.parametrize("bpm", [61.3, 90.0, 120.0, 174.0])
def test_bpm_within_a_tenth_at_2_ms_of_jitter(bpm):
    clock = MidiClock()
    clock.hear("Drums", "start", 49.9)
    wall = send(clock, bpm, 8, jitter=0.002)
    beat, heard = clock.at(wall)
    assert heard == pytest.approx(bpm, abs=0.1)
    assert beat == pytest.approx(8.0, abs=0.01)


def test_four_beats_are_enough():
    clock = MidiClock()
    wall = send(clock, 120.0, 4, jitter=0.002)
    assert clock.at(wall)[1] == pytest.approx(120.0, abs=0.1)


def test_before_a_beat_nothing_is_known_and_a_second_after_the_last_clock_nothing_more():
    clock = MidiClock()
    assert clock.at(50.0) is None
    wall = send(clock, 120.0, 0.9)
    assert clock.at(wall) is None
    wall = send(clock, 120.0, 2, first=wall)
    assert clock.at(wall) is not None
    assert clock.at(wall + 1.1) is None


def test_start_is_the_1_and_the_tempo_is_known_at_once():
    clock = MidiClock()
    wall = send(clock, 120.0, 2.5)
    clock.hear("Drums", "start", wall - 0.001)
    assert clock.at(wall)[0] == pytest.approx(0.0, abs=1e-6)
    wall = send(clock, 120.0, 1.25, first=wall)
    assert clock.at(wall) == pytest.approx((1.25, 120.0))


def test_song_position_is_where_it_continues():
    clock = MidiClock()
    wall = send(clock, 120.0, 2)
    clock.hear("Drums", "stop", wall)
    clock.hear("Drums", "songpos", wall, place=34)
    clock.hear("Drums", "continue", wall)
    wall = send(clock, 120.0, 1, first=wall)
    assert clock.at(wall)[0] == pytest.approx(34 / 4 + 1)


def test_another_tempo_is_followed_within_two_beats():
    clock = MidiClock()
    wall = send(clock, 120.0, 16)
    wall = send(clock, 132.0, 2, first=wall)
    beat, bpm = clock.at(wall)
    assert bpm == pytest.approx(132.0, abs=0.2)
    assert beat == pytest.approx(18.0, abs=0.02)


def test_a_second_device_waits_until_the_first_is_silent():
    clock = MidiClock()
    wall = send(clock, 120.0, 2)
    clock.hear("Other", "clock", wall)
    clock.hear("Other", "start", wall)
    assert clock.at(wall)[0] == pytest.approx(2.0)
    for k in range(30):
        clock.hear("Other", "clock", wall + 5 + k * 0.5 / PER_BEAT)
    assert clock.at(wall + 5 + 30 * 0.5 / PER_BEAT)[1] == pytest.approx(120.0)
