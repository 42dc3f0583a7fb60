"""The list of Styles: read from files and folders, hashed, missed and found again, ordered by last use."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.engine.errors import AppError, LockedStyleError
from app.engine.show.show import StyleRef
from app.engine.stylegan.library import MOST_FILES, Style, file_sha256, read_facts, read_style, weights_in
from app.ui.bridge import Bridge
from app.ui.style_book import StyleBook

READING, THERE, MISSING, REFUSED, LOCKED = "reading", "there", "missing", "refused", "locked"
Known = Callable[[Style], None]
Refused = Callable[[AppError], None]


@dataclass(frozen=True, slots=True)
class Entry:
    """A Style in the list. *state*: its content is still being read, its file is there or missing, it cannot be used,
    or it is locked, for it asks to run something. *trouble*: what is wrong with it, in a sentence.
    """

    style: Style
    state: str = THERE
    trouble: str = ""

    @property
    def unread(self) -> bool:
        """Whether its content is not known, or will never be."""
        return self.state in (READING, REFUSED, LOCKED)


class Turns:
    """Work that takes turns on one worker (main thread), so that a folder of files leaves the others free."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._waiting: deque[tuple[Callable[[], Any], Callable[[Any], None], Refused]] = deque()
        self._busy = False

    def run(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Refused) -> None:
        """*work* when its turn comes, then *done* or *failed* on the main thread."""
        self._waiting.append((work, done, failed))
        self._go_on()

    def _go_on(self) -> None:
        if self._busy or not self._waiting:
            return
        self._busy = True
        work, done, failed = self._waiting.popleft()

        def turn() -> Any:
            try:
                return work()
            finally:
                self._bridge.call(self._next)

        self._bridge.run(turn, done, failed)

    def _next(self) -> None:
        self._busy = False
        self._go_on()


@dataclass(eq=False)
class _Batch:
    """How far a folder is: what is left of it, and what was wrong with the rest."""

    left: int
    total: int
    bad: list[str] = field(default_factory=list)


