"""The picture in the shape of the film: what is kept, what falls outside, and the frame being made."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.engine.render.film import film_size
from app.engine.show.show import Film
from app.ui.document import Document
from app.ui.export_presets import preset_of
from app.ui.export_queue import ExportQueue
from app.ui.picture_shape import draw, fitted, picture_size, placed, same_shape
from app.ui.readouts import clock_time
from app.ui.stage import StagePicture
from app.ui.theme import STAGE, fade, font, pixmap
from app.ui.widgets import paint

if TYPE_CHECKING:
    from app.ui.studio import Studio

MARGIN, SIDE = 8, 20
_WORDS = 90
"""Room that the words beside the frame need at least."""
OUTSIDE = 0.35
_SAFE = (0.047, 0.087, 0.169, 0.173)
"""Left, top, right and bottom share of an upright film that phones cover with their own words."""
_FITS = {"crop": "Centre crop", "fit": "Whole picture", "mirror": "Mirrored edges", "stretch": "Stretched"}


def shapes(room: QRectF, image: QSizeF, film: QSizeF, fit: str) -> tuple[QRectF, QRectF]:
    """Where the picture and the film's frame stand in *room*, so that both are as large as they go."""
    if fit == "crop":
        picture = fitted(image, room)
        return picture, fitted(film, picture)
    frame = fitted(film, room)
    return placed(image, frame, fit), frame


class ExportFrame(QWidget):
    """Paints the newest picture with the crop frame, or the frame being made (main thread)."""

    def __init__(
        self, document: Document, studio: "Studio", picture: StagePicture, queue: ExportQueue, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("exportFrame")
        self.setAccessibleName(self.tr("What the film shows"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(96)
        self._document, self._studio, self._picture, self._queue = document, studio, picture, queue
        picture.changed.connect(self._repaint)
        document.watch(self._repaint, "film", "scene.style", "scene.name")
        queue.changed.connect(self._repaint)

    def _repaint(self, _show: object = None) -> None:
        if self.isVisible():
            self.update()

    @property
    def making(self) -> QImage | None:
        """The newest frame of the film that is being made."""
        job = self._queue.running
        return job.image if job is not None and job.done else None

    def film_size(self) -> QSizeF:
        """The film's size in pixels."""
        return QSizeF(*film_size(self._document.show.film, picture_size(self._studio)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), STAGE.bg0)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        room = QRectF(self.rect()).adjusted(SIDE, MARGIN, -SIDE, -MARGIN)
        made, film = self.making, self._document.show.film
        if made is not None:
            frame = fitted(QSizeF(made.size()), room)
            painter.drawImage(frame, made)
        else:
            frame = self._paint_shape(painter, room, film)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_corners(painter, frame)
        self._paint_words(painter, film, frame)
        painter.end()

    def _paint_shape(self, painter: QPainter, room: QRectF, film: Film) -> QRectF:
        image = self._picture.image
        size = QSizeF(1, 1) if image is None else QSizeF(image.size())
        picture, frame = shapes(room, size, self.film_size(), film.fit)
        painter.fillRect(frame, Qt.GlobalColor.black)
        if image is not None:
            painter.setOpacity(OUTSIDE)
            painter.drawImage(picture, image)
            painter.setOpacity(1.0)
            _shade(painter, picture, frame)
            draw(painter, image, frame, film.fit)
        return frame

    def _paint_words(self, painter: QPainter, film: Film, frame: QRectF) -> None:
        left, right = QRectF(SIDE, 16, frame.left() - SIDE - 8, 24), QRectF(frame.right() + 8, 16, 0, 18)
        right.setRight(self.width() - SIDE)
        if left.width() < _WORDS:
            return
        job, preset = self._queue.running if self.making is not None else None, preset_of(film)
        shown = film if job is None else job.film
        size = self.film_size() if job is None or job.image is None else QSizeF(job.image.size())
        name = job.kind if job is not None else preset.name if preset else self.tr("Film")
        paint.write(painter, left, name, font(16, 600), STAGE.text_hi)
        sound = self.tr(" · AAC") if shown.audio else ""
        coding = self.tr("PNG, one file a frame") if shown.format == "png" else self.tr("H.264") + sound
        lines = (f"{size.width():.0f} × {size.height():.0f} · {shown.fps} fps", coding)
        for i, line in enumerate(lines):
            paint.write(painter, left.translated(0, 22 + 18 * i), line, font(12), STAGE.text2)
        if job is not None:
            facts = (self.tr("Being made"), clock_time(shown.start + job.done / shown.fps))
        else:
            facts = (self._document.show.scene.name, clock_time(self._studio.now()))
        for i, fact in enumerate(facts):
            paint.write(
                painter, right.translated(0, 18 * i), fact, font(12), STAGE.text2 if not i else STAGE.text3, paint.RIGHT
            )
        if job is None:
            self._paint_fit(painter, film, frame)

    def _paint_fit(self, painter: QPainter, film: Film, frame: QRectF) -> None:
        base = self.height() - 32
        if frame.height() > 1.6 * frame.width():
            safe = _inside(frame)
            pen = QPen(STAGE.text2, 1, Qt.PenStyle.CustomDashLine)
            pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(safe)
            painter.drawLine(QPointF(SIDE, base + 9.5), QPointF(SIDE + 16, base + 9.5))
            paint.write(painter, QRectF(SIDE + 24, base, 90, 18), self.tr("Safe area"), font(12), STAGE.text3)
        own = picture_size(self._studio)
        if same_shape(film_size(film, own), own):
            return
        words = self.tr(_FITS[film.fit])
        painter.setFont(font(12))
        wide = painter.fontMetrics().horizontalAdvance(words)
        end = self.width() - SIDE
        painter.drawPixmap(
            QPointF(end - wide - 24, base + 1), pixmap("scan", STAGE.text2, 16, self.devicePixelRatioF())
        )
        paint.write(painter, QRectF(end - wide - 2, base, wide + 2, 18), words, font(12), STAGE.text2)


def _shade(painter: QPainter, picture: QRectF, frame: QRectF) -> None:
    """Dark above and below, where a wide picture lies under the words beside the frame."""
    if picture.left() > SIDE + _WORDS:
        return
    ground = QLinearGradient(picture.topLeft(), picture.bottomLeft())
    for at, dark in ((0.0, 0.85), (0.25, 0.0), (0.8, 0.0), (1.0, 0.85)):
        ground.setColorAt(at, fade(STAGE.bg0, dark))
    left, right = QRectF(picture), QRectF(picture)
    left.setRight(frame.left())
    right.setLeft(frame.right())
    for side in (left, right):
        painter.fillRect(side, ground)


def _inside(frame: QRectF) -> QRectF:
    left, top, right, bottom = _SAFE
    wide, high = frame.width(), frame.height()
    box = frame.adjusted(left * wide, top * high, -right * wide, -bottom * high).toRect()
    return QRectF(box).translated(0.5, 0.5)


def _paint_corners(painter: QPainter, frame: QRectF) -> None:
    """A thin white frame with heavy corners."""
    paint.outline(painter, frame, STAGE.text_hi, 0, 1.5)
    painter.setPen(QPen(STAGE.text_hi, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin))
    box, arm = frame.adjusted(1.5, 1.5, -1.5, -1.5), min(14.0, frame.width() / 4, frame.height() / 4)
    for x, dx in ((box.left(), arm), (box.right(), -arm)):
        for y, dy in ((box.top(), arm), (box.bottom(), -arm)):
            painter.drawPolyline([QPointF(x + dx, y), QPointF(x, y), QPointF(x, y + dy)])
