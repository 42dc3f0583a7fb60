"""The map as it is drawn: ground, path, sound, Points and the point that plays, kept up to date with Show and song."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.engine.show.show import Point
from app.ui import map_points
from app.ui.document import Document
from app.ui.looking import when_seen
from app.ui.map_chips import INSET
from app.ui.map_ground import Ground
from app.ui.map_marks import (
    ARCS,
    Sprites,
    Stop,
    Trail,
    corner,
    draw_arcs,
    draw_live,
    levels_at,
    stops,
    thumb_box,
)
from app.ui.map_places import Chart, LivePoint, Places, Spot
from app.ui.map_port import Port
from app.ui.points import minutes
from app.ui.studio import Studio
from app.ui.theme import STAGE, fade, font, section_tint
from app.ui.thumbs import Thumbs, smooth
from app.ui.widgets import paint

MINI = 76
ENLARGED, CAPTION = 128, 22
MARGIN = 12
"""Pixels that the small map keeps from the live point."""
REACH = round(ARCS[0][1]) + 8
WHITE = QColor(255, 255, 255)


class MapCanvas(paint.KeyFocus, QWidget):
    """Owns what is seen of the map (main thread): the port, the cached ground, the chart of the path, the live spot."""

    def __init__(self, document: Document, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document, self.studio = document, studio
        self.port, self.ground, self.sprites, self.trail = Port(), Ground(), Sprites(), Trail()
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
        self._centred = self._second = False
        self._corners, self._turns = QPainterPath(), 0
        self._wait = QTimer(self, interval=60)
        self._wait.timeout.connect(self.update)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setMinimumSize(120, 120)
        self.thumbs.changed.connect(self.update)
        document.watch(self._points_changed, "scene.path", "scene.style")
        document.selected_changed.connect(when_seen(self._points_changed))
        studio.styles_changed.connect(self._map_changed)
        studio.session_changed.connect(when_seen(self._session_changed))
        studio.played.connect(self._played)
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

    def _played(self, t: float) -> None:
        self._second = not self._second
        if not self.isVisible() or (self.studio.playing and self._second):
            return
        before, levels, mini = self._moving(), self.levels, self._mini_live()
        at = self.live_pixel()
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
        self.spot = self.live.at(t)
        heard = self.studio.live.heard
        now = None if heard is None else heard.at(t)
        self.levels = tuple(now[arc[0]] for arc in ARCS) if now else levels_at(self.studio.song.features, t)
        self.trail.add(self.spot)
        if not self._centred:
            self._centred = True
            self.port.centre(self.spot.x, self.spot.y)

    def _moving(self) -> QRect:
        """What the live point, its arcs and its trail may cover."""
        if self.spot is None:
            return QRect()
        at = self.port.to_pixels(self.spot.x, self.spot.y)
        box = QRectF(at.x() - REACH, at.y() - REACH, 2 * REACH, 2 * REACH)
        if len(self.trail.spots) > 1:
            xs, ys = [s.x for s in self.trail.spots], [s.y for s in self.trail.spots]
            ends = QRectF(self.port.to_pixels(min(xs), min(ys)), self.port.to_pixels(max(xs), max(ys)))
            box = box | ends.adjusted(-8, -8, 8, 8)
        return box.toAlignedRect()

    def _mini_live(self) -> QPointF | None:
        if self.spot is None:
            return None
        box = self.mini_box()
        share_x, share_y = (self.spot.x + 0.5) / self.port.cols, (self.spot.y + 0.5) / self.port.rows
        return QPointF(round(box.x() + share_x * box.width()), round(box.y() + share_y * box.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.port.set_size(self.width(), self.height())
        inside, self._corners = QPainterPath(), QPainterPath()
        inside.addRoundedRect(QRectF(self.rect()), 4, 4)
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
            self._paint_map(painter)
        self._paint_frame(painter)

    def _paint_map(self, painter: QPainter) -> None:
        self._wait.stop()
        dpr = self.devicePixelRatioF()
        if self.ground.ready:
            self.ground.draw(painter, self.port, self.chart, dpr)
            self._paint_bright(painter)
        else:
            painter.fillRect(self.rect(), STAGE.bg0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        at = self.live_pixel()
        if at is not None:
            draw_arcs(painter, at, self.levels)
            self.trail.draw(painter, self.port, self.studio.song.features)
        self._paint_stops(painter, dpr)
        if at is not None and self.spot is not None:
            draw_live(painter, at, self.spot.off, self.studio.going)
        if self.keyed is not None and self.hasFocus():
            cell = self.port.scale
            middle = self.port.to_pixels(*self.keyed)
            paint.focus_ring(painter, QRectF(middle.x() - cell / 2, middle.y() - cell / 2, cell, cell))
        if self.ground.ready:
            self._paint_mini(painter, dpr)
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

    def _paint_stops(self, painter: QPainter, dpr: float) -> None:
        psi, chosen = self.document.show.scene.react.truncation, self.document.selected
        points = self.points
        for stop in sorted(self.stops(), key=lambda s: chosen in s.indices):
            shown = chosen if chosen in stop.indices else stop.indices[0]
            if thumb_box(self.port, stop).adjusted(-9, -9, 9, 9).intersects(QRectF(self.rect())):
                picture = self.thumbs.of(points[shown].w, psi)
                sprite = self.sprites.of(stop, picture, chosen in stop.indices, dpr)
                painter.drawPixmap(corner(self.port, stop).toPoint(), sprite)

    def _paint_mini(self, painter: QPainter, dpr: float) -> None:
        box = self.mini_box()
        paint.fill(painter, QRectF(box).adjusted(-1.5, -1.5, 1.5, 1.5), STAGE.bg0, 2)
        painter.drawPixmap(box.topLeft(), self.ground.mini(box.width(), dpr))
        painter.fillRect(box, fade(QColor(0, 0, 0), 0.25))
        seen = self.port.seen()
        view = QRectF(box.x() + seen.x() * box.width(), box.y() + seen.y() * box.height(),
                      seen.width() * box.width(), seen.height() * box.height())  # fmt: skip
        paint.outline(painter, view, WHITE, 0, 1.2)
        at = self._mini_live()
        if at is not None:
            paint.dot(painter, at, 2.0, WHITE)

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
        if not self.enlarged or self.pointer is None:
            return
        picture, caption = self._enlarged_picture()
        x, y = self.pointer.x() + 16, self.pointer.y() + 16
        x = x if x + ENLARGED <= self.width() - INSET else self.pointer.x() - 16 - ENLARGED
        tall = ENLARGED + CAPTION
        y = y if y + tall <= self.height() - INSET else self.pointer.y() - 16 - tall
        box = QRectF(round(max(x, INSET)), round(max(y, INSET)), ENLARGED, tall)
        paint.fill(painter, box.adjusted(-1, -1, 1, 1), STAGE.border_strong, 5)
        paint.fill(painter, box, STAGE.bg0, 4)
        if picture is not None and not picture.isNull():
            clip = QPainterPath()
            clip.addRoundedRect(QRectF(box.x(), box.y(), ENLARGED, ENLARGED + 8), 4, 4)
            painter.setClipPath(clip)
            painter.drawPixmap(box.topLeft(), smooth(picture, ENLARGED, dpr))
            painter.setClipping(False)
        foot = QRectF(box.x(), box.bottom() - CAPTION, ENLARGED, CAPTION)
        painter.fillRect(foot.adjusted(0, 0, 0, -4), STAGE.bg0)
        paint.write(painter, foot.adjusted(8, 0, -4, 0), caption, font(11), STAGE.text)

    def _paint_waiting(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), STAGE.bg0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        style = self.studio.document.show.scene.style.name
        middle = QRectF(self.rect()).center()
        line = QRectF(12, middle.y() - 22, self.width() - 24, 20)
        paint.write(painter, line, f"Preparing the map of {style}", font(13), STAGE.text2, paint.CENTER)
        track = QRectF(middle.x() - 60, middle.y() + 8, 120, 4)
        paint.fill(painter, track, STAGE.bg3, 2)
        if not self._wait.isActive():
            self._wait.start()
        now = self._wait_turn()
        paint.fill(painter, QRectF(track.x() + now * 80, track.y(), 40, 4), STAGE.accent, 2)

    def _wait_turn(self) -> float:
        """0..1 and back, for the line that says that something is being made."""
        self._turns = (self._turns + 1) % 80
        return 1.0 - abs(self._turns - 40) / 40

    def _paint_frame(self, painter: QPainter) -> None:
        """Round corners, and the ring when the keys are here."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(self._corners, STAGE.bg1)
        if self.ringed():
            paint.focus_ring(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1))
