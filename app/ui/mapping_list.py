"""The list of mappings on the Controllers page: what each knob moves, found by typing, a few rows made at a time."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.control.mapping import Mapping
from app.ui.controllers import Controllers
from app.ui.mapping_row import COLUMNS, MappingRow
from app.ui.theme import STAGE
from app.ui.widgets import Scroller, SearchField, rule, words

AT_ONCE = 16
"""Rows that are made in one turn of the window; a profile has more than a hundred."""

_Known = tuple[Mapping, tuple[str, ...]]


class MappingList(QWidget):
    """Owns the rows (main thread). They follow the mappings while they are seen; what has not changed keeps its row."""

    def __init__(self, controllers: Controllers) -> None:
        super().__init__()
        self._controllers = controllers
        self.rows: list[MappingRow] = []
        self.search = SearchField("Find a control")
        self.search.setFixedWidth(180)
        self.search.setAccessibleName("Find a mapping")
        self._rows_box = QWidget()
        self._stack = QVBoxLayout(self._rows_box)
        self.empty = words("", 12, 400, STAGE.text3)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._make_more)
        self._lay_out()
        self.search.textChanged.connect(lambda _text: self._filter())
        controllers.changed.connect(self.follow)

    def _lay_out(self) -> None:
        self.titles = QWidget()
        titles = QHBoxLayout(self.titles)
        titles.setContentsMargins(20, 0, 12, 6)
        titles.setSpacing(0)
        for title, wide in COLUMNS:
            label = words(title, 11, 600, STAGE.text3)
            label.setFixedWidth(wide)
            if title in ("From", "To"):
                label.setAlignment(Qt.AlignmentFlag.AlignRight)
                label.setContentsMargins(0, 0, 10, 0)
            titles.addWidget(label)
        titles.addStretch(1)
        self._rows_box.setAutoFillBackground(False)
        self._stack.setContentsMargins(0, 4, 0, 4)
        self._stack.setSpacing(0)
        self.empty.setContentsMargins(20, 12, 20, 12)
        self._stack.addWidget(self.empty)
        self._stack.addStretch(1)
        scroller = Scroller(self._rows_box)
        scroller.viewport().setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.titles)
        column.addWidget(rule())
        column.addWidget(scroller, 1)

    def showEvent(self, event: QShowEvent) -> None:
        self.follow()

    def hideEvent(self, event: QHideEvent) -> None:
        self._later.stop()

    def follow(self) -> None:
        """A row for each mapping, in their order; those that are no more go, the first of those that are new come."""
        if not self.isVisible():
            return
        wanted = self._wanted()
        kept = {row.known: row for row in self.rows}
        for row in self.rows:
            if kept.get(row.known) is not row or row.known not in wanted:
                row.hide()
                row.deleteLater()
        self.rows = [kept[known] for known in wanted if known in kept]
        self._make_more()

    def _wanted(self) -> dict[_Known, int]:
        """What each row would say -> the place of its mapping."""
        mappings = self._controllers.surface.mappings
        alike: dict[tuple[object, int], list[Mapping]] = {}
        for mapping in mappings:
            alike.setdefault((mapping.source, mapping.layer), []).append(mapping)
        return {
            (one, tuple(other.target for other in alike[one.source, one.layer] if other != one)): at
            for at, one in enumerate(mappings)
        }

    def _make_more(self) -> None:
        """Some of the rows that are missing, and more in the next turn."""
        wanted, there = self._wanted(), {row.known: row for row in self.rows}
        missing = [known for known in wanted if known not in there]
        for known in missing[:AT_ONCE]:
            there[known] = MappingRow(self._controllers, wanted[known])
        self.rows = [there[known] for known in wanted if known in there]
        for at, row in enumerate(self.rows):
            row.at = wanted[row.known]
            if self._stack.indexOf(row) != at:
                self._stack.insertWidget(at, row)
        self._filter()
        if len(missing) > AT_ONCE:
            self._later.start()

    def _filter(self) -> None:
        """Only rows that have every word of what is typed."""
        asked = self.search.text().lower().split()
        shown = 0
        for row in self.rows:
            fits = all(word in row.spoken.lower() for word in asked)
            row.setVisible(fits)
            shown += fits
        nothing = f"No mapping is called “{' '.join(asked)}”." if self.rows else "No knob moves anything yet."
        self.empty.setText(nothing)
        self.empty.setVisible(not shown)
        self.titles.setVisible(bool(self.rows))
