"""The displays there are, each known by its name and serial number: their order says nothing (ux.md 0.4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QGuiApplication, QScreen

SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Display:
    """One display. *name* is the system's, *serial* may be empty; *width* and *height* are its own pixels."""

    name: str
    serial: str = ""
    width: int = 0
    height: int = 0
    model: str = ""

    @property
    def key(self) -> str:
        """What is remembered of it."""
        return f"{self.name}{SEPARATOR}{self.serial}"

    @property
    def words(self) -> str:
        """``BEAMER · 1920 × 1080``."""
        model = f" · {self.model}" if self.model and self.model != self.name else ""
        return f"{self.name or 'Display'}{model} · {self.width} × {self.height}"


def display_of(screen: QScreen) -> Display:
    """What is known of *screen*."""
    size, dpr = screen.size(), screen.devicePixelRatio()
    wide, tall = round(size.width() * dpr), round(size.height() * dpr)
    return Display(screen.name(), screen.serialNumber(), wide, tall, screen.model())


def displays() -> tuple[Display, ...]:
    """Those that are plugged in."""
    return tuple(display_of(screen) for screen in QGuiApplication.screens())


def screen_of(name: str) -> QScreen | None:
    """By name: the order of screens() is not the order on the table."""
    return next((screen for screen in QGuiApplication.screens() if screen.name() == name), None)


def recognise(key: str, there: Sequence[Display]) -> Display | None:
    """The display that was remembered as *key*: it itself, else it in another socket, else another in its socket."""
    name, _, serial = key.partition(SEPARATOR)
    ranks = (
        lambda d: d.key == key,
        lambda d: bool(serial) and d.serial == serial,
        lambda d: d.name == name,
    )
    return next((d for fits in ranks for d in there if fits(d)), None)


def asked_for(words: str, there: Sequence[Display]) -> Display | None:
    """The display that a person means by *words*: its name, serial or model, however it is written."""
    wanted = words.strip().casefold()
    if not wanted:
        return None
    exact = (d for d in there if wanted in (d.name.casefold(), d.serial.casefold(), d.model.casefold()))
    return next(exact, None) or next((d for d in there if wanted in d.words.casefold()), None)


def choose(there: Sequence[Display], operator: str, remembered: str = "") -> str:
    """The display to open on, by name: the remembered one, else the first that is not the operator's, else that one."""
    known = recognise(remembered, there) if remembered else None
    if known is not None:
        return known.name
    return next((d.name for d in there if d.name != operator), operator)
