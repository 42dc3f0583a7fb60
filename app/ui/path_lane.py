"""The Path in time: its Points as small pictures on the curve that leads from one to the next."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPixmap

from app.engine.show.show import Point
from app.ui.lane import WHITE, Lane
from app.ui.theme import STAGE, fade, font
from app.ui.thumbs import Thumbs, smooth
from app.ui.traces import image, line_picture
from app.ui.widgets import paint

BADGE = 12
_KEPT = 300  # sprites: a path of Points, selected and not, and the pictures they had before
FRESH = 6
"""Sprites that are drawn in one go: a new scene brings two dozen, and pictures must go on."""
SWING = 0.21
"""How far the curve goes up and down, as a share of the lane's height."""


class PathLane(Lane):
    """Moves, doubles and removes Points (main thread); the first edit makes placed Points the scene's own."""

    keys = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.setObjectName("pathView")
        self.setAccessibleName("Path")
        self.setAccessibleDescription("Points in time; Delete removes the selected one")
        self.setToolTip(
            "Drag a point in time (Alt: freely), double-click goes there, Alt+drag doubles it, Del removes it"
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.thumbs = Thumbs(self.studio, self)
        self._hold, self._grip, self._from = -1, 0.0, 0.0
        self._double = self._dragging = False
        self._levels: tuple[object, NDArray[np.float64]] = ((), np.zeros(0))
        self._line: tuple[tuple[object, ...], QImage] = ((), QImage())
        self._sprites: dict[tuple[object, ...], QPixmap] = {}
        self._more = QTimer(self, interval=0, singleShot=True)
        self._more.timeout.connect(self.refresh)
        self.thumbs.changed.connect(self.refresh)
        self.document.selected_changed.connect(self.refresh)
        self.look_again()

    def shows(self) -> tuple[object, ...]:
        react = self.document.show.scene.react
        return self.points, react.interpolation, react.truncation, self.studio.session is None

    @property
    def points(self) -> tuple[Point, ...]:
        """The scene's Points as they really are."""
        return self.document.show.scene.path.points or (self.studio.session.points if self.studio.session else ())

    @property
    def side(self) -> int:
        """Side of a thumbnail in pixels."""
        return self.height() - 6

    def boxes(self) -> list[QRectF]:
        """Where each Point's picture stands."""
        side = self.side
        return [QRectF(round(self.x_of(p.t)) - side // 2, 3, side, side) for p in self.points]

    # --- picture

    def draw(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), STAGE.lane)
        if self.studio.session is None or not self.points:
            return
        painter.drawImage(0, 0, self._curve_picture())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        boxes, chosen = self.boxes(), self.document.selected
        seen = [i for i, box in enumerate(boxes) if box.right() > 0 and box.left() < self.width()]
        fresh = FRESH
        for i in [i for i in seen if i != chosen] + [i for i in seen if i == chosen]:
            if fresh == 0:
                self._more.start()
                break
            fresh -= self._draw_point(painter, i, boxes[i])

    def _curve_picture(self) -> QImage:
        """The curve, drawn once for what it leads through: each thumbnail that comes draws the lane anew."""
        dpr, axis, points = self.devicePixelRatioF(), self.axis, self.points
        how, size = self.document.show.scene.react.interpolation, (self.width(), self.height(), dpr)
        key = (points, how, id(self.studio.atlas), axis.start, axis.span, size, STAGE.name)
        if key != self._line[0]:
            curve = line_picture(self.curve(round(self.width() * dpr)) * dpr, round(self.height() * dpr),
                                 fade(STAGE.accent, 0.8), 1.5 * dpr)  # fmt: skip
            self._line = key, image(curve, dpr)
        return self._line[1]

    def _draw_point(self, painter: QPainter, index: int, box: QRectF) -> bool:
        """Its picture, number and stem; whether the picture had to be drawn."""
        painter.fillRect(round(self.x_of(self.points[index].t)), 0, 1, self.height(), fade(STAGE.downbeat, 0.10))
        sprite, fresh = self._sprite(index)
        painter.drawPixmap(box.topLeft(), sprite)
        return fresh

    def _sprite(self, index: int) -> tuple[QPixmap, bool]:
        """The picture of Point *index* with its number; the edge is white when it is the selected one. Drawn once."""
        picture = self.thumbs.of(self.points[index].w, self.document.show.scene.react.truncation)
        chosen, dpr = index == self.document.selected, self.devicePixelRatioF()
        key = (index, chosen, 0 if picture is None else picture.cacheKey(), self.side, dpr, STAGE.name)
        fresh = key not in self._sprites
        if fresh:
            if len(self._sprites) > _KEPT:
                self._sprites.clear()
            self._sprites[key] = _point_sprite(picture, str(index + 1), chosen, (self.side, dpr))
        return self._sprites[key], fresh

    def curve(self, width: int) -> NDArray[np.float32]:
        """``(width + 1,)``: how high the path is at each pixel, bent as the interpolation is.

        A Point's height is where it lies along the first direction of W: two Points that look alike stand alike.
        """
        times = np.array([p.t for p in self.points]) + 1e-6 * np.arange(len(self.points))
        levels = self._heights()
        if len(times) == 1:
            return np.full(width + 1, levels[0], np.float32)
        at = self.axis.start + (np.arange(width + 1) - 0.5) / max(width, 1) * self.axis.span
        k = np.clip(np.searchsorted(times, at, side="right") - 1, 0, len(times) - 2)
        u = np.clip((at - times[k]) / np.maximum(times[k + 1] - times[k], 1e-9), 0.0, 1.0)
        how = self.document.show.scene.react.interpolation
        if how == "nearest":
            u = np.round(u)
        elif how == "quadratic":
            u = np.where(u < 0.5, 2 * u * u, 1 - 2 * (1 - u) ** 2)
        elif how == "cubic":
            u = u * u * (3 - 2 * u)
        return np.asarray(levels[k] + (levels[k + 1] - levels[k]) * u, np.float32)

    def _heights(self) -> NDArray[np.float64]:
        """``(points,)`` pixels from above."""
        points, atlas = self.points, self.studio.atlas
        key = (points, id(atlas), self.height())
        if self._levels[0] != key:
            along = np.zeros(len(points))
            if atlas is not None and all(len(p.w[0]) == len(atlas.w_avg) for p in points):
                places = np.stack([np.asarray(p.w, np.float32).mean(axis=0) for p in points])
                along = (places - atlas.w_avg) @ atlas.components[0]
            along = along - (along.max() + along.min()) / 2
            middle = self.height() / 2
            self._levels = (key, middle - along / max(float(np.abs(along).max()), 1e-6) * SWING * self.height())
        return self._levels[1]

    # --- hands

    def index_at(self, at: QPointF) -> int:
        """The Point under *at*, the selected one first, then the front one; -1 for none."""
        boxes, chosen = self.boxes(), self.document.selected
        first = [chosen] if 0 <= chosen < len(boxes) else []
        return next((i for i in (*first, *reversed(range(len(boxes)))) if boxes[i].contains(at)), -1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._hold, self._from, self._dragging = self.index_at(event.position()), event.position().x(), False
        self.document.select(self._hold)
        if self._hold < 0:
            super().mousePressEvent(event)
            return
        self._grip = event.position().x() - self.x_of(self.points[self._hold].t)
        self._double = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not event.buttons() & Qt.MouseButton.LeftButton:
            self.setCursor(
                Qt.CursorShape.ArrowCursor if self.index_at(event.position()) < 0 else Qt.CursorShape.OpenHandCursor
            )
            return
        if self._hold < 0:
            super().mouseMoveEvent(event)
            return
        self._dragging = self._dragging or abs(event.position().x() - self._from) >= 3
        if self._dragging:
            if self._double:
                self._hold, self._double = self.double_point(self._hold), False
            t = self.snapped(self.t_of(event.position().x() - self._grip), event)
            self._hold = self.move_point(self._hold, t)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._hold, self._double = -1, False
        self.document.end_merge()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.index_at(event.position())
        if index >= 0:
            self.studio.seek(self.points[index].t)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in self.keys and self.document.selected >= 0:
            self.remove_point(self.document.selected)
        else:
            super().keyPressEvent(event)

    # --- edits

    def move_point(self, index: int, t: float) -> int:
        """Put Point *index* at *t* seconds; its index afterwards, since Points stay in order."""
        moved = replace(self.points[index], t=min(max(t, 0.0), self.studio.duration))
        rest = [p for i, p in enumerate(self.points) if i != index]
        before = sum(p.t < moved.t for p in rest)
        after = before + sum(p.t == moved.t for p in rest)
        place = min(max(index, before), after)
        self._write("Move point", (*rest[:place], moved, *rest[place:]), merge="path:time")
        self.document.select(place)
        return place

    def double_point(self, index: int) -> int:
        """A second Point at the same place; the index of the new one. A drag of it belongs to the same step of undo."""
        points = self.points
        self._write("Double point", (*points[: index + 1], *points[index:]), merge="path:time")
        return index + 1

    def remove_point(self, index: int) -> None:
        """Take Point *index* away; the last one stays."""
        points = self.points
        if len(points) > 1 and index < len(points):
            self._write("Remove point", points[:index] + points[index + 1 :])
            self.document.select(min(index, len(points) - 2))

    def _write(self, text: str, points: tuple[Point, ...], merge: str = "") -> None:
        path = replace(self.document.show.scene.path, points=points)
        self.document.edit_scene(text, merge=merge, path=path)


def _point_sprite(picture: QPixmap | None, number: str, chosen: bool, shape: tuple[int, float]) -> QPixmap:
    """A square of so many points a side at so many pixels a point."""
    side, dpr = shape
    made = QPixmap(round(side * dpr), round(side * dpr))
    made.setDevicePixelRatio(dpr)
    made.fill(Qt.GlobalColor.transparent)
    painter, box = QPainter(made), QRectF(0, 0, side, side)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    round_box = QPainterPath()
    round_box.addRoundedRect(box, 4, 4)
    painter.setClipPath(round_box)
    painter.fillRect(box, STAGE.bg2)
    if picture is not None and not picture.isNull():
        painter.drawPixmap(QPointF(), smooth(picture, side, dpr))
    wide = BADGE if len(number) < 2 else BADGE + 6
    badge = QRectF(1, box.bottom() - 1 - BADGE, wide, BADGE)
    painter.fillRect(badge, STAGE.bg0)
    painter.setClipping(False)
    paint.write(painter, badge, number, font(10, 700), STAGE.text_hi, paint.CENTER)
    paint.outline(painter, box, WHITE if chosen else STAGE.border, 4, 1.5 if chosen else 1)
    painter.end()
    return made
