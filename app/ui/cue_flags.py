"""Flags on a lane: one for each hot cue, to be clicked, dragged, named and coloured."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QIcon, QMouseEvent, QPainter, QPaintEvent, QPixmap, QRegion
from PySide6.QtWidgets import QMenu, QWidget

from app.engine.show.hot_cues import COUNT, HotCue
from app.ui.hot_cues import HotCues
from app.ui.lane import WHITE, Lane
from app.ui.name_field import NameField
from app.ui.theme import STAGE, font
from app.ui.widgets import paint, plain

WIDE, TALL, SWATCH = 15, 14, 12
_DRAG = 3
"""Pixels that a hand may tremble before it drags."""
_COLORS = ("Blue", "Sand", "Green", "Pink", "Yellow", "Cyan", "Violet", "Rose")


class CueFlag(QWidget):
    """The flag of one hot cue on *lane* (main thread): a click jumps, a drag moves it as one step of undo."""

    def __init__(self, cue: HotCue, cues: HotCues, lane: Lane) -> None:
        super().__init__(lane)
        self.cue, self._cues, self._lane = cue, cues, lane
        self._from: QPoint | None = None
        self._drags = False
        self.setObjectName(f"hotCue{cue.number}")
        self.setProperty("action", f"action:hot_cue_{cue.number}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def place(self, cue: HotCue) -> None:
        """Stand where *cue* is, if that can be seen."""
        self.cue = cue
        lane, x = self._lane, round(self._lane.x_of(cue.t))
        at = f"{cue.t // 60:.0f}:{cue.t % 60:05.2f}"
        self.setAccessibleName(f"Hot cue {cue.number}, {cue.name or at}")
        self.setToolTip(plain(f"{cue.number}  {cue.words}, {at}. Drag moves it; right-click names and colours it."))
        self.setGeometry(x, 0, WIDE, lane.height())
        self.setMask(QRegion(0, 0, WIDE, TALL) + QRegion(0, 0, 1, lane.height()))
        self.setVisible(-WIDE < x < lane.width())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        color = STAGE.tints[self.cue.shade]
        head = QRect(0, 0, WIDE, TALL)
        painter.fillRect(0, 0, 1, self.height(), color)
        painter.fillRect(head, color)
        if self._cues.waiting == self.cue.number:
            paint.outline(painter, QRectF(head), WHITE, 0, 2)
        paint.write(painter, QRectF(head), str(self.cue.number), font(10, 700), STAGE.on_accent, paint.CENTER)
        painter.end()

    # --- hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._from, self._drags = event.position().toPoint(), False
            if self._lane.focusPolicy() != Qt.FocusPolicy.NoFocus:
                self._lane.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        here = self.mapToParent(event.position())
        self._drags = self._drags or abs(here.x() - self._from.x() - self.x()) > _DRAG
        if self._drags:
            self._cues.move(self.cue.number, self._lane.snapped(self._lane.t_of(here.x() - self._from.x()), event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, self._from = self._from is not None, None
        if held and self._drags:
            self._cues.end_move()
        elif held:
            self._cues.jump(self.cue.number)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu().popup(event.globalPos())

    def menu(self) -> QMenu:
        """What can be done with it."""
        cues, number = self._cues, self.cue.number
        menu = QMenu(self._lane)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Jump there", lambda: cues.jump(number))
        menu.addAction("Rename…", self.ask_name)
        colors = menu.addMenu("Colour")
        for color in range(1, COUNT + 1):
            row = colors.addAction(_swatch(color), _COLORS[color - 1])
            row.triggered.connect(partial(self._paint, color))
            row.setCheckable(True)
            row.setChecked(color - 1 == self.cue.shade)
        menu.addSeparator()
        menu.addAction("Remove", lambda: cues.remove(number))
        cues.offer(menu, f"do:hot_cue_{number}")
        return menu

    def _paint(self, color: int, _checked: bool = False) -> None:
        self._cues.change(self.cue.number, f"Colour of hot cue {self.cue.number}", color=color)

    def ask_name(self) -> None:
        """A field beside the flag."""
        number, wide = self.cue.number, 140
        field = NameField(self.cue.name, "Name of the hot cue", self._lane)
        left = min(max(self.x(), 0), max(self._lane.width() - wide, 0))
        field.setGeometry(left, 1, wide, min(self._lane.height() - 2, 22))
        field.named.connect(lambda name: self._cues.change(number, f"Name hot cue {number}", name=name))
        field.show()
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        field.selectAll()


class CueFlags(QObject):
    """Owns the flags on *lane* (main thread), one for each hot cue of the open song."""

    def __init__(self, cues: HotCues, lane: Lane) -> None:
        super().__init__(lane)
        self._cues, self._lane = cues, lane
        self.flags: dict[int, CueFlag] = {}
        cues.changed.connect(self.place)
        lane.axis.changed.connect(self.place)
        lane.installEventFilter(self)
        self.place()

    def place(self) -> None:
        """A flag for each, where it is."""
        now = {cue.number: cue for cue in self._cues.cues}
        for number in set(self.flags) - set(now):
            gone = self.flags.pop(number)
            gone.hide()
            gone.deleteLater()
        for number, cue in now.items():
            if number not in self.flags:
                self.flags[number] = CueFlag(cue, self._cues, self._lane)
            self.flags[number].place(cue)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.place()
        return False


def _swatch(color: int) -> QIcon:
    square = QPixmap(SWATCH, SWATCH)
    square.fill(STAGE.tints[color - 1])
    return QIcon(square)
