"""What the mouse points at: a source lets its destinations glow, and a destination its sources."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from app.engine.show.routes import Route, owned_routes
from app.engine.show.show import Scene


def routes_to(scene: Scene, destination: str) -> tuple[Route, ...]:
    """Every route of *scene* that is on and moves *destination*, those that the simple settings own first."""
    routes = (*owned_routes(scene.react), *scene.routes)
    return tuple(r for r in routes if r.destination == destination and r.on)


class Glow(QObject):
    """Owns what is pointed at (main thread): *sources*, or a *destination*, or nothing."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sources: frozenset[str] = frozenset()
        self.destination = ""

    def point(self, sources: Iterable[str] = (), destination: str = "") -> None:
        """The mouse is on this now; on nothing without words."""
        now = frozenset(sources), destination
        if now != (self.sources, self.destination):
            self.sources, self.destination = now
            self.changed.emit()

    def touches(self, route: Route) -> bool:
        """Does *route* lead from or to what is pointed at?"""
        return route.source in self.sources or (bool(self.destination) and route.destination == self.destination)

    def moves(self, scene: Scene, destination: str) -> str:
        """The source that is pointed at and moves *destination* in *scene*; nothing where none does."""
        if not self.sources:
            return ""
        return next((r.source for r in routes_to(scene, destination) if r.source in self.sources), "")

    def moved_by(self, scene: Scene, sources: Iterable[str]) -> bool:
        """Does one of *sources* move the destination that is pointed at?"""
        if not self.destination:
            return False
        return not {r.source for r in routes_to(scene, self.destination)}.isdisjoint(sources)
