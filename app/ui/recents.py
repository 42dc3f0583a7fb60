"""What was open last: the songs, Shows and Styles under File, those that are kept on top before the others."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from app.ui.settings import RECENT, Settings
from app.ui.studio import Studio
from app.ui.theme import STAGE, icon
from app.ui.widgets import plain

KINDS = {"songs": "Songs", "shows": "Shows", "styles": "Styles"}


class Recents(QObject):
    """Owns the menu of what was open last (main thread), and notes the Styles that play."""

    def __init__(self, studio: Studio, settings: Settings, open_file: Callable[[Path], None], bar: QMenuBar) -> None:
        super().__init__(bar)
        self._studio, self._settings, self._open_file, self._bar = studio, settings, open_file, bar
        self.menu = QMenu("Recent", bar)
        self.menu.setObjectName("menu:Recent")
        self.menus: dict[str, QMenu] = {}
        self.on_top: dict[str, QMenu] = {}
        for kind, title in KINDS.items():
            menu = self.menus[kind] = self.menu.addMenu(title)
            on_top = self.on_top[kind] = QMenu("Keep on top", menu)
            for one in (menu, on_top):
                one.setToolTipsVisible(True)
            menu.aboutToShow.connect(partial(self.fill, kind))
        studio.document.watch(self.note_style, "scene.style", hidden=True)

    def stand_before(self, action: QAction) -> None:
        """Stand over *action* in the menu of files, and over the line above it."""
        files = self._bar.findChild(QMenu, "menu:File")
        assert isinstance(files, QMenu)
        rows = files.actions()
        above = rows[rows.index(action) - 1]
        files.insertMenu(above if above.isSeparator() else action, self.menu)

    def files(self, kind: str) -> list[Path]:
        """Those of *kind*: the kept ones, then the newest, twelve in all."""
        return list(dict.fromkeys([*self._settings.pinned(kind), *self._settings.recent(kind)]))[:RECENT]

    def note_style(self, _show: object = None) -> None:
        """The playing Scene has another Style."""
        style = self._studio.style
        if style is not None and self._settings.recent("styles")[:1] != [style.path]:
            self._settings.remember("styles", style.path)

    def fill(self, kind: str) -> None:
        """List them as they are now."""
        menu, on_top = self.menus[kind], self.on_top[kind]
        files, pinned = self.files(kind), self._settings.pinned(kind)
        for one in (menu, on_top):
            one.clear()
        for file in files:
            row = menu.addAction(file.name.replace("&", "&&"), partial(self._open, kind, file))
            row.setEnabled(file.is_file())
            row.setToolTip(plain(str(file) if row.isEnabled() else f"{file} is not there"))
            if file in pinned:
                row.setIcon(icon("star-fill", STAGE.accent, 16))
        if not files:
            menu.addAction("Nothing yet").setEnabled(False)
            return
        menu.addSeparator()
        menu.addMenu(on_top)
        for file in files:
            row = on_top.addAction(file.name.replace("&", "&&"))
            row.setToolTip(plain(str(file)))
            row.setCheckable(True)
            row.setChecked(file in pinned)
            row.triggered.connect(lambda on, file=file: self._settings.pin(kind, file, on))

    def _open(self, kind: str, file: Path) -> None:
        """Open it; a Style that is in the list is used, and not added again."""
        known = [style for style in self._studio.styles if kind == "styles" and style.path == file]
        if known:
            self._studio.use_style(known[0])
        else:
            self._open_file(file)
