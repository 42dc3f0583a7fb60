"""Draws the thumbnails of a map that has none yet: coarse first, then every cell, while the engine has time."""

import contextlib
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QImage, QPainter

from app.engine.latent.atlas import Atlas
from app.engine.show.classes import file_mark
from app.engine.show.show import Classes, StyleRef
from app.engine.stylegan.library import Style
from app.ui.studio import Studio
from app.ui.theme import STAGE

CELL, COARSE, BATCH = 64, 4, 64
FIRST = 16
"""So many coarse cells at a time are shown: something is seen early where the engine has little time."""


class SheetPainter(QObject):
    """Owns the unfinished sheet (main thread). Cells come as stills, the lowest priority of the engine."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self._style: Style | None = None
        self._ref = StyleRef()
        self._unfinished: set[tuple[str, Classes]] = set()
        self._atlas: Atlas | None = None
        self._sheet = QImage()
        self._whole = 1
        self._waiting: list[tuple[int, int, int]] = []
        self._asked: dict[str, tuple[int, int, int]] = {}
        studio.session_changed.connect(self._look)
        studio.still_ready.connect(self._arrived)
        studio.on_air.changed.connect(self._resume)

    @property
    def progress(self) -> float:
        """How much of the sheet is drawn, 0..1."""
        if self._atlas is None:
            return 1.0
        return 1.0 - (len(self._waiting) + len(self._asked)) / self._whole

    def _look(self) -> None:
        """Begin when a Style without a sheet plays."""
        studio = self._studio
        style, session = studio.style, studio.session
        if style is None or session is None or studio.atlas is not session.atlas or session.atlas is self._atlas:
            return
        ref, begun = replace(style.ref, classes=session.scene.style.classes), studio.sheet
        if begun is not None and ref.map_key not in self._unfinished:
            self._atlas, self._waiting, self._asked = None, [], {}  # another's pictures are not drawn by this network
            return
        self._style, self._ref, self._atlas = style, ref, session.atlas
        self._unfinished.add(ref.map_key)
        rows, cols = self._atlas.rows, self._atlas.cols
        self._sheet = (
            begun.copy() if begun is not None else QImage(cols * CELL, rows * CELL, QImage.Format.Format_RGB32)
        )
        if begun is None:
            self._sheet.fill(STAGE.lane)
        coarse = [(y, x, COARSE) for y in range(0, rows, COARSE) for x in range(0, cols, COARSE)]
        fine = [(y, x, 1) for y in range(rows) for x in range(cols)]  # also where a coarse one lies: it is larger
        self._waiting, self._asked = [*coarse, *fine], {}
        self._whole = len(self._waiting)
        self._ask()

    def _resume(self) -> None:
        """Go on where the show interrupted it."""
        if self._atlas is not None and self._waiting and not self._asked:
            self._ask()

    def _ask(self) -> None:
        assert self._atlas is not None
        if self._studio.on_air.on:
            return
        for row, col, span in self._waiting[:BATCH]:
            key = f"sheet:{self._ref.sha256[:12]}{file_mark(self._ref.classes)}:{row}:{col}"
            self._asked[key] = (row, col, span)
            self._studio.request_still(key, self._atlas.lattice[row, col], CELL)
        del self._waiting[:BATCH]

    def _arrived(self, key: str, image: QImage) -> None:
        place = self._asked.pop(key, None)
        if place is None or self._style is None or self._atlas is None:
            return
        row, col, span = place
        painter = QPainter(self._sheet)
        painter.drawImage(QRect(col * CELL, row * CELL, span * CELL, span * CELL), image)
        painter.end()
        coarse = span > 1 and len(self._asked) % FIRST == 0
        if self._asked and not coarse:
            return
        self._studio.shelf.set_sheet(self._ref, QImage(self._sheet), self.progress)  # copied when more is drawn
        if self._asked:
            return
        if self._waiting:
            self._ask()
            return
        self._unfinished.discard(self._ref.map_key)
        if not self._style.bundled:  # what ships with the app is never written over
            sheet, file = QImage(self._sheet), self._style.sheet_of(self._ref.classes)
            # packing it takes a third of a second, in which no picture of the show would be seen
            self._studio.run(lambda: _keep(sheet, file), lambda _kept: None, self.tr("The map was not kept"))


def _keep(sheet: QImage, file: Path) -> None:
    """Written whole or not at all; a disk that cannot be written only costs the time to draw it again."""
    part = file.with_suffix(".part.webp")
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        if sheet.save(str(part), quality=88):
            part.replace(file)
