"""The steps of a sequencer as bars to be drawn with the mouse or the keys."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.theme import STAGE
from app.ui.widgets import paint

_UP = {Qt.Key.Key_Up: 0.05, Qt.Key.Key_Down: -0.05, Qt.Key.Key_PageUp: 0.25, Qt.Key.Key_PageDown: -0.25}


class StepBars(paint.KeyFocus, QWidget):
    """Up to 16 levels side by side (main thread). Drag across them; left and right choose one, up and down set it."""

    moved = Signal(object)
    released = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.levels: tuple[float, ...] = (0.0,)
        self.chosen, self.now = 0, -1
        self.setFixedHeight(52)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        return QSize(200, 52)

    def set_levels(self, levels: tuple[float, ...]) -> None:
        """Show *levels* without telling anybody."""
        self.levels, self.chosen = levels, min(self.chosen, len(levels) - 1)
        self._say()
        self.update()

    def show_now(self, step: int) -> None:
        """Mark the step that counts now."""
        if step != self.now:
            self.now = step
            self.update()

    def _say(self) -> None:
        here = self.levels[self.chosen]
        self.setAccessibleDescription(f"Step {self.chosen + 1} of {len(self.levels)}: {here:.0%}")

    def _set(self, at: int, level: float) -> None:
        self.chosen = min(max(at, 0), len(self.levels) - 1)
        held = round(min(max(level, 0.0), 1.0), 3)
        if held != self.levels[self.chosen]:
            self.levels = (*self.levels[: self.chosen], held, *self.levels[self.chosen + 1 :])
            self.moved.emit(self.levels)
        self._say()
        self.update()

    def _draw_at(self, event: QMouseEvent) -> None:
        at = int(event.position().x() / max(1, self.width()) * len(self.levels))
        self._set(at, 1.0 - (event.position().y() - 2) / (self.height() - 4))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.released.emit()
            self._draw_at(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._draw_at(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.released.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _UP:
            self._set(self.chosen, self.levels[self.chosen] + _UP[key])
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._set(*self._beside(-1 if key == Qt.Key.Key_Left else 1))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._set(self.chosen, float(key == Qt.Key.Key_End))
        else:
            event.ignore()

    def _beside(self, by: int) -> tuple[int, float]:
        at = (self.chosen + by) % len(self.levels)
        return at, self.levels[at]

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self.released.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide, tall = self.width() / len(self.levels), self.height() - 4
        for i, level in enumerate(self.levels):
            box = QRectF(i * wide + 1, 2, wide - 2, tall)
            paint.fill(painter, box, STAGE.bg3 if i == self.chosen and self.hasFocus() else STAGE.bg0, 2)
            bar = box.adjusted(0, tall * (1.0 - level), 0, 0)
            painter.fillRect(bar, STAGE.text_hi if i == self.now else STAGE.ok)
            if not level:
                painter.fillRect(QRectF(box.x(), box.bottom() - 1, box.width(), 1), STAGE.border_strong)
        if self.ringed():
            paint.focus_ring(painter, self.rect())
