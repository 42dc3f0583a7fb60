"""``anthesis render``: a film without a window."""

import argparse
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.styles import named_style
from app.cli.take import Performed
from app.cli.terminal import Tell, bars, clock_time, say
from app.control.params import param, with_value
from app.engine.audio.features import analysed
from app.engine.audio.track import load_track
from app.engine.errors import FilmError, ShowError
from app.engine.latent.atlas import Atlas
from app.engine.output.target import Target, free_name
from app.engine.own_presets import all_presets
from app.engine.render.film import (
    ExportJob,
    Progress,
    check_size,
    export,
    film_range,
    film_size,
    frame_count,
    now_and_then,
)
from app.engine.render.session import make_session
from app.engine.show.factory import new_show
from app.engine.show.guard import off_reason
from app.engine.show.presets import preset, preset_changes
from app.engine.show.saved import load_show
from app.engine.show.show import Classes, Film, Show, StyleRef
from app.engine.show.show import Path as Way

if TYPE_CHECKING:
    from app.engine.render.opened import OpenedStyle

_SUFFIXES = {"mp4": ".mp4", "png": ""}


def render(args: argparse.Namespace) -> None:
    """Everything from the song's file to the film's; raises AppError."""
    taken = None if args.take is None else Performed.asked(args)
    show = asked_show(args) if taken is None else replace(taken.show, film=_asked_film(args, taken.show.film))
    path = asked_path(args, show.film)
    Target(path, overwrite=args.overwrite).need(0)  # a bad name is told before the minutes of work
    began = time.monotonic()
    with bars() as bar:
        track = load_track(args.song, progress=_part(bar.begin("Reading")))
        if taken is not None:
            taken.need(track)
        film_range(show.film, track.duration if taken is None else taken.take.length)
        features = analysed(track, progress=_part(bar.begin("Listening")))
        if args.scene is None:
            taken = taken or Performed.called(show, features)
        opening = bar.begin("Opening Style")
        with _opened(args, show) as style:
            opening(1.0, f"{style.device} {style.precision}")
            session = make_session(show, features, _atlas(style, show.scene.style.classes))
            if session.lut_trouble:
                say(f"The table of colours is left out: {session.lut_trouble}")
            job = ExportJob(session, track, path, show.film, args.overwrite, style.generator.style)
            alone = nullcontext((job, style))
            with alone if taken is None else taken.job(job, style, features, _opener(args)) as (job, renderer):
                export(job, renderer, progress=now_and_then(_frames(bar.begin("Blooming"))), cancelled=lambda: False)
            size = film_size(show.film, (style.width, style.height))
    count = frame_count(show.film, job.duration)
    what = f"{count} frame{'s' * (count != 1)} of {size[0]}x{size[1]}, {count / show.film.fps:.2f} s"
    say(f"{path}: {what}, made in {clock_time(time.monotonic() - began)}")


def _opener(args: argparse.Namespace) -> "Callable[[StyleRef], OpenedStyle]":
    from app.engine.render.opened import opener  # here, so that what can be refused without torch is refused at once

    return opener(device=args.device, precision=args.precision)


@contextmanager
def _opened(args: argparse.Namespace, show: Show) -> "Iterator[OpenedStyle]":
    """The Style of *show*'s scene on the device that was asked for; closed at the end."""
    style = _opener(args)(show.scene.style)
    try:
        yield style
    finally:
        style.close()


def asked_show(args: argparse.Namespace) -> Show:
    """The Show that the arguments describe, whether from a file or new."""
    if args.show is not None:
        show = _at_scene(load_show(args.show), args.scene)
        if args.style is not None:
            show = show.with_scene(style=_asked_style(args))
    else:
        show = _at_scene(new_show(_asked_style(args)), args.scene)
    if args.classes is not None:
        show = show.with_scene(style=replace(show.scene.style, classes=args.classes))
    if args.preset is not None:
        show = show.with_scene(**preset_changes(show.scene, preset(args.preset, all_presets())))
    if args.seed is not None:
        show = show.with_scene(path=Way(args.seed))
    for name, text in args.settings:
        show = with_value(show, name, _value(name, text))
    if args.flash_guard_off is not None:
        show = replace(show, guard_off_reason=off_reason(args.flash_guard_off))
    return replace(show, film=_asked_film(args, show.film))


