"""Ableton Link: the beat that every peer in the network shares. It is followed, never led."""

import importlib
from typing import Any

from app.control.addresses import ControlError

_BAR = 4.0
MISSING = "Ableton Link needs the package LinkPython-extern, which is not installed here: pip install anthesis[link]."


def system_link() -> Any:
    """The package that speaks Link; raises ControlError in one sentence where there is none.

    Link is GPL and so is what is made with it: it is an extra of its own, and asked for only when it is switched on.
    """
    try:
        return importlib.import_module("link")
    except ImportError as error:
        raise ControlError(MISSING) from error


class LinkPeer:
    """Owns one peer of the session in the network (main thread), from when it is made until it is closed."""

    def __init__(self, package: Any | None = None) -> None:
        package = package or system_link()
        self._link = package.Link(120.0)
        self._link.startStopSyncEnabled = False
        self._link.enabled = True

    @property
    def peers(self) -> int:
        """How many others there are."""
        return int(self._link.numPeers())

    def now(self) -> tuple[float, float] | None:
        """Beat and bpm at this moment, a multiple of four being a 1; None while nobody else is there."""
        if not self.peers:
            return None
        state, micros = self._link.captureSessionState(), self._link.clock().micros()
        return float(state.beatAtTime(micros, _BAR)), float(state.tempo())

    def close(self) -> None:
        """Leaves the session."""
        self._link.enabled = False
