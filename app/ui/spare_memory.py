"""Memory that nobody uses goes back to the system now and then, so that a night's show takes no more than its start."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from app.ui.studio import Studio

EVERY_MS = 30_000


class SpareMemory(QObject):
    """Has a worker give it back every half minute (main thread)."""

    def __init__(self, studio: "Studio", parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.give_back)
        self._timer.start()

    def give_back(self) -> None:
        """Once, now, on a worker."""
        from app.engine.stylegan.allocator import give_back_memory

        self._studio.run(give_back_memory, lambda _had_any: None, self.tr("Memory was not given back"))
