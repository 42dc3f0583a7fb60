"""What will happen to a file held over the window: labelled targets, and a sentence for a file that is none of ours."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.engine.audio.track import SONG_SUFFIXES
from app.engine.render.lut import SUFFIX as LUT
from app.engine.show.take_file import SUFFIX as TAKE
from app.engine.stylegan.checkpoints.opening import SUFFIXES
from app.ui.theme import STAGE, fade, font, pixmap
from app.ui.widgets.paint import CENTER, fill, outline, write

_KINDS = {**dict.fromkeys(SUFFIXES, "style"), ".anthesis": "show", LUT: "lut", TAKE: "take",
          **dict.fromkeys(SONG_SUFFIXES, "song")}  # fmt: skip

_PICTURES = frozenset((".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".avif"))


@dataclass(frozen=True, slots=True)
class Target:
    """A place to drop on: what happens there, and what follows or stays untouched."""

    kind: str
    icon: str
    title: str
    line: str
    large: bool


TARGETS = {
    "song": Target("song", "music", "Play it now", "beats, sections and colours follow in a second", True),
    "songs": Target("songs", "music", "Play them in a row", "the first begins; the others wait in Songs", True),
    "style": Target("style", "plus", "Add to Styles", "opens as data, never runs code", False),
    "styles": Target("styles", "plus", "Add to Styles", "every network in it, as data, never as code", False),
    "folder": Target("folder", "folder-open", "Look through it", "networks join the Styles, songs play in a row", True),
    "lut": Target("lut", "image", "Use as table of colours", "in the Finish of this scene", True),
    "take": Target("take", "clapperboard", "Open take", "play it again, or make a film of it", True),
    "show": Target("show", "folder-open", "Open show", "the files of the last one stay untouched", True),
}


def drop_files(mime: QMimeData) -> list[Path]:
    """The files and folders in *mime*."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


def drop_file(mime: QMimeData) -> Path | None:
    """The first file in *mime* that Anthesis opens, else the first file; None without any."""
    files = drop_files(mime)
    return next((file for file in files if file.suffix.lower() in _KINDS), files[0] if files else None)


def drop_kind(mime: QMimeData) -> str:
    """``song``, ``style``, ``lut``, ``take``, ``show`` or ``folder``, nothing for others.

    ``styles`` are several, and so are ``songs``.

    A song or a Show among many files wins over Styles that come after it.
    """
    file = drop_file(mime)
    if file is None:
        return ""
    kind = _KINDS.get(file.suffix.lower(), "")
    if kind == "song" and len(songs_in(mime)) > 1:
        return "songs"
    many = kind == "style" and len(places_of_styles(mime)) > 1
    return "styles" if many else "folder" if not kind and file.is_dir() else kind


def places_of_styles(mime: QMimeData) -> list[Path]:
    """The weights and the folders in *mime*."""
    return [file for file in drop_files(mime) if _KINDS.get(file.suffix.lower()) == "style" or file.is_dir()]


def songs_in(mime: QMimeData) -> list[Path]:
    """The songs in *mime*, in the order they come in."""
    return [file for file in drop_files(mime) if _KINDS.get(file.suffix.lower()) == "song"]


def refusal(file: Path) -> tuple[str, str]:
    """Title and sentence of the toast for a file that was dropped in vain."""
    if file.suffix.lower() in _PICTURES:
        return f"{file.name} is a picture", "Pictures cannot be found on the map yet. Nothing was changed"
    return f"{file.name} is not a song", "Nothing was changed"


class DropOverlay(QWidget):
    """Covers *window* while a file is held over it (main thread), and says which file was dropped as what.

    *regions* gives the places of the picture and of the left lists, in the window's coordinates.
    """

    dropped = Signal(str, object)
    collected = Signal(object)
    lined_up = Signal(object)
    refused = Signal(str, str)

    def __init__(self, window: QWidget, regions: Callable[[], tuple[QRect, QRect]]) -> None:
        super().__init__(window)
        self.setObjectName("dropOverlay")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(self.tr("Drop here"))
        self._window, self._regions = window, regions
        self.target: Target | None = None
        self.aimed = False
        self.hide()
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent) and not isinstance(event, QDragMoveEvent):
            return self._drop(event)
        if isinstance(event, QDragEnterEvent):
            return self._enter(event)
        if isinstance(event, QDragMoveEvent):
            self._aim(event.position())
            event.acceptProposedAction()
            return self.isVisible()
        if event.type() == QEvent.Type.DragLeave:
            self._end()
        elif event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._window.rect())
        return False

    def place(self) -> QRectF:
        """Where the target stands."""
        picture, lists = self._regions()
        assert self.target is not None
        return QRectF(picture if self.target.large else lists).adjusted(10, 10, -10, -10)

    def _enter(self, event: QDragEnterEvent) -> bool:
        file = drop_file(event.mimeData())
        if file is None:
            return False
        event.acceptProposedAction()  # a file of no use as well: only what is dropped can be told about
        self.target = TARGETS.get(drop_kind(event.mimeData()))
        if self.target is not None:
            self.setGeometry(self._window.rect())
            self._aim(event.position())
            self.show()
            self.raise_()
        return True

    def _aim(self, at: QPointF) -> None:
        aimed = self.target is not None and self.place().contains(at)
        if aimed != self.aimed:
            self.aimed = aimed
            self.update()

    def _drop(self, event: QDropEvent) -> bool:
        file = drop_file(event.mimeData())
        self._end()
        if file is None:
            return False
        event.acceptProposedAction()
        kind = drop_kind(event.mimeData())
        if kind in ("styles", "folder"):
            self.collected.emit(places_of_styles(event.mimeData()))
        elif kind == "songs":
            self.lined_up.emit(songs_in(event.mimeData()))
        elif kind:
            self.dropped.emit(kind, file)  # dropped beside the target, a file does the usual thing too
        else:
            self.refused.emit(*refusal(file))
        return True

    def _end(self) -> None:
        self.target, self.aimed = None, False
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.target is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), fade(STAGE.bg0, 0.7))
        place = self.place()
        if self.aimed:
            fill(painter, place, fade(STAGE.sel, 0.82), 8)
            outline(painter, place, STAGE.accent, 8, 2)
        else:
            fill(painter, place, fade(STAGE.bg0, 0.84), 8)
            painter.setPen(QPen(STAGE.border_strong, 1.5, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), 8, 8)
        self._paint_words(painter, place)
        painter.end()

    def _paint_words(self, painter: QPainter, place: QRectF) -> None:
        target = self.target
        assert target is not None
        side, title = (32, font(20, 600)) if target.large else (20, font(14, 600))
        middle = place.center()
        icon = pixmap(target.icon, STAGE.accent if self.aimed else STAGE.text2, side, self.devicePixelRatioF())
        above = 32 if target.large else 26
        painter.drawPixmap(QPointF(middle.x() - side / 2, middle.y() - above - side / 2), icon)
        line = QRectF(place.left(), middle.y() - 10, place.width(), 26)
        write(painter, line, self.tr(target.title), title, STAGE.text_hi if self.aimed else STAGE.text, CENTER)
        below = line.translated(0, 27 if target.large else 22)
        write(painter, below, self.tr(target.line), font(12), STAGE.drop_text if self.aimed else STAGE.text2, CENTER)
