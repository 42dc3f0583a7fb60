"""The tempo as it is shown, wherever it is: the figure to type into, who says so and how surely, the padlock."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QMenu

from app.engine.audio.beat_tracker import HELD
from app.ui.bound import IconBtn
from app.ui.theme import STAGE, font, pixmap
from app.ui.widgets import paint
from app.ui.widgets.fields import NumberField

if TYPE_CHECKING:
    from app.ui.studio import Studio

STEP, LARGE_STEP = 0.1, 1.0
"""Beats a minute of a turn of the wheel, and with Shift."""
_EVERY = 0.25  # seconds between two looks at a tempo that is heard: a figure that trembles cannot be read
_MORE = (("resync",), ("half_time", "double_time"), ("nudge_back", "nudge_on"), ("tempo_lock", "link"))


class BpmField(NumberField):
    """Beats a minute, large; typed, or turned by wheel and arrow keys (main thread).

    A *careful* one turns by the wheel with Ctrl alone, as all in Perform does.
    """

    def __init__(self, size: int = 20, tall: int = 32, *, careful: bool = False) -> None:
        super().__init__(lambda bpm: f"{bpm:.{self.places}f}" if bpm > 0 else "–")
        self.places, self._careful = 2, careful
        self.bpm = 0.0
        self.setObjectName("bpmField")
        self.setAccessibleName(self.tr("Tempo in beats a minute"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFont(font(size, 600))
        self.setFixedSize(self.fontMetrics().horizontalAdvance("000.00") + 8, tall)
        self.setTextMargins(0, 0, 1, 0)

    def show_bpm(self, bpm: float, places: int) -> None:
        """Show *bpm*, to so many decimal places; 0 is unknown."""
        self.bpm, self.places = bpm, places
        self.set_amount(round(bpm, places))

    def say(self, known: bool) -> None:
        """Tell in the tip what can be done, now that the tempo is *known* or not."""
        if not known:
            self.setToolTip(self.tr("The beat has not been found yet. Tap it, or type the tempo"))
        elif self._careful:
            self.setToolTip(self.tr("Beats a minute. Type them, or turn the wheel with Ctrl (and Shift: whole ones)"))
        else:
            self.setToolTip(self.tr("Beats a minute. Type them, or turn the wheel (Shift: whole ones)"))

    def _step(self, turns: float, large: bool) -> None:
        if self.bpm > 0:
            self.entered.emit(round(self.bpm + turns * (LARGE_STEP if large else STEP), 2))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._careful and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
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

    def __init__(self, tall: int = 36) -> None:
        super().__init__()
        self.setObjectName("tempoSource")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.word, self.confidence = "", 0.0
        self.setFixedSize(max(44, QFontMetrics(font(11, 500)).horizontalAdvance(self.tr("Song")) + 12), tall)

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
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, wide = QPainter(self), self.width()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.isDown():
            paint.fill(painter, self.rect(), STAGE.bg3, 4)
        painter.translate(0, (self.height() - 36) // 2)
        paint.write(painter, QRectF(5, 1, wide - 6, 14), "BPM", font(11), STAGE.text3)
        held = self.confidence < HELD
        paint.write(painter, QRectF(5, 14, wide - 6, 14), self.word or "–", font(11, 500), STAGE.text2)
        track = QRectF(5, 30, wide - 10, 3)
        paint.fill(painter, track, STAGE.track, 1)
        if self.confidence > 0:
            full = QRectF(track.x(), track.y(), max(track.width() * self.confidence, 3), 3)
            paint.fill(painter, full, STAGE.warn if held else STAGE.ok, 1)
        painter.resetTransform()
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

    def __init__(self, wide: int = 26, tall: int = 32) -> None:
        super().__init__("lock-open", "Keep the tempo", 14)
        self.setObjectName("tempoLock")
        self.room = QSize(wide, tall)

    def _contents(self, painter: QPainter, ink: QColor) -> None:
        on = self.isChecked()
        ink = STAGE.accent if on else STAGE.text3
        at = QPointF((self.width() - self.side) / 2, (self.height() - self.side) / 2)
        painter.drawPixmap(at, pixmap("lock" if on else "lock-open", ink, self.side, self.devicePixelRatioF()))

    def _colors(self) -> tuple[QColor | None, QColor]:
        return (STAGE.bg3 if self.underMouse() else None), STAGE.text2


class TempoFace:
    """Keeps a figure and a tag as the tempo is (main thread). What is typed into the figure is the tempo."""

    def __init__(self, studio: "Studio", bpm: BpmField, tag: SourceTag) -> None:
        self._studio, self.bpm, self.tag = studio, bpm, tag
        self._looked = -1.0
        bpm.entered.connect(studio.tempo.set_bpm)

    def look(self) -> None:
        """Show the tempo as it is now."""
        tempo, t = self._studio.tempo, self._studio.now()
        grid, known = tempo.grid, tempo.source != "none"
        exact = tempo.source in ("song", "tap")
        self.bpm.show_bpm(grid.bpm_at(t) if known else 0.0, 2 if exact else 1)
        self.bpm.say(known)
        self.tag.say(self._word(), grid.confidence if known else 0.0)

    def played(self, t: float) -> None:
        """Time stands at *t*: a tempo that is heard is looked at again, now and then."""
        if self._studio.song.live and abs(t - self._looked) >= _EVERY:
            self._looked = t
            self.look()

    def _word(self) -> str:
        peers, tr = self._studio.tempo.peers, self.tag.tr
        words = {"tap": tr("Tap"), "link": f"Link {peers.count}", "midi": "MIDI", "heard": tr("Heard"),
                 "song": tr("Song")}  # fmt: skip
        return words.get(self._studio.tempo.source, "")


def fill_tempo_menu(menu: QMenu, studio: "Studio", actions: Mapping[str, QAction]) -> QMenu:
    """Into *menu* what can be done to the tempo."""
    for group in _MORE:
        for name in group:
            if name in actions:
                menu.addAction(actions[name])
        menu.addSeparator()
    peers = studio.tempo.peers
    if peers.link:
        menu.addAction(menu.tr("Link: %n other(s)", "", peers.count)).setEnabled(False)
    runs = menu.tr("MIDI clock runs") if peers.clocked else menu.tr("No MIDI clock")
    menu.addAction(runs).setEnabled(False)
    return menu
