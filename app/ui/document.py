"""The open Show, its undo stack and its changed signal: where widgets meet."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.control.model import ParamModel
from app.engine.show.calls import with_pads
from app.engine.show.show import Show
from app.ui.glow import Glow
from app.ui.looking import Part, Parts


class _Edit(QUndoCommand):
    """One step of undo: the Show before and after, and the file where another was opened. Values need no inverses."""

    def __init__(self, document: "Document", text: str, after: Show, merge: str = "") -> None:
        super().__init__(text)
        self._document, self._before, self._after, self._merge = document, document.show, after, merge
        self.files: tuple[FilePath | None, FilePath | None] | None = None
        self.beside: tuple[Callable[[], None], Callable[[], None]] | None = None
        self._made = False

    def id(self) -> int:
        return 1 if self._merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Edit) or other._merge != self._merge:
            return False
        self._after = other._after
        self.setObsolete(self._after == self._before)
        return True

    def redo(self) -> None:
        if self._made:
            with self._document.params.by("undo"):
                self._put(self._after, 1)
        else:
            self._made = True
            self._put(self._after, 1)

    def undo(self) -> None:
        with self._document.params.by("undo"):
            self._put(self._before, 0)

    def _put(self, show: Show, side: int) -> None:
        if self.beside is not None:
            self._document._stays_clean = self._document.undo_stack.isClean()
            self.beside[side]()
            return
        if self.files is not None:
            self._document._file_now(self.files[side])
        left = self._before if side else self._after
        if self.files is None and self._document.show.active != left.active:  # another was launched since the edit
            show = replace(show, active=row_of_playing(self._document.show, show))
        self._document._show_now(show)


def row_of_playing(show: Show, other: Show) -> int:
    """Where the Scene that plays in *show* stands in *other*, another state of the same document."""
    row, scenes = show.active, other.scenes
    changed = sum(a != b for a, b in zip(show.scenes, scenes, strict=False))
    if len(show.scenes) == len(scenes) and changed <= 1:
        return row
    same = [i for i, scene in enumerate(scenes) if scene == show.scene]
    return min(same, key=lambda i: abs(i - row)) if same else min(other.active, len(scenes) - 1)


class Document(QObject):
    """Owns the open Show (main thread). An edit makes a new value; undo keeps the old one.

    What plays the Show hears of each edit by ``changed``. What displays some of it watches just that.
    """

    changed = Signal(object)
    selected_changed = Signal(int)
    file_changed = Signal()
    refused = Signal(str)
    """Why an edit was not made, in a sentence."""

    def __init__(self, show: Show | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.show = show or Show()
        self.selected = -1
        self.aside: int | None = None
        """The row that plays while edits go to another, which is ``active``; None while they are one."""
        self.file: FilePath | None = None
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(500)
        self.undo_stack.indexChanged.connect(self._stepped)
        self.params = ParamModel(lambda: self.show, self.edit)
        self._parts = Parts(self.show, self)
        self.glow = Glow(self)
        self._gesture = 0
        self._together = self._stays_clean = self._far = False

    @property
    def kept(self) -> Show:
        """The Show as files have it: it begins with the Scene that plays."""
        return self.show if self.aside is None else replace(self.show, active=self.aside)

    def watch(self, slot: Callable[..., object], *parts: Part, hidden: bool = False) -> None:
        """Let *slot* have the Show when one of *parts* of it, such as ``scene.react``, is another; see ``Parts``."""
        self._parts.watch(slot, *parts, hidden=hidden)

    @contextmanager
    def together(self) -> Iterator[None]:
        """All edits made meanwhile are played as they come, and looked at once, in the end."""
        if self._together:
            yield
            return
        self._together = True
        try:
            yield
        finally:
            self._together = False
            self._parts.put(self.show)

    @contextmanager
    def going_far(self) -> Iterator[None]:
        """However many steps of undo are gone through meanwhile, only where it ends is played and looked at."""
        before, self._far = self.show, True
        try:
            yield
        finally:
            self._far = False
            if self.show is not before:
                with self.params.by("undo"):
                    self._show_now(self.show)

    def edit(self, text: str, after: Show, merge: str = "") -> None:
        """Make *after* the Show, as one undo step named *text*; equal *merge* keys fold until ``end_merge``."""
        after = with_pads(self.show, after)
        if after == self.show:
            return
        key = f"{merge}#{self._gesture}" if merge else ""
        self.undo_stack.push(_Edit(self, text, after, key))

    def end_merge(self) -> None:
        """A gesture is over: the next edit is a step of its own, whatever its key."""
        self._gesture += 1

    def edit_scene(self, text: str, merge: str = "", **changes: Any) -> None:
        """Change fields of the playing Scene."""
        self.edit(text, self.show.with_scene(**changes), merge)

    def play(self, row: int) -> None:
        """Let the Scene at *row* be the one that plays: a gesture, no step of undo, and undo leaves it alone."""
        if row != self.show.active:
            self.end_merge()
            with self.params.by("scene"):
                self._show_now(replace(self.show, active=row))

    def beside(self, text: str, redo: Callable[[], None], undo: Callable[[], None]) -> None:
        """One step of undo that is not part of the Show: *redo* is called now. What was saved stays saved."""
        self.end_merge()
        step = _Edit(self, text, self.show)
        step.beside = (undo, redo)
        self.undo_stack.push(step)

    def set_param(self, name: str, value: Any, merge: bool = True) -> None:
        """Set one parameter by its id, such as ``react.bass``; raises ShowError when the value makes no sense."""
        self.params.set(name, value, merge=f"param:{name}" if merge else "")

    def select(self, index: int) -> None:
        """Select the Point at *index* of the playing path; -1 selects none."""
        if index != self.selected:
            self.selected = index
            self.selected_changed.emit(index)

    def open(self, show: Show, file: FilePath | None = None, text: str = "Open show") -> None:
        """Put another Show in place; undo brings back what stood there, saved or not, with its own file."""
        self.end_merge()
        step = _Edit(self, text, show)
        step.files = (self.file, file)
        with self.params.by("scene"):
            self.undo_stack.push(step)
        self.undo_stack.setClean()
        self.file_changed.emit()

    def saved_as(self, file: FilePath) -> None:
        """The Show now stands in *file*."""
        self.file = file
        self.show = replace(self.show, name=file.stem)
        self._parts.put(self.show)
        self.undo_stack.setClean()
        self.file_changed.emit()

    def close(self) -> None:
        """The window is gone: tell nobody anything more, not even from Qt's destructors."""
        self.undo_stack.blockSignals(True)
        self.blockSignals(True)

    def _stepped(self) -> None:
        if self._stays_clean:
            self._stays_clean = False
            self.undo_stack.setClean()

    def _file_now(self, file: FilePath | None) -> None:
        self.file = file
        self.select(-1)
        self.file_changed.emit()

    def _show_now(self, show: Show) -> None:
        self.show = show
        if self._far:
            return
        self.changed.emit(show)
        if not self._together:
            self._parts.put(self.show)
        self.params.look()
