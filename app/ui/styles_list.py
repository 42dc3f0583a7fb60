"""The Styles page: the networks there are, each with a few of its pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRect, QRectF, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.engine.show.show import Show
from app.engine.stylegan.checkpoints.opening import SUFFIXES
from app.engine.stylegan.library import Style
from app.ui import theme
from app.ui.document import Document
from app.ui.listing import ROW_ROLE, Index, Listing, Rows
from app.ui.picture_shape import in_short
from app.ui.studio import Studio
from app.ui.theme import STAGE
from app.ui.thumbs import sheet_cells, smooth
from app.ui.widgets import Btn, SearchField, paint

PICTURE, TEXT, GAP = 120, 49, 10
_CELLS = ((16, 16), (4, 4), (27, 4), (4, 27), (27, 27))


@dataclass(frozen=True)
class Card:
    """A Style as it stands in the list."""

    style: Style
    playing: bool
    ready: bool

    @property
    def facts(self) -> str:
        """Size and where it comes from, in a few words."""
        origin = "bundled" if self.style.bundled else self.style.licence or "mine"
        return f"{in_short(self.style.width, self.style.height)} · {origin}"


def megabytes(count: int) -> str:
    """A file's size for people."""
    return f"{count / 1e6:.0f} MB" if count >= 1e6 else f"{max(1, round(count / 1e3))} kB"


def about(style: Style) -> str:
    """Everything known of *style*, in lines."""
    size = f"{style.width} × {style.height} · {style.num_ws} layers · {megabytes(style.size_bytes)}"
    return "\n".join(line for line in (style.name, size, style.licence, style.origin) if line)


class StylesPage(QWidget):
    """Owns the list of Styles (main thread). A double click lets the playing scene use one."""

    more_wanted = Signal()

    def __init__(self, document: Document, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stylesPage")
        self.document, self.studio = document, studio
        self._sheets: dict[str, list[QPixmap]] = {}
        self.rows = Rows(lambda card: card.style.name)
        self.rows.tip = lambda card: about(card.style)
        self.list = Listing(self.rows, self._draw, PICTURE + TEXT + GAP, "styleList")
        self.list.setAccessibleName("Styles")
        self.search, self.add = SearchField("Find a style"), Btn(icon="plus")
        self.add.setObjectName("addStyle")
        self.add.setAccessibleName("Add a style from a file")
        self.add.setToolTip("Add a style from a file")
        self.more = Btn(icon="download")
        self.more.setObjectName("getMore")
        self.more.setAccessibleName("Get more styles")
        self.more.setToolTip("Get more: public networks to download")
        self.more.clicked.connect(self.more_wanted)
        self._lay_out()
        self.search.textChanged.connect(self.list.search)
        self.add.clicked.connect(self._ask)
        self.list.doubleClicked.connect(lambda index: self.use(self.list.row_of(index)))
        self.list.opened.connect(self.use)
        document.changed.connect(self.show_value)
        studio.styles_changed.connect(self._styles_changed)
        self.show_value(document.show)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(12)
        top = QHBoxLayout()
        top.setContentsMargins(12, 0, 12, 0)
        top.setSpacing(8)
        top.addWidget(self.search)
        top.addWidget(self.add)
        top.addWidget(self.more)
        column.addLayout(top)
        column.addWidget(self.list, 1)

    def show_value(self, show: Show) -> None:
        """Show the Styles, the playing scene's marked."""
        playing = self.studio.style
        self.rows.set_rows([Card(s, s == playing, s.atlas_path.is_file()) for s in self.studio.styles])

    def _styles_changed(self) -> None:
        self._sheets.clear()
        self.show_value(self.document.show)
        self.list.viewport().update()

    def use(self, row: int) -> None:
        """Let the playing scene use the Style at *row*."""
        if 0 <= row < len(self.rows.rows):
            self.studio.use_style(self.rows.rows[row].style)

    def _ask(self) -> None:
        kinds = " ".join(f"*{kind}" for kind in SUFFIXES)
        file, _kind = QFileDialog.getOpenFileName(self, "Add a style", "", f"Styles ({kinds});;All files (*)")
        if file:
            self.studio.add_style(Path(file))

    def _pictures(self, style: Style) -> Sequence[QPixmap]:
        if style.sha256 not in self._sheets:
            sheet = self.studio.sheet if style == self.studio.style else None
            if sheet is None and style.sheet_path.is_file():
                sheet = QImage(str(style.sheet_path))
            self._sheets[style.sha256] = sheet_cells(sheet, _CELLS)
        return self._sheets[style.sha256]

    def _draw(self, painter: QPainter, rect: QRect, index: Index, over: bool) -> None:
        card: Card = index.data(ROW_ROLE)
        box = QRectF(rect.x() + 12, rect.y() + 2, rect.width() - 24, PICTURE + TEXT)
        rounded = QPainterPath()
        rounded.addRoundedRect(box, 6, 6)
        painter.setClipPath(rounded)
        painter.fillRect(box, paint.hover(STAGE.bg2, over))
        self._draw_pictures(painter, QRectF(box.x(), box.y(), box.width(), PICTURE), self._pictures(card.style))
        painter.setClipping(False)
        if card.playing:
            paint.outline(painter, box.adjusted(-2, -2, 2, 2), STAGE.accent, 8, 2)
        elif self.list.hasFocus() and self.list.currentIndex() == index:
            paint.outline(painter, box.adjusted(-2, -2, 2, 2), STAGE.text_hi, 8, 2)
        words = QRectF(box.x() + 10, box.y() + PICTURE + 7, box.width() - 20, 18)
        paint.write(painter, words, card.style.name, theme.font(13, 600), STAGE.text_hi)
        below = words.translated(0, 18).adjusted(0, -1, 0, -1)
        paint.write(painter, below, card.facts, theme.font(11), STAGE.text3)
        self._draw_state(painter, below, card)

    def _draw_state(self, painter: QPainter, box: QRectF, card: Card) -> None:
        word, mark, color = ("Ready", "check", STAGE.ok) if card.ready else ("No map yet", "clock", STAGE.warn)
        face = theme.font(11)
        paint.write(painter, box, word, face, color, paint.RIGHT)
        wide = painter.fontMetrics().horizontalAdvance(word)
        shown = theme.pixmap(mark, color, 12, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(box.right() - wide - 17, box.y() + 2), shown)

    def _draw_pictures(self, painter: QPainter, box: QRectF, pictures: Sequence[QPixmap]) -> None:
        painter.fillRect(box, STAGE.pad)
        if len(pictures) < len(_CELLS):
            mark = theme.pixmap("image", STAGE.text_dis, 24, self.devicePixelRatioF())
            painter.drawPixmap(box.center() - QPointF(12, 12), mark)
            return
        half = (box.width() - 2) / 4
        tall = (box.height() - 1) / 2
        places = [QRectF(box.x(), box.y(), 2 * half, box.height())]
        for k in range(4):
            x, y = box.x() + 2 * half + 1 + (k % 2) * (half + 1), box.y() + (k // 2) * (tall + 1)
            places.append(QRectF(x, y, half, tall))
        dpr = self.devicePixelRatioF()
        for place, picture in zip(places, pictures, strict=True):
            side = round(max(place.width(), place.height()))
            shown = smooth(picture, side, dpr)
            cut = QRectF((side - place.width()) / 2 * dpr, (side - place.height()) / 2 * dpr,
                         place.width() * dpr, place.height() * dpr)  # fmt: skip
            painter.drawPixmap(place, shown, cut)
