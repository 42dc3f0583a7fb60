"""Effects on a picture that depend on nothing but the picture and the time: mirrors, glow, torn lines, dark corners."""

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from app.engine.show.routes import Look

GLITCHES = 12.0
"""Times a second that a glitch looks otherwise."""
_TORN = 9
"""Bands of lines that are torn aside at most."""
_TEAR, _PART = 0.2, 0.025
"""How far, in widths of the picture: a band, and red from blue."""
_GLOW_ROWS = 64
"""Rows of the small picture in which the glow is spread."""
_GLOW_SIGMA, _GLOW_REACH = 2.5, 7


class Effects:
    """Owns the maps that effects need for one size of picture on one device, made when first asked. One thread.

    Pictures are ``(3, h, w)``, black at -1 and white at 1. A neutral Look gives the picture itself.
    """

    def __init__(self) -> None:
        self._for: tuple[object, ...] = ()
        self._maps: dict[object, Tensor] = {}

    def folded(self, image: Tensor, look: Look, mirror: str) -> Tensor:
        """*image* mirrored, and repeated round its middle."""
        image = mirrored(image, mirror)
        segments = round(look.kaleidoscope)
        if segments < 2:
            return image
        return functional.grid_sample(image[None], self._segments(image, segments, look), align_corners=True)[0]

    def lit(self, image: Tensor, look: Look, t: float) -> Tensor:
        """*image* with its glow, torn at *t* seconds, its corners darker."""
        if look.bloom > 0.0:
            image = self._glowing(image, look.bloom, look.bloom_from)
        if look.glitch > 0.0:
            image = torn(image, look.glitch, t)
        if look.vignette > 0.0:
            kept = 1.0 - look.vignette * self._corners(image)
            image = torch.addcmul(kept - 1.0, image, kept)
        return image

    def _segments(self, image: Tensor, segments: int, look: Look) -> Tensor:
        """``(1, h, w, 2)``: where each pixel of a kaleidoscope looks; outside the picture it looks at a reflection."""
        wedge, away = self._wedges(image, segments)
        angle = wedge + 2.0 * math.pi * (look.kaleidoscope_angle - 0.25)
        height, width = image.shape[1:]
        short = min(height, width)
        places = torch.stack(
            [angle.cos().mul_(away).mul_(short / width), angle.sin_().mul_(away).mul_(short / height)], -1
        )
        return within(places)[None]

    def _wedges(self, image: Tensor, segments: int) -> tuple[Tensor, Tensor]:
        """``(h, w)`` each: the angle from the edge of a segment, and the way to the middle in halves of the picture."""
        self._fit(image)
        if ("wedge", segments) not in self._maps:
            height, width = image.shape[1:]
            lines = [torch.linspace(-n, n, n, device=image.device) / min(height, width) for n in (height, width)]
            y, x = torch.meshgrid(lines, indexing="ij")
            whole = 2.0 * math.pi / segments
            angle = torch.atan2(y, x).add_(0.5 * math.pi).remainder_(whole)
            self._maps = {k: v for k, v in self._maps.items() if not isinstance(k, tuple)}
            self._maps["wedge", segments] = torch.minimum(angle, whole - angle)
            self._maps["away"] = torch.hypot(x, y)
        return self._maps["wedge", segments], self._maps["away"]

    def _corners(self, image: Tensor) -> Tensor:
        """``(h, w)``: 0 in the middle, 1 in the corners."""
        self._fit(image)
        if "corners" not in self._maps:
            lines = [torch.linspace(-1.0, 1.0, n, device=image.device) for n in image.shape[1:]]
            away = (0.5 * (lines[0][:, None] ** 2 + lines[1][None] ** 2)).sqrt()
            u = ((away - 0.35) / 0.65).clamp_(0.0, 1.0)
            self._maps["corners"] = u * u * (3.0 - 2.0 * u)
        return self._maps["corners"]

    def _fit(self, image: Tensor) -> None:
        made_for = (tuple(image.shape), image.device)
        if made_for != self._for:
            self._for, self._maps = made_for, {}

    def _glowing(self, image: Tensor, amount: float, start: float) -> Tensor:
        """What is brighter than *start* shines on what is round it; nothing gets brighter than white."""
        height, width = image.shape[1:]
        down = max(1, round(min(height, width) / _GLOW_ROWS))
        small = functional.avg_pool2d(image.clamp(-1.0, 1.0)[None], down, ceil_mode=True, count_include_pad=False)
        bright = small.add_(1.0).mul_(0.5).sub_(start).clamp_(0.0).div_(max(1.0 - start, 0.05))
        glow = functional.interpolate(blurred(bright), (height, width), mode="bilinear", align_corners=False)[0]
        # Screen: what is left to white, in halves, times what the glow leaves of it.
        return torch.addcmul(image, 1.0 - image.clamp(-1.0, 1.0), glow.mul_(amount).clamp_(max=1.0))


def mirrored(image: Tensor, mirror: str) -> Tensor:
    """*image* with its left half, or its upper left quarter, on the other sides too."""
    if mirror == "off":
        return image
    image = _reflected(image, 2)
    return _reflected(image, 1) if mirror == "quad" else image


def _reflected(image: Tensor, axis: int) -> Tensor:
    """The first half of *image* along *axis*, and its reflection after it."""
    half = (image.shape[axis] + 1) // 2
    first = image.narrow(axis, 0, half)
    return torch.cat([first, first.narrow(axis, 0, image.shape[axis] - half).flip(axis)], axis)


def within(places: Tensor) -> Tensor:
    """*places* folded back into -1..1, as if the picture went on in reflections."""
    return places.add_(1.0).remainder_(4.0).sub_(2.0).abs_().mul_(-1.0).add_(1.0)


def blurred(small: Tensor) -> Tensor:
    """*small* ``(1, 3, h, w)`` spread over its neighbours, its edges repeated outwards."""
    reach = torch.arange(-_GLOW_REACH, _GLOW_REACH + 1, device=small.device, dtype=small.dtype)
    weights = torch.exp(-0.5 * (reach / _GLOW_SIGMA) ** 2)
    weights /= weights.sum()
    for axis, shape in ((3, (3, 1, 1, -1)), (2, (3, 1, -1, 1))):
        room = (_GLOW_REACH, _GLOW_REACH, 0, 0) if axis == 3 else (0, 0, _GLOW_REACH, _GLOW_REACH)
        padded = functional.pad(small, room, mode="replicate")
        small = functional.conv2d(padded, weights.expand(3, 1, 1, -1).reshape(shape), groups=3)
    return small


def torn(image: Tensor, amount: float, t: float) -> Tensor:
    """*image* with bands of lines moved aside, and red apart from blue; the same for the same twelfth of a second."""
    slot = math.floor(t * GLITCHES + 1e-6)
    rng = np.random.default_rng((slot % 2**32, 20))
    height, width = image.shape[1:]
    bands = rng.random((_TORN, 4))
    part = round(amount * _PART * width * (2.0 * rng.random() - 1.0))
    made = torch.stack([image[0].roll(part, 1), image[1], image[2].roll(-part, 1)])
    for chance, top, tall, aside in bands.tolist():
        if chance < amount:
            first = int(top * height)
            last = min(height, first + max(1, round((0.01 + 0.11 * tall * tall) * height)))
            made[:, first:last] = made[:, first:last].roll(round(_TEAR * amount * (2.0 * aside - 1.0) * width), 2)
    return made
