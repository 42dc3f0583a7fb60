"""What the audience sees: one frameless full-screen window with the picture and nothing else (ux.md 2.4)."""

from collections.abc import Sequence

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QRectF, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QGuiApplication, QImage, QKeyEvent, QPainter, QPaintEvent, QScreen
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.picture_shape import draw
from app.ui.stage import StagePicture
from app.ui.theme import STAGE, font

FADE_MS = 150
DISSOLVE_MS = 200
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


def choose_screen(names: Sequence[str], operator: str, remembered: str = "") -> str:
    """The screen to open on, by name: the remembered one, else the first that is not the operator's, else that one."""
    if remembered in names:
        return remembered
    return next((name for name in names if name != operator), operator)


class OutputWindow(QWidget):
    """Owns the audience's screen (main thread). Never takes the focus, never shows text but one two-second hint."""

    opened = Signal(bool)
    lost = Signal(str)
    found = Signal(str)
    misplaced = Signal(str)

    def __init__(self, picture: StagePicture, operator: QWidget | None = None) -> None:
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
        self.screen_name = ""
        self.on = False
        self.fit = "fit"
        self.painted_frame_id = 0
        self._hint = False
        self._leaving: QImage | None = None
        self._shade = self._fade(FADE_MS)
        self._mix = self._fade(DISSOLVE_MS)
        self._held: QImage | None = picture.held
        self._leave = self._timer(LEAVE_MS, self.close_output)
        self._let_go = self._timer(LET_GO_MS, self._leave.stop)
        self._hint_off = self._timer(HINT_MS, self._hide_hint)
        self._check = self._timer(500, self._check_screen)
        picture.changed.connect(self._repaint)
        picture.stage_changed.connect(self._stage)
        app = _app()
        app.screenRemoved.connect(self._screen_removed)
        app.screenAdded.connect(self._screen_added)
        self._stage()

    def _timer(self, interval: int, then: object) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=interval)
        timer.timeout.connect(then)
        return timer

    def _fade(self, duration: int) -> QVariantAnimation:
        fade = QVariantAnimation(self, duration=duration, startValue=0.0, endValue=1.0)
        fade.setEasingCurve(QEasingCurve.Type.OutQuad)
        fade.valueChanged.connect(self._repaint)
        return fade

    @property
    def black(self) -> float:
        """How much of the light BLACKOUT has taken, 0..1."""
        return float(self._shade.currentValue() or 0.0)

    def open_on(self, name: str) -> None:
        """Show on the screen called *name*; does nothing when there is none."""
        screen = _screen(name)
        if screen is None:
            return
        self.screen_name, was_on, self.on = name, self.on, True
        self._place(screen)
        self._check.start()
        if self._covers_operator():
            self._hint = True
            self._hint_off.start()
        self._picture.set_output(name)
        if not was_on:
            _app().installEventFilter(self)
            self.opened.emit(True)

    def set_fit(self, fit: str) -> None:
        """How the picture meets the screen's shape, as a film's *fit* says it."""
        self.fit = fit
        self._repaint()

    def close_output(self) -> None:
        """Leave the screen."""
        if not self.on:
            return
        self.on = False
        _app().removeEventFilter(self)
        for timer in (self._leave, self._let_go, self._hint_off, self._check):
            timer.stop()
        self._hint = False
        self.hide()
        self._picture.set_output("")
        self.opened.emit(False)

    def toggle(self, remembered: str = "") -> None:
        """F11: on the remembered screen, or off."""
        if self.on:
            self.close_output()
            return
        operator = self._operator.screen().name() if self._operator else QGuiApplication.primaryScreen().name()
        self.open_on(choose_screen([s.name() for s in QGuiApplication.screens()], operator, remembered))

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

    def _refit(self) -> None:
        screen = _screen(self.screen_name)
        if self.on and screen is not None:
            self.setGeometry(screen.geometry())

    def _check_screen(self) -> None:
        handle = self.windowHandle()
        if self.on and self.isVisible() and handle.screen().name() != self.screen_name:
            self.misplaced.emit(self.screen_name)

    def _screen_removed(self, screen: QScreen) -> None:
        if self.on and screen.name() == self.screen_name:
            self.hide()
            self._picture.set_output(self.screen_name, lost=True)
            self.lost.emit(self.screen_name)

    def _screen_added(self, screen: QScreen) -> None:
        if self.on and screen.name() == self.screen_name:
            self._place(screen)
            self.found.emit(self.screen_name)

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

    def _stage(self) -> None:
        _run(self._shade, self._picture.blackout_at is not None)
        if self._held is not None and self._picture.held is None:
            self._leaving = self._held
            self._mix.stop()
            self._mix.start()
        self._held = self._picture.held
        self._repaint()

    def _repaint(self) -> None:
        if self.isVisible():
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.black)
        image = self._picture.shown
        if image is not None and self.black < 1.0:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            draw(painter, image, QRectF(self.rect()), self.fit)
            self._paint_leaving(painter)
            if self.black > 0.0:
                painter.setOpacity(self.black)
                painter.fillRect(self.rect(), Qt.GlobalColor.black)
                painter.setOpacity(1.0)
        if self._hint:
            self._paint_hint(painter)
        self.painted_frame_id = self._picture.number

    def _paint_leaving(self, painter: QPainter) -> None:
        """The picture FREEZE held goes out over what ran on underneath."""
        if self._leaving is None or self._mix.state() != QVariantAnimation.State.Running:
            self._leaving = None
            return
        painter.setOpacity(1.0 - float(self._mix.currentValue()))
        draw(painter, self._leaving, QRectF(self.rect()), self.fit)
        painter.setOpacity(1.0)

    def _paint_hint(self, painter: QPainter) -> None:
        painter.setFont(font(12))
        painter.setPen(QColor(STAGE.text2))
        corner = self.rect().adjusted(16, 12, -16, -12)
        painter.drawText(corner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, self.tr("Hold Esc to leave"))


def _app() -> QGuiApplication:
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    return app


def _screen(name: str) -> QScreen | None:
    """By name: the order of screens() is not the order on the table."""
    return next((screen for screen in QGuiApplication.screens() if screen.name() == name), None)


def _run(fade: QVariantAnimation, on: bool) -> None:
    """Go to 1 when *on*, back to 0 when not, from wherever it stands."""
    target = QVariantAnimation.Direction.Forward if on else QVariantAnimation.Direction.Backward
    if float(fade.currentValue() or 0.0) != float(on) or fade.state() == QVariantAnimation.State.Running:
        fade.setDirection(target)
        if fade.state() != QVariantAnimation.State.Running:
            fade.start()
