"""Where on the window something stands that a controller or a key can be given to."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QListView, QWidget

from app.control.actions import ACTIONS
from app.control.addresses import is_target
from app.control.params import PARAMS
from app.ui.perform_pads import SceneGrid

NAMED = {
    "crossfader": "perform.fader", "launchChoice": "perform.quantum", "glideChoice": "perform.glide",
    "keepPosition": "perform.keep_position", "autoCycle": "perform.auto_cycle", "holdScene": "perform.hold",
}  # fmt: skip
"""Widgets that are called otherwise than their parameter."""


@dataclass(frozen=True, slots=True)
class Spot:
    """*target* stands at *box* of the window; ``do:`` before an action."""

    target: str
    box: QRect


def own_target(widget: QWidget) -> str:
    """What *widget* itself moves, were it ever so much to be done by keys alone; nothing for one that is no control."""
    name = widget.objectName()
    kind, _, rest = name.partition(":")
    if kind in ("param", "row") and rest in PARAMS:
        return rest
    action = str(widget.property("action") or "").removeprefix("action:")
    return f"do:{action}" if action else NAMED.get(name, "")


def spots(window: QWidget, *, keys: bool) -> tuple[Spot, ...]:
    """Every control that is seen: for *keys* the buttons, else all that a knob or a pad can be given to."""
    found: list[Spot] = []
    for spot in _all(window):
        fits = _has_key(spot.target) if keys else is_target(spot.target)
        around = any(other.target == spot.target and other.box.contains(spot.box) for other in found)
        if fits and not around and not spot.box.isEmpty():
            found.append(spot)
    return tuple(found)


def _has_key(target: str) -> bool:
    action = ACTIONS.get(target.removeprefix("do:")) if target.startswith("do:") else None
    return action is not None and action.button


def _all(window: QWidget) -> Iterator[Spot]:
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not window.isAncestorOf(widget):
            continue
        if isinstance(widget, SceneGrid):
            for pad in widget.table.pads:
                yield Spot(f"do:scene:{pad.row + 1}", _placed(widget.viewport(), widget.cell_of(pad.row), window))
        elif isinstance(widget, QListView) and widget.objectName() == "sceneList":
            for row in range(widget.model().rowCount()):
                box = widget.visualRect(widget.model().index(row, 0))
                yield Spot(f"do:scene:{row + 1}", _placed(widget.viewport(), box, window))
        elif target := own_target(widget):
            yield Spot(target, _placed(widget, widget.visibleRegion().boundingRect(), window))


def _placed(widget: QWidget, box: QRect, window: QWidget) -> QRect:
    seen = box & widget.visibleRegion().boundingRect()
    return QRect(widget.mapTo(window, seen.topLeft()), seen.size())
