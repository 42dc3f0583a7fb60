"""The ParamModel: the one way to every value that hands set, whoever's hands, and who hears that it changed."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

from app.control.params import PARAMS, changes, get, param, there, with_value
from app.engine.show.show import Show

Origin = Literal["hand", "key", "MIDI", "OSC", "web", "take", "undo", "scene"]
"""Whose doing a change was; ``scene``: another Scene or Show came, and with it other values."""

Listener = Callable[[str, Any, Origin], None]


class ParamModel:
    """Owns who keeps what hands perform, and who listens (main thread). What is saved stays with the document.

    Whoever listens hears (id, value, origin) of each change once, also of one that undo or another Scene made, so that
    nobody needs to be told what he did himself.
    """

    def __init__(self, show: Callable[[], Show], edit: Callable[[str, Show, str], None]) -> None:
        self._show, self._edit = show, edit
        self._kept: dict[str, tuple[Callable[[], Any], Callable[[Any], None]]] = {}
        self._flowing: set[str] = set()
        self._listeners: list[Listener] = []
        self._seen: Show | None = None
        self._held: dict[str, Any] = {}
        self._origin: Origin = "hand"

    def keep(self, name: str, read: Callable[[], Any], put: Callable[[Any], None], *, flows: bool = False) -> None:
        """Parameter *name*, which is performed, is kept elsewhere: there it is *read* and *put*.

        One that *flows* goes with the music as well, so nobody is told of it.
        """
        assert not param(name).in_show
        self._kept[name] = read, put
        if flows:
            self._flowing.add(name)
        else:
            self._held[name] = read()

    def names(self) -> tuple[str, ...]:
        """The parameters that have something to stand on now."""
        return tuple(self.values())

    def values(self) -> dict[str, Any]:
        """Their values."""
        return changes(None, self._show()) | {name: read() for name, (read, _put) in self._kept.items()}

    def has(self, name: str) -> bool:
        """Has parameter *name* something to stand on now?"""
        return name in self._kept or (name in PARAMS and there(self._show(), name))

    def value(self, name: str) -> Any:
        """The value of parameter *name* now; raises ShowError when it has nothing to stand on."""
        return self._kept[name][0]() if name in self._kept else get(self._show(), name)

    def set(self, name: str, value: Any, origin: Origin = "hand", *, merge: str = "") -> None:
        """Put parameter *name* to *value*; raises ShowError when it makes no sense. Equal *merge* keys fold in undo."""
        self.set_all({name: value}, origin, merge=merge)

    def set_all(self, values: Mapping[str, Any], origin: Origin = "hand", *, text: str = "", merge: str = "") -> None:
        """Put many in one step of undo named *text*; when one makes no sense, none is changed."""
        after, performed = self._show(), {}
        for name, value in values.items():
            if name in self._kept:
                performed[name] = param(name).valid(value)
            else:
                after = with_value(after, name, value)
        with self.by(origin):
            if after != self._show():
                self._edit(text or f"Change {_said(values)}", after, merge)
            for name, value in performed.items():
                self._kept[name][1](value)  # may edit the Show itself, as the tempo does
            self.look()

    @contextmanager
    def by(self, origin: Origin) -> Iterator[None]:
        """What changes meanwhile is the doing of *origin*."""
        before, self._origin = self._origin, origin
        try:
            yield
        finally:
            self._origin = before

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell *listener* what changes from now on; gives back what ends it."""
        self._changed()
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def look(self) -> None:
        """Something may have changed: tell who listens what did."""
        if not self._listeners:
            return
        origin = self._origin
        for name, value in self._changed().items():
            for listener in tuple(self._listeners):
                listener(name, value, origin)

    def _changed(self) -> dict[str, Any]:
        """What is other than the last time, which is now."""
        show, seen = self._show(), self._seen
        self._seen = show
        held = {name: read() for name, (read, _put) in self._kept.items() if name not in self._flowing}
        performed = {name: value for name, value in held.items() if self._held.get(name) != value}
        self._held = held
        return changes(seen, show) | performed


def _said(values: Mapping[str, Any]) -> str:
    return " and ".join(PARAMS[name].label.lower() for name in values) or "nothing"
