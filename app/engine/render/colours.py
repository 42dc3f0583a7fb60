"""Colours of a picture after the network: levels, hue and its kin as one matrix, a table of colours."""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from app.engine.render.lut import Lut
from app.engine.show.routes import Look

Matrix = NDArray[np.float64]
_LUMA = np.array([0.2126, 0.7152, 0.0722])  # Rec. 709
_NARROWEST = 1.0 / 255.0


def levelled(image: Tensor, look: Look) -> Tensor:
    """*image* ``(3, h, w)``, black at -1 and white at 1, spread from its black to its white point and bent by gamma."""
    if (look.black, look.white, look.gamma) == (0.0, 1.0, 1.0):
        return image
    span = max(look.white - look.black, _NARROWEST)
    x = image.add(1.0 - 2.0 * look.black).mul_(0.5 / span).clamp_(0.0, 1.0)
    if look.gamma != 1.0:
        x = x.log2_().mul_(1.0 / look.gamma).exp2_()  # pow is many times slower
    return x.mul_(2.0).sub_(1.0)


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


class Tables:
    """Owns the newest table of colours on the device. One thread."""

    def __init__(self) -> None:
        self._lut: Lut | None = None
        self._table = torch.empty(0)

    def looked_up(self, image: Tensor, lut: Lut | None, amount: float) -> Tensor:
        """*image* ``(3, h, w)`` with *amount* of *lut*; between the steps of the table colours are mixed."""
        if lut is None or amount <= 0.0:
            return image
        if lut is not self._lut or self._table.device != image.device:
            self._lut, self._table = lut, torch.as_tensor(np.array(lut.table)).to(image.device)
        found = _cube(image, lut, self._table) if self._table.dim() == 4 else _curves(image, lut, self._table)
        found = found.mul_(2.0).sub_(1.0)
        return found if amount >= 1.0 else image.clamp(-1.0, 1.0).lerp_(found, amount)


def _cube(image: Tensor, lut: Lut, table: Tensor) -> Tensor:
    """Black at 0 and white at 1: *image* through a cube, mixed between eight of its colours."""
    lo, span = _bounds(lut, image)
    places = image.add(1.0).mul_(0.5).sub_(lo).div_(span).mul_(2.0).sub_(1.0).clamp_(-1.0, 1.0)
    grid = places.permute(1, 2, 0).contiguous()[None, None]
    return functional.grid_sample(table.permute(3, 0, 1, 2)[None], grid, align_corners=True)[0, :, 0].contiguous()


def _curves(image: Tensor, lut: Lut, table: Tensor) -> Tensor:
    """Black at 0 and white at 1: each channel of *image* through its curve."""
    lo, span = _bounds(lut, image)
    last = len(table) - 1
    places = image.add(1.0).mul_(0.5).sub_(lo).div_(span).clamp_(0.0, 1.0).mul_(last)
    below = places.floor().clamp_(max=last - 1)
    index = below.long()
    between = places.sub_(below)
    channels = zip(table.unbind(1), index, between, strict=True)
    return torch.stack([curve[i].lerp_(curve[i + 1], u) for curve, i, u in channels])


def _bounds(lut: Lut, image: Tensor) -> tuple[Tensor, Tensor]:
    """``(3, 1, 1)`` each: the first colour of *lut*, and how far it is to the last."""
    lo, hi = torch.tensor((lut.lo, lut.hi), dtype=image.dtype).to(image.device)[:, :, None, None]
    return lo, hi - lo
