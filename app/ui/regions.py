"""The parts of the window, in the order that keys go through them: Tab by stops, Ctrl+Tab by parts."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

Parts = Sequence[QWidget]


def _stops(part: QWidget) -> list[QWidget]:
    """Where Tab may stop in *part*, in the order they were put there; what it has popped up is another window."""
    return [
        widget
        for widget in part.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isAncestorOf(widget)
    ]  # asked for its ``window`` PySide mistakes who owns a widget, and forgets others with it when it goes


def _open(part: QWidget) -> list[QWidget]:
    """Where Tab stops in *part* now."""
    return [widget for widget in _stops(part) if widget.isVisible() and widget.isEnabled()]


class Regions(QObject):
    """Owns the order (main thread): for each workspace its parts, from the one where work begins."""

    def __init__(self, window: QWidget, parts: Mapping[str, Parts]) -> None:
        super().__init__(window)
        self._window, self._parts = window, parts
        self._workspace = next(iter(parts))
        self._last: dict[QWidget, QWidget] = {}

    def in_workspace(self, name: str) -> None:
        """Let Tab go through the parts of the workspace *name*, one after the other."""
        self._workspace = name
        stops = [widget for part in self._parts[name] for widget in _stops(part)]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def table(self) -> dict[str, Callable[..., object]]:
        """Action id -> what it does."""
        return {"next_part": lambda: self.step(1), "previous_part": lambda: self.step(-1)}

    def step(self, by: int) -> None:
        """Give the keys to the next part, or the one before: to what had them there last, else to its first stop."""
        parts = [part for part in self._parts[self._workspace] if _open(part)]
        if not parts:
            return
        focused = QApplication.focusWidget()
        here = next((i for i, part in enumerate(parts) if focused is not None and part.isAncestorOf(focused)), -1)
        if here >= 0 and focused is not None:
            self._last[parts[here]] = focused
        part = parts[(here + by) % len(parts) if here >= 0 else 0]
        stops, last = _open(part), self._last.get(part)
        (last if last in stops else stops[0]).setFocus(Qt.FocusReason.TabFocusReason)
