"""Effects without a memory: by known answers, on any shape, the same at the same time, and nothing at rest."""

from dataclasses import fields

import numpy as np
import pytest
import torch

from app.engine.render.colours import levelled
from app.engine.render.effects import GLITCHES, Effects, mirrored, torn, within
from app.engine.render.finish import Finishing
from app.engine.render.frame import RenderRequest
from app.engine.render.plan import plan
from app.engine.show.routes import DESTINATIONS, Look, Route
from app.engine.show.show import Finish, field_meta
from tests.engine.pictures import session

SHAPES = [(32, 32), (48, 27), (27, 48), (17, 16), (256, 64)]
ALL = Look(
    black=0.1, white=0.8, gamma=1.4, hue=0.1, kaleidoscope=5.0, kaleidoscope_angle=0.1, glitch=0.7, bloom=0.8,
    bloom_from=0.3, vignette=0.9,
)  # fmt: skip


def noise(height=32, width=32, scale=0.7):
    return torch.randn(3, height, width, generator=torch.Generator().manual_seed(1)) * scale


def pixels(image, look=None, **how):
    request = RenderRequest(how.pop("t", 0.0), np.zeros((1, 1), np.float32), look or Look(), **how)
    return Finishing().pixels(image, request)


def test_at_rest_every_effect_gives_the_picture_itself():
    image, effects = noise(), Effects()
    assert effects.folded(image, Look(), "off") is image
    assert effects.lit(image, Look(), 1.0) is image
    assert levelled(image, Look()) is image


def test_a_scene_at_rest_has_a_neutral_look():
    """What is baked for it does nothing, to the bit, though it went through float32."""
    look = plan(1.0, session()).look
    assert [f for f in field_meta(Finish) if f in DESTINATIONS and getattr(look, f) != getattr(Look(), f)] == [
        "bloom_from"
    ]
    assert np.array_equal(pixels(noise(), look), pixels(noise()))


def test_every_amount_is_a_destination_and_a_route_moves_it():
    still = {"mirror"}
    names = [name for name in field_meta(Finish) if name not in still]
    assert [name for name in names if name not in DESTINATIONS] == []
    for name in names:
        depth = -1.0 if name in ("white", "lut_amount") else 1.0
        moved = plan(4.0, session(Route("bass", name, depth, attack=0.0))).look
        assert getattr(moved, name) != getattr(plan(4.0, session()).look, name), name


def test_the_ranges_of_finish_are_within_those_of_its_destinations():
    for name, meta in field_meta(Finish).items():
        if name in DESTINATIONS and "lo" in meta:  # choices have no range
            assert DESTINATIONS[name].metadata["lo"] <= meta["lo"] <= meta["hi"] <= DESTINATIONS[name].metadata["hi"], (
                name
            )
    assert {f.name for f in fields(Finish)} >= set(field_meta(Finish))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("mirror", ["off", "left-right", "quad"])
def test_all_together_on_any_shape(shape, mirror):
    image = noise(*shape)
    kept = image.clone()
    made = pixels(image, ALL, mirror=mirror, t=3.2)
    assert made.shape == (*shape, 3)
    assert torch.equal(image, kept)
    assert np.array_equal(made, pixels(image, ALL, mirror=mirror, t=3.2))
    assert made.std() > 1


