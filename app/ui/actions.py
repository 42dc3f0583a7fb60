"""The table of actions as Qt has them: one QAction each, and the menus they stand in."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app.control.actions import ACTIONS, INSIDE, MENUS
from app.engine.errors import AppError

LETTERS = {"File": "F", "Edit": "E", "View": "V", "Style": "y", "Song": "S", "Scene": "c", "Output": "O",
           "Export": "x", "Help": "H"}  # fmt: skip
"""Menu of the bar -> the letter that opens it with Alt. No field that is seen with it may have the same."""
Run = Callable[..., object]
"""What an action does; that of a checkable one is given whether it is checked."""


def build(window: QWidget) -> dict[str, QAction]:
    """A QAction for each action that can be pressed, under its id. What it does is told by *connect*."""
    actions = {}
    for row in ACTIONS.values():
        if not row.button:
            continue
        action = QAction(row.text, window, checkable=row.checkable, checked=row.first)
        action.setObjectName(f"action:{row.id}")
        action.setStatusTip(row.doc)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        set_keys(action, row.keys)
        actions[row.id] = action
        window.addAction(action)
    return actions


def keep_within(widget: QWidget, action: QAction) -> None:
    """The keys of *action* press it while *widget*, or something in it, has the focus, and nowhere else."""
    for other in action.associatedObjects():
        if isinstance(other, QWidget) and not isinstance(other, QMenu):
            other.removeAction(action)
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    widget.addAction(action)


def set_keys(action: QAction, keys: tuple[str, ...]) -> None:
    """Let *keys* press *action*, and its tip name the first."""
    if [QKeySequence(key) for key in keys] != action.shortcuts():
        action.setShortcuts([QKeySequence(key) for key in keys])
    first = f"  ({QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText)})" if keys else ""
    action.setToolTip(f"{action.statusTip()}{first}")


def connect(actions: Mapping[str, QAction], runs: Mapping[str, Run], tell: Callable[[str, str, str], object]) -> None:
    """Let the actions do what *runs* has under their ids; what cannot be done is told in one sentence."""
    for name, run in runs.items():
        actions[name].triggered.connect(_guarded(run, actions[name].isCheckable(), tell))


def _guarded(run: Run, checkable: bool, tell: Callable[[str, str, str], object]) -> Callable[[bool], None]:
    def act(checked: bool = False) -> None:
        try:
            run(checked) if checkable else run()
        except AppError as error:
            tell("error", "Nothing was changed", str(error))

    return act


def fill(bar: QMenuBar, actions: Mapping[str, QAction]) -> None:
    """Put *actions* into *bar*, menu by menu."""
    made: dict[str, QMenu] = {}
    for title in MENUS:
        letter = LETTERS.get(title, "")
        named = title.replace(letter, f"&{letter}", 1) if letter else title
        menu = made[title] = made[INSIDE[title]].addMenu(title) if title in INSIDE else bar.addMenu(named)
        menu.setObjectName(f"menu:{title}")
        for name, action in actions.items():
            if ACTIONS[name].menu == title:
                if ACTIONS[name].gap_before:
                    menu.addSeparator()
                menu.addAction(action)
