"""The hot cues and the parts of the song as a table: all that the timeline can do with them, for ears and keys."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.control.addresses import ControlError
from app.engine.show.hot_cues import COUNT
from app.ui.document import Document
from app.ui.hot_cues import HotCues
from app.ui.points import minutes
from app.ui.section_edits import SectionEdits
from app.ui.section_scene import called_words, row_of, scene_words
from app.ui.studio import Studio
from app.ui.tables import RIGHT, Table, lay_out, named, seconds
from app.ui.widgets import Btn

COLUMNS = ("What", "From", "To", "Looks like", "Name", "Scene")
_FROM, _TO, _LIKE, _NAME, _SCENE = 1, 2, 3, 4, 5
Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole


@dataclass(frozen=True, slots=True)
class Row:
    """A hot cue by its *number*, or the part of the song at *place*; the other of the two is 0 or -1."""

    number: int
    place: int
    name: str
    start: float
    end: float
    label: str = ""
    scene: str = ""

    @property
    def what(self) -> str:
        """What it is."""
        return f"Hot cue {self.number}" if self.number else f"Section {self.place + 1}"


class CueModel(QAbstractTableModel):
    """Cues and parts as rows, in time (main thread); typing into a cell edits the Show."""

    def __init__(self, document: Document, cues: HotCues, parts: SectionEdits) -> None:
        super().__init__()
        self._document, self._cues, self._parts = document, cues, parts
        self.rows: tuple[Row, ...] = ()

    def refresh(self) -> None:
        """Read cues and parts again."""
        cues = [Row(cue.number, -1, cue.name, cue.t, cue.t) for cue in self._cues.cues]
        scenes = self._document.show.scenes
        parts = [
            Row(0, i, s.name, s.start, s.end, s.label, scene_words(s, scenes))
            for i, s in enumerate(self._parts.sections)
        ]
        rows = tuple(sorted((*parts, *cues), key=lambda row: (row.start, row.number)))
        if len(rows) != len(self.rows):
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
        elif rows != self.rows:
            self.rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(COLUMNS) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if role == Role.TextAlignmentRole and section in (_FROM, _TO) and way == Qt.Orientation.Horizontal:
            return RIGHT
        if role != Role.DisplayRole:
            return None
        return COLUMNS[section] if way == Qt.Orientation.Horizontal else str(section + 1)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        column = index.column()
        if role == Role.TextAlignmentRole and column in (_FROM, _TO):
            return RIGHT
        if role not in (Role.DisplayRole, Role.EditRole):
            return None
        row = self.rows[index.row()]
        to = "" if row.number else minutes(row.end)
        return (row.what, minutes(row.start), to, row.label, row.name, row.scene)[column]

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if self._editable(self.rows[index.row()], index.column()) else flags

    def _editable(self, row: Row, column: int) -> bool:
        if row.number:
            return column in (_NAME, _FROM)
        last = len(self._parts.sections) - 1
        return (
            column in (_NAME, _LIKE, _SCENE)
            or (column == _FROM and row.place > 0)
            or (column == _TO and row.place < last)
        )

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        text, row, column = str(value).strip(), self.rows[index.row()], index.column()
        if not self._editable(row, column):
            return False
        try:
            (self._edit_cue if row.number else self._edit_part)(row, column, text)
        except ValueError:  # no time, no letter, no scene: the cell keeps what it had
            return False
        self._document.end_merge()
        return True

    def _edit_cue(self, row: Row, column: int, text: str) -> None:
        if column == _NAME:
            self._cues.change(row.number, f"Name hot cue {row.number}", name=text)
        else:
            self._cues.move(row.number, seconds(text))

    def _edit_part(self, row: Row, column: int, text: str) -> None:
        if column == _NAME:
            self._parts.change(row.place, "Rename section", name=text)
        elif column == _SCENE:
            self._parts.call(row.place, row_of(text, self._document.show.scenes))
        elif column == _LIKE:
            if not (len(text) == 1 and text.isascii() and text.isalpha()):
                raise ValueError(text)
            self._parts.change(row.place, "Section look", label=text.upper())
        else:
            self._parts.move_border(row.place - (column == _FROM), seconds(text))


class CueTable(QWidget):
    """Owns the table and its row of buttons (main thread), in place of the timeline."""

    closed = Signal()

    def __init__(self, document: Document, studio: Studio, cues: HotCues, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document, self.studio, self.cues = document, studio, cues
        self.parts = SectionEdits(studio)
        self.model = CueModel(document, cues, self.parts)
        self.table = Table("cueTable", "Hot cues and sections", self.model, stretched=_NAME)
        self.table.horizontalHeader().moveSection(_SCENE, _NAME)
        self.setAutoFillBackground(True)
        self._lay_out()
        self.table.removed.connect(lambda _row: self.remove())
        self.table.opened.connect(lambda _row: self.go())
        document.watch(self.refresh, "hot_cues", "sections", "song", called_words)
        studio.sessions.watch(self.refresh, "sections")
        cues.changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        buttons = (
            named(Btn("Go"), "cueGo", self.go, "Go there: to a hot cue when a launch would begin"),
            named(Btn("Set hot cue"), "cueSet", self.set_cue, "The first free number, where the song is"),
            named(Btn("Split here"), "cueSplit", self.split, "Two sections, from where the song is"),
            named(Btn("Loop"), "cueLoop", self.loop, "Loop the chosen section"),
            named(Btn("Remove"), "cueRemove", self.remove, "The hot cue; a section goes on to the end of the next"),
        )
        back = named(Btn("Timeline", "activity", "flat"), "cueBack", self.closed, "Show the timeline again")
        lay_out(self, self.table, buttons, back, (8, 4, 8, 4))

    def refresh(self, _show: object = None) -> None:
        """Show cues and parts as they are."""
        self.model.refresh()

    @property
    def chosen(self) -> Row | None:
        """The row that the keys are on."""
        row = self.table.currentIndex().row()
        return self.model.rows[row] if 0 <= row < len(self.model.rows) else None

    def go(self) -> None:
        """Let the song go to the chosen row."""
        row = self.chosen
        if row is not None and row.number:
            self.cues.jump(row.number)
        elif row is not None:
            self.studio.seek(row.start)

    def set_cue(self) -> None:
        """The first free number, where the song is now; what cannot be is told in one sentence."""
        free = next((n for n in range(1, COUNT + 1) if self.cues.of(n) is None), 0)
        try:
            if not free:
                raise ControlError(f"All {COUNT} hot cues are set. Remove one first.")
            self.cues.set(free)
        except ControlError as error:
            self.studio.told.emit("info", "No hot cue was set", str(error))

    def split(self) -> None:
        """Two sections, the second from where the song is."""
        self.parts.split(self.studio.now())

    def loop(self) -> None:
        """Loop the chosen part of the song."""
        row = self.chosen
        if row is not None and not row.number:
            self.studio.set_loop((row.start, row.end))
            self.document.end_merge()

    def remove(self) -> None:
        """Take the chosen cue away; a section goes on to the end of the next."""
        row = self.chosen
        if row is not None and row.number:
            self.cues.remove(row.number)
        elif row is not None:
            self.parts.merge(row.place)
