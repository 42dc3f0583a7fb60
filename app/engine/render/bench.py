"""What Anthesis makes of this machine: every path measured, a whole live frame stage by stage, a film against time."""

import platform
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import torch

from app.engine.audio.demo import demo_song
from app.engine.audio.features import FeatureTrack
from app.engine.audio.track import load_track
from app.engine.render.film import ExportJob, export
from app.engine.render.frame import Frame
from app.engine.render.mailbox import Mailbox
from app.engine.render.opened import OpenedStyle
from app.engine.render.plan import plan
from app.engine.render.session import Session, make_session
from app.engine.show.factory import new_show
from app.engine.show.show import Film
from app.engine.stylegan.bench import SIZES, Cell, Skipped, check_device, lacking, measure, measure_sizes
from app.engine.stylegan.devices import best_device, named_device
from app.engine.stylegan.generator import Generator
from app.engine.stylegan.library import Style
from app.engine.stylegan.threads import threads
from app.engine.stylegan.weights import load_weights

Progress = Callable[[float, str], None]
"""Hears the share of the time that is gone, and what is being measured."""

STYLE_SHARE, LIVE_SHARE, FILM_SHARE = 0.15, 0.08, 0.15
"""Of the time there is: for the Style on every path, for live frames, for the film; the rest is for other networks."""
LIVE_FPS, FILM_FPS = 60.0, 30
MOST_FRAMES, LONGEST_FILM = 300, 4.0


@dataclass(frozen=True, slots=True)
class Stages:
    """Milliseconds of a live frame, medians: asking what it looks like, the network, finish, handing it over."""

    plan: float
    synthesis: float
    finish: float
    hand_off: float
    whole: float
    frames: int


@dataclass(frozen=True, slots=True)
class FilmSpeed:
    """A film of *seconds* at *fps*, the song in it: *times* is how many seconds of film come out of one second."""

    seconds: float
    fps: int
    taken: float
    times: float


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found out. *device*, *precision* and *note* are what the Style plays on."""

    style: str
    width: int
    height: int
    device: str
    precision: str
    note: str
    threads: int
    torch: str
    machine: str
    cells: tuple[Cell, ...]
    live: Stages
    film: FilmSpeed
    skipped: tuple[Skipped, ...]
    seconds: float


def bench(
    style: Style, device: str | None, *, seconds: float, progress: Progress, sizes: Sequence[int] = SIZES
) -> Report:
    """Measure *style* and networks of *sizes* on *device* (None: the best there is) for about *seconds*.

    What takes longer than its share is repeated less; each thing that was asked for once is measured at least once.
    """
    began = time.monotonic()
    device = best_device() if device is None else named_device(device)
    check_device(device)

    def told(what: str) -> None:
        progress(min(0.99, (time.monotonic() - began) / seconds), what)

    told(f"Opening {style.name}")
    opened = OpenedStyle(Generator.open(style, device=device))
    count = opened.threads
    try:
        session = _session(style, opened)
        told(f"{style.name}, live")
        live = live_stages(opened, session, LIVE_SHARE * seconds)
        told(f"{style.name}, film")
        film = film_speed(opened, session, live, FILM_SHARE * seconds)
    finally:
        opened.close()
    told(f"{style.name}, every path")
    card, tensors = load_weights(style.path)
    card = replace(card, name=style.name)
    with threads(count):
        found = measure(card, tensors, device, STYLE_SHARE * seconds)
        del tensors
        found += measure_sizes(device, began + seconds, told, sizes)
    found += lacking(card, device)
    return Report(
        style=style.name, width=opened.width, height=opened.height,
        device=opened.device, precision=opened.precision, note=opened.note,
        threads=count, torch=torch.__version__, machine=_machine(device),
        cells=tuple(cell for cell in found if isinstance(cell, Cell)), live=live, film=film,
        skipped=tuple(cell for cell in found if isinstance(cell, Skipped)), seconds=time.monotonic() - began,
    )  # fmt: skip


def live_stages(renderer: OpenedStyle, session: Session, seconds: float) -> Stages:
    """Frames of a song that plays, one after the other as fast as they come, for about *seconds*; three at least."""
    box: Mailbox[Frame] = Mailbox()
    end = time.perf_counter() + seconds
    spent: list[tuple[float, ...]] = []
    for i in range(MOST_FRAMES + 1):
        if i > 3 and time.perf_counter() > end:
            break
        began = time.perf_counter()
        request = plan(i / LIVE_FPS % session.duration, session)
        planned = time.perf_counter()
        frame = renderer.render(request)
        drawn = time.perf_counter()
        box.put(Frame(frame.t, frame.image, i))
        box.take()
        over = time.perf_counter()
        finish = renderer.finish_seconds
        spent.append((planned - began, drawn - planned - finish, finish, over - drawn, over - began))
    columns = zip(*spent[1:], strict=True)  # the first frame warms up
    planning, synthesis, finishing, handing, whole = (1000 * median(column) for column in columns)
    return Stages(planning, synthesis, finishing, handing, whole, len(spent) - 1)


def film_speed(renderer: OpenedStyle, session: Session, live: Stages, seconds: float) -> FilmSpeed:
    """A film to a folder that goes away again, as long as *seconds* allow by what a live frame takes."""
    count = max(2, min(seconds / (1.5 * live.whole / 1000), LONGEST_FILM * FILM_FPS, session.duration * FILM_FPS))
    film = Film(fps=FILM_FPS, end=int(count) / FILM_FPS)
    track = load_track(demo_song()[0])
    with tempfile.TemporaryDirectory(prefix="anthesis-bench-") as folder:
        job = ExportJob(session, track, Path(folder) / "film.mp4", film)
        began = time.perf_counter()
        export(job, renderer, progress=lambda _: None, cancelled=lambda: False)
        taken = time.perf_counter() - began
    return FilmSpeed(film.end, film.fps, taken, film.end / taken)


def _session(style: Style, opened: OpenedStyle) -> Session:
    _, features, _ = demo_song()
    return make_session(new_show(style.ref), FeatureTrack.load(features), opened.atlas()[0])


def _machine(device: str) -> str:
    """What does the work, in words."""
    if device.startswith("cuda"):
        return torch.cuda.get_device_name(device)
    capability = torch.backends.cpu.get_cpu_capability()
    tiles = ", AMX" if torch.cpu._is_amx_tile_supported() else ""
    return f"{platform.system()} {platform.machine()}, {capability}{tiles}"
