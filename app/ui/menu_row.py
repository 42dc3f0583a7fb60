"""The menus over the window: their actions, what can be undone, and whose show it is."""

import html
from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMainWindow

from app.ui import actions as rows
from app.ui.document import Document
from app.ui.theme import STAGE, font


class MenuRow(QObject):
    """Fills the menus of *window* and keeps them true (main thread)."""

    def __init__(self, window: QMainWindow, document: Document, actions: Mapping[str, QAction]) -> None:
        super().__init__(window)
        self._document, self._actions = document, actions
        self._clean = True
        self.bar = window.menuBar()
        rows.fill(self.bar, actions)
        self.title = QLabel(window)
        self.title.setFont(font(12))
        self.title.setContentsMargins(0, 0, 12, 0)
        self.title.setFixedHeight(24)
        self.title.installEventFilter(self)
        self.bar.setCornerWidget(self.title, Qt.Corner.TopRightCorner)
        stack = document.undo_stack
        for name in ("undo", "redo"):
            actions[name].setEnabled(False)
        stack.canUndoChanged.connect(actions["undo"].setEnabled)
        stack.canRedoChanged.connect(actions["redo"].setEnabled)
        stack.undoTextChanged.connect(self._undo_named)
        stack.redoTextChanged.connect(self._redo_named)
        stack.cleanChanged.connect(self._clean_changed)

    def _undo_named(self, step: str) -> None:
        self._actions["undo"].setText(f"Undo {step}".strip())

    def _redo_named(self, step: str) -> None:
        self._actions["redo"].setText(f"Redo {step}".strip())

    def _clean_changed(self, clean: bool) -> None:
        self._clean = clean
        self.show_name()

    def show_name(self) -> None:
        """Say whose show it is, and whether it was edited since it was kept."""
        edited = "" if self._clean else " — edited"
        name = html.escape(self._document.show.name)
        self.title.setText(f'<span style="color:{STAGE.text.name()}">{name}</span>'
                           f'<span style="color:{STAGE.text3.name()}">{edited}</span>')  # fmt: skip

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.StyleChange:  # another theme
            self.show_name()
        return False
