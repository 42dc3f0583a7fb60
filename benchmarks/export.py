"""Films against bare synthesis: the same frames drawn and finished alone, and exported to MP4 with the song, in turns.

Run: ``python -m benchmarks.export [--seconds 10] [--sizes 256 512] [--rounds 5] [--style FILE] [--json]``

The ratio is that of the medians, bare to exported; the one of the network is of frames that are planned and drawn but
not finished, which is less than any picture needs. *Running*: from the first frame to the last, as in a film of any
length. *Undelayed*: the same, less the time that the engine's thread was ready and no core was free for it, as where
nothing else runs (Linux; elsewhere as *running*). *Whole*: with opening the file before and emptying the encoder
afterwards, once a film, whatever its length.
"""

import argparse
import json
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any

from app.engine.audio.features import analysed
from app.engine.audio.track import load_track
from app.engine.latent.atlas import Atlas
from app.engine.render.film import ExportJob, export, film_size, frame_count, ticks
from app.engine.render.opened import OpenedStyle, opener
from app.engine.render.plan import frames
from app.engine.render.session import make_session
from app.engine.show.factory import new_show
from app.engine.show.show import Film
from app.engine.stopwatch import in_turns
from app.engine.stylegan.library import bundled_styles, read_style


@dataclass(slots=True)
class Runs:
    """Seconds of each run from its first frame to its last, and those of them that no core was free for it."""

    running: list[float] = field(default_factory=list)
    delayed: list[float] = field(default_factory=list)
    _first: tuple[float, float] | None = None
    _last: tuple[float, float] = (0.0, 0.0)

    def frame_done(self) -> None:
        """One frame more of this run; called by the thread that draws."""
        self._last = (time.perf_counter(), delay())
        self._first = self._first or self._last

    def done(self) -> None:
        """The run is over."""
        assert self._first is not None
        for kept, first, last in zip((self.running, self.delayed), self._first, self._last, strict=True):
            kept.append(last - first)
        self._first = None

    @property
    def seconds(self) -> float:
        """The median; the first run does not count."""
        return median(self.running[1:])

    @property
    def undelayed(self) -> float:
        """The median of what is left without delay."""
        return median(whole - late for whole, late in list(zip(self.running, self.delayed, strict=True))[1:])


def delay() -> float:
    """Seconds that this thread was ready to run and did not, for want of a core; 0 where nobody counts them."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    except OSError:
        return 0.0


def drawn(job: ExportJob, renderer: OpenedStyle, runs: Runs) -> None:
    """Every frame of *job*, and nothing done with them."""
    own = (renderer.width, renderer.height)
    times = ((t, job.session) for t in ticks(job.film, job.session.duration))
    for _frame in frames(times, renderer, size=film_size(job.film, own), fit=job.film.fit):
        runs.frame_done()
    runs.done()


def unfinished(job: ExportJob, renderer: OpenedStyle, runs: Runs) -> None:
    """The same as the network leaves them."""
    for _picture in job.pictures(renderer, film_size(job.film, (renderer.width, renderer.height))):
        runs.frame_done()
    runs.done()


def exported(job: ExportJob, renderer: OpenedStyle, runs: Runs) -> None:
    """The film of *job*, as the window and ``anthesis render`` make it."""
    export(job, renderer, progress=lambda _progress: runs.frame_done(), cancelled=lambda: False)
    runs.done()


def compare(job: ExportJob, renderer: OpenedStyle, rounds: int) -> dict[str, Any]:
    """Medians of *rounds* runs of each, in turns, and the ratios."""
    network, bare, film = Runs(), Runs(), Runs()
    turns = {
        "network": lambda _: unfinished(job, renderer, network),
        "bare": lambda _: drawn(job, renderer, bare),
        "film": lambda _: exported(job, renderer, film),
    }
    whole = in_turns(turns, rounds=rounds)
    count = frame_count(job.film, job.session.duration)
    width, height = film_size(job.film, (renderer.width, renderer.height))
    seconds = {name: median(times.seconds) for name, times in whole.items()}
    return {
        "size": f"{width}x{height}",
        "frames": count,
        "rounds": rounds,
        "network_ms": 1000 * network.seconds / (count - 1),
        "bare_ms": 1000 * bare.seconds / (count - 1),
        "film_ms": 1000 * film.seconds / (count - 1),
        "ratio_network": network.seconds / film.seconds,
        "ratio_running": bare.seconds / film.seconds,
        "ratio_undelayed": bare.undelayed / film.undelayed,
        "ratio_whole": seconds["bare"] / seconds["film"],
        "times_real_time": count / job.film.fps / seconds["film"],
        "used_by_others": {name: round(median(times.others), 3) for name, times in whole.items()},
    }


def main() -> None:
    """Print one block a size, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("song", nargs="?", type=Path)
    parser.add_argument("--style", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[256, 512])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--fps", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = _all_sizes(asked)
    if asked.json:
        print(json.dumps(found, indent=1))
        return
    for one in found["sizes"]:
        print(*(f"{name:<22}{value:.4g}" if isinstance(value, float) else f"{name:<22}{value}"
                for name, value in one.items()), "", sep="\n")  # fmt: skip


def _all_sizes(asked: argparse.Namespace) -> dict[str, Any]:
    from app.engine.audio.demo import demo_song

    style = read_style(asked.style) if asked.style else bundled_styles()[0]
    show = new_show(style.ref)
    track = load_track(asked.song or demo_song()[0])
    renderer = opener(known=lambda: (style,))(style.ref)
    atlas: Atlas = renderer.atlas()[0]
    session = make_session(show, analysed(track), atlas)
    film = Film(fps=asked.fps, end=min(asked.seconds, track.duration))
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for size in asked.sizes:
            job = ExportJob(
                session, track, Path(folder, "film.mp4"), replace(film, width=size, height=size), True, style
            )
            found.append(compare(job, renderer, asked.rounds))
    path = {"style": style.name, "device": renderer.device, "precision": renderer.precision}
    renderer.close()
    return path | {"sizes": found}


if __name__ == "__main__":
    main()
