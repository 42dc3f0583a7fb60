"""The Points page: the places that the playing scene's path visits, in order."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.engine.show.show import Path, Point, Show
from app.ui import theme
from app.ui.document import Document
from app.ui.listing import ROW_ROLE, Index, Listing, Rows, ground, mark_focus
from app.ui.studio import Studio
from app.ui.theme import STAGE
from app.ui.thumbs import Thumbs, smooth
from app.ui.widgets import Btn, paint, rule, words

ROW, SIDE = 44, 36


@dataclass(frozen=True)
class Stop:
    """A Point as it stands in the list."""

    number: int
    point: Point
    psi: float

    @property
    def name(self) -> str:
        """What it is called; a single letter is the part of the song that it stands for."""
        if len(self.point.name) == 1 and self.point.name.isalpha():
            return f"Part {self.point.name}"
        return self.point.name or f"Point {self.number}"


def minutes(t: float) -> str:
    """Song time as people read it."""
    return f"{int(t) // 60}:{t % 60:05.2f}"


class PointsPage(QWidget):
    """Owns the list of Points (main thread). Its selection is the document's."""

    def __init__(self, document: Document, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pointsPage")
        self.document, self.studio = document, studio
        self.thumbs = Thumbs(studio, self)
        self.rows = Rows(lambda stop: stop.name, self.rename)
        self.list = Listing(self.rows, self._draw, ROW, "pointList")
        self.list.setAccessibleName("Points of the path")
        self.list.painter_of_rows.name_box = lambda r: QRect(r.x() + 56, r.y() + 10, r.width() - 130, 24)
        self._lay_out()
        self.list.selectionModel().currentChanged.connect(lambda now, _old: document.select(self.list.row_of(now)))
        self.list.doubleClicked.connect(lambda index: self.go(self.list.row_of(index)))
        self.list.opened.connect(self.go)
        self.list.removed.connect(self.remove)
        self.thumbs.changed.connect(self.list.viewport().update)
        document.watch(self.show_value, "scene.path", "scene.react")
        document.selected_changed.connect(self.list.set_current)
        studio.sessions.watch(self._session_changed, "points", "atlas")
        self.show_value(document.show)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(0)
        foot = QWidget()
        foot.setFixedHeight(39)
        row = QHBoxLayout(foot)
        row.setContentsMargins(12, 0, 1, 0)
        self.note = words("", 11, 400, STAGE.text3)
        self.keep = Btn("Keep these", look="link")
        self.keep.face = theme.font(11)
        self.keep.setObjectName("keepPoints")
        self.keep.setToolTip("Make these Points the scene's own, to move them by hand")
        self.keep.clicked.connect(self.keep_points)
        row.addWidget(self.note)
        row.addStretch(1)
        row.addWidget(self.keep)
        for part in (self.list, rule(), foot):
            column.addWidget(part, 1 if part is self.list else 0)

    def points(self) -> tuple[Point, ...]:
        """The Points that the scene's path really has."""
        own = self.document.show.scene.path.points
        session = self.studio.session
        if own or session is None:
            return own
        return session.points

    def _session_changed(self, _session: object = None) -> None:
        self.show_value(self.document.show)
        self.list.viewport().update()

    def show_value(self, show: Show) -> None:
        """Show *show*'s Points."""
        own, points = show.scene.path.points, self.points()
        self.rows.set_rows([Stop(i + 1, p, show.scene.react.truncation) for i, p in enumerate(points)])
        self.list.set_current(self.document.selected if self.document.selected < len(points) else -1)
        by = "by hand" if own else "by sections" if show.scene.react.follow_sections else "over the song"
        self.note.setText(f"{len(points)} placed {by}")
        self.keep.setVisible(not own and bool(points))

    # --- hands to document

    def _edit(self, text: str, points: tuple[Point, ...]) -> None:
        path: Path = replace(self.document.show.scene.path, points=points)
        self.document.edit_scene(text, path=path)

    def keep_points(self) -> None:
        """Make the placed Points the scene's own."""
        self._edit("Keep points", self.points())

    def rename(self, row: int, name: str) -> None:
        """Call the Point at *row* *name*; placed Points become the scene's own."""
        points = self.points()
        self._edit("Rename point", tuple(replace(p, name=name) if i == row else p for i, p in enumerate(points)))

    def remove(self, row: int) -> None:
        """Take the Point at *row* away; the last one stays."""
        points = self.points()
        if len(points) > 1 and 0 <= row < len(points):
            self._edit("Remove point", (*points[:row], *points[row + 1 :]))

    def go(self, row: int) -> None:
        """Let the song stand where the Point at *row* stands."""
        points = self.points()
        if 0 <= row < len(points):
            self.studio.seek(points[row].t)

    # --- picture

    def _draw(self, painter: QPainter, rect: QRect, index: Index, over: bool) -> None:
        stop: Stop = index.data(ROW_ROLE)
        chosen = self.list.row_of(index) == self.document.selected
        ground(painter, rect, chosen, over)
        box = QRectF(rect.x() + 12, rect.y() + 4, SIDE, SIDE)
        rounded = QPainterPath()
        rounded.addRoundedRect(box, 4, 4)
        painter.setClipPath(rounded)
        picture = self.thumbs.of(stop.point.w, stop.psi)
        painter.fillRect(box, STAGE.pad)
        if picture is not None and not picture.isNull():
            painter.drawPixmap(box.topLeft(), smooth(picture, SIDE, self.devicePixelRatioF()))
        painter.setClipping(False)
        label = stop.point.name
        edge = theme.section_tint(label) if len(label) == 1 and label.isalpha() else STAGE.border
        paint.outline(painter, box, STAGE.mark if chosen else edge, 4, 2 if chosen else 1.5)
        badge = QRectF(box.x() - 4, box.bottom() - 11, 14, 14)
        paint.dot(painter, badge.center(), 7, STAGE.bg0)
        paint.write(painter, badge, str(stop.number), theme.font(10, 700), STAGE.text_hi, paint.CENTER)
        ink = STAGE.text_hi if chosen else STAGE.text
        paint.write(painter, QRectF(rect.x() + 58, rect.y(), rect.width() - 130, ROW), stop.name, theme.font(12), ink)
        when = QRectF(rect.right() - 76, rect.y(), 64, ROW)
        paint.write(
            painter, when, minutes(stop.point.t), theme.font(12), STAGE.text if chosen else STAGE.text2, paint.RIGHT
        )
        if len(stop.point.w) > 1:
            mark = theme.pixmap("layers", STAGE.text3, 12, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(rect.right() - 92, rect.y() + 16), mark)
        mark_focus(painter, self.list, rect, index)
