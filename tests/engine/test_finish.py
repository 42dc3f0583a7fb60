"""Finish: colours by known answers, sizes by where the pixels land, and the neutral look to the bit."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from app.engine.render.colours import colour_matrix
from app.engine.render.finish import Finishing, Renderer
from app.engine.render.frame import RenderRequest
from app.engine.show.routes import Look

W = np.zeros((4, 8), np.float32)
NOISE = torch.randn(3, 32, 32, generator=torch.Generator().manual_seed(1)) * 1.5


def finish(image: torch.Tensor, look: Look, size: tuple[int, int] | None = None, fit: str = "crop") -> np.ndarray:
    """What a finish that has done nothing before makes of *image*."""
    return Finishing().pixels(image, RenderRequest(0.0, W, look, size, fit))


def flat(*rgb: float, size: int = 8) -> torch.Tensor:
    """A picture of one colour, levels 0..255."""
    return ((torch.tensor(rgb) - 128.0) / 127.5)[:, None, None].expand(3, size, size).clone()


def middle(pixels: np.ndarray) -> list[int]:
    return pixels[pixels.shape[0] // 2, pixels.shape[1] // 2].tolist()


def test_neutral_look_is_the_published_rounding_to_the_bit() -> None:
    expected = (NOISE.permute(1, 2, 0) * 127.5 + 128).clamp(0, 255).to(torch.uint8).numpy()
    assert np.array_equal(finish(NOISE.clone(), Look()), expected)
    assert np.array_equal(finish(NOISE.clone(), Look(), (32, 32)), expected)


def test_finish_leaves_the_network_s_picture_alone() -> None:
    image = NOISE.clone()
    finish(image, Look(contrast=2.0, hue=0.2), (64, 48))
    finish(image, Look())
    assert torch.equal(image, NOISE)


@pytest.mark.parametrize(
    ("look", "before", "after"),
    [
        (Look(hue=1 / 3), (255, 0, 0), (0, 255, 0)),
        (Look(hue=-1 / 3), (255, 0, 0), (0, 0, 255)),
        (Look(hue=1.0), (200, 100, 50), (200, 100, 50)),
        (Look(hue=0.37), (90, 90, 90), (90, 90, 90)),
        (Look(saturation=0.0), (255, 0, 0), (54, 54, 54)),
        (Look(saturation=0.0), (0, 255, 0), (182, 182, 182)),
        (Look(saturation=0.0), (0, 0, 255), (18, 18, 18)),
        (Look(saturation=2.0), (70, 70, 70), (70, 70, 70)),
        (Look(contrast=2.0), (128, 160, 96), (128, 192, 64)),
        (Look(contrast=0.0), (250, 3, 77), (128, 128, 128)),
        (Look(brightness=0.25), (0, 64, 128), (64, 128, 192)),
        (Look(brightness=-0.5), (255, 128, 64), (128, 0, 0)),
        (Look(brightness=1.0), (0, 0, 0), (255, 255, 255)),
    ],
)
def test_colours(look: Look, before: tuple[int, int, int], after: tuple[int, int, int]) -> None:
    assert np.abs(np.array(middle(finish(flat(*before), look))) - after).max() <= 1


def test_only_a_neutral_look_has_no_matrix() -> None:
    assert colour_matrix(Look(psi=0.3, pulse=2.0)) is None
    for name, value in (("hue", 0.01), ("brightness", 0.01), ("contrast", 1.01), ("saturation", 0.99)):
        assert colour_matrix(Look(**{name: value})) is not None


def test_a_look_next_to_neutral_looks_like_it() -> None:
    step = finish(NOISE, Look(hue=1e-7)).astype(int) - finish(NOISE, Look()).astype(int)
    assert np.abs(step).max() <= 1


@pytest.mark.parametrize("fit", ["crop", "fit", "mirror", "stretch"])
@pytest.mark.parametrize("size", [(64, 64), (16, 16), (49, 31), (31, 49), (100, 20), (1, 1)])
def test_every_size_comes_out_as_asked(fit: str, size: tuple[int, int]) -> None:
    pixels = finish(NOISE, Look(), size, fit)
    assert pixels.shape == (size[1], size[0], 3)
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous


def quarters() -> torch.Tensor:
    """White with a black band along the top and bottom quarter."""
    image = torch.ones(3, 32, 32)
    image[:, :8] = image[:, 24:] = -1.0
    return image


def test_crop_takes_the_middle() -> None:
    assert finish(quarters(), Look(), (64, 32), "crop").min() == 255


def test_fit_shows_all_between_black_bars() -> None:
    pixels = finish(torch.ones(3, 32, 32), Look(), (64, 32), "fit")
    assert pixels[:, :16].max() == 0
    assert pixels[:, 48:].max() == 0
    assert pixels[:, 16:48].min() == 255


def test_mirror_fills_what_fit_leaves_with_reflections() -> None:
    own = finish(NOISE, Look())
    across = finish(NOISE, Look(), (160, 32), "mirror")  # 64 on each side: reflected, and once more
    assert np.array_equal(across[:, 64:96], own)
    assert np.array_equal(across[:, 32:64], own[:, ::-1])
    assert np.array_equal(across[:, :32], own)
    assert np.array_equal(across[:, 96:128], own[:, ::-1])
    assert np.array_equal(across[:, 128:], own)
    down = finish(NOISE, Look(), (32, 45), "mirror")
    assert np.array_equal(down[6:38], own)
    assert np.array_equal(down[:6], own[:6][::-1])
    assert np.array_equal(down[38:], own[-7:][::-1])


def test_mirror_in_a_larger_size_is_fit_where_fit_shows_anything() -> None:
    mirrored, fitted = (finish(NOISE, Look(), (100, 64), fit) for fit in ("mirror", "fit"))
    assert np.array_equal(mirrored[:, 18:82], fitted[:, 18:82])
    assert np.array_equal(mirrored[:, :18], fitted[:, 18:36][:, ::-1])


def test_stretch_shows_all_without_bars() -> None:
    pixels = finish(quarters(), Look(), (64, 16), "stretch")
    assert pixels[0].max() <= 8
    assert pixels[8].min() == 255
    assert pixels[-1].max() <= 8


def test_smaller_pictures_are_averaged_not_picked() -> None:
    board = torch.ones(3, 64, 64)
    board[:, ::2, ::2] = board[:, 1::2, 1::2] = -1.0
    assert np.abs(finish(board, Look(), (16, 16))[4:12, 4:12].astype(int) - 128).max() <= 2


def test_what_is_out_of_range_does_not_smear_when_scaled() -> None:
    image = torch.full((3, 8, 8), -1.0)
    image[:, :, 4:] = 6.0
    tame = image.clamp(-1, 1)
    assert np.array_equal(finish(image, Look(), (64, 64)), finish(tame, Look(), (64, 64)))


class FakeStyle:
    def __init__(self) -> None:
        self.width, self.height, self.device, self.precision, self.note = 32, 32, "cpu", "float32", ""
        self.asked: list[dict[str, object]] = []
        self.closed = False

    def synthesize(self, ws: np.ndarray, **how: object) -> torch.Tensor:
        self.asked.append(how)
        return torch.full((3, 32, 32), float(ws[0, 0]))

    def close(self) -> None:
        self.closed = True


def test_renderer_draws_what_is_asked() -> None:
    style = FakeStyle()
    renderer = Renderer(style)  # type: ignore[arg-type]
    look = Look(noise=0.5, brightness=0.5, translate_x=0.1, translate_y=-0.2, rotate=0.3)
    request = RenderRequest(2.5, np.zeros((4, 8), np.float32), look, (24, 16), "crop", 7)
    frame = renderer.render(request)
    assert style.asked == [{"exit_at": None, "noise": 0.5, "noise_seed": 7, "moved": (0.1, -0.2, 0.3)}]
    assert (frame.t, frame.number, frame.image.shape) == (2.5, 1, (16, 24, 3))
    assert frame.image.min() == 255
    assert not frame.image.flags.writeable
    assert np.array_equal(renderer.render(request).image, frame.image)
    renderer.close()
    assert style.closed


def test_a_smaller_picture_gets_the_colours_of_the_whole_one() -> None:
    style = FakeStyle()
    swapped = np.array([[0.0, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, -1]])
    renderer = Renderer(style, {16: swapped})  # type: ignore[arg-type]
    request = RenderRequest(0.0, np.zeros((4, 8), np.float32), Look())
    small = renderer.render(replace(request, exit_at=16)).image
    assert small[0, 0].tolist() == [255, 128, 0]
    assert renderer.render(request).image[0, 0].tolist() == [128, 128, 128]
    assert [how["exit_at"] for how in style.asked] == [16, None]
    assert renderer.finish_seconds > 0
