"""True smaller pictures: where synthesis may stop early, found by comparing each exit with the whole picture.

Nothing trains a network's partial sums of RGB layers unless somebody meant to, so an exit is offered only where a
change of colour, the same for all pictures, makes it look like the whole one made smaller.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from app.engine.remembered import recalled, remember
from app.engine.stylegan.card import Card
from app.engine.stylegan.generator import Generator, psnr

LOOKS_RIGHT = 30.0
"""PSNR in dB against the whole picture made smaller: above it, an exit is the same picture to the eye."""
SMALLEST = 64
VERSION = 1
_PSI = 0.7


@dataclass(frozen=True, eq=False, slots=True)
class Exit:
    """A block at which synthesis may stop.

    size: its number among ``card.sizes``. width, height: of its picture, in pixels. psnr: in dB.
    matrix: ``(3, 4)``, what becomes of (r, g, b, 1) there.
    """

    size: int
    width: int
    height: int
    matrix: NDArray[np.float64]
    psnr: float


def exits_of(generator: Generator) -> tuple[Exit, ...]:
    """The exits of a network that look right, largest first; measured once for each weights file, then remembered."""
    name = f"{generator.style.sha256}-v{VERSION}"
    found = _understood(recalled("exits", name))
    if found is None:
        found = _measured(generator)
        remember("exits", name, [asdict(one) | {"matrix": one.matrix.tolist()} for one in found])
    return tuple(one for one in found if one.psnr >= LOOKS_RIGHT)


def _measured(generator: Generator) -> tuple[Exit, ...]:
    card = generator.card
    if not isinstance(card, Card) or card.architecture != "skip":
        return ()
    sizes = [size for size in reversed(card.sizes[:-1]) if size >= SMALLEST]
    ws = _points(generator, 4 if card.resolution <= 256 else 2) if sizes else []
    wholes = [generator.synthesize(one).cpu().clamp(-1, 1) for one in ws]
    return tuple(_exit(generator, size, ws, wholes) for size in sizes)


def _points(generator: Generator, count: int) -> list[NDArray[np.float32]]:
    """``(num_ws, w_dim)`` each: a few places where a Show may be, always the same."""
    z = np.random.RandomState(1).randn(count, generator.z_dim).astype(np.float32)
    w = generator.w_avg + _PSI * (generator.mapping(z) - generator.w_avg)
    return [np.repeat(one[None], generator.num_ws, 0) for one in w]


def _exit(generator: Generator, size: int, ws: Sequence[NDArray[np.float32]], wholes: Sequence[Tensor]) -> Exit:
    small = [generator.synthesize(one, exit_at=size).cpu() for one in ws]  # Metal knows no float64
    wanted = [
        functional.interpolate(whole[None], there.shape[1:], mode="bicubic", antialias=True)[0]
        for whole, there in zip(wholes, small, strict=True)
    ]
    seen = torch.cat([one.flatten(1) for one in small], 1).double()
    given = torch.cat([one.flatten(1) for one in wanted], 1).double()
    seen = torch.cat([seen, torch.ones_like(seen[:1])])
    matrix = torch.linalg.lstsq((seen @ seen.T), seen @ given.T, driver="gelsd").solution.T
    fitted = (matrix @ seen).split([one[0].numel() for one in small], 1)
    likeness = min(psnr(a, b.flatten(1)) for a, b in zip(fitted, wanted, strict=True))
    height, width = small[0].shape[1:]
    return Exit(size, width, height, matrix.numpy(), likeness)


def _understood(said: Any) -> tuple[Exit, ...] | None:
    """What was measured before; None if it was not, or what is remembered is not what was written."""
    try:
        found = tuple(_parsed(one) for one in said)
    except (ValueError, KeyError, TypeError):
        return None
    return found if all(np.isfinite(one.matrix).all() for one in found) else None


def _parsed(one: dict[str, Any]) -> Exit:
    size, width, height = (int(one[key]) for key in ("size", "width", "height"))
    return Exit(size, width, height, np.array(one["matrix"], float).reshape(3, 4), float(one["psnr"]))
