"""The workspaces of the window: what is seen of each, which keys count in it, and what Perform takes over."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenuBar, QStackedWidget, QWidget

from app.ui.perform_keys import AltMenu

if TYPE_CHECKING:
    from app.ui.perform_view import PerformView
    from app.ui.timeline import TimelineView

NAMES = ("create", "perform", "export")
EXPORT_TIMELINE = 142


class Workspaces(QObject):
    """Owns which workspace is shown (main thread). The song and the engine know nothing of it and go on."""

    changed = Signal(str)

    def __init__(self, window: QWidget, perform: "PerformView", actions: Mapping[str, QAction]) -> None:
        super().__init__(window)
        self._perform, self._actions = perform, actions
        self.name = NAMES[0]
        self.stack = QStackedWidget(window)
        self.busy: Callable[[], bool] = lambda: False
        self._timeline: TimelineView | None = None
        self._bars: tuple[QMenuBar, QWidget] | None = None
        self._tall = 0
        self._alt = AltMenu(window, self._toggle_menu)
        perform.performing.changed.connect(self.follow)
        perform.keys.changed.connect(self.follow)

    def hold(self, create: QWidget, export: QWidget, timeline: "TimelineView", bars: tuple[QMenuBar, QWidget]) -> None:
        """The other pages; *timeline* and *bars* (menus and transport) are theirs alone."""
        for page in (create, self._perform, export):
            self.stack.addWidget(page)
        self._timeline, self._bars = timeline, bars
        self.follow()

    def show(self, name: str) -> None:
        """Bring the workspace *name* to the front."""
        was, self.name = self.name, name
        if name == was or self._timeline is None:
            self.changed.emit(name)
            return
        performing = name == "perform"
        self.stack.setCurrentIndex(NAMES.index(name))
        self._timeline.setVisible(not performing)
        if not performing:
            self._timeline.set_mode("export" if name == "export" else "create")
        self.fit(self._tall)
        if performing or was == "perform":
            self._take_over(performing)
        self.follow()
        self.changed.emit(name)

    def fit(self, tall: int) -> None:
        """Let the timeline be *tall*, as the window allows; the range of a film needs less room than the path."""
        self._tall = tall
        if self._timeline is not None:
            exporting = self.name == "export" and tall > EXPORT_TIMELINE
            self._timeline.setFixedHeight(EXPORT_TIMELINE if exporting else tall)

    def follow(self) -> None:
        """Esc un-queues only where something waits: else it is free for whoever needs it."""
        waits = self._perform.performing.queued is not None and not self.busy()
        unqueue, latch = self._actions["unqueue"], self._actions["keys_are_pads"]
        if unqueue.isEnabled() != waits:
            unqueue.setEnabled(waits)
        latch.setChecked(self._perform.keys.on)

    def _take_over(self, performing: bool) -> None:
        """Perform has a bar of its own and hides the menus, which Alt shows; its letters do not outlive it."""
        app = QApplication.instance()
        assert app is not None
        assert self._bars is not None
        menus, transport = self._bars
        transport.setVisible(not performing)
        if not menus.isNativeMenuBar():
            menus.setVisible(not performing)
            (app.installEventFilter if performing else app.removeEventFilter)(self._alt)
        self._perform.keys.set_on(False)
        if performing:
            self._perform.pads.grid.setFocus()

    def _toggle_menu(self) -> None:
        """Show the menus, the first of them ready to be opened; or hide them again."""
        assert self._bars is not None
        menus = self._bars[0]
        menus.setVisible(menus.isHidden())
        if menus.isVisible():
            menus.setFocus()
            menus.setActiveAction(menus.actions()[0])
