"""The routes of the playing Scene as a table: what moves what, how far and how, for ears and keys."""

from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.control.params import PARAMS
from app.engine.errors import AppError
from app.engine.show.routes import Route
from app.ui.document import Document
from app.ui.expert_places import Place, depth_words, places
from app.ui.expert_route import CURVES, MODES
from app.ui.link_popover import range_words, seconds_words
from app.ui.menus import pop_under
from app.ui.route_edits import edit_route
from app.ui.tables import RIGHT, Table, lay_out, named, number
from app.ui.widgets import Btn

COLUMNS = ("Source", "Destination", "Depth", "Mode", "Curve", "Range", "Attack", "Release", "State")
_DEPTH, _MODE, _CURVE, _RANGE, _ATTACK, _RELEASE, _STATE = range(2, 9)
_FIELDS = {_DEPTH: "depth", _MODE: "mode", _CURVE: "curve", _RANGE: "range", _ATTACK: "attack", _RELEASE: "release"}
_WORDS = {_MODE: MODES, _CURVE: CURVES}
Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole


def figure(text: str) -> float:
    """``30 %``, ``15 ms``, ``0.4 s`` or ``0.4``; ValueError for anything else."""
    words = text.strip().replace("−", "-").replace(",", ".")
    for unit, size in (("%", 100.0), ("ms", 1000.0), ("s", 1.0), ("", 1.0)):
        if words.endswith(unit):
            return number(words.removesuffix(unit)) / size
    raise ValueError(text)


def ends(text: str) -> tuple[float, float]:
    """Two numbers with a dash or ``to`` between them; ValueError for anything else."""
    lo, _, hi = text.replace("to", "–").replace(" - ", "–").partition("–")
    return number(lo), number(hi)


def within(index: int, field: str, value: float) -> float:
    """*value* as the parameter *field* of the route *index* may be."""
    return float(PARAMS[f"route.{index + 1}.{field}"].valid(value))


class Routes(Protocol):
    """The list of routes: what the table has from it."""

    open_index: int

    def trouble(self, place: Place) -> str: ...
    def route_menu(self) -> QMenu: ...
    def toggle(self, index: int) -> None: ...
    def remove(self, index: int) -> None: ...


