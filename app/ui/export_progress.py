"""How the films are getting on: the list of their cards, and the bar that orders them."""

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.ui.export_card import FilmCard, progress_words
from app.ui.export_form import ExportForm
from app.ui.export_presets import clock, film_frames
from app.ui.export_queue import ExportQueue
from app.ui.theme import STAGE, font
from app.ui.widgets import Btn, grounded, paint, words

if TYPE_CHECKING:
    from app.ui.document import Document
    from app.ui.studio import Studio

_DISK_SECONDS = 2.0


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
                card.show()
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
        document.watch(self.follow, "film")
        changes = (studio.song_changed, studio.engine_changed, queue.changed, form.folder_changed, form.scenes.chosen)
        for signal in changes:
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
        self.order.setToolTip("" if able else self.why_not())
        self.update()

    def able(self) -> bool:
        """Whether there is anything to make a film of."""
        return self._studio.session is not None and film_frames(self._document.show.film, self._studio.duration) > 0

    def why_not(self) -> str:
        """What is missing for a film."""
        if self._studio.song.live:
            return self.tr("What is heard live cannot be exported: choose the song as the source first")
        return self.tr("Needs a song and a picture")

    def blocks(self) -> list[tuple[str, str]]:
        """Pairs of lines from left to right."""
        if self._studio.song.live and self._queue.running is None:
            return [(self.tr("Not while live"), self.tr("Choose the song as the source first"))]
        film = self._document.show.film
        frames = film_frames(film, self._studio.duration)
        length = f"{frames / film.fps:.1f} s" if frames < 60 * film.fps else clock(frames / film.fps)
        ms, films = self._studio.engine.frame_ms, len(self._form.scenes.rows)
        whole = frames * max(films, 1) * ms / 1000
        takes = self.tr("takes about {}").format(_about(whole)) if ms and frames else ""
        each = f"{films} × " if films > 1 else ""
        found = [(f"{each}{length} · {frames:,} frames", takes)]
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
