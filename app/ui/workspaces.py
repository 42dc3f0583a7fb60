"""The workspaces of the window: what is seen of each, which keys count in it, and what Perform takes over."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenuBar, QStackedWidget, QWidget

from app.ui.perform_keys import AltMenu

NAMES = ("create", "perform", "export")
EXPORT_TIMELINE = 142


class Workspaces(QObject):
    """Owns which workspace is shown (main thread). The song and the engine know nothing of it and go on."""

    changed = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.name = NAMES[0]
        self.stack = QStackedWidget(window)
        self.set_timeline: Callable[[str], None] = lambda _mode: None
        self._bars: tuple[QMenuBar, QWidget, QWidget] | None = None
        self._tall = 0
        self._alt = AltMenu(window, self._toggle_menu)

    def hold(self, pages: Sequence[QWidget], bars: tuple[QMenuBar, QWidget, QWidget]) -> None:
        """The *pages* in the order of NAMES; *bars*: menus, transport and timeline, which Perform does without."""
        for page in pages:
            self.stack.addWidget(page)
        self._bars = bars

    def show(self, name: str) -> None:
        """Bring the workspace *name* to the front."""
        was, self.name = self.name, name
        if name != was and self._bars is not None:
            menus, transport, timeline = self._bars
            performing = name == "perform"
            self.stack.setCurrentIndex(NAMES.index(name))
            for bar in (transport, timeline):
                bar.setVisible(not performing)
            if not performing:
                self.set_timeline(name)
            self.fit(self._tall)
            if performing or was == "perform":
                self._take_over(menus, performing)
        self.changed.emit(name)

    def fit(self, tall: int) -> None:
        """Let the timeline be *tall*, as the window allows; the range of a film needs less room than the path."""
        self._tall = tall
        if self._bars is not None:
            exporting = self.name == "export" and tall > EXPORT_TIMELINE
            self._bars[2].setFixedHeight(EXPORT_TIMELINE if exporting else tall)

    def _take_over(self, menus: QMenuBar, performing: bool) -> None:
        """Perform hides the menus, which Alt shows."""
        if not menus.isNativeMenuBar():
            menus.setVisible(not performing)
            self._alt.set_on(performing)

    def _toggle_menu(self) -> None:
        """Show the menus, the first of them ready to be opened; or hide them again."""
        assert self._bars is not None
        menus = self._bars[0]
        menus.setVisible(menus.isHidden())
        if menus.isVisible():
            menus.setFocus()
            menus.setActiveAction(menus.actions()[0])
