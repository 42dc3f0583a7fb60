"""The workspaces at the foot of the window: one click, one key, nothing jumps."""

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.ui.theme import STAGE, font, pixmap
from app.ui.widgets import Btn, paint

HEIGHT = 28
WORKSPACES = (
    ("create", "Create", "pencil", "Ctrl+1"), ("perform", "Perform", "piano", "Ctrl+2"),
    ("export", "Export", "clapperboard", "Ctrl+3"),
)  # fmt: skip


class WorkspaceTab(Btn):
    """One workspace's name (main thread)."""

    def __init__(self, text: str, icon: str, parent: QWidget) -> None:
        super().__init__(text, icon, "flat", parent)
        self.setCheckable(True)
        self.setAutoExclusive(True)

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(font(12, 600)).horizontalAdvance(self.text()) + 54, HEIGHT)

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, on = QPainter(self), self.isChecked()
        if on or self.underMouse():
            painter.fillRect(self.rect(), STAGE.bg3 if on else STAGE.bg2)
        mark = pixmap(self.mark, STAGE.text if on else STAGE.text2, 14, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(16, (self.height() - 14) / 2), mark)
        face, ink = font(12, 600 if on else 500), STAGE.text_hi if on else STAGE.text2
        paint.write(painter, QRectF(38, 0, self.width() - 38, self.height()), self.text(), face, ink)
        if self.ringed():
            paint.focus_ring(painter, self.rect(), 0)
        painter.end()


class WorkspaceBar(QWidget):
    """Owns the tabs (main thread); says which was chosen, shows what it is told."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("workspaceBar")
        self.setAccessibleName(self.tr("Workspaces"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.tabs: dict[str, WorkspaceTab] = {}
        for key, text, icon, keys in WORKSPACES:
            tab = WorkspaceTab(self.tr(text), icon, self)
            tab.setObjectName(f"workspace:{key}")
            tab.setToolTip(f"{self.tr(text)}  ({keys})")
            tab.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            row.addWidget(tab)
            self.tabs[key] = tab
        self.show_workspace("create")

    def show_workspace(self, key: str) -> None:
        """Light the tab of *key*."""
        self.tabs[key].setChecked(True)
