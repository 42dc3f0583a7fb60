"""Opens the window: what stands before the first paint, and what comes after it."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QWidget

from app.engine.audio.demo import demo_song
from app.engine.audio.features import FeatureTrack
from app.engine.audio.inputs import named
from app.engine.audio.peaks import Peaks
from app.engine.audio.player import Player
from app.engine.errors import AppError
from app.engine.latent.atlas import Atlas
from app.engine.show.factory import new_show
from app.engine.show.show import SongRef
from app.engine.stylegan.checkpoints.opening import SUFFIXES
from app.engine.stylegan.library import Style, bundled_styles
from app.ui import theme
from app.ui.document import Document
from app.ui.engines import open_engine
from app.ui.focus import SpaceRule
from app.ui.input_memory import InputMemory
from app.ui.layout import fit
from app.ui.log import logged
from app.ui.main_window import MainWindow
from app.ui.notice import Notice
from app.ui.opening import Song
from app.ui.recovery import Recovery
from app.ui.settings import Settings
from app.ui.sheet import SheetPainter
from app.ui.studio import Studio

TURN = 0.001
"""Seconds that one thread may keep the interpreter while another waits. Python's own 5 ms are a third of a frame: what
bakes a Score on a worker would hold the window and the sound back for so long each time they ask."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line may say about the window."""

    file: Path | None = None
    silent: bool = False
    size: tuple[int, int] | None = None
    device: str | None = None
    precision: str | None = None
    test_hooks: bool = False
    show: Path | None = None
    perform: bool = False
    output: str | None = None
    on_air: bool = False
    safe: bool = False
    """Nothing of last time, and no ports: for a window that does not open any more."""
    listen: str | None = None
    """The input to follow, and no song."""


class FirstPaint(QObject):
    """Calls *then* once, right after *widget* was painted for the first time: torch must not be imported before."""

    def __init__(self, widget: QWidget, then: Callable[[], None]) -> None:
        super().__init__(widget)
        self._widget, self._then = widget, then
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._widget.removeEventFilter(self)
            QTimer.singleShot(0, self._then)
        return False


class Testing(QObject):
    """Numbers that tests read off a running window; there only with ``--test-hooks``."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def engine_frame_id(self) -> int:
        return self._window.picture.number

    def painted_frame_id(self) -> int:
        return self._window.preview.painted_frame_id

    def audio_time(self) -> float:
        return self._window.studio.now()


def demo() -> tuple[Path, Song]:
    """The demo song with its peaks and features, computed when it was made."""
    file, features, peaks = demo_song()
    try:
        heard, drawn = FeatureTrack.load(features), Peaks.load(peaks)
    except AppError:  # of another version: they are computed again, like any song's
        return file, Song("Opening", file)
    return file, Song("Opening", file, heard.duration, None, drawn, heard)


def build(options: Options) -> tuple[MainWindow, Studio]:
    """The window and its Studio, ready to show; nothing has started."""
    settings = Settings()
    styles = bundled_styles()
    file, song = demo()
    show = new_show(styles[0].ref, "First light")
    document = Document(replace(show, song=SongRef(str(file)), loop=(0.0, song.duration) if song.duration else None))
    studio = Studio(document, Player(silent=options.silent), open_engine(options.device, options.precision), styles)
    studio.set_volume(settings.volume)
    SheetPainter(studio)
    for style in styles:
        _give_map(studio, style)
    window = MainWindow(document, studio, settings)
    if options.size is not None:
        window.resize(*options.size)
    elif options.safe or not window.standing.restore():
        fit(window)
    recovery, inputs = Recovery(document, window), InputMemory(studio, settings)
    window.closed.connect(recovery.write)
    if not options.safe:
        window.closed.connect(inputs.keep)
    _greet(window, document, recovery, settings, safe=options.safe)
    window.closed.connect(document.close)
    studio.expect(song)

    def begin() -> None:
        _begin(window, studio, options, file, song)
        if options.listen is not None:
            inputs.listen(named(options.listen))
        elif not (options.safe or options.file or options.show):
            inputs.start()

    FirstPaint(window.preview, begin)
    return window, studio


def _greet(window: MainWindow, document: Document, recovery: Recovery, settings: Settings, *, safe: bool) -> None:
    """One row over the picture: unsaved work from last time, else the first hint."""
    notice = window.preview.notice

    def chosen(key: str, answer: str) -> None:
        if key == "recovered" and answer == "keep" and unsaved is not None:
            document.edit("Bring back unsaved work", unsaved)
        if key == "recovered":
            recovery.answer()

    def closed(key: str) -> None:
        settings.hint_seen = settings.hint_seen or key == "first"

    unsaved = recovery.found()  # in safe mode too, where it is not offered: so it is kept
    notice.chosen.connect(chosen)
    notice.closed.connect(closed)
    if safe:
        return
    if unsaved is not None:
        words = (f"“{unsaved.name}” was not saved last time",)
        window.preview.tell(
            Notice("recovered", "rotate-ccw", words, (("keep", "Bring it back", True), ("discard", "Discard", False)))
        )
    elif not settings.hint_seen:
        window.preview.first_hint()


def _begin(window: MainWindow, studio: Studio, options: Options, file: Path, song: Song) -> None:
    """After the first paint: the engine, the sound, and what the command line asked for."""
    sys.setswitchinterval(TURN)
    studio.start()
    studio.shelf.library.look()
    if not options.safe:
        window.hands.start()
        window.tempo.start()
        window.outputs.live.start()
    given = tuple(filter(None, (options.show, options.file)))
    if all(asked.suffix.lower() in (".anthesis", *SUFFIXES) for asked in given):
        studio.open_song(file, song)  # nobody brought a song
    for asked in given:
        window.open_file(asked)
    _go_live(window, studio, options)


def _go_live(window: MainWindow, studio: Studio, options: Options) -> None:
    """What an installation begins with: its Show plays, on its display, and nobody is needed."""
    song = studio.document.show.song
    if options.show is not None and options.file is None and song is not None and Path(song.file).is_file():
        studio.open_song(Path(song.file))  # and it plays
    if options.perform:
        window.show_workspace("perform")
    if options.output is not None:
        window.output.wait_for(options.output)
    studio.on_air.set(options.on_air)


def _give_map(studio: Studio, style: Style) -> None:
    """The bundled atlas, so that the map is there before the network is."""
    try:
        atlas = Atlas.load(style.atlas_path)
    except AppError:
        return  # the engine makes it again
    sheet = QImage(str(style.sheet_path))
    drawn = None if sheet.isNull() else sheet.convertToFormat(QImage.Format.Format_RGB32)
    studio.shelf.set_map(style.ref, atlas, drawn)


def run(options: Options) -> int:
    """Open the window and stay until it is closed; returns the exit status."""
    QGuiApplication.setApplicationName("anthesis")
    QGuiApplication.setApplicationDisplayName("Anthesis")
    QGuiApplication.setDesktopFileName("anthesis")
    kept = Settings()
    if kept.scale != 100:
        os.environ.setdefault("QT_SCALE_FACTOR", f"{kept.scale / 100:g}")  # Qt reads it once, when it begins
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    theme.apply(app, kept.theme)
    rule = SpaceRule(app)
    window, studio = build(options)
    if options.test_hooks:
        app.testing = Testing(window)  # type: ignore[attr-defined]
    window.show()
    try:
        with logged():
            return int(app.exec())
    finally:
        studio.close()
        app.removeEventFilter(rule)
