"""The dice of one group of settings: a throw of them alone, and a padlock where the dice leave them alone."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication

from app.ui.bound import IconBtn
from app.ui.dice_locks import GROUP_WORDS
from app.ui.dice_popover import DicePopover

if TYPE_CHECKING:
    from app.ui.looks import OtherLooks


class GroupDice(IconBtn):
    """Throws the settings *names* of the group *title* (main thread). Locked, it opens the padlocks instead."""

    def __init__(self, looks: "OtherLooks", title: str, names: Sequence[str]) -> None:
        super().__init__("dices", f"Roll {title}", 15)
        self.setObjectName(f"dice:{title}")
        self._looks, self._title, self._names = looks, title, tuple(names)
        self._group = self._names[0].partition(".")[0]
        self.room = QSize(28, 24)
        self.clicked.connect(self._pressed)
        looks.locks.changed.connect(self._show)
        self._show()

    @property
    def locked(self) -> bool:
        """Whether the dice leave the group alone."""
        return self._group in self._looks.dice.locked

    def _show(self) -> None:
        self.set_mark("lock" if self.locked else "dices")
        word = GROUP_WORDS[self._group][0]
        self.setToolTip(
            f"{word} is locked: the dice leave it alone. A press opens the padlocks"
            if self.locked
            else f"Roll {self._title}: near what is there, with Shift anywhere.\nRight click: padlocks and amount"
        )

    def _pressed(self) -> None:
        if self.locked:
            self.open_locks()
        else:
            shift = QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier
            self._looks.throw_some(self._title, self._names, big=bool(shift))

    def open_locks(self) -> None:
        """What the dice may change, and how far they throw."""
        DicePopover(self._looks, self).open_at(self)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.open_locks()
        event.accept()
