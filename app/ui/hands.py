"""What listens to hands in the window: controllers and keys, and the pages, menus and modes about them."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow

from app.control.addresses import label_of
from app.ui.controllers import Controllers
from app.ui.controllers_page import ControllersPage
from app.ui.findable import things
from app.ui.keys import Keys
from app.ui.keys_sheet import KeysSheet
from app.ui.learning import Learning
from app.ui.long_press import LongPress
from app.ui.map_mode import MapMode
from app.ui.palette import Palette
from app.ui.remote import Remote
from app.ui.settings import Settings
from app.ui.shortcuts_page import ShortcutsPage
from app.ui.studio import Studio

Chip = tuple[str, str]


class Hands(QObject):
    """Owns them all (main thread). The window gives it its actions and hears what the row at its foot should say."""

    chips = Signal(tuple, tuple, str)

    def __init__(self, studio: Studio, actions: Mapping[str, QAction], settings: Settings, window: QMainWindow) -> None:
        super().__init__(window)
        self._actions = actions
        self.keys = Keys(actions, settings, self)
        self.controllers = Controllers(studio, actions, settings, self)
        self.page = ControllersPage(self.controllers, settings, window)
        self.remote = Remote(self.controllers.web, settings, window)
        self.learning = Learning(self.controllers, window)
        self.sheet = KeysSheet(self.keys, window)
        self.shortcuts = ShortcutsPage(self.keys, window)
        self.shortcuts.refuses = self.page.songs.refuses = studio.on_air.refuses
        self.palette = Palette(actions, studio.document, self.keys, window)
        self.palette.things, self.palette.do = lambda: things(studio, settings), self.controllers.do
        self.long_press = LongPress(window)
        self.maps = MapMode(self.controllers, self.keys, window)
        for catches in (self.shortcuts.catcher, self.maps):
            catches.spares = lambda event: studio.on_air.on and self.keys.is_emergency(event)
        self.controllers.changed.connect(self._tell_chips)
        self.maps.changed.connect(self._mode_changed)
        self.page.map_wanted.connect(actions["map_mode"].trigger)
        for told in (self.controllers.told, self.keys.told):
            told.connect(studio.told)

    def table(self) -> dict[str, Callable[..., object]]:
        """Action id -> what it does."""
        return {
            "controllers": self.page.toggle,
            "keys": self.sheet.toggle,
            "shortcuts": self.shortcuts.toggle,
            "palette": self.palette.toggle,
            "map_mode": lambda on: self.maps.show_mode("midi" if on else ""),
            "key_map": lambda on: self.maps.show_mode("keys" if on else ""),
            **self.controllers.table(),
            **self.remote.table(),
        }

    def start(self) -> None:
        """Bring back what was open when the window was last closed."""
        if self.keys.problem:
            self.keys.told.emit("error", "The keys are those of the table", self.keys.problem)
        self.controllers.start()
        self.remote.start()

    def _mode_changed(self) -> None:
        self._actions["map_mode"].setChecked(self.maps.kind == "midi")
        self._actions["key_map"].setChecked(self.maps.kind == "keys")

    def _tell_chips(self) -> None:
        """A chip for each port that is open or should be, and for what is learnt."""
        hands = self.controllers
        midi: Chip = (hands.waiting or ", ".join(hands.devices) or "MIDI" if hands.midi_on else "", "plain")
        if hands.learning:
            midi = (f"Touch a control for {label_of(hands.learning)}", "degraded")
        elif hands.strangers:
            midi = (f"{hands.strangers[0]} found", "degraded")
        elif hands.midi_problem:
            midi = ("No MIDI", "broken")
        osc: Chip = (f"OSC {hands.osc_port.port}" if hands.osc_port is not None else "", "plain")
        if hands.osc_problem:
            osc = ("OSC is shut", "broken")
        self.chips.emit(midi, osc, f"{hands.midi_words}\n{hands.osc_words}")
