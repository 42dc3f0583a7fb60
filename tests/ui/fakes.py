"""A Studio without engine, sound card or files: a synthetic song, a small atlas, time by hand."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from PySide6.QtGui import QColor, QImage

from app.engine.audio.features import FeatureTrack
from app.engine.audio.peaks import build_peaks
from app.engine.audio.track import AudioTrack
from app.engine.latent.atlas import Atlas
from app.engine.render.engine import EngineState
from app.engine.render.frame import Frame
from app.engine.render.pulse import Pulse
from app.engine.render.session import Session, make_session
from app.engine.show.show import Section, Show, SongRef
from app.engine.show.sources import SOURCES
from app.engine.stylegan.library import bundled_styles
from app.ui.document import Document
from app.ui.opening import Song
from app.ui.studio import Studio

BPM, DURATION, SR = 120.0, 32.0, 22050


class FakePlayer:
    """Time moves when a test says so."""

    def __init__(self) -> None:
        self.playing, self.volume, self.duration = False, 0.8, DURATION
        self.clock, self.latency = "wall clock", 0.0
        self.t, self.loop, self.trim = 0.0, None, 0.0

    def another(self) -> "FakePlayer":
        return FakePlayer()

    def load(self, track: AudioTrack | None) -> None:
        self.duration, self.t = (track.duration if track else 0.0), 0.0

    def play(self) -> None:
        self.playing = True

    def pause(self) -> None:
        self.playing = False

    def seek(self, t: float) -> None:
        self.t = t

    def set_loop(self, loop: Any) -> None:
        self.loop = loop

    def now(self) -> float:
        return self.t

    def levels(self) -> tuple[float, float]:
        return (0.5, 0.4)

    def close(self) -> None:
        self.playing = False


class FakeEngine:
    """Remembers what it was asked."""

    def __init__(self, bridge: Any) -> None:
        self.bridge = bridge
        self.sessions: list[Session] = []
        self.stills: dict[str, Any] = {}
        self.opened: list[Any] = []
        self.jobs: list[Any] = []
        self.pulse, self.dead, self.revived = Pulse(), False, 0
        self.open_renderer: Any = None

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def poke(self) -> None: ...

    def revive(self) -> None:
        self.revived += 1

    def set_rate(self, target: float | None) -> None: ...

    def set_session(self, session: Session) -> None:
        self.sessions.append(session)

    def open_style(self, ref: Any) -> None:
        self.opened.append(ref)

    def request_still(self, key: str, ws: Any, size: int, *, seen: Any = None) -> None:
        self.stills[key] = (ws, size)
        self.seen = seen

    def submit(self, job: Any, *_order: Any) -> None:
        self.jobs.append(job)


class FakeStudio(Studio):
    """The real Studio with faked player and engine, and a song and a map already there."""

    def __init__(self, document: Document) -> None:
        super().__init__(document, FakePlayer(), lambda _player, bridge: FakeEngine(bridge), bundled_styles())  # type: ignore[arg-type]
        self.fake_engine: FakeEngine = self._engine  # type: ignore[assignment]
        self.song, self.given = make_song(), 0
        self.player.load(self.song.track)
        self.engine = EngineState("running", "cpu", "float32", 256, 256, "", 31.4, 31.8)
        self.session = make_session(document.show, self.song.features, make_atlas())
        self._maps[document.show.scene.style.map_key] = self._maps_of(self.session.atlas)
        self.staging.baked(self.staging.order()())
        self.fake_engine.sessions.clear()
        self.bake_on_worker, self.staging.ask = self.staging.ask, self._bake_at_once  # type: ignore[method-assign]

    def close(self) -> None:
        """Let go of what every edit of a test has made: what Qt still holds of a closed window would keep it."""
        super().close()
        self.fake_engine.sessions.clear()

    def _maps_of(self, atlas: Atlas) -> Any:
        from app.ui.maps import Map

        return Map(atlas, make_sheet(atlas))

    def _bake_at_once(self) -> None:
        """On this thread: a test need not wait."""
        if self.song.features is not None and self.atlas is not None:
            self.staging.baked(self.staging.order()())

    def at(self, t: float) -> None:
        """Move song time to *t* and tell the widgets."""
        self.player.t = t
        self._turn()

    def give_frame(self, shade: int = 128, size: int = 256, height: int = 0) -> Frame:
        """A frame arrives from the engine: the left half dark, the right half *shade*; square without a *height*."""
        image = np.zeros((height or size, size, 3), np.uint8)
        image[:, size // 2 :] = shade
        self.given += 1
        frame = Frame(self.player.t, image, self.given)
        self._bridge.on_frame(frame)
        return frame


def make_document() -> Document:
    """A Show of 32 seconds in four sections, playing Bloom."""
    sections = tuple(Section(8.0 * i, 8.0 * (i + 1), label) for i, label in enumerate("ABAC"))
    show = Show(song=SongRef("song.wav"), sections=sections)
    style = bundled_styles()[0] if bundled_styles() else None
    return Document(show.with_scene(style=style.ref, name="Peony Burst") if style else show)


@cache
def make_song() -> Song:
    """32 s at 120 bpm: a kick on each beat, a hat between, a sustained tone. Nobody writes into it: made once."""
    n = int(DURATION * SR)
    t = np.arange(n) / SR
    beat = t % 0.5
    y = 0.8 * np.sin(2 * np.pi * 60 * beat) * np.exp(-18 * beat) + 0.1 * np.sin(2 * np.pi * 660 * t)
    y += 0.15 * np.random.default_rng(0).standard_normal(n) * np.exp(-60 * ((t + 0.25) % 0.5))
    samples = np.stack([y, y], axis=1).astype(np.float32)
    samples.setflags(write=False)
    track = AudioTrack(Path("song.wav"), samples, SR, "0" * 64)
    return Song("song", Path("song.wav"), DURATION, track, build_peaks(track), make_features())


@cache
def make_features(duration: float = DURATION) -> FeatureTrack:
    """Features with known answers: pulses at 120 bpm."""
    silent = FeatureTrack.silent(duration)
    t = np.arange(len(silent.curves["bass"])) / 100.0
    kick = np.exp(-8 * (t % 0.5)).astype(np.float32)
    hat = np.exp(-20 * ((t + 0.25) % 0.5)).astype(np.float32)
    curves = {name: np.full(len(t), 0.3, np.float32) for name in SOURCES if name in silent.curves}
    for name in curves:
        if name.startswith(("bass", "kick", "sub", "level", "onset")):
            curves[name] = kick
        if name.startswith(("high", "hat", "presence")):
            curves[name] = hat
    beats = np.arange(0.0, duration, 60.0 / BPM)
    return replace(silent, curves=MappingProxyType(curves), beats=beats, downbeats=beats[::4], bpm=BPM)


def make_atlas(rows: int = 32, cols: int = 32, w_dim: int = 128, num_ws: int = 14) -> Atlas:
    """A smooth lattice of random places."""
    rng = np.random.default_rng(3)
    a, b, c = rng.standard_normal((3, w_dim)).astype(np.float32)
    y, x = np.mgrid[0:rows, 0:cols].astype(np.float32)
    u, v = (x / cols - 0.5)[..., None], (y / rows - 0.5)[..., None]
    lattice = (np.sin(4 * u) * a + np.sin(5 * v) * b + u * v * 4 * c).astype(np.float32)
    components = rng.standard_normal((8, w_dim)).astype(np.float32) / np.sqrt(w_dim)
    sigma = float(np.linalg.norm(lattice, axis=-1).mean())
    return Atlas(lattice, np.zeros(w_dim, np.float32), components, num_ws, 256, 256, sigma)


@cache
def bundled_sheet() -> QImage | None:
    """The sheet that comes with the first Style, read once; copies of a QImage share what is in it."""
    style = bundled_styles()[0] if bundled_styles() else None
    if style is None or not style.sheet_path.exists():
        return None
    return QImage(str(style.sheet_path)).convertToFormat(QImage.Format.Format_RGB32)


def make_sheet(atlas: Atlas, cell: int = 64) -> QImage:
    """Flat coloured cells: hue runs along x, lightness along y. The bundled sheet where there is one."""
    sheet = bundled_sheet()
    if sheet is not None:
        return QImage(sheet)
    rows, cols = atlas.lattice.shape[:2]
    small = QImage(cols, rows, QImage.Format.Format_RGB32)
    for y in range(rows):
        for x in range(cols):
            small.setPixelColor(x, y, QColor.fromHsv(int(359 * x / cols), 200, 80 + int(170 * y / rows)))
    return small.scaled(cols * cell, rows * cell)
