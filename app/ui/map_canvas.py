"""The map as it is drawn: ground, path, sound, Points and the point that plays, kept up to date with Show and song."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.engine.show.show import Point
from app.ui import map_points
from app.ui.document import Document
from app.ui.looking import when_seen
from app.ui.map_chips import INSET
from app.ui.map_ground import Ground
from app.ui.map_live import ARCS, Arcs, draw_live, levels_at
from app.ui.map_marks import Stop, StopPictures, stops, thumb_box
from app.ui.map_over import draw_enlarged, draw_mini, draw_waiting, enlarged_box
from app.ui.map_places import Chart, LivePoint, Places, Spot
from app.ui.map_port import Port
from app.ui.map_trail import Trail
from app.ui.points import minutes
from app.ui.studio import Studio
from app.ui.theme import STAGE, section_tint
from app.ui.thumbs import Thumbs
from app.ui.widgets import paint

MINI = 76
MARGIN = 12
"""Pixels that the small map keeps from the live point."""
REACH, CORNER = round(ARCS[0][1]) + 8, 4
"""Pixels that the arcs reach from the live point, and that a round corner takes."""


class MapCanvas(paint.KeyFocus, QWidget):
    """Owns what is seen of the map (main thread): the port, the cached ground, the chart of the path, the live spot."""

    def __init__(self, document: Document, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document, self.studio = document, studio
        self.port, self.ground, self.trail = Port(), Ground(self), Trail()
        self.marks, self.arcs = StopPictures(), Arcs()
        self.thumbs = Thumbs(studio, self)
        self.places: Places | None = None
        self.chart: Chart | None = None
        self.live: LivePoint | None = None
        self.spot: Spot | None = None
        self.levels: tuple[float, ...] = (0.0,) * len(ARCS)
        self.follow = True
        self.keyed: tuple[float, float] | None = None
        """Where the keys are, in cells; None while they rest."""
        self.pointer: QPointF | None = None
        self.enlarged = False
        self._doing = ""
        """The gesture under way: the map does not slide away under it."""
        self._mini_low = False
        self._stops: tuple[tuple[object, ...], list[Stop]] = ((), [])
        self._centred = False
        self._corners, self._turns = QPainterPath(), 0
        self._wait = QTimer(self, interval=60)
        self._wait.timeout.connect(self.update)
        self._more = QTimer(self, interval=0, singleShot=True)
        for changed in (self._more.timeout, self.ground.changed):
            changed.connect(self.update)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setMinimumSize(120, 120)
        self.thumbs.changed.connect(self._picture_came)
        document.watch(self._points_changed, "scene.path", "scene.style")
        document.selected_changed.connect(when_seen(self._points_changed))
        studio.styles_changed.connect(self._map_changed)
        studio.session_changed.connect(when_seen(self._session_changed))
        studio.passed.connect(self._passed)
        self._map_changed()

    # what is there

    @property
    def points(self) -> tuple[Point, ...]:
        """The Points that are shown."""
        return map_points.points_of(self.document, self.studio)

    def stops(self) -> list[Stop]:
        """The Points as they stand in the present view, those that cover one another as one."""
        session = self.studio.session
        if self.chart is None or session is None:
            return []
        key = (self.chart, self.port.scale, session.sections)
        if key != self._stops[0]:
            labels = [
                next((s.label for s in reversed(session.sections) if s.start <= p.t + 1e-6), "A") for p in self.points
            ]
            self._stops = key, stops(self.chart.places, [section_tint(label) for label in labels], self.port.scale)
        return self._stops[1]

    def stop_at(self, at: QPointF) -> Stop | None:
        """The stop under *at*; the selected one is in front."""
        found = [stop for stop in self.stops() if thumb_box(self.port, stop).contains(at)]
        return next((s for s in found if self.document.selected in s.indices), found[-1] if found else None)

    def live_pixel(self) -> QPointF | None:
        """Where the live point is drawn."""
        return None if self.spot is None else self.port.to_pixels(self.spot.x, self.spot.y)

    def mini_box(self) -> QRect:
        """Where the small map of everything is."""
        side = 88 if self.width() >= 480 else MINI
        return QRect(self.width() - side - INSET, self._mini_top(side, self._mini_low), side, side)

    def _mini_top(self, side: int, low: bool) -> int:
        return self.height() - side - INSET if low else INSET

    # what happens

    def _map_changed(self) -> None:
        atlas = self.studio.atlas
        changed = self.ground.set_sheet(self.studio.sheet)
        if atlas is None:
            self.places = None
        elif self.places is None or self.places.atlas is not atlas:
            self.places = Places(atlas)
            self.port.set_cells(atlas.cols, atlas.rows)
            self._centred = False
        elif not changed:
            return
        self.chart = self.live = self.spot = None
        self._session_changed()

    def _session_changed(self) -> None:
        session, places = self.studio.session, self.places
        if session is None or places is None or session.atlas is not places.atlas:
            self.chart = self.live = self.spot = None
        else:
            self._draw_chart(places)
            self.live = LivePoint(places, session, self.chart)
            self._place(self.studio.now())
            self._keep_in_sight()
        self.update()

    def _points_changed(self, _news: object = None) -> None:
        session, places = self.studio.session, self.places
        if session is not None and places is not None and session.atlas is places.atlas:
            self._draw_chart(places)
        self.update()

    def _draw_chart(self, places: Places) -> None:
        if self.chart is None or self.chart.points != self.points:
            self.chart = Chart(places, self.points)

    def _picture_came(self) -> None:
        self.marks.forget()
        self.update()

    def _passed(self, t: float) -> None:
        """Move the live point, and paint no more than it and the newest of its trail, now and then all of that."""
        if not self.isVisible():
            return
        before, at, levels, mini = self._moving(), self.live_pixel(), self.levels, self._mini_live()
        self._place(t)
        if self._keep_in_sight():
            self.update()
            return
        now = self.live_pixel()
        still = at is not None and now is not None and (at - now).manhattanLength() < 0.5
        if not still or any(abs(a - b) > 0.01 for a, b in zip(levels, self.levels, strict=True)):
            self.update(before | self._moving())
            if self._mini_live() != mini:
                self.update(self.mini_box())
        trail = self.trail.settle(self.port, self.studio.song.features, self.devicePixelRatioF())
        if not trail.isEmpty():
            self.update(trail)

    def _keep_in_sight(self) -> bool:
        """Follow the live point; the small map changes its corner where it would cover it. Whether either moved."""
        if self.spot is None or self._doing:
            return False
        slid = self.follow and self.port.follow(self.spot.x, self.spot.y)
        box, at = self.mini_box(), self.port.to_pixels(self.spot.x, self.spot.y).toPoint()
        other = box.translated(0, self._mini_top(box.height(), not self._mini_low) - box.y())
        aside = box.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN).contains(at) and not other.contains(at)
        self._mini_low ^= aside
        return slid or aside

    def _place(self, t: float) -> None:
        """Put the live point where it is at *t* seconds."""
        if self.live is None:
            return
        self.spot = self.live.at(t + self.studio.live.pictures.ahead)
        heard = self.studio.live.heard
        now = None if heard is None else heard.at(t)
        self.levels = tuple(now[arc[0]] for arc in ARCS) if now else levels_at(self.studio.song.features, t)
        self.trail.add(self.spot)
        if not self._centred:
            self._centred = True
            self.port.centre(self.spot.x, self.spot.y)

    def _moving(self) -> QRect:
        """What the live point, its arcs and the newest of its trail may cover."""
        if self.spot is None:
            return QRect()
        at = self.port.to_pixels(self.spot.x, self.spot.y)
        box = QRectF(at.x() - REACH, at.y() - REACH, 2 * REACH, 2 * REACH)
        return (box | self.trail.head_box(self.port)).toAlignedRect()

    def _mini_live(self) -> QPointF | None:
        if self.spot is None:
            return None
        box = self.mini_box()
        share_x, share_y = (self.spot.x + 0.5) / self.port.cols, (self.spot.y + 0.5) / self.port.rows
        return QPointF(round(box.x() + share_x * box.width()), round(box.y() + share_y * box.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.port.set_size(self.width(), self.height())
        inside, self._corners = QPainterPath(), QPainterPath()
        inside.addRoundedRect(QRectF(self.rect()), CORNER, CORNER)
        self._corners.addRect(QRectF(self.rect()))
        self._corners -= inside
        if self.spot is not None and self.follow:
            self.port.follow(self.spot.x, self.spot.y)
        super().resizeEvent(event)

    # how it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.places is None:
            self._paint_waiting(painter)
        else:
            self._paint_map(painter, event.rect())
        self._paint_frame(painter, event.rect())

    def _paint_map(self, painter: QPainter, seen: QRect) -> None:
        """What of the map lies in *seen*."""
        self._wait.stop()
        dpr = self.devicePixelRatioF()
        if self.ground.ready:
            self.ground.draw(painter, self.port, self.chart, dpr)
            self._paint_bright(painter)
        else:
            painter.fillRect(seen, STAGE.bg0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        at = self.live_pixel()
        if at is not None:
            self.trail.settle(self.port, self.studio.song.features, dpr)  # where it is of another scale or screen
            self.arcs.draw(painter, at, self.levels)
            self.trail.draw(painter, self.port)
        self._paint_stops(painter, seen, dpr)
        if at is not None and self.spot is not None:
            draw_live(painter, at, self.spot.off, self.studio.going)
        if self.keyed is not None and self.hasFocus():
            cell = self.port.scale
            middle = self.port.to_pixels(*self.keyed)
            paint.focus_ring(painter, QRectF(middle.x() - cell / 2, middle.y() - cell / 2, cell, cell))
        if self.ground.ready:
            box = self.mini_box()
            if box.adjusted(-2, -2, 2, 2).intersects(seen):
                draw_mini(painter, box, self.ground.mini(box.width(), dpr), self.port, self._mini_live())
            self._paint_enlarged(painter, dpr)

    def _paint_bright(self, painter: QPainter) -> None:
        """The picture under the pointer at its full brightness."""
        if self.pointer is None:
            return
        x, y = self.port.to_cells(self.pointer)
        sheet, source = self.ground.cell(round(x), round(y), self.port)
        middle, cell = self.port.to_pixels(round(x), round(y)), self.port.scale
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(QRectF(middle.x() - cell / 2, middle.y() - cell / 2, cell, cell), sheet, source)

    def _paint_stops(self, painter: QPainter, seen: QRect, dpr: float) -> None:
        psi, points = self.document.show.scene.react.truncation, self.points
        self.marks.show(self.stops(), self.document.selected, psi, dpr)
        if self.marks.draw(painter, seen, self.port, lambda index: self.thumbs.of(points[index].w, psi)):
            self._more.start()

    def _enlarged_picture(self) -> tuple[QPixmap | None, str]:
        """What is under the pointer, large, and its caption."""
        assert self.pointer is not None
        stop = self.stop_at(self.pointer)
        psi = self.document.show.scene.react.truncation
        if stop is not None:
            index = self.document.selected if self.document.selected in stop.indices else stop.indices[0]
            point = self.points[index]
            return self.thumbs.of(point.w, psi), f"{map_points.name_of(point, index + 1)} · {minutes(point.t)}"
        x, y = self.port.to_cells(self.pointer)
        sheet, source = self.ground.cell(round(x), round(y), self.port)
        return sheet.copy(source.toRect()), f"{x:.1f} · {y:.1f}"

    def _paint_enlarged(self, painter: QPainter, dpr: float) -> None:
        if self.enlarged and self.pointer is not None:
            box = enlarged_box(QRectF(self.rect()), self.pointer)
            draw_enlarged(painter, box, *self._enlarged_picture(), dpr)

    def _paint_waiting(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._wait.isActive():
            self._wait.start()
        draw_waiting(painter, QRectF(self.rect()), self.document.show.scene.style.name, self._wait_turn())

    def _wait_turn(self) -> float:
        """0..1 and back, for the line that says that something is being made."""
        self._turns = (self._turns + 1) % 80
        return 1.0 - abs(self._turns - 40) / 40

    def _paint_frame(self, painter: QPainter, seen: QRect) -> None:
        """Round corners, and the ring when the keys are here."""
        ringed = self.ringed()
        if not ringed and self.rect().adjusted(CORNER, CORNER, -CORNER, -CORNER).contains(seen):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(self._corners, STAGE.bg1)
        if ringed:
            paint.focus_ring(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1))
