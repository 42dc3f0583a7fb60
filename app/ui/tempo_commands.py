"""What the actions on the tempo do."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.engine.errors import AppError
from app.ui.calibrator import Calibrator
from app.ui.settings import Settings
from app.ui.studio import Studio
from app.ui.tempo import NUDGE

FINE = 0.001
"""Seconds of a nudge with Shift."""


class TempoCommands(QObject):
    """Runs the actions on the tempo, and keeps those with a state as the tempo is (main thread)."""

    def __init__(self, studio: Studio, actions: Mapping[str, QAction], settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._actions, self._settings, self._window = studio, actions, settings, window
        self.calibrator: Calibrator | None = None
        studio.player.trim = settings.trim
        studio.tempo.changed.connect(self._show)
        studio.document.watch(self._show, "grid")
        self._show()

    def start(self) -> None:
        """Join the Link session if it was joined last time; where that cannot be any more it is told."""
        if self._settings.link:
            try:
                self._studio.tempo.peers.set_link(True)
            except AppError as error:
                self._studio.told.emit("info", "Ableton Link is off", str(error))

    def table(self) -> dict[str, Callable[..., object]]:
        """Action id -> what it does."""
        tempo = self._studio.tempo
        return {
            "tap": tempo.tap, "resync": tempo.resync,
            "nudge_back": partial(tempo.press_nudge, -NUDGE), "nudge_on": partial(tempo.press_nudge, NUDGE),
            "nudge_back_fine": partial(tempo.nudge, -FINE), "nudge_on_fine": partial(tempo.nudge, FINE),
            "half_time": partial(tempo.multiply, 0.5), "double_time": partial(tempo.multiply, 2.0),
            "tempo_lock": tempo.set_locked, "link": self._set_link,
            "calibrate": self._calibrate,
        }  # fmt: skip

    def _calibrate(self) -> None:
        if self.calibrator is None:
            self.calibrator = Calibrator(self._studio, self._window)
            self.calibrator.trimmed.connect(lambda trim: setattr(self._settings, "trim", trim))
        self.calibrator.toggle()

    def _set_link(self, on: bool) -> None:
        try:
            self._studio.tempo.peers.set_link(on)
        except AppError:
            self._actions["link"].setChecked(False)
            raise
        self._settings.link = on

    def _show(self, *_changed: object) -> None:
        tempo = self._studio.tempo
        self._actions["tempo_lock"].setChecked(tempo.locked)
        self._actions["link"].setChecked(tempo.peers.link)