@pytest.mark.parametrize(
    ("look", "before", "after"),
    [
        (Look(black=0.25), 0.25, 0.0), (Look(black=0.25), 1.0, 1.0), (Look(black=0.5), 0.75, 0.5),
        (Look(white=0.5), 0.25, 0.5), (Look(white=0.5), 0.7, 1.0), (Look(gamma=2.0), 0.25, 0.5),
        (Look(gamma=0.5), 0.5, 0.25), (Look(gamma=3.0), 0.0, 0.0), (Look(black=0.2, white=0.6, gamma=2.0), 0.3, 0.5),
        (Look(black=0.9, white=0.1), 0.89, 0.0), (Look(black=0.9, white=0.1), 0.91, 1.0),
    ],
)  # fmt: skip
def test_levels(look, before, after):
    image = torch.full((3, 2, 2), 2.0 * before - 1.0)
    assert float((levelled(image, look)[0, 0, 0] + 1.0) / 2.0) == pytest.approx(after, abs=1e-5)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_mirrors(shape):
    image = noise(*shape)
    half = mirrored(image, "left-right")
    assert torch.equal(half, half.flip(2))
    assert torch.equal(half[:, :, : shape[1] // 2], image[:, :, : shape[1] // 2])
    quad = mirrored(image, "quad")
    assert torch.equal(quad, quad.flip(2))
    assert torch.equal(quad, quad.flip(1))
    assert torch.equal(quad[:, : shape[0] // 2, : shape[1] // 2], image[:, : shape[0] // 2, : shape[1] // 2])


@pytest.mark.parametrize("segments", [2, 4, 8])
def test_a_kaleidoscope_has_its_segments(segments):
    """Turned by a segment it is the same, and each segment is its own reflection."""
    smooth = torch.nn.functional.interpolate(noise(8, 8)[None], (129, 129), mode="bicubic")[0]
    made = Effects().folded(smooth, Look(kaleidoscope=float(segments)), "off")
    assert (made - made.flip(2)).abs().max() < 1e-3
    assert (made - made.flip(1)).abs().max() < 1e-3
    if segments >= 4:
        assert (made - made.rot90(1, (1, 2))).abs().max() < 1e-3
    assert (made - smooth).abs().max() > 0.2
    assert (made[:, 10, 65] - smooth[:, 10, 65]).abs().max() < 1e-3  # straight up, where the first segment begins


def test_a_kaleidoscope_of_one_segment_is_none_and_its_angle_turns_what_is_repeated():
    image = noise()
    assert Effects().folded(image, Look(kaleidoscope=1.4, kaleidoscope_angle=0.3), "off") is image
    kept = Effects()
    one, other = (kept.folded(image, Look(kaleidoscope=6.0, kaleidoscope_angle=a), "off") for a in (0.0, 0.25))
    assert (one - other).abs().max() > 0.2
    again = kept.folded(image, Look(kaleidoscope=6.0), "off")
    assert torch.equal(one, again)


def test_places_outside_are_reflected():
    outside = torch.tensor([-3.5, -1.25, -1.0, -0.3, 0.0, 0.8, 1.0, 1.5, 3.0, 5.0])
    assert within(outside).tolist() == pytest.approx([0.5, -0.75, -1.0, -0.3, 0.0, 0.8, 1.0, 0.5, -1.0, 1.0], abs=1e-6)


def test_a_glitch_is_the_same_for_a_twelfth_of_a_second_and_then_another():
    image = noise(64, 64)
    slots = [torn(image, 0.8, i / GLITCHES) for i in range(24)]
    for i, one in enumerate(slots):
        for within_it in (0.0001, 0.03, 0.99 / GLITCHES):
            assert torch.equal(torn(image, 0.8, i / GLITCHES + within_it), one)
    assert len({one.numpy().tobytes() for one in slots}) == 24


def test_a_glitch_grows_with_its_amount():
    image = noise(64, 64)
    times = [i / GLITCHES for i in range(40)]
    changed = [sum(float((torn(image, a, t) != image).float().mean()) for t in times) for a in (0.0, 0.2, 0.6, 1.0)]
    assert changed[0] == 0.0
    assert changed == sorted(changed)
    assert changed[-1] > 20.0


def test_bloom_lights_what_is_round_a_light_and_leaves_the_dark_alone():
    image = torch.full((3, 128, 128), -0.6)
    assert torch.allclose(Effects().lit(image, Look(bloom=1.0), 0.0), image, atol=1e-6)
    image[:, 60:68, 60:68] = 1.0
    made = Effects().lit(image, Look(bloom=1.0), 0.0)
    assert float(made[0, 64, 71]) > -0.4
    assert float(made[0, 64, 71]) > float(made[0, 64, 75]) > -0.6
    assert float(made[0, 5, 5]) == pytest.approx(-0.6, abs=1e-5)
    assert made.max() <= 1.0
    assert torch.allclose(Effects().lit(image, Look(bloom=1.0, bloom_from=1.0), 0.0), image, atol=1e-6)


def test_bloom_looks_alike_in_every_size():
    """The same picture twice as large glows as far, in shares of it."""
    image = torch.full((3, 128, 128), -1.0)
    image[:, 60:68, 60:68] = 1.0
    large = image.repeat_interleave(2, 1).repeat_interleave(2, 2)
    one, other = (Effects().lit(x, Look(bloom=0.9), 0.0) for x in (image, large))
    assert (torch.nn.functional.avg_pool2d(other, 2) - one).abs().max() < 0.05


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_vignette_darkens_corners_and_not_the_middle(shape):
    image = torch.full((3, *shape), 0.5)
    made = Effects().lit(image, Look(vignette=1.0), 0.0)
    assert float(made[0, 0, 0]) == pytest.approx(-1.0, abs=1e-5)
    assert float(made[0, shape[0] // 2, shape[1] // 2]) == pytest.approx(0.5, abs=1e-5)
    half = Effects().lit(image, Look(vignette=0.5), 0.0)
    assert float(half[0, -1, -1]) == pytest.approx(-0.25, abs=1e-5)


def test_maps_follow_the_size_of_the_picture():
    effects = Effects()
    for shape in ((32, 32), (16, 16), (32, 32)):
        made = effects.lit(effects.folded(noise(*shape), ALL, "quad"), ALL, 0.0)
        alone = Effects()
        assert torch.equal(made, alone.lit(alone.folded(noise(*shape), ALL, "quad"), ALL, 0.0))
