"""The film presets: names for shapes people post, and how the film of a Show compares with them."""

import re
from dataclasses import dataclass, replace

from app.engine.show.show import Film, Section, Show

FRAME_RATES = (24, 25, 30, 50, 60)
FITS = (("crop", "Crop"), ("fit", "Fit"), ("mirror", "Mirror"), ("stretch", "Stretch"))


@dataclass(frozen=True, slots=True)
class FilmPreset:
    """A named film: width and height 0 are the Style's own."""

    name: str
    group: str
    hint: str
    width: int
    height: int
    fps: int
    format: str = "mp4"

    def on(self, film: Film) -> Film:
        """*film* in this preset's shape; range and sound stay what they were."""
        return replace(film, width=self.width, height=self.height, fps=self.fps, format=self.format)

    def matches(self, film: Film) -> bool:
        """Whether *film* is still what this preset makes."""
        return self.on(film) == film


FILM_PRESETS = (
    FilmPreset("Instagram Reel", "Social", "9:16", 1080, 1920, 30),
    FilmPreset("YouTube 1080p60", "Social", "16:9", 1920, 1080, 60),
    FilmPreset("Square 1080", "Social", "1:1", 1080, 1080, 30),
    FilmPreset("Style's own size", "Master", "", 0, 0, 30),
    FilmPreset("PNG sequence", "Master", "png", 0, 0, 30, "png"),
)


def preset_of(film: Film) -> FilmPreset | None:
    """The preset that *film* is, if it is one."""
    return next((preset for preset in FILM_PRESETS if preset.matches(film)), None)


def film_range(film: Film, duration: float) -> tuple[float, float]:
    """Start and end in seconds within a song of *duration*."""
    end = min(film.end or duration, duration)
    return min(film.start, end), end


def film_frames(film: Film, duration: float) -> int:
    """How many pictures the film has."""
    start, end = film_range(film, duration)
    return round((end - start) * film.fps)


def range_kind(film: Film, loop: tuple[float, float] | None, sections: tuple[Section, ...]) -> str | int:
    """``"song"``, ``"loop"``, the index of a section, or ``"own"``."""
    if not film.start and not film.end:
        return "song"
    span = (film.start, film.end)
    if loop is not None and _same(span, loop):
        return "loop"
    return next((i for i, part in enumerate(sections) if _same(span, (part.start, part.end))), "own")


def _same(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return abs(a[0] - b[0]) < 1e-3 and abs(a[1] - b[1]) < 1e-3


def film_name(song: str, show: Show, size: tuple[int, int]) -> str:
    """``{song}_{style}_{preset}_{w}x{h}_{fps}`` with nothing in it that a file system minds; no suffix."""
    return file_words(song, show.scene.style.name, show.scene.preset, f"{size[0]}x{size[1]}", str(show.film.fps))


def file_words(*words: str) -> str:
    """*words* as a file name says them."""
    return "_".join(filter(None, (re.sub(r"[^\w.+-]+", "-", word).strip("-.") for word in words)))


def suffix(film: Film) -> str:
    """What a film's name ends with; a PNG sequence is a folder."""
    return ".mp4" if film.format == "mp4" else ""


def clock(seconds: float) -> str:
    """``4:55``, or ``1:04:55``."""
    whole = max(round(seconds), 0)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
