"""``anthesis bench``: how fast this machine draws, for people or as JSON."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from app.cli.styles import named_style
from app.cli.terminal import bars, say, say_json
from app.engine.errors import StyleError

if TYPE_CHECKING:
    from app.engine.render.bench import Report
    from app.engine.stylegan.bench import Cell

SHORTEST, LONGEST = 1.0, 3600.0

_HEADS = ("network", "size", "path", "precision", "ms", "fps", "ratio", "PSNR", "memory")
_LEFT = 4
"""Columns of words; numbers stand to the right."""


def bench(args: argparse.Namespace) -> None:
    """Measures, and says what came out."""
    style = named_style(args.style)
    if not SHORTEST <= args.seconds <= LONGEST:
        raise StyleError(f"A bench takes {SHORTEST:g} to {LONGEST:g} seconds, not {args.seconds:g}.")
    from app.engine.render.bench import bench as measured  # here, so that what can be refused without torch is

    with bars() as bar:
        report = measured(style, args.device, seconds=args.seconds, progress=bar.begin("Measuring"))
    if args.json:
        say_json(asdict(report))
        return
    _say_report(report)


def _say_report(report: "Report") -> None:
    threads = f"{report.threads} thread{'s' * (report.threads != 1)}"
    say(f"{report.machine}; {threads}, torch {report.torch}")
    note = f" ({report.note})" if report.note else ""
    say(f"{report.style} plays on {report.device} in {report.precision}{note}\n")
    for line in table([_HEADS, *(_row(cell) for cell in report.cells)]):
        say(line)
    live, film = report.live, report.film
    say(f"\nA live frame of {report.style}: {live.whole:.1f} ms, which is {1000 / live.whole:.0f} fps: "
        f"plan {live.plan:.2f}, synthesis {live.synthesis:.1f}, finish {live.finish:.2f}, "
        f"hand-off {live.hand_off:.3f}; medians of {live.frames} frames")  # fmt: skip
    say(f"A film of {film.seconds:.1f} s at {film.fps} fps took {film.taken:.1f} s: {film.times:.2f} x real time")
    for skipped in report.skipped:
        say(f"Not measured: {skipped.what}; {skipped.why}")
    say(f"Ratio: against the first path of the same network, in the same run. Done in {report.seconds:.0f} s.")


def _row(cell: "Cell") -> tuple[str, ...]:
    psnr = "" if cell.psnr is None else f"{cell.psnr:.0f} dB"
    memory = "" if cell.memory_mb is None else f"{cell.memory_mb:.0f} MB"
    numbers = (f"{cell.ms:.2f}", f"{cell.fps:.1f}", f"{cell.ratio:.2f}x", psnr, memory)
    return (cell.network, f"{cell.width}x{cell.height}", cell.path, cell.precision, *numbers)


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """*rows* in columns as wide as their longest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if i < _LEFT else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
