"""Keeps screen and computer awake while the show runs: no screen saver on the audience's screen."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from app.ui.on_air import OnAir
    from app.ui.stage import StagePicture

Inhibitor = Callable[[], AbstractContextManager[str]]
"""Keeps the computer awake while it is entered, and says why it cannot; nothing where it can."""

_log = logging.getLogger(__name__)


@contextmanager
def presenting() -> Iterator[str]:
    """What the system has for it: SetThreadExecutionState, caffeinate, or the desktop's inhibitor over D-Bus."""
    from wakepy import keep

    with keep.presenting(on_fail="pass") as mode:
        yield "" if mode.active else mode.result.get_failure_text()


class Awake(QObject):
    """Owns a thread while the output is open or the show is ON AIR (main thread).

    The thread holds what keeps the system awake and waits: systems tie it to a thread, and asking may take a while.
    """

    def __init__(self, picture: "StagePicture", on_air: "OnAir", inhibitor: Inhibitor = presenting) -> None:
        super().__init__(picture)
        self._picture, self._on_air, self._inhibitor = picture, on_air, inhibitor
        self._over: threading.Event | None = None
        picture.stage_changed.connect(self._follow)
        on_air.changed.connect(self._follow)
        self._follow()

    @property
    def held(self) -> bool:
        """Whether the system is asked to stay awake."""
        return self._over is not None

    def _follow(self) -> None:
        wanted = bool(self._picture.output_name) or self._on_air.on
        if wanted and self._over is None:
            self._over = threading.Event()
            threading.Thread(target=_hold, args=(self._inhibitor, self._over), name="awake", daemon=True).start()
        elif not wanted:
            self.close()

    def close(self) -> None:
        """Let the system sleep."""
        if self._over is not None:
            self._over.set()
            self._over = None


def _hold(inhibitor: Inhibitor, over: threading.Event) -> None:
    try:
        with inhibitor() as refused:
            if refused:
                _log.info("The computer may fall asleep: %s", str(refused).partition("\n")[0])
            over.wait()
    except (ImportError, OSError, RuntimeError, ValueError) as error:  # a show does not end for want of this
        _log.info("The computer may fall asleep: %s", error)
