"""What stands over the window and closes by Esc, by the key that opened it, and some by a click beside it."""

from weakref import ref

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from app.ui.theme import STAGE
from app.ui.widgets import paint

_OWN = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Panel(QWidget):
    """A rounded sheet over its window, without a window of its own (main thread); what is below goes on."""

    beside = False
    """Does a click beside it close it?"""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._before: ref[QWidget] | None = None
        self.hide()

    def place(self, room: QRect) -> QRect:
        """Where it stands in the window's *room*."""
        raise NotImplementedError

    def about_to_show(self) -> None:
        """Fill it."""

    def first_field(self) -> QWidget:
        """What has the keys when it opens."""
        return self

    def toggle(self) -> None:
        """Show or hide."""
        if self.isVisible():
            self.hide()
            return
        before = QApplication.focusWidget()
        self._before = None if before is None else ref(before)
        self.about_to_show()
        self.setGeometry(self.place(self._window.rect()))
        self.show()
        self.raise_()
        self.first_field().setFocus(Qt.FocusReason.OtherFocusReason)
        if self.beside:
            QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def setVisible(self, visible: bool) -> None:
        """Show or hide; hidden, it listens to nothing: each picture that is painted is an event of its window."""
        (self._window.installEventFilter if visible else self._window.removeEventFilter)(self)
        if self.beside and not visible:
            QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        inside = QApplication.focusWidget()
        had = inside is None or inside is self or self.isAncestorOf(inside)
        leaves = had and not visible and self.isVisible()
        super().setVisible(visible)
        if leaves:
            self._give_back()

    def _give_back(self) -> None:
        """The keys go where they were before it opened, not on to whatever Tab would reach."""
        before = None if self._before is None else self._before()
        there = before if before is not None and isValid(before) and before.isVisible() else self._window
        there.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self.place(self._window.rect()))
        elif watched is self._window and isinstance(event, QKeyEvent) and self.isVisible():
            return self._escape(event)
        elif self.beside and isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            elsewhere = isinstance(watched, QWidget) and watched is not self and not self.isAncestorOf(watched)
            if elsewhere and self.isVisible():
                self.hide()
        return super().eventFilter(watched, event)

    def _escape(self, event: QKeyEvent) -> bool:
        """Esc that nothing else wanted closes it wherever the keys are: before any shortcut, as from within."""
        if event.key() != Qt.Key.Key_Escape or event.modifiers():
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.type() == QEvent.Type.KeyPress:
            self.hide()
        return True

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            own = event.key() in _OWN and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            event.setAccepted(own)  # they mean what is nearest, before any shortcut; with Shift Esc is panic
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint.fill(painter, self.rect(), STAGE.bg0)
        paint.fill(painter, self.rect(), STAGE.bg1, 8)
        paint.outline(painter, self.rect(), STAGE.border, 8)
        painter.end()
