"""The Songs page: what was played before, to be played again."""

import json
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QPainter, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.engine import paths
from app.engine.audio.track import SONG_SUFFIXES
from app.ui import theme
from app.ui.document import Document
from app.ui.listing import ROW_ROLE, Index, Listing, Rows, ground, mark_focus
from app.ui.settings import Settings
from app.ui.studio import Studio
from app.ui.theme import STAGE
from app.ui.widgets import Btn, SearchField, paint

ROW = 32


@dataclass(frozen=True)
class Heard:
    """A song as it stands in the list; *bpm* and *duration* are 0 until they are known."""

    file: Path
    playing: bool = False
    missing: bool = False
    bpm: float = 0.0
    duration: float = 0.0
    progress: float | None = None
    place: int = 0
    """Where it stands in the playlist, from 1; 0: not in it."""


class SongBook:
    """Length and tempo of songs heard before, in a small file of the cache; a broken file is an empty one."""

    def __init__(self) -> None:
        self._file = paths.cache() / "songs.json"
        self._known: dict[str, tuple[float, float]] = {}
        try:
            read = json.loads(self._file.read_text(encoding="utf-8"))
            self._known = {str(k): (float(v[0]), float(v[1])) for k, v in read.items()}
        except (OSError, ValueError, TypeError, AttributeError, IndexError):
            self._known = {}

    def facts(self, file: Path) -> tuple[float, float]:
        """(duration, bpm) of *file*, 0 where unknown."""
        return self._known.get(str(file), (0.0, 0.0))

    def note(self, file: Path, duration: float, bpm: float) -> None:
        """Remember *file*."""
        if self._known.get(str(file)) == (duration, bpm):
            return
        self._known[str(file)] = (duration, bpm)
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps(dict(list(self._known.items())[-200:])), encoding="utf-8")
        part.replace(self._file)


def song_files(studio: Studio, settings: Settings) -> list[Path]:
    """Those of the playlist, the open song, those heard before, and those that came with the app."""
    song = studio.song
    mine = [song.file] if song.file is not None else []
    demo = sorted(f for f in (paths.resources() / "demo").glob("*") if f.suffix.lower() in SONG_SUFFIXES)
    return list(dict.fromkeys([*settings.playlist, *mine, *settings.recent("songs"), *demo]))


class SongsPage(QWidget):
    """Owns the list of songs (main thread). A double click opens one."""

    def __init__(self, document: Document, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("songsPage")
        self.document, self.studio, self.book = document, studio, SongBook()
        self._settings = Settings()
        self.rows = Rows(lambda song: song.file.stem)
        self.rows.tip = lambda song: str(song.file)
        self.list = Listing(self.rows, self._draw, ROW, "songList")
        self.list.setAccessibleName("Songs")
        self.search, self.add = SearchField("Find a song"), Btn(icon="plus")
        self.add.setObjectName("addSong")
        self.add.setAccessibleName("Open a song")
        self.add.setToolTip("Open a song")
        column, top = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        top.setContentsMargins(12, 0, 12, 0)
        top.setSpacing(8)
        top.addWidget(self.search)
        top.addWidget(self.add)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        self.search.textChanged.connect(self.list.search)
        self.add.clicked.connect(self._ask)
        self.list.doubleClicked.connect(lambda index: self.open(self.list.row_of(index)))
        self.list.opened.connect(self.open)
        studio.song_changed.connect(self.show_songs)
        studio.playing_changed.connect(self.list.viewport().update)
        self.show_songs()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_songs()

    def files(self) -> list[Path]:
        """Those of the playlist, the open song, those heard before, and those that came with the app."""
        return song_files(self.studio, self._settings)

    def show_songs(self) -> None:
        """Show every song with what is known of it."""
        song = self.studio.song
        if song.file is not None and song.duration:
            bpm = song.features.bpm if song.features is not None else self.book.facts(song.file)[1]
            self.book.note(song.file, song.duration, bpm)
        found, row = [], self._settings.playlist
        for file in self.files():
            duration, bpm = self.book.facts(file)
            open_now = file == song.file
            gone = not open_now and not file.is_file()
            place = row.index(file) + 1 if file in row else 0
            found.append(Heard(file, open_now, gone, bpm, duration, song.progress if open_now else None, place))
        self.rows.set_rows(found)

    def open(self, row: int) -> None:
        """Play the song at *row*, if it is still there."""
        if not 0 <= row < len(self.rows.rows):
            return
        song: Heard = self.rows.rows[row]
        if song.missing:
            self.studio.told.emit("error", f"{song.file.name} is missing", f"It was in {song.file.parent}.")
        elif not song.playing:
            self.studio.open_song(song.file)

    def _ask(self) -> None:
        if self.studio.on_air.refuses():
            return
        kinds = " ".join(f"*{s}" for s in sorted(SONG_SUFFIXES))
        file, _kind = QFileDialog.getOpenFileName(self, "Open a song", "", f"Songs ({kinds});;All files (*)")
        if file:
            self.studio.open_song(Path(file))

    def _draw(self, painter: QPainter, rect: QRect, index: Index, over: bool) -> None:
        song: Heard = index.data(ROW_ROLE)
        chosen = self.list.currentIndex() == index and self.list.hasFocus()
        ground(painter, rect, chosen, over)
        playing = song.playing and self.studio.playing
        mark, color = ("triangle-alert", STAGE.live) if song.missing else ("music", STAGE.text3)
        if song.playing:
            mark, color = ("play-fill" if playing else "pause-fill"), STAGE.accent
        if song.place and not song.playing and not song.missing:
            box = QRectF(rect.x() + 6, rect.y(), 26, ROW)
            paint.write(painter, box, str(song.place), theme.font(11, 600), STAGE.text2, paint.CENTER)
        else:
            sign = theme.pixmap(mark, color, 14, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(rect.x() + 12, rect.y() + 9), sign)
        right = rect.right() - 11.0
        length = f"{int(song.duration) // 60}:{int(song.duration) % 60:02d}" if song.duration else "–"
        face, quiet = theme.font(12), STAGE.text_dis if song.missing else STAGE.text2
        paint.write(painter, QRectF(right - 40, rect.y(), 40, ROW), length, face, quiet, paint.RIGHT)
        paint.write(painter, QRectF(right - 100, rect.y(), 52, ROW), self._tempo(song), face, quiet, paint.RIGHT)
        ink = STAGE.text_dis if song.missing else STAGE.text_hi if song.playing or chosen else STAGE.text
        name = QRectF(rect.x() + 36, rect.y(), right - 108 - rect.x() - 36, ROW)
        paint.write(painter, name, song.file.stem, theme.font(12, 600 if song.playing else 400), ink)
        mark_focus(painter, self.list, rect, index)

    @staticmethod
    def _tempo(song: Heard) -> str:
        if song.progress is not None:
            return f"{song.progress:.0%}"
        return "missing" if song.missing else f"{song.bpm:.2f}" if song.bpm else "–"
