"""Controllers: OSC and MIDI come in on their threads, and move the Show on the main thread, once a turn."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction

from app.control import midi, osc
from app.control.addresses import (
    OUT,
    ROOT,
    STATE,
    Act,
    Ask,
    ControlError,
    Turn,
    gesture,
    is_told,
    label_of,
    state_of,
    streams,
    tail_of,
)
from app.control.inbox import Inbox
from app.control.mapping import Mapping as Knob
from app.control.mapping import Touch, from_json, to_json
from app.control.midi import Lamp, Midi, MidiPorts
from app.control.osc import Heard, OscPort, Sender
from app.control.packets import Argument
from app.control.profiles import Profile, shipped
from app.control.surface import Surface
from app.engine.errors import AppError
from app.ui.bridge import Bridge
from app.ui.echo import Echo
from app.ui.gestures import Gestures
from app.ui.lights import Lights
from app.ui.performed import keep_tempo
from app.ui.settings import Settings
from app.ui.sound_out import SoundOut
from app.ui.studio import Studio
from app.ui.verbs import Verbs

TURN_MS = 33
"""Between two turns while hands keep moving; the first move after a rest is done at once. Each edit is baked, and who
turns knobs and sends OSC for minutes still wants pictures."""


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
        self._echo = Echo(self._state, self)
        self._sound = SoundOut(studio, self)
        keep_tempo(studio.tempo, document.params)
        for performed in (studio.performing.changed, studio.tempo.changed):
            performed.connect(self._echo.look)
        self.open_midi: Callable[[], Midi] = midi.system_midi
        self._clock = studio.tempo.peers.clock.hear
        self.surface = Surface()
        self.learning = self.waiting = ""
        self.devices: tuple[str, ...] = ()
        self.osc_problem = self.midi_problem = ""
        self.profiles = shipped()
        self._left: set[str] = set()
        self._lights = Lights(studio, actions, self.profiles, self._light, self)
        self.changed.connect(lambda: self._lights.follow(self.surface.mappings, self.devices))
        self._osc: OscPort | None = None
        self._midi: MidiPorts | None = None
        self._echo_to: Sender | None = None
        self._inbox: Inbox[Heard | Touch | tuple[str, ...]] = Inbox()
        self._bridge = Bridge(self)
        self._last_turn = 0.0
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._turn)
        for signal in (document.changed, studio.stage_changed, studio.playing_changed, actions["output"].toggled):
            signal.connect(lambda *_changed: self._echo.look())
        self._echo.changed.connect(lambda tail, value: self._tell(f"{STATE}/{tail}", value))
        self._sound.heard.connect(lambda tail, values: self._tell(f"{OUT}/{tail}", *values))

    def table(self) -> dict[str, Callable[..., object]]:
        """Action id -> what it does, of those that are verbs as well."""
        return self._verbs.table()

    # what the page reads

    @property
    def osc_port(self) -> OscPort | None:
        """The open port."""
        return self._osc

    @property
    def osc_words(self) -> str:
        """How OSC stands, in one sentence."""
        if self._osc is None:
            return self.osc_problem or "Off: no port is open."
        who = "this machine and those allowed" if self._settings.controllers.allowed.strip() else "this machine alone"
        lost = f" {self._inbox.lost} messages were too many and fell away." if self._inbox.lost else ""
        return f"Listening on UDP port {self._osc.port} to {who}.{lost}"

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
        if self._osc is not None:
            self._osc.close()
        self._osc, self._echo_to, self.osc_problem = None, None, ""
        self._echo.stop()
        if on:
            try:
                allowed, self._echo_to = osc.networks(kept.allowed), osc.target(kept.echo)
                self._osc = OscPort(kept.port, allowed, self._hear_osc)
            except ControlError as error:
                self.osc_problem = str(error)
        told = self._osc is not None and self._echo_to is not None
        self._sound.set_on(told and kept.sound)
        if told:
            self._echo.start()
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
        self.surface.forget(target)
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

    def leave(self, device: str) -> None:
        """Say no more of *device*, until the window opens again."""
        self._left.add(device)
        self.changed.emit()

    def _light(self, lamps: Mapping[Lamp, int]) -> None:
        if self._midi is not None:
            self._midi.light(lamps)

    def close(self) -> None:
        """Close every port; nothing is heard any more."""
        self._later.stop()
        self._gestures.close()
        self._echo.stop()
        self._sound.set_on(False)
        for port in (self._osc, self._midi):
            if port is not None:
                port.close()
        self._osc = self._midi = None
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

    def _hear(self, heard: Heard | Touch | tuple[str, ...], key: str | None = None) -> None:
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
                self._osc_came(heard)
            elif isinstance(heard, Touch):
                self._touched(heard)
            else:
                self.devices = heard
                self.changed.emit()
        self._gestures.flush()
        if any(isinstance(heard, Touch) for heard in came):
            self._tell_touched()

    def _osc_came(self, heard: Heard) -> None:
        """One message; what is wrong with it is answered to its sender and changes nothing."""
        try:
            meant = gesture(heard.message.address, heard.message.args)
            if isinstance(meant, Ask):
                self._answer(meant, heard)
            elif isinstance(meant, Act):
                self._act(meant, heard.sender)
            else:
                self._gestures.do(meant, "OSC")
                if self._is_peer(heard.sender):
                    self._peer_knows(meant)
        except AppError as error:
            self._send(heard.sender, f"{ROOT}/error", str(error))

    def _act(self, act: Act, sender: Sender) -> None:
        if act.verb == "sync":
            for tail, value in self._state().items():
                self._send(sender, f"{STATE}/{tail}", value)
            return
        self._gestures.flush()
        own = self._is_peer(sender)
        before = self._state() if own else {}
        self._gestures.do(act, "OSC")
        if own:
            self._echo.knows(before)

    def _is_peer(self, sender: Sender) -> bool:
        """Is it who is told what changes? Its answers come from another port than it is told at."""
        return self._echo.on and self._echo_to is not None and sender[0] == self._echo_to[0]

    def _peer_knows(self, turn: Turn) -> None:
        """What was set is known where it came from, unless it was held within its range."""
        self._echo.knows_value(tail_of(turn.name), turn.value if not turn.step else None)

    def _answer(self, asked: Ask, heard: Heard) -> None:
        self._gestures.flush()
        state = self._state()
        if asked.tail not in state:
            raise ControlError(f"{heard.message.address} has no value to ask for.")
        self._send(heard.sender, heard.message.address, state[asked.tail])

    def _touched(self, touch: Touch) -> None:
        if self.learning:
            if touch.kind != "note" or touch.value > 0.0:  # a pad that is let go says nothing new
                self._learnt(touch)
            return
        whole = self.surface.grown(touch)
        if whole is not None:
            self._keep()
            self._tell_learnt(whole)
        try:
            for meant in self.surface.hear(touch, self._gestures.value):
                self._gestures.do(meant, "MIDI")
        except AppError as error:
            self.told.emit("info", "Nothing was changed", str(error))

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
        self.learning = ""
        self._keep()
        self._tell_learnt(made)

    def _tell_learnt(self, made: Knob) -> None:
        also = " and ".join(label_of(other) for other in self.surface.also(made))
        sentence = f"{made.source_words}, {made.device}." + (f" It moves {also} as well." if also else "")
        self.told.emit("info", f"MIDI moves {label_of(made.target)}", sentence)

    def _state(self) -> dict[str, Argument]:
        """Everything that can be asked for, under the tail of its address."""
        return state_of(self._document.show, self._document.params) | self._verbs.state()

    def _tell(self, address: str, *values: Argument) -> None:
        if self._echo_to is not None:
            self._send(self._echo_to, address, *values)

    def _send(self, to: Sender, address: str, *values: Argument) -> None:
        if self._osc is not None:
            self._osc.send(to, address, *values)
