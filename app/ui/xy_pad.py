"""The XY pad: a square for the mouse or a finger that sets two inputs of the scene at once."""

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.control.params import get
from app.engine.show.show import Show
from app.engine.show.sources import source_words
from app.ui import theme
from app.ui.document import Document
from app.ui.theme import STAGE
from app.ui.widgets import paint

ACROSS, UP = "input.7", "input.8"
"""The inputs that it sets, for MIDI and OSC as well."""
_TALL, _EDGE = 100, 6
_STEPS = {Qt.Key.Key_Left: (-0.02, 0.0), Qt.Key.Key_Right: (0.02, 0.0),
          Qt.Key.Key_Down: (0.0, -0.02), Qt.Key.Key_Up: (0.0, 0.02)}  # fmt: skip


class XyPad(paint.KeyFocus, QWidget):
    """Sets ACROSS and UP where it is pressed and dragged, or by arrows (main thread). A drag is one step of undo."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.setObjectName("xyPad")
        self.setFixedHeight(_TALL)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.place = (0.0, 0.0)
        self._names: tuple[str, ...] = ("", "")
        document.watch(self.show_value, "scene.inputs")
        self.show_value(document.show)

    def sizeHint(self) -> QSize:
        return QSize(280, _TALL)

    def show_value(self, show: Show) -> None:
        """Show where the inputs stand."""
        self.place = get(show, ACROSS), get(show, UP)
        self._names = tuple(source_words(show.scene, name.replace(".", "_")) for name in (ACROSS, UP))
        self.setAccessibleName(f"XY pad: {self._names[0]} across, {self._names[1]} up")
        self.setAccessibleDescription(f"{self.place[0]:.0%} across, {self.place[1]:.0%} up")
        self.setToolTip(f"Drag: {self._names[0]} across, {self._names[1]} up. Arrows move it too")
        self.update()

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)

    def _set(self, across: float, up: float) -> None:
        place = min(max(across, 0.0), 1.0), min(max(up, 0.0), 1.0)
        rows = list(self.document.show.scene.inputs)
        for name, value in zip((ACROSS, UP), place, strict=True):
            at = int(name.partition(".")[2]) - 1
            rows[at] = replace(rows[at], value=round(value, 4))
        self.document.edit_scene("XY pad", "xy", inputs=tuple(rows))

    def _go(self, at: QPointF) -> None:
        room = self._room()
        self._set((at.x() - room.x()) / max(1.0, room.width()), 1.0 - (at.y() - room.y()) / max(1.0, room.height()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.document.end_merge()
            self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.document.end_merge()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        if not event.isAutoRepeat():
            self.document.end_merge()
        self._set(self.place[0] + step[0], self.place[1] + step[1])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box, room = QRectF(self.rect()), self._room()
        paint.fill(painter, box, STAGE.bg0, 4)
        for k in (0.25, 0.5, 0.75):
            painter.fillRect(QRectF(round(room.x() + k * room.width()), box.y(), 1, box.height()), STAGE.bg2)
            painter.fillRect(QRectF(box.x(), round(room.y() + k * room.height()), box.width(), 1), STAGE.bg2)
        color = theme.source_badge("input_7")[1]
        spot = QPointF(room.x() + self.place[0] * room.width(), room.bottom() - self.place[1] * room.height())
        painter.fillRect(QRectF(round(spot.x()), box.y(), 1, box.height()), theme.fade(color, 0.5))
        painter.fillRect(QRectF(box.x(), round(spot.y()), box.width(), 1), theme.fade(color, 0.5))
        paint.dot(painter, spot, 6, color)
        face = theme.font(11)
        paint.write(painter, QRectF(box.x(), box.bottom() - 18, box.width() - 8, 16), self._names[0], face, STAGE.text3,
                    paint.RIGHT)  # fmt: skip
        paint.write(painter, QRectF(box.x() + 8, 2, box.width(), 16), self._names[1], face, STAGE.text3)
        if self.ringed():
            paint.focus_ring(painter, box, 4)
