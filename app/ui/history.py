"""The history: every step of undo by its name, and a click goes there."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPainter, QShowEvent, QUndoStack
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QUndoView,
    QWidget,
)

from app.ui.document import Document
from app.ui.listing import ground
from app.ui.over_page import STATUS, OverPage
from app.ui.theme import STAGE, font, pixmap
from app.ui.widgets import paint, rule

WIDE, TALL, ROW, AIR = 256, 516, 28, 4
"""The panel, a row of it, and what stays free at its left."""
_ABOVE = 76
"""Where what plays and stops the show ends."""
_MARK, _WORDS = 12, 32
"""Where the mark of the present step stands, and where the names begin."""

Index = QModelIndex | QPersistentModelIndex


class StepPainter(QStyledItemDelegate):
    """Draws a step: the present one marked, those that were taken back dim, and which one is saved. Main thread."""

    def __init__(self, view: "StepsView") -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(WIDE, ROW)

    def paint(self, painter: QPainter, option: Any, index: Index) -> None:
        stack, row, box = self._view.stack(), index.row(), option.rect
        here = row == stack.index()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground(painter, box, here, bool(option.state & QStyle.StateFlag.State_MouseOver))
        ink = STAGE.text_hi if here else STAGE.text if row < stack.index() else STAGE.text3
        if here:
            side = 14
            at = QRect(box.x() + _MARK, box.y() + (ROW - side) // 2, side, side)
            painter.drawPixmap(at.topLeft(), pixmap("arrow-right", STAGE.accent, side, self._view.devicePixelRatioF()))
        saved = row == self._view.saved_row()
        words = QRectF(box.adjusted(_WORDS, 0, -60 if saved else -_MARK, 0))
        paint.write(painter, words, str(index.data() or ""), font(12, 600 if here else 400), ink)
        if saved:
            end = QRectF(box.adjusted(0, 0, -_MARK, 0))
            paint.write(painter, end, self.tr("saved"), font(11), STAGE.text2 if here else STAGE.text3, paint.RIGHT)
        if here and self._view.hasFocus():
            paint.outline(painter, box.adjusted(1, 1, -1, -1), STAGE.text_hi, 2, 1)
        painter.restore()


class StepsView(QUndoView):
    """The list (main thread); hidden it follows nothing. However far a click goes, only its end is played."""

    def __init__(self, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self._document, self._nothing = document, QUndoStack(self)
        self.setObjectName("historyList")
        self.setAccessibleName(self.tr("Steps"))
        self.setEmptyLabel(self.tr("Before the first step"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setItemDelegate(StepPainter(self))

    def saved_row(self) -> int:
        """The step that stands in a file; -1 for none."""
        return self.stack().cleanIndex() if self._document.file is not None else -1

    def showEvent(self, event: QShowEvent) -> None:
        self.setStack(self._document.undo_stack)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.setStack(self._nothing)
        super().hideEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        with self._document.going_far():
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() == Qt.MouseButton.NoButton:  # a drag goes nowhere: a press has gone there already
            super().mouseMoveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isprintable() and event.text():
            event.ignore()  # a letter looks for no step
            return
        with self._document.going_far():
            super().keyPressEvent(event)


class History(OverPage):
    """Owns the list (main thread)."""

    def __init__(self, document: Document, window: QWidget) -> None:
        super().__init__(self.tr("History"), self.tr("A click or an arrow key goes there."),
                         WIDE, TALL, window)  # fmt: skip
        self.setObjectName("historyPanel")
        self.steps = StepsView(document, self)
        self.column.addWidget(rule())
        self.column.addWidget(self.steps, 1)
        self.column.setContentsMargins(1, 1, 1, 6)

    def table(self) -> dict[str, Callable[..., object]]:
        """Action id -> what it does."""
        return {"history": self.toggle}

    def first_field(self) -> QWidget:
        return self.steps

    def place(self, room: QRect) -> QRect:
        """At the left, below what plays and stops the show: the picture and the settings stay in sight."""
        tall = min(TALL, room.height() - _ABOVE - STATUS - AIR)
        return QRect(AIR, _ABOVE, WIDE, tall)
