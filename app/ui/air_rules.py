"""What rests while the show is ON AIR: tool tips, dialogs, films, thumbnails, and what could end or change the show."""

import time
from collections.abc import Callable, Mapping
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, SignalInstance
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.hud import STEADY_FPS
from app.ui.on_air import OnAir
from app.ui.studio import Studio
from app.ui.theme import STAGE
from app.ui.widgets import grounded

DANGEROUS = ("new", "open", "open_show", "save_as", "remove_scene", "add_style", "get_more", "identify", "test_card")
"""Actions that are not there while the show runs: they take away what plays, or put words or a dialog before it."""
TWICE = 2.0
"""Seconds within which a second Ctrl+Q is meant."""
STARVED_MS = 66
EDGE = 2


class Films(Protocol):
    """Films, which wait for the end of the show."""

    changed: SignalInstance

    @property
    def held_up(self) -> bool: ...

    def set_held(self, held: bool) -> None: ...


class RedEdge(QObject):
    """A red line round *window* (main thread): four strips, so that nothing under them is painted twice."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.strips = tuple(grounded(QWidget(window), STAGE.live) for _ in range(4))
        for strip in self.strips:
            strip.setObjectName("airEdge")
            strip.hide()

    def show(self, on: bool) -> None:
        """There, or not."""
        (self._window.installEventFilter if on else self._window.removeEventFilter)(self)
        for strip in self.strips:
            strip.setVisible(on)
        self._place()

    def _place(self) -> None:
        wide, tall = self._window.width(), self._window.height()
        places = ((0, 0, wide, EDGE), (0, tall - EDGE, wide, EDGE), (0, 0, EDGE, tall), (wide - EDGE, 0, EDGE, tall))
        for strip, place in zip(self.strips, places, strict=True):
            strip.setGeometry(*place)
            strip.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.strips[0].isVisible():
            self._place()
        return False


class AirRules(QObject):
    """Keeps them (main thread) from the moment the show goes on air until it is off."""

    def __init__(self, studio: Studio, actions: Mapping[str, QAction], window: QWidget, films: Films) -> None:
        super().__init__(window)
        self._studio, self._actions, self._films = studio, actions, films
        self.air: OnAir = studio.on_air
        self.edge = RedEdge(window)
        self.set_least_ms: Callable[[int], None] = lambda _least: None
        self._asked_at: float | None = None
        self.air.changed.connect(self._changed)
        studio.engine_changed.connect(self._pace)

    def stays(self) -> bool:
        """Whether closing is refused: ON AIR it needs to be asked for twice within two seconds."""
        if not self.air.on:
            return False
        now, before = time.monotonic(), self._asked_at
        self._asked_at = now
        if before is not None and now - before <= TWICE:
            return False
        self._studio.told.emit(
            "info", "The show is ON AIR", "Press Ctrl+Q twice within two seconds to quit all the same."
        )
        return True

    def _changed(self) -> None:
        on, app = self.air.on, QApplication.instance()
        assert app is not None
        self._asked_at = None
        for name in DANGEROUS:
            if name in self._actions:
                self._actions[name].setVisible(not on)  # not disabled: who else enables it does not know of the show
        self._actions["on_air"].setChecked(on)
        self._films.set_held(on)
        self._studio.shelf.locked = on
        self.edge.show(on)
        if on:
            app.installEventFilter(self)
        else:
            app.removeEventFilter(self)
        self._pace()

    def _pace(self) -> None:
        """The preview gives way first where the machine is too slow for the picture."""
        engine = self._studio.engine
        starved = bool(engine.given_up) or 0 < engine.fps < STEADY_FPS
        self.set_least_ms(STARVED_MS if self.air.on and starved else 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """No tool tips during the show."""
        return event.type() == QEvent.Type.ToolTip
