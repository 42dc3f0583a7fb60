"""A live output: what the audience sees, shown by another program, on a thread that nobody waits for."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import OutputError
from app.engine.render.mailbox import Mailbox

T = TypeVar("T")
Picture = NDArray[np.uint8]
"""``(height, width, 4)`` uint8 BGRX, contiguous: as a screen has it, and NDI, Spout, Syphon and cameras take it."""

REST = 0.5
"""Seconds after which a picture that stands still is sent again: who begins to watch now sees it too."""
_COUNTED = 1.0
_BUG = "It stopped unexpectedly. Switch it on again."


class LiveOutput(Protocol):
    """Something that shows pictures elsewhere. Made, used and closed on one thread."""

    def send(self, picture: Picture) -> None:
        """Show *picture*, of whatever size; raises OutputError when that is no longer possible."""
        ...

    def receivers(self) -> str:
        """Who watches, in words; nothing where that cannot be known."""
        ...

    def close(self) -> None:
        """Let go of it; never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Sent:
    """How an output gets on. *state*: off, opening, on or broken, and then *problem* says why in one sentence."""

    state: str = "off"
    sent: int = 0
    dropped: int = 0
    fps: float = 0.0
    size: tuple[int, int] = (0, 0)
    receivers: str = ""
    problem: str = ""


class Outlet(Generic[T]):
    """Owns one live output and its thread. ``put`` never waits: of what comes too fast the newest wins.

    open_output: makes the device, on the thread. draw: makes a picture of what was put, there too.
    rate: pictures a second, whatever comes; None sends each as it comes.
    """

    def __init__(
        self, name: str, open_output: Callable[[], LiveOutput], draw: Callable[[T], Picture], rate: float | None = None
    ) -> None:
        self.name = name
        self._open, self._draw, self._rate = open_output, draw, rate
        self._mailbox: Mailbox[T | None] = Mailbox()
        self._stop = threading.Event()
        self._state, self._problem, self._receivers = "opening", "", ""
        self._sent = self._late = 0
        self._size = (0, 0)
        self._times: deque[float] = deque(maxlen=240)
        self._thread = threading.Thread(target=self._run, name=f"output {name}", daemon=True)
        self._thread.start()

    @property
    def told(self) -> Sent:
        """How it gets on; from any thread."""
        now = time.monotonic()
        fresh = sum(now - moment < _COUNTED for moment in tuple(self._times))
        dropped = self._late if self._rate else self._mailbox.dropped
        return Sent(self._state, self._sent, dropped, fresh / _COUNTED, self._size, self._receivers, self._problem)

    @property
    def ended(self) -> bool:
        """Whether its thread has let go of the device, and ended."""
        return not self._thread.is_alive()

    def put(self, seen: T) -> None:
        """Show *seen* when the device has time for it; from any thread."""
        self._mailbox.put(seen)

    def stop(self) -> None:
        """Send nothing more; the thread ends by itself."""
        self._stop.set()
        self._mailbox.put(None)  # wakes it

    def close(self, wait: float = 3.0) -> None:
        """Stop, and wait for the thread; a device that hangs is left to itself after *wait* seconds."""
        self.stop()
        self._thread.join(wait)
        if self._state != "broken":
            self._state = "off"

    # on the thread

    def _run(self) -> None:
        problem, output = _BUG, None
        try:
            output = self._open()
            self._state = "on"
            self._send_all(output)
            problem = ""
        except OutputError as error:
            problem = str(error)
        finally:  # also when a bug goes on to the crash hook: a light never stays lit over nothing
            if problem:
                self._problem, self._state = problem, "broken"
            if output is not None:
                output.close()

    def _send_all(self, output: LiveOutput) -> None:
        picture: Picture | None = None
        due = time.monotonic()
        while not self._stop.is_set():
            due = self._wait(due)
            seen = self._mailbox.take(0.0 if self._rate else REST)
            if self._stop.is_set():
                return
            if seen is not None:
                picture = self._draw(seen)
            if picture is None:
                continue
            output.send(picture)
            self._sent += 1
            self._size = picture.shape[1], picture.shape[0]
            self._times.append(time.monotonic())
            self._receivers = output.receivers()

    def _wait(self, due: float) -> float:
        """Wait for the beat of the rate, and give the next; beats that were missed are counted and let go."""
        if not self._rate:
            return due
        self._stop.wait(max(due - time.monotonic(), 0.0))
        beat, behind = 1.0 / self._rate, time.monotonic() - due
        missed = int(behind / beat)
        self._late += missed if self._sent else 0
        return due + (missed + 1) * beat