class RouteModel(QAbstractTableModel):
    """Routes as rows, those of the simple settings first (main thread); typing into a cell edits the Show."""

    def __init__(self, document: Document, routes: Routes) -> None:
        super().__init__()
        self._document, self._routes = document, routes
        self.places: tuple[Place, ...] = ()

    def refresh(self) -> None:
        """Read the routes again."""
        found = tuple(places(self._document.show))
        if len(found) != len(self.places):
            self.beginResetModel()
            self.places = found
            self.endResetModel()
        elif found and found != self.places:
            self.places = found
            self.dataChanged.emit(self.index(0, 0), self.index(len(found) - 1, len(COLUMNS) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.places)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if role != Role.DisplayRole:
            return None
        return COLUMNS[section] if way == Qt.Orientation.Horizontal else str(section + 1)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        place, column = self.places[index.row()], index.column()
        if role == Role.TextAlignmentRole and column == _DEPTH:
            return RIGHT
        if role == Role.CheckStateRole and column == 0:
            return Qt.CheckState.Checked if place.route.on else Qt.CheckState.Unchecked
        if role == Role.ToolTipRole and place.owned:
            return f"Owned by {place.owner} in Simple"
        return self._words(place)[column] if role in (Role.DisplayRole, Role.EditRole) else None

    def _words(self, place: Place) -> tuple[str, ...]:
        route = place.route
        return (place.words, place.target, depth_words(route), MODES[route.mode], CURVES[route.curve],
                range_words(route), seconds_words(route.attack), seconds_words(route.release),
                self._state(place))  # fmt: skip

    def _state(self, place: Place) -> str:
        route = place.route
        told = {"owned by Simple": place.owned, "off": not route.on, "solo": route.solo,
                "frozen": route.frozen is not None, f"x = {route.expression}": route.expression,
                "not heard": route.on and not place.counts}  # fmt: skip
        return ", ".join(
            [*(word for word, is_so in told.items() if is_so), *filter(None, [self._routes.trouble(place)])]
        )

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags, column = super().flags(index), index.column()
        if self.places[index.row()].owned:
            return flags
        if column in _FIELDS:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if column == 0 else flags

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        place, column = self.places[index.row()], index.column()
        if not place.owned and role == Role.CheckStateRole and column == 0:
            edit_route(self._document, place.index, "Route on", on=Qt.CheckState(value) == Qt.CheckState.Checked)
            return True
        if place.owned or column not in _FIELDS:
            return False
        try:
            changes = self._changes(place.index, column, str(value))
        except (ValueError, AppError):  # no number, no such word: the cell keeps what it had
            return False
        edit_route(self._document, place.index, f"Route {_FIELDS[column]}", **changes)
        return True

    def _changes(self, index: int, column: int, text: str) -> dict[str, Any]:
        field = _FIELDS[column]
        if column in _WORDS:
            return {field: {words: key for key, words in _WORDS[column].items()}.get(text) or _unknown(text)}
        if column == _RANGE:
            lo, hi = (within(index, "lo", end) for end in ends(text))
            return {"lo": min(lo, hi), "hi": max(lo, hi)}
        return {field: within(index, field, figure(text))}


def _unknown(text: str) -> str:
    raise ValueError(text)


class _Choices(QStyledItemDelegate):
    """A list to choose from, in place of a word that is one of a few."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        box = QComboBox(parent)
        box.addItems(list(_WORDS[index.column()].values()))
        return box

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        editor.setCurrentText(str(index.data(Role.EditRole)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        model.setData(index, editor.currentText())


class RouteTable(QWidget):
    """Owns the table and its row of buttons (main thread), in place of the list of routes."""

    closed = Signal()

    def __init__(self, document: Document, routes: Routes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document, self.routes = document, routes
        self.model = RouteModel(document, routes)
        self.table = Table("routeTable", "Routes", self.model, stretched=_STATE)
        self._choices = _Choices(self)
        for column in _WORDS:
            self.table.setItemDelegateForColumn(column, self._choices)
        self._lay_out()
        self.table.removed.connect(lambda _row: self.remove())
        self.table.opened.connect(lambda _row: self.open())
        document.watch(self.refresh, "scene")
        self.refresh()

    def _lay_out(self) -> None:
        self.add = Btn("Add")
        buttons = (
            named(self.add, "routeAdd", partial(self._offer, self.add)),
            named(Btn("Open"), "routeOpen", self.open),
            named(Btn("Remove"), "routeRemove", self.remove),
        )
        back = Btn("List", "sliders-horizontal", "flat")
        named(back, "routeBack", self.closed, "Show the routes as a list again")
        lay_out(self, self.table, buttons, back, (8, 8, 8, 8))

    def refresh(self, _show: object = None) -> None:
        """Show the routes as they are."""
        self.model.refresh()

    @property
    def chosen(self) -> Place | None:
        """The route that the keys are on."""
        row = self.table.currentIndex().row()
        return self.model.places[row] if 0 <= row < len(self.model.places) else None

    @property
    def route(self) -> Route | None:
        """The same, if it may be changed here."""
        return None if self.chosen is None or self.chosen.owned else self.chosen.route

    def _offer(self, below: Btn) -> None:
        pop_under(self.routes.route_menu(), below)

    def open(self) -> None:
        """Everything that can be set about the chosen route, in the list."""
        chosen = self.chosen
        if chosen is not None and self.route is not None:
            self.closed.emit()
            if self.routes.open_index != chosen.index:
                self.routes.toggle(chosen.index)

    def remove(self) -> None:
        """Take the chosen route away."""
        chosen = self.chosen
        if chosen is not None and self.route is not None:
            self.routes.remove(chosen.index)
