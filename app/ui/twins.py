"""The tables that stand in for the map, the timeline and the routes: which are shown, and how one gets there."""

from collections.abc import Callable, Mapping
from typing import Protocol

from PySide6.QtCore import QObject, SignalInstance
from PySide6.QtGui import QAction

from app.ui.columns import Columns
from app.ui.workspaces import Workspaces

PAGES = {"point_table": "Map", "route_table": "React"}
"""Table -> the page beside the picture that it stands on; another stands below it."""


class Tabled(Protocol):
    """What has a table beside its picture."""

    tabled_changed: SignalInstance

    @property
    def tabled(self) -> bool: ...
    def show_table(self) -> None: ...
    def put_in_front(self, tabled: bool) -> None: ...


class Twins(QObject):
    """Owns the actions under View, Tables (main thread): on is the table, off what it stands in for."""

    def __init__(
        self, parts: Mapping[str, Tabled], actions: Mapping[str, QAction], workspaces: Workspaces, columns: Columns
    ) -> None:
        super().__init__(workspaces)
        self._parts, self._actions, self._workspaces, self._columns = parts, actions, workspaces, columns
        for part in parts.values():
            part.tabled_changed.connect(self.follow)

    def table(self) -> dict[str, Callable[..., object]]:
        """Action id -> what it does."""
        return {name: lambda on, name=name: self.show(name, on) for name in self._parts}

    def show(self, name: str, on: bool) -> None:
        """The table in place of the picture, with the keys in it; or the picture again."""
        if name in PAGES or self._workspaces.name == "perform":
            self._workspaces.show("create")
        if name in PAGES:
            self._columns.bring([PAGES[name]])
        if on:
            self._parts[name].show_table()
        else:
            self._parts[name].put_in_front(False)

    def follow(self) -> None:
        """Check in the menu what is shown."""
        for name, part in self._parts.items():
            self._actions[name].setChecked(part.tabled)

    def shown(self) -> list[str]:
        """The tables that stand in front now."""
        return [name for name, part in self._parts.items() if part.tabled]

    def put(self, names: list[str]) -> None:
        """Let these stand in front and no others, without the keys."""
        for name, part in self._parts.items():
            part.put_in_front(name in names)
