"""The Path in time: its Points as small pictures on the curve that leads from one to the next."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen

from app.engine.show.show import Point
from app.ui.lane import Lane
from app.ui.theme import STAGE, fade, font
from app.ui.thumbs import Thumbs, smooth
from app.ui.widgets import paint

BADGE = 14


class PathLane(Lane):
    """Moves, doubles and removes Points (main thread); the first edit makes placed Points the scene's own."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.setObjectName("pathView")
        self.setAccessibleName("Path")
        self.setToolTip("Drag a point in time, double-click to go there, Alt+drag doubles it, Del removes it")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.thumbs = Thumbs(self.studio, self)
        self._hold = -1
        self._grip = 0.0
        self.thumbs.changed.connect(self.refresh)
        self.studio.session_changed.connect(self.refresh)
        self.document.changed.connect(self.refresh)
        self.document.selected_changed.connect(self.refresh)

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
        return [QRectF(self.x(p.t) - side / 2, 3, side, side) for p in self.points]

    def draw(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), STAGE.lane)
        if self.studio.session is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_curve(painter)
        psi, dpr = self.document.show.scene.react.truncation, self.devicePixelRatioF()
        for i, (box, point) in enumerate(zip(self.boxes(), self.points, strict=True)):
            if box.right() < 0 or box.left() > self.width():
                continue
            picture = self.thumbs.of(point.w, psi)
            paint.fill(painter, box, STAGE.bg2, 4)
            if picture is not None and not picture.isNull():
                painter.drawPixmap(box.topLeft(), smooth(picture, self.side, dpr))
            chosen = i == self.document.selected
            paint.outline(painter, box, STAGE.text_hi if chosen else STAGE.border, 4, 1.5 if chosen else 1)
            number = QRectF(box.left(), box.bottom() - BADGE, BADGE, BADGE)
            paint.fill(painter, number, fade(STAGE.bg0, 0.8), 3)
            paint.write(painter, number, str(i + 1), font(10, 700), STAGE.text_hi, Qt.AlignmentFlag.AlignCenter)

    def _paint_curve(self, painter: QPainter) -> None:
        """A line whose bends are those of the interpolation: alternately high and low, Point by Point."""
        points = self.points
        if len(points) < 2:
            return
        times = np.array([p.t for p in points]) + 1e-6 * np.arange(len(points))
        top, low = self.height() * 0.34, self.height() * 0.66
        levels = np.array([top if i % 2 else low for i in range(len(points))])
        xs = np.arange(0, self.width() + 4, 4)
        at = self.axis.start + xs / max(self.width(), 1) * self.axis.span
        k = np.clip(np.searchsorted(times, at, side="right") - 1, 0, len(times) - 2)
        u = np.clip((at - times[k]) / np.maximum(times[k + 1] - times[k], 1e-9), 0.0, 1.0)
        shape = {"nearest": np.round(u), "linear": u, "quadratic": np.where(u < 0.5, 2 * u * u, 1 - 2 * (1 - u) ** 2),
                 "cubic": u * u * (3 - 2 * u)}[self.document.show.scene.react.interpolation]  # fmt: skip
        ys = levels[k] + (levels[k + 1] - levels[k]) * shape
        line = QPainterPath(QPointF(float(xs[0]), float(ys[0])))
        for x, y in zip(xs[1:].tolist(), ys[1:].tolist(), strict=True):
            line.lineTo(x, y)
        painter.setPen(QPen(STAGE.accent, 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(line)

    def index_at(self, at: QPointF) -> int:
        """The Point under *at*, the front one first; -1 for none."""
        boxes = self.boxes()
        return next((i for i in reversed(range(len(boxes))) if boxes[i].contains(at)), -1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._hold = self.index_at(event.position())
        self.document.select(self._hold)
        if self._hold < 0:
            super().mousePressEvent(event)
            return
        self._grip = event.position().x() - self.x(self.points[self._hold].t)
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.double(self._hold)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not event.buttons() & Qt.MouseButton.LeftButton:
            return
        if self._hold < 0:
            super().mouseMoveEvent(event)
            return
        t = self.snapped(self.t(event.position().x() - self._grip), event)
        self._hold = self.move(self._hold, t)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._hold = -1
        self.document.end_merge()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.index_at(event.position())
        if index >= 0:
            self.studio.seek(self.points[index].t)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.document.selected >= 0:
            self.remove(self.document.selected)
        else:
            super().keyPressEvent(event)

    def move(self, index: int, t: float) -> int:  # type: ignore[override]
        """Put Point *index* at *t* seconds; its index afterwards, since Points stay in order."""
        moved = replace(self.points[index], t=min(max(t, 0.0), self.studio.duration))
        rest = [p for i, p in enumerate(self.points) if i != index]
        place = sum(p.t <= moved.t for p in rest)
        self._write("Move point", (*rest[:place], moved, *rest[place:]), merge="path:time")
        self.document.select(place)
        return place

    def double(self, index: int) -> None:
        """A second Point at the same place."""
        points = self.points
        self._write("Double point", (*points[: index + 1], points[index], *points[index + 1 :]))

    def remove(self, index: int) -> None:
        """Take Point *index* away; the last one stays."""
        points = self.points
        if len(points) > 1 and index < len(points):
            self._write("Remove point", points[:index] + points[index + 1 :])
            self.document.select(min(index, len(points) - 2))

    def _write(self, text: str, points: tuple[Point, ...], merge: str = "") -> None:
        path = replace(self.document.show.scene.path, points=points)
        self.document.edit_scene(text, merge=merge, path=path)
