"""What the window listens to: the song's player, or an input while one is chosen."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from app.engine.audio.inputs import Input
from app.engine.audio.live_heard import LiveHeard
from app.engine.audio.live_input import Hearing, LiveInput, Timing
from app.engine.audio.minute import Minute
from app.engine.render.session import Session
from app.engine.show.live_score import LiveScore
from app.ui.latency import Latency
from app.ui.picture_clock import PictureClock
from app.ui.song_player import SongPlayer

_LOOK_MS = 250


@dataclass(frozen=True)
class Growth:
    """Scores that grow together."""

    scores: tuple[LiveScore, ...]

    def extend(self) -> None:
        """Each goes on to the newest step that was heard."""
        for score in self.scores:
            score.extend()


class LiveIn(QObject):
    """Owns the input while there is one (main thread), and is the clock: the player's time, or the input's.

    *picked* are the channels that were chosen of inputs with more than two, by their names.
    """

    changed = Signal()
    told = Signal(str, str, str)

    def __init__(
        self,
        player: SongPlayer,
        parent: QObject | None = None,
        *,
        listen: Callable[[Input, Hearing], LiveInput] = LiveInput,
    ) -> None:
        super().__init__(parent)
        self.hearing = Hearing()
        self.picked: dict[str, str] = {}
        self.timing: Timing | None = None
        self.latency = Latency()
        self.pictures = PictureClock(self)
        self._growth = Growth(())
        self._player, self._listen = player, listen
        self._ear: LiveInput | None = None
        self._seen: tuple[bool, int] = (False, 0)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def source(self) -> Input | None:
        """What is listened to; None while the song is the source."""
        ear = self._ear
        return None if ear is None else ear.source

    @property
    def heard(self) -> LiveHeard | None:
        """What was heard so far."""
        ear = self._ear
        return None if ear is None else ear.heard

    @property
    def minute(self) -> Minute | None:
        """The sound of it, as much as can still be kept."""
        ear = self._ear
        return None if ear is None else ear.minute

    @property
    def listening(self) -> bool:
        """Whether the input is there."""
        return self._ear is not None and self._ear.listening

    @property
    def dropouts(self) -> int:
        """Blocks that the sound card could not hand over in time."""
        return 0 if self._ear is None else self._ear.dropouts

    @property
    def channels(self) -> int:
        """How many channels the input has."""
        return 2 if self._ear is None else self._ear.channels

    # the clock

    @property
    def playing(self) -> bool:
        """Whether time moves; from any thread."""
        return (self._ear or self._player).playing

    def now(self) -> float:
        """Seconds of the song, or of what is heard; from any thread."""
        return (self._ear or self._player).now()

    def sounding(self) -> float:
        """Seconds of the sound that is in the room right now, from any thread; what is heard of an input is older."""
        ear = self._ear  # read once: a recording asks from its own thread
        return self._player.now() if ear is None else ear.sounding()

    def painted(self, frame: tuple[float, float, float]) -> None:
        """A picture is seen: *frame* is its time, and the wall times at which it was planned and drawn."""
        if self._ear is not None and self._ear.playing:
            self.latency.painted(self._ear.stamps, self._ear.card, frame, time.perf_counter())

    @property
    def clock(self) -> str:
        """What the time comes from."""
        return self._player.clock if self._ear is None else "input"

    def levels(self) -> tuple[float, float]:
        """Left and right RMS of what plays or comes in, 0..1."""
        if self._ear is not None:
            return self._ear.levels()
        return self._player.levels() if self._player.playing else (0.0, 0.0)

    def play(self) -> None:
        (self._ear or self._player).play()

    def pause(self) -> None:
        (self._ear or self._player).pause()

    # the input

    def listen(self, source: Input) -> None:
        """Listen to *source* from now on; the song rests and gives the sound card back."""
        if not source.system:
            source = replace(source, channels=self.picked.get(source.name, source.channels))
        if self._ear is None:
            self._player.pause()
            self._player.close()
            self._ear = self._listen(source, self.hearing)
            self._ear.timing = self.timing
            self._ear.start()
        else:
            self._ear.switch(source)
        self._seen = (False, 0)
        self.latency.forget()
        self._timer.start()
        self.changed.emit()

    def pick(self, channels: str) -> None:
        """Listen to these channels of the input, now and whenever it is chosen again."""
        source = self.source
        if source is not None:
            self.picked[source.name] = channels
            self.listen(source)

    def leave(self) -> None:
        """The song is the source again."""
        ear, self._ear, self._growth = self._ear, None, Growth(())
        self.latency.forget()
        self._timer.stop()
        if ear is not None:
            ear.close()
            self.changed.emit()

    def set_hearing(self, **changes: object) -> None:
        """Hear the input otherwise: gain, auto, channel, delay."""
        self.hearing = replace(self.hearing, **changes)  # type: ignore[arg-type]
        if self._ear is not None:
            self._ear.hearing = self.hearing

    def follow(self, session: Session) -> None:
        """Let the Scores of *session*, all that are seen or will be, grow with what is heard.

        Those that are new know at once what was heard while they were made: the picture must not go back to before.
        """
        scores = dict.fromkeys(leaf.score for leaf in session.leaves() if isinstance(leaf.score, LiveScore))
        if self._ear is not None and scores:
            before, self._growth = self._growth, Growth(tuple(scores))
            self._ear.follow(self._growth)  # first: what is heard from now on, they hear of
            for score in scores:
                if score not in before.scores:
                    score.extend()

    def look(self) -> None:
        """Tell what has changed about the input; an input that goes is told once, and so is its return."""
        ear = self._ear
        if ear is None:
            return
        seen, before = (ear.listening, ear.dropouts), self._seen
        if seen == before:
            return
        self._seen = seen
        if before[0] and not ear.listening:
            sentence = "The picture goes on in silence and listens again when it is back."
            self.told.emit("error", f"{ear.source.words} is gone", sentence)
        self.changed.emit()
