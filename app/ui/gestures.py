"""Gestures of hands become edits: all moves of one kind of hands in one turn are one, a sweep is one step of undo."""

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
        self._moved: dict[str, tuple[Any, Origin]] = {}
        self._sweeping: set[Origin] = set()
        self._sweep = 0
        self._pause = QTimer(self, singleShot=True, interval=SWEEP_MS)
        self._pause.timeout.connect(self.end_sweep)

    def value(self, name: str) -> Any:
        """The value of parameter *name* as it will be when this turn is over."""
        return self._moved[name][0] if name in self._moved else self._document.params.value(name)

    def do(self, meant: Turn | Act, by: Origin) -> None:
        """Do what ``OSC`` or ``MIDI`` meant; raises an AppError in one sentence when it cannot be done."""
        if isinstance(meant, Act):
            self.flush()
            self.end_sweep()
            with self._document.params.by(by):
                self._verbs.do(meant)
            return
        self._moved[meant.name] = turned(self.value(meant.name), meant), by

    def flush(self) -> None:
        """Put every move since the last time into the document, and let the window look once."""
        moved, self._moved = self._moved, {}
        if moved:
            with self._document.together():
                for by in dict.fromkeys(whose for _, whose in moved.values()):
                    self._put({name: value for name, (value, whose) in moved.items() if whose == by}, by)
            self._pause.start()

    def _put(self, moved: dict[str, Any], by: Origin) -> None:
        if by not in self._sweeping:  # other hands begin a step of their own; where both go on at once, they share it
            self._sweep += 1
            self._sweeping.add(by)
        text = f"Move {' and '.join(label_of(name) for name in moved)} by {by}"
        self._document.params.set_all(moved, by, text=text, merge=f"sweep {self._sweep}")

    def end_sweep(self) -> None:
        """The next move is a step of undo of its own."""
        self._sweep += 1
        self._sweeping.clear()

    def close(self) -> None:
        """The window is gone."""
        self._pause.stop()
