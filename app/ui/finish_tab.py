"""The Finish tab: the picture after the network, at rest; routes move it from here."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.engine.show.show import Finish, Show
from app.ui.document import Document
from app.ui.params import ParamRow
from app.ui.react_simple import DRAW_EVERY, Heading
from app.ui.sound_page import SoundPage
from app.ui.studio import Studio
from app.ui.theme import STAGE, font
from app.ui.widgets import Btn, Scroller, rule, words

PICTURE = ("brightness", "contrast", "saturation", "hue")


class FinishTab(SoundPage):
    """Owns the rows of the Finish settings (main thread)."""

    def __init__(self, document: Document, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, DRAW_EVERY, parent)
        self.setObjectName("finishTab")
        self.document, self.studio = document, studio
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 6, 0, 12)
        column.setSpacing(0)
        column.addWidget(Heading("Picture", 32))
        self.rows = [ParamRow(document, f"finish.{name}") for name in (*PICTURE, "noise")]
        for row in self.rows[:-1]:
            column.addWidget(row)
        column.addWidget(Heading("Network", 34))
        column.addWidget(self.rows[-1])
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(Scroller(page), 1)
        outer.addWidget(rule())
        outer.addWidget(self._foot())
        document.changed.connect(self.show_value)
        self.show_value(document.show)

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

    def show_value(self, show: Show) -> None:
        """Say whether anything is set."""
        finish, rest = show.scene.finish, Finish()
        changed = sum(getattr(finish, r.param.field) != getattr(rest, r.param.field) for r in self.rows)
        self.note.setText(f"{changed} changed" if changed else "The picture as the network makes it")
        self.reset.setEnabled(changed > 0)

    def draw_sound(self, t: float) -> None:
        session = self.studio.session
        if session is not None:
            look = session.score.at(t)
            for row in self.rows:
                row.show_push(look)
