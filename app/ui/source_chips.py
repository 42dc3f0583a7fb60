"""Chips: sources to be dragged onto what they shall move, and what they can be dropped on."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDrag,
    QDropEvent,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from app.engine.show.sources import SOURCES
from app.ui import theme
from app.ui.theme import STAGE
from app.ui.widgets import LinkDot, paint

if TYPE_CHECKING:
    _Button = QAbstractButton
else:
    _Button = object

MIME = "application/x-anthesis-source"
_TALL, _SCOPE = 24, 26


def dragged_source(mime: QMimeData) -> str:
    """The source that *mime* carries, or nothing."""
    source = bytes(mime.data(MIME).data()).decode("ascii", "replace") if mime.hasFormat(MIME) else ""
    return source if source in SOURCES else ""


def drag_source(widget: QWidget, source: str, color: QColor) -> None:
    """Let hands carry *source*, in its *color*, from *widget*, until they drop it."""
    seen = QPixmap(20, 20)
    seen.fill(Qt.GlobalColor.transparent)
    painter = QPainter(seen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint.badge(painter, QRectF(2, 2, 16, 16), theme.source_badge(source)[0], color)
    painter.end()
    mime = QMimeData()
    mime.setData(MIME, source.encode())
    drag = QDrag(widget)
    drag.setMimeData(mime)
    drag.setPixmap(seen)
    drag.setHotSpot(QPoint(10, 10))
    drag.exec(Qt.DropAction.CopyAction)


class SourceDrop(QObject):
    """Lets *widget* take a dropped source (main thread); while one is held over it, ``property("aimed")`` is true."""

    dropped = Signal(str)

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DragLeave:
            self._aim(False)
        elif isinstance(event, QDropEvent):  # enter and move are kinds of it
            source = dragged_source(event.mimeData())
            if not source:
                return False
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._aim(event.type() != QEvent.Type.Drop)
            if event.type() == QEvent.Type.Drop:
                self.dropped.emit(source)
            return True
        return False

    def _aim(self, aimed: bool) -> None:
        if bool(self._widget.property("aimed")) != aimed:
            self._widget.setProperty("aimed", aimed)
            self._widget.update()


class _Dragged(_Button):
    """Drags its *source* once the mouse has gone far enough with the button down. Main thread; mixed in first."""

    source = ""
    color = STAGE.text
    _pressed: QPointF | None = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position() if event.button() == Qt.MouseButton.LeftButton else None
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            super().mouseMoveEvent(event)
        elif (event.position() - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            self.setDown(False)
            drag_source(self, self.source, self.color)


class SourceChip(_Dragged, paint.KeyFocus, QAbstractButton):
    """A source: its mark, its name and what it does just now. Click to set it, drag it to let it move something."""

    hovered = Signal(str)

    def __init__(self, source: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source = source
        self.color = theme.source_badge(source)[1]
        self.trace: tuple[float, ...] = ()
        self._glows = False
        self.setObjectName(f"chip:{source}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCheckable(True)
        self.show_name(SOURCES[source])

    def show_name(self, name: str) -> None:
        """Show *name*, a macro's own for instance."""
        if name != self.text():
            self.setText(name)
            self.setAccessibleName(name)
            self.setToolTip(f"{name}: drag it onto what it shall move")
            self.updateGeometry()
            self.update()

    def show_color(self, color: QColor) -> None:
        """Be drawn in *color*, a macro's own for instance."""
        if color is not self.color:
            self.color = color
            self.update()

    def show_glow(self, glows: bool) -> None:
        """Let it stand out, as what it moves is pointed at."""
        if glows != self._glows:
            self._glows = glows
            self.update()

    def show_trace(self, trace: tuple[float, ...]) -> None:
        """Draw what the source did just now."""
        if trace != self.trace:
            self.trace = trace
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(theme.font(11)).horizontalAdvance(self.text()) + 42 + _SCOPE, _TALL)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.hovered.emit(self.source if event.type() == QEvent.Type.Enter else "")
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        letter, color = theme.source_badge(self.source)[0], self.color
        box = QRectF(self.rect())
        paint.fill(painter, box, paint.hover(STAGE.bg3 if self.isChecked() else STAGE.bg2, self.underMouse()), 12)
        if self._glows:
            paint.fill(painter, box, theme.fade(color, 0.3), 12)
        if self.isChecked():
            paint.outline(painter, box, STAGE.accent, 12)
        paint.badge(painter, QRectF(4, 4, 16, 16), letter, color)
        right = self.width() - _SCOPE - 9
        paint.write(painter, QRectF(24, 0, right - 30, _TALL), self.text(), theme.font(11), STAGE.text)
        if len(self.trace) > 1:
            step = _SCOPE / (len(self.trace) - 1)
            points = [QPointF(right + i * step, 18 - 12 * v) for i, v in enumerate(self.trace)]
            painter.setPen(QPen(color, 1.1))
            painter.drawPolyline(QPolygonF(points))
        if self.ringed():
            paint.focus_ring(painter, box, 12)


class SourceDot(_Dragged, LinkDot):
    """The mark of *source* beside a slider: click it as any, or drag it onto what else it shall move."""

    def __init__(self, source: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source = source
        self.color = theme.source_badge(source)[1]
