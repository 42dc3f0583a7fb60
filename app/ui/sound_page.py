"""A page on which sound is drawn where it acts: so many times a second while it plays, and only while it is seen."""

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.ui.studio import Studio


class SoundPage(QWidget):
    """Calls ``draw_sound`` with the song time at most once in *every* seconds (main thread)."""

    def __init__(self, studio: Studio, every: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self._every, self._last, self._follows = every, -1.0, False
        studio.session_changed.connect(self.redraw)

    def draw_sound(self, t: float) -> None:
        """Show what the sound does at *t* seconds."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw now, if anybody sees it."""
        if self.isVisible():
            self.draw_sound(self.studio.now())

    def _played(self, t: float) -> None:
        if abs(t - self._last) >= self._every:
            self._last = t
            self.draw_sound(t)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._follows:
            self._follows = True
            self.studio.played.connect(self._played)
        self.redraw()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._follows:
            self._follows = False
            self.studio.played.disconnect(self._played)
