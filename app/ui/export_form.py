"""What the film is to be: its range, size, rate, sound, form and name, each a field of the Show."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QMenu, QWidget

from app.engine import paths
from app.engine.render.film import film_size
from app.engine.show.show import Section
from app.ui.document import Document
from app.ui.export_fields import ROW, Choice, SizeField, section_mark
from app.ui.export_presets import FITS, FRAME_RATES, clock, file_words, film_name, range_kind, suffix
from app.ui.picture_shape import in_short, picture_size, same_shape
from app.ui.scene_films import ScenesField, scene_names
from app.ui.theme import STAGE, font
from app.ui.widgets import Btn, Picker, label_of, plain, words

if TYPE_CHECKING:
    from app.ui.studio import Studio

SIDE, LABEL, GAP = 20, 84, 8
_SECOND = 352
_NARROW = 660


class ExportForm(QWidget):
    """Owns the fields between picture and action bar (main thread); each edits ``show.film`` through the Document."""

    folder_changed = Signal()

    def __init__(self, document: Document, studio: "Studio", parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("exportForm")
        self._document, self._studio = document, studio
        self.folder = paths.films()
        self._typed = ""
        self._make()
        self._wire()
        self._lay_out()
        self.follow()

    def _make(self) -> None:
        tr = self.tr
        self.format = Choice(tr("Format"), ((tr("H.264 film"), "mp4"), (tr("PNG sequence"), "png")))
        self.width_field, self.height_field = SizeField(tr("Width")), SizeField(tr("Height"))
        self.times = words("×")
        self.fit = Picker()
        self.fit.setToolTip(tr("How the picture meets another shape"))
        self.rate = Choice(tr("Frame rate"), tuple((str(fps), fps) for fps in FRAME_RATES))
        self.range = Choice(tr("Range"), ((tr("Song"), "song"),))
        self.section = Picker()
        self.section.setToolTip(tr("Which part of the song"))
        self.audio = Choice(tr("Sound"), ((tr("Song"), True), (tr("None"), False)))
        self.scenes = ScenesField(self._document)
        self.note = words("", color=STAGE.text3)
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.name = QLineEdit()
        self.name.setFont(font(12, mono=True))
        self.name.setAccessibleName(tr("File name"))
        self.folder_button = Btn("", "folder-open")
        self.labels: dict[str, QLabel] = {
            key: label_of(text, field)
            for key, text, field in (
                ("format", tr("For&mat"), self.format), ("size", tr("Si&ze"), self.width_field),
                ("rate", tr("F&rame rate"), self.rate), ("name", tr("File &name"), self.name),
                ("range", tr("Ran&ge"), self.range), ("audio", tr("Soun&d"), self.audio),
                ("scenes", tr("M&ade of"), self.scenes),
            )
        }  # fmt: skip
        fields = (self.format, self.width_field, self.times, self.height_field, self.fit, self.rate, self.range,
                  self.section, self.audio, self.scenes, self.note, self.name, self.folder_button)  # fmt: skip
        for widget in (*self.labels.values(), *fields):
            widget.setParent(self)

    def _wire(self) -> None:
        chosen: tuple[tuple[Choice, Callable[[Any], None]], ...] = (
            (self.format, lambda key: self.set_film("Film format", format=key)),
            (self.rate, lambda key: self.set_film("Frame rate", fps=key)),
            (self.audio, lambda key: self.set_film("Film sound", audio=key)),
            (self.range, self._range_chosen),
        )
        for choice, then in chosen:
            choice.chosen.connect(lambda index, choice=choice, then=then: then(choice.keys[index]))
        self.width_field.entered.connect(lambda n: self.set_film("Film width", width=n))
        self.height_field.entered.connect(lambda n: self.set_film("Film height", height=n))
        self.fit.clicked.connect(self._open_fits)
        self.section.clicked.connect(self._open_sections)
        self.scenes.chosen.connect(self.follow)
        self.name.textEdited.connect(self._name_edited)
        self.name.editingFinished.connect(self.follow)
        self.folder_button.clicked.connect(self._choose_folder)
        self._document.watch(self.follow, "film", "loop", "sections", scene_names, "scene.style", "scene.preset")
        self._studio.song_changed.connect(self.follow)
        self._studio.engine_changed.connect(self._follow_size)

    # the Show

    def set_film(self, text: str, **changes: Any) -> None:
        """Edit the film; one step of undo."""
        show = self._document.show
        self._document.edit(text, replace(show, film=replace(show.film, **changes)))

    def sections(self) -> tuple[Section, ...]:
        """The parts of the song: those of the Show, else those that were found."""
        features = self._studio.song.features
        return self._document.show.sections or (features.sections if features is not None else ())

    def path(self, taken: frozenset[Path] = frozenset(), row: int | None = None) -> Path:
        """Where the film goes, with the name of the scene at *row* if it is of one; never over a file that is there
        already, or that another job will write (*taken*).
        """
        show, size = self._document.show, self.size_pixels()
        show = show if row is None else replace(show, active=row)
        stem = Path(self._typed.removesuffix(".mp4") or film_name(self._studio.song.name, show, size)).name
        stem = stem if row is None else f"{stem}_{file_words(show.scene.name)}".rstrip("_")
        wanted = self.folder / f"{stem}{suffix(show.film)}"
        free, n = wanted, 2
        while free.exists() or free in taken:
            free, n = wanted.with_name(f"{stem}-{n}{suffix(show.film)}"), n + 1
        return free

    def size_pixels(self) -> tuple[int, int]:
        """The film's width and height."""
        return film_size(self._document.show.film, picture_size(self._studio))

    def free_bytes(self) -> int | None:
        """Room on the disk of the folder."""
        there = next((place for place in (self.folder, *self.folder.parents) if place.exists()), None)
        return shutil.disk_usage(there).free if there is not None else None

    def _range_chosen(self, key: Any) -> None:
        show = self._document.show
        if key == "song":
            self.set_film("Film range", start=0.0, end=0.0)
        elif key == "loop" and show.loop is not None:
            self.set_film("Film range", start=show.loop[0], end=show.loop[1])
        elif key == "section" and self.sections():
            now = self._studio.now()
            here = next((part for part in self.sections() if part.start <= now < part.end), self.sections()[0])
            self._section_chosen(here)

    def _section_chosen(self, part: Section) -> None:
        self.set_film("Film range", start=part.start, end=part.end)

    # what it shows

    def follow(self, _show: object = None) -> None:
        """Show the film of the Show."""
        film = self._document.show.film
        self.format.show_key(film.format)
        self.rate.show_key(film.fps)
        self.audio.show_key(film.audio and film.format == "mp4")
        self.audio.setEnabled(film.format == "mp4")
        self.audio.setToolTip("" if film.format == "mp4" else self.tr("A PNG sequence has no sound"))
        self.fit.setText(dict(FITS)[film.fit])
        self._follow_range()
        self._follow_size()
        self.scenes.follow()
        hint = self.tr("Empty: named after song, Style, preset and size")
        added = self.tr("The name of each scene is added to it")
        self.name.setToolTip(f"{hint}. {added}" if self.scenes.rows else hint)
        self.folder_button.setText(self.folder.name or str(self.folder))
        self.folder_button.setToolTip(plain(str(self.folder)))
        if not self.name.hasFocus() or not self._typed:
            self.name.setText(self.path().name)
        self._lay_out()

    def _follow_range(self) -> None:
        show, tr = self._document.show, self.tr
        kind = range_kind(show.film, show.loop, self.sections())
        options = [(tr("Song"), "song")]
        if show.loop is not None:
            options.append((tr("Loop"), "loop"))
        if self.sections():
            options.append((tr("Section"), "section"))
        if kind == "own":
            options.append((tr("Own"), "own"))
        self.range.offer(tuple(options))
        part = self.sections()[kind] if isinstance(kind, int) else None
        self.range.show_key("section" if part is not None else kind)
        self.section.setVisible(part is not None)
        if part is not None:
            self.section.setText(part.name or part.label)
            self.section.set_thumb(section_mark(part))

    def _follow_size(self) -> None:
        film, own = self._document.show.film, picture_size(self._studio)
        wide, high = film_size(film, own)
        self.width_field.set_pixels(film.width, wide)
        self.height_field.set_pixels(film.height, high)
        self.fit.setEnabled(not same_shape((wide, high), own))
        called = any(part.scene is not None for part in self._document.show.sections)
        noted = (self.tr("Scenes follow the sections") if called and not self.scenes.rows else "",
                 "" if (wide, high) == own else f"{in_short(*own)} → {wide} × {high}")  # fmt: skip
        self.note.setText("  ·  ".join(filter(None, noted)))

    def _name_edited(self, text: str) -> None:
        self._typed = text.strip()

    # menus

    def _open_fits(self) -> None:
        menu = QMenu(self)
        for key, word in FITS:
            action = menu.addAction(word)
            action.triggered.connect(lambda _checked=False, key=key: self.set_film("Film fit", fit=key))
        self._pop_up(menu, self.fit)

    def _open_sections(self) -> None:
        menu = QMenu(self)
        for part in self.sections():
            action = menu.addAction(QIcon(section_mark(part)), f"{part.name or part.label}   {_span(part)}")
            action.triggered.connect(lambda _checked=False, part=part: self._section_chosen(part))
        self._pop_up(menu, self.section)

    def _pop_up(self, menu: QMenu, below: QWidget) -> None:
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(below.mapToGlobal(QPoint(0, below.height() + 2)))

    def _choose_folder(self) -> None:
        if self._studio.on_air.refuses("Folders are chosen"):
            return
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Where films go"), str(self.folder))
        if chosen:
            self.folder = Path(chosen)
            self.follow()
            self.folder_changed.emit()

    # places

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        """Two columns of rows, or one where the window is narrow."""
        narrow = self.width() < _NARROW
        right = self.width() - SIDE
        second = SIDE if narrow else SIDE + _SECOND - 20
        size = (self.width_field, self.times, self.height_field, self.fit)
        rows: list[tuple[str, int, tuple[QWidget, ...]]] = [("format", 0, (self.format,)), ("size", 1, size)]
        rows += [("rate", 2, (self.rate,)), ("range", 3 if narrow else 0, (self.range, self.section))]
        rows += [("audio", 4 if narrow else 1, (self.audio,)), ("scenes", 4 if narrow else 3, (self.scenes,))]
        beside = SIDE + self._label_wide() + self.audio.sizeHint().width() + 2 * GAP
        for key, row, widgets in rows:
            x = second if key in ("range", "audio") else beside if narrow and key == "scenes" else SIDE
            self._place(key, row, x, widgets)
        last = 5 if narrow else 4
        button = self.folder_button.sizeHint().width()
        self._place("name", last, SIDE, ())
        y = self._y(last)
        self.folder_button.setGeometry(right - button, y, button, ROW)
        wide = self._label_wide()
        self.name.setGeometry(SIDE + wide, y, right - button - GAP - SIDE - wide, ROW)
        self.note.setGeometry(second, self._y(2), right - second, ROW)
        self.note.setVisible(not narrow)
        self.setFixedHeight(self._y(last) + ROW + 10)

    def _label_wide(self) -> int:
        """Room for the longest label."""
        return max(LABEL, max(label.sizeHint().width() for label in self.labels.values()) + 8)

    @staticmethod
    def _y(row: int) -> int:
        return 16 + (ROW + GAP) * row

    def _place(self, key: str, row: int, x: int, widgets: tuple[QWidget, ...]) -> None:
        y = self._y(row)
        self.labels[key].setGeometry(x, y, self._label_wide() - 4, ROW)
        x += self._label_wide()
        for widget in widgets:
            wide = widget.width() if isinstance(widget, SizeField) else widget.sizeHint().width()
            wide = wide if widget is not self.scenes else min(wide, self.width() - SIDE - x)  # a long name
            widget.setGeometry(x, y, wide, ROW)
            x += wide + GAP

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), STAGE.bg1)
        painter.end()


def _span(part: Section) -> str:
    return f"{clock(part.start)} – {clock(part.end)}"
