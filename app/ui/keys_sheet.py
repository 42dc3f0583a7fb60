"""All keys on one page, over the window; any key or click closes it."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.control.actions import ACTIONS, MENUS
from app.ui.theme import STAGE, fade, font

COLUMN, LINE = 330, 24
MORE = (
    (
        "Map",
        (
            ("Click", "Glide there"),
            ("Shift+click", "Add a point"),
            ("Wheel", "Zoom"),
            ("Arrows, Enter", "Move, go there"),
        ),
    ),
    (
        "Timeline",
        (("Click", "Go to that time"), ("Wheel", "Zoom"), ("S, M", "Split, merge sections"), ("Del", "Remove a point")),
    ),
)


class KeysSheet(QWidget):
    """Covers its window while it is shown (main thread)."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("keysSheet")
        self.setAccessibleName("Keys")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        window.installEventFilter(self)
        self.hide()

    def toggle(self) -> None:
        """Show or hide."""
        if self.isVisible():
            self.hide()
            return
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._window.rect())
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress):
            self.hide()
            return True
        return super().event(event)

    def groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Title -> (keys, what they do), from the action table and the two canvases."""
        native = QKeySequence.SequenceFormat.NativeText
        listed = []
        for menu in MENUS:
            lines = [
                (" · ".join(QKeySequence(k).toString(native) for k in r.keys), r.label)
                for r in ACTIONS.values()
                if r.menu == menu and r.keys
            ]
            if lines:
                listed.append((menu, lines))
        return [*listed, *((title, list(lines)) for title, lines in MORE)]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), fade(QColor(STAGE.bg0), 0.95))
        painter.setFont(font(20, 600))
        painter.setPen(STAGE.text_hi)
        columns = max(1, min(4, (self.width() - 48) // COLUMN))
        left = (self.width() - columns * COLUMN) / 2
        painter.drawText(QRectF(left, 32, 400, 32), Qt.AlignmentFlag.AlignVCenter, "Keys")
        lines = sum(len(g) + 2 for _, g in self.groups())
        per_column = -(-lines // columns) + 2
        x, y, used = left, 88.0, 0
        for title, group in self.groups():
            if used and used + len(group) + 2 > per_column:
                x, y, used = x + COLUMN, 88.0, 0
            y = self._group(painter, x, y, title, group)
            used += len(group) + 2

    def _group(self, painter: QPainter, x: float, y: float, title: str, group: list[tuple[str, str]]) -> float:
        painter.setFont(font(13, 600))
        painter.setPen(STAGE.accent)
        painter.drawText(QRectF(x, y, COLUMN, LINE), Qt.AlignmentFlag.AlignVCenter, title)
        for keys, what in group:
            y += LINE
            painter.setFont(font(12, 600))
            painter.setPen(STAGE.text_hi)
            painter.drawText(QRectF(x, y, 120, LINE), Qt.AlignmentFlag.AlignVCenter, keys)
            painter.setFont(font(12))
            painter.setPen(STAGE.text2)
            painter.drawText(QRectF(x + 124, y, COLUMN - 140, LINE), Qt.AlignmentFlag.AlignVCenter, what)
        return y + LINE * 1.6
