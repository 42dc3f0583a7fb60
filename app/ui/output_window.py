"""What the audience sees: one frameless full-screen window with the picture and nothing else (ux.md 2.4)."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QScreen
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.audience import Audience
from app.ui.displays import asked_for, choose, display_of, displays, recognise, screen_of
from app.ui.frame_rate import FrameRate
from app.ui.stage import StagePicture
from app.ui.theme import STAGE, font

LEAVE_MS = 1000
HINT_MS = 2000
LET_GO_MS = 80
"""A key held down on X11 comes up and down again many times, and a busy window cannot tell: this long is let go."""
_PRESSED = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)  # a shortcut on Esc would swallow the press itself
_FLAGS = (
    Qt.WindowType.Window
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowDoesNotAcceptFocus
    | Qt.WindowType.WindowStaysOnTopHint
)


class OutputWindow(QWidget):
    """Owns the audience's screen (main thread). Never takes the focus, never shows text but one two-second hint.

    It stays with one display: unplugged it hides and waits, and it never moves to another by itself.
    """

    opened = Signal(bool)
    lost = Signal(str)
    found = Signal(str)
    misplaced = Signal(str)

    def __init__(
        self, picture: StagePicture, operator: QWidget | None = None, audience: Audience | None = None
    ) -> None:
        super().__init__(None, _FLAGS)
        self.setObjectName("outputWindow")
        self.setWindowTitle(self.tr("Anthesis output"))
        self.setAccessibleName(self.tr("Output"))
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._picture, self._operator = picture, operator
        self.audience = audience or Audience(picture, self)
        self.screen_name = self.key = ""
        self.on = False
        self.painted_frame_id, self.rate = 0, FrameRate()
        self._hint = False
        self._leave = self._timer(LEAVE_MS, self.close_output)
        self._let_go = self._timer(LET_GO_MS, self._leave.stop)
        self._hint_off = self._timer(HINT_MS, self._hide_hint)
        self._check = self._timer(500, self._check_screen)
        self.audience.changed.connect(self._repaint)
        app = _app()
        app.screenRemoved.connect(self._screen_removed)
        app.screenAdded.connect(self._screen_added)

    def _timer(self, interval: int, then: object) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=interval)
        timer.timeout.connect(then)
        return timer

    @property
    def fps(self) -> float | None:
        """Pictures a second that the audience sees; None where it is not shown."""
        return self.rate.fps if self.on and self.isVisible() else None

    @property
    def waiting(self) -> bool:
        """Whether its display is not there: it comes back with it."""
        return self.on and not self.isVisible()

    def open_on(self, name: str) -> None:
        """Show on the screen called *name*; does nothing when there is none."""
        screen = screen_of(name)
        if screen is None:
            return
        self.screen_name, self.key = name, display_of(screen).key
        self._place(screen)
        self._check.start()
        self._hint = self._covers_operator()
        if self._hint:
            self._hint_off.start()
        self._picture.set_output(name)
        self._begin()

    def wait_for(self, words: str) -> None:
        """Open on the display that *words* mean; where it is not there, as soon as it is."""
        display = asked_for(words, displays())
        if display is not None:
            self.open_on(display.name)
            return
        self.screen_name = self.key = words
        self.hide()
        self._picture.set_output(words)
        self._begin()
        self.lost.emit(words)

    def _begin(self) -> None:
        if not self.on:
            self.on = True
            _app().installEventFilter(self)
            self.opened.emit(True)

    def set_fit(self, fit: str) -> None:
        """How the picture meets the screen's shape, as a film's *fit* says it."""
        self.audience.set_fit(fit)

    def close_output(self) -> None:
        """Leave the screen."""
        if not self.on:
            return
        was_waiting, self.on = self.waiting, False
        _app().removeEventFilter(self)
        for timer in (self._leave, self._let_go, self._hint_off, self._check):
            timer.stop()
        self._hint = False
        self.hide()
        self._picture.set_output("")
        self.opened.emit(False)
        if was_waiting:
            self.found.emit("")  # nobody waits for it any more

    def toggle(self, remembered: str = "") -> None:
        """F11: on the remembered display, or off."""
        if self.on:
            self.close_output()
            return
        operator = self._operator.screen().name() if self._operator else QGuiApplication.primaryScreen().name()
        self.open_on(choose(displays(), operator, remembered))

    def _place(self, screen: QScreen) -> None:
        # All three: setScreen alone stays on the primary screen, setGeometry alone is ignored on Wayland.
        active = QApplication.activeWindow()
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.setWindowState(Qt.WindowState.WindowFullScreen)
        self.show()  # showFullScreen would ask for the focus
        if active is not None and active is not self:
            active.activateWindow()  # some window managers give it to every new window
        screen.geometryChanged.connect(self._refit, Qt.ConnectionType.UniqueConnection)
        screen.physicalDotsPerInchChanged.connect(self._refit, Qt.ConnectionType.UniqueConnection)

    def _refit(self, _now: object = None) -> None:
        screen = screen_of(self.screen_name)
        if self.on and screen is not None:
            self.setGeometry(screen.geometry())
            self.update()

    def _check_screen(self) -> None:
        handle = self.windowHandle()
        if self.on and self.isVisible() and handle.screen().name() != self.screen_name:
            self.misplaced.emit(self.screen_name)

    def _screen_removed(self, screen: QScreen) -> None:
        if self.on and self.isVisible() and screen.name() == self.screen_name:
            self.hide()
            self._picture.set_output(self.screen_name, lost=True)
            self.lost.emit(self.screen_name)

    def _screen_added(self, screen: QScreen) -> None:
        there = (display_of(screen),)
        if self.waiting and (recognise(self.key, there) or asked_for(self.key, there)):
            self.open_on(screen.name())
            self.found.emit(screen.name())

    def _covers_operator(self) -> bool:
        return self._operator is not None and self._operator.screen().name() == self.screen_name

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc held for a second leaves, where the output covers the operator's only screen."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and not event.isAutoRepeat():
            if event.type() == QEvent.Type.KeyRelease:
                self._let_go.start()
            elif event.type() in _PRESSED and self._covers_operator():
                self._let_go.stop()
                if not self._leave.isActive():
                    self._leave.start()
        return False

    def _hide_hint(self) -> None:
        self._hint = False
        self.update()

    def _repaint(self) -> None:
        if self.isVisible():
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, dpr = QPainter(self), self.devicePixelRatioF()
        painter.scale(1 / dpr, 1 / dpr)  # in the pixels of the device, at whatever scale the desktop has
        size = QSize(round(self.width() * dpr), round(self.height() * dpr))
        self.audience.seen.paint(painter, size, self.screen_name)
        if self._hint and not self.audience.card:
            painter.scale(dpr, dpr)
            self._paint_hint(painter)
        painter.end()
        self.painted_frame_id = self.audience.number
        self.rate.painted(self.audience.number)

    def _paint_hint(self, painter: QPainter) -> None:
        painter.setFont(font(12))
        painter.setPen(QColor(STAGE.text2))
        corner = self.rect().adjusted(16, 12, -16, -12)
        painter.drawText(corner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, self.tr("Hold Esc to leave"))


def _app() -> QGuiApplication:
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    return app
