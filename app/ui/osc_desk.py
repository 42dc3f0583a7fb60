"""The desk of OSC: who may speak, what is answered, and who is told what changes and what is heard."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction

from app.control import osc
from app.control.actions import ACTIONS
from app.control.addresses import OUT, ROOT, STATE, Act, Ask, ControlError, Turn, gesture, state_of, tail_of
from app.control.osc import Heard, OscPort, Sender
from app.control.packets import Argument
from app.engine.errors import AppError
from app.ui.echo import Echo
from app.ui.gestures import Gestures
from app.ui.last_heard import LastHeard
from app.ui.settings import ControllerSettings
from app.ui.sound_out import SoundOut
from app.ui.studio import Studio
from app.ui.verbs import Verbs

AT_ONCE, SOON_MS = 32, 8
"""Messages of a whole answer that are sent together, and the pause before the next."""


class OscDesk(QObject):
    """Owns the port, and what the peer that is told knows (main thread). The port hears on a thread of its own."""

    def __init__(
        self, studio: Studio, actions: Mapping[str, QAction], verbs: Verbs, gestures: Gestures, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document, self._verbs, self._gestures = studio.document, verbs, gestures
        self.last = LastHeard()
        self._dump: dict[Sender, list[str]] = {}
        self._more = QTimer(self, singleShot=True, interval=SOON_MS)
        self._more.timeout.connect(self._tell_more)
        self.port: OscPort | None = None
        self.problem = ""
        self._peer: Sender | None = None
        self._echo, self._sound = Echo(self.state, self), SoundOut(studio, self)
        self._deaf: Callable[[], None] | None = None
        held = (actions[action.id].toggled for action in ACTIONS.values() if action.holds)
        for signal in (studio.performing.changed, studio.tempo.changed, studio.document.changed, studio.stage_changed,
                       studio.playing_changed, *held):  # fmt: skip
            signal.connect(lambda *_changed: self._echo.look())
        self._echo.changed.connect(lambda tail, value: self._tell(f"{STATE}/{tail}", value))
        self._sound.heard.connect(lambda tail, values: self._tell(f"{OUT}/{tail}", *values))

    def open(self, kept: ControllerSettings, hear: Callable[[Heard], None]) -> None:
        """Open the port as *kept* says, or shut it; what is wrong is the *problem*, and it stays shut."""
        self.close()
        self.problem = ""
        if kept.osc:
            try:
                allowed, self._peer = osc.networks(kept.allowed), osc.target(kept.echo)
                self.port = OscPort(kept.port, allowed, hear)
            except ControlError as error:
                self.problem = str(error)
        told = self.port is not None and self._peer is not None
        self._sound.set_on(told and kept.sound)
        if told:
            self._echo.start()
            self._deaf = self._document.params.listen(lambda *_change: self._echo.look())

    def close(self) -> None:
        """Nothing is heard any more, and nothing told."""
        self._echo.stop()
        self._more.stop()
        self._dump.clear()
        if self._deaf is not None:
            self._deaf = self._deaf()
        self._sound.set_on(False)
        if self.port is not None:
            self.port.close()
        self.port = self._peer = None

    def state(self) -> dict[str, Argument]:
        """Everything that can be asked for, under the tail of its address."""
        return state_of(self._document.show, self._document.params, self._document.kept.active) | self._verbs.state()

    def came(self, heard: Heard) -> None:
        """One message; what is wrong with it is answered to its sender and changes nothing."""
        value: Argument = None
        try:
            meant = gesture(heard.message.address, heard.message.args)
            if isinstance(meant, Ask):
                self._answer(meant, heard)
            elif isinstance(meant, Act):
                self._act(meant, heard.sender)
            else:
                self._gestures.do(meant, "OSC")
                value = self._gestures.value(meant.name)
                if self._is_peer(heard.sender):
                    self._peer_knows(meant)
            self.last.keep(heard, ((meant, value),))
        except AppError as error:
            self.last.keep(heard, why=str(error), how="wrong")
            self._send(heard.sender, f"{ROOT}/error", str(error))

    def _act(self, act: Act, sender: Sender) -> None:
        if act.verb == "sync":
            self._dump[sender] = list(self.state())
            self._tell_more()
            return
        self._gestures.flush()
        own = self._is_peer(sender)
        before = self.state() if own else {}
        self._gestures.do(act, "OSC")
        if own:
            self._echo.knows(before)

    def _tell_more(self) -> None:
        """Some of what was asked for as a whole, as it is now, and more soon: all at once, much of it would be lost."""
        now = self.state()
        for sender, left in tuple(self._dump.items()):
            for tail in left[:AT_ONCE]:
                if tail in now:
                    self._send(sender, f"{STATE}/{tail}", now[tail])
            del left[:AT_ONCE]
            if not left:
                del self._dump[sender]
        if self._dump:
            self._more.start()

    def _is_peer(self, sender: Sender) -> bool:
        """Is it who is told what changes? It speaks from another port than it is told at."""
        return self._echo.on and self._peer is not None and sender[0] == self._peer[0]

    def _peer_knows(self, turn: Turn) -> None:
        """What was set is known where it came from, unless it was held within its range."""
        self._echo.knows_value(tail_of(turn.name), turn.value if not turn.step else None)

    def _answer(self, asked: Ask, heard: Heard) -> None:
        self._gestures.flush()
        if asked.name:
            self._document.params.value(asked.name)  # says what is not there
        state, more = self.state(), self._verbs.told(asked.tail)
        if asked.tail not in state and more is None:
            raise ControlError(f"{heard.message.address} has no value to ask for.")
        self._send(heard.sender, heard.message.address, *(more or (state[asked.tail],)))

    def _tell(self, address: str, *values: Argument) -> None:
        if self._peer is not None:
            self._send(self._peer, address, *values)

    def _send(self, to: Sender, address: str, *values: Argument) -> None:
        if self.port is not None:
            self.port.send(to, address, *values)
