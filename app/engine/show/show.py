"""The Show: everything that changes the picture, as one frozen value. Saved, undone and compared whole."""

from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from app.engine.show.correction import FOUND, Correction
from app.engine.show.generators import (
    FOLLOWERS,
    INPUTS,
    LFOS,
    MACROS,
    SEQUENCERS,
    WALKS,
    Follower,
    Lfo,
    Macro,
    Sequencer,
    Walk,
)
from app.engine.show.hot_cues import HotCue
from app.engine.show.routes import Route
from app.engine.show.ways import DIRECTIONS, Direction, Way

Interpolation = Literal["nearest", "linear", "quadratic", "cubic"]
Classes = tuple[tuple[int, float], ...]
"""Classes of a network and how much of each, of sum 1; () is class 0 alone."""
VERSION = 1


def _number(default: float, lo: float, hi: float, label: str, bloompipe: str, doc: str, unit: str = "") -> Any:
    meta = {"label": label, "lo": lo, "hi": hi, "bloompipe": bloompipe, "doc": doc, "unit": unit}
    return field(default=default, metadata=meta)


def _choice(default: Any, label: str, bloompipe: str, doc: str, choices: tuple[Any, ...] = (False, True)) -> Any:
    meta = {"label": label, "choices": choices, "bloompipe": bloompipe, "doc": doc}
    return field(default=default, metadata=meta)


@dataclass(frozen=True, slots=True)
class React:
    """How the picture reacts: Bloompipe's Expert settings. Metadata: label, range, Bloompipe's name, a line of help."""

    energy: float = _number(0.6, 0, 1, "Energy", "", "How strongly sound moves the picture, all routes together")
    bass: float = _number(1.4, 0, 3, "Bass", "freqLow", "How much sound below 200 Hz pushes the picture")
    mid: float = _number(0.8, 0, 3, "Mid", "freqMid", "How much sound from 200 to 2500 Hz pushes the picture")
    treble: float = _number(0.6, 0, 3, "Treble", "freqHigh", "How much sound above 2500 Hz pushes the picture")
    gate: float = _number(0.1, 0, 1, "Gate", "gateThreshold", "Sound quieter than this does not move the picture")
    drums: bool = _choice(True, "Pulse from", "pulsePerc", "Follow the drums, or the melody")
    pulse: float = _number(0.6, 0, 2, "Pulse reactivity", "pulseReact", "How far a hit pushes the picture")
    smoothness: float = _number(0.7, 0, 0.9, "Smoothness", "videoSmoothness", "How slowly the picture lets go of a hit")
    randomness: float = _number(0.4, 0, 1, "Motion randomness", "motionRandomness", "0 pushes one way, 1 wanders")
    truncation: float = _number(0.9, 0, 1, "Variety", "truncation", "Psi: 0 is the average picture, 1 all variety")
    follow_sections: bool = _choice(True, "Follow sections", "visualizeSections", "One look for each part of the song")
    section_amount: int = _number(8, 1, 24, "Sections", "sectionAmount", "Into how many parts the song is cut")
    section_similarity: float = _number(1.0, 0, 1, "Section similarity", "sectionSimilarity", "1 stays put in a part")
    phrase_bars: int = _number(0, 0, 32, "Phrase", "", "After how long a part goes on to another place; 0 is never",
                               "bars")  # fmt: skip
    point_amount: int = _number(6, 1, 64, "Points", "pointAmount", "How many points the path has over the song")
    interpolation: Interpolation = _choice("cubic", "Interpolation", "interpolationType", "How the path travels",
                                           ("nearest", "linear", "quadratic", "cubic"))  # fmt: skip
    loop_video: bool = _choice(True, "Loop video", "loopVideo", "The path ends where it began")
    glide: float = _number(4.0, 0, 32, "Glide", "", "How long the way from one part's look to the next takes", "beats")


