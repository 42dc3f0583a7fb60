"""Unsaved work outlives the window: a copy is kept while there are edits that no file holds."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from app.engine import paths
from app.engine.errors import AppError
from app.engine.show.saved import load_show, save_show
from app.engine.show.show import Show
from app.ui.document import Document

DELAY_MS, LATEST_MS = 2000, 30_000


class Recovery(QObject):
    """Owns the copy (main thread): written two seconds after an edit, taken away when everything is saved.

    Where one edit follows the other without a rest it is written all the same, every half a minute.
    """

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._unanswered = False
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._latest = QTimer(self, singleShot=True, interval=LATEST_MS)
        for timer in (self._timer, self._latest):
            timer.timeout.connect(self.write)
        document.changed.connect(lambda _show: self._soon())
        document.file_changed.connect(self._soon)

    def _soon(self) -> None:
        self._timer.start()
        if not self._latest.isActive():
            self._latest.start()

    @staticmethod
    def file() -> Path:
        """Where the copy lies."""
        return paths.config() / "unsaved.anthesis"

    def found(self) -> Show | None:
        """The work that an earlier window left unsaved; None without any, or when it cannot be read.

        Until ``answer`` or an edit it stays, also when the window is closed without a word.
        """
        try:
            show = load_show(self.file()) if self.file().is_file() else None
        except AppError:
            return None
        self._unanswered = show is not None
        return show

    def answer(self) -> None:
        """The work was brought back, or is not wanted."""
        self._unanswered = False
        self.write()

    def write(self) -> None:
        """Bring the copy in line with the document now."""
        self._timer.stop()
        self._latest.stop()
        if self._document.undo_stack.isClean():
            if not self._unanswered:
                self.file().unlink(missing_ok=True)
            return
        self._unanswered = False
        try:
            save_show(self._document.kept, self.file())
        except AppError:
            return  # a full disk must not disturb the show; saving by hand will say so
