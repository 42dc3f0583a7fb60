"""A right click on a control: let a knob move it, forget that, or copy its OSC address."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from app.control.addresses import address_of, is_target, label_of
from app.ui.controllers import Controllers
from app.ui.map_spots import own_target
from app.ui.theme import STAGE
from app.ui.widgets import paint

_MARGIN = 3


def target_of(widget: QWidget | None) -> tuple[str, QWidget | None]:
    """What *widget* or one around it moves, and that one; nothing for one that is no control."""
    while widget is not None:
        target = own_target(widget)
        if is_target(target):
            return target, widget
        widget = widget.parentWidget()
    return "", None


class LearnMark(QWidget):
    """A frame round the control that waits for a knob (main thread); clicks go through it."""

    def __init__(self, control: QWidget, around: QWidget) -> None:
        super().__init__(around)
        self.setObjectName("learnMark")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(control.geometry().adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN) & around.rect())
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint.outline(painter, self.rect(), STAGE.learn, 5, 2)


class Learning(QObject):
    """Owns the menu of controls and the mark of the one that is learnt (main thread)."""

    def __init__(self, controllers: Controllers, window: QWidget) -> None:
        super().__init__(window)
        self._controllers, self._window = controllers, window
        self._mark: LearnMark | None = None
        self.offers: list[Callable[[QMenu, str], None]] = []
        self._cancel = QShortcut(QKeySequence(Qt.Key.Key_Escape), window)
        self._cancel.setEnabled(False)
        self._cancel.activated.connect(controllers.stop_learning)
        controllers.changed.connect(self._follow)

    def open_at(self, event: QContextMenuEvent) -> bool:
        """Open the menu of the control under *event*; is there one?"""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        under = self._window.childAt(self._window.mapFromGlobal(event.globalPos()))
        target, control = target_of(QApplication.focusWidget() if by_key else under)
        if not target:
            return False
        menu = QMenu(self._window)
        self.offer(menu, target, control)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())
        return True

    def offer(self, menu: QMenu, target: str, control: QWidget | None = None) -> None:
        """Put what can be done about *target* into *menu*."""
        menu.setObjectName("controlMenu")
        if not menu.isEmpty():
            menu.addSeparator()
        mapped = self._controllers.mapping_of(target)
        moved = "" if mapped is None else f" (now {mapped.source_words})"
        menu.addAction(f"Learn MIDI{moved}", lambda: self._learn(target, control))
        if mapped is not None:
            menu.addAction("Forget MIDI", lambda: self._controllers.forget(target))
        menu.addAction("Copy OSC address", lambda: QGuiApplication.clipboard().setText(address_of(target)))
        for offer in self.offers:
            offer(menu, target)

    def _learn(self, target: str, control: QWidget | None) -> None:
        self._controllers.learn(target)
        if self._controllers.learning:
            around = None if control is None else control.parentWidget()
            self._mark = None if control is None or around is None else LearnMark(control, around)
            words = "Turn a knob, move a fader or press a pad. Esc: never mind."
            self._controllers.told.emit("info", f"What moves {label_of(target)}?", words)

    def _follow(self) -> None:
        """The mark goes with the learning."""
        learning = bool(self._controllers.learning)
        self._cancel.setEnabled(learning)
        if self._mark is not None and not learning:
            self._mark.deleteLater()
            self._mark = None
