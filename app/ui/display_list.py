"""The small list of Shift+F11: every display by name, and the one the audience gets."""

from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QScreen
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from app.ui.displays import Display, displays
from app.ui.output_window import OutputWindow
from app.ui.over_page import OverPage
from app.ui.theme import STAGE, font, pixmap
from app.ui.widgets import paint

WIDE, TALL, ROW = 440, 420, 48
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class DisplayRow(paint.KeyFocus, QAbstractButton):
    """One display to choose: its name, its size, and what stands on it (main thread)."""

    def __init__(self, display: Display, about: str, chosen: bool) -> None:
        super().__init__()
        self.display, self.about = display, about
        self.setObjectName(f"display:{display.name}")
        self.setAccessibleName(", ".join(filter(None, (display.words, about))))
        self.setCheckable(True)
        self.setChecked(chosen)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedHeight(ROW)

    def sizeHint(self) -> QSize:
        return QSize(WIDE, ROW)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif step is not None:
            self.focusNextPrevChild(step > 0)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.underMouse() or self.hasFocus():
            painter.fillRect(self.rect(), STAGE.sel if self.isChecked() else STAGE.bg3)
        mark = pixmap("monitor-up", STAGE.accent if self.isChecked() else STAGE.text3, 18, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(20, (ROW - 18) / 2), mark)
        room = QRectF(52, 0, self.width() - 72, ROW)
        paint.write(painter, room.adjusted(0, 6, 0, -22), self.display.words, font(13, 600), STAGE.text_hi)
        paint.write(painter, room.adjusted(0, 24, 0, -6), self.about, font(11), STAGE.text2)
        if self.hasFocus():  # however it came: Enter chooses this one
            paint.focus_ring(painter, self.rect().adjusted(2, 2, -2, -2))
        painter.end()


class DisplayList(OverPage):
    """Lets the operator choose (main thread). Follows what is plugged in while it is shown."""

    chosen = Signal(str)

    def __init__(self, output: OutputWindow, window: QWidget) -> None:
        super().__init__(
            "Display", "Where the audience sees the picture. Enter chooses, Esc closes.", WIDE, TALL, window
        )
        self.setObjectName("displayList")
        self.setAccessibleName("Display")
        self._output = output
        self.rows: list[DisplayRow] = []
        self._stack = QVBoxLayout()
        self._stack.setSpacing(0)
        self._stack.setContentsMargins(1, 0, 1, 12)
        self.column.addLayout(self._stack)
        self.column.addStretch(1)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        for signal in (app.screenAdded, app.screenRemoved):
            signal.connect(self._screens_changed)  # a function of its own would outlive the window

    def about_to_show(self) -> None:
        self._fill()

    def first_field(self) -> QWidget:
        return next((row for row in self.rows if row.isChecked()), self.rows[0] if self.rows else self.close_button)

    def _screens_changed(self, _screen: QScreen) -> None:
        if self.isVisible():
            self._fill()

    def _fill(self) -> None:
        for row in self.rows:
            row.hide()
            row.deleteLater()
        own = self._window.screen().name()
        self.rows = []
        for display in displays():
            on = self._output.on and display.name == self._output.screen_name
            here = "this window is here" if display.name == own else ""
            about = " · ".join(filter(None, ("the audience sees it now" if on else "", here)))
            row = DisplayRow(display, about or "free", on)
            row.clicked.connect(partial(self._choose, display.name))
            self.rows.append(row)
            self._stack.addWidget(row)
        self._tall = 92 + len(self.rows) * ROW

    def _choose(self, name: str) -> None:
        self.hide()
        self.chosen.emit(name)
