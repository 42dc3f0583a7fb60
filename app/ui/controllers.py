"""Controllers: OSC and MIDI come in on their threads, and move the Show on the main thread, once a turn."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance
from PySide6.QtGui import QAction

from app.control import midi
from app.control.addresses import LAYERS, Act, ControlError, Turn, is_told, label_of, streams
from app.control.inbox import Inbox
from app.control.mapping import Mapping as Knob
from app.control.mapping import Touch, from_json, to_json
from app.control.midi import Lamp, Midi, MidiPorts
from app.control.osc import Heard, OscPort
from app.control.profiles import Profile, shipped
from app.control.surface import Surface
from app.control.web_wish import Crowd, Wish
from app.engine.errors import AppError
from app.ui.bridge import Bridge
from app.ui.gestures import Gestures
from app.ui.last_heard import How, LastHeard, Line, idle_words
from app.ui.lights import Lights
from app.ui.osc_desk import OscDesk
from app.ui.performed import keep_tempo
from app.ui.settings import Settings
from app.ui.studio import Studio
from app.ui.verbs import Verbs
from app.ui.web_desk import WebDesk

TURN_MS = 33
"""Between two turns while hands keep moving; the first move after a rest is done at once. Each edit is baked, and who
turns knobs and sends OSC for minutes still wants pictures."""


Came = Heard | Touch | Wish | Crowd | tuple[str, ...]
"""What ports leave in the inbox; names: the devices that are there now."""


class Controllers(QObject):
    """Owns the ports and the mappings (main thread). Ports leave what they hear in an inbox, on their threads."""

    changed = Signal()
    touched = Signal()
    told = Signal(str, str, str)

    def __init__(self, studio: Studio, actions: Mapping[str, QAction], settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        document = self._document = studio.document
        self._settings = settings
        self._verbs = Verbs(studio, actions, settings)
        self._gestures = Gestures(document, self._verbs, self)
        self.osc = OscDesk(studio, actions, self._verbs, self._gestures, self)
        self.web = WebDesk(studio, self._verbs, self._gestures, self._hear, self)
        self.web.knob_of = self.knob_words
        keep_tempo(studio.tempo, document.params)
        self.open_midi: Callable[[], Midi] = midi.system_midi
        self._clock = studio.tempo.peers.clock.hear
        self.surface = Surface()
        self.learning = self.waiting = ""
        self.devices: tuple[str, ...] = ()
        self.midi_problem = ""
        self.profiles = shipped()
        self._left: set[str] = set()
        self._lights = Lights(studio, actions, self.profiles, self._light, self)
        self._lights.returns, self._lights.leads = self.returns, self.surface.leads
        self._lights.second = lambda device: device in self.surface.layers.second
        self.changed.connect(self._settle)
        self._midi: MidiPorts | None = None
        self._inbox: Inbox[Came] = Inbox()
        self._bridge = Bridge(self)
        self._last_turn = 0.0
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._turn)

    def table(self) -> dict[str, Callable[..., object]]:
        """Action id -> what it does, of those that are verbs as well."""
        return self._verbs.table()

    @property
    def last(self) -> LastHeard:
        """What was heard last."""
        return self.osc.last

    def last_osc(self) -> Line | None:
        """The last OSC message, or what the port kept out."""
        return self.last.osc(None if self.osc.port is None else self.osc.port.unheard)

    def follow_pads(self, first_row: Callable[[], int], turned: SignalInstance) -> None:
        """Pads are those of the page that begins with *first_row*; *turned* tells that it is another one."""
        self._verbs.first_row = self._lights.first_row = first_row
        turned.connect(self._lights.look)

    # what the page reads

    @property
    def osc_port(self) -> OscPort | None:
        """The open port."""
        return self.osc.port

    @property
    def osc_problem(self) -> str:
        """Why it is shut, though it should be open."""
        return self.osc.problem

    @property
    def osc_words(self) -> str:
        """How OSC stands, in one sentence."""
        if self.osc.port is None:
            return self.osc.problem or "Off: no port is open."
        who = "this machine and those allowed" if self._settings.controllers.allowed.strip() else "this machine alone"
        lost = f" {self._inbox.lost} messages were too many and fell away." if self._inbox.lost else ""
        return f"Listening on UDP port {self.osc.port.port} to {who}.{lost}"

    @property
    def midi_on(self) -> bool:
        """Whether inputs are looked for."""
        return self._midi is not None

    @property
    def midi_words(self) -> str:
        """How MIDI stands, in one sentence."""
        if self._midi is None:
            return self.midi_problem or "Off: no device is open."
        return f"Connected: {', '.join(self.devices)}." if self.devices else "Plug in a controller; it is found."

    @property
    def strangers(self) -> tuple[str, ...]:
        """Devices of which nothing moves anything yet, and that were not left alone."""
        mapped = {mapping.device for mapping in self.surface.mappings}
        return tuple(device for device in self.devices if device not in mapped | self._left)

    def mapping_of(self, target: str) -> Knob | None:
        """What moves *target*; a scene that nothing plays by itself is played by its pad on the page that is shown."""
        verb, _, number = target.removeprefix("do:").partition(":")
        pad = f"do:pad:{int(number) - self._verbs.first_row()}" if verb == "scene" else ""
        return self.surface.of(target) or self.surface.of(pad)

    def knob_words(self, target: str) -> str:
        """What moves *target*, in words; nothing where nothing does."""
        mapped = self.mapping_of(target)
        return "" if mapped is None else mapped.source_words

    # what the page and the right click ask for

    def start(self) -> None:
        """Bring back the mappings, and open what was open when the window was last closed."""
        kept = self._settings.controllers
        if kept.mappings:
            try:
                self.surface.mappings = from_json(kept.mappings)
            except ControlError as error:
                self.told.emit("error", "MIDI begins without mappings", str(error))
        if kept.osc:
            self.set_osc(True)
        if kept.midi:
            self.set_midi(True)
        self.changed.emit()

    def set_osc(self, on: bool, **changes: Any) -> None:
        """Open or close the port, with *changes* of its settings; when one is wrong that is said, and it stays shut."""
        kept = replace(self._settings.controllers, osc=on, **changes)
        self._settings.controllers = kept
        self.osc.open(kept, self._hear_osc)
        self.changed.emit()

    def set_midi(self, on: bool) -> None:
        """Open every input there is and will be, or none."""
        self._settings.controllers = replace(self._settings.controllers, midi=on)
        if self._midi is not None:
            self._midi.close()
        self._midi, self.devices, self.midi_problem, self.waiting = None, (), "", ""
        if on:
            try:
                self._midi = MidiPorts(self.open_midi(), self._hear, self._hear, self._clock)
            except ControlError as error:
                self.midi_problem = str(error)
        else:
            self.learning = ""
        self.changed.emit()

    def learn(self, target: str) -> None:
        """The next knob or pad that is touched moves *target* from then on."""
        if self._midi is None:
            self.set_midi(True)
        if self._midi is None:
            self.told.emit("error", "Nothing can be learnt", self.midi_problem)
            self.set_midi(False)  # a try is not to be repeated at every start
            return
        self.learning = target
        self.changed.emit()

    def do(self, act: Act) -> None:
        """Do *act*, which a person chose by its name; what cannot be done is told."""
        try:
            self._gestures.do(act, "key")
        except AppError as error:
            self.told.emit("error", "Nothing was changed", str(error))

    def stop_learning(self) -> None:
        """Never mind."""
        self.learning = ""
        self.changed.emit()

    def forget(self, target: str) -> None:
        """No knob and no pad moves *target* any more."""
        mapped = self.mapping_of(target)
        self.surface.forget(target if mapped is None else mapped.target)
        self._keep()

    def change(self, at: int, **changes: Any) -> None:
        """Change fields of the mapping at *at*."""
        self.surface.change(at, **changes)
        self._keep()

    def remove(self, at: int) -> None:
        """Take the mapping at *at* away."""
        self.surface.remove(at)
        self._keep()

    def use_profile(self, device: str, profile: Profile) -> None:
        """Let *device* move what *profile* says, in place of all that it moved."""
        others = tuple(mapping for mapping in self.surface.mappings if mapping.device != device)
        self.surface.mappings = (*others, *profile.mappings(device))
        self._keep()
        self.told.emit("info", f"{device} plays by the map “{profile.name}”", profile.note)

    def returns(self, device: str) -> bool:
        """Is *device* sent where its knobs would have to stand?"""
        return device in self._settings.controllers.returns.splitlines()

    def set_returns(self, device: str, on: bool) -> None:
        """Send it to *device* whenever something else moved a value, or no more."""
        others = [other for other in self._settings.controllers.returns.splitlines() if other != device]
        kept = "\n".join((*others, device) if on else others)
        self._settings.controllers = replace(self._settings.controllers, returns=kept)
        self._lights.again()

    def leave(self, device: str) -> None:
        """Say no more of *device*, until the window opens again."""
        self._left.add(device)
        self.changed.emit()

    def _settle(self) -> None:
        self.surface.settle(self.devices)
        self._lights.follow(self.surface.mappings, self.devices)

    def _light(self, lamps: Mapping[Lamp, int]) -> None:
        if self._midi is not None:
            self._midi.light(lamps)

    def close(self) -> None:
        """Close every port; nothing is heard any more."""
        self._later.stop()
        self._gestures.close()
        self.osc.close()
        self.web.close()
        if self._midi is not None:
            self._midi.close()
        self._midi = None
        self._bridge.close()

    def _keep(self) -> None:
        kept = replace(self._settings.controllers, mappings=to_json(self.surface.mappings))
        self._settings.controllers = kept
        self.changed.emit()

    # on the ports' threads

    def _hear_osc(self, heard: Heard) -> None:
        """A fader's newest place is enough; everything else is heard in order. What is told is no message."""
        args, address = heard.message.args, heard.message.address
        if is_told(address):
            return
        self._hear(heard, address if streams(address, args) else None)

    def _hear(self, heard: Came, key: str | None = None) -> None:
        if self._inbox.put(heard, key):
            self._bridge.call(self._soon)

    # on the main thread

    def _soon(self) -> None:
        """At once after a rest, else when the next turn of the window has come."""
        rest = TURN_MS - (time.monotonic() - self._last_turn) * 1000
        if rest <= 0:
            self._turn()
        else:
            self._later.start(max(1, round(rest)))

    def _turn(self) -> None:
        """Do everything that was heard since the last turn."""
        self._last_turn = time.monotonic()
        came = self._inbox.take()
        for heard in came:
            if isinstance(heard, Heard):
                self.osc.came(heard)
            elif isinstance(heard, Wish | Crowd):
                self.web.came(heard)
            elif isinstance(heard, Touch):
                self._touched(heard)
            else:
                self.devices = heard
                self.changed.emit()
        self._gestures.flush()
        if any(isinstance(heard, Touch) for heard in came):
            self._tell_touched()

    def _touched(self, touch: Touch) -> None:
        if self.learning and (self.learning in LAYERS or not self.surface.turns_layers(touch)):
            if touch.kind != "note" or touch.value > 0.0:  # a pad that is let go says nothing new
                self._learnt(touch)
            return
        whole = self.surface.grown(touch)
        if whole is not None:
            self._keep()
            self._tell_learnt(whole)
        front = self.surface.layers.second
        meant = self.surface.hear(touch, self._gestures.value)
        how: How = "done"
        try:
            for gesture in meant:
                self._gestures.do(gesture, "MIDI")
            why, how = ("", how) if meant else idle_words(touch, self.surface)
        except AppError as error:
            why, how = str(error), "wrong"
            self.told.emit("info", "Nothing was changed", why)
        self.last.keep(touch, [(one, one.value if isinstance(one, Turn) else None) for one in meant], why, how)
        if self.surface.layers.second != front:
            self._lights.look()

    def _tell_touched(self) -> None:
        """Hardware has moved something, or waits for something that it has not met."""
        self.touched.emit()
        waits = self.surface.waits
        waiting = "" if waits is None else f"{label_of(waits[0])} waits at {waits[1] * 100:.0f} %"
        if waiting != self.waiting:
            self.waiting = waiting
            self.changed.emit()

    def _learnt(self, touch: Touch) -> None:
        made = self.surface.learn(touch, self.learning)
        self.last.keep(touch, why=f"moves {label_of(made.target)} from now on")
        self.learning = ""
        self._keep()
        self._tell_learnt(made)

    def _tell_learnt(self, made: Knob) -> None:
        also = " and ".join(label_of(other) for other in self.surface.also(made))
        sentence = f"{made.source_words}, {made.device}." + (f" It moves {also} as well." if also else "")
        self.told.emit("info", f"MIDI moves {label_of(made.target)}", sentence)
