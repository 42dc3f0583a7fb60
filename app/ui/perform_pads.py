"""The pads of Perform as a table: six rows of eight, a page of 48 at a time, to be played by hand, key and touch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPointingDevice, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from app.engine.show.show import Scene
from app.ui.listing import ROW_ROLE, Index, Role
from app.ui.perform_pad_painter import PadPainter
from app.ui.scene_launch import launch_facts

COLUMNS, LINES = 8, 6
PAGE = COLUMNS * LINES
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


State = Literal["", "loading", "missing"]
"""Of a pad's Style."""


@dataclass(frozen=True, slots=True)
class Pad:
    """A Scene as it stands on its pad; *key* launches it, *decks* are those it is loaded on."""

    row: int
    scene: Scene
    playing: bool = False
    queued: bool = False
    cued: bool = False
    decks: str = ""
    key: str = ""
    state: State = ""

    def spoken(self) -> str:
        """What a screen reader says."""
        words = {
            "playing": self.playing, "queued": self.queued, "in cue": self.cued,
            "its style is loading": self.state == "loading", "its style is missing": self.state == "missing",
        }  # fmt: skip
        decks = f"on deck {' and '.join(self.decks)}" if self.decks else ""
        said = (self.scene.name, *(word for word, true in words.items() if true), decks, *launch_facts(self.scene))
        return ", ".join(filter(None, (f"{self.row + 1}", *said)))


class PadTable(QAbstractTableModel):
    """The pads of one page as rows and columns (main thread); only cells that changed are told of."""

    renamed = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self.pads: tuple[Pad, ...] = ()

    def set_pads(self, pads: Sequence[Pad]) -> None:
        """Show *pads*, at most a page of them."""
        before, self.pads = self.pads, tuple(pads)
        for i in range(max(len(before), len(self.pads))):
            if before[i : i + 1] != self.pads[i : i + 1]:
                cell = self.index(i // COLUMNS, i % COLUMNS)
                self.dataChanged.emit(cell, cell)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else LINES

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else COLUMNS

    def pad(self, index: Index) -> Pad | None:
        """The pad at *index*; None for an empty place."""
        at = index.row() * COLUMNS + index.column() if index.isValid() else -1
        return self.pads[at] if 0 <= at < len(self.pads) else None

    def place(self, row: int) -> QModelIndex:
        """Where the pad of Scene *row* stands on this page."""
        at = next((i for i, pad in enumerate(self.pads) if pad.row == row), -1)
        return QModelIndex() if at < 0 else self.index(at // COLUMNS, at % COLUMNS)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        pad = self.pad(index)
        if role == ROW_ROLE:
            return pad
        if role in (Role.DisplayRole, Role.EditRole):
            return "" if pad is None else pad.scene.name
        if role == Role.AccessibleTextRole:
            return "Empty" if pad is None else pad.spoken()
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        pad, name = self.pad(index), str(value).strip()
        if role != Role.EditRole or pad is None or not name:
            return False
        self.renamed.emit(pad.row, name)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags if self.pad(index) is None else flags | Qt.ItemFlag.ItemIsEditable


class SceneGrid(QTableView):
    """The pads (main thread). A press launches at once; a drag moves a pad; a right click or a rest asks for more.

    A finger launches as it is lifted: until then nobody knows whether it rests for the menu, or moves the pad.
    """

    pressed_pad = Signal(int)
    stored = Signal(int)
    moved = Signal(int, int)
    removed = Signal(int)
    menu_wanted = Signal(int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = PadTable()
        self.setModel(self.table)
        self.faces = PadPainter(self)
        self.setItemDelegate(self.faces)
        self.setObjectName("sceneGrid")
        self.setAccessibleName(self.tr("Scenes"))
        self.locked = self.by_key = self._tapped = False
        self._from = -1
        self._over = -1
        self._dress()

    def _dress(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        for bar in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            bar(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.hide()
            header.setMinimumSectionSize(8)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    # --- sizes

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Pads take what room there is; what cannot be shared out evenly stays free at the right and below."""
        wide, tall = self.width() // COLUMNS, self.height() // LINES
        self.horizontalHeader().setDefaultSectionSize(wide)
        self.verticalHeader().setDefaultSectionSize(tall)
        super().resizeEvent(event)

    def cell_of(self, row: int) -> QRect:
        """Where the pad of Scene *row* stands, in the viewport; empty when it is on another page."""
        return self.visualRect(self.table.place(row))

    def row_at(self, at: QPoint) -> int:
        """The Scene whose pad is at *at* of the viewport; -1 for none."""
        pad = self.table.pad(self.indexAt(at))
        return -1 if pad is None else pad.row

    def current_row(self) -> int:
        """The Scene whose pad the keys act on; -1 for none."""
        pad = self.table.pad(self.currentIndex())
        return -1 if pad is None else pad.row

    def rename(self, row: int) -> None:
        """A field in place of the pad's name."""
        self.edit(self.table.place(row))

    def redraw(self, row: int) -> None:
        """Paint the pad of Scene *row* again."""
        place = self.cell_of(row)
        if not place.isEmpty():
            self.viewport().update(place)

    # --- hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        row, index = self.row_at(at), self.indexAt(at)
        self.by_key = False
        if index.isValid():
            self.setCurrentIndex(index)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.stored.emit(row)
        elif row >= 0:
            self._from = self._over = row
            self._tapped = event.deviceType() == QPointingDevice.DeviceType.TouchScreen
            shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier  # takes hold without playing
            if not shift and not self._tapped:
                self.pressed_pad.emit(row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second of two quick presses is a press."""
        self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from < 0:
            super().mouseMoveEvent(event)
            return
        over = self.row_at(event.position().toPoint())
        if over != self._over and not self.locked:
            self._over = over
            self.faces.lifted = (self._from, over)
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, over, tapped = self._from, self._over, self._tapped
        self._let_go()
        if tapped and held >= 0 and self.row_at(event.position().toPoint()) == held == over:
            self.pressed_pad.emit(held)
        if held >= 0 and over >= 0 and over != held and not self.locked:
            self.moved.emit(held, over)

    def _let_go(self) -> None:
        self._from = self._over = -1
        self._tapped = False
        if self.faces.lifted is not None:
            self.faces.lifted = None
            self.viewport().update()

    def contextMenuEvent(self, event: Any) -> None:
        self._let_go()  # a finger that rested for it plays nothing as it is lifted
        by_key = event.reason() == event.Reason.Keyboard
        row = self.current_row() if by_key else self.row_at(event.pos())
        at = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center()) if by_key else event.globalPos()
        self.menu_wanted.emit(row, at)
        event.accept()

    # --- keys

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.by_key = event.reason() in _BY_KEY
        if self.by_key and not self.currentIndex().isValid():
            self.setCurrentIndex(self.table.index(0, 0))
        super().focusInEvent(event)

    def event(self, event: QEvent) -> bool:
        """Once keys go over the pads, Enter launches the one they stand on and takes no cue."""
        override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if override and self.by_key and event.key() in _ENTER and not event.modifiers():  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, editing = self.current_row(), self.state() == QAbstractItemView.State.EditingState
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in _ENTER and row >= 0 and not editing:
            self.pressed_pad.emit(row)
        elif event.key() == Qt.Key.Key_Delete and row >= 0 and not editing and plain:
            self.removed.emit(row)
        elif event.text() and event.key() != Qt.Key.Key_F2 and not editing and not event.text().isspace():
            event.ignore()  # no searching by letters: they are for playing
        else:
            self.by_key = True
            super().keyPressEvent(event)
            self.viewport().update()
