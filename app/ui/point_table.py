"""The Points of the path as a table: all that the map can do, for those who do not see it or prefer figures."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.engine.show.show import Point
from app.ui import map_points
from app.ui.document import Document
from app.ui.map_places import Places
from app.ui.points import minutes
from app.ui.studio import Studio
from app.ui.tables import RIGHT, Table, lay_out, named, number, seconds
from app.ui.widgets import Btn

COLUMNS = ("Name", "Time", "X", "Y")
Index = QModelIndex | QPersistentModelIndex


class PointModel(QAbstractTableModel):
    """Points as rows; typing into a cell edits the Show (main thread)."""

    def __init__(self, document: Document, studio: Studio) -> None:
        super().__init__()
        self._document, self._studio = document, studio
        self._places: Places | None = None
        self.points: tuple[Point, ...] = ()

    def refresh(self) -> None:
        """Read the Points again."""
        atlas = self._studio.atlas
        if atlas is None or self._places is None or self._places.atlas is not atlas:
            self._places = Places(atlas) if atlas is not None else None
        points = map_points.points_of(self._document, self._studio)
        if len(points) != len(self.points):
            self.beginResetModel()
            self.points = points
            self.endResetModel()
        elif points and points != self.points:
            self.points = points
            self.dataChanged.emit(self.index(0, 0), self.index(len(points) - 1, len(COLUMNS) - 1))

    def place(self, row: int) -> tuple[float, float]:
        """Where the Point is on the map."""
        return (0.0, 0.0) if self._places is None else self._places.of_point(self.points[row])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.points)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole and section > 0 and way == Qt.Orientation.Horizontal:
            return RIGHT
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return COLUMNS[section] if way == Qt.Orientation.Horizontal else str(section + 1)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() > 0:
            return RIGHT
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return None
        point, (x, y) = self.points[index.row()], self.place(index.row())
        name = point.name if role == Qt.ItemDataRole.EditRole else map_points.name_of(point, index.row() + 1)
        return (name, minutes(point.t), f"{x:.2f}", f"{y:.2f}")[index.column()]

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        text, row, column = str(value).strip(), index.row(), index.column()
        if not text or self._places is None:
            return False
        try:
            if column == 0:
                map_points.rename(self._document, self._studio, row, text)
            elif column == 1:
                map_points.set_time(self._document, self._studio, row, seconds(text))
            else:
                here = list(self.place(row))
                here[column - 2] = number(text)
                map_points.move(self._document, self._studio, (row,), self._places.atlas.w_at(*here))
                self._document.end_merge()
        except ValueError:  # not a number: the cell keeps what it had
            return False
        return True


class PointTable(QWidget):
    """Owns the table and its row of buttons (main thread); its selection is the document's."""

    closed = Signal()

    def __init__(self, document: Document, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document, self.studio = document, studio
        self.model = PointModel(document, studio)
        self.table = Table("pointTable", "Points of the path", self.model)
        self._lay_out()
        self.table.selectionModel().currentRowChanged.connect(lambda now, _old: document.select(now.row()))
        self.table.removed.connect(lambda row: map_points.remove(document, studio, row))
        self.table.opened.connect(self.go)
        document.watch(self.refresh, "scene.path", "scene.style")
        document.selected_changed.connect(lambda _index: self._show_selected())
        studio.sessions.watch(self.refresh, "points", "atlas")
        self.refresh()

    def _lay_out(self) -> None:
        document, studio = self.document, self.studio
        buttons = (
            named(Btn("Go"), "tableGo", lambda: self.go(document.selected)),
            named(Btn("Add"), "tableAdd", self.add),
            named(Btn("Double"), "tableDouble", self.double),
            named(Btn("Remove"), "tableRemove", lambda: map_points.remove(document, studio, document.selected)),
        )
        back = named(Btn("Map", "map", "flat"), "tableBack", self.closed, "Show the Points on the map again")
        lay_out(self, self.table, buttons, back, (0, 8, 0, 0))

    def refresh(self, _show: object = None) -> None:
        """Show the Points as they are."""
        self.model.refresh()
        self._show_selected()

    def _show_selected(self) -> None:
        row = self.document.selected
        if row != self.table.currentIndex().row() and row < len(self.model.points):
            index = self.model.index(row, 0) if row >= 0 else QModelIndex()
            chosen = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.table.selectionModel().setCurrentIndex(index, chosen)

    def go(self, row: int) -> None:
        """Let the song stand where the Point at *row* stands."""
        if 0 <= row < len(self.model.points):
            self.studio.seek(self.model.points[row].t)

    def add(self) -> None:
        """A Point where the picture rests now, at the present song time."""
        if self.studio.session is not None:
            now = self.studio.now()
            map_points.add(self.document, self.studio, self.studio.session.ws_at(now).mean(axis=0), now)

    def double(self) -> None:
        """A second Point like the selected one."""
        if 0 <= self.document.selected < len(self.model.points):
            map_points.double(self.document, self.studio, self.document.selected, self.studio.now())
            self.document.end_merge()
