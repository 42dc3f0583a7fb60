"""How long a song takes to open, outline and analyse: `python benchmarks/analysis.py [SONG ...]`."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from app.engine.audio.demo import demo_song
from app.engine.audio.features import FeatureTrack, analyse
from app.engine.audio.peaks import build_peaks
from app.engine.audio.track import load_track

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What *work* returns, and the seconds it took."""
    began = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began


def line(file: Path) -> str:
    """One song's row of the table."""
    track, opened = timed(lambda: load_track(file))
    _, outlined = timed(lambda: build_peaks(track))
    features: FeatureTrack
    features, heard = timed(lambda: analyse(track))
    parts = "".join(section.label for section in features.sections)
    return (
        f"{file.name:24} {track.duration:7.1f} {opened:7.2f} {outlined:7.2f} {heard:8.2f} {features.bpm:8.2f}  {parts}"
    )


def main() -> None:
    """The demo song first, cold (imports count, and on a first call compiling), then warm, then the songs named."""
    print(f"{'song':24} {'seconds':>7} {'open':>7} {'peaks':>7} {'analyse':>8} {'bpm':>8}  sections")
    for file in (demo_song()[0], demo_song()[0], *map(Path, sys.argv[1:])):
        print(line(file))


if __name__ == "__main__":
    main()
