"""The Export workspace: presets, the picture in the film's shape, the form, and this session's films."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.engine.errors import ShowError
from app.engine.render.film import film_size
from app.ui.document import Document
from app.ui.export_form import ExportForm
from app.ui.export_frame import ExportFrame
from app.ui.export_presets import (
    FILM_PRESETS,
    FilmPreset,
    clock,
    film_frames,
    film_range,
    preset_of,
    range_kind,
)
from app.ui.export_progress import ActionBar, QueueList
from app.ui.export_queue import OPEN, ExportQueue, FilmJob
from app.ui.picture_shape import picture_size
from app.ui.side import SideColumn
from app.ui.stage import StagePicture
from app.ui.theme import STAGE, font
from app.ui.widgets import Btn, grounded, paint, words

if TYPE_CHECKING:
    from app.engine.render.session import Session
    from app.ui.studio import Studio


class PresetRow(Btn):
    """One preset: its shape, its name, what it is (main thread)."""

    def __init__(self, preset: FilmPreset) -> None:
        super().__init__(preset.name, look="flat")
        self.preset, self.own = preset, (1, 1)
        self.setCheckable(True)
        self.setAutoExclusive(False)
        self.setFixedHeight(32)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(180, 32)

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, on = QPainter(self), self.isChecked()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if on:
            painter.fillRect(self.rect(), STAGE.sel)
            painter.fillRect(0, 0, 2, self.height(), STAGE.accent)
        elif self.underMouse():
            painter.fillRect(self.rect(), STAGE.bg2)
        self._paint_shape(painter, STAGE.accent if on else STAGE.text3)
        box = QRectF(44, 0, self.width() - 56, self.height())
        paint.write(painter, box, self.text(), font(13, 600 if on else 400), STAGE.text_hi if on else STAGE.text)
        hint = STAGE.text if on else STAGE.text3
        paint.write(painter, box, self.preset.hint, font(12), hint, paint.RIGHT)
        if self.ringed():
            paint.focus_ring(painter, self.rect().adjusted(2, 1, -2, -1))
        painter.end()

    def _paint_shape(self, painter: QPainter, colour: QColor) -> None:
        wide, high = (self.preset.width, self.preset.height) if self.preset.width else self.own
        size = (10, 18) if high > wide else (18, 10) if wide > high else (14, 14)
        box = QRectF(0, 0, *size)
        box.moveCenter(QPointF(23, self.height() / 2))
        paint.outline(painter, box, colour, 2, 1.75)


class PresetList(QWidget):
    """The film presets in their groups; the one that the film is stands out (main thread)."""

    def __init__(self, document: Document, studio: "Studio") -> None:
        super().__init__()
        self.setObjectName("presetList")
        self.setAccessibleName(self.tr("Film presets"))
        self._document, self._studio = document, studio
        self.rows: list[PresetRow] = []
        stack = QVBoxLayout(self)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        group = ""
        for preset in FILM_PRESETS:
            if preset.group != group:
                group = preset.group
                head = words(group, color=STAGE.text3)
                head.setContentsMargins(12, 4, 0, 0)
                head.setFixedHeight(28)
                stack.addWidget(head)
            row = PresetRow(preset)
            row.clicked.connect(lambda _checked=False, preset=preset: self._choose(preset))
            self.rows.append(row)
            stack.addWidget(row)
        stack.addStretch(1)
        document.watch(self.follow, "film", "scene.style")
        studio.styles_changed.connect(self.follow)
        self.follow()

    def follow(self, _show: object = None) -> None:
        """Show which preset the film is, and the shape of the Style's own pictures."""
        chosen, own = preset_of(self._document.show.film), picture_size(self._studio)
        for row in self.rows:
            row.setChecked(row.preset is chosen)
            if row.own != own:
                row.own = own
                row.update()

    def _choose(self, preset: FilmPreset) -> None:
        show = self._document.show
        self._document.edit(f"Film preset {preset.name}", replace(show, film=preset.on(show.film)))
        self.follow()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), STAGE.bg1)
        painter.end()


