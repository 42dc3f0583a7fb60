"""The Finish tab: the picture after the network, at rest; routes move it from here."""

from collections.abc import Collection
from pathlib import Path

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.engine.render.lut import SUFFIX
from app.engine.show.show import Finish, LutRef, Show
from app.ui.document import Document
from app.ui.folds import Fold
from app.ui.group_dice import GroupDice
from app.ui.params import ParamRow
from app.ui.react_simple import DRAW_EVERY
from app.ui.sound_page import SoundPage
from app.ui.studio import Studio
from app.ui.theme import STAGE, font
from app.ui.widgets import Btn, Scroller, Segmented, plain, rule, words

GROUPS = {
    "Picture": ("brightness", "contrast", "saturation", "hue"),
    "Levels": ("black", "white", "gamma"),
    "Feedback and trails": ("feedback", "feedback_zoom", "feedback_turn", "trails"),
    "Mirrors": ("mirror", "kaleidoscope", "kaleidoscope_angle"),
    "Light": ("bloom", "bloom_from", "vignette"),
    "Glitch": ("glitch",),
    "Table of colours": ("lut_amount",),
    "Network": ("noise",),
}
OPEN = ("Picture", "Feedback and trails")
"""Groups that are open from the start."""
_MIRRORS = (("Off", "off"), ("Half", "left-right"), ("Quad", "quad"))


class MirrorRow(ParamRow):
    """The mirror, as three words side by side."""

    def __init__(self, document: Document) -> None:
        super().__init__(document, "finish.mirror", control=Segmented([(word, "") for word, _ in _MIRRORS]))

    def _build(self) -> None:
        self.control.setObjectName(f"param:{self.name}")
        self.control.setAccessibleName(self.param.label)
        self.control.setAccessibleDescription(self.param.doc)
        self.control.chosen.connect(lambda i: self.document.set_param(self.name, _MIRRORS[i][1], merge=False))
        self._row.addWidget(self.control)
        self._row.addStretch(1)
        self._add_dot()

    def show_value(self, show: Show) -> None:
        self.control.set_index([choice for _, choice in _MIRRORS].index(show.scene.finish.mirror))


