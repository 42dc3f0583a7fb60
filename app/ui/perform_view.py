"""Perform: the workspace to play in. Pads, picture and macros over the decks, the song and the large buttons."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.document import Document
from app.ui.looking import when_seen
from app.ui.perform_bar import PerformBar
from app.ui.perform_cue import CueRow
from app.ui.perform_fader import DeckRow
from app.ui.perform_keys import PadKeys
from app.ui.perform_macros import MacroColumn
from app.ui.perform_picture import ProgramView
from app.ui.perform_scenes import ScenePads
from app.ui.perform_song import SongStrip
from app.ui.perform_stage import StageRow
from app.ui.stage import StagePicture
from app.ui.theme import STAGE
from app.ui.widgets import grounded

if TYPE_CHECKING:
    from app.ui.controllers import Controllers
    from app.ui.studio import Studio

PADS = {"small": 424, "usual": 650, "large": 874}
"""Width of the pads' column: pads 49, 76 and 104 px wide."""
MACROS = {"small": 220, "usual": 272, "large": 324}
CUE = 97
"""At 1440 x 900 this leaves the picture a square from edge to edge."""


class PerformView(QWidget):
    """Owns the parts of Perform and their sizes (main thread). They meet in the Document and in Performing."""

    def __init__(
        self,
        document: Document,
        studio: "Studio",
        picture: StagePicture,
        actions: Mapping[str, QAction],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self.setObjectName("performView")
        self.setAccessibleName(self.tr("Perform"))
        self._document, self.performing = document, studio.performing
        self.bar = PerformBar(document, studio, actions)
        self.pads = ScenePads(document, studio)
        self.bar.bpm.resort = self.pads.grid
        self.program = ProgramView(document, studio, picture, {}, self)
        self.program.setObjectName("programView")
        self.cue = CueRow(document, studio, actions)
        self.macros = MacroColumn(document, studio)
        self.decks = DeckRow(document, studio, actions)
        self.song = SongStrip(document, studio)
        self.stage = StageRow(studio, picture, actions)
        self.keys = PadKeys(window)
        self.keys.pressed.connect(self.pads.launch_place)
        self.keys.changed.connect(lambda: self.pads.set_keys(tuple(self.keys.names) if self.keys.on else ()))
        self._actions, self._size = actions, ("", "")
        self._controllers: Controllers | None = None
        self._heard: object = None
        self.busy: Callable[[], bool] = lambda: False
        self._lay_out()
        self.keys.changed.connect(self.follow)
        self.performing.changed.connect(self.follow)
        self.follow()

    def _lay_out(self) -> None:
        grounded(self, STAGE.gutter)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.program, 1)
        middle.addWidget(self.cue)
        main = QHBoxLayout()
        main.setSpacing(1)
        main.addWidget(self.pads)
        main.addLayout(middle, 1)
        main.addWidget(self.macros)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(self.bar)
        column.addLayout(main, 1)
        for row in (self.decks, self.song, self.stage):
            column.addWidget(row)
        self.program.setMinimumSize(160, 160)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The sizes of 1024 x 640, 1440 x 900 and 1920 x 1080, each from its own upward."""
        wide, tall = self.width(), self.height()
        large, low = wide >= 1800 and tall >= 1000, tall < 800
        narrow = wide < (1360 if low else 1240)
        size = "large" if large else "small" if narrow else "usual", "large" if large else "small" if low else "usual"
        if size == self._size:
            return
        self._size, (columns, rows) = size, size
        self.pads.setFixedWidth(PADS[columns])
        self.pads.set_compact(narrow)
        self.cue.set_height(84 if low else CUE)
        self.macros.setFixedWidth(MACROS[columns])
        self.song.set_heights(*{"small": (40, 0), "usual": (64, 20), "large": (88, 24)}[rows])
        self.stage.set_height(*((48, 2) if narrow or low else (64, 3)))

    def listen(self, controllers: "Controllers") -> None:
        """Show which macros hardware moves, and where it stands that has not met them yet."""
        self._controllers = controllers
        controllers.touched.connect(when_seen(self._hear))
        controllers.changed.connect(when_seen(self._mapped))
        controllers.follow_pads(self.pads.first_row, self.pads.turned)
        self._document.watch(self._hear, "scene.macros")
        controllers.changed.connect(self.follow)

    def _mapped(self) -> None:
        """Mappings may have come or gone. What else changes of controllers has been heard as a touch."""
        if self._controllers is not None and self._controllers.surface.mappings is not self._heard:
            self._hear()

    def _hear(self, _show: object = None) -> None:
        if self._controllers is not None:
            surface = self._controllers.surface
            self._heard = surface.mappings
            mapped = frozenset(mapping.target for mapping in surface.mappings)
            self.macros.show_hands(mapped, surface.standing(self._document.params.value))

    def follow(self) -> None:
        """Esc un-queues only where something waits, or edits go to the cue: else it is free for whoever needs it."""
        waits = (self.performing.queued is not None or self.performing.edits.on) and not self.busy()
        unqueue, latch = self._actions["unqueue"], self._actions["keys_are_pads"]
        if unqueue.isEnabled() != waits:
            unqueue.setEnabled(waits)
        latch.setChecked(self.keys.on)

    def showEvent(self, event: QShowEvent) -> None:
        """Arrows go over the pads at once."""
        self.pads.grid.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Letters are letters again."""
        self.keys.set_on(False)

    def runs(self) -> dict[str, Callable[..., object]]:
        """What the actions do that need to know what is on the screen."""
        pads, keys = self.pads, self.keys
        runs: dict[str, Callable[..., object]] = {
            f"launch_{n}": lambda n=n: pads.launch_key(n) for n in range(1, 9)
        }  # fmt: skip
        return runs | {
            "page_up": lambda: pads.step_page(-1), "page_down": lambda: pads.step_page(1),
            "line_up": lambda: pads.step_line(-1), "line_down": lambda: pads.step_line(1),
            "keys_are_pads": keys.set_on, "unqueue": self.performing.edits.escape, "glide": self.bar.turn_glide,
        }  # fmt: skip

    def minimumSizeHint(self) -> QSize:
        """Hidden, it does not hold the window open."""
        return QSize(320, 240)
