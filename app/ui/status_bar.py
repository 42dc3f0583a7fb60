"""The foot of the window: the workspaces, and what is true now, each fact in a chip with its reason."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.document import Document
from app.ui.hud import STEADY_FPS
from app.ui.picture_shape import in_short
from app.ui.status_chips import Fact, LatchChip, SafetyFact, written
from app.ui.take_chip import TakeChip
from app.ui.theme import STAGE
from app.ui.widgets import plain
from app.ui.workspace_bar import HEIGHT, WorkspaceBar

if TYPE_CHECKING:
    from app.ui.safety import Safety
    from app.ui.studio import Studio

EDGE = 8


class BottomRow(QWidget):
    """Owns the row of 28 at the foot (main thread): workspaces at the left, chips at the right."""

    workspace_chosen = Signal(str)

    def __init__(
        self,
        document: Document,
        studio: "Studio",
        parent: QWidget | None = None,
        actions: Mapping[str, QAction] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("statusBar")
        self.setAccessibleName(self.tr("Status"))
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._document, self._studio = document, studio
        self._saved_at = ""
        self._lost = ""
        self._films_wait = False
        self._clean = document.undo_stack.isClean()
        self.workspaces = WorkspaceBar(self)
        self.workspaces.chosen.connect(self.workspace_chosen)
        wired = actions or {}
        self.fps = Fact("fps", wired.get("hud"), self)
        self.latch = LatchChip(studio, self)
        self.output, self.note, self.listening = (Fact(name, None, self) for name in ("output", "note", "listening"))
        self.device, self.size_chip, self.sound = (Fact(name, None, self) for name in ("device", "size", "sound"))
        self.midi, self.osc = (Fact(name, wired.get("controllers"), self) for name in ("midi", "osc"))
        self.remote = Fact("remote", wired.get("remote"), self)
        self.saved = Fact("save", wired.get("save"), self)
        self.live, self.air = (Fact(name, wired.get(name), self) for name in ("outputs", "on_air"))
        self.take, self.video = TakeChip(studio, wired, self), Fact("video", wired.get("record_video"), self)
        self._placed: list[QWidget] = []
        self._stand: tuple[object, ...] = ()
        self.take.said.connect(self._place)
        self.guard, self.trouble = (SafetyFact(name, wired.get("flash_guard"), self) for name in ("flash", "holds"))
        self._wire()

    def _wire(self) -> None:
        self._studio.engine_changed.connect(self._engine)
        self._studio.export_changed.connect(self._rate)
        self._studio.song_changed.connect(self._song)
        self._studio.playing_changed.connect(self._sound)
        self._studio.stage_changed.connect(self._stage)
        self._studio.on_air.changed.connect(self._air)
        self._document.undo_stack.cleanChanged.connect(self._clean_changed)
        self._document.file_changed.connect(self._file_changed)
        self._engine()
        self._song()
        self._saved()

    def show_workspace(self, key: str) -> None:
        """Light the tab of *key*."""
        self.workspaces.show_workspace(key)

    def look_after(self, safety: "Safety") -> None:
        """Say what the flash guard does, and why the picture holds where it does."""
        for signal in (safety.changed, self._studio.watch.changed):
            signal.connect(lambda: self._safety(safety))
        self._safety(safety)

    def _safety(self, safety: "Safety") -> None:
        self.guard.tell_guard(safety)
        self.trouble.tell_trouble(self._studio.watch.words)
        self._rate()
        self._place()

    def output_lost(self, name: str) -> None:
        """The audience's screen called *name* is gone; nothing when it is back."""
        self._lost = name
        words = self.tr("Output lost: {}").format(name)
        self.output.tell(words, state="broken", icon="triangle-alert")
        self.output.setToolTip(self.tr("The picture comes back with the screen"))
        self._place()

    def outputs(self, told: str, state: str, tip: str) -> None:
        """What is sent to other programs; nothing when nothing is."""
        self.live.set_lamp(STAGE.live if state == "broken" else STAGE.ok)
        self.live.tell(told, state=state)
        self.live.setToolTip(plain(tip))
        self._place()

    def recorded(self, told: str) -> None:
        """How long the video is that is being recorded; nothing while none is."""
        if told != self.video.text():
            self.video.tell(told, state="broken", icon="circle-dot")
            self.video.setToolTip(self.tr("What the audience sees is being recorded; a click ends it and keeps it"))
            self._place()

    def films_wait(self, waiting: bool) -> None:
        """Whether films wait for the end of the show."""
        self._films_wait = waiting
        self._air()

    def _air(self) -> None:
        on, tr = self._studio.on_air.on, self.tr
        paused = tr("Export paused by ON AIR") if on and self._films_wait else ""
        self.air.tell(paused or (tr("ON AIR") if on else ""), state="broken", icon="radio")
        self.air.setToolTip(tr("F9 ends it. Quit with Ctrl+Q twice"))
        self._place()

    def controllers(self, midi: tuple[str, str], osc: tuple[str, str], tip: str) -> None:
        """Which ports are open: words and state, a chip each; nothing for one that is meant to be shut."""
        lamps = {"degraded": STAGE.learn, "broken": STAGE.live}
        for chip, (told, state) in ((self.midi, midi), (self.osc, osc)):
            chip.set_lamp(lamps.get(state, STAGE.ok))
            chip.tell(told, state=state)
            chip.setToolTip(plain(tip))
        self._place()

    def phones(self, told: str, state: str, tip: str) -> None:
        """How many are connected over the web; nothing while the remote is off."""
        self.remote.set_lamp(STAGE.live if state == "broken" else STAGE.ok)
        self.remote.tell(told, state=state)
        self.remote.setToolTip(plain(tip))
        self._place()

    # facts

    def _engine(self) -> None:
        engine, tr = self._studio.engine, self.tr
        self._rate()
        cores = os.cpu_count() or 1
        device = (
            tr("CPU · {} cores").format(cores)
            if engine.device == "cpu"
            else engine.device.upper() or tr("No device yet")
        )
        self.device.tell(device or tr("No device yet"), icon="cpu")
        made_by = tr("What makes the pictures: {}").format(engine.device or "–")
        drawn_by = tr("Threads that draw one: {}").format(engine.threads)
        self.device.setToolTip(f"{made_by}. {drawn_by}" if engine.device == "cpu" else made_by)
        size = in_short(engine.width, engine.height) if engine.width else ""
        size = " · ".join(filter(None, (size, engine.precision)))
        self.size_chip.tell(size)
        self.size_chip.setToolTip(
            tr("Size of the picture, and the precision it is computed in. {}").format(engine.fidelity).strip()
        )
        self.note.tell(
            engine.note if len(engine.note) <= 40 else engine.note[:39] + "…", state="degraded", icon="circle-alert"
        )
        self.note.setToolTip(engine.note)
        self._sound()

    def _rate(self) -> None:
        """Frames a second; an engine with nothing to do rests, and that is well."""
        engine, tr = self._studio.engine, self.tr
        told = tr("Pictures a second, and those the window had no time for")
        slow = tr("This machine is too slow for more, so the live picture is {}. Films are always whole.")
        self.fps.setToolTip(slow.format(engine.given_up) if engine.given_up else told)
        if engine.status == "starting":
            self.fps.set_lamp(None)
            self.fps.tell("", strong=tr("Starting engine"), icon="loader-circle")
            return
        film, holds = self._studio.export, self._studio.watch.holds
        if holds or film.state == "running":  # a film has the engine, and the picture waits
            self.fps.set_lamp(STAGE.live if holds else STAGE.ok)
            strong = tr("Engine stopped") if holds else tr("Making a film")
            self.fps.tell("" if holds else film.share, strong=strong, icon="")
            return
        rests = engine.status == "running" and engine.fps <= 0
        well = rests or (engine.fps >= STEADY_FPS and not engine.given_up)
        self.fps.set_lamp(STAGE.ok if well else STAGE.warn)
        strong = f"{engine.fps:.1f} fps" if engine.fps > 0 else tr("Resting") if rests else tr("Engine stopped")
        dropped = tr("{} dropped").format(self._studio.dropped)
        words = " · ".join(filter(None, (engine.given_up, dropped)))
        self.fps.tell(words, strong=strong, icon="")

    def _sound(self, _playing: bool = False) -> None:
        live = self._studio.live
        if live.source is not None:
            lost = self.tr(" · {} dropouts").format(live.dropouts) if live.dropouts else ""
            name = live.source.words if len(live.source.words) <= 32 else live.source.words[:31] + "…"
            words = name if live.listening else self.tr("Waiting for {}").format(name)
            self.sound.tell(words + lost, state="plain" if live.listening else "degraded", icon="activity")
            self.sound.setToolTip(plain(self.tr("The picture follows what comes in from {}").format(live.source.words)))
        elif self._studio.clock == "sound card":
            self.sound.tell(self.tr("Sound card"), icon="volume-2")
            self.sound.setToolTip(self.tr("The picture follows the sound card"))
        else:
            self.sound.tell(self.tr("No sound card · clock runs"), state="degraded", icon="volume-x")
            self.sound.setToolTip(self.tr("Nothing is heard; the picture follows the computer's clock"))
        self._place()

    def _song(self) -> None:
        progress = self._studio.song.progress
        if progress is not None:
            self.listening.tell(self.tr("Listening {} %").format(round(progress * 100)), icon="activity")
            self.listening.setToolTip(self.tr("Beats, bands and sections of the song are being found"))
        self._sound()

    def _stage(self) -> None:
        self.latch.follow()
        self._place()

    def _file_changed(self) -> None:
        self._saved_at = written(self._document.file) if self._document.file is not None else ""
        self._saved()

    def _clean_changed(self, clean: bool) -> None:
        self._clean = clean  # the stack is not asked again: it tells this once more while it goes
        self._saved()

    def _saved(self) -> None:
        tr, document = self.tr, self._document
        if document.file is None:
            self.saved.tell(tr("Not saved yet"), icon="save")
        elif self._clean:
            self.saved.tell(tr("Saved {}").format(self._saved_at).rstrip(), icon="check")
        else:
            self.saved.tell(tr("Edited"), icon="pencil")
        self.saved.setToolTip(
            plain(str(document.file)) if document.file is not None else tr("This Show has no file yet")
        )
        self._place()

    # places

    def shown(self) -> list[QWidget]:
        """The chips with something to say, from left to right; the least needed give way where room is short."""
        wanted: list[tuple[QWidget, bool, int]] = [
            (self.trouble, bool(self.trouble.text()), 11), (self.air, self._studio.on_air.on, 10),
            (self.video, bool(self.video.text()), 9), (self.take, bool(self.take.text()), 9),
            (self.fps, True, 9), (self.live, bool(self.live.text()), 7),
            (self.latch, bool(self.latch.word), 8), (self.output, bool(self._lost), 7),
            (self.listening, self._studio.song.progress is not None, 5), (self.note, bool(self._studio.engine.note), 6),
            (self.device, True, 2), (self.size_chip, bool(self.size_chip.text()), 1), (self.sound, True, 4),
            (self.guard, bool(self.guard.text()), self.guard.need),
            (self.midi, bool(self.midi.text()), 6), (self.osc, bool(self.osc.text()), 5),
            (self.remote, bool(self.remote.text()), 5), (self.saved, True, 3),
        ]  # fmt: skip
        chips = [(chip, needed) for chip, there, needed in wanted if there]
        room = self.width() - self.workspaces.sizeHint().width() - EDGE
        while sum(chip.sizeHint().width() + 1 for chip, _ in chips) > room and len(chips) > 1:
            chips.remove(min(chips, key=lambda pair: pair[1]))
        return [chip for chip, _ in chips]

    def _place(self) -> None:
        chips, rail = self.shown(), self.workspaces.sizeHint().width()
        stand = self.width(), rail, [(chip, chip.sizeHint().width()) for chip in chips]
        if stand == self._stand:
            return  # facts change ten times a second, the room that they take hardly ever
        self._stand, self._placed = stand, chips
        self.workspaces.setGeometry(0, 0, rail, HEIGHT)
        x = self.width() - EDGE
        for chip in reversed(chips):
            wide = chip.sizeHint().width()
            x -= wide
            chip.setGeometry(x, 0, wide, HEIGHT)
            x -= 1
        for chip in (self.trouble, self.guard, self.air, self.video, self.take, self.fps, self.live, self.latch,
                     self.output, self.listening, self.note, self.device, self.size_chip, self.sound, self.midi,
                     self.osc, self.remote, self.saved):  # fmt: skip
            chip.setVisible(chip in chips)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), STAGE.bg1)
        for chip in self._placed[1:]:
            painter.fillRect(chip.x() - 1, 0, 1, HEIGHT, STAGE.line)
        painter.end()
