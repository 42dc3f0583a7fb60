"""The tempo in the transport: the figure and who says so, Tap and Resync, the dots of the bar, the padlock."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from app.ui.beats import BeatLeds, place_on
from app.ui.bound import IconBtn, bind
from app.ui.looking import when_seen
from app.ui.menus import pop_under
from app.ui.readouts import HEIGHT, Figure
from app.ui.tempo_face import BpmField, Padlock, SourceTag, TempoFace, fill_tempo_menu
from app.ui.widgets.buttons import Btn

if TYPE_CHECKING:
    from app.ui.studio import Studio

ROOMY = 1560
"""From this width of the transport on, half and double have buttons of their own."""
MEDIUM = 1310
"""And from this one on Resync has; below, they stand in the menu."""


class TempoBar(QWidget):
    """Owns the tempo's part of the transport (main thread). Every button stands for an action."""

    def __init__(self, studio: "Studio", actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self._studio, self._actions = studio, actions
        self.bpm, self.tag = BpmField(), SourceTag()
        self._face = TempoFace(studio, self.bpm, self.tag)
        self.tap, self.resync = Btn(self.tr("Tap")), Btn(self.tr("Resync"))
        self.half, self.double = Btn("÷2"), Btn("×2")
        self.more = IconBtn("ellipsis-vertical", self.tr("More on the tempo"), 16)
        self.more.room = QSize(24, 28)
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
        self.more.clicked.connect(lambda: self._open(self.more))
        self.tag.clicked.connect(lambda: self._open(self.tag))
        self._studio.passed.connect(when_seen(self._played))
        for changed in (self._studio.tempo.changed, self._studio.song_changed):
            changed.connect(self.look)
        self.look()

    def set_room(self, width: int, compact: bool) -> None:
        """Show what there is room for in a transport of *width* pixels."""
        for part in (self.tag, self.lock):
            part.setVisible(not compact)
        self.resync.setVisible(width >= MEDIUM)
        for button in (self.half, self.double):
            button.setVisible(width >= ROOMY)

    def look(self) -> None:
        """Show the tempo as it is now."""
        self._face.look()
        self._show_place(self._studio.now())

    def menu(self) -> QMenu:
        """What can be done to the tempo."""
        return fill_tempo_menu(QMenu(self), self._studio, self._actions)

    def _open(self, under: QWidget) -> None:
        pop_under(self.menu(), under)

    def _played(self, t: float) -> None:
        self._face.played(t)
        self._show_place(t)

    def _show_place(self, t: float) -> None:
        tempo = self._studio.tempo
        place = place_on(tempo.grid, t)
        self.leds.set_held(place is not None and tempo.held)
        self.leds.set_place(place)
        self.counter.set_text("–" if place is None else str(place))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.bpm.clearFocus()
        super().mousePressEvent(event)
