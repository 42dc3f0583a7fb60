"""The Safety page: what the flash guard does, how it is switched off, and what is seen when the engine fails."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.engine.show.guard import LONGEST
from app.ui.over_page import OverPage
from app.ui.standby import BLACK, LAST
from app.ui.theme import STAGE, font
from app.ui.widgets import Btn, Segmented, label_of, rule, tint, words

if TYPE_CHECKING:
    from app.ui.safety import Safety

WIDE, TALL = 520, 304
_KINDS = (LAST, BLACK, "picture")


class SafetyPage(OverPage):
    """Shows Safety and asks it (main thread)."""

    file_wanted = Signal()

    def __init__(self, safety: "Safety", window: QWidget) -> None:
        super().__init__(
            self.tr("Safety"),
            self.tr("Flashing light can give people seizures. The audience cannot look away in time."),
            WIDE, TALL, window,
        )  # fmt: skip
        self.setObjectName("safetyPage")
        self._safety = safety
        self.state = words("", 13, 600, STAGE.text_hi)
        self.figure = words("")
        self.figure.setWordWrap(True)
        self.reason = QLineEdit()
        self.reason.setFont(font(12))
        self.reason.setFixedHeight(28)
        self.reason.setMaxLength(LONGEST)
        self.reason.setAccessibleName(self.tr("Why the flash guard is to be off"))
        self.reason.setPlaceholderText(self.tr("Why is it to be off? The show and its films keep the reason."))
        self.off, self.on = Btn(self.tr("Switch off"), look="danger"), Btn(self.tr("Switch on"), look="primary")
        kinds = (self.tr("Last picture"), self.tr("Black"), self.tr("A picture…"))
        self.standby = Segmented([(word, "") for word in kinds])
        self.standby.setAccessibleName(self.tr("When the engine fails, the audience sees"))
        self.file = words("", 12, 400, STAGE.text3)
        self._lay_out()
        self.reason.textChanged.connect(self._typed)
        self.reason.returnPressed.connect(self.off.click)
        self.off.clicked.connect(lambda: safety.switch_off(self.reason.text()))
        self.on.clicked.connect(safety.switch_on)
        self.standby.chosen.connect(self._chosen)
        safety.changed.connect(self.follow)
        self.follow()

    def _lay_out(self) -> None:
        self.column.addWidget(rule())
        guard = QVBoxLayout()
        guard.setContentsMargins(20, 14, 20, 16)
        guard.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(self.state, 1)
        head.addWidget(self.on)
        guard.addLayout(head)
        guard.addWidget(self.figure)
        guard.addSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.reason, 1)
        line.addWidget(self.off)
        guard.addLayout(line)
        self.column.addLayout(guard)
        self.column.addWidget(rule())
        below = QVBoxLayout()
        below.setContentsMargins(20, 14, 20, 16)
        below.setSpacing(8)
        told = self.tr("When the engine fails, the a&udience sees")
        below.addWidget(label_of(told, self.standby, 13, 600, STAGE.text_hi))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.standby)
        row.addWidget(self.file, 1)
        below.addLayout(row)
        hint = words(self.tr("The last picture holds for two seconds first. It comes back with the engine."))
        hint.setWordWrap(True)
        below.addWidget(hint)
        self.column.addLayout(below)
        self.column.addStretch(1)

    def first_field(self) -> QWidget:
        return self.reason if self.reason.isVisible() else self.on

    def about_to_show(self) -> None:
        self.reason.clear()
        self.follow()

    def follow(self) -> None:
        """Say what is so now."""
        safety, tr = self._safety, self.tr
        on, flashes = safety.on, safety.flashes
        if not on:
            state, ink = tr("The flash guard is off"), STAGE.queued_text
        elif safety.guarding:
            state, ink = tr("The flash guard softens the picture"), STAGE.queued_text
        else:
            state, ink = tr("The flash guard is on"), STAGE.text_hi
        self.state.setText(state)
        tint(self.state, ink)
        told = tr("Flashes in the last second, over a quarter of the picture: {}.").format(flashes)
        more = tr("More than three are softened, live and in films.") if on else tr("Why: {}").format(safety.reason)
        self.figure.setText(f"{told}\n{more}")
        for widget in (self.reason, self.off):
            widget.setVisible(on)
        self.on.setVisible(not on)
        self._typed()
        chosen = safety.standby.chosen
        self.standby.set_index(0 if chosen == LAST else 1 if chosen == BLACK else 2)
        self.file.setText(safety.standby.words if self.standby.index == 2 else "")

    def _typed(self, _text: str = "") -> None:
        self.off.setEnabled(bool(self.reason.text().strip()))

    def _chosen(self, index: int) -> None:
        if index == 2:
            self.file_wanted.emit()
        else:
            self._safety.choose_standby(_KINDS[index])
        self.follow()
