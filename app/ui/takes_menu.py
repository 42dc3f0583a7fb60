"""The list of takes: the newest ones by name, each to be played, filmed, shown in its folder, or forgotten."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu, QWidget

from app.engine.errors import AppError
from app.engine.show.take import Take
from app.engine.show.take_file import load_take
from app.ui.settings import RECENT, Settings

if TYPE_CHECKING:
    from app.ui.studio import Studio


class TakesMenu(QObject):
    """Owns the submenu and the list of takes, which outlives the window (main thread). No file is ever deleted."""

    def __init__(
        self, studio: "Studio", settings: Settings, film: Callable[[Take, Path], None], window: QWidget
    ) -> None:
        super().__init__(window)
        self._studio, self._settings, self._film = studio, settings, film
        self._newest = studio.taking.takes[-1:]
        self.menu = QMenu("Takes", window)
        self.menu.setObjectName("takesMenu")
        self.menu.aboutToShow.connect(self.fill)
        studio.taking.changed.connect(self._follow)

    def files(self) -> list[Path]:
        """Where the newest takes are kept, newest first."""
        return self._settings.recent("takes")[:RECENT]

    def fill(self) -> None:
        """Put what there is into the menu."""
        for old in self.menu.findChildren(QMenu):
            old.deleteLater()
        self.menu.clear()
        files, here = self.files(), {file for _take, file in self._studio.taking.takes}
        names = [file.stem for file in files]
        for file in files:
            name = file.stem if names.count(file.stem) == 1 else f"{file.stem}  ({file.parent.name})"
            there = file in here or file.is_file()
            one = self.menu.addMenu(name.replace("&", "&&") if there else f"{name.replace('&', '&&')}  (not there)")
            for text, act in (("Play", self.play), ("Make a film of it", self.film)):
                one.addAction(text, partial(act, file)).setEnabled(there)
            one.addAction("Show in folder", partial(self.show, file)).setEnabled(file.parent.is_dir())
            one.addSeparator()
            one.addAction("Forget", partial(self.forget, file)).setToolTip("Out of this list; the file stays")
        if not files:
            self.menu.addAction("No takes yet").setEnabled(False)

    def play(self, file: Path) -> None:
        """Play the take in *file* again."""
        self._with(file, lambda take: self._studio.replaying.play(take))

    def film(self, file: Path) -> None:
        """Make a film of the take in *file*."""
        self._with(file, lambda take: self._film(take, file))

    def show(self, file: Path) -> None:
        """Open the folder that *file* is in."""
        if not self._studio.on_air.refuses("Folders are shown"):
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))

    def forget(self, file: Path) -> None:
        """Take *file* out of the list; the file itself stays where it is."""
        self._settings.forget("takes", file)

    def _with(self, file: Path, act: Callable[[Take], None]) -> None:
        """Do *act* with the take in *file*, which is read first where it is not here yet."""
        known = next((take for take, kept in reversed(self._studio.taking.takes) if kept == file), None)
        if known is not None:
            self._guarded(known, act)
            return
        self._studio.run(lambda: load_take(file), lambda take: self._guarded(take, act), f"{file.name} was not opened")

    def _guarded(self, take: Take, act: Callable[[Take], None]) -> None:
        try:
            act(take)
        except AppError as error:
            self._studio.told.emit("error", "Nothing was changed", str(error))

    def _follow(self) -> None:
        """Remember what was kept or opened just now."""
        before, self._newest = self._newest, self._studio.taking.takes[-1:]
        if self._newest and self._newest != before:
            self._settings.remember("takes", self._newest[0][1])
