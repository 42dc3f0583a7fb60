"""A Style as it stands in the list: a few of its pictures, its name, its facts, and how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPixmap, QTextOption

from app.engine.stylegan.library import Style
from app.ui import theme
from app.ui.listing import ROW_ROLE, Index, Listing
from app.ui.picture_shape import in_short
from app.ui.shelf import Shelf
from app.ui.style_facts import drawn, forbids_selling, licence
from app.ui.style_library import LOCKED, MISSING, READING, REFUSED, Entry
from app.ui.theme import STAGE
from app.ui.thumbs import sheet_cells, smooth
from app.ui.widgets import paint

PICTURE, TEXT, GAP = 120, 66, 10
_CELLS = ((16, 16), (4, 4), (27, 4), (4, 27), (27, 27))
_BLOCKS = ((3, 7), (0, 7), (6, 7), (1, 6), (5, 6))


@dataclass(frozen=True)
class Card:
    """An Entry of the list with its *state* in words: how far it is on its way from a file to pictures."""

    entry: Entry
    playing: bool
    state: str

    @property
    def style(self) -> Style:
        """The Style itself."""
        return self.entry.style

    @property
    def missing(self) -> bool:
        """Whether its file is not where it was."""
        return self.entry.state == MISSING

    @property
    def refused(self) -> bool:
        """Whether its file cannot be used, or may not be."""
        return self.entry.state in (REFUSED, LOCKED)

    @property
    def spoken(self) -> str:
        """All that the card says."""
        return ", ".join(filter(None, (self.style.name, self.facts, self.state, self.entry.trouble)))

    @property
    def facts(self) -> str:
        """What it draws, and what a file takes, in a few words."""
        if not self.style.num_ws:
            return self.style.path.name
        return f"{in_short(self.style.width, self.style.height)} · {drawn(self.style)}"

    @property
    def whose(self) -> str:
        """Its licence, or that it came with Anthesis."""
        return "Bundled" if self.style.bundled else licence(self.style) if self.style.num_ws else ""

    @property
    def look(self) -> tuple[str, QColor]:
        """Mark and colour of its state."""
        if self.refused or self.entry.trouble:
            return ("lock" if self.entry.state == LOCKED else "octagon-alert"), STAGE.broken_text
        if self.missing:
            return "triangle-alert", STAGE.warn
        if self.state == "Ready":
            return "check", STAGE.ok
        return ("clock", STAGE.text3) if self.state == "No map yet" else ("loader-circle", STAGE.warn)


def card(entry: Entry, shelf: Shelf, playing: Style | None) -> Card:
    """*entry* as the list shows it."""
    style = entry.style
    known = None if entry.unread or entry.state == MISSING else shelf.map_of(style.ref)
    plays = style == playing
    if entry.state == READING:
        state = "Reading…"
    elif entry.state == MISSING:
        state = "Missing · Locate"
    elif entry.state == LOCKED:
        state = "Locked"
    elif entry.state == REFUSED:
        state = "Cannot be used"
    elif entry.trouble:
        state = "Cannot be played"
    elif style.ref.map_key in shelf.building or (known is not None and known.sheet is None and plays):
        state = "Drawing its map…"
    elif known is not None and known.drawn < 1.0 and plays:
        state = f"Map {known.drawn * 100:.0f} %"
    else:
        state = "Ready" if known is not None or style.atlas_path.is_file() else "No map yet"
    return Card(entry, plays, state)


def _coarse(sheet: QImage) -> list[QPixmap]:
    """The large pictures of a sheet that is not finished, where they stay longest."""
    side = sheet.width() // 8
    return [QPixmap.fromImage(sheet.copy(x * side, y * side, side, side)) for x, y in _BLOCKS]


class CardPainter:
    """Draws Cards (main thread). Owns the small pictures, cut from the sheets once."""

    def __init__(self, shelf: Shelf, view: Listing) -> None:
        self._shelf, self._view = shelf, view
        self._pictures: dict[str, tuple[QPixmap, ...]] = {}

    def forget(self) -> None:
        """Sheets have changed."""
        self._pictures.clear()

    def draw(self, painter: QPainter, rect: QRect, index: Index, over: bool) -> None:
        """Draw the Card at *index* into *rect*."""
        shown: Card = index.data(ROW_ROLE)
        box = QRectF(rect.x() + 12, rect.y() + 2, rect.width() - 24, PICTURE + TEXT)
        rounded = QPainterPath()
        rounded.addRoundedRect(box, 6, 6)
        painter.setClipPath(rounded)
        painter.fillRect(box, paint.hover(STAGE.bg2, over))
        pictures = QRectF(box.x(), box.y(), box.width(), PICTURE)
        if shown.entry.trouble:
            self._draw_trouble(painter, pictures, shown)
        else:
            painter.setOpacity(0.35 if shown.missing else 1.0)
            self._draw_pictures(painter, pictures, self._cut(shown.style))
            painter.setOpacity(1.0)
        painter.setClipping(False)
        if shown.playing:
            paint.outline(painter, box.adjusted(-2, -2, 2, 2), STAGE.accent, 8, 2)
        elif self._view.hasFocus() and self._view.currentIndex() == index:
            paint.outline(painter, box.adjusted(-2, -2, 2, 2), STAGE.text_hi, 8, 2)
        self._draw_words(painter, QRectF(box.x() + 10, box.y() + PICTURE + 7, box.width() - 20, 18), shown)

    def _draw_trouble(self, painter: QPainter, box: QRectF, shown: Card) -> None:
        """What is wrong, where the pictures would be."""
        painter.fillRect(box, STAGE.pad)
        mark, color = shown.look
        sign = theme.pixmap(mark, color, 20, self._view.devicePixelRatioF())
        painter.drawPixmap(box.topLeft() + QPointF(10, 10), sign)
        painter.setFont(theme.font(11))
        painter.setPen(STAGE.text)
        wrapped = QTextOption(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        wrapped.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        painter.drawText(box.adjusted(38, 10, -10, -8), shown.entry.trouble, wrapped)

    def _draw_words(self, painter: QPainter, line: QRectF, shown: Card) -> None:
        name, quiet = (STAGE.text_dis, STAGE.text_dis) if shown.missing else (STAGE.text_hi, STAGE.text3)
        paint.write(painter, line, shown.style.name, theme.font(13, 600), name)
        below = line.translated(0, 18).adjusted(0, -1, 0, -1)
        paint.write(painter, below, shown.facts, theme.font(11), quiet)
        last = below.translated(0, 17)
        room = last.adjusted(0, 0, -self._draw_state(painter, last, shown), 0)
        warned = not shown.missing and forbids_selling(shown.style.licence)
        paint.write(painter, room, shown.whose, theme.font(11), STAGE.warn if warned else quiet)

    def _draw_state(self, painter: QPainter, box: QRectF, shown: Card) -> float:
        """The state at the right of *box*; how much room it took."""
        mark, color = shown.look
        face = theme.font(11)
        paint.write(painter, box, shown.state, face, color, paint.RIGHT)
        wide = painter.fontMetrics().horizontalAdvance(shown.state)
        dpr = self._view.devicePixelRatioF()
        painter.drawPixmap(QPointF(box.right() - wide - 17, box.y() + 2), theme.pixmap(mark, color, 12, dpr))
        return wide + 24.0

    def _cut(self, style: Style) -> Sequence[QPixmap]:
        if style.sha256 not in self._pictures:
            known = self._shelf.map_of(style.ref)
            sheet = None if known is None else known.sheet
            if sheet is None and style.sheet_path.is_file():
                sheet = QImage(str(style.sheet_path))
            unfinished = known is not None and known.drawn < 1.0
            cut = _coarse(sheet) if sheet is not None and unfinished else sheet_cells(sheet, _CELLS)
            self._pictures[style.sha256] = tuple(cut)
        return self._pictures[style.sha256]

    def _draw_pictures(self, painter: QPainter, box: QRectF, pictures: Sequence[QPixmap]) -> None:
        painter.fillRect(box, STAGE.pad)
        dpr = self._view.devicePixelRatioF()
        if len(pictures) < len(_CELLS):
            mark = theme.pixmap("image", STAGE.text_dis, 24, dpr)
            painter.drawPixmap(box.center() - QPointF(12, 12), mark)
            return
        half = (box.width() - 2) / 4
        tall = (box.height() - 1) / 2
        places = [QRectF(box.x(), box.y(), 2 * half, box.height())]
        for k in range(4):
            x, y = box.x() + 2 * half + 1 + (k % 2) * (half + 1), box.y() + (k // 2) * (tall + 1)
            places.append(QRectF(x, y, half, tall))
        for place, picture in zip(places, pictures, strict=True):
            side = round(max(place.width(), place.height()))
            shown = smooth(picture, side, dpr)
            cut = QRectF((side - place.width()) / 2 * dpr, (side - place.height()) / 2 * dpr,
                         place.width() * dpr, place.height() * dpr)  # fmt: skip
            painter.drawPixmap(place, shown, cut)
