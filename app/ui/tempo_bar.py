"""The tempo in the transport: the figure and who says so, Tap and Resync, the dots of the bar, the padlock."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QSizePolicy, QWidget

from app.engine.audio.beat_tracker import HELD
from app.ui.beats import BeatLeds, place_on
from app.ui.bound import IconBtn, bind
from app.ui.readouts import HEIGHT, Figure
from app.ui.theme import STAGE, font, pixmap
from app.ui.widgets import paint
from app.ui.widgets.buttons import Btn
from app.ui.widgets.fields import NumberField

if TYPE_CHECKING:
    from app.ui.studio import Studio

STEP, LARGE_STEP = 0.1, 1.0
"""Beats a minute of a turn of the wheel, and with Shift."""
ROOMY = 1560
"""From this width of the transport on, half and double have buttons of their own."""

_EVERY = 0.25  # seconds between two looks at a tempo that is heard: a figure that trembles cannot be read
_MORE = (("resync",), ("half_time", "double_time"), ("nudge_back", "nudge_on"), ("tempo_lock", "link"))


class BpmField(NumberField):
    """Beats a minute, large; typed, or turned by wheel and arrow keys (main thread)."""

    def __init__(self) -> None:
        super().__init__(lambda bpm: f"{bpm:.{self.places}f}" if bpm > 0 else "–")
        self.places = 2
        self.bpm = 0.0
        self.setObjectName("bpmField")
        self.setAccessibleName(self.tr("Tempo in beats a minute"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFont(font(20, 600))
        self.setFixedSize(self.fontMetrics().horizontalAdvance("000.00") + 8, 32)
        self.setTextMargins(0, 0, 1, 0)

    def show_bpm(self, bpm: float, places: int) -> None:
        """Show *bpm*, to so many decimal places; 0 is unknown."""
        self.bpm, self.places = bpm, places
        self.set_amount(round(bpm, places))

    def _step(self, turns: float, large: bool) -> None:
        if self.bpm > 0:
            self.entered.emit(round(self.bpm + turns * (LARGE_STEP if large else STEP), 2))

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta().y() or event.angleDelta().x()
        self._step(delta / 120.0, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            up = 1.0 if event.key() == Qt.Key.Key_Up else -1.0
            self._step(up, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            self.setText(self._text(round(self.bpm, self.places)))
        else:
            super().keyPressEvent(event)


class SourceTag(paint.KeyFocus, QAbstractButton):
    """Who says what the tempo is, over how sure that is; pressed, it shows what can be done (main thread)."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("tempoSource")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.word, self.confidence = "", 0.0
        self.setFixedSize(44, 36)

    def say(self, word: str, confidence: float) -> None:
        """*word* says so, this sure of it (0..1)."""
        confidence = round(confidence * 20) / 20
        if (word, confidence) == (self.word, self.confidence):
            return
        self.word, self.confidence = word, confidence
        sure = self.tr("held, nobody is sure of the beat") if confidence < HELD else f"{confidence:.0%}"
        self.setAccessibleName(f"{self.tr('Tempo from')}: {word or self.tr('nobody')}")
        self.setAccessibleDescription(sure)
        self.setToolTip(f"{self.accessibleName()} ({sure})")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(44, 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, wide = QPainter(self), self.width()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.isDown():
            paint.fill(painter, self.rect(), STAGE.bg3, 4)
        paint.write(painter, QRectF(5, 1, wide - 6, 14), "BPM", font(11), STAGE.text3)
        held = self.confidence < HELD
        paint.write(painter, QRectF(5, 14, wide - 6, 14), self.word or "–", font(11, 500), STAGE.text2)
        track = QRectF(5, 30, wide - 10, 3)
        paint.fill(painter, track, STAGE.bg3, 1)
        if self.confidence > 0:
            full = QRectF(track.x(), track.y(), max(track.width() * self.confidence, 3), 3)
            paint.fill(painter, full, STAGE.warn if held else STAGE.ok, 1)
        if self.ringed():
            paint.focus_ring(painter, self.rect())
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


class Padlock(IconBtn):
    """Closed while a hand decides on the tempo (main thread)."""

    def __init__(self) -> None:
        super().__init__("lock-open", "Keep the tempo", 14)
        self.setObjectName("tempoLock")
        self.room = QSize(26, 32)

    def _contents(self, painter: QPainter, ink: QColor) -> None:
        on = self.isChecked()
        ink = STAGE.accent if on else STAGE.text3
        at = QPointF((self.width() - self.side) / 2, (self.height() - self.side) / 2)
        painter.drawPixmap(at, pixmap("lock" if on else "lock-open", ink, self.side, self.devicePixelRatioF()))

    def _colors(self) -> tuple[QColor | None, QColor]:
        return (STAGE.bg3 if self.underMouse() else None), STAGE.text2


class TempoBar(QWidget):
    """Owns the tempo's part of the transport (main thread). Every button stands for an action."""

    def __init__(self, studio: "Studio", actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self._studio, self._actions = studio, actions
        self._looked = -1.0
        self.bpm, self.tag = BpmField(), SourceTag()
        self.tap, self.resync = Btn(self.tr("Tap")), Btn(self.tr("Resync"))
        self.half, self.double = Btn("÷2"), Btn("×2")
        self.more = IconBtn("ellipsis-vertical", self.tr("More on the tempo"), 16)
        self.more.room = QSize(22, 28)
        self.leds = BeatLeds()
        self.counter = Figure(16, "000.0")
        self.counter.setObjectName("barCounter")
        self.counter.setAccessibleName(self.tr("Bar and beat"))
        self.counter.setToolTip(self.tr("Bar and beat"))
        self.lock = Padlock()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        self._lay_out()
        self._wire()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for part in (self.bpm, self.tag, self.tap, self.resync, self.half, self.double, self.more):
            row.addWidget(part)
        row.addSpacing(3)
        row.addWidget(self.leds)
        row.addSpacing(5)
        row.addWidget(self.counter)
        row.addWidget(self.lock)

    def _wire(self) -> None:
        bound = {
            "tap": self.tap, "resync": self.resync, "half_time": self.half, "double_time": self.double,
            "tempo_lock": self.lock,
        }  # fmt: skip
        for name, button in bound.items():
            button.setObjectName(f"{name}Button")
            if name in self._actions:
                bind(button, self._actions[name])
        self.lock.setObjectName("tempoLock")
        self.bpm.entered.connect(self._studio.tempo.set_bpm)
        self.more.clicked.connect(lambda: self._open(self.more))
        self.tag.clicked.connect(lambda: self._open(self.tag))
        self._studio.played.connect(self._played)
        for changed in (self._studio.tempo.changed, self._studio.song_changed):
            changed.connect(self.look)
        self.look()

    def set_room(self, width: int, compact: bool) -> None:
        """Show what there is room for in a transport of *width* pixels."""
        for part in (self.resync, self.tag, self.lock):
            part.setVisible(not compact)
        for button in (self.half, self.double):
            button.setVisible(width >= ROOMY)

    def look(self) -> None:
        """Show the tempo as it is now."""
        tempo, t = self._studio.tempo, self._studio.now()
        grid, known = tempo.grid, tempo.source != "none"
        exact = tempo.source in ("song", "tap")
        self.bpm.show_bpm(grid.bpm_at(t) if known else 0.0, 2 if exact else 1)
        self.bpm.setToolTip(self._tip(known))
        self.tag.say(self._word(), grid.confidence if known else 0.0)
        self._show_place(t)

    def menu(self) -> QMenu:
        """What can be done to the tempo."""
        menu = QMenu(self)
        for group in _MORE:
            for name in group:
                if name in self._actions:
                    menu.addAction(self._actions[name])
            menu.addSeparator()
        peers = self._studio.tempo.peers
        if peers.link:
            menu.addAction(self.tr("Link: %n other(s)", "", peers.count)).setEnabled(False)
        runs = self.tr("MIDI clock runs") if peers.clocked else self.tr("No MIDI clock")
        menu.addAction(runs).setEnabled(False)
        return menu

    def _open(self, under: QWidget) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(under.mapToGlobal(under.rect().bottomLeft()))

    def _played(self, t: float) -> None:
        if self._studio.song.live and abs(t - self._looked) >= _EVERY:
            self._looked = t
            self.look()
        else:
            self._show_place(t)

    def _show_place(self, t: float) -> None:
        tempo = self._studio.tempo
        place = place_on(tempo.grid, t)
        self.leds.set_held(place is not None and tempo.held)
        self.leds.set_place(place)
        self.counter.set_text("–" if place is None else str(place))

    def _word(self) -> str:
        peers = self._studio.tempo.peers
        words = {"tap": self.tr("Tap"), "link": f"Link {peers.count}", "midi": "MIDI", "heard": self.tr("Heard"),
                 "song": self.tr("Song")}  # fmt: skip
        return words.get(self._studio.tempo.source, "")

    def _tip(self, known: bool) -> str:
        if known:
            return self.tr("Beats a minute. Type them, or turn the wheel (Shift: whole ones)")
        return self.tr("The beat has not been found yet. Tap it, or type the tempo")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.bpm.clearFocus()
        super().mousePressEvent(event)
