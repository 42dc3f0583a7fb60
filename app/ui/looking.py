"""Who looks at what: a widget names the parts of a frozen value that it shows, and looks when one is another."""

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any
from weakref import WeakMethod, ref

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QWidget

Part = str | Callable[[Any], object]
"""A part of a value by its name, such as ``scene.react``, or what makes it of the value: equal is the same."""


class Parts(QObject):
    """Owns a frozen value, and who looks at which parts of it (main thread).

    Nothing can be shown stale: whatever puts another value, an edit, undo, a launch or a file, comes through ``put``,
    which compares each part that anybody looks at with what was seen of it last. What an edit left alone is the same
    object, and its fields are not even read.
    """

    def __init__(self, value: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.value = value
        self._parts: dict[tuple[Part, ...], _Part] = {}
        self._wholes: dict[str, _Whole] = {}

    def watch(self, slot: Callable[..., object], *parts: Part, hidden: bool = False) -> None:
        """Let *slot*, a method of a QObject, have the value when one of *parts* of it is another.

        A widget that is not seen looks once, when it is shown; with *hidden* at once: it shows and hides itself.
        """
        shared = self._parts.get(parts)
        if shared is None:
            shared = self._parts[parts] = _Part(_reader(parts), self)
            name = parts[0].rpartition(".")[0] if len(parts) == 1 and isinstance(parts[0], str) else ""
            if name not in self._wholes:
                self._wholes[name] = _Whole(attrgetter(name) if name else lambda value: value)
            self._wholes[name].parts.append(shared)
        shared.changed.connect(slot if hidden else when_seen(slot))

    def put(self, value: Any) -> None:
        """The value is this now: whoever shows a part of it that is another looks, once."""
        self.value = value
        for whole in tuple(self._wholes.values()):
            now = whole.read(self.value)  # not *value*: who looked may have put a newer one
            if now is not whole.seen:
                whole.seen = now
                for part in tuple(whole.parts):
                    part.look()


@dataclass
class _Whole:
    """What several parts are fields of: while it is the same object, so are they."""

    read: Callable[[Any], object]
    seen: object = None
    parts: "list[_Part]" = field(default_factory=list)


class _Part(QObject):
    """What was seen last by those who look at the same parts (main thread)."""

    changed = Signal(object)

    def __init__(self, read: Callable[[Any], object], whole: Parts) -> None:
        super().__init__(whole)
        self._read, self._whole = read, whole
        self._seen = None if whole.value is None else read(whole.value)

    def look(self) -> None:
        """Tell, if something is other than the last time."""
        value = self._whole.value
        now = self._read(value)
        if now is not self._seen and now != self._seen:  # several are a tuple, and that compares objects first as well
            self._seen = now
            self.changed.emit(value)
            if self._seen is not now:  # who looked put a newer one: whoever comes after it was shown this one last
                self.changed.emit(self._whole.value)


def _reader(parts: tuple[Part, ...]) -> Callable[[Any], object]:
    names = [part for part in parts if isinstance(part, str)]
    if len(names) == len(parts):
        return attrgetter(*names)
    reads = [attrgetter(part) if isinstance(part, str) else part for part in parts]
    return lambda value: tuple(read(value) for read in reads)


def when_seen(slot: Callable[..., object]) -> Callable[..., object]:
    """*slot* as it is to be connected to a signal: a method of a widget, or of its child, waits until that is seen."""
    owner = getattr(slot, "__self__", None)
    if not isinstance(owner, QObject):
        return slot
    widget = owner if isinstance(owner, QWidget) else owner.parent()
    return _Sight(slot, owner, widget).look if isinstance(widget, QWidget) else slot


def top_of(widget: QWidget) -> QWidget:
    """The window that *widget* is in. (PySide's ``window`` confuses who owns whom.)"""
    while not widget.isWindow():
        above = widget.parentWidget()
        if above is None:
            break
        widget = above
    return widget


def is_seen(widget: QWidget) -> bool:
    """Whether *widget* is on the screen, or will be with its window."""
    if widget.isVisible():
        return True
    while not widget.isWindow():
        above = widget.parentWidget()
        if widget.isHidden() or above is None:
            return above is None
        widget = above
    return True


class _Sight(QObject):
    """Owns when one widget looks (main thread): at once where it is seen, else when it is shown.

    Qt tells every widget that it comes onto the screen, by a Show event, and paints it after that.
    """

    def __init__(self, slot: Callable[..., object], owner: QObject, widget: QWidget) -> None:
        super().__init__(owner)
        self._slot, self._widget = WeakMethod(slot), ref(widget)
        self._missed: tuple[object, ...] | None = None

    def look(self, *news: object) -> None:
        """There is something else to be seen."""
        if self._missed is not None:  # it waits already
            self._missed = news
            return
        widget = self._widget()
        if widget is None:
            return
        if is_seen(widget):
            self._look(news)
            return
        widget.installEventFilter(self)
        self._missed = news

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Before the widget itself hears that it is shown."""
        if event.type() == QEvent.Type.Show and self._missed is not None:
            news, self._missed = self._missed, None
            watched.removeEventFilter(self)
            self._look(news)
        return False

    def _look(self, news: tuple[object, ...]) -> None:
        slot = self._slot()
        if slot is not None:
            slot(*news)
