"""A view that scrolls up and down, with its bar over the page instead of beside it, so that nothing shifts."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QScrollBar, QWidget


class Scroller(QScrollArea):
    """Owns *page* and a bar of 8 px over its right margin. Main thread."""

    def __init__(self, page: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(off)
        self.setVerticalScrollBarPolicy(off)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._inner = self.verticalScrollBar()
        self._inner.rangeChanged.connect(self._ranged)
        self._inner.valueChanged.connect(self.bar.setValue)
        self.bar.valueChanged.connect(self._inner.setValue)
        self._ranged(self._inner.minimum(), self._inner.maximum())

    def _ranged(self, low: int, high: int) -> None:
        self.bar.setRange(low, high)
        self.bar.setPageStep(self._inner.pageStep())
        self.bar.setSingleStep(28)
        self.bar.setVisible(high > low)
        self.bar.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.bar.setGeometry(self.width() - 8, 0, 8, self.height())