class TableRow(QWidget):
    """The ``.cube`` file of the Scene that plays: its name, a button to choose it, one to leave it. Main thread."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.choose, self.leave = Btn("Choose…", "folder-open"), Btn(icon="x", look="flat")
        self.choose.setObjectName("chooseTable")
        self.choose.setAccessibleName("Choose a table of colours")
        self.choose.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.leave.setObjectName("leaveTable")
        self.leave.setAccessibleName("Use no table of colours")
        self.leave.setToolTip("Use no table")
        self.trouble = words("", 11, 400, STAGE.warn)
        self.trouble.setObjectName("tableTrouble")
        self.trouble.setWordWrap(True)
        self.label = words("File")
        row, column = QHBoxLayout(), QVBoxLayout(self)
        row.setSpacing(0)
        row.addWidget(self.label)
        row.addWidget(self.choose)
        row.addSpacing(4)
        row.addWidget(self.leave)
        row.addStretch(1)
        column.setContentsMargins(12, 0, 12, 2)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.trouble)
        self.choose.clicked.connect(self._ask)
        self.leave.clicked.connect(studio.luts.leave)

    def show_value(self, ref: LutRef | None) -> None:
        """Show which file it is, and what is wrong with it."""
        path = None if ref is None else Path(ref.file)
        name = "" if path is None else path.name
        self.choose.setText("Choose…" if path is None else name if len(name) <= 26 else f"{name[:14]}…{name[-10:]}")
        self.choose.set_mark("folder-open" if path is None else "image")
        self.choose.setToolTip("A .cube file; or drop one on the window" if path is None else plain(str(path)))
        self.choose.updateGeometry()
        self.leave.setVisible(path is not None)
        self.trouble.setText(self.studio.luts.trouble if path is not None else "")
        self.trouble.setVisible(bool(self.trouble.text()))

    def _ask(self) -> None:
        if self.studio.on_air.refuses():
            return
        kinds = f"Tables of colours (*{SUFFIX})"
        name, _ = QFileDialog.getOpenFileName(self, "Choose a table of colours", "", f"{kinds};;All files (*)")
        if name:
            self.studio.luts.choose(Path(name))


class FinishTab(SoundPage):
    """Owns the rows of the Finish settings, in groups that fold away (main thread)."""

    def __init__(self, document: Document, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, DRAW_EVERY, parent)
        self.setObjectName("finishTab")
        self.document, self.studio = document, studio
        self.table = TableRow(studio)
        self.rows: list[ParamRow] = []
        self.folds = {title: self._fold(title, names) for title, names in GROUPS.items()}
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 4, 0, 12)
        column.setSpacing(0)
        for title, fold in self.folds.items():
            column.addWidget(fold)
            fold.open(title in OPEN or bool(self._changed(title)))
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(Scroller(page), 1)
        outer.addWidget(rule())
        outer.addWidget(self._foot())
        document.watch(self.show_value, "scene.finish")
        studio.sessions.watch(self.show_table, "lut_trouble")
        self.show_value(document.show)

    def _fold(self, title: str, names: tuple[str, ...]) -> Fold:
        rows = [MirrorRow(self.document) if n == "mirror" else ParamRow(self.document, f"finish.{n}") for n in names]
        for row in rows:
            if row.field is not None:
                row.field.setFixedWidth(52)  # so that all lines end at one place
        self.rows += rows
        fold = Fold(title, [self.table, *rows] if "lut_amount" in names else rows)
        fold.head.hold(GroupDice(self.studio.performing.looks, title.lower(), [f"finish.{n}" for n in names]))
        return fold

    def _foot(self) -> QWidget:
        foot = QWidget()
        foot.setFixedHeight(39)
        row = QHBoxLayout(foot)
        row.setContentsMargins(12, 0, 1, 0)
        self.note = words("", 11, 400, STAGE.text3)
        self.reset = Btn("Reset", look="link")
        self.reset.face = font(11)
        self.reset.setObjectName("resetFinish")
        self.reset.setAccessibleName("Reset the finish")
        self.reset.clicked.connect(lambda: self.document.edit_scene("Reset finish", finish=Finish()))
        row.addWidget(self.note)
        row.addStretch(1)
        row.addWidget(self.reset)
        return foot

    def opened(self) -> list[str]:
        """The groups that are open."""
        return [title for title, fold in self.folds.items() if fold.is_open]

    def open_only(self, titles: Collection[str]) -> None:
        """Open the groups called *titles*, and fold the others away."""
        for title, fold in self.folds.items():
            fold.open(title in titles)

    def _changed(self, title: str) -> int:
        """How many settings of a group are not at rest."""
        finish, rest = self.document.show.scene.finish, Finish()
        names = (*GROUPS[title], "lut") if title == "Table of colours" else GROUPS[title]
        return sum(getattr(finish, name) != getattr(rest, name) for name in names)

    def show_value(self, show: Show) -> None:
        """Say what is set, group by group."""
        counts = {title: self._changed(title) for title in GROUPS}
        for title, count in counts.items():
            self.folds[title].head.set_note(f"{count} changed" if count else "")
        self.show_table()
        changed = sum(counts.values())
        self.note.setText(f"{changed} changed" if changed else "The picture as the network makes it")
        self.reset.setEnabled(changed > 0)

    def show_table(self, _session: object = None) -> None:
        """Show the table of colours, and whether it could be read."""
        self.table.show_value(self.document.show.scene.finish.lut)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow column labels take less room."""
        super().resizeEvent(event)
        wide = 128 if self.width() >= 340 else 118
        for label in (self.table.label, *(row.label for row in self.rows)):
            label.setFixedWidth(wide)
        for row in self.findChildren(MirrorRow):
            row.control.set_pad(20 if self.width() >= 340 else 14)

    def draw_sound(self, t: float) -> None:
        session = self.studio.session
        if session is not None:
            look = session.score.at(t + self.studio.live.pictures.ahead)
            for row in self.rows:
                row.show_push(look)
