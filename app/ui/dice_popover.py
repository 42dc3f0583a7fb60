"""The dice opened: a padlock for each group that they may change, how far they throw, and two throws."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.control.dice import GROUPS
from app.ui.bound import IconBtn
from app.ui.dice_locks import GROUP_WORDS
from app.ui.looking import top_of
from app.ui.theme import STAGE
from app.ui.widgets import Btn, Slider, paint, rule, words

if TYPE_CHECKING:
    from app.ui.looks import OtherLooks

_WIDE = 268


class GroupLock(IconBtn):
    """The padlock of a group: closed, the dice leave it alone (main thread)."""

    def __init__(self, group: str) -> None:
        super().__init__("lock-open", f"Lock {GROUP_WORDS[group][0]}", 16)
        self.setObjectName(f"diceLock:{group}")
        self.setCheckable(True)
        self.room = QSize(32, 32)

    def show_locked(self, locked: bool) -> None:
        """Closed or open."""
        self.setChecked(locked)
        self.set_mark("lock" if locked else "lock-open")
        self.setToolTip("Locked: the dice leave it alone" if locked else "The dice may change it")

    def _colors(self) -> tuple[QColor | None, QColor]:
        ink = STAGE.accent if self.isChecked() else STAGE.text2
        return (STAGE.bg3 if self.underMouse() else None), ink


class DicePopover(QFrame):
    """Owns the padlocks and the amount as they are shown (main thread); it closes when anything else is pressed."""

    def __init__(self, looks: "OtherLooks", parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("dicePopover")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("What the dice may change")
        self.setFixedWidth(_WIDE)
        self._looks, self._locks = looks, looks.locks
        self.locks = {group: GroupLock(group) for group in GROUPS}
        self.amount, self.figure = Slider(0.0, 1.0, 1.0), words("", 12, 400, STAGE.text_hi)
        self.roll, self.far = Btn("Roll", "dices"), Btn("Roll far", "dices")
        self._lay_out()
        for group, button in self.locks.items():
            button.clicked.connect(lambda on, group=group: self._locks.lock(group, on))
        self.amount.moved.connect(lambda amount: self._locks.set_amount(round(amount, 2)))
        self.roll.clicked.connect(lambda: looks.throw())
        self.far.clicked.connect(lambda: looks.throw(big=True))
        self._locks.changed.connect(self.show_value)
        self.show_value()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 8, 10)
        column.setSpacing(0)
        column.addWidget(words("What the dice may change", 12, 600, STAGE.text_hi))
        column.addSpacing(4)
        for group, button in self.locks.items():
            name, what = GROUP_WORDS[group]
            row, label = QHBoxLayout(), words(name, 12, 500, STAGE.text)
            row.setSpacing(0)
            label.setFixedWidth(52)
            label.setBuddy(button)
            for part in (label, words(what, 11, 400, STAGE.text3)):
                row.addWidget(part)
            row.addStretch(1)
            row.addWidget(button)
            column.addLayout(row)
        column.addSpacing(6)
        column.addWidget(rule())
        column.addSpacing(6)
        how, throw = QHBoxLayout(), QHBoxLayout()
        how.setContentsMargins(0, 0, 4, 0)
        label = words("Amount", 12, 500, STAGE.text)
        label.setBuddy(self.amount)
        label.setFixedWidth(52)
        self.amount.setAccessibleName("How far the dice throw")
        self.amount.setToolTip("How far settings are thrown; a path is another one or stays")
        self.figure.setFixedWidth(44)
        self.figure.setAlignment(paint.RIGHT)
        how.addWidget(label)
        how.addWidget(self.amount)
        how.addWidget(self.figure)
        column.addLayout(how)
        column.addSpacing(8)
        throw.setSpacing(8)
        throw.setContentsMargins(0, 0, 4, 0)
        self.roll.setToolTip("Near what is there  (D)")
        self.far.setToolTip("Anywhere  (Shift+D)")
        throw.addWidget(self.roll)
        throw.addWidget(self.far)
        throw.addStretch(1)
        column.addLayout(throw)

    def show_value(self) -> None:
        """Show the padlocks and the amount as they are."""
        dice = self._locks.dice
        for group, button in self.locks.items():
            button.show_locked(group in dice.locked)
        self.amount.set_amount(dice.amount)
        self.figure.setText(f"{dice.amount * 100:.0f} %")

    def open_at(self, widget: QWidget) -> None:
        """Open beneath *widget*, its right edge at the widget's, but not out of the window or the screen."""
        self.adjustSize()
        right = widget.mapToGlobal(QPoint(widget.width(), widget.height() + 2))
        room = widget.screen().availableGeometry()
        left = max(room.left(), top_of(widget).mapToGlobal(QPoint(4, 0)).x())
        x = min(max(right.x() - self.width(), left), room.right() - self.width())
        self.move(x, min(right.y(), room.bottom() - self.height()))
        self.show()
        self.locks[GROUPS[0]].setFocus(Qt.FocusReason.OtherFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), STAGE.bg1)
        paint.outline(painter, self.rect(), STAGE.border_strong, 0)
