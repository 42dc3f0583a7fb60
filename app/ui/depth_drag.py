"""Alt and drag on a parameter: how far its route pushes it, without opening the route."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent

from app.engine.show.routes import owned_routes
from app.engine.show.sources import source_words
from app.ui.document import Document
from app.ui.linked import depth_of, pushed_to
from app.ui.macro_colors import source_color
from app.ui.route_edits import edit_route
from app.ui.theme import STAGE
from app.ui.widgets import Slider

HINT = "Alt and drag: how far its route pushes it"
NONE = "Nothing moves it"
OWN = "Drag without Alt"
"""Where the slider itself is how far its routes push."""


class DepthDrag(QObject):
    """Changes the depth of the scene's first route that moves *destination* (main thread), as one step of undo.

    The end of the line over *slider* follows the mouse; Shift drags finely. ``said`` tells what to write meanwhile.
    """

    said = Signal(str)

    def __init__(self, document: Document, slider: Slider, destination: str) -> None:
        super().__init__(slider)
        self._document, self._slider, self._destination = document, slider, destination
        self._from: tuple[float, float] | None = None
        self.index = -1
        slider.installEventFilter(self)

    @property
    def active(self) -> bool:
        """Is the mouse down on it?"""
        return self._from is not None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QMouseEvent):
            return False
        kind, alt = event.type(), bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if kind == QEvent.Type.MouseButtonPress and alt and event.button() == Qt.MouseButton.LeftButton:
            self._begin(event.position().x())
        elif self._from is None:
            return kind == QEvent.Type.MouseButtonDblClick and alt
        elif kind == QEvent.Type.MouseMove:
            self._drag(event.position().x(), fine=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif kind == QEvent.Type.MouseButtonRelease:
            self._end()
        return True

    def _begin(self, x: float) -> None:
        routes = self._document.show.scene.routes
        found = (i for i, r in enumerate(routes) if r.destination == self._destination and r.on)
        self.index = next(found, -1)
        self._document.end_merge()
        self._from = x, routes[self.index].depth if self.index >= 0 else 0.0
        self._say()

    def _drag(self, x: float, *, fine: bool) -> None:
        routes = self._document.show.scene.routes
        if self._from is None or not 0 <= self.index < len(routes):
            return
        begun, depth = self._from
        slider = self._slider
        by = depth_of(self._destination, (x - begun) / max(1.0, slider.width() - 4.0) * (slider.hi - slider.lo))
        depth = min(max(depth + (0.1 if fine else 1.0) * by, -1.0), 1.0)
        edit_route(self._document, self.index, "Route depth", f"route.{self.index}.depth", depth=round(depth, 3))
        self._say()

    def _end(self) -> None:
        self._from = None
        self._document.end_merge()
        self._slider.reach_to(None, STAGE.text)
        self.said.emit("")

    def _say(self) -> None:
        scene = self._document.show.scene
        if not 0 <= self.index < len(scene.routes):
            own = any(r.destination == self._destination for r in owned_routes(scene.react))
            self.said.emit(OWN if own else NONE)
            return
        route = scene.routes[self.index]
        end = pushed_to(self._destination, self._slider.amount, route.depth)
        self._slider.reach_to(end, source_color(scene, route.source))
        self.said.emit(f"{source_words(scene, route.source)} {route.depth * 100:.0f} %".replace("-", "−"))
