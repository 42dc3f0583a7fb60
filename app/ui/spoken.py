"""What the pictures of the window say to those who do not see them: a few words each, four times a second at most."""

import math
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from app.engine.show.show import Section
from app.ui.section_scene import scene_words
from app.ui.studio import Studio

EVERY_MS = 250
_SILENT_DB = -60.0
Words = Callable[[Any], str]


def clock(t: float) -> str:
    """Song time as it is read aloud."""
    return f"{int(t) // 60}:{int(t) % 60:02d}"


class Spoken(QObject):
    """Owns the turn in which what is drawn is put into words (main thread); it costs nothing while nobody listens.

    The words stand before what the canvas says of its keys.
    """

    def __init__(self, studio: Studio, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._window = studio, window
        self.listened: Callable[[], bool] = QAccessible.isActive
        """Does a screen reader listen?"""
        self.words: dict[str, Words] = {
            "waveformView": self._song, "overviewView": self._song, "performOverview": self._song,
            "sectionsView": self._part, "partsLane": self._part, "rulerView": self._loop, "pathView": self._path,
            "atlasView": self._map, "previewView": self._picture, "programView": self._picture,
            "masterMeter": self._level, "liveLane": self._level, "performLive": self._level,
        }  # fmt: skip
        """Name of a canvas -> what it shows."""
        self._helps: dict[str, str] = {}
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Say what is seen now, where that is something else than before."""
        if not self.listened():
            return
        for name, words in self.words.items():
            canvas = self._window.findChild(QWidget, name)
            if canvas is not None and canvas.isVisible():
                self._say(canvas, name, words(canvas))

    def _say(self, canvas: QWidget, name: str, told: str) -> None:
        keys = self._helps.setdefault(name, canvas.accessibleDescription())
        text = ". ".join(filter(None, (told, keys)))
        if text != canvas.accessibleDescription():
            canvas.setAccessibleDescription(text)

    # what is seen

    def _sections(self) -> tuple[Section, ...]:
        session = self._studio.session
        return self._studio.document.show.sections or (session.sections if session else ())

    def _song(self, _canvas: Any) -> str:
        studio = self._studio
        if studio.duration <= 0:
            return "No song"
        state = "plays" if studio.playing else "rests"
        return f"{studio.song.name} {state} at {clock(studio.now())} of {clock(studio.duration)}"

    def _part(self, _canvas: Any) -> str:
        now, sections = self._studio.now(), self._sections()
        here = next((i for i, s in enumerate(sections) if s.start <= now < s.end), None)
        if here is None:
            return "No section"
        part = sections[here]
        name = f" {part.name}" if part.name else ""
        called = scene_words(part, self._studio.document.show.scenes)
        told = f"Section {here + 1} of {len(sections)}, {part.label}{name}, until {clock(part.end)}"
        return f"{told}, with scene {called}" if called else told

    def _loop(self, _canvas: Any) -> str:
        loop = self._studio.loop
        return "No loop" if loop is None else f"Loop from {clock(loop[0])} to {clock(loop[1])}"

    def _path(self, _canvas: Any) -> str:
        session, chosen = self._studio.session, self._studio.document.selected
        points = () if session is None else session.points
        told = f"{len(points)} points"
        return f"{told}, point {chosen + 1} at {clock(points[chosen].t)}" if 0 <= chosen < len(points) else told

    def _map(self, atlas: Any) -> str:
        told = [] if atlas.spot is None else [f"The picture is at {atlas.spot.x:.1f}, {atlas.spot.y:.1f}"]
        told += [] if atlas.keyed is None else [f"cursor at {atlas.keyed[0]:.1f}, {atlas.keyed[1]:.1f}"]
        return ", ".join([*told, *(["away from the path"] if self._studio.going else [])])

    def _picture(self, _canvas: Any) -> str:
        studio = self._studio
        states = [word for word, is_so in (("black", studio.blackout), ("frozen", studio.frozen)) if is_so]
        return ", ".join([studio.document.show.scene.name, studio.document.show.scene.style.name, *states])

    def _level(self, _canvas: Any) -> str:
        loudest = max(self._studio.live.levels())
        level = 20 * math.log10(max(loudest, 1e-6))
        return "Silent" if level < _SILENT_DB else f"{level:.0f} dB".replace("-", "−")
