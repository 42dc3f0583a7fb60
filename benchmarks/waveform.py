"""What the timeline costs the window: a move of the playhead, a turned page, a step of zoom, one tile.

Run: ``python -m benchmarks.waveform [SONG]``; without SONG the one of the tests. Wall time on the main thread, with all
that Qt does to get it on the screen (offscreen where there is none).
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.engine.audio.features import analysed
from app.engine.audio.peaks import build_peaks
from app.engine.audio.track import load_track
from app.engine.show.show import SongRef
from app.ui import theme
from app.ui.opening import Song
from app.ui.timeline import TimelineView
from app.ui.wave_bands import wave_bands
from app.ui.waveform import Tiles
from tests.ui.fakes import FakeStudio, make_document


def median(step: Callable[[int], object], times: int) -> tuple[float, float]:
    """Median and 95th percentile of *step*(0), *step*(1) ... in milliseconds."""
    spent = []
    for i in range(times):
        began = time.perf_counter()
        step(i)
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent), statistics.quantiles(spent, n=20)[-1]


def open_studio(song: Path | None) -> FakeStudio:
    """A Studio in which *song* is open, with everything that there is to draw."""
    studio = FakeStudio(make_document())
    if song is not None:
        track = load_track(song)
        studio.song = Song(song.stem, song, track.duration, track, build_peaks(track), analysed(track))
        studio.player.load(track)
        show = studio.document.show
        studio.document.edit("song", replace(show, song=SongRef(str(song), track.sha256), sections=()))
    return studio


def measure(app: QApplication, studio: FakeStudio, width: int, height: int) -> None:
    """Print what each thing costs at *width* x *height*."""
    view = TimelineView(studio.document, studio)
    view.resize(width, height)
    view.show()
    axis, pixel = view.axis, view.axis.span / view.wave.width()
    tiles = Tiles(wave_bands(studio.song.peaks)) if studio.song.peaks else None
    steps: dict[str, tuple[Callable[[int], object], int]] = {
        "playhead moves by 1/60 s": (lambda i: studio.at(2.0 + i / 60), 400),
        "playhead moves by a pixel": (lambda i: studio.at(2.0 + i * pixel), 400),
        "view scrolls by 40 px": (lambda i: axis.scroll(40 * pixel * (1 if i % 8 < 4 else -1)), 60),
        "page turns": (lambda i: axis.show(i * 3.0 % 20, i * 3.0 % 20 + 10), 60),
        "wheel zooms a step": (lambda i: axis.zoom(5.0, 0.83 if i % 12 < 6 else 1 / 0.83), 60),
        "one tile": (lambda i: tiles and tiles.tile(i, 0.02 + i * 1e-6, view.wave.height(), 1.0), 60),
    }
    app.processEvents()
    print(f"{width} x {height}")
    for name, (step, times) in steps.items():
        middle, high = median(lambda i, step=step: (step(i), app.processEvents()), times)  # type: ignore[misc]
        print(f"  {name:26} {middle:7.3f} ms   p95 {high:7.3f} ms", flush=True)
    view.close()
    view.deleteLater()


def main() -> None:
    """Print one line a measurement and size."""
    if "DISPLAY" not in os.environ:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(sys.argv[:1])
    theme.apply(app)
    studio = open_studio(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    peaks = studio.song.peaks
    assert peaks is not None
    print(f"{studio.duration:.0f} s of song: its bands {median(lambda _: wave_bands(peaks), 10)[0]:.2f} ms")
    for width, height in ((1440, 232), (1920, 292)):
        measure(app, studio, width, height)
    studio.close()


if __name__ == "__main__":
    main()