@dataclass(frozen=True, slots=True)
class LutRef:
    """A table of colours, a ``.cube`` file, by place and content."""

    file: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Finish:
    """The picture after the network, at rest; routes move it from here. Metadata as in React."""

    brightness: float = _number(0.0, -1, 1, "Brightness", "", "Lighter or darker")
    contrast: float = _number(1.0, 0, 2, "Contrast", "contrast", "Distance of light from dark")
    saturation: float = _number(1.0, 0, 2, "Saturation", "saturation", "0 is grey")
    hue: float = _number(0.0, -0.5, 0.5, "Hue", "", "Turns all colours round the wheel", "turns")
    noise: float = _number(1.0, 0, 4, "Noise", "", "Strength of the network's own grain")
    black: float = _number(0.0, 0, 0.9, "Black point", "", "What is as dark as this becomes black")
    white: float = _number(1.0, 0.1, 1, "White point", "", "What is as light as this becomes white")
    gamma: float = _number(1.0, 0.2, 5, "Gamma", "", "Above 1 lifts what lies between black and white")
    feedback: float = _number(0.0, 0, 0.9, "Feedback", "", "How much of the last picture comes back")
    feedback_zoom: float = _number(0.0, -4, 4, "Feedback zoom", "", "How often what comes back doubles in a second")
    feedback_turn: float = _number(0.0, -1, 1, "Feedback turn", "", "How far what comes back turns in a second",
                                   "turns")  # fmt: skip
    trails: float = _number(0.0, 0, 1, "Trails", "", "How long what is brightest lingers", "s")
    mirror: str = _choice("off", "Mirror", "", "The left half on the right too, or one quarter on all four",
                          ("off", "left-right", "quad"))  # fmt: skip
    kaleidoscope: int = _number(1, 1, 16, "Kaleidoscope", "", "Segments round the middle; 1 is none")
    kaleidoscope_angle: float = _number(0.0, -0.5, 0.5, "Kaleidoscope angle", "", "Which part is repeated", "turns")
    glitch: float = _number(0.0, 0, 1, "Glitch", "", "Torn lines and parted colours, new ones 12 times a second")
    bloom: float = _number(0.0, 0, 1, "Bloom", "", "How far what is bright glows")
    bloom_from: float = _number(0.6, 0, 1, "Bloom from", "", "How bright a part must be to glow")
    vignette: float = _number(0.0, 0, 1, "Vignette", "", "Darker towards the corners")
    lut: LutRef | None = None
    lut_amount: float = _number(1.0, 0, 1, "LUT amount", "", "How much of the table of colours counts")


