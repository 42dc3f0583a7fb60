"""What was open last: the songs, Shows and Styles under File, those that are kept on top before the others."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtGui import QAction, QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QMenuBar

from app.ui.recent_pictures import SIZE, RecentPictures
from app.ui.settings import RECENT, Settings
from app.ui.studio import Studio
from app.ui.theme import STAGE, pixmap
from app.ui.widgets import plain
from app.ui.widgets.paint import fill

_SHEET = f"QMenu {{ icon-size: {SIZE.width()}px; }} QMenu::item {{ padding: 1px 28px 1px 12px; }}"
_MARKS = {"songs": "music", "shows": "folder-open", "styles": "image"}
KINDS = {"songs": "Songs", "shows": "Shows", "styles": "Styles"}


class Recents(QObject):
    """Owns the menu of what was open last (main thread), and notes the Styles that play."""

    def __init__(self, studio: Studio, settings: Settings, open_file: Callable[[Path], None], bar: QMenuBar) -> None:
        super().__init__(bar)
        self._studio, self._settings, self._open_file, self._bar = studio, settings, open_file, bar
        self.seen: Callable[[], QImage | None] = lambda: None
        """What the audience sees."""
        self.pictures = RecentPictures(studio, lambda: self.seen(), self)
        self.menu = QMenu("Recent", bar)
        self.menu.setObjectName("menu:Recent")
        self.menus: dict[str, QMenu] = {}
        self.on_top: dict[str, QMenu] = {}
        for kind, title in KINDS.items():
            menu = self.menus[kind] = self.menu.addMenu(title)
            on_top = self.on_top[kind] = QMenu("Keep on top", menu)
            for one in (menu, on_top):
                one.setToolTipsVisible(True)
                one.setStyleSheet(_SHEET)
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
            row.setIcon(QIcon(self._face(kind, file, pinned=file in pinned)))
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

    def _face(self, kind: str, file: Path, *, pinned: bool) -> QPixmap:
        """Its picture, or the mark of its kind where there is none yet; a star in the corner of one that is kept."""
        dpr = self._bar.devicePixelRatioF()
        face = QPixmap(SIZE * dpr)
        face.setDevicePixelRatio(dpr)
        face.fill(STAGE.pad)
        painter, box = QPainter(face), QRectF(QPointF(), SIZE.toSizeF())
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        picture = self.pictures.of(kind, file)
        if picture is not None:
            painter.drawPixmap(box, picture, QRectF(picture.rect()))
        else:
            painter.drawPixmap(box.center() - QPointF(8, 8), pixmap(_MARKS[kind], STAGE.text3, 16, dpr))
        if pinned:
            fill(painter, QRectF(box.right() - 15, 0, 15, 15), STAGE.bg0, 3)
            painter.drawPixmap(QPointF(box.right() - 13, 1), pixmap("star-fill", STAGE.accent, 12, dpr))
        painter.end()
        return face

    def _open(self, kind: str, file: Path) -> None:
        """Open it; a Style that is in the list is used, and not added again."""
        known = [style for style in self._studio.styles if kind == "styles" and style.path == file]
        if known:
            self._studio.use_style(known[0])
        else:
            self._open_file(file)
