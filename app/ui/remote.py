"""The web remote as the window has it: whether it is on, who may come in, and the chip that says who is there."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.control.web_guard import new_keys
from app.ui.document import Document
from app.ui.export_queue import ExportQueue
from app.ui.remote_address import addresses
from app.ui.remote_page import RemotePage
from app.ui.settings import Settings, WebSettings
from app.ui.stage import StagePicture
from app.ui.web_desk import WebDesk
from app.ui.web_films import Able, WebFilms


class Foot(Protocol):
    """The row of chips."""

    def phones(self, told: str, state: str, tip: str) -> None:
        """Say how many are connected."""


class Films(Protocol):
    """Where films are ordered."""

    queue: ExportQueue

    @property
    def bar(self) -> Able:
        """Knows whether a film can be made now."""

    def export_playing(self) -> None:
        """Make one."""


class Window(Protocol):
    """What the remote needs of the window."""

    document: Document
    picture: StagePicture

    @property
    def export(self) -> Films:
        """Where films are ordered."""

    @property
    def bottom(self) -> Foot:
        """The row of chips."""


class Remote(QObject):
    """Owns the page about it (main thread); the desk does what clients ask for."""

    changed = Signal()
    chip = Signal(str, str, str)

    def __init__(self, desk: WebDesk, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._settings = desk, settings
        self.addresses: Callable[[], list[str]] = addresses
        self.page = RemotePage(self, window)
        desk.changed.connect(self._changed)

    def table(self) -> dict[str, Callable[..., object]]:
        """Action id -> what it does."""
        return {"remote": self.page.toggle}

    def stand_in(self, window: Window) -> None:
        """From now on there is a picture to be seen, films can be ordered, and a chip says who is there."""
        export = window.export
        self._desk.join(window.picture, WebFilms(window.document, export.queue, export.bar, export.export_playing))
        self.chip.connect(window.bottom.phones)

    def start(self) -> None:
        """Open what was open when the window was last closed."""
        if self.kept.on:
            self._desk.open(self.kept)

    @property
    def kept(self) -> WebSettings:
        """What is set."""
        return self._settings.web

    @property
    def open(self) -> bool:
        """Is the port open?"""
        return self._desk.port is not None

    @property
    def problem(self) -> str:
        """Why it is not, though it should be."""
        return self._desk.problem

    @property
    def crowd(self) -> tuple[str, ...]:
        """Who is connected."""
        return self._desk.crowd

    @property
    def hosts(self) -> list[str]:
        """The addresses it is found at, the likeliest first."""
        if self._desk.port is None:
            return []
        found = self.addresses() if self._desk.port.lan else []
        return [f"http://{host}:{self._desk.port.port}" for host in found or ["127.0.0.1"]]

    @property
    def words(self) -> str:
        """How it stands, in one sentence."""
        if self._desk.port is None:
            return self.problem or self.tr("Off: no port is open.")
        if not self._desk.port.lan:
            return self.tr("Open on port {} to browsers and programs of this computer.").format(self._desk.port.port)
        if not self.addresses():
            return self.tr("Open, but this computer is in no network that a phone could be in.")
        return self.tr("Open on port {} to this computer, and to who knows the PIN.").format(self._desk.port.port)

    def set(self, **changes: Any) -> None:
        """Open or shut it, with *changes* of what is set; what is wrong is said, and it stays shut."""
        kept = replace(self.kept, **changes)
        if kept.lan and not (kept.pin and kept.secret):
            keys = new_keys()
            kept = replace(kept, pin=keys.pin, secret=keys.secret)
        self._settings.web = kept
        self._desk.open(kept)

    def renew(self) -> None:
        """Another PIN: whoever is connected by the old one has to type the new one."""
        keys = new_keys()
        self.set(pin=keys.pin, secret=keys.secret)

    def _changed(self) -> None:
        told, state = "", "plain"
        if self.problem:
            told, state = self.tr("Remote is shut"), "broken"
        elif self.open:
            told = self.tr("Remote {}").format(len(self.crowd)) if self.crowd else self.tr("Remote")
        who = "\n".join(self.crowd) or self.tr("Nobody is connected.")
        self.chip.emit(told, state, f"{self.words}\n{who}")
        self.changed.emit()
