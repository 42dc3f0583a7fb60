"""Lists of the left dock: rows of plain values, drawn by a painter of ours, found by typing, renamed in place."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRegularExpression,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.ui import theme
from app.ui.theme import STAGE
from app.ui.widgets import paint, plain
from app.ui.widgets.scroller import OverlayBar

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
ROW_ROLE, FIND_ROLE = Role.UserRole + 1, Role.UserRole + 2
_ANY_CASE = QRegularExpression.PatternOption.CaseInsensitiveOption


class Rows(QAbstractListModel):
    """Any values as rows; *text* is what is shown, searched and read aloud. Main thread.

    ``found_by`` gives more words than those for the search, ``spoken`` for who hears a row and does not see it.
    """

    def __init__(self, text: Callable[[Any], str], rename: Callable[[int, str], None] | None = None) -> None:
        super().__init__()
        self.rows: tuple[Any, ...] = ()
        self._text, self._rename = text, rename
        self.tip: Callable[[Any], str] | None = None
        self.found_by = self.spoken = text

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show *rows*; where their number stays, selection and scroll position stay too."""
        new = tuple(rows)
        if len(new) == len(self.rows):
            changed = [i for i, (a, b) in enumerate(zip(self.rows, new, strict=True)) if a != b]
            self.rows = new
            for i in changed:
                self.dataChanged.emit(self.index(i), self.index(i))
            return
        self.beginResetModel()
        self.rows = new
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role in (Role.DisplayRole, Role.EditRole):
            return self._text(row)
        if role == Role.AccessibleTextRole:
            return self.spoken(row)
        if role == Role.ToolTipRole and self.tip is not None:
            return plain(self.tip(row))
        if role == FIND_ROLE:
            return self.found_by(row)
        return row if role == ROW_ROLE else None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        name = str(value).strip()
        if role != Role.EditRole or self._rename is None or not name:
            return False
        self._rename(index.row(), name)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if self._rename else flags


class RowPainter(QStyledItemDelegate):
    """Draws a row with a function of ours, and lets its name be edited where the name stands. Main thread."""

    def __init__(self, draw: Callable[..., None], tall: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._draw, self.wide, self.tall = draw, 40, tall
        self.name_box: Callable[[Any], Any] = lambda rect: rect

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self.wide, self.tall)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        state = option.state
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        self._draw(painter, option.rect, index, over)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setFont(theme.font(12))
        editor.setStyleSheet("QLineEdit{padding:0 2px;min-height:0;}")
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(self.name_box(option.rect))


class Listing(QListView):
    """A list (or a grid of thumbs) over Rows, with its own search. Enter opens, Delete removes. Main thread."""

    opened = Signal(int)
    removed = Signal(int)
    resized = Signal()

    def __init__(self, model: Rows, draw: Callable[..., None], tall: int, name: str) -> None:
        super().__init__()
        self.source = model
        self.proxy = QSortFilterProxyModel(self)
        self.proxy.setSourceModel(model)
        self.proxy.setFilterRole(FIND_ROLE)
        self.setModel(self.proxy)
        self.painter_of_rows = RowPainter(draw, tall, self)
        self.setItemDelegate(self.painter_of_rows)
        self.setObjectName(name)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.bar = OverlayBar(self)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def row_of(self, index: Index) -> int:
        """The row of the Rows behind *index* of the view; -1 for none."""
        return self.proxy.mapToSource(index).row() if index.isValid() else -1

    def current_row(self) -> int:
        """The row that has the focus; -1 for none."""
        return self.row_of(self.currentIndex())

    def set_current(self, row: int) -> None:
        """Put the focus on *row*, if it is shown."""
        index = self.proxy.mapFromSource(self.source.index(row)) if row >= 0 else QModelIndex()
        if index != self.currentIndex():
            self.setCurrentIndex(index)

    def search(self, words: str) -> None:
        """Show only rows whose text contains each of *words*."""
        wanted = "".join(f"(?=.*{QRegularExpression.escape(word)})" for word in words.split())
        self.proxy.setFilterRegularExpression(QRegularExpression(wanted, _ANY_CASE))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, editing = self.current_row(), self.state() == QAbstractItemView.State.EditingState
        if row >= 0 and not editing and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(row)
        elif row >= 0 and not editing and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(row)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()


def ground(painter: QPainter, rect: Any, chosen: bool, over: bool) -> None:
    """The ground of a row: chosen, under the mouse, or nothing."""
    if chosen or over:
        painter.fillRect(rect, STAGE.sel if chosen else STAGE.bg2)


def mark_focus(painter: QPainter, view: QListView, rect: Any, index: Index) -> None:
    """A ring round the row that has the keys."""
    if view.hasFocus() and view.currentIndex() == index:
        paint.outline(painter, rect, STAGE.text_hi, 2, 1)
