"""What stands on the map: the path's Points, numbered, each with its picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPixmap

from app.ui.map_port import Port
from app.ui.theme import STAGE, font
from app.ui.thumbs import smooth
from app.ui.widgets import paint

THUMB, EDGE, BADGE = 28, 3, 16
BOX = THUMB + 2 * EDGE
SPRITE = BOX + 14
WIDEST = 2 * SPRITE
"""Pixels that a sprite with a long number takes at most."""
FRESH = 6
"""Sprites that are drawn in one go: a new scene brings two dozen, and pictures must go on."""


@dataclass(frozen=True)
class Stop:
    """Points that stand at one spot of the map: their indices, where, and the colour of their part of the song."""

    indices: tuple[int, ...]
    x: float
    y: float
    tint: QColor = field(compare=False)

    @property
    def label(self) -> str:
        """Their numbers: ``1``, ``1·5`` or, when there are many, ``1·5·+2``."""
        numbers = [str(i + 1) for i in self.indices]
        return "·".join(numbers if len(numbers) <= 3 else [*numbers[:2], f"+{len(numbers) - 2}"])


def stops(places: Sequence[tuple[float, float]], tints: Sequence[QColor], scale: float) -> list[Stop]:
    """Points whose pictures would cover one another (nearer than half a thumb at *scale*), as one stop each."""
    groups: list[list[int]] = []
    for i, (x, y) in enumerate(places):
        for group in groups:
            gx, gy = places[group[0]]
            if (x - gx) ** 2 + (y - gy) ** 2 < (THUMB / 2 / scale) ** 2:
                group.append(i)
                break
        else:
            groups.append([i])
    return [Stop(tuple(group), *places[group[0]], tints[group[0]]) for group in groups]


class StopPictures:
    """Owns the sprites of the stops that are shown, each drawn once (main thread)."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], QPixmap] = {}
        self._stops: list[Stop] = []
        self._look: tuple[object, ...] = ()
        self._chosen, self._dpr = -1, 1.0
        self._shown: list[tuple[Stop, QPixmap | None]] = []

    def show(self, stops: list[Stop], chosen: int, psi: float, dpr: float) -> None:
        """Show *stops* from now on, that of the *chosen* Point in front."""
        look = (chosen, psi, dpr, STAGE.name)
        if stops is not self._stops or look != self._look:
            self._stops, self._look, self._chosen, self._dpr = stops, look, chosen, dpr
            self._shown = [(stop, None) for stop in sorted(stops, key=lambda stop: chosen in stop.indices)]

    def forget(self) -> None:
        """Another picture has come: ask for all of them again."""
        self._shown = [(stop, None) for stop, _sprite in self._shown]

    def draw(self, painter: QPainter, seen: QRect, port: Port, of: Callable[[int], QPixmap | None]) -> bool:
        """Those that lie in *seen*; *of* gives the picture of a Point. Whether some have to wait for the next time."""
        fresh, waits = FRESH, False
        left, right = seen.left() - WIDEST, seen.right()
        top, bottom = seen.top() - SPRITE, seen.bottom()
        for i, (stop, sprite) in enumerate(self._shown):
            at = corner(port, stop)
            if not (left <= at.x() <= right and top <= at.y() <= bottom):
                continue
            if sprite is None:
                if fresh == 0:
                    waits = True
                    continue
                sprite, is_fresh = self._sprite(stop, of)
                fresh -= is_fresh
                self._shown[i] = stop, sprite
            painter.drawPixmap(at.toPoint(), sprite)
        return waits

    def _sprite(self, stop: Stop, of: Callable[[int], QPixmap | None]) -> tuple[QPixmap, bool]:
        """The sprite of *stop*, whose picture is in its lower right, see ``corner``; whether it had to be drawn."""
        chosen = self._chosen in stop.indices
        picture = of(self._chosen if chosen else stop.indices[0])
        known = 0 if picture is None else picture.cacheKey()
        key = (stop.label, stop.tint.rgb(), known, chosen, self._dpr, STAGE.name)
        fresh = key not in self._made
        if fresh:
            if len(self._made) > 200:
                self._made.clear()
            self._made[key] = _sprite(stop, picture, chosen, self._dpr)
        return self._made[key], fresh


def _sprite(stop: Stop, picture: QPixmap | None, chosen: bool, dpr: float) -> QPixmap:
    face = font(11, 700)
    words = max(BADGE, QFontMetrics(face).horizontalAdvance(stop.label) + 9)
    wide = max(SPRITE, words + 2)
    made = QPixmap(round(wide * dpr), round(SPRITE * dpr))
    made.setDevicePixelRatio(dpr)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(7, 7, BOX, BOX)
    paint.fill(painter, box.adjusted(-1, -1, 1, 1), QColor(0, 0, 0, 170), 6)
    paint.fill(painter, box, STAGE.bg0, 5)
    if picture is not None and not picture.isNull():
        clip = QPainterPath()
        clip.addRoundedRect(box.adjusted(2, 2, -2, -2), 3, 3)
        painter.setClipPath(clip)
        painter.drawPixmap(QPointF(box.x() + 2, box.y() + 2), smooth(picture, BOX - 4, dpr))
        painter.setClipping(False)
    paint.outline(painter, box, STAGE.mark if chosen else stop.tint, 5, 2)
    number = QRectF(1, 1, words, BADGE)
    paint.fill(painter, number, STAGE.bg0, BADGE / 2)
    paint.write(painter, number, stop.label, face, STAGE.text_hi, paint.CENTER)
    painter.end()
    return made


def corner(port: Port, stop: Stop) -> QPointF:
    """Where the sprite of *stop* begins."""
    return port.to_pixels(stop.x, stop.y) - QPointF(7 + BOX / 2, 7 + BOX / 2)


def thumb_box(port: Port, stop: Stop) -> QRectF:
    """Where the picture of *stop* is pressed."""
    at = port.to_pixels(stop.x, stop.y)
    return QRectF(at.x() - BOX / 2, at.y() - BOX / 2, BOX, BOX)
