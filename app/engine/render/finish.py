"""What happens to a picture after the network: colour, size, eight bits; and the Renderer that puts both together."""

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from app.engine.render.frame import Frame, RenderRequest
from app.engine.render.readback import Stopwatch, in_main_memory
from app.engine.show.routes import Look
from app.engine.stylegan.generator import Generator

Matrix = NDArray[np.float64]
_LUMA = np.array([0.2126, 0.7152, 0.0722])  # Rec. 709
_BLACK = 0


class Renderer:
    """Synthesis, then finish. Owns nothing but the Generator it was given; engine thread only."""

    def __init__(self, generator: Generator, exits: Mapping[int | None, Matrix] = MappingProxyType({})) -> None:
        """*exits*: for each block at which synthesis may stop, the change of colour that its picture needs."""
        self.generator, self._exits = generator, exits
        self.finish_seconds = 0.0
        self._number = 0

    @torch.inference_mode()
    def render(self, request: RenderRequest) -> Frame:
        """The picture that *request* describes, in main memory."""
        look = request.look
        moved = (look.translate_x, look.translate_y, look.rotate)
        image = self.generator.synthesize(
            request.ws, exit_at=request.exit_at, noise=look.noise, noise_seed=request.noise_seed, moved=moved
        )
        finishing = Stopwatch(image)
        image = coloured(image, self._exits.get(request.exit_at))
        pixels = finish(image, look, request.size, request.fit)
        self.finish_seconds = finishing.seconds()
        self._number += 1
        return Frame(request.t, pixels, self._number, f"{self.generator.device} {self.generator.precision}")

    def close(self) -> None:
        """Give the device back."""
        self.generator.close()


def finish(image: Tensor, look: Look, size: tuple[int, int] | None = None, fit: str = "crop") -> NDArray[np.uint8]:
    """``(3, h, w)`` float32, nominally -1..1, to ``(height, width, 3)`` uint8; *size* is (width, height).

    A neutral *look* at the network's own size gives exactly what the published generate script saves.
    """
    given = image
    image = coloured(image, colour_matrix(look))
    if size is not None and size != (image.shape[2], image.shape[1]):
        # What lies outside the range is cut first, so that every size shows the same picture.
        image = resized(image.clamp(-1.0, 1.0), size, fit)
    scaled = image.mul(127.5) if image is given else image.mul_(127.5)
    levels = scaled.add_(128.0).clamp_(0.0, 255.0).to(torch.uint8)
    pixels = in_main_memory(levels.permute(1, 2, 0).contiguous())
    return pixels if size is None or fit != "fit" else _on_black(pixels, size)


def colour_matrix(look: Look) -> Matrix | None:
    """``(3, 4)``: what becomes of (r, g, b, 1), mid-grey at 0 and white at 1; None where nothing changes.

    Hue turns about the grey axis, saturation keeps Rec. 709 luma, contrast spreads about mid-grey, and brightness 1
    lifts black to white.
    """
    if (look.brightness, look.contrast, look.saturation, look.hue) == (0.0, 1.0, 1.0, 0.0):
        return None
    saturation = look.saturation * np.eye(3) + (1.0 - look.saturation) * np.tile(_LUMA, (3, 1))
    linear = look.contrast * saturation @ _hue_rotation(look.hue)
    return np.column_stack([linear, np.full(3, 2.0 * look.brightness)])


def _hue_rotation(turns: float) -> Matrix:
    """``(3, 3)`` rotation about r = g = b; a third of a turn makes red green."""
    angle = 2.0 * math.pi * turns
    along = np.full((3, 3), 1.0 / 3.0)
    across = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]]) / math.sqrt(3.0)
    return along + math.cos(angle) * (np.eye(3) - along) + math.sin(angle) * across


def coloured(image: Tensor, matrix: Matrix | None) -> Tensor:
    """*image* ``(3, h, w)`` with its colours moved by *matrix*."""
    if matrix is None:
        return image
    m = torch.as_tensor(matrix, dtype=image.dtype).to(image.device, non_blocking=image.is_cuda)
    return torch.addmm(m[:, 3:], m[:, :3], image.flatten(1)).view_as(image)


def resized(image: Tensor, size: tuple[int, int], fit: str) -> Tensor:
    """*image* ``(c, h, w)`` scaled to *size*: "crop" fills it, "stretch" takes its shape, "fit" stays within it.

    "mirror" stays within it too, and its reflections fill the rest.
    """
    if fit == "crop":
        image = _middle(image, size)
    inner = _within(image, size) if fit in ("fit", "mirror") else size
    if image.shape[1:] != inner[::-1]:
        image = functional.interpolate(image[None], inner[::-1], mode="bicubic", antialias=True, align_corners=False)[0]
    return _reflected(image, size) if fit == "mirror" else image


def _middle(image: Tensor, size: tuple[int, int]) -> Tensor:
    """The largest part from the middle of *image* that has the shape of *size*, in whole pixels."""
    width, height = size
    h, w = image.shape[1:]
    scale = max(width / w, height / h)
    wide, high = max(1, round(width / scale)), max(1, round(height / scale))
    left, top = (w - wide) // 2, (h - high) // 2
    return image[:, top : top + high, left : left + wide]


def _within(image: Tensor, size: tuple[int, int]) -> tuple[int, int]:
    width, height = size
    h, w = image.shape[1:]
    scale = min(width / w, height / h)
    return max(1, round(w * scale)), max(1, round(h * scale))


def _reflected(image: Tensor, size: tuple[int, int]) -> Tensor:
    """*image* in the middle of *size*, reflected at its edges again and again."""
    for axis, length in ((1, size[1]), (2, size[0])):
        own = image.shape[axis]
        place = (torch.arange(length, device=image.device) - (length - own) // 2) % (2 * own)
        image = image.index_select(axis, torch.where(place < own, place, 2 * own - 1 - place))
    return image


def _on_black(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """*pixels* in the middle of a black picture of *size*."""
    width, height = size
    h, w = pixels.shape[:2]
    if (w, h) == (width, height):
        return pixels
    canvas = np.full((height, width, 3), _BLACK, np.uint8)
    left, top = (width - w) // 2, (height - h) // 2
    canvas[top : top + h, left : left + w] = pixels
    return canvas
