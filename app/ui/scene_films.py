"""Films of chosen scenes, one each: the field that says of which, and the list to tick them in."""

from collections.abc import Iterable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.engine.show.show import Show
from app.ui.document import Document
from app.ui.popup import Popup
from app.ui.theme import STAGE
from app.ui.widgets import Btn, CheckBox, Picker, Scroller, grounded

_WIDE, _LINE, _TALLEST = 240, 28, 336


def scene_names(show: Show) -> tuple[str, ...]:
    """What the scenes of *show* are called: a part of it to watch."""
    return tuple(scene.name for scene in show.scenes)


class ScenesField(Picker):
    """Owns which scenes become films (main thread); none is a film of what plays.

    A scene that moves, goes or is called otherwise is no longer chosen: no film is of another than was meant.
    """

    chosen = Signal()

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._names: dict[int, str] = {}
        self.setObjectName("filmScenes")
        self.setAccessibleName(self.tr("Made of"))
        self.setToolTip(self.tr("What plays with its parts, or scenes, one film each"))
        self.clicked.connect(self.open)
        self.follow()

    @property
    def rows(self) -> tuple[int, ...]:
        """The scenes, in their order; none for what plays."""
        scenes = self._document.show.scenes
        return tuple(r for r, name in sorted(self._names.items()) if r < len(scenes) and scenes[r].name == name)

    def pick(self, rows: Iterable[int]) -> None:
        """Let the scenes at *rows* become films."""
        scenes = self._document.show.scenes
        self._names = {row: scenes[row].name for row in rows if 0 <= row < len(scenes)}
        self.follow()
        self.chosen.emit()

    def follow(self) -> None:
        """Say of what."""
        rows, scenes = self.rows, self._document.show.scenes
        words = scenes[rows[0]].name if len(rows) == 1 else self.tr("{} scenes, one each").format(len(rows))
        self.setText(words if rows else self.tr("What plays"))
        self.updateGeometry()

    def open(self) -> None:
        """The list, under the field."""
        self.list().show()

    def list(self) -> "SceneTicks":
        """Every scene with its tick, where it belongs on the screen."""
        made = SceneTicks(self, scene_names(self._document.show))
        below, room = self.mapToGlobal(QPoint(0, self.height() + 2)), self.screen().availableGeometry()
        above = self.mapToGlobal(QPoint(0, -2)).y() - made.height()
        fits = below.y() + made.height() <= room.bottom()
        made.move(below.x(), below.y() if fits else max(above, room.top()))
        return made


class SceneTicks(Popup):
    """The scenes to be ticked (main thread); what is ticked counts at once."""

    def __init__(self, field: ScenesField, names: tuple[str, ...]) -> None:
        super().__init__("sceneTicks", field)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(self.tr("Scenes that become films"))
        self._field = field
        self.all, self.none = Btn(self.tr("All")), Btn(self.tr("What plays"))
        page, head = grounded(QWidget(), STAGE.bg2), QHBoxLayout()
        lines = QVBoxLayout(page)
        lines.setContentsMargins(12, 0, 12, 0)
        lines.setSpacing(0)
        rows = field.rows
        self.ticks = [CheckBox(f"{n}  {name}".replace("&", "&&")) for n, name in enumerate(names, 1)]
        for row, tick in enumerate(self.ticks):
            tick.setFixedHeight(_LINE)
            tick.setAccessibleName(names[row])
            tick.setChecked(row in rows)
            tick.clicked.connect(self._ticked)
            lines.addWidget(tick)
        for button in (self.all, self.none):
            button.tall = 28
            head.addWidget(button)
        head.addStretch(1)
        head.setContentsMargins(12, 0, 12, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 10, 1, 10)
        column.addLayout(head)
        column.addWidget(Scroller(page))
        self.all.clicked.connect(lambda: self._set(True))
        self.none.clicked.connect(lambda: self._set(False))
        self.setFixedSize(_WIDE, min(len(names) * _LINE, _TALLEST) + 62)

    def _ticked(self) -> None:
        self._field.pick(row for row, tick in enumerate(self.ticks) if tick.isChecked())

    def _set(self, on: bool) -> None:
        for tick in self.ticks:
            tick.setChecked(on)
        self._ticked()
