"""How the films are getting on: a card for each, and the bar that orders them."""

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, QUrl, Signal
from PySide6.QtGui import QColor, QDesktopServices, QFontMetricsF, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.ui.export_form import ExportForm
from app.ui.export_presets import clock, film_frames
from app.ui.export_queue import OPEN, ExportQueue, FilmJob
from app.ui.output_window import fitted
from app.ui.theme import STAGE, font, pixmap
from app.ui.widgets import Btn, grounded, paint, words

if TYPE_CHECKING:
    from app.ui.document import Document
    from app.ui.studio import Studio

CARD, THUMB, TEXT = 96, 72, 96
_RUNNING = QColor("#191E25")
_DISK_SECONDS = 2.0
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
        self.setToolTip(job.message or str(job.path))
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
        painter.fillRect(self.rect(), _RUNNING if job.state == "running" else STAGE.bg1)
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


class QueueList(QScrollArea):
    """Owns the cards (main thread), what is made and waits above what has ended."""

    def __init__(self, queue: ExportQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exportQueue")
        self.setAccessibleName(self.tr("Queue"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._queue = queue
        self.cards: dict[int, FilmCard] = {}
        self._inside = grounded(QWidget(), STAGE.bg1)
        self._stack = QVBoxLayout(self._inside)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.setSpacing(0)
        self._empty = words(self.tr("Films you export stand here"), color=STAGE.text3)
        self._empty.setContentsMargins(12, 16, 12, 0)
        self._stack.addWidget(self._empty)
        self._stack.addStretch(1)
        self.setWidget(self._inside)
        self.count = words("", color=STAGE.text2)
        queue.changed.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        """A card for each job."""
        jobs = self._queue.in_order()
        for gone in self.cards.keys() - {job.number for job in jobs}:
            card = self.cards.pop(gone)
            self._stack.removeWidget(card)
            card.hide()
            card.deleteLater()
        waiting = [job.number for job in self._queue.waiting]
        for i, job in enumerate(jobs):
            if job.number not in self.cards:
                self.cards[job.number] = FilmCard(job, self._queue)
            card = self.cards[job.number]
            if self._stack.indexOf(card) != i + 1:
                self._stack.insertWidget(i + 1, card)
            place = "" if job.number not in waiting else "next" if job.number == waiting[0] else "waiting"
            self.cards[job.number].show_job(job, place)
        self._empty.setVisible(not jobs)
        running = self.tr("1 running") if self._queue.running is not None else ""
        rest = self.tr("{} waiting").format(len(waiting)) if waiting else ""
        self.count.setText(" · ".join(filter(None, (running, rest))))


class OrderButton(Btn):
    """The one bright button: its word, and the key that presses it (main thread)."""

    def __init__(self, key: str) -> None:
        super().__init__("", look="primary")
        self._key = key
        self.tall = 36
        self.face = font(13, 600)

    def sizeHint(self) -> QSize:
        key = QFontMetricsF(font(11)).horizontalAdvance(self._key)
        return QSize(round(QFontMetricsF(self.face).horizontalAdvance(self.text()) + key) + 39, self.tall)

    minimumSizeHint = sizeHint

    def _contents(self, painter: QPainter, ink: QColor) -> None:
        box = QRectF(self.rect()).adjusted(16, 0, -16, 0)
        paint.write(painter, box, self.text(), self.face, ink)
        paint.write(painter, box, self._key, font(11), ink, paint.RIGHT)


class ActionBar(QWidget):
    """Says what the film will take and orders it; while one is made, how far it is (main thread)."""

    ordered = Signal()

    def __init__(self, document: "Document", studio: "Studio", form: ExportForm, queue: ExportQueue) -> None:
        super().__init__()
        self.setObjectName("exportBar")
        self.setFixedHeight(60)
        self._document, self._studio, self._form, self._queue = document, studio, form, queue
        self._free: tuple[float, int | None] = (0.0, None)
        self.cancel = Btn(self.tr("Cancel"))
        self.cancel.tall = 36
        self.cancel.setObjectName("cancelExport")
        self.cancel.setToolTip(self.tr("Stop; nothing is kept of this film"))
        self.order = OrderButton(self.tr("Ctrl+Enter"))
        self.order.setObjectName("exportNow")
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 1, 20, 0)
        row.setSpacing(16)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.order)
        self.order.clicked.connect(self.ordered)
        self.cancel.clicked.connect(self._cancel)
        document.changed.connect(self.follow)
        for signal in (studio.song_changed, studio.engine_changed, queue.changed, form.folder_changed):
            signal.connect(self.follow)
        self.follow()

    def _cancel(self) -> None:
        if self._queue.running is not None:
            self._queue.cancel(self._queue.running.number)

    def follow(self, _show: object = None) -> None:
        """Show the film's length, or how far the running one is."""
        running = self._queue.running is not None
        self.cancel.setVisible(running)
        word = self.tr("Add to queue") if running else self.tr("Export now")
        if word != self.order.text():
            self.order.setText(word)
            self.order.setAccessibleName(word)
            self.order.updateGeometry()
        able = self.able()
        self.order.setEnabled(able)
        self.order.setToolTip("" if able else self.tr("Needs a song and a picture"))
        self.update()

    def able(self) -> bool:
        """Whether there is anything to make a film of."""
        return self._studio.session is not None and film_frames(self._document.show.film, self._studio.duration) > 0

    def blocks(self) -> list[tuple[str, str]]:
        """Pairs of lines from left to right."""
        film = self._document.show.film
        frames = film_frames(film, self._studio.duration)
        length = f"{frames / film.fps:.1f} s" if frames < 60 * film.fps else clock(frames / film.fps)
        ms = self._studio.engine.frame_ms
        takes = self.tr("takes about {}").format(_about(frames * ms / 1000)) if ms and frames else ""
        found = [(f"{length} · {frames:,} frames", takes)]
        free = self._free_now()
        if free is not None:
            found.append((f"{free / 1e9:.0f} GB free", self.tr("on {}").format(self._form.folder.name)))
        job = self._queue.running
        if job is not None:
            done, rate = progress_words(job)
            found = [(f"{job.share * 100:.0f} % · {done}", rate), *found[1:]]
        return found

    def _free_now(self) -> int | None:
        """Asked of the disk every two seconds at most."""
        now = time.monotonic()
        if now - self._free[0] > _DISK_SECONDS:
            self._free = (now, self._form.free_bytes())
        return self._free[1]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), STAGE.bg1)
        painter.fillRect(0, 0, self.width(), 1, STAGE.line)
        if (job := self._queue.running) is not None:
            painter.fillRect(QRectF(0, 0, self.width() * job.share, 2), STAGE.accent)
        limit = (self.cancel.x() if self.cancel.isVisible() else self.order.x()) - 12
        x, large, small = 20.0, font(13, 600), font(11)
        for i, (head, below) in enumerate(self.blocks()):
            wide = max(QFontMetricsF(large).horizontalAdvance(head), QFontMetricsF(small).horizontalAdvance(below)) + 2
            if x + wide > limit and i:
                break
            face = large if not i else font(13)
            box = QRectF(x, 13, min(wide, limit - x), 20)
            paint.write(painter, box, head, face, STAGE.text_hi if not i else STAGE.text)
            paint.write(painter, box.translated(0, 17), below, small, STAGE.text3)
            x += wide + 24
        painter.end()


def _about(seconds: float) -> str:
    """A length one can plan with: ``10 s``, ``4 min``, ``1 h 20 min``."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
