"""The Styles there are and their maps: found by what a Show says, added from files, built by the engine."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.engine.errors import AppError
from app.engine.latent.atlas import Atlas
from app.engine.render.engine import Engine
from app.engine.show.show import Classes, StyleRef
from app.engine.stylegan.library import Style, read_style
from app.ui.bridge import Bridge
from app.ui.document import Document
from app.ui.maps import Map
from app.ui.pictures import qimage
from app.ui.style_library import Entry, Library

SPARE_MAPS = 8
"""Maps of classes that no Scene plays that are kept for undo: each holds 18 MB, and there may be a thousand classes."""


class Shelf(QObject):
    """Owns the Styles and what is known of their latent spaces (main thread); workers read, the engine builds."""

    changed = Signal()
    mapped = Signal()
    told = Signal(str, str, str)

    def __init__(self, document: Document, bridge: Bridge, engine: Engine, styles: tuple[Style, ...]) -> None:
        super().__init__(bridge)
        self._document, self._bridge, self._engine = document, bridge, engine
        self.library = Library(bridge, styles)
        self.library.changed.connect(self.changed)
        self.library.told.connect(self.told)
        self.library.located.connect(self._located)
        self.building: set[tuple[str, Classes]] = set()
        self.maps: dict[tuple[str, Classes], Map] = {}
        self._wanted: tuple[StyleRef, int] | None = None
        self._asked: StyleRef | None = None
        self._played = document.show.scene.style.map_key
        self.locked = False
        """While the show is ON AIR nothing is taken off the list."""

    @property
    def styles(self) -> tuple[Style, ...]:
        """Those that can be used."""
        return self.library.styles

    def find(self, ref: StyleRef) -> Style | None:
        """The Style that *ref* means: by content, or by name where a Show says no more."""
        return self.library.find(ref)

    @property
    def chosen(self) -> Style | None:
        """The Style that hands chose last for the playing Scene, were it not there yet."""
        return self.find(self._document.show.scene.style if self._wanted is None else self._wanted[0])

    def map_of(self, ref: StyleRef) -> Map | None:
        """What is known of its latent space."""
        style = self.find(ref)
        if style is None:
            return None
        known = ref if ref.sha256 == style.sha256 else replace(ref, sha256=style.sha256)
        return self.maps.get(known.map_key)  # asked for with every small picture that is drawn

    def set_map(self, ref: StyleRef, atlas: Atlas, sheet: QImage | None) -> None:
        """A Style's latent space is known (bundled, or just computed)."""
        self.maps.pop(ref.map_key, None)
        self.maps[ref.map_key] = Map(atlas, sheet)
        played = {scene.style.map_key for scene in self._document.show.scenes} | {ref.map_key}
        for key in [key for key in self.maps if key[1] and key not in played][:-SPARE_MAPS]:
            del self.maps[key]
        self.changed.emit()
        self.mapped.emit()

    def set_sheet(self, ref: StyleRef, sheet: QImage, drawn: float = 1.0) -> None:
        """More thumbnails of a map were drawn; *drawn* is the share that are there."""
        if ref.map_key not in self.maps:
            return
        self.maps[ref.map_key] = replace(self.maps[ref.map_key], sheet=sheet, drawn=drawn)
        self.changed.emit()

    def need(self, ref: StyleRef) -> None:
        """A Show plays *ref*: have it read and built where that has not been done, and say once when it cannot be."""
        if ref.map_key != self._played:  # what is drawn of a Style is now that of another
            self._played = ref.map_key
            self.changed.emit()
        self.prepare(ref)

    def look_again(self, ref: StyleRef) -> None:
        """*ref* is wanted once more, whatever became of the last time."""
        if self.map_of(ref) is None:
            self._asked = None
            self.need(ref)

    def prepare(self, ref: StyleRef) -> None:
        """*ref* will be played: have it read and built in time."""
        if self.map_of(ref) is not None:
            self._asked = None
        elif ref != self._asked:
            self._asked = ref
            known = self.find(ref)
            if known is None and ref.file:
                self._bridge.run(lambda: read_style(Path(ref.file)), lambda style: self._found(ref, style),
                                 lambda error: self._missing(ref, str(error)))  # fmt: skip
            elif known is not None and not self.library.is_there(known):
                self._missing(ref, f"{known.path} was moved. Locate it in the list of Styles.")
            else:
                self._open(ref)

    def add(self, file: Path) -> None:
        """Put the weights *file* on the shelf and use it; a bad one is told and changes nothing."""
        self.library.add(file, self.use,
                         lambda error: self.told.emit("error", f"{file.name} was not added", str(error)))  # fmt: skip

    def read_instead(self, entry: Entry, file: Path) -> None:
        """Read *file*, the same or another, in place of the *entry* that was refused."""
        if file != entry.style.path:
            self.library.remove(entry)
        if self.locked:  # nothing new goes straight to the output
            self.library.add_all([file])
        else:
            self.add(file)

    def remove(self, entry: Entry) -> None:
        """Take *entry* off the list, as a step of undo. What came with Anthesis or is played by a Scene stays."""
        style = entry.style
        player = next((scene for scene in self._document.show.scenes if self.find(scene.style) == style), None)
        if self.locked:
            self.told.emit("info", f"{style.name} stays in the list", "Nothing is removed while the show is ON AIR.")
        elif style.bundled:
            self.told.emit("info", f"{style.name} stays in the list", "It came with Anthesis.")
        elif player is not None:
            self.told.emit("info", f"{style.name} stays in the list",
                           f"The scene “{player.name}” plays it. Give that scene another style first.")  # fmt: skip
        else:
            at = self.library.entries.index(entry)
            self._document.beside(f"Remove {style.name} from the list", lambda: self.library.remove(entry),
                                  lambda: self.library.restore(entry, at))  # fmt: skip
            self.told.emit("info", f"{style.name} is off the list", "Its file was not touched. Undo brings it back.")

    def use(self, style: Style) -> None:
        """Let the playing Scene use *style*; the engine builds it first, and what plays goes on until then."""
        self.library.used(style)
        if style.ref.map_key in self.maps:
            self._wanted = None
            self._document.edit_scene(f"Style {style.name}", style=style.ref)
        else:
            self._wanted = (style.ref, self._document.show.active)
            self._open(style.ref)

    def opened(self, ref: StyleRef, atlas: Atlas, sheet: NDArray[np.uint8] | None) -> None:
        """The engine has built *ref*: for the Scene that asked for it, or because a Scene with it plays."""
        self.building.discard(ref.map_key)
        self.library.blame(ref, "")
        known = self.maps.get(ref.map_key)
        if known is None:
            self.set_map(ref, atlas, None if sheet is None else qimage(sheet))
        elif sheet is not None and (known.sheet is None or known.drawn < 1.0):
            self.set_map(ref, known.atlas, qimage(sheet))
        else:  # it was open before, and what was made of its map stays good
            self.changed.emit()
            self.mapped.emit()
        if self._wanted is not None and self._wanted[0] == ref:
            (_, scene), self._wanted = self._wanted, None
            if scene == self._document.show.active:
                self._document.edit_scene(f"Style {ref.name}", style=ref)

    def refused(self, ref: StyleRef, error: AppError) -> None:
        """The engine cannot build *ref*; what plays goes on."""
        if self._wanted is not None and self._wanted[0] == ref:
            self._wanted = None
        self.building.discard(ref.map_key)
        self.library.blame(ref, str(error))
        self.changed.emit()
        self.told.emit("error", f"The style “{ref.name}” cannot be played", str(error))

    def _open(self, ref: StyleRef) -> None:
        self.building = {ref.map_key}  # the engine keeps one wish, the newest
        self._engine.open_style(ref)
        self.changed.emit()

    def _found(self, ref: StyleRef, style: Style) -> None:
        if ref.sha256 and style.sha256 != ref.sha256:
            self._missing(ref, f"{style.path.name} has changed since. Add it again to use it as it is.")
            return
        self.library.put(style)
        self._open(ref)

    def _located(self, style: Style) -> None:
        playing = self._document.show.scene.style
        if playing.sha256 == style.sha256:
            self._asked = None
            self.need(playing)

    def _missing(self, ref: StyleRef, sentence: str) -> None:
        self.library.miss(ref)
        self.told.emit("error", f"The style “{ref.name}” is not here", sentence)