def _at_scene(show: Show, name: str | None) -> Show:
    return show if name is None else replace(show, active=scene_row(show, name))


def scene_row(show: Show, text: str) -> int:
    """The row of the Scene of *show* that is called *text*, or has that number; raises ShowError."""
    wanted, names = text.strip().casefold(), [scene.name for scene in show.scenes]
    for row, name in enumerate(names):
        if name.casefold() == wanted:
            return row
    if wanted.isdecimal() and 1 <= int(wanted) <= len(names):
        return int(wanted) - 1
    raise ShowError(f"There is no scene “{text.strip()}”. Choose one of these: {', '.join(names)}.")


def _asked_style(args: argparse.Namespace) -> StyleRef:
    style = named_style(args.style or "bloom")
    style.check(args.classes or ())
    return style.ref


def _value(name: str, text: str) -> Any:
    """*text* as parameter *name* keeps it: a number, a flag, or one of its choices."""
    wanted = param(name)
    if wanted.kind == "choice":
        return next((choice for choice in wanted.choices if str(choice).lower() == text.lower()), text)
    words = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}
    if wanted.kind == "flag" and text.lower() in words:
        return words[text.lower()]
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not wanted.lo <= value <= wanted.hi:  # in the window it would be held within; here it is a slip of the pen
        raise ShowError(f"{name} is a number from {wanted.lo:g} to {wanted.hi:g}, not “{text}”.")
    return value


def _asked_film(args: argparse.Namespace, film: Film) -> Film:
    width, height = args.size or (film.width, film.height)
    suffix = args.output.suffix.lower() if args.output else ""
    film = replace(
        film, width=width, height=height,
        fit=args.fit or film.fit,
        fps=film.fps if args.fps is None else args.fps,
        start=film.start if args.start is None else args.start,
        end=film.end if args.end is None else args.end,
        format=args.format or {".mp4": "mp4", ".png": "png"}.get(suffix, film.format),
        audio=film.audio and not args.no_audio,
    )  # fmt: skip
    if not 1 <= film.fps <= 120:
        raise FilmError(f"A film has 1 to 120 frames a second, not {film.fps}.")
    check_size(film.width, film.height)
    return film


def asked_path(args: argparse.Namespace, film: Film) -> Path:
    """Where the film goes; without ``-o`` into this folder, under the song's name."""
    suffix = _SUFFIXES[film.format]
    if args.output is None:
        path = Path(f"{args.song.stem}{suffix}")
        return path if args.overwrite else free_name(path)
    given: Path = args.output
    if film.format == "png":
        return given.with_suffix("") if given.suffix.lower() == ".png" else given
    if given.suffix and given.suffix.lower() != suffix:
        raise FilmError(f"Films end in .mp4, not {given.suffix}; for pictures say --format png.")
    return given if given.suffix else given.with_suffix(suffix)


def _atlas(style: "OpenedStyle", classes: Classes) -> Atlas:
    """The map of *classes* alone; nobody looks at its thumbnails here."""
    from app.engine.stylegan.atlas_build import atlas_for

    return atlas_for(style.generator, classes)


def _part(tell: Tell) -> Callable[[float], None]:
    return lambda part: tell(part, "")


def _frames(tell: Tell) -> Callable[[Progress], None]:
    def hear(progress: Progress) -> None:
        left = "" if progress.eta is None else f", {clock_time(progress.eta)} left"
        pace = f"{progress.frames_per_second:.1f} fps"
        tell(progress.done / progress.total, f"{progress.done}/{progress.total}, {pace}{left}")

    return hear
