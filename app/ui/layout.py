"""How the window stands: its size and what is in front, kept until the next start, and put back as it was at first."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QByteArray, QPoint, QSize, Qt
from PySide6.QtWidgets import QWidget

from app.ui.panel import Panel
from app.ui.settings import Settings

VERSION = 1
"""What was kept by another version of the layout is ignored."""
FIRST_SIZE = QSize(1440, 900)
TITLE = 40
"""Pixels that a desktop may put over a window: the bar with its name."""


@dataclass(frozen=True, slots=True)
class Part:
    """Something in the window that stands one way or another: how to read it, how to set it, how it is at first."""

    read: Callable[[], Any]
    put: Callable[[Any], object]
    first: Any

    def bring(self, wanted: Any) -> None:
        """Let it stand as *wanted*; what is not of its kind changes nothing."""
        if isinstance(wanted, type(self.first)):
            self.put(wanted)


def fit(window: QWidget) -> None:
    """On a display that has no room for it with its frame, a window without a past takes all there is."""
    room, least = window.screen().availableSize(), window.minimumSize()
    if room.width() < least.width() or room.height() < least.height() + TITLE:
        return  # nothing helps there
    frame = (window.frameGeometry().size() - window.size()).expandedTo(QSize(0, TITLE))
    if room.width() < window.width() + frame.width() or room.height() < window.height() + frame.height():
        window.resize((room - frame).boundedTo(window.size()))
        window.setWindowState(Qt.WindowState.WindowMaximized)


class Layout:
    """Owns what is remembered of the layout (main thread). The audience's output is no part of it."""

    def __init__(self, window: QWidget, settings: Settings, parts: Mapping[str, Part]) -> None:
        self._window, self._settings, self._parts = window, settings, parts
        kept = _read(settings.layout)
        self._geometry, self._kept = kept.get("geometry"), dict(kept.get("parts", {}))

    def restore(self) -> bool:
        """Stand as at the end of last time; False where nothing is known of it."""
        if not isinstance(self._geometry, str):
            return False
        self._window.restoreGeometry(QByteArray(base64.b64decode(self._geometry)))
        for name, part in self._parts.items():
            part.bring(self._kept.get(name))
        return True

    def keep(self) -> None:
        """Remember how the window stands."""
        geometry = base64.b64encode(self._window.saveGeometry().data()).decode()
        now = {name: part.read() for name, part in self._parts.items()}
        self._settings.layout = json.dumps({"version": VERSION, "geometry": geometry, "parts": now})

    def reset(self) -> None:
        """Stand as a fresh profile does, on the display where the window is."""
        window = self._window
        for panel in window.findChildren(Panel):
            panel.hide()
        window.showNormal()
        window.resize(FIRST_SIZE)
        room = window.screen().availableGeometry()
        corner = room.center() - QPoint(window.width() // 2, window.height() // 2)
        window.move(max(corner.x(), room.left()), max(corner.y(), room.top()))
        fit(window)
        for part in self._parts.values():
            part.put(part.first)


def _read(text: str) -> Mapping[str, Any]:
    """What *text* keeps; nothing where it is of another version or of nobody's."""
    try:
        kept = json.loads(text) if text else {}
        known = isinstance(kept, dict) and kept.get("version") == VERSION and isinstance(kept.get("parts"), dict)
        if known:
            base64.b64decode(str(kept.get("geometry", "")), validate=True)
    except ValueError:
        return {}
    return kept if known else {}
