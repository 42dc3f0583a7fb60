"""Tables that stand in for what is drawn: how they look, which keys they know, and how their figures are typed."""

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractTableModel, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from app.ui.theme import font
from app.ui.widgets import Btn

RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_SHEET = """QTableCornerButton::section { background: transparent; border: none; }
QTableView::item { padding: 0 6px; }
QTableView::item:focus { border: 2px solid palette(window-text); padding: 0 4px; }"""


def number(text: str) -> float:
    """The number that *text* is; ValueError for anything else, ``nan`` and ``inf`` among it."""
    found = float(text)
    if not math.isfinite(found):
        raise ValueError(text)
    return found


def seconds(text: str) -> float:
    """Seconds of ``1:23.4`` or ``83.4``; ValueError for anything else."""
    minute, colon, second = text.strip().rpartition(":")
    return (int(minute) * 60 if colon else 0) + number(second)


class Table(QTableView):
    """Rows to go through by key (main thread): Del removes, Enter goes there, F2 or a double click types into a cell.

    Tab leaves it, as it leaves everything else.
    """

    removed = Signal(int)
    opened = Signal(int)

    def __init__(self, name: str, spoken: str, model: QAbstractTableModel, *, stretched: int = 0) -> None:
        """*stretched* is the column that takes what room there is."""
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setModel(model)
        self.setFont(font(12))
        self.setShowGrid(False)
        self.setStyleSheet(_SHEET)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(trigger.DoubleClicked | trigger.EditKeyPressed)
        self.verticalHeader().setDefaultSectionSize(28)
        self.verticalHeader().setMinimumWidth(28)
        head = self.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
        self.setTabKeyNavigation(False)

    def begin(self) -> None:
        """Take the keys, on the first row where they were on none."""
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self.model().index(0, 0))
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        if row >= 0 and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(row)
        elif row >= 0 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(row)
        else:
            super().keyPressEvent(event)


def named(button: Btn, name: str, run: Callable[[], object] | SignalInstance, tip: str = "") -> Btn:
    """*button* called *name*, which does *run*."""
    button.setObjectName(name)
    button.setToolTip(tip)
    button.clicked.connect(run)
    return button


def lay_out(page: QWidget, table: Table, buttons: Sequence[Btn], back: Btn, room: tuple[int, int, int, int]) -> None:
    """*page* with *table*, and under it its *buttons* with *room* round them; the one that leads *back* is last."""
    foot, column = QHBoxLayout(), QVBoxLayout(page)
    foot.setContentsMargins(*room)
    foot.setSpacing(4)
    for button in buttons:
        foot.addWidget(button)
    foot.addStretch(1)
    foot.addWidget(back)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(table, 1)
    column.addLayout(foot)
