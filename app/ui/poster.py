"""What stands in for the picture until the engine has made one: the bundled poster, moving in beat."""

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from app.engine import paths
from app.ui.theme import STAGE

if TYPE_CHECKING:
    from app.ui.studio import Studio


def spinner(painter: QPainter, box: QRectF) -> None:
    """A ring with a bright quarter that goes round once a second."""
    pen = QPen(STAGE.energy, 2.5)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inside = box.adjusted(1.5, 1.5, -1.5, -1.5)
    painter.drawEllipse(inside)
    pen.setColor(STAGE.accent)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawArc(inside, round(-time.monotonic() % 1.0 * 360 * 16), 110 * 16)


class Poster:
    """Owns the bundled picture, or a strip of square ones side by side (main thread); read when first painted."""

    def __init__(self, studio: "Studio") -> None:
        self._studio = studio
        self._strip: QImage | None = None

    def paint(self, painter: QPainter, place: QRectF) -> None:
        """Fill *place* with the picture of this moment."""
        strip = self._read()
        if strip.isNull():
            painter.fillRect(place, STAGE.lane)
            return
        side = strip.height()
        count = max(strip.width() // side, 1)
        wide = side if count > 1 else strip.width()
        painter.drawImage(place, strip, QRectF(side * self._frame(count), 0, wide, side))

    def _frame(self, count: int) -> int:
        """Out and back along the strip, once for each four beats, so that the bar is felt."""
        if count < 2:
            return 0
        features = self._studio.song.features
        beat = 60.0 / features.bpm if features is not None and features.bpm > 0 else 0.5
        turn = self._studio.now() / (4 * beat) % 1.0
        return round((1 - abs(2 * turn - 1)) * (count - 1))

    def _read(self) -> QImage:
        if self._strip is None:
            self._strip = QImage(str(paths.resources() / "poster.webp"))
            if self._strip.isNull():
                self._strip = self._thumbnail()
        return self._strip

    def _thumbnail(self) -> QImage:
        """The middle of the Style's map, where no poster is bundled."""
        sheet, atlas = self._studio.sheet, self._studio.atlas
        if sheet is None or atlas is None:
            return QImage()
        rows, cols = atlas.lattice.shape[:2]
        wide, high = sheet.width() // cols, sheet.height() // rows
        return sheet.copy(cols // 2 * wide, rows // 2 * high, wide, high)