class Library(QObject):
    """Owns the list (main thread). Headers are read first, so that a file shows at once; hashes follow, one by one.

    Shows find a Style by its hash; the same content in two files is one Style.
    """

    changed = Signal()
    told = Signal(str, str, str)
    located = Signal(object)

    def __init__(self, bridge: Bridge, bundled: tuple[Style, ...]) -> None:
        super().__init__(bridge)
        self._bridge, self._book = bridge, StyleBook()
        self._reading, self._hashing = Turns(bridge), Turns(bridge)
        kept = self._book.load()
        self._used = [style.sha256 for style in kept]
        ours = {style.sha256 for style in bundled}
        mine = (style for style in kept if style.sha256 and style.sha256 not in ours and not style.bundled)
        self.entries: tuple[Entry, ...] = ()
        self._set(Entry(style) for style in sorted((*bundled, *mine), key=self._rank))

    @property
    def styles(self) -> tuple[Style, ...]:
        """Those that can be used."""
        return tuple(entry.style for entry in self.entries if entry.state == THERE)

    def find(self, ref: StyleRef) -> Style | None:
        """The Style that *ref* means: by content, or by name where a Show says no more."""
        for entry in self.entries:
            style = entry.style
            if not entry.unread and (style.sha256 == ref.sha256 if ref.sha256 else style.name == ref.name):
                return style
        return None

    def is_there(self, style: Style) -> bool:
        """Whether its file is where it was."""
        return style in self.styles

    # in

    def add(self, file: Path, known: Known, refused: Refused, *, meant: bool = True) -> None:
        """Read *file* and put it first; *known* hears of the Style when its content is known, else *refused*.

        One that was *meant*, and did not just lie in a folder, then stands in the list with what is wrong with it.
        """

        def failed(error: AppError) -> None:
            if meant:
                self._refuse(file, error)
            refused(error)

        self._reading.run(lambda: read_facts(file), lambda style: self._seen(style, known, refused), failed)

    def add_all(self, places: Sequence[Path]) -> None:
        """Add the weights among *places* and those in folders; what is wrong with some is told once, at the end."""

        def look() -> list[Path]:
            return [file for place in places for file in (weights_in(place) if place.is_dir() else (place,))]

        name = places[0].name
        self._reading.run(look, lambda files: self._add_found(name, files, places),
                          lambda error: self.told.emit("error", f"{name} was not added", str(error)))  # fmt: skip

    def put(self, style: Style) -> None:
        """A Style that was read elsewhere; it takes the place of one that was missing."""
        known, there = self.find(style.ref), self._is_missing(style)
        if known is None:
            self._used.insert(0, style.sha256)
        if known is None or there:
            self._set((Entry(style), *(e for e in self.entries if e.style.sha256 != style.sha256)))
        if there:
            self.located.emit(style)

    def miss(self, ref: StyleRef) -> None:
        """A Show names *ref*, and its content is not to be found: it stands in the list until it is located."""
        if ref.sha256 and self.find(ref) is None:
            lost = Style(ref.name, Path(ref.file), ref.sha256, 0, 0, 0, 0)
            self._set((Entry(lost, MISSING), *self.entries))

    # changes

    def locate(self, entry: Entry, file: Path) -> None:
        """Take *file* for the missing *entry* if it holds the same, whatever it is called now."""

        def read(style: Style) -> None:
            if style.sha256 == entry.style.sha256:
                found = replace(style, name=entry.style.name)
                self._set(Entry(found) if other == entry else other for other in self.entries)
                self.located.emit(found)
            else:
                sentence = f"It does not hold what “{entry.style.name}” held. Add it to use it as it is."
                self.told.emit("error", f"{file.name} is another style", sentence)

        self._hashing.run(lambda: read_style(file), read,
                          lambda error: self.told.emit("error", f"{file.name} was not taken", str(error)))  # fmt: skip

    def used(self, style: Style) -> None:
        """*style* was chosen just now; the list takes the new order when it is opened next, not under the hand."""
        self._used = [style.sha256, *(sha256 for sha256 in self._used if sha256 != style.sha256)]
        self._keep()

    def arrange(self) -> None:
        """Put the last used first."""
        entries = sorted(self.entries, key=lambda entry: (entry.style.sha256 != "", self._rank(entry.style)))
        if tuple(entries) != self.entries:
            self._set(entries)

    def blame(self, ref: StyleRef, trouble: str) -> None:
        """Say on the card of *ref* why it cannot be played; nothing when it can."""
        after = tuple(replace(e, trouble=trouble) if e.style.sha256 and e.style.sha256 == ref.sha256 else e
                      for e in self.entries)  # fmt: skip
        if after != self.entries:
            self._set(after)

    def remove(self, entry: Entry) -> None:
        """Take *entry* off the list; its file stays."""
        self._set(other for other in self.entries if other != entry and not _same(other, entry))

    def restore(self, entry: Entry, at: int) -> None:
        """Put *entry* back where it stood."""
        if any(other == entry or _same(other, entry) for other in self.entries):
            return
        self._set((*self.entries[:at], entry, *self.entries[at:]))
        if entry.state == READING:  # nobody waits for its hash any more
            self._hash(entry, _quietly, _quietly)

    def look(self) -> None:
        """Find out whose files are there."""
        asked = [entry.style.path for entry in self.entries]

        def seen(there: set[Path]) -> None:
            after = tuple(
                entry if entry.unread or entry.style.path not in asked
                else replace(entry, state=THERE if entry.style.path in there and entry.style.num_ws else MISSING)
                for entry in self.entries
            )  # fmt: skip
            if after != self.entries:
                self._set(after)

        self._reading.run(lambda: {path for path in asked if path.is_file()}, seen, _quietly)

    # how a file comes in

    def _seen(self, style: Style, known: Known, refused: Refused) -> None:
        row = Entry(style, READING)
        others = self._without_refused(style.path)
        if all(entry.style.path != style.path for entry in others):
            self._set((row, *others))
        self._hash(row, known, refused)

    def _hash(self, row: Entry, known: Known, refused: Refused) -> None:
        """Find out what the content of *row* is, in its turn."""
        style = row.style

        def failed(error: AppError) -> None:
            self._set(entry for entry in self.entries if entry != row)
            self._refuse(style.path, error)
            refused(error)

        self._hashing.run(lambda: file_sha256(style.path), lambda sha256: self._hashed(style, sha256, known), failed)

    def _hashed(self, style: Style, sha256: str, known: Known) -> None:
        """The content of *style* is known: it takes its row, unless the list has it already in a file that is there."""
        if all(entry.style.path != style.path for entry in self.entries):
            return  # taken off the list meanwhile
        rest = [e for e in self.entries if e.style.path != style.path and e.style.sha256 != sha256]
        style = replace(style, sha256=sha256)
        twin = self.find(style.ref)
        if twin is not None and twin.path != style.path and twin.path.is_file():
            style = twin
        self._used = [sha256, *(other for other in self._used if other != sha256)]
        missed = self._is_missing(style)
        self._set((Entry(style), *rest))
        known(style)
        if missed:
            self.located.emit(style)

    def _refuse(self, file: Path, error: AppError) -> None:
        """*file* is no Style: it stands first, with what is wrong with it, until it is taken off or read after all."""
        state = LOCKED if isinstance(error, LockedStyleError) else REFUSED
        lost = Style(file.stem, file, "", 0, 0, 0, 0)
        self._set((Entry(lost, state, str(error)), *self._without_refused(file)))

    def _without_refused(self, file: Path) -> tuple[Entry, ...]:
        return tuple(e for e in self.entries if e.style.path != file or e.state not in (REFUSED, LOCKED))

    def _add_found(self, name: str, files: Sequence[Path], places: Sequence[Path]) -> None:
        if not files:
            self.told.emit("info", f"{name} holds no styles", "Nothing was changed")
        batch = _Batch(len(files), len(files))
        for file in files:
            self.add(file, lambda _style: self._one_more(batch),
                     lambda error: self._one_more(batch, str(error)), meant=file in places)  # fmt: skip

    def _one_more(self, batch: _Batch, bad: str = "") -> None:
        batch.left -= 1
        batch.bad += [bad] if bad else []
        if batch.left:
            return
        good = batch.total - len(batch.bad)
        limit = f"Only the first {MOST_FILES} were looked at." if batch.total >= MOST_FILES else ""
        if batch.bad:
            self.told.emit("error", f"{len(batch.bad)} of {batch.total} files were not added", batch.bad[0])
        elif good > 1:
            self.told.emit("info", f"{good} styles are in the list", limit or "Double-click one to use it.")

    def _is_missing(self, style: Style) -> bool:
        """Whether the list has *style*, but not its file."""
        return any(entry.state == MISSING and entry.style.sha256 == style.sha256 for entry in self.entries)

    def _rank(self, style: Style) -> int:
        return self._used.index(style.sha256) if style.sha256 in self._used else len(self._used)

    def _set(self, entries: Any) -> None:
        self.entries = tuple(entries)
        self._bridge.styles = self.styles
        self._keep()
        self.changed.emit()

    def _keep(self) -> None:
        styles = [entry.style for entry in self.entries if entry.style.sha256]
        self._book.save(sorted(styles, key=self._rank))


def _same(one: Entry, other: Entry) -> bool:
    """Whether both are one content, whatever was found out about its file since."""
    return bool(one.style.sha256) and one.style.sha256 == other.style.sha256


def _quietly(_what: object) -> None:
    """Nobody waits for it; a look round that failed changes nothing."""
