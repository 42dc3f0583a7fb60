"""What sound did to each band of layers: shape, parts and texture over the last beats."""

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QImage, QPainter, QPaintEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.engine.latent.w import bands
from app.engine.render.plan import own_ws
from app.ui.document import Document
from app.ui.studio import Studio
from app.ui.theme import STAGE, font
from app.ui.widgets import paint

NAMES = ("Coarse", "Mid", "Fine")
LABELS = 50
"""Pixels in front of the pictures."""
LIVE_MS, FALLBACK_STEP = 250, 0.5
Cells = tuple[tuple[int, int], ...]


class LayerLanes(QWidget):
    """Three rows of small pictures, one a beat and the newest at the right, and the present one in white (main thread).

    Each shows the cell of the map that is nearest to what those layers alone were given.
    """

    def __init__(self, document: Document, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layerLanes")
        self.setAccessibleName("Layers over the last beats: coarse, mid and fine")
        self.document, self.studio = document, studio
        self._known: OrderedDict[float, Cells] = OrderedDict()
        self._thumbs: dict[tuple[int, int, int], QPixmap] = {}
        self._history: list[float] = []
        self._now: Cells | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._look = QTimer(self, interval=LIVE_MS)
        self._look.timeout.connect(self.refresh)
        studio.session_changed.connect(self.refresh)
        studio.styles_changed.connect(self._forget)

    @property
    def row(self) -> int:
        """Height of a row."""
        return 22 if self.width() >= 480 else 18

    def sizeHint(self) -> QSize:
        return QSize(404, 3 * self.row)

    def resizeEvent(self, event: object) -> None:
        self.setFixedHeight(3 * self.row)

    def showEvent(self, event: QShowEvent) -> None:
        self._look.start()
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        self._look.stop()
        super().hideEvent(event)

    @property
    def room(self) -> int:
        """How many beats fit, the last one in part."""
        return (self._live_x() - 4 - LABELS) // (self.row - 1) + 1

    def _live_x(self) -> int:
        return self.width() - self.row

    def beats(self, t: float) -> list[float]:
        """The last beats before *t*, oldest first; half seconds where no beat is known."""
        features = self.studio.song.features
        if features is not None and len(features.beats) > 1:
            end = int(np.searchsorted(features.beats, t, side="right"))
            return features.beats[max(0, end - self.room) : end].tolist()
        last = int(t / FALLBACK_STEP)
        return [i * FALLBACK_STEP for i in range(max(0, last - self.room + 1), last + 1)]

    def refresh(self) -> None:
        """Look up the present, and at most two beats of the past that are not known yet.

        What was seen stays as it was: an edit or a detour changes the columns from now on. A beat that comes round
        again is looked up again.
        """
        session = self.studio.session
        if session is None or not self.isVisible() or self.studio.atlas is not session.atlas:
            return
        t = self.studio.now()
        history = self.beats(t)
        if history and history[-1:] != self._history[-1:]:
            self._known.pop(history[-1], None)
        unknown = [beat for beat in reversed(history) if beat not in self._known]
        for beat in unknown[:2]:
            self._known[beat] = self._cells(beat)
        while len(self._known) > 256:
            self._known.popitem(last=False)
        now = self._cells(t)
        past = history != self._history or bool(unknown)
        if past or now != self._now:
            left = 0 if past else self._live_x() - 1
            self._now, self._history = now, history
            self.update(left, 0, self.width() - left, self.height())

    def _cells(self, t: float) -> Cells:
        """The cell nearest to each band's part of what the network is given at *t*."""
        session = self.studio.session
        assert session is not None
        ws = own_ws(t + self.studio.live.pictures.ahead, session)
        return tuple(self._cell(ws[band].mean(axis=0)) for band in bands(len(ws)) if len(ws[band]))

    def _cell(self, w: NDArray[np.float32]) -> tuple[int, int]:
        session = self.studio.session
        assert session is not None
        x, y, _off = session.atlas.locate(w)
        return round(x), round(y)

    def _forget(self) -> None:
        self._known.clear()
        self._thumbs.clear()
        self._now = None
        self.refresh()

    def _thumb(self, cell: tuple[int, int], sheet: QImage, wide: int) -> QPixmap:
        """The picture of *cell* of the *sheet*, on which a cell is *wide* pixels wide."""
        dpr = self.devicePixelRatioF()
        side = round((self.row - 2) * dpr)
        key = (*cell, side)
        if key not in self._thumbs:
            picture = sheet.copy(QRect(cell[0] * wide, cell[1] * wide, wide, wide)).scaled(
                side, side, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            picture.setDevicePixelRatio(dpr)
            self._thumbs[key] = QPixmap.fromImage(picture)
        return self._thumbs[key]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if event.rect().left() < self._live_x() - 2:
            self._draw_history(painter)
        row, live_x = self.row, self._live_x()
        self._draw(painter, [(cell, live_x + 1, lane * row + 1) for lane, cell in enumerate(self._now or ())])
        for lane in range(len(self._now or ())):
            paint.outline(painter, QRectF(live_x, lane * row, row, row), STAGE.mark, 3, 1.4)

    def _draw_history(self, painter: QPainter) -> None:
        """The names of the rows, and the past."""
        row, side, end = self.row, self.row - 2, self._live_x() - 4
        for lane, name in enumerate(NAMES):
            paint.write(painter, QRectF(0, lane * row, LABELS, row), name, font(11), STAGE.text2)
        painter.save()
        painter.setClipRect(LABELS, 0, end - LABELS, 3 * row)
        painter.fillRect(LABELS, 0, end - LABELS, 3 * row, STAGE.lane)
        self._draw(painter, [
            (cell, end - (back + 1) * (side + 1) + 1, lane * row + 1)
            for back, beat in enumerate(reversed(self._history)) for lane, cell in enumerate(self._known.get(beat, ()))
        ])  # fmt: skip
        painter.restore()

    def _draw(self, painter: QPainter, cells: list[tuple[tuple[int, int], int, int]]) -> None:
        """The pictures of *cells*, each with its place."""
        sheet, atlas = self.studio.sheet, self.studio.atlas
        if sheet is None or atlas is None or sheet.isNull():
            return
        wide = sheet.width() // atlas.cols
        for cell, x, y in cells:
            painter.drawPixmap(x, y, self._thumb(cell, sheet, wide))
