"""What the dice may change and how far they throw: the padlocks and the amount, as widgets and menus set them."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu

from app.control.dice import GROUPS, Dice

GROUP_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "path": ("Path", "other places"),
    "react": ("React", "bands, pulse, randomness"),
    "finish": ("Finish", "colour and light"),
    "routes": ("Routes", "how deep each is"),
})  # fmt: skip
AMOUNTS = (10, 25, 50, 75, 100)


class DiceLocks(QObject):
    """Owns who is told that the dice are set otherwise (main thread). They stay so until the window closes."""

    changed = Signal()

    def __init__(self, dice: Dice, parent: QObject) -> None:
        super().__init__(parent)
        self.dice = dice

    def lock(self, group: str, on: bool) -> None:
        """Let the dice leave *group* alone, or not."""
        if on != (group in self.dice.locked):
            self.dice.lock(group, on=on)
            self.changed.emit()

    def set_amount(self, amount: float) -> None:
        """How far they throw, 0..1."""
        amount = min(max(amount, 0.0), 1.0)
        if amount != self.dice.amount:
            self.dice.amount = amount
            self.changed.emit()

    def words(self) -> str:
        """Which groups are locked, and how far a throw goes, where it is not all the way."""
        names = [GROUP_WORDS[group][0] for group in GROUPS if group in self.dice.locked]
        locked = f"Locked: {', '.join(names)}" if names else "Nothing is locked"
        return locked if self.dice.amount == 1.0 else f"{locked}. Amount {self.dice.amount * 100:.0f} %"

    def fill(self, menu: QMenu) -> None:
        """Put the padlocks and the amounts into *menu*, as they are now."""
        menu.clear()
        for group in GROUPS:
            lock = menu.addAction(f"Lock {GROUP_WORDS[group][0]}")
            lock.setCheckable(True)
            lock.setChecked(group in self.dice.locked)
            lock.triggered.connect(lambda on, group=group: self.lock(group, on))
        menu.addSeparator()
        for percent in AMOUNTS:
            choice = menu.addAction(f"Amount {percent} %", partial(self.set_amount, percent / 100))
            choice.setCheckable(True)
            choice.setChecked(round(self.dice.amount * 100) == percent)
