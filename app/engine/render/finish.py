"""What happens to a picture after the network: memory, effects, colour, size; and the Renderer of it all."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from app.engine.cores import cores
from app.engine.render.colours import Matrix, Tables, colour_matrix, coloured, levelled
from app.engine.render.effects import Effects
from app.engine.render.frame import Drawn, Frame, RenderRequest
from app.engine.render.memory import Draw, Memory
from app.engine.render.readback import Stopwatch, in_main_memory
from app.engine.show.show import StyleRef
from app.engine.stylegan.generator import Generator
from app.engine.stylegan.threads import threads

_BLACK = 0


class Renderer:
    """Synthesis, then finish. Owns the Generator it was given and what the finish keeps; engine thread only."""

    def __init__(self, generator: Generator, exits: Mapping[int | None, Matrix] = MappingProxyType({})) -> None:
        """*exits*: for each block at which synthesis may stop, the change of colour that its picture needs."""
        self.generator, self._exits = generator, exits
        self.memory, self._finish = Memory(), Finishing()
        self.others: Mapping[StyleRef, Any] = {}
        """Who draws pictures of which network, where more than this one's are asked for."""
        self.finish_seconds = 0.0
        self._number = 0

    def render(self, request: RenderRequest) -> Frame:
        """The picture that *request* describes, in main memory."""
        drawn = self._drawn(request)
        finishing = Stopwatch(drawn.image)
        frame = self._finish.frame(drawn)
        self.finish_seconds = finishing.seconds()
        return frame

    def draw(self, request: RenderRequest) -> Drawn | Frame:
        """The same, left for another thread to finish where it lies in memory that is its own."""
        drawn = self._drawn(request)
        return drawn if drawn.image.device.type == "cpu" else self._finish.frame(drawn)

    @torch.inference_mode()
    def _drawn(self, request: RenderRequest) -> Drawn:
        image = self.memory.remembered(request, self._mixer())
        for other in self.others.values():  # who draws next goes on from here
            other.memory = self.memory
        self._number += 1
        drawn_by = f"{self.generator.device} {self.generator.precision}"
        return Drawn(request.t, image, request, self._number, drawn_by, self.memory.settled)

    def _mixer(self) -> Draw:
        """What draws pictures of one or more networks, all as large as the first and where that is."""
        first: Tensor | None = None

        def drawn(request: RenderRequest) -> Tensor:
            nonlocal first
            by = self if request.network is None else self.others.get(request.network, self)
            image: Tensor = by.picture(request)
            if first is None:
                first = image
                return image
            return resized(image.clamp(-1.0, 1.0), (first.shape[2], first.shape[1]), "crop").to(first.device)

        def mixed(request: RenderRequest) -> Tensor:
            if not request.beside:
                return drawn(request)
            left = 1.0 - sum(share for share, _ in request.beside)
            image = drawn(request).clamp(-1.0, 1.0) * left  # each as it would be seen
            for share, part in request.beside:
                image.add_(drawn(part).clamp(-1.0, 1.0), alpha=share)
            return image

        return mixed

    def picture(self, request: RenderRequest) -> Tensor:
        """``(3, h, w)`` float32, nominally -1..1, on the device: what the network draws, before any finish."""
        look = request.look
        moved = (look.translate_x, look.translate_y, look.rotate)
        image = self.generator.synthesize(
            request.ws, exit_at=request.exit_at, noise=look.noise, noise_seed=request.noise_seed, moved=moved
        )
        return coloured(image, self._exits.get(request.exit_at))

    def close(self) -> None:
        """Give the device back."""
        self.generator.close()


class Finishing:
    """Owns what the finish keeps on the device from one picture to the next: maps and tables. One thread."""

    def __init__(self) -> None:
        self._effects, self._tables, self._threads = Effects(), Tables(), cores().usual

    @torch.inference_mode()
    def frame(self, drawn: Drawn) -> Frame:
        """*drawn* as it is to be seen, in main memory."""
        with threads(self._threads):  # a glow depends on it in its last bits: live and film have the same
            pixels = self.pixels(drawn.image, drawn.request)
        frame = Frame(drawn.t, pixels, drawn.number, drawn.drawn_by, settled=drawn.settled)
        return frame.dimmed(drawn.black)

    def pixels(self, image: Tensor, request: RenderRequest) -> NDArray[np.uint8]:
        """``(3, h, w)`` float32, nominally -1..1, to ``(height, width, 3)`` uint8 as *request* describes it.

        With a neutral Look at the network's own size that is exactly what the published generate script saves.
        """
        given, look, size = image, request.look, request.size
        image = self._effects.folded(image, look, request.mirror)
        image = coloured(levelled(image, look), colour_matrix(look))
        image = self._tables.looked_up(image, request.lut, look.lut_amount)
        image = self._effects.lit(image, look, request.t)
        if size is not None and size != (image.shape[2], image.shape[1]):
            # What lies outside the range is cut first, so that every size shows the same picture.
            image = resized(image.clamp(-1.0, 1.0), size, request.fit)
        scaled = image.mul(127.5) if image is given else image.mul_(127.5)
        levels = scaled.add_(128.0).clamp_(0.0, 255.0).to(torch.uint8)
        pixels = in_main_memory(levels.permute(1, 2, 0).contiguous())
        return pixels if size is None or request.fit != "fit" else _on_black(pixels, size)


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
