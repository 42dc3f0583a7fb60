"""Which folders a word from outside may open songs from: shown, added and taken away."""

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QWidget

from app.ui.params import pop_under
from app.ui.settings import Settings
from app.ui.theme import STAGE
from app.ui.widgets import Picker, plain, words


class SongFolders(QWidget):
    """Owns the picker and its menu (main thread); the folders are kept with the settings of the controllers."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("songFolders")
        self._settings = settings
        self.refuses: Callable[[], bool] = lambda: False
        """Whether no folder may be asked for now."""
        self.picker = Picker(tall=28)
        self.picker.setObjectName("songFolder")
        self.picker.setAccessibleName("Songs may be opened from")
        row = QHBoxLayout(self)
        row.setContentsMargins(42, 0, 20, 14)
        row.setSpacing(8)
        row.addWidget(words("Songs from"))
        row.addWidget(self.picker)
        about = "and what lies beside its songs. No other file is opened by /anthesis/song/load."
        row.addWidget(words(about, 12, 400, STAGE.text3), 1)
        self.picker.clicked.connect(lambda: pop_under(self.menu(), self.picker))
        self.follow()

    def folders(self) -> list[str]:
        """Those that were added."""
        return self._settings.controllers.songs.splitlines()

    def follow(self) -> None:
        """Show them as they are."""
        folders = self.folders()
        names = [os.path.basename(folder) or folder for folder in folders]
        shown = ", ".join(names) if len(names) <= 2 else f"{names[0]} and {len(names) - 1} more folders"
        self.picker.setText(f"The list, {shown}" if folders else "The list alone")
        self.picker.setToolTip(plain("\n".join(folders) or "No folder was added"))

    def menu(self) -> QMenu:
        """One more, or one less."""
        menu = QMenu(self)
        menu.addAction("Add a folder…", self._ask)
        folders = self.folders()
        if folders:
            menu.addSeparator()
        for folder in folders:
            menu.addAction(f"Take {folder} away", partial(self.remove, folder))
        return menu

    def add(self, folder: str) -> None:
        """Songs in *folder*, and in folders within it, may be opened."""
        folder = os.path.normpath(folder)
        self._put([*(other for other in self.folders() if other != folder), folder])

    def remove(self, folder: str) -> None:
        """No more."""
        self._put([other for other in self.folders() if other != folder])

    def _put(self, folders: list[str]) -> None:
        self._settings.controllers = replace(self._settings.controllers, songs="\n".join(folders))
        self.follow()

    def _ask(self) -> None:
        if self.refuses():
            return
        folder = QFileDialog.getExistingDirectory(self, "Songs may be opened from")
        if folder:
            self.add(folder)
