"""Small buttons that lie on the map."""

from functools import partial

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from app.engine.show.classes import short
from app.ui import theme
from app.ui.document import Document
from app.ui.looking import when_seen
from app.ui.studio import Studio
from app.ui.theme import STAGE, fade
from app.ui.widgets import Btn, paint

INSET = 8
"""Pixels between the map's edge and what lies on it."""


class MapChip(Btn):
    """A word on a dark ground, with an icon before it or a chevron after it; accent while it is on. Main thread."""

    def __init__(self, text: str, icon: str = "", *, opens: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, icon, "flat", parent)
        self.opens = opens
        self.tall = 24
        self.face = theme.font(11)
        self._look: tuple[object, ...] = ()
        self._drawn = QPixmap()

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self.face).horizontalAdvance(self.text())
        return QSize(words + 14 + (18 if self.mark else 0) + (20 if self.opens else 0), self.tall)

    minimumSizeHint = sizeHint

    def say(self, text: str) -> None:
        """Show another word."""
        if text != self.text():
            self.setText(text)
            self.resize(self.sizeHint())

    def _ink(self) -> QColor:
        lit = self.isChecked() if self.isCheckable() else bool(self.mark)
        ink = STAGE.accent if lit else STAGE.text if self.opens else STAGE.text2
        return paint.hover(ink, self.underMouse(), self.isDown())

    def paintEvent(self, event: QPaintEvent) -> None:
        """What moves on the map passes below: draw once, copy ever after."""
        dpr, ink, over = self.devicePixelRatioF(), self._ink(), self.underMouse()
        look = (self.size(), dpr, self.text(), self.mark, ink.rgba(), over, self.isChecked(), self.ringed(), STAGE.name)
        if look != self._look:
            self._look, self._drawn = look, QPixmap(self.size() * dpr)
            self._drawn.setDevicePixelRatio(dpr)
            self._drawn.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._drawn)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw(painter, ink, dpr)
            painter.end()
        QPainter(self).drawPixmap(0, 0, self._drawn)

    def _draw(self, painter: QPainter, ink: QColor, dpr: float) -> None:
        face, x = STAGE.bg3 if self.underMouse() else STAGE.bg0, 7.0
        paint.fill(painter, self.rect(), fade(face, 0.94), 4)
        if self.mark:
            painter.drawPixmap(QPointF(x, (self.height() - 13) / 2), theme.pixmap(self.mark, ink, 13, dpr))
            if self.isCheckable() and self.isChecked():
                paint.dot(painter, QPointF(x + 6.5, self.height() / 2), 2.0, ink)
            x += 18
        paint.write(painter, QRectF(x, 0, self.width() - x, self.height()), self.text(), self.face, ink)
        if self.opens:
            arrow = theme.pixmap("chevron-down", STAGE.text3, 13, dpr)
            painter.drawPixmap(QPointF(self.width() - 19, (self.height() - 13) / 2), arrow)
        if self.ringed():
            paint.focus_ring(painter, self.rect())


class MapChips(QObject):
    """Owns the chips of one map (main thread): its Style, Follow, and the way back while there is a detour."""

    def __init__(self, document: Document, studio: Studio, parent: QWidget) -> None:
        super().__init__(parent)
        self._document, self._studio, self._map = document, studio, parent
        self.style = MapChip("", opens=True, parent=parent)
        self.style.setObjectName("mapStyle")
        self.style.setToolTip("The Style whose pictures these are")
        self.style.clicked.connect(self._open_styles)
        self.follow = MapChip("Follow", "locate", parent=parent)
        self.follow.setObjectName("followChip")
        self.follow.setCheckable(True)
        self.follow.setChecked(True)
        self.follow.setToolTip("Keep the live point in view")
        self.back = MapChip("Back to the path", "undo-2", parent=parent)
        self.back.setObjectName("backChip")
        self.back.setToolTip("End the detour  (Esc)")
        self.back.clicked.connect(lambda: studio.go(None))
        for changed in (studio.session_changed, studio.styles_changed):
            changed.connect(when_seen(self.refresh))
        document.watch(self.refresh, "scene.style")
        self.refresh()

    def refresh(self, _show: object = None) -> None:
        """Say what is so now."""
        style = self._document.show.scene.style
        name = f"{style.name} · {short(style.classes)}" if style.classes else style.name
        self.style.say(name)
        self.style.setAccessibleName(f"Style {name}")
        self.back.setVisible(self._studio.going)
        self.place()

    def place(self) -> None:
        """Put them where they belong in the map's present size."""
        for chip in (self.style, self.follow, self.back):
            chip.resize(chip.sizeHint())
        self.style.move(INSET, INSET)
        self.follow.move(INSET + self.style.width() + 4, INSET)
        wide, tall = self._map.width(), self._map.height()
        self.back.move((wide - self.back.width()) // 2, tall - INSET - self.back.height())

    def menu(self) -> QMenu:
        """All Styles, the playing one marked."""
        menu = QMenu(self._map)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for style in self._studio.styles:
            action = menu.addAction(style.name, partial(self._studio.use_style, style))
            action.setCheckable(True)
            action.setChecked(style is self._studio.style)
        return menu

    def _open_styles(self) -> None:
        self.menu().popup(self.style.mapToGlobal(self.style.rect().bottomLeft() + QPoint(0, 4)))
