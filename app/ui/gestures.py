"""Gestures of hands become edits: all moves of one turn are one edit, a sweep is one step of undo."""

from PySide6.QtCore import QObject, QTimer

from app.control.addresses import Act, Turn, label_of, turned
from app.engine.show.show import Show
from app.ui.document import Document
from app.ui.verbs import Verbs

SWEEP_MS = 600
"""A pause so long ends a sweep: what moves then is a step of undo of its own."""


class Gestures(QObject):
    """Owns what was moved and is not yet in the document (main thread)."""

    def __init__(self, document: Document, verbs: Verbs, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._verbs = document, verbs
        self._moved: Show | None = None
        self._names: dict[str, None] = {}
        self._by = ""
        self._sweep = 0
        self._pause = QTimer(self, singleShot=True, interval=SWEEP_MS)
        self._pause.timeout.connect(self.end_sweep)

    @property
    def show(self) -> Show:
        """The Show as it will be when this turn is over."""
        return self._document.show if self._moved is None else self._moved

    def do(self, meant: Turn | Act, by: str) -> None:
        """Do what ``OSC`` or ``MIDI`` meant; raises an AppError in one sentence when it cannot be done."""
        if isinstance(meant, Act):
            self.flush()
            self.end_sweep()
            self._verbs.do(meant)
            return
        if by != self._by:
            self.flush()
            self.end_sweep()
            self._by = by
        self._moved = turned(self.show, meant)
        self._names[meant.name] = None

    def flush(self) -> None:
        """Put every move since the last time into the document, as one edit."""
        after, names = self._moved, " and ".join(label_of(name) for name in self._names)
        self._moved, self._names = None, {}
        if after is not None:
            self._document.edit(f"Move {names} by {self._by}", after, f"{self._by} sweep {self._sweep}")
            self._pause.start()

    def end_sweep(self) -> None:
        """The next move is a step of undo of its own."""
        self._sweep += 1

    def close(self) -> None:
        """The window is gone."""
        self._pause.stop()
