"""What each action does: one small function a row of the table of actions."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.engine import paths
from app.engine.audio.track import SONG_SUFFIXES
from app.engine.errors import AppError
from app.engine.render.lut import SUFFIX as LUT
from app.engine.show.factory import new_show
from app.engine.show.saved import SUFFIX, load_show, save_show
from app.engine.show.take_file import SUFFIX as TAKE
from app.engine.stylegan.checkpoints.opening import SUFFIXES
from app.ui.document import Document
from app.ui.scene_names import fresh_name
from app.ui.settings import RATES, Settings
from app.ui.stage import StagePicture
from app.ui.studio import Studio

_SPECIAL = re.compile(r"[^\w.]+")


class Commands(QObject):
    """Runs actions (main thread). Where they are connected an AppError raised by one is told in a toast."""

    workspace_wanted = Signal(str)
    hud_wanted = Signal(bool)
    about_wanted = Signal()
    more_wanted = Signal()

    def __init__(
        self, window: QWidget, document: Document, studio: Studio, picture: StagePicture, settings: Settings
    ) -> None:
        super().__init__(window)
        self._window, self._document, self._studio = window, document, studio
        self._picture, self._settings = picture, settings
        self.set_rate: Callable[[str], None] = lambda _rate: None
        self.export_now: Callable[[], None] = lambda: None

    def table(self) -> dict[str, Callable[..., object]]:
        """Action id -> what it does."""
        document, studio = self._document, self._studio
        return {
            "new": self.new, "open": self.ask_song, "open_show": self.ask_show, "save": self.save,
            "save_as": self.save_as, "quit": self._window.close,
            "undo": document.undo_stack.undo, "redo": document.undo_stack.redo,
            "fullscreen": self.fullscreen, "hud": self.hud_wanted.emit,
            "create": lambda: self.workspace_wanted.emit("create"),
            "perform": lambda: self.workspace_wanted.emit("perform"),
            "export": lambda: self.workspace_wanted.emit("export"),
            "add_style": self.ask_style, "get_more": self.more_wanted.emit,
            "play": studio.toggle, "stop": self.stop, "loop": lambda _on: self.loop(),
            "to_start": lambda: studio.seek(studio.loop[0] if studio.loop else 0.0),
            "add_scene": self.add_scene, "remove_scene": self.remove_scene,
            "next_scene": lambda: self.step_scene(1), "previous_scene": lambda: self.step_scene(-1),
            "back": lambda: studio.go(None),
            "freeze": studio.set_frozen, "blackout": studio.set_blackout,
            **{f"rate_{rate}": partial(self._rate, rate) for rate in RATES},
            "export_now": lambda: self.export_now(), "cancel_export": studio.cancel_export, "still": self.still,
            "about": self.about_wanted.emit,
        }  # fmt: skip

    def open_file(self, file: Path) -> None:
        """Open *file* by its kind: a Show, a Style, a table of colours or a song."""
        file, kind = file.absolute(), file.suffix.lower()
        if kind == SUFFIX:
            self.open_show(file)
        elif file.is_dir() or (kind in SUFFIXES and self._studio.on_air.on):  # nothing new goes straight to the output
            self._studio.shelf.library.add_all([file])
        elif kind in SUFFIXES:
            self._studio.add_style(file)
        elif kind == TAKE:
            self._studio.taking.open(file)
        elif kind == LUT:
            self._studio.luts.choose(file)
        else:
            self._studio.open_song(file)

    def new(self) -> None:
        """The factory scenes, with the song that is open."""
        show = new_show(self._document.show.scene.style)
        self._document.open(replace(show, song=self._document.show.song), text="New show")

    def ask_song(self) -> None:
        if self._studio.on_air.refuses():
            return
        patterns = " ".join(f"*{suffix}" for suffix in sorted(SONG_SUFFIXES))
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Open song", self._folder("songs"), f"Songs ({patterns});;All files (*)"
        )
        if name:
            self._studio.open_song(Path(name))

    def ask_show(self) -> None:
        if self._studio.on_air.refuses():
            return
        name, _ = QFileDialog.getOpenFileName(self._window, "Open show", self._folder("shows"), f"Shows (*{SUFFIX})")
        if name:
            self.open_show(Path(name))

    def ask_style(self) -> None:
        if self._studio.on_air.refuses():
            return
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Add style", self._folder("styles"), f"Styles ({' '.join(f'*{kind}' for kind in SUFFIXES)})"
        )
        if name:
            self._settings.remember("styles", Path(name))
            self.open_file(Path(name))

    def open_show(self, file: Path) -> None:
        """Put the Show in *file* in place; a broken one is told and changes nothing."""
        if self._studio.on_air.refuses("Another show is opened"):
            return
        try:
            show = load_show(file)
        except AppError as error:
            self._studio.told.emit("error", f"{file.name} was not opened", str(error))
            return
        self._document.open(show, file, f"Open {file.stem}")
        self._settings.remember("shows", file)

    def save(self) -> None:
        if self._document.file is None:
            self.save_as()
        else:
            self._write(self._document.file)

    def save_as(self) -> None:
        if self._studio.on_air.refuses("A new file is named"):
            return
        proposed = Path(self._folder("shows")) / f"{self._document.show.name}{SUFFIX}"
        name, _ = QFileDialog.getSaveFileName(self._window, "Save show", str(proposed), f"Shows (*{SUFFIX})")
        if name:
            file = Path(name)
            self._write(file if file.suffix == SUFFIX else file.with_name(file.name + SUFFIX))

    def _write(self, file: Path) -> None:
        save_show(replace(self._document.kept, name=file.stem), file)
        self._document.saved_as(file)
        self._settings.remember("shows", file)

    def _folder(self, kind: str) -> str:
        recent = self._settings.recent(kind)
        return str(recent[0].parent if recent else Path.home())

    def _rate(self, rate: str, _on: bool) -> None:
        self._settings.live_rate = rate
        self.set_rate(rate)

    def fullscreen(self, on: bool) -> None:
        if on:
            self._window.showFullScreen()
        else:
            self._window.showNormal()

    def stop(self) -> None:
        """Pause and go to the start."""
        self._studio.pause()
        self._studio.seek(self._studio.loop[0] if self._studio.loop else 0.0)

    def loop(self) -> None:
        """No loop when there is one; else the section under the playhead, or the whole song."""
        studio = self._studio
        self._document.end_merge()  # a step of its own
        if studio.loop is not None:
            studio.set_loop(None)
            return
        sections = studio.session.sections if studio.session else ()
        here = next((s for s in sections if s.start <= studio.now() < s.end), None)
        studio.set_loop((here.start, here.end) if here and len(sections) > 1 else (0.0, studio.duration))

    def add_scene(self) -> None:
        """A copy of the playing scene, right after it, playing."""
        show = self._document.show
        copy = replace(show.scene, name=fresh_name(show.scene.name, {scene.name for scene in show.scenes}))
        after = show.active + 1
        scenes = (*show.scenes[:after], copy, *show.scenes[after:])
        self._document.edit("Add scene", replace(show, scenes=scenes, active=after))

    def remove_scene(self) -> None:
        show = self._document.show
        if len(show.scenes) == 1:
            self._studio.told.emit("info", "A show needs one scene", "Add another before you remove this one.")
            return
        scenes = show.scenes[: show.active] + show.scenes[show.active + 1 :]
        after = replace(show, scenes=scenes, active=min(show.active, len(scenes) - 1))
        self._document.edit(f"Remove {show.scene.name}", after)

    def step_scene(self, step: int) -> None:
        show = self._document.show
        performing = self._studio.performing
        performing.launch((performing.playing + step) % len(show.scenes))

    def still(self) -> None:
        """Save the picture that is seen as a PNG with its scene and song in the metadata."""
        image = self._picture.shown
        if image is None:
            return
        folder = paths.films()
        show, t = self._document.show, self._studio.now()
        name = _SPECIAL.sub("-", f"{self._studio.song.name or 'still'}-{show.scene.name}-{t:07.2f}")
        file, n = folder / f"{name}.png", 2
        while file.exists():
            file, n = folder / f"{name}-{n}.png", n + 1
        copy = image.copy()
        copy.setText("Title", f"{show.scene.name} at {t:.2f} s of {self._studio.song.name}")
        copy.setText("Software", "Anthesis")
        copy.setText("Style", f"{show.scene.style.name} {show.scene.style.sha256}")
        if copy.save(str(file)):
            self._studio.told.emit("info", "Still saved", str(file))
        else:
            self._studio.told.emit("error", "The still was not saved", f"{folder} cannot be written.")
