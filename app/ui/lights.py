"""The lamps of the controllers: which pad has a scene, which waits, which plays, and which button is on."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction

from app.control.actions import ACTIONS
from app.control.addresses import LAYERS
from app.control.mapping import Kind
from app.control.mapping import Mapping as Knob
from app.control.midi import Lamp
from app.control.params import PARAMS
from app.control.profiles import Profile, State, profile_for
from app.control.returns import returned

if TYPE_CHECKING:
    from app.ui.studio import Studio

SOON_MS = 33
_CLOSE = 1e-3


class Lights(QObject):
    """Owns what each lamp was told last (main thread). Only changes go out, at most 30 times a second."""

    def __init__(
        self,
        studio: "Studio",
        actions: Mapping[str, QAction],
        profiles: tuple[Profile, ...],
        send: Callable[[Mapping[Lamp, int]], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._studio, self._actions, self._profiles, self._send = studio, actions, profiles, send
        self.returns: Callable[[str], bool] = lambda _device: False
        """Is a device sent where its knobs would have to stand?"""
        self.leads: Callable[[Knob, Any], bool] = lambda _knob, _value: False
        """Does a knob stand there already?"""
        self._knobs: tuple[Knob, ...] = ()
        self._told: dict[Lamp, int] = {}
        self._both: set[tuple[str, int, Kind, int]] = set()
        self._deaf: Callable[[], None] | None = None
        self.first_row: Callable[[], int] = lambda: 0
        self.second: Callable[[str], bool] = lambda _device: False
        """Whether a device has its second layer in front."""
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._tell)
        for changed in (
            studio.document.changed, studio.performing.changed, studio.styles_changed, studio.tempo.changed,
        ):  # fmt: skip
            changed.connect(lambda *_what: self.look())
        for name, action in actions.items():
            if ACTIONS[name].checkable:
                action.toggled.connect(lambda _on: self.look())

    def again(self) -> None:
        """Nobody knows what the lamps say: tell them all."""
        self._told = {}
        self.look()

    def follow(self, knobs: tuple[Knob, ...], devices: tuple[str, ...]) -> None:
        """Light the lamps of those *knobs* that belong to *devices* which are there."""
        here = tuple(knob for knob in knobs if knob.device in devices)
        if here != self._knobs:
            self._knobs, self._told = here, {}
            self._both = {knob.source for knob in here if knob.layer}
            self._listen()
            self.look()

    def _listen(self) -> None:
        """Values are heard of as long as there is a knob that may be told."""
        if self._knobs and self._deaf is None:
            self._deaf = self._studio.document.params.listen(lambda *_change: self.look())
        elif not self._knobs and self._deaf is not None:
            self._deaf = self._deaf()

    def look(self) -> None:
        """Something may have changed: say so soon."""
        if self._knobs and not self._soon.isActive():
            self._soon.start()

    def state(self, target: str) -> State | None:
        """What a lamp says of *target*; nothing of a fader."""
        if target in LAYERS:
            return "loaded"
        if not target.startswith("do:"):
            if PARAMS[target].kind != "flag" or not self._studio.document.params.has(target):
                return None
            return "playing" if self._studio.document.params.value(target) else "loaded"
        name, _, number = target[3:].partition(":")
        if name in ("scene", "pad", "overwrite"):
            return self._scene(int(number) - 1 + (0 if name == "scene" else self.first_row()))
        action = self._actions.get(name)
        return "playing" if action is not None and action.isCheckable() and action.isChecked() else "loaded"

    def _state(self, knob: Knob) -> State | None:
        """What the lamp of *knob* says; of pads that put a number somewhere, a column lights as far as it goes."""
        if knob.target in LAYERS:
            return "playing" if self.second(knob.device) else "loaded"
        if knob.lo != knob.hi or knob.target not in PARAMS or not self._studio.document.params.has(knob.target):
            return self.state(knob.target)
        p, value = PARAMS[knob.target], self._studio.document.params.value(knob.target)
        if p.kind in ("number", "integer"):
            return "playing" if p.to_unit(value) >= knob.lo - _CLOSE else "empty"
        return "playing" if value == p.from_unit(knob.lo) else "loaded"

    def _in_front(self, knob: Knob) -> bool:
        """Is it on the layer that counts now?"""
        return bool(knob.layer) == self.second(knob.device) if knob.source in self._both else True

    def _scene(self, row: int) -> State:
        show, queued = self._studio.document.show, self._studio.performing.queued
        if row >= len(show.scenes):
            return "empty"
        if queued is not None and queued.row == row:
            return "queued"
        if self._studio.shelf.find(show.scenes[row].style) is None:
            return "error"
        return "playing" if row == self._studio.performing.playing else "loaded"

    def _tell(self) -> None:
        now: dict[Lamp, int] = {}
        for knob in self._knobs:
            state = self._state(knob) if knob.kind in ("note", "cc") and self._in_front(knob) else None
            lamps = profile_for(knob.device, self._profiles).lamps_of(knob.target)
            if state is None or state not in lamps:
                continue
            channel, value = lamps[state]
            lamp = Lamp(knob.device, "note" if knob.kind == "note" else "cc", channel, knob.number)
            now[lamp] = value
        now = self._returned() | now
        fresh = {lamp: value for lamp, value in now.items() if self._told.get(lamp) != value}
        self._told = now
        if fresh:
            self._send(fresh)

    def _returned(self) -> dict[Lamp, int]:
        """Where knobs would have to stand, of devices that show it."""
        params, found = self._studio.document.params, {}
        for knob in self._knobs:
            if self.returns(knob.device) and self._in_front(knob) and params.has(knob.target):
                value = params.value(knob.target)
                found.update({} if self.leads(knob, value) else returned(knob, value))
        return found
