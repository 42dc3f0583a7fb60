"""ON AIR: the show runs, and until it is over nothing may disturb it (ux.md 1, row 19)."""

from PySide6.QtCore import QObject, Signal


class OnAir(QObject):
    """Owns whether the show runs (main thread). What must rest meanwhile listens to it."""

    changed = Signal()
    told = Signal(str, str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.on = False

    def set(self, on: bool) -> None:
        """Go on air, or off."""
        if on != self.on:
            self.on = on
            self.changed.emit()

    def refuses(self, what: str = "Files are chosen") -> bool:
        """Whether a dialog, or a change that could end the show, has to wait; then that is said. *what*: it happens."""
        if self.on:
            self.told.emit("info", "Not while the show is ON AIR", f"{what} before the show or after it.")
        return self.on
