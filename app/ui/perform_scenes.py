"""The scenes of Perform: a page of pads, and over them how the next one comes."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.engine.show.show import Scene, Show, StyleRef
from app.ui.document import Document
from app.ui.looking import when_seen
from app.ui.params import pop_under
from app.ui.perform_decks import decks_seen
from app.ui.perform_head import HEAD, HoldBtn, KeysChip, Tick
from app.ui.perform_menu import roomy
from app.ui.perform_pads import COLUMNS, LINES, PAGE, Pad, SceneGrid, State
from app.ui.scene_edits import SceneEdits
from app.ui.scene_launch import add_launch_menus
from app.ui.theme import STAGE, font
from app.ui.thumbs import Thumbs, faces
from app.ui.widgets import Btn, grounded, words

if TYPE_CHECKING:
    from app.ui.studio import Studio

Stands = tuple[int, int, int, tuple[int, ...]]
"""The rows of the Scenes that play, wait, are in cue, and stand on decks A and B; -1 is none."""

CYCLES = (1, 2, 4, 8, 16, 32)
_STEP = 1 / 30  # seconds between two pictures of a ring


class ScenePads(QWidget):
    """Owns the pads, the page that is shown and the line that keys launch (main thread)."""

    turned = Signal()
    """Another page is shown."""

    def __init__(self, document: Document, studio: "Studio", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scenePads")
        self._document, self._studio, self._performing = document, studio, studio.performing
        self.offer: Callable[[QMenu, int], None] = lambda _menu, _row: None
        self.edits = SceneEdits(document)
        self.thumbs = Thumbs(studio, self)
        self._known: dict[int, tuple[Scene, QPixmap]] = {}
        self._stood: tuple[object, ...] = ()
        self.page = self.line = 0
        self._bars, self._compact = 16, False
        self.key_names: tuple[str, ...] = ()
        self._last_ring = -1.0
        self._make()
        self._lay_out()
        self._wire()
        self.follow()

    def _make(self) -> None:
        self.grid = SceneGrid()
        self.grid.faces.thumb_of = self._thumb
        self.where = Btn("", look="flat")
        self.where.face = font(12)
        self.where.tall = HEAD
        self.where.setObjectName("scenePage")
        self.title = words(self.tr("Scenes"), 14, 600, STAGE.text_hi)
        self.chip = KeysChip()
        self.keep = Tick(self.tr("Keep position"))
        self.keep.setObjectName("keepPosition")
        self.keep.setAccessibleName(self.tr("Keep position"))
        self.keep.setToolTip(self.tr("The next scene goes on from where this one has come to"))
        self.cycle = Tick("")
        self.cycle.setObjectName("autoCycle")
        self.cycle.setAccessibleName(self.tr("Auto-cycle"))
        self.cycle.setToolTip(self.tr("Launch the next scene by itself. Right click: how often"))
        self.cycle.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.hold = HoldBtn(self.tr("Hold"))
        self.hold.setObjectName("holdScene")
        self.hold.setToolTip(self.tr("Nothing launches by itself, neither by bars nor by parts of the song"))

    def _lay_out(self) -> None:
        grounded(self, STAGE.bg1)
        head = self._head = QHBoxLayout()
        head.setContentsMargins(12, 0, 12, 0)
        head.setSpacing(0)
        head.addWidget(self.title)
        head.addWidget(self.where)
        head.addSpacing(8)
        head.addWidget(self.chip)
        head.addStretch(1)
        for widget in (self.keep, self.cycle, self.hold):
            head.addSpacing(20)
            head.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        around = QHBoxLayout()
        around.setContentsMargins(5, 0, 5, 0)
        around.addWidget(self.grid)
        column.addLayout(around, 1)
        column.insertLayout(0, head)  # last, so that Tab comes to it after the pads

    def _wire(self) -> None:
        grid, performing, edits = self.grid, self._performing, self.edits
        grid.pressed_pad.connect(self.launch)
        grid.stored.connect(edits.store)
        grid.moved.connect(self._move)
        grid.removed.connect(edits.remove)
        grid.table.renamed.connect(edits.rename)
        grid.menu_wanted.connect(self._open_menu)
        self.where.clicked.connect(lambda: pop_under(self.pages(), self.where))
        self.keep.clicked.connect(performing.set_keep_position)
        self.cycle.clicked.connect(lambda on: performing.set_auto_cycle(self._bars if on else 0))
        self.cycle.customContextMenuRequested.connect(lambda _at: pop_under(self.cycles(), self.cycle))
        self.hold.clicked.connect(performing.set_hold)
        for changed in (performing.changed, self._studio.on_air.changed, self._studio.styles_changed):
            changed.connect(when_seen(self.follow))
        self._document.watch(self.follow, faces, "active")
        self._studio.sessions.watch(self._redraw, "atlas", "sections")
        self._studio.passed.connect(self._played)
        self.thumbs.changed.connect(grid.viewport().update)

    def set_compact(self, compact: bool) -> None:
        """Where room is short, or words are long, the title gives way to the page, and words are few."""
        self._shorten(compact)
        self._head.invalidate()
        if not compact and self._head.minimumSize().width() > self.maximumWidth():
            self._shorten(True)

    def _shorten(self, compact: bool) -> None:
        self.title.setVisible(not compact)
        self._compact = compact
        self.keep.setText(self.tr("Keep") if compact else self.tr("Keep position"))
        self._say_head()

    # --- what is shown

    def first_row(self) -> int:
        """The Scene of the first pad."""
        return self.page * PAGE

    def pages_needed(self) -> int:
        """How many pages the scenes take."""
        return max(1, -(-len(self._document.show.scenes) // PAGE))

    def follow(self, _show: object = None) -> None:
        """Show the scenes as they are, each with its state; where nothing has changed, nothing is done."""
        show, performing = self._document.show, self._performing
        self.page = min(self.page, self.pages_needed() - 1)
        waits = -1 if performing.queued is None else performing.queued.row
        cues = -1 if performing.cue is None else performing.cue
        deck_a, deck_b = decks_seen(performing)
        decks = () if deck_b is None else (deck_a, deck_b)
        stands = performing.playing, waits, cues, decks
        keys = self.page, self.line, self.key_names
        states = self._states(show)
        shown = faces(show)
        if (shown, stands, keys, states) != self._stood:
            self._stood = shown, stands, keys, states
            first = self.page * PAGE
            rows = range(first, min(first + PAGE, len(show.scenes)))
            self.grid.table.set_pads([self._pad(show.scenes[row], row, stands, states) for row in rows])
        self.grid.locked = self._studio.on_air.on
        self._say_head()
        self._say_wait(self._studio.now())

    def _say_head(self) -> None:
        performing, many = self._performing, self.pages_needed()
        self._bars = performing.auto_cycle or self._bars
        for button, text in (
            (self.where, self.tr("page {} of {}").format(self.page + 1, many)),
            (self.cycle, (self.tr("Auto {}") if self._compact else self.tr("Auto-cycle {} bars")).format(self._bars)),
        ):
            if text != button.text():
                button.setText(text)
                button.updateGeometry()
        self.where.setEnabled(many > 1)
        ticks: tuple[tuple[QAbstractButton, bool], ...] = (
            (self.keep, performing.keep_position),
            (self.cycle, performing.auto_cycle > 0),
            (self.hold, performing.hold),
        )
        for box, on in ticks:
            box.setChecked(on)

    def _pad(self, scene: Scene, row: int, stands: Stands, states: Mapping[StyleRef, State]) -> Pad:
        playing, waits, cues, decks = stands
        on = "".join(name for name, deck in zip("AB", decks, strict=False) if deck == row)
        return Pad(
            row, scene, row == playing, row == waits, row == cues, on, self._key(row % PAGE), states[scene.style]
        )

    def _states(self, show: Show) -> dict[StyleRef, State]:
        """Of each Style that a Scene of this Show plays, whether it can be."""
        shelf, states = self._studio.shelf, dict[StyleRef, State]()
        for ref in dict.fromkeys(scene.style for scene in show.scenes):
            style = shelf.find(ref)
            there = style is not None and shelf.library.is_there(style)
            states[ref] = "loading" if ref.map_key in shelf.building else "" if there else "missing"
        return states

    def _key(self, at: int) -> str:
        """The key that launches the pad at place *at* of the page."""
        if self.key_names:
            return self.key_names[at] if at < len(self.key_names) else ""
        return str(at % COLUMNS + 1) if at // COLUMNS == self.line else ""

    def _thumb(self, pad: Pad) -> QPixmap | None:
        """The scene's picture; where another Style is open, the one that was seen last."""
        picture = self.thumbs.of_scene(pad.scene)
        if picture is not None and not picture.isNull():
            self._known[id(pad.scene)] = pad.scene, picture  # by identity: a path may hold thousands of numbers
            if len(self._known) > 4 * PAGE:
                del self._known[next(iter(self._known))]
        known = self._known.get(id(pad.scene))
        return picture if picture is not None or known is None else known[1]

    def _redraw(self, _session: object = None) -> None:
        """Pictures follow from the map and the parts of the song."""
        self.grid.viewport().update()

    def _played(self, t: float) -> None:
        if self._performing.queued is not None and abs(t - self._last_ring) >= _STEP and self.isVisible():
            self._last_ring = t
            self._say_wait(t)

    def _say_wait(self, t: float) -> None:
        """How much of its wait the queued pad has left."""
        queued = self._performing.queued
        if queued is None:
            return
        left, whole = self._beats(t, queued.due), self._beats(queued.asked_at, queued.due)
        self.grid.faces.left = min(left / max(whole, 1e-3), 1.0), str(max(1, math.ceil(left - 0.02)))
        self.grid.redraw(queued.row)

    def _beats(self, t: float, due: float) -> float:
        """Beats from *t* to *due*; by way of the loop's end where *due* lies behind."""
        beat_at, loop = self._studio.tempo.grid.beat_at, self._studio.loop
        if due < t and loop is not None:
            return max(beat_at(loop[1]) - beat_at(t), 0.0) + beat_at(due) - beat_at(loop[0])
        return max(beat_at(due) - beat_at(t), 0.0)

    # --- hands

    def launch(self, row: int) -> None:
        """Play the scene at *row* in its time; a second time: now."""
        self._performing.launch(row)

    def launch_key(self, number: int) -> None:
        """Play the scene of key *number* (from 1) in the line that keys launch."""
        self.launch_place(self.line * COLUMNS + number - 1)

    def launch_place(self, at: int) -> None:
        """Play the scene at place *at* of this page, if there is one."""
        row = self.page * PAGE + at
        if row < len(self._document.show.scenes):
            self.launch(row)

    def step_page(self, by: int) -> None:
        """Turn *by* pages."""
        self.show_page(min(max(self.page + by, 0), self.pages_needed() - 1))

    def show_page(self, page: int) -> None:
        """Show *page*, counted from 0."""
        if page != self.page:
            self.page = page
            self.follow()
            self.turned.emit()

    def step_line(self, by: int) -> None:
        """Let the keys launch another line; past the last comes the next page."""
        line = self.line + by
        if 0 <= line < LINES:
            self.line = line
        elif 0 <= self.page + by < self.pages_needed():
            self.line, self.page = line % LINES, self.page + by
            self.turned.emit()
        self.follow()

    def set_keys(self, names: tuple[str, ...]) -> None:
        """Show the keys that launch pads; none: digits launch the chosen line."""
        self.key_names = names
        self.chip.setVisible(bool(names))
        self.follow()

    def _move(self, row: int, to: int) -> None:
        queued = self._performing.queued
        if queued is not None and queued.row == row:  # the press that began the drag was no launch
            self._performing.unqueue()
        self.edits.move(row, to)

    # --- menus

    def menu(self, row: int) -> QMenu:
        """What can be done with the pad of Scene *row*."""
        menu, performing, edits, free = roomy(self), self._performing, self.edits, not self._studio.on_air.on
        menu.setObjectName("padMenu")
        menu.addAction(self.tr("Launch now"), partial(performing.launch, row, now=True))
        menu.addAction(self.tr("Load on deck A"), partial(performing.load, "A", row))
        menu.addAction(self.tr("Load on deck B"), partial(performing.load, "B", row))
        menu.addAction(self.tr("Cue"), partial(performing.set_cue, row))
        menu.addSeparator()
        add_launch_menus(menu, self._document, row, all_wait=performing.quantum)
        menu.addSeparator()
        menu.addAction(self.tr("Rename"), partial(self.grid.rename, row))
        menu.addAction(self.tr("Duplicate"), partial(edits.duplicate, row))
        menu.addAction(self.tr("Overwrite with what plays"), partial(edits.store, row))
        film = menu.addAction(self.tr("Film of this scene…"), partial(self._studio.replaying.wanted.emit, row))
        film.setEnabled(free)
        delete = menu.addAction(self.tr("Delete"), partial(edits.remove, row))
        delete.setEnabled(free and len(self._document.show.scenes) > 1)
        self.offer(menu, row)
        return menu

    def pages(self) -> QMenu:
        """The pages to choose from."""
        menu = roomy(self)
        for page in range(self.pages_needed()):
            choice = menu.addAction(self.tr("Page {}").format(page + 1), partial(self.show_page, page))
            choice.setCheckable(True)
            choice.setChecked(page == self.page)
        return menu

    def cycles(self) -> QMenu:
        """How often the next scene comes by itself."""
        menu = roomy(self)
        for bars in CYCLES:
            text = self.tr("Every {} bars").format(bars) if bars > 1 else self.tr("Every bar")
            choice = menu.addAction(text, partial(self._performing.set_auto_cycle, bars))
            choice.setCheckable(True)
            choice.setChecked(bars == self._performing.auto_cycle)
        return menu

    def _open_menu(self, row: int, at: QPoint) -> None:
        if row >= 0:
            menu = self.menu(row)
        else:
            menu = roomy(self)
            menu.addAction(self.tr("Add a copy of the playing scene"), partial(self.edits.store, -1))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)
