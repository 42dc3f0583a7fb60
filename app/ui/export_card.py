"""One film of the queue as a card: its last picture, its state in words and colour, what can be done."""

import time

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QFontMetricsF, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.ui.export_presets import clock
from app.ui.export_queue import OPEN, ExportQueue, FilmJob
from app.ui.picture_shape import fitted
from app.ui.theme import STAGE, font, pixmap
from app.ui.widgets import Btn, paint, plain

CARD, THUMB, TEXT = 96, 72, 96
_THUMB_SECONDS = 1.0


def progress_words(job: FilmJob) -> tuple[str, str]:
    """``8,108 of 19,305 frames`` and ``38 fps · 4:55 left``; what is not known yet is not said."""
    rate = f"{job.fps:.0f} fps" if job.fps >= 1 else f"{job.fps:.1f} fps" if job.fps else ""
    left = f"{clock(job.eta)} left" if job.eta is not None else ""
    return f"{job.done:,} of {job.frames:,} frames", " · ".join(filter(None, (rate, left)))


class FilmCard(QWidget):
    """One film of the queue (main thread): its last picture, its state in words and colour, what can be done."""

    def __init__(self, job: FilmJob, queue: ExportQueue) -> None:
        super().__init__()
        self.setObjectName(f"film{job.number}")
        self.setFixedHeight(CARD)
        self.job, self._queue = job, queue
        self.place_in_line = ""
        self._thumb = QPixmap()
        self._thumb_at = 0.0
        self.close_button = Btn(icon="x", look="flat", parent=self)
        self.folder_button = Btn(self.tr("Show in folder"), "folder-open", parent=self)
        self.again_button = Btn(self.tr("Retry"), parent=self)
        self.folder_button.tall = self.again_button.tall = 24
        self.close_button.clicked.connect(self._close)
        self.folder_button.clicked.connect(self.show_folder)
        self.again_button.clicked.connect(lambda: queue.retry(self.job.number))
        self.show_job(job, "")

    def show_job(self, job: FilmJob, place_in_line: str) -> None:
        """Show *job*, which stands at *place_in_line* while it waits."""
        self.job, self.place_in_line = job, place_in_line
        self.folder_button.setVisible(job.state == "done")
        self.again_button.setVisible(job.state in ("failed", "cancelled"))
        name = self.tr("Cancel") if job.state in OPEN else self.tr("Take off the list")
        self.close_button.setToolTip(name)
        self.close_button.setAccessibleName(name)
        self.setAccessibleName(f"{job.title}, {job.kind}, {job.state}")
        self.setToolTip(plain(job.message or str(job.path)))
        self._follow_image()
        self._place()
        self.update()

    def _follow_image(self) -> None:
        """The newest picture, small; once a second, and the last one."""
        now = time.monotonic()
        if self.job.image is None or (now - self._thumb_at < _THUMB_SECONDS and self.job.state == "running"):
            return
        side = round(THUMB * self.devicePixelRatioF())
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        self._thumb, self._thumb_at = QPixmap.fromImage(self.job.image.scaled(side, side, keep, smooth)), now

    def show_folder(self) -> None:
        """Open the folder the film is in."""
        folder = self.job.path if self.job.path.is_dir() else self.job.path.parent
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _close(self) -> None:
        if self.job.state in OPEN:
            self._queue.cancel(self.job.number)
        else:
            self._queue.remove(self.job.number)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def _place(self) -> None:
        right = self.width() - 12
        self.close_button.setGeometry(right - 20, 8, 28, 28)
        for button in (self.folder_button, self.again_button):
            wide = button.sizeHint().width()
            button.setGeometry(right - wide, 59, wide, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, job = QPainter(self), self.job
        painter.fillRect(self.rect(), STAGE.running if job.state == "running" else STAGE.bg1)
        painter.fillRect(0, CARD - 1, self.width(), 1, STAGE.line)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if job.state == "failed":
            painter.fillRect(0, 0, 3, CARD - 1, STAGE.live)
        box = QRectF(12, 12, THUMB, THUMB)
        paint.fill(painter, box, STAGE.bg0, 4)
        if not self._thumb.isNull():
            side = QSizeF(self._thumb.size()) / self.devicePixelRatioF()
            painter.drawPixmap(fitted(side, box), self._thumb, QRectF(self._thumb.rect()))
        self._paint_text(painter, QRectF(TEXT, 11, self.width() - TEXT - 12, 20))
        painter.end()

    def _state(self) -> tuple[str, str, QColor]:
        """The word at the right, its icon and its colour."""
        if self.job.state == "done":
            return self.tr("Done {}").format(self.job.ended), "check", STAGE.ok
        if self.job.state == "failed":
            return self.tr("Failed"), "triangle-alert", STAGE.live
        if self.job.state == "cancelled":
            return self.tr("Cancelled"), "", STAGE.text3
        return self.place_in_line, "", STAGE.text3

    def _paint_text(self, painter: QPainter, line: QRectF) -> None:
        job, third = self.job, line.translated(0, 43)
        taken = self._paint_word(painter, line.adjusted(0, 0, -28, 0))
        paint.write(painter, line.adjusted(0, 0, -taken - 36, 0), job.title, font(13, 600), STAGE.text_hi)
        paint.write(painter, line.translated(0, 20), job.kind, font(12), STAGE.text2)
        if job.state == "running":
            self._paint_running(painter, third)
        elif job.state == "waiting":
            about = f"{job.seconds:.1f} s · {job.frames:,} frames"
            paint.write(painter, third, about, font(11), STAGE.text3)
            self._paint_bar(painter, 0.0)
        else:
            done = job.state == "done"
            third.setRight((self.folder_button if done else self.again_button).x() - 8)
            words, ink = (self._size(), STAGE.text3) if done else (job.message, STAGE.text2)
            paint.write(painter, third, words, font(12), ink)

    def _paint_word(self, painter: QPainter, line: QRectF) -> float:
        """How the film stands; answers how much room that took."""
        word, icon, colour = self._state()
        face = font(12, 600 if self.job.state != "waiting" else 400)
        paint.write(painter, line, word, face, colour, paint.RIGHT)
        taken = QFontMetricsF(face).horizontalAdvance(word)
        if icon:
            taken += 20
            at = QPointF(line.right() - taken, line.center().y() - 7)
            painter.drawPixmap(at, pixmap(icon, colour, 14, self.devicePixelRatioF()))
        return taken

    def _paint_running(self, painter: QPainter, line: QRectF) -> None:
        job, large = self.job, font(13, 600)
        percent = f"{job.share * 100:.0f} %"
        frames, rate = progress_words(job)
        paint.write(painter, line, percent, large, STAGE.text_hi)
        beside = line.adjusted(QFontMetricsF(large).horizontalAdvance(percent) + 10, 0, 0, 0)
        paint.write(painter, beside, rate, font(12), STAGE.text, paint.RIGHT)
        room = beside.adjusted(0, 0, -QFontMetricsF(font(12)).horizontalAdvance(rate) - 8, 0)
        paint.write(painter, room, frames, font(12), STAGE.text2)
        self._paint_bar(painter, job.share)

    def _paint_bar(self, painter: QPainter, share: float) -> None:
        track = QRectF(TEXT, 80, self.width() - TEXT - 12, 4)
        paint.fill(painter, track, STAGE.bg3, 2)
        if share > 0:
            paint.fill(painter, QRectF(track.left(), track.top(), max(track.width() * share, 4), 4), STAGE.accent, 2)

    def _size(self) -> str:
        length = clock(self.job.seconds)
        try:
            size = self.job.path.stat().st_size
        except OSError:
            return length
        frames = f"{self.job.frames:,} pictures · {length}"
        return frames if self.job.path.is_dir() else f"{max(size / 1e6, 0.1):.1f} MB · {length}"
