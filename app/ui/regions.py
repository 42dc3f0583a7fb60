"""The parts of the window, in the order that keys go through them: Tab by stops, Ctrl+Tab by parts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

Parts = Sequence[QWidget]


def chain(root: QWidget) -> Iterator[QWidget]:
    """All widgets of the window of *root* as Tab would find them, from *root* on."""
    widget = root
    while True:
        yield widget
        widget = widget.nextInFocusChain()
        if widget is root or widget is None:
            return


def reached(widget: QWidget) -> bool:
    """Whether Tab stops at *widget*."""
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isVisible() and widget.isEnabled()


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
        inside: dict[QWidget, list[QWidget]] = {part: [] for part in self._parts[name]}
        for widget in chain(self._window):
            part = next((part for part in inside if part.isAncestorOf(widget)), None)
            if part is not None and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                inside[part].append(widget)
        for before, after in pairwise(widget for part in inside.values() for widget in part):
            QWidget.setTabOrder(before, after)

    def table(self) -> dict[str, Callable[..., object]]:
        """Action id -> what it does."""
        return {"next_part": lambda: self.step(1), "previous_part": lambda: self.step(-1)}

    def step(self, by: int) -> None:
        """Give the keys to the next part, or the one before: to what had them there last, else to its first stop."""
        parts = [part for part in self._parts[self._workspace] if self._stops(part)]
        if not parts:
            return
        focused = QApplication.focusWidget()
        here = next((i for i, part in enumerate(parts) if focused is not None and part.isAncestorOf(focused)), -1)
        if here >= 0 and focused is not None:
            self._last[parts[here]] = focused
        part = parts[(here + by) % len(parts) if here >= 0 else 0]
        stops, last = self._stops(part), self._last.get(part)
        (last if last in stops else stops[0]).setFocus(Qt.FocusReason.TabFocusReason)

    def _stops(self, part: QWidget) -> list[QWidget]:
        return [widget for widget in chain(self._window) if part.isAncestorOf(widget) and reached(widget)]
