"""What launches wait for and how long they glide, remembered from one start to the next."""

from PySide6.QtCore import QObject

from app.control.launcher import QUANTA
from app.ui.performing import Performing
from app.ui.settings import Settings


class LaunchMemory(QObject):
    """Owns what was last used (main thread). At the very first start nothing waits and nothing glides."""

    def __init__(self, performing: Performing, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._performing, self._settings = performing, settings
        kept = settings.launching
        if kept is not None:
            quantum, glide = kept
            if quantum in QUANTA:
                performing.set_quantum(quantum)
            performing.set_glide(glide)
        self._last = performing.quantum, performing.glide
        performing.changed.connect(self._keep)

    def _keep(self) -> None:
        now = self._performing.quantum, self._performing.glide
        if now != self._last:
            self._last = self._settings.launching = now