@dataclass(frozen=True, slots=True)
class Point:
    """An exact place in W: one row of ``w_dim`` numbers, or ``num_ws`` rows when layers are mixed; *t* in seconds."""

    t: float
    w: tuple[tuple[float, ...], ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """Ordered Points. With no points of its own, they are placed from *seed* over the song or its sections."""

    seed: int = field(default=0, metadata={"lo": 0, "hi": 2**53})
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class StyleRef:
    """A Style by name and content: *sha256* of the weights file finds it again wherever it has moved.

    *classes* says what a network that has classes draws. Each mix of them has a map of its own.
    """

    name: str = "Bloom"
    sha256: str = ""
    file: str = ""
    classes: Classes = ()

    @property
    def network(self) -> "StyleRef":
        """The same Style, whatever classes it draws."""
        return replace(self, classes=()) if self.classes else self  # asked for a thousand times a second

    @property
    def map_key(self) -> tuple[str, Classes]:
        """What a map belongs to."""
        return self.sha256, tuple(sorted(self.classes))


@dataclass(frozen=True, slots=True)
class SongRef:
    """A song by place and content."""

    file: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the song: *start* and *end* in seconds; parts that sound alike share a *label* (A, B, C ...).

    *scene* is the row of the Scene that is launched where it begins; with None what plays goes on.
    """

    start: float
    end: float
    label: str
    name: str = ""
    scene: int | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """One launchable look: Style + Path + Preset (its settings and routes) + Finish, and what its routes begin with.

    *macros* and *inputs* are set by hands, eight of each; *directions* say how far along each one of W it stands, and
    *ways* are those of its own, from the ninth on; *muted* silences every route. Launched, it waits for its
    *quantum*; *then* says what follows after *then_bars*.
    """

    name: str = "Scene"
    style: StyleRef = StyleRef()
    path: Path = Path()
    preset: str = "Pulse"
    react: React = React()
    routes: tuple[Route, ...] = ()
    finish: Finish = Finish()
    macros: tuple[Macro, ...] = MACROS
    inputs: tuple[Macro, ...] = INPUTS
    lfos: tuple[Lfo, ...] = LFOS
    followers: tuple[Follower, ...] = FOLLOWERS
    walks: tuple[Walk, ...] = WALKS
    sequencers: tuple[Sequencer, ...] = SEQUENCERS
    directions: tuple[Direction, ...] = DIRECTIONS
    ways: tuple[Way, ...] = ()
    muted: bool = False
    quantum: str = _choice("", "Launch", "", "What a launch of this scene waits for; nothing said is as for all",
                           ("", "off", "1/4", "1/2", "1", "2", "4", "8", "section"))  # fmt: skip
    then: str = _choice("", "Then", "", "Which scene comes after it by itself", ("", "next", "random", "first"))
    then_bars: int = _number(8, 1, 64, "After", "", "How many bars it plays before the next comes", "bars")


@dataclass(frozen=True, slots=True)
class Film:
    """What an export makes; *end* 0 is the song's end, *width* 0 the network's own size."""

    start: float = _number(0.0, 0, 36000, "Start", "videoStart", "Where in the song the film begins", "s")
    end: float = _number(0.0, 0, 36000, "End", "videoEnd", "Where it ends; 0 is the end of the song", "s")
    fps: int = _number(30, 1, 120, "Frame rate", "fps", "Pictures a second", "fps")
    width: int = _number(0, 0, 8192, "Width", "", "Pixels; 0 is the Style's own size", "px")
    height: int = _number(0, 0, 8192, "Height", "", "Pixels; 0 is the Style's own size", "px")
    fit: str = _choice("crop", "Fit", "", "How the picture meets another shape", ("crop", "fit", "mirror", "stretch"))
    format: str = _choice("mp4", "Format", "", "An H.264 film or a folder of pictures", ("mp4", "png"))
    audio: bool = _choice(True, "Audio", "", "Lay the song under the film")


@dataclass(frozen=True, slots=True)
class Show:
    """The document. No arrays, so two Shows compare with ``==``; an edit is ``dataclasses.replace``."""

    name: str = "Untitled"
    song: SongRef | None = None
    scenes: tuple[Scene, ...] = (Scene(),)
    active: int = 0
    sections: tuple[Section, ...] = ()
    loop: tuple[float, float] | None = None
    film: Film = Film()
    grid: Correction = FOUND
    hot_cues: tuple[HotCue, ...] = ()
    guard_off_reason: str = ""
    """Why the flash guard is switched off, in somebody's words; empty while it is on."""
    version: int = VERSION

    @property
    def guarded(self) -> bool:
        """Whether the flash guard softens what would flash too often."""
        return not self.guard_off_reason.strip()

    @property
    def scene(self) -> Scene:
        """The scene that plays."""
        return self.scenes[self.active]

    def with_scene(self, **changes: Any) -> "Show":
        """This Show with fields of its playing scene changed."""
        scene = replace(self.scene, **changes)
        return replace(self, scenes=(*self.scenes[: self.active], scene, *self.scenes[self.active + 1 :]))


def field_meta(cls: type) -> dict[str, Any]:
    """Field name -> metadata of each setting of a settings dataclass, in order."""
    return {f.name: f.metadata for f in fields(cls) if f.metadata}
