"""Edits that go to the cue: while that is on, hands edit the prepared scene, and another one plays."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.engine.errors import ShowError
from app.engine.render.session import Session
from app.engine.show.show import Scene, Show
from app.ui.scene_names import fresh_name

if TYPE_CHECKING:
    from app.ui.performing import Performing
    from app.ui.studio import Studio


class CueEdits(QObject):
    """Owns whether edits go to the cue, and which row plays meanwhile (main thread); the edited one is ``active``.

    It is on until the edited scene plays: taken, or launched in any other way. What is played knows nothing of it:
    a take, a film and undo meet two scenes of the Show like any others.
    """

    changed = Signal()

    def __init__(self, studio: "Studio", performing: "Performing") -> None:
        super().__init__(performing)
        self._studio, self._document, self._performing = studio, studio.document, performing
        self._copied: tuple[int, Scene] | None = None
        """The step of undo that put a copy into the cue, and the copy."""

    @property
    def row(self) -> int | None:
        """The row that plays while another is edited; None while that is the same."""
        return self._document.aside

    @row.setter
    def row(self, row: int | None) -> None:
        self._document.aside = row

    @property
    def on(self) -> bool:
        """Whether edits go to the cue."""
        return self.row is not None

    @property
    def name(self) -> str:
        """The scene that is edited."""
        return self._document.show.scene.name

    def of(self, row: int) -> bool:
        """Whether it is the scene at *row* that edits go to, and it does not play."""
        return self.on and row == self._document.show.active

    def set(self, on: bool) -> None:
        """Let edits go to the cue: to what is in it, or to a copy of what plays; or to what plays again."""
        if on == self.on:
            return
        if on:
            self._begin()
        else:
            self._leave()
        self._performing.changed.emit()

    def escape(self) -> None:
        """What waits does not come; where nothing waits, edits change what plays again."""
        if self._performing.queued is None:
            self.set(False)
        else:
            self._performing.unqueue()

    def cue(self, row: int | None) -> int | None:
        """Another scene is prepared, the one at *row*: edits go to that; where it will stand."""
        show = self._document.show
        scene = None if row is None or not 0 <= row < len(show.scenes) else show.scenes[row]
        self._leave()
        scenes = self._document.show.scenes
        return next((at for at, one in enumerate(scenes) if one is scene), None)

    def shown(self, played: Session) -> Session:
        """What the window asks about while *played* is played: the edited scene, as soon as it can be."""
        if not self.on or self._studio.replaying.on:
            return played
        return self._studio.staging.of_row(self._document.show.active) or played

    def plays(self, row: int) -> None:
        """The scene at *row* has begun to play. If it is the edited one, edits and what plays are one again."""
        if row == self._document.show.active:
            self._performing.cue = None
            self._over()
            self._studio.staging.play()
        else:
            self.row = row

    def rearranged(self, rows: dict[int, int] | None, show: Show) -> None:
        """Scenes have gone where *rows* says; *show* may edit what plays, or have lost it."""
        if self.row is None:
            return
        row = self.row if rows is None else rows.get(self.row)
        if row is None or row == show.active:
            self._over()
        else:
            self.row = row
            self._performing.cue = show.active

    def _begin(self) -> None:
        performing, shelf = self._performing, self._studio.shelf
        if self._studio.replaying.on:
            raise ShowError("A take plays, and shows no edits. End it first.")
        row, playing = performing.cue, performing.playing
        source = self._document.show.scenes[playing if row is None else row]
        if shelf.map_of(source.style) is None:
            raise ShowError(f"The style of “{source.name}” is not ready yet.")
        if row is None or row in performing.performance.rows:  # what is on a deck may be seen: its copy is not
            row = self._copy(playing if row is None else row)
        self.row, performing.cue = performing.playing, row
        self._document.select(-1)
        self._studio.staging.ask()
        self._document.play(row)
        self.changed.emit()

    def _copy(self, row: int) -> int:
        """A copy of the scene at *row* stands behind all others: no pad moves under a hand."""
        document, show = self._document, self._document.show
        copy = replace(show.scenes[row], name=fresh_name(show.scenes[row].name, {one.name for one in show.scenes}))
        document.end_merge()
        document.edit("Copy into the cue", replace(show, scenes=(*show.scenes, copy)))
        document.end_merge()
        self._copied = document.undo_stack.index(), copy
        return len(show.scenes)

    def _leave(self) -> None:
        """Edits change what plays again. What was prepared stays in the cue; a copy that nobody touched goes."""
        document, stack, edited = self._document, self._document.undo_stack, self.name
        copied, self._copied = self._copied, None
        if copied == (stack.index(), document.show.scene) and stack.count() == stack.index():
            stack.undo()
        elif copied is not None:
            self._studio.told.emit("info", f"“{edited}” is kept", "It stays in the cue and on its pad.")
        if self.row is not None:
            document.select(-1)
            document.play(self.row)
        self._studio.staging.play()

    def _over(self) -> None:
        self.row = self._copied = None
        self.changed.emit()
