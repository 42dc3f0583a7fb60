"""What the actions on decks, looks and takes do."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QMenuBar, QWidget

from app.control.dice import GROUPS
from app.engine import paths
from app.engine.errors import AppError, ShowError
from app.engine.show.take import Take
from app.engine.show.take_file import SUFFIX
from app.ui.launch_memory import LaunchMemory
from app.ui.settings import Settings
from app.ui.studio import Studio
from app.ui.takes_menu import TakesMenu


class StageCommands(QObject):
    """Runs them, and keeps those with a state as the stage is (main thread)."""

    def __init__(self, studio: Studio, actions: Mapping[str, QAction], window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._actions, self._window = studio, actions, window
        studio.taking.changed.connect(self._show)
        studio.replaying.changed.connect(self._show)
        studio.performing.edits.changed.connect(self._show)
        self._show()

    def fill(self, bar: QMenuBar, settings: Settings) -> None:
        """Into the menu of scenes: the list of takes, and what the dice may change. Launches are as they were left."""
        self.takes = TakesMenu(self._studio, settings, self.film, self._window)
        self.launch_memory = LaunchMemory(self._studio.performing, settings, self)
        self.dice = QMenu("What the dice may change", self._window)
        self.dice.setObjectName("diceMenu")
        self.dice.aboutToShow.connect(lambda: self._studio.performing.looks.locks.fill(self.dice))
        scene = bar.findChild(QMenu, "menu:Scene")
        assert scene is not None
        for after, menu in (("open_take", self.takes.menu), ("dice_big", self.dice)):
            lines = scene.actions()
            before = lines[lines.index(self._actions[after]) + 1 :]
            scene.insertMenu(before[0], menu) if before else scene.addMenu(menu)

    def table(self) -> dict[str, Callable[..., object]]:
        """Action id -> what it does."""
        performing, taking = self._studio.performing, self._studio.taking
        return {
            "take_cue": performing.take, "cue_edits": self._cue_edits, "auto_fade": performing.auto_fade,
            "deck_a": partial(performing.cut, "A"), "deck_b": partial(performing.cut, "B"),
            "look_back": performing.look_back, "panic": performing.panic,
            "dice": performing.looks.throw, "dice_big": partial(performing.looks.throw, big=True),
            **{f"dice_{part}": partial(performing.looks.throw_part, part) for part in GROUPS},
            "record": self._record, "keep_last": taking.keep_last, "replay": self._replay,
            "open_take": self._ask_take, "film_take": self._film,
        }  # fmt: skip

    def _cue_edits(self, on: bool) -> None:
        self._or_undone(lambda: self._studio.performing.edits.set(on))

    def _record(self, on: bool) -> None:
        self._or_undone(lambda: self._studio.taking.set_recording(on))

    def _replay(self, on: bool) -> None:
        if on:
            self._or_undone(lambda: self._with_newest(self._studio.replaying.play, self.takes.play))
        else:
            self._studio.replaying.stop()

    def _or_undone(self, act: Callable[[], None]) -> None:
        try:
            act()
        except AppError:
            self._show()
            raise

    def _with_newest(self, act: Callable[[Take], None], read_first: Callable[[Path], None]) -> None:
        """Do it with the newest take, which may be one of an earlier day and has to be read first."""
        take = self._studio.taking.newest
        if take is not None:
            act(take)
            return
        file = next((file for file in self.takes.files() if file.is_file()), None)
        if file is None:
            raise ShowError("There is no take yet. Record one, keep the last bars, or open one.")
        self._show()  # nothing plays before it is read
        read_first(file)

    def _ask_take(self) -> None:
        if self._studio.on_air.refuses("Takes are opened"):
            return
        name, _ = QFileDialog.getOpenFileName(self._window, "Open take", str(paths.takes()), f"Takes (*{SUFFIX})")
        if name:
            self._studio.taking.open(Path(name))

    def _film(self) -> None:
        self._with_newest(lambda take: self.film(take, self._studio.taking.takes[-1][1]), self.takes.film)

    def film(self, take: Take, kept: Path) -> None:
        """Order a film of *take*, which is *kept* there, under its name."""
        film, folder = self._studio.document.show.film, paths.films()
        stem, number = kept.stem, 1
        ending = f".{film.format}" if film.format != "png" else ""
        while (file := folder / f"{stem}{f' {number}' if number > 1 else ''}{ending}").exists():
            number += 1
        self._studio.replaying.film(take, file, replace(film, start=0.0, end=0.0), queued=True)

    def _show(self) -> None:
        self._actions["record"].setChecked(self._studio.taking.recording)
        self._actions["replay"].setChecked(self._studio.replaying.on)
        self._actions["cue_edits"].setChecked(self._studio.performing.edits.on)
