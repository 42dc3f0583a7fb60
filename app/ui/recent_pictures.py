"""Small pictures of what was open: a song by its sound, a Style by one of its pictures, a Show as it was last seen."""

import contextlib
import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QPixmap

from app.engine import paths
from app.engine.audio.peaks import Peaks
from app.ui.studio import Studio
from app.ui.theme import STAGE
from app.ui.thumbs import sheet_cells

SIZE = QSize(40, 26)
_DENSE = 2
"""Pixels kept for each of the menu, for fine screens."""
_BARS = 20
MOST = 200
"""Pictures that are kept."""
_CELL = (16, 16)


def picture_of_sound(peaks: Peaks) -> QImage:
    """*peaks* as a few bars, each in the colour of the band that is loudest in it."""
    made = QImage(SIZE * _DENSE, QImage.Format.Format_RGB32)
    made.fill(STAGE.pad)
    coarse = next((level for level in reversed(peaks.levels) if len(level) >= _BARS), peaks.levels[0])
    painter, wide, tall = QPainter(made), made.width() / _BARS, made.height()
    for i, part in enumerate(np.array_split(coarse, _BARS)):
        if len(part):
            rms, *bands = (float(np.sqrt(part[:, column].mean() / 255)) for column in (2, 3, 4, 5))
            color = (STAGE.bass, STAGE.mid, STAGE.high)[int(np.argmax(bands))]
            high = max(2.0, min(rms, 1.0) * (tall - 6))
            painter.fillRect(QRectF(i * wide, (tall - high) / 2, wide - 1, high), color)
    painter.end()
    return made


def cut(image: QImage) -> QImage:
    """The middle of *image* in the shape and size that is kept."""
    size = SIZE * _DENSE
    grown = image.scaled(
        size, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    )
    return grown.copy((grown.width() - size.width()) // 2, (grown.height() - size.height()) // 2,
                      size.width(), size.height())  # fmt: skip


class RecentPictures(QObject):
    """Owns the small files they are kept in (main thread); one that cannot be written or read is not there.

    *seen* gives the picture that the audience sees, which is that of the open Show.
    """

    def __init__(self, studio: Studio, seen: Callable[[], QImage | None], parent: QObject) -> None:
        super().__init__(parent)
        self._studio, self._seen = studio, seen
        self._folder = paths.cache() / "recent"
        self._noted: Peaks | None = None
        studio.song_changed.connect(self._song_changed)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.note_show)
        studio.document.file_changed.connect(self._soon.start)  # it is told before another Show is in place

    def of(self, kind: str, file: Path) -> QPixmap | None:
        """The picture of *file*; None where none was kept."""
        if kind == "styles":
            image = self._of_style(file)
        else:
            if kind == "shows" and file == self._studio.document.file:
                self.note_show()
            image = QImage(str(self._file(file)))
        if image.isNull():
            return None
        picture = QPixmap.fromImage(image)
        picture.setDevicePixelRatio(_DENSE)
        return picture

    def note_show(self) -> None:
        """The open Show looks like this now."""
        file, image = self._studio.document.file, self._seen()
        played, show = self._studio.program, self._studio.document.show
        there = played is not None and played.show.scenes is show.scenes  # else the picture is of the one before
        if file is not None and image is not None and there:
            self._keep(file, cut(image))

    def _song_changed(self) -> None:
        song = self._studio.song
        if song.file is not None and song.peaks is not None and song.progress is None and song.peaks is not self._noted:
            self._noted = song.peaks
            self._keep(song.file, picture_of_sound(song.peaks))

    def _of_style(self, file: Path) -> QImage:
        style = next((style for style in self._studio.styles if style.path == file), None)
        if style is None:
            return QImage()
        known = self._studio.shelf.map_of(style.ref)
        sheet = known.sheet if known is not None else QImage(str(style.sheet_path))
        cells = sheet_cells(sheet, (_CELL,))
        return cut(cells[0].toImage()) if cells else QImage()

    def _file(self, file: Path) -> Path:
        name = hashlib.sha1(str(file).encode(), usedforsecurity=False).hexdigest()
        return self._folder / f"{name}.png"

    def _keep(self, file: Path, image: QImage) -> None:
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            image.save(str(self._file(file)))
            for old in sorted(self._folder.glob("*.png"), key=lambda one: one.stat().st_mtime)[:-MOST]:
                old.unlink()
