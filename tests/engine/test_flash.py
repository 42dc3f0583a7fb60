"""The flash guard: what is legal is untouched, what is not becomes so, and the picture comes back."""

import itertools
import math
import time

import numpy as np
import pytest

from app.engine.output.guarded import GuardedSink
from app.engine.render.flash import FilmGuard, FlashGuard, LiveGuard, flashes_per_second
from app.engine.render.frame import Frame
from tests import wcag

SIDE = 48
BLACK, WHITE, RED, GREY = (0, 0, 0), (255, 255, 255), (255, 0, 0), (127, 127, 127)


def field(colour, side=SIDE):
    return np.full((side, side, 3), colour, np.uint8)


def texture(seed, side=SIDE):
    """A picture with some detail, none of it moving."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (6, 6, 3)).astype(np.uint8)
    return coarse.repeat(side // 6, 0).repeat(side // 6, 1)


def strobe(hz, fps, seconds=3.0, one=BLACK, other=WHITE):
    """The whole picture, from *one* to the *other* and back *hz* times a second."""
    pictures = field(one), field(other)
    return [pictures[math.floor(2 * hz * i / fps + 1e-9) % 2] for i in range(round(seconds * fps))]


def shown(images, fps):
    guard = FlashGuard()
    return [guard.show(image, i / fps) for i, image in enumerate(images)]


def times(images, fps):
    return [i / fps for i in range(len(images))]


def untouched(images, fps):
    return all(one is other for one, other in zip(shown(images, fps), images, strict=True))


@pytest.mark.parametrize("fps", [24, 25, 60])
@pytest.mark.parametrize("hz", [2, 3])
def test_a_legal_strobe_is_untouched(hz, fps):
    images = strobe(hz, fps)
    assert wcag.flashes_in_a_second(images, times(images, fps)) == hz
    assert untouched(images, fps)


@pytest.mark.parametrize("fps", [24, 30, 50, 60])
@pytest.mark.parametrize("hz", [4, 8, 15])
def test_an_illegal_strobe_becomes_legal(hz, fps):
    images = strobe(hz, fps)
    assert wcag.flashes_in_a_second(images, times(images, fps)) > 3
    softened = shown(images, fps)
    assert 1 <= wcag.flashes_in_a_second(softened, times(images, fps)) <= 3
    assert flashes_per_second(softened, fps) <= 3


@pytest.mark.parametrize("fps", [24, 60])
@pytest.mark.parametrize("pair", [(BLACK, RED), ((90, 90, 90), (255, 0, 0)), ((0, 0, 255), (255, 0, 0)),
                                  ((0, 125, 0), (235, 0, 0))])  # fmt: skip
def test_red_flashes_are_softened_and_slow_ones_are_not(pair, fps):
    images = strobe(6, fps, 3.0, *pair)
    assert wcag.flashes_in_a_second(images, times(images, fps)) > 3
    assert wcag.flashes_in_a_second(shown(images, fps), times(images, fps)) <= 3
    assert untouched(strobe(2, fps, 3.0, *pair), fps)


def test_red_counts_where_luminance_does_not_change():
    grey = field((127, 127, 127))
    light = wcag.luminance(grey)[0, 0]
    red = next(field((r, 0, 0)) for r in range(256) if wcag.luminance(field((r, 0, 0)))[0, 0] >= min(light, 0.2))
    images = [grey, red] * 30
    luminances = [wcag.luminance(image)[0, 0] for image in (grey, red)]
    assert abs(luminances[0] - luminances[1]) < 0.1
    assert flashes_per_second(images, 30) == 15
    assert wcag.flashes_in_a_second(shown(images, 30), times(images, 30)) <= 3


def test_colours_that_are_no_saturated_red_may_change_at_equal_light():
    images = [field((0, 170, 255)), field((255, 110, 110))] * 30
    assert abs(np.diff([wcag.luminance(i)[0, 0] for i in images[:2]])[0]) < 0.1
    assert untouched(images, 30)


def part_of_it(share, hz, fps, seconds=2.0):
    """A square in the middle flashes."""
    edge = round(SIDE * math.sqrt(share))
    first = (SIDE - edge) // 2
    lit = field(BLACK)
    lit[first : first + edge, first : first + edge] = 255
    pictures = field(BLACK), lit
    return [pictures[math.floor(2 * hz * i / fps) % 2] for i in range(round(seconds * fps))]


def test_a_fifth_of_the_picture_may_flash_and_a_third_may_not():
    assert untouched(part_of_it(0.2, 10, 60), 60)
    images = part_of_it(0.33, 10, 60)
    assert wcag.flashes_in_a_second(images, times(images, 60)) > 3
    assert wcag.flashes_in_a_second(shown(images, 60), times(images, 60)) <= 3


def test_bright_flashes_count_only_below_the_ceiling():
    images = strobe(10, 60, 2.0, (232, 232, 232), WHITE)
    light = [wcag.luminance(i)[0, 0] for i in (images[0], images[3])]
    assert min(light) >= 0.8
    assert light[1] - light[0] >= 0.1
    assert untouched(images, 60)
    assert not untouched(strobe(10, 60, 2.0, (228, 228, 228), WHITE), 60)


def test_small_changes_are_no_flashes():
    assert untouched(strobe(10, 60, 2.0, (120, 120, 120), (145, 145, 145)), 60)


@pytest.mark.parametrize("seconds", [0.5, 2.0, 10.0])
def test_slow_fades_are_untouched(seconds):
    """Up and down again, in as many seconds."""
    levels = [round(127.5 - 127.5 * math.cos(2 * math.pi * i / 60 / seconds)) for i in range(60 * 10)]
    assert untouched([field((n, n, n)) for n in levels], 60)


def test_a_slow_ramp_and_a_jump_are_two_turns_however_small_the_steps():
    """A saw: each picture differs from the last by little, but for the jumps back."""
    saw = [field((n, n, n)) for n in (round(255 * (i % 12) / 11) for i in range(60 * 3))]
    assert wcag.flashes_in_a_second(saw, times(saw, 60)) == 5
    assert flashes_per_second(saw, 60) == 5
    assert wcag.flashes_in_a_second(shown(saw, 60), times(saw, 60)) <= 3
    slow = [field((n, n, n)) for n in (round(255 * (i % 240) / 239) for i in range(60 * 9))]
    assert untouched(slow, 60)


def test_it_does_not_drift_into_a_flash_of_its_own():
    """A strobe whose light rises and falls slowly as well: the softened picture swings no more than is legal."""
    images = []
    for i in range(60 * 6):
        middle = 127 + 90 * math.sin(2 * math.pi * i / 60 / 3)
        n = round(min(max(middle + (60 if i // 3 % 2 else -60), 0), 255))
        images.append(field((n, n, n)))
    softened = shown(images, 60)
    assert wcag.flashes_in_a_second(softened, times(images, 60)) <= 3
    assert np.ptp([s[0, 0, 0] for s in softened[60:]]) > 60  # the slow way is still seen


def test_it_does_not_flicker_itself():
    """After the first second a fast strobe is an even picture, and no step of it is one that is seen."""
    light = [float(wcag.luminance(image).mean()) for image in shown(strobe(15, 60, 5.0), 60)]
    steps = np.abs(np.diff(light[90:]))
    assert steps.max() < 0.05
    assert np.ptp(light[160:]) < 0.1


@pytest.mark.parametrize("fps", [24, 60])
def test_the_picture_catches_up_and_is_then_untouched(fps):
    still = texture(1)
    images = strobe(9, fps, 2.0) + [still] * (3 * fps)
    softened = shown(images, fps)
    assert softened[-1] is still
    back = next(i for i in range(2 * fps, len(images)) if softened[i] is still)
    assert back / fps < 2.0 + 2.2
    before = softened[back - 1].astype(int)
    assert np.abs(before - still).max() <= 3, "the last step is not seen"


def test_a_softened_still_picture_reaches_every_level():
    """Small shares of small differences are not lost to rounding."""
    guard = FlashGuard()
    ticks = itertools.count()
    for image in strobe(12, 60, 1.0):
        guard.show(image, next(ticks) / 60)
    assert guard.acts
    aim = texture(2)
    far = [0]
    while guard.acts:
        far.append(np.abs(guard.show(aim, next(ticks) / 60).astype(int) - aim).max())
    assert far[-1] == 0, "the picture itself"
    assert far[-2] <= 3, "which it had all but become"


def test_flashes_while_it_is_softened_keep_it_softened():
    images = strobe(9, 60, 6.0)
    softened = shown(images, 60)
    assert not any(s is i for s, i in zip(softened[120:], images[120:], strict=True))


def test_two_runs_are_the_same_to_the_bit():
    images = [texture(i // 2) for i in range(120)]
    for one, other in zip(shown(images, 30), shown(images, 30), strict=True):
        np.testing.assert_array_equal(one, other)
    assert not untouched(images, 30)


def test_rates_agree_on_whether_and_about_what_is_seen():
    """The same strobe at 30 and 60 pictures a second: light at common times differs by little once it is even."""
    light = [[float(wcag.luminance(i).mean()) for i in shown(strobe(7.5, fps, 4.0), fps)] for fps in (30, 60)]
    np.testing.assert_allclose(light[0][60:], light[1][120::2], atol=0.06)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_comes_leaves_it_legal(seed):
    """By chance: blocks of colour, reds, waves that run faster and faster, blinks without a beat."""
    rng, fps = np.random.default_rng(seed), (24, 60)[seed // 4]
    images = []
    for i in range(3 * fps):
        t = i / fps
        blocks = (
            rng.integers(0, 256, (3, 3, 3)),
            np.dstack([255 * (rng.random((3, 3)) < 0.5), np.full((3, 3, 2), 40 * rng.random())]),
            127 + 127 * np.sin(2 * math.pi * 3 * t * (1 + t) + 0.4 * np.arange(9).reshape(3, 3, 1)) * [1, 0.7, 0.4],
            np.full((3, 3, 3), 255 * (rng.random() < 0.3)),
        )[seed % 4]
        images.append(blocks.astype(np.uint8).repeat(4, 0).repeat(4, 1))
    assert wcag.flashes_in_a_second(images, times(images, fps)) == flashes_per_second(images, fps) > 3
    assert wcag.flashes_in_a_second(shown(images, fps), times(images, fps)) <= 3


def test_textures_that_change_are_softened_too():
    images = [texture(i // 3) for i in range(180)]
    assert wcag.flashes_in_a_second(images, times(images, 60)) > 3
    assert wcag.flashes_in_a_second(shown(images, 60), times(images, 60)) <= 3


def test_another_size_of_picture_is_the_same_flash():
    """The ladder changes size, and so does another Style."""
    guard = FlashGuard()
    sides = (SIDE, 2 * SIDE, 30)
    for i, image in enumerate(strobe(10, 60, 2.0)):
        side = sides[i // 7 % 3]
        last = guard.show(field(image[0, 0], side), i / 60)
        assert last.shape == (side, side, 3)
    assert guard.acts
    assert guard.flashes > 3


@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (90, 160), (1080, 30)])
def test_any_shape_of_picture(shape):
    images = [np.full((*shape, 3), 255 * (i // 3 % 2), np.uint8) for i in range(90)]
    assert flashes_per_second(images, 60) == 10
    assert flashes_per_second(shown(images, 60), 60) <= 3


def test_switched_off_it_counts_and_touches_nothing():
    guard = FlashGuard()
    for i, image in enumerate(strobe(8, 60, 2.0)):
        assert guard.show(image, i / 60, on=False) is image
    assert guard.flashes == 8
    assert not guard.acts
    guard.show(field(GREY), 2.0)  # on again: what was shown counts
    assert guard.acts


def guarded(frames, *, on=True):
    """*frames* as a film shows them."""
    guard = FilmGuard(on=on)
    return [guard.show(frame) for frame in frames]


def test_frames_say_that_they_were_softened():
    frames = [Frame(i / 60, image) for i, image in enumerate(strobe(8, 60, 2.0))]
    marks = [frame.guarded for frame in guarded(frames)]
    assert marks[0] is False
    assert marks[-1] is True
    assert not any(frame.guarded for frame in guarded(frames, on=False))


def live(frames, walls, on=True):
    watch = iter([0.0, *walls])
    guard = LiveGuard(lambda: next(watch))
    return guard, [guard.show(frame, on=on) for frame in frames]


def test_live_and_film_are_the_same_frames():
    frames = [Frame(i / 60, image) for i, image in enumerate(strobe(8, 60, 2.0))]
    late = [frame.t + 0.04 * math.sin(frame.t * 40) for frame in frames]  # handed over unevenly
    _, seen = live(frames, late)
    for one, other in zip(seen, guarded(frames), strict=True):
        np.testing.assert_array_equal(one.image, other.image)


def test_flashes_that_come_late_and_close_together_are_counted_as_eyes_see_them():
    """Three a second by the song, and each second one that the machine was late for: four by the clock on the wall."""
    frames = [Frame(i / 60, image) for i, image in enumerate(strobe(3, 60, 8.0))]
    walls = [frame.t + 0.3 * max(0.0, 1.0 - frame.t % 2.0) for frame in frames]
    walls = [wall + 0.015 * (-1) ** i for i, wall in enumerate(walls)]  # painting is uneven too
    assert wcag.flashes_in_a_second([frame.image for frame in frames], walls) > 3, "the test has to ask for something"
    _, seen = live(frames, [max(walls[: i + 1]) for i in range(len(walls))])
    assert wcag.flashes_in_a_second([frame.image for frame in seen], walls) <= 3


def test_jumping_to_and_fro_in_the_song_is_flashing_too():
    """Each seek is a jump in song time; what eyes saw before it still counts."""
    frames = [Frame(100.0 * (i // 3 % 2), image) for i, image in enumerate(strobe(10, 60, 3.0))]
    guard, seen = live(frames, [i / 60 for i in range(len(frames))])
    images = [frame.image for frame in seen]
    assert guard.behind
    assert wcag.flashes_in_a_second(images, times(images, 60)) <= 3


def test_a_short_loop_is_flashing_too():
    frames = [Frame(5.0 + i % 6 / 60, field((255, 255, 255) if i % 6 < 3 else BLACK)) for i in range(180)]
    _, seen = live(frames, [i / 60 for i in range(180)])
    images = [frame.image for frame in seen]
    assert wcag.flashes_in_a_second(images, times(images, 60)) <= 3


def test_edits_in_a_pause_count_by_the_clock_on_the_wall():
    frames = [Frame(7.0, image) for image in strobe(10, 60, 3.0)]
    guard, seen = live(frames, [i / 60 for i in range(180)])
    images = [frame.image for frame in seen]
    assert wcag.flashes_in_a_second(images, times(images, 60)) <= 3
    assert guard.flashes == 10
    slow, seen = live(frames, [0.5 * i for i in range(180)])
    assert not any(frame.guarded for frame in seen)
    assert not slow.behind


def test_what_is_legal_costs_little():
    side, guard = 512, FlashGuard()
    images = [np.roll(texture(5, 48).repeat(11, 0)[:side].repeat(11, 1)[:, :side].copy(), i, 0) for i in range(8)]
    for i in range(20):
        guard.show(images[i % 8], i / 60)
    spent = []
    for i in range(20, 120):
        began = time.perf_counter()
        guard.show(images[i % 8], i / 60)
        spent.append(time.perf_counter() - began)
    assert min(spent) < 0.0003


def test_pictures_that_do_not_lie_in_one_piece_are_softened_as_those_that_do():
    whole = [texture(i // 2) for i in range(60)]
    turned = [np.asfortranarray(image) for image in whole]
    for one, other in zip(shown(whole, 30), shown(turned, 30), strict=True):
        np.testing.assert_array_equal(one, other)


class Written:
    """A sink that keeps what it is given."""

    def __init__(self):
        self.frames, self.ended = [], ""

    def write(self, frame):
        self.frames.append(frame)

    def finish(self):
        self.ended = "whole"

    def abandon(self):
        self.ended = "gone"


@pytest.mark.parametrize("on", [True, False])
def test_a_film_is_written_as_its_guard_shows_it(on):
    frames = [Frame(i / 60, image) for i, image in enumerate(strobe(8, 60, 2.0))]
    written = Written()
    sink = GuardedSink(written, on=on)
    assert sink.shown is None
    for frame, wanted in zip(frames, guarded(frames, on=on), strict=True):
        sink.write(frame)
        assert sink.shown is written.frames[-1]
        np.testing.assert_array_equal(sink.shown.image, wanted.image)
    assert any(frame.guarded for frame in written.frames) is on
    sink.abandon()
    assert written.ended == "gone"
    sink.finish()
    assert written.ended == "whole"
