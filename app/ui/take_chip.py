"""The chip that says that a take is being recorded, or plays."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.ui.widgets import Chip

if TYPE_CHECKING:
    from app.ui.studio import Studio


class TakeChip(Chip):
    """Owns what it says (main thread); a click ends the recording, or the take that plays."""

    said = Signal()

    def __init__(self, studio: "Studio", actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(parent=parent)
        self.setObjectName("takeChip")
        self._studio, self._actions = studio, actions
        self._told = ""
        for moved in (studio.taking.changed, studio.replaying.changed):
            moved.connect(self.follow)
        studio.passed.connect(lambda _t: self.follow())
        self.clicked.connect(self._end)

    def follow(self) -> None:
        """Say how long it is."""
        taking, replaying = self._studio.taking, self._studio.replaying
        words, state, icon, tip = "", "good", "play-fill", self.tr("Any gesture ends it")
        if taking.recording:
            words, state, icon = self.tr("REC {}").format(_clock(taking.seconds)), "broken", "circle-dot"
            tip = self.tr("Ctrl+R ends the take and keeps it")
        elif replaying.on:
            words = self.tr("TAKE {}").format(_clock(replaying.seconds))
        if words == self._told:
            return
        self._told = words
        self.tell(words, state=state, icon=icon)
        self.setToolTip(tip)
        self.said.emit()

    def _end(self) -> None:
        name = "record" if self._studio.taking.recording else "replay"
        if name in self._actions:
            self._actions[name].trigger()


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
