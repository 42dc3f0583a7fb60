"""The map of a Style: a lattice of places in W, laid out so that neighbours look alike."""

import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import StyleError

Floats = NDArray[np.float32]
SIDE = 32
VERSION = 1
_ARRAYS = ("lattice", "w_avg", "components")
_REMEMBERED = 1024


@dataclass(frozen=True, eq=False)
class Atlas:
    """Read-only arrays that say where everything is.

    lattice: ``(rows, cols, w_dim)``. w_avg: ``(w_dim,)``. components: ``(8, w_dim)``, the principal directions of W,
    each one standard deviation long. width, height: pixels of the Style's pictures. sigma: median distance of the
    lattice's nodes from ``w_avg``.
    """

    lattice: Floats
    w_avg: Floats
    components: Floats
    num_ws: int
    width: int
    height: int
    sigma: float

    def __post_init__(self) -> None:
        for array in (self.lattice, self.w_avg, self.components):
            array.setflags(write=False)

    @cached_property
    def _energies(self) -> Floats:
        """``(rows * cols,)``: the squared length of every node."""
        nodes = self.lattice.reshape(-1, self.lattice.shape[2])
        return np.asarray(np.einsum("nd,nd->n", nodes, nodes))

    @property
    def rows(self) -> int:
        """Cells from top to bottom."""
        return self.lattice.shape[0]

    @property
    def cols(self) -> int:
        """Cells from left to right."""
        return self.lattice.shape[1]

    def w_at(self, x: float, y: float) -> Floats:
        """``(w_dim,)`` at *x* 0..cols-1, *y* 0..rows-1: bilinear between the nodes, exact on them, clamped outside."""
        (left, right, u), (top, bottom, v) = _between(x, self.cols), _between(y, self.rows)
        upper = self.lattice[top, left] * (1 - u) + self.lattice[top, right] * u
        lower = self.lattice[bottom, left] * (1 - u) + self.lattice[bottom, right] * u
        return np.asarray(upper * (1 - v) + lower * v, np.float32)

    @cached_property
    def _located(self) -> dict[bytes, tuple[float, float, float]]:
        """What was asked for lately: the same Points stand on the map, on its table and in pictures."""
        return {}

    def locate(self, w: Floats) -> tuple[float, float, float]:
        """The place ``(x, y)`` nearest to *w* and how far off the map *w* lies, in units of ``sigma``."""
        known, asked = self._located, w.tobytes()
        found = known.get(asked)
        if found is None:
            found = self._locate(w)
            if len(known) >= _REMEMBERED:
                known.clear()
            known[asked] = found
        return found

    def _locate(self, w: Floats) -> tuple[float, float, float]:
        nodes = self.lattice.reshape(-1, self.lattice.shape[2])
        # |n - w|^2 without |w|^2, which is the same for every node
        row, col = divmod(int((self._energies - 2 * (nodes @ w)).argmin()), self.cols)
        best = (float(np.linalg.norm(self.lattice[row, col] - w)), float(col), float(row))
        for left in (col - 1, col):
            for top in (row - 1, row):
                if 0 <= left < self.cols - 1 and 0 <= top < self.rows - 1:
                    best = min(best, self._in_cell(w, left, top, (col, row)))
        off, x, y = best
        return x, y, off / self.sigma

    def _in_cell(self, w: Floats, left: int, top: int, start: tuple[int, int]) -> tuple[float, float, float]:
        """Distance and place of the point nearest to *w* in one cell: three Gauss-Newton steps from a corner."""
        a, b = self.lattice[top, left], self.lattice[top, left + 1]
        c, d = self.lattice[top + 1, left], self.lattice[top + 1, left + 1]
        # All that is asked for are dot products of these four: 40 numbers once, then plain arithmetic.
        miss, right, down, bend = edges = np.array((a - w, b - a, c - a, a - b - c + d), np.float64)
        gram = (edges @ edges.T).tolist()
        u, v = float(start[0] - left), float(start[1] - top)
        for _ in range(3):
            u, v = _newton(gram, u, v)
        return float(np.linalg.norm(miss + u * right + v * down + u * v * bend)), left + u, top + v

    def save(self, path: Path) -> None:
        """Writes an ``.npz`` file, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        with part.open("wb") as file:
            np.savez_compressed(
                file,
                version=VERSION,
                lattice=self.lattice,
                w_avg=self.w_avg,
                components=self.components,
                numbers=np.array([self.num_ws, self.width, self.height]),
                sigma=np.float64(self.sigma),
            )
        part.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Atlas":
        """Reads what ``save`` wrote; StyleError for anything else."""
        try:
            with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                if int(file["version"]) != VERSION:
                    raise StyleError(f"{path.name} is an atlas of another version of Anthesis.")
                num_ws, width, *rest = (int(n) for n in file["numbers"])  # a square one may give its side alone
                height = rest[0] if rest else width
                lattice, w_avg, components = (np.asarray(file[name], np.float32) for name in _ARRAYS)
                atlas = cls(lattice, w_avg, components, num_ws, width, height, float(file["sigma"]))
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as cause:
            raise StyleError(f"{path.name} is not an atlas.") from cause
        if atlas.lattice.ndim != 3 or atlas.lattice.shape[2:] != atlas.w_avg.shape or not atlas.sigma > 0:
            raise StyleError(f"{path.name} is not an atlas.")
        return atlas


def build_atlas(
    w: Floats,
    w_avg: Floats,
    *,
    num_ws: int,
    size: tuple[int, int],
    smoothness: int = 3,
    looks: Floats | None = None,
    spread: float = 1.0,
) -> Atlas:
    """Lays 1024 points ``(1024, w_dim)`` out on a 32 x 32 lattice so that neighbours look alike.

    Sorted by *looks* ``(1024, k)``, features of the points' pictures, or where there are none by *w* itself; then drawn
    together with their neighbours *smoothness* times. Afterwards every principal direction of W has *spread* times the
    standard deviation it had: likeness grows, variety stays. *size*: width and height of the Style's pictures.
    """
    if len(w) != SIDE * SIDE:
        raise ValueError(f"an atlas has {SIDE * SIDE} points, not {len(w)}")
    centred = (w - w_avg).astype(np.float64)
    variances, directions = np.linalg.eigh(np.cov(centred.T))
    strongest = np.argsort(variances)[::-1][:8]
    components = (directions[:, strongest] * np.sqrt(np.maximum(variances[strongest], 0))).T
    components *= np.sign(components[np.arange(len(components)), np.abs(components).argmax(1)])[:, None]
    features = centred if looks is None else looks.astype(np.float64)
    order = _sorted(features - features.mean(0), centred @ components[:2].T)
    nodes = _drawn_together(centred[order] @ directions, smoothness) * spread @ directions.T
    lattice = (nodes + w_avg).astype(np.float32)
    sigma = float(np.median(np.linalg.norm(nodes, axis=2)))
    return Atlas(lattice, w_avg.astype(np.float32), components.astype(np.float32), num_ws, *size, sigma)


def _sorted(features: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.int64]:
    """``(32, 32)`` indices, neighbours alike: linear assignment sorting (Barthel et al., arXiv 2205.04255).

    Starts from *places* in two dimensions, then gives every cell the point that is most like the average of the cells
    around it, all cells at once, while the circle of cells that counts as around grows smaller.
    """
    from scipy.optimize import linear_sum_assignment  # half a second: never on the way to the window

    columns = np.argsort(places[:, 0], kind="stable").reshape(SIDE, SIDE)
    order = np.stack([column[np.argsort(places[column, 1], kind="stable")] for column in columns], axis=1)
    squares = np.einsum("nk,nk->n", features, features)[:, None]
    radius = SIDE / 2 - 1
    while radius >= 1:
        wanted = _box_mean(features[order], int(radius)).reshape(SIDE * SIDE, -1)
        cost = squares - 2 * features @ wanted.T + np.einsum("nk,nk->n", wanted, wanted)
        points, cells = linear_sum_assignment(cost)
        order = np.empty(SIDE * SIDE, np.int64)
        order[cells] = points
        order = order.reshape(SIDE, SIDE)
        radius *= 0.8
    return order


def _box_mean(grid: NDArray[np.float64], radius: int) -> NDArray[np.float64]:
    """Mean over the square of *radius* round each cell; beyond the edge the edge goes on."""
    for axis in (0, 1):
        border = [(radius, radius) if i == axis else (0, 0) for i in range(3)]
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(grid, border, mode="edge"), 2 * radius + 1, axis)
        grid = windows.mean(-1)
    return grid


def _drawn_together(nodes: NDArray[np.float64], passes: int) -> NDArray[np.float64]:
    """Each node half its neighbours, *passes* times; every column keeps its mean and standard deviation."""
    mean, deviation = nodes.mean((0, 1)), nodes.std((0, 1))
    for _ in range(passes):
        edged = np.pad(nodes, ((1, 1), (1, 1), (0, 0)), mode="edge")
        around = (edged[:-2, 1:-1] + edged[2:, 1:-1] + edged[1:-1, :-2] + edged[1:-1, 2:]) / 4
        nodes = (nodes + around) / 2
    return (nodes - nodes.mean((0, 1))) * (deviation / np.maximum(nodes.std((0, 1)), 1e-12)) + mean


def _newton(gram: list[list[float]], u: float, v: float) -> tuple[float, float]:
    """A Gauss-Newton step within a cell, from its place *u*, *v*.

    *gram* holds the dot products of how far the first node misses, of the ways to the right and down, and of the bend.
    """
    (_, mr, md, mk), (_, rr, rd, rk), (_, _, dd, dk), (_, _, _, kk) = gram
    bent = mk + u * rk + v * dk + u * v * kk
    right = mr + u * rr + v * rd + u * v * rk + v * bent
    down = md + u * rd + v * dd + u * v * dk + u * bent
    uu = rr + v * (2 * rk + v * kk) + 1e-9
    vv = dd + u * (2 * dk + u * kk) + 1e-9
    uv = rd + u * rk + v * dk + u * v * kk
    det = uu * vv - uv * uv
    if det <= 0.0:
        return u, v
    u, v = u - (right * vv - down * uv) / det, v - (down * uu - right * uv) / det
    return min(max(u, 0.0), 1.0), min(max(v, 0.0), 1.0)


def _between(place: float, count: int) -> tuple[int, int, float]:
    """The nodes on both sides of a clamped *place*, and how far it lies from the first."""
    place = min(max(float(place), 0.0), count - 1.0)
    first = min(int(place), max(count - 2, 0))
    return first, min(first + 1, count - 1), place - first
