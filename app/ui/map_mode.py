"""Map mode: all that a knob or a key can be given to is tinted; click it, then turn the knob or press the key."""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.control.actions import ACTIONS
from app.control.addresses import ControlError, label_of
from app.ui.controllers import Controllers
from app.ui.keys import Keys, key_of, native
from app.ui.map_spots import Spot, spots
from app.ui.panel import Panel
from app.ui.theme import STAGE, fade, font
from app.ui.widgets import paint

LOOK_MS = 400
_PILL, _BANNER = 16, 32

Kind = Literal["", "midi", "keys"]


class MapMode(QWidget):
    """Covers the window while it is on and takes its clicks (main thread); what plays goes on below."""

    changed = Signal()
    kind: Kind = ""
    waits = ""
    """The target of the control that was clicked."""

    def __init__(self, controllers: Controllers, keys: Keys, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("mapMode")
        self.setAccessibleName("Map mode")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._controllers, self._keys, self._window = controllers, keys, window
        self.spares: Callable[[QKeyEvent], bool] = lambda _event: False
        """Which keys are never caught now."""
        self.spots: tuple[Spot, ...] = ()
        self._taken = ""
        self._in_vain = False
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self.look)
        controllers.changed.connect(self._learnt)
        keys.changed.connect(self.update)
        self.hide()

    def show_mode(self, kind: Kind) -> None:
        """Map MIDI or keys; nothing ends it."""
        self._controllers.stop_learning()
        self.kind, self.waits, self._taken = kind, "", ""
        if kind == "midi" and not self._controllers.midi_on:
            self._controllers.set_midi(True)
            self._in_vain = bool(self._controllers.midi_problem)
        elif self._in_vain and self._controllers.midi_problem:
            self._in_vain = False
            self._controllers.set_midi(False)  # what was opened for this alone leaves no alarm behind
        (self._window.installEventFilter if kind else self._window.removeEventFilter)(self)
        if kind:
            for panel in self._window.findChildren(Panel):
                panel.hide()  # what lies below it is to be mapped
            self.setGeometry(self._window.rect())
            self.look()
            self._look.start()
            self.show()
            self.raise_()
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._look.stop()
            self.hide()
        self.changed.emit()

    def look(self) -> None:
        """What is there now to be mapped?"""
        found = spots(self._window, keys=self.kind == "keys")
        if found != self.spots:
            self.spots = found
            self.update()

    def words(self, target: str) -> str:
        """What moves *target* already."""
        if self.kind == "keys":
            return self._keys.words(target[3:])
        mapped = self._controllers.mapping_of(target)
        return "" if mapped is None else mapped.source_words.replace(" · any channel", "").replace(" · channel", " ·")

    @property
    def banner(self) -> str:
        """What to do next."""
        if self._taken:
            key, holders = native(self._taken), self._keys.map.holders(self._taken, self.waits[3:])
            other = " and ".join(ACTIONS[name].label for name in holders)
            return f"{key} is the key of {other}. Enter: replace. Esc: keep."
        if self.waits:
            todo = "Press a key for" if self.kind == "keys" else "Turn a knob, move a fader or press a pad for"
            return f"{todo} {label_of(self.waits)}. Esc: never mind."
        if self.kind == "keys":
            return "Keys: click a button, then press its key. Esc ends."
        if self._controllers.midi_problem:
            return f"{self._controllers.midi_problem} Esc ends."
        return "MIDI: click a control, then move a knob, a fader or a pad. Right-click forgets. Esc ends."

    # hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = self._at(event.position().toPoint())
        if spot is None:
            return
        if event.button() == Qt.MouseButton.RightButton:
            self._forget(spot.target)
            return
        self.waits, self._taken = spot.target, ""
        if self.kind == "midi":
            self._controllers.learn(spot.target)
            self.waits = self._controllers.learning
        self.update()

    def _at(self, at: QPoint) -> Spot | None:
        under = [spot for spot in self.spots if spot.box.contains(at)]
        return min(under, key=lambda spot: spot.box.width() * spot.box.height()) if under else None

    def _forget(self, target: str) -> None:
        if self.kind == "keys":
            self._keys.put(self._keys.map.having(target[3:], ()))
        else:
            self._controllers.forget(target)
        self.update()

    def event(self, event: QEvent) -> bool:
        caught = event.type() == QEvent.Type.ShortcutOverride and self.kind == "keys" and self.waits
        if caught and isinstance(event, QKeyEvent) and not self.spares(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, lets_go = event.key(), key_of(event) == "Esc"
        if lets_go and not (self.waits or self._taken):
            self.show_mode("")
        elif lets_go:
            self._controllers.stop_learning()
            self.waits, self._taken = ("", "") if not self._taken else (self.waits, "")
        elif self._taken and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._give(self._taken)
        elif self.kind == "keys" and self.waits and not self._taken:
            self._pressed(key_of(event))
        else:
            super().keyPressEvent(event)
        self.update()

    def _pressed(self, key: str) -> None:
        if key and self._keys.map.holders(key, self.waits[3:]):
            self._taken = key
        elif key:
            self._give(key)

    def _give(self, key: str) -> None:
        name = self.waits[3:]
        self.waits = self._taken = ""
        try:
            self._keys.put(self._keys.map.given(name, key))
        except ControlError as error:
            self._keys.told.emit("info", "Nothing was changed", str(error))

    def _learnt(self) -> None:
        if self.kind == "midi" and self.waits != self._controllers.learning:
            self.waits = self._controllers.learning
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize and self.kind:
            self.setGeometry(self._window.rect())
        return super().eventFilter(watched, event)

    # strokes

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), fade(STAGE.bg0, 0.35))
        region = event.region()  # whatever moves below is painted through this, forty times a second
        spots = [spot for spot in self.spots if region.intersects(spot.box.adjusted(-_PILL, -_PILL, _PILL, _PILL))]
        for spot in spots:
            chosen = spot.target == self.waits
            paint.fill(painter, spot.box, fade(STAGE.learn, 0.5 if chosen else 0.2), 4)
            paint.outline(painter, spot.box, STAGE.learn, 4, 2 if chosen else 1)
        for spot in spots:
            self._pill(painter, spot, self.words(spot.target))
        self._write_banner(painter)
        painter.end()

    def _pill(self, painter: QPainter, spot: Spot, told: str) -> None:
        """What moves it, on a dark ground: in the lower right corner where there is room below words, else amid."""
        if not told:
            return
        face = font(10, 600)
        wide = min(QFontMetrics(face).horizontalAdvance(told) + 10, max(spot.box.width(), 24))
        box, around = QRectF(0, 0, wide, min(_PILL, spot.box.height())), spot.box.toRectF()
        if around.height() >= 2 * _PILL:
            box.moveBottomRight(around.adjusted(0, 0, -min(3, around.width() - wide), -3).bottomRight())
        else:
            box.moveCenter(around.center())
        paint.fill(painter, box, STAGE.bg0, 4)
        paint.write(painter, box, told, face, STAGE.text_hi, paint.CENTER)

    def _write_banner(self, painter: QPainter) -> None:
        face = font(13, 600)
        wide = min(QFontMetrics(face).horizontalAdvance(self.banner) + 32, self.width() - 32)
        box = QRectF((self.width() - wide) / 2, self.height() - 2 * _BANNER - 28, wide, _BANNER)
        paint.fill(painter, box, STAGE.bg0, 6)
        paint.outline(painter, box, STAGE.learn, 6, 2)
        paint.write(painter, box, self.banner, face, STAGE.text_hi, paint.CENTER)
