"""Gestures of hands become edits: all moves of one turn are one edit, a sweep is one step of undo."""

from typing import Any

from PySide6.QtCore import QObject, QTimer

from app.control.addresses import Act, Turn, label_of, turned
from app.control.model import Origin
from app.ui.document import Document
from app.ui.verbs import Verbs

SWEEP_MS = 600
"""A pause so long ends a sweep: what moves then is a step of undo of its own."""


class Gestures(QObject):
    """Owns what was moved and is not yet in the document (main thread)."""

    def __init__(self, document: Document, verbs: Verbs, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._verbs = document, verbs
        self._moved: dict[str, Any] = {}
        self._by: Origin = "hand"
        self._sweep = 0
        self._pause = QTimer(self, singleShot=True, interval=SWEEP_MS)
        self._pause.timeout.connect(self.end_sweep)

    def value(self, name: str) -> Any:
        """The value of parameter *name* as it will be when this turn is over."""
        return self._moved[name] if name in self._moved else self._document.params.value(name)

    def do(self, meant: Turn | Act, by: Origin) -> None:
        """Do what ``OSC`` or ``MIDI`` meant; raises an AppError in one sentence when it cannot be done."""
        if isinstance(meant, Act):
            self.flush()
            self.end_sweep()
            with self._document.params.by(by):
                self._verbs.do(meant)
            return
        if by != self._by:
            self.flush()
            self.end_sweep()
            self._by = by
        self._moved[meant.name] = turned(self.value(meant.name), meant)

    def flush(self) -> None:
        """Put every move since the last time into the document, as one edit."""
        moved, self._moved = self._moved, {}
        if moved:
            text = f"Move {' and '.join(label_of(name) for name in moved)} by {self._by}"
            self._document.params.set_all(moved, self._by, text=text, merge=f"{self._by} sweep {self._sweep}")
            self._pause.start()

    def end_sweep(self) -> None:
        """The next move is a step of undo of its own."""
        self._sweep += 1

    def close(self) -> None:
        """The window is gone."""
        self._pause.stop()
