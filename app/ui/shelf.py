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


class Shelf(QObject):
    """Owns the Styles and what is known of their latent spaces (main thread); workers read, the engine builds."""

    changed = Signal()
    mapped = Signal()
    told = Signal(str, str, str)

    def __init__(self, document: Document, bridge: Bridge, engine: Engine, styles: tuple[Style, ...]) -> None:
        super().__init__(bridge)
        self._document, self._bridge, self._engine = document, bridge, engine
        self.styles = styles
        self.maps: dict[tuple[str, Classes], Map] = {}
        self._wanted: tuple[StyleRef, int] | None = None
        self._asked: StyleRef | None = None

    def find(self, ref: StyleRef) -> Style | None:
        """The Style that *ref* means: by content, or by name where a Show says no more."""
        named = (
            style for style in self.styles if (style.sha256 == ref.sha256 if ref.sha256 else style.name == ref.name)
        )
        return next(named, None)

    def map_of(self, ref: StyleRef) -> Map | None:
        """What is known of its latent space."""
        style = self.find(ref)
        return None if style is None else self.maps.get(replace(ref, sha256=style.sha256).map_key)

    def set_map(self, ref: StyleRef, atlas: Atlas, sheet: QImage | None) -> None:
        """A Style's latent space is known (bundled, or just computed)."""
        self.maps[ref.map_key] = Map(atlas, sheet)
        self.changed.emit()
        self.mapped.emit()

    def set_sheet(self, ref: StyleRef, sheet: QImage) -> None:
        """More thumbnails of a map were drawn."""
        self.maps[ref.map_key] = replace(self.maps[ref.map_key], sheet=sheet)
        self.changed.emit()

    def need(self, ref: StyleRef) -> None:
        """A Show plays *ref*: have it read and built where that has not been done, and say once when it cannot be."""
        if self.map_of(ref) is not None:
            self._asked = None
        elif ref != self._asked:
            self._asked = ref
            if self.find(ref) is None and ref.file:
                self._bridge.run(lambda: read_style(Path(ref.file)), lambda style: self._found(ref, style),
                                 lambda error: self._missing(ref, str(error)))  # fmt: skip
            else:
                self._engine.open_style(ref)

    def add(self, file: Path, use: bool = True) -> None:
        """Put the weights *file* on the shelf and *use* it; a bad one is told and changes nothing.

        Without *use* it was added at an earlier start: nothing is said when it is gone.
        """
        self._bridge.run(
            lambda: read_style(file),
            self._added if use else self._put,
            lambda error: self.told.emit("error", f"{file.name} was not added", str(error)) if use else None,
        )

    def use(self, style: Style) -> None:
        """Let the playing Scene use *style*; the engine builds it first, and what plays goes on until then."""
        if style.ref.map_key in self.maps:
            self._wanted = None
            self._document.edit_scene(f"Style {style.name}", style=style.ref)
        else:
            self._wanted = (style.ref, self._document.show.active)
            self._engine.open_style(style.ref)

    def opened(self, ref: StyleRef, atlas: Atlas, sheet: NDArray[np.uint8] | None) -> None:
        """The engine has built *ref*: for the Scene that asked for it, or because a Scene with it plays."""
        if ref.map_key not in self.maps or sheet is not None:
            self.set_map(ref, atlas, None if sheet is None else qimage(sheet))
        if self._wanted == (ref, self._document.show.active):
            self._wanted = None
            self._document.edit_scene(f"Style {ref.name}", style=ref)

    def refused(self, ref: StyleRef, error: AppError) -> None:
        """The engine cannot build *ref*; what plays goes on."""
        if self._wanted is not None and self._wanted[0] == ref:
            self._wanted = None
        self.told.emit("error", "The picture holds", str(error))

    def _put(self, style: Style) -> None:
        if all(other.sha256 != style.sha256 for other in self.styles):
            self.styles = (*self.styles, style)
            self.changed.emit()

    def _added(self, style: Style) -> None:
        self._put(style)
        self.use(style)

    def _found(self, ref: StyleRef, style: Style) -> None:
        if ref.sha256 and style.sha256 != ref.sha256:
            self._missing(ref, f"{style.path.name} has changed since. Add it again to use it as it is.")
            return
        self._put(style)
        self._engine.open_style(ref)

    def _missing(self, ref: StyleRef, sentence: str) -> None:
        self.told.emit("error", f"The style “{ref.name}” is not here", sentence)
