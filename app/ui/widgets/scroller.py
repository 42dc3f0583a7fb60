"""A view that scrolls up and down, with its bar over the page instead of beside it, so that nothing shifts."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QScrollArea, QScrollBar, QWidget

WIDE = 8


class OverlayBar(QScrollBar):
    """Stands over the right margin of *area* in place of its own bar. Main thread."""

    def __init__(self, area: QAbstractScrollArea) -> None:
        super().__init__(Qt.Orientation.Vertical, area)
        off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        area.setHorizontalScrollBarPolicy(off)
        area.setVerticalScrollBarPolicy(off)
        self._inner = area.verticalScrollBar()
        self._inner.rangeChanged.connect(self._ranged)
        self._inner.valueChanged.connect(self.setValue)
        self.valueChanged.connect(self._inner.setValue)
        area.installEventFilter(self)
        self._ranged(self._inner.minimum(), self._inner.maximum())

    def _ranged(self, low: int, high: int) -> None:
        self.setRange(low, high)
        self.setPageStep(self._inner.pageStep())
        self.setSingleStep(28)
        self.setVisible(high > low)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.width() - WIDE, 0, WIDE, watched.height())
        return False


class Scroller(QScrollArea):
    """Owns *page* and a bar of 8 px over its right margin. Main thread."""

    def __init__(self, page: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.bar = OverlayBar(self)