class ExportView(QWidget):
    """Owns the queue of films and the three columns around it (main thread)."""

    def __init__(
        self,
        document: Document,
        studio: "Studio",
        picture: StagePicture | None = None,
        actions: Mapping[str, QAction] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("exportView")
        self.setAccessibleName(self.tr("Export"))
        self._document, self._studio = document, studio
        self._picture = picture or StagePicture(studio, self)
        self.queue = ExportQueue(studio, self)
        self.presets = PresetList(document, studio)
        self.films = QueueList(self.queue)
        self.form = ExportForm(document, studio, self)
        self.frame = ExportFrame(document, studio, self._picture, self.queue, self)
        self.bar = ActionBar(document, studio, self.form, self.queue)
        self._lay_out()
        self.bar.ordered.connect(self._ordered)
        self._open = (actions or {}).get("export")
        studio.replaying.wanted.connect(self._film_wanted)

    def _lay_out(self) -> None:
        self.left, self.right = SideColumn(self), SideColumn(self)
        self.left.add(self.tr("Presets"), self.presets)
        self.right.add(self.tr("Queue"), self.films, extra=self.films.count)
        middle = grounded(QWidget(self), STAGE.bg0)
        stack = QVBoxLayout(middle)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addWidget(self.frame, 1)
        stack.addSpacing(1)
        stack.addWidget(self.form)
        stack.addWidget(self.bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        row.addWidget(self.left)
        row.addWidget(middle, 1)
        row.addWidget(self.right)
        grounded(self, STAGE.gutter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = self.width()
        left, right = (300, 520) if wide >= 1680 else (264, 420) if wide >= 1360 else (200, 280)
        self.left.setFixedWidth(left)
        self.right.setFixedWidth(right)

    def export_now(self) -> None:
        """Make the film of the Show as it is now; while another is being made, after that one.

        Of every scene that is ticked one. Raises ShowError where a Style that is called for is not there yet.
        """
        if not self.bar.able():
            self._studio.told.emit("info", self.tr("Nothing to export yet"), self.bar.why_not())
            return
        rows = self.form.scenes.rows
        if rows:
            self._order_alone(rows)
        else:
            self.export_playing()

    def export_playing(self) -> None:
        """Make the film of what plays, whatever scenes are ticked."""
        self.queue.add(replace(self._job(), playback=self._studio.replaying.called()))
        self.form.follow()

    def _film_wanted(self, row: int) -> None:
        """The film of the Scene at *row*, ready to be ordered."""
        self.form.scenes.pick((row,))
        if self._open is not None:
            self._open.trigger()

    def _ordered(self) -> None:
        try:
            self.export_now()
        except ShowError as error:
            self._studio.told.emit("error", self.tr("No film was ordered"), str(error))

    def _order_alone(self, rows: tuple[int, ...]) -> None:
        """A film of each Scene at *rows*, as the Show is at this moment; all of them or none."""
        studio, whole = self._studio, self._job()
        takes = [studio.replaying.alone(row) for row in rows]
        drafts: list[FilmJob] = []
        for row in rows:
            path = self.form.path(self._taken() | {draft.path for draft in drafts}, row)
            title = f"{self._document.show.scenes[row].name}, {whole.title}"
            drafts.append(replace(whole, title=title, path=path, image=None))

        def add(sessions: "list[Session]") -> None:
            for draft, session in zip(drafts, sessions, strict=True):
                self.queue.add(replace(draft, session=session), ordered_now=False)
            self.form.follow()

        studio.run(lambda: [take.at(0.0)[1] for take in takes], add, self.tr("No film was ordered"))

    def _job(self) -> FilmJob:
        film, studio = self._document.show.film, self._studio
        start, end = film_range(film, studio.duration)
        wide, high = film_size(film, picture_size(studio))
        preset = preset_of(film)
        kind = preset.name if preset is not None else f"{wide} × {high} · {film.fps} fps"
        return FilmJob(
            number=0, title=f"{studio.song.name}, {self._range_words()}", kind=kind, path=self._free_path(), film=film,
            frames=film_frames(film, studio.duration), seconds=end - start, session=studio.program,
            track=studio.song.track, image=self._picture.image,
        )  # fmt: skip

    def _free_path(self) -> Path:
        return self.form.path(self._taken())

    def _taken(self) -> frozenset[Path]:
        return frozenset(job.path for job in self.queue.jobs if job.state in OPEN)

    def _range_words(self) -> str:
        show = self._document.show
        kind = range_kind(show.film, show.loop, self.form.sections())
        if isinstance(kind, int):
            part = self.form.sections()[kind]
            return self.tr("section {}").format(part.name or part.label)
        start, end = film_range(show.film, self._studio.duration)
        own = f"{clock(start)} – {clock(end)}"
        return {"song": self.tr("whole song"), "loop": self.tr("loop")}.get(kind, own)
