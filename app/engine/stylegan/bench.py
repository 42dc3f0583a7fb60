"""What a picture costs on this machine: networks of many sizes on every path, held against the readable one."""

import contextlib
import ctypes
import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from app.engine.errors import AppError, StyleError, first_line
from app.engine.stopwatch import Times, Turn, in_turns
from app.engine.stylegan.card import Card
from app.engine.stylegan.cards import AnyCard
from app.engine.stylegan.contenders import CONTENDERS, Contender, Draw, built, contenders_for, random_weights, work

SIZES = (32, 64, 128, 256, 512, 1024)
MOST_ROUNDS, PLACES = 30, 8
"""How often a path draws at most, and how many places in W it draws in turn."""
FEWEST_TURNS = 3
"""How often it draws at least: once to warm up, twice to be measured."""

Told = Callable[[str], None]
"""Hears what is being measured."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One network on one path.

    ratio: how often it draws while the first path of this network draws once. psnr: dB against that path; None there.
    memory_mb: what this path takes beside the float32 weights; None where the machine does not tell.
    """

    network: str
    width: int
    height: int
    path: str
    precision: str
    ms: float
    fps: float
    ratio: float
    psnr: float | None
    memory_mb: float | None
    rounds: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """What was not measured, and why."""

    what: str
    why: str


def check_device(device: str) -> None:
    """StyleError unless torch can use *device*."""
    try:
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as cause:  # what torch raises for a device that is not there
        raise StyleError(f"The device {device} cannot be used: {first_line(cause)}") from cause


def paper_card(size: int) -> Card:
    """The network that the papers use for pictures of *size*."""
    return Card(f"paper {size}", size, channel_base=32768 if size > 256 else 16384)


@torch.inference_mode()
def measure(card: AnyCard, tensors: Mapping[str, Tensor], device: str, seconds: float) -> list[Cell | Skipped]:
    """Every path of one network in turns, for about *seconds*."""
    places = torch.randn(PLACES, card.num_ws, card.w_dim, generator=torch.Generator().manual_seed(0))
    ready: dict[Contender, tuple[Draw, Tensor, float | None]] = {}
    skipped: list[Cell | Skipped] = []
    for contender in contenders_for(card, device):
        try:
            with _memory(device) as memory:
                draw = built(contender, card, tensors, device)
                first = draw(places[0]).cpu()
            if not bool(first.isfinite().all()):
                raise StyleError("its picture holds numbers that are not finite")
            ready[contender] = (draw, first, memory())
        except (RuntimeError, AppError) as cause:  # mostly out of memory, and then the other paths may still do
            skipped.append(Skipped(f"{card.name}, {contender.name}", first_line(cause)))
    turns = {contender.name: _turn(draw, places, device) for contender, (draw, _, _) in ready.items()}
    times = in_turns(turns, rounds=MOST_ROUNDS, seconds=seconds, warm=True)
    return [*_cells(card, ready, times), *skipped]


def _cells(
    card: AnyCard, ready: Mapping[Contender, tuple[Draw, Tensor, float | None]], times: Mapping[str, Times]
) -> Iterator[Cell]:
    wanted: Tensor | None = None
    slowest = 0.0
    for contender, (_, first, memory) in ready.items():
        taken = times[contender.name]
        psnr = None if wanted is None else likeness(first, wanted)
        if wanted is None:
            wanted, slowest = first, taken.ms
        yield Cell(
            card.name, card.width, card.height, contender.path, contender.precision,
            taken.ms, 1000 / taken.ms, slowest / taken.ms, psnr, memory, len(taken.seconds),
        )  # fmt: skip


def measure_sizes(device: str, until: float, told: Told, sizes: Sequence[int] = SIZES) -> Iterator[Cell | Skipped]:
    """Networks of the papers' shapes with random weights, small ones first, those that end before *until*.

    until: by ``time.monotonic``. How long a network will take is told from the one before it.
    """
    pace = 0.0  # seconds for a floating point operation, all that belongs to measuring it included
    for i, size in enumerate(sizes):
        card, left = paper_card(size), until - time.monotonic()
        if left <= pace * work(card):
            yield from _too_slow(sizes[i:], pace, left)
            return
        told(card.name)
        began = time.monotonic()
        cells = measure(card, random_weights(card), device, seconds=0.6 * left / (len(sizes) - i))
        fewest = [cell.ms * FEWEST_TURNS for cell in cells if isinstance(cell, Cell)]
        built_in = time.monotonic() - began - sum(c.ms * c.rounds for c in cells if isinstance(c, Cell)) / 1000
        pace = (max(0.0, built_in) + sum(fewest) / 1000) / work(card)
        yield from cells


def _too_slow(sizes: Sequence[int], pace: float, left: float) -> Iterator[Skipped]:
    for card in map(paper_card, sizes):
        why = f"it would take about {pace * work(card):.0f} s, and {max(0.0, left):.0f} s are left"
        yield Skipped(card.name, why)


def lacking(card: AnyCard, device: str) -> list[Skipped]:
    """The paths that fit *card* and that *device* does not have."""
    return [Skipped(c.name, c.lacking(device)) for c in CONTENDERS if c.fits(card) and c.lacking(device)]


def likeness(image: Tensor, wanted: Tensor) -> float:
    """PSNR in dB; the peak is twice the 99 % quantile of the wanted magnitudes, since random weights know no range."""
    flat = wanted.abs().flatten()
    peak = 2 * float(flat.kthvalue(max(1, int(0.99 * len(flat)))).values)
    error = float((image - wanted).square().mean())
    return float(10 * torch.log10(torch.tensor((peak**2 + 1e-20) / (error + 1e-20))))


def _turn(draw: Draw, places: Tensor, device: str) -> Turn:
    """Draws the next place, and waits until it is drawn."""

    def turn(i: int) -> None:
        draw(places[i % PLACES])
        if device.startswith("cuda"):
            torch.cuda.synchronize(device)
        elif device == "mps":
            torch.mps.synchronize()

    return turn


@contextlib.contextmanager
def _memory(device: str) -> Iterator[Callable[[], float | None]]:
    """Afterwards tells how many MB were in use at most, beyond those before; None where nobody counts."""
    cuda = device.startswith("cuda")
    if cuda:
        torch.cuda.reset_peak_memory_stats(device)
    else:
        _reset_peak()
    before = torch.cuda.memory_allocated(device) / 2**20 if cuda else _resident("VmRSS")

    def taken() -> float | None:
        most = torch.cuda.max_memory_allocated(device) / 2**20 if cuda else _resident("VmHWM")
        return None if most is None or before is None else max(0.0, most - before)

    yield taken


def _reset_peak() -> None:
    """Have Linux count anew, after what is free has been given back: else what was used before hides what is now."""
    gc.collect()
    with contextlib.suppress(AttributeError, OSError):  # another C library than glibc
        ctypes.CDLL(None).malloc_trim(0)
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:  # not Linux, or it is forbidden: then the peak is that of the whole process
        return


def _resident(field: str) -> float | None:
    """*field* of what Linux says about this process, in MB."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(field)), None)
