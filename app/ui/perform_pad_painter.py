"""How a pad looks: thumb, colour line and name, drawn once and kept; the ring of a queued one is drawn over it."""

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.ui import theme
from app.ui.listing import ROW_ROLE, Index
from app.ui.scene_launch import draw_launch_marks
from app.ui.theme import STAGE, fade, font, pixmap
from app.ui.thumbs import smooth
from app.ui.widgets import paint

if TYPE_CHECKING:
    from app.ui.perform_pads import Pad, SceneGrid

GAP = 4
RADIUS, BAR, NAME, EDGE = 8, 3, 22, 4
"""Corners; the colour line under the picture; the name under that; how far the marks stand from the corner."""
_KEPT = 192


def bar_color(row: int) -> Any:
    """The colour line of the Scene at *row*: the same as in the list of Scenes."""
    return STAGE.tints[row % 4]


class PadPainter(QStyledItemDelegate):
    """Owns the pictures of pads as they were last drawn (main thread)."""

    def __init__(self, grid: "SceneGrid") -> None:
        super().__init__(grid)
        self._grid = grid
        self._kept: OrderedDict[object, QPixmap] = OrderedDict()
        self.thumb_of: Callable[[Pad], QPixmap | None] = lambda _pad: None
        self.left: tuple[float, str] = (1.0, "")
        """Of a queued pad: the share of its wait that is left, and the beats."""
        self.lifted: tuple[int, int] | None = None
        """The pad that is dragged, and the one it would change places with."""
        self.drawn = 0
        self.still = False
        """Whether a ring stays whole, and the beats alone tell."""

    def box(self, cell: QRect) -> QRect:
        """The pad within its cell: a gap of 2 at every side, and one more below."""
        half = GAP // 2
        return cell.adjusted(half, half, -half, -half - 1)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(76 + GAP, 90 + GAP + 1)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box, pad = self.box(option.rect), index.data(ROW_ROLE)
        painter.save()
        painter.drawPixmap(box.x() - 2, box.y() - 2, self._face(pad, box.size()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if pad is not None and over:
            paint.fill(painter, box, fade(STAGE.text_hi, 0.06), RADIUS)
        if pad is not None and pad.queued:
            self._draw_wait(painter, QRectF(box))
        if pad is not None and self.lifted is not None and pad.row in self.lifted:
            paint.outline(painter, box, STAGE.text_hi, RADIUS, 2)
        if self._grid.by_key and self._grid.hasFocus() and self._grid.currentIndex() == index:
            paint.focus_ring(painter, QRectF(box).adjusted(-2, -2, 2, 2), RADIUS + 2)
        painter.restore()

    # --- the kept picture

    def _face(self, pad: "Pad | None", size: QSize) -> QPixmap:
        """The pad without what moves, two pixels larger than *size* at every side."""
        dpr = self._grid.devicePixelRatioF()
        thumb = None if pad is None else self.thumb_of(pad)
        look = None if pad is None else (pad.scene.name, pad.row % 4, pad.playing, pad.queued, pad.cued, pad.decks,
                                         pad.key, pad.state, pad.scene.quantum, pad.scene.then)  # fmt: skip
        key = (look, thumb.cacheKey() if thumb is not None else 0, size.width(), size.height(), dpr, STAGE.name)
        kept = self._kept.get(key)
        if kept is None:
            self.drawn += 1
            kept = QPixmap(round((size.width() + 4) * dpr), round((size.height() + 4) * dpr))
            kept.setDevicePixelRatio(dpr)
            kept.fill(Qt.GlobalColor.transparent)
            painter = QPainter(kept)
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            box = QRectF(2, 2, size.width(), size.height())
            if pad is None:
                paint.fill(painter, box, STAGE.pad, RADIUS)
                paint.outline(painter, box, STAGE.text_dis if STAGE.edge > 1 else STAGE.line, RADIUS)
            else:
                self._draw(painter, box, pad, thumb)
            painter.end()
        self._kept[key] = kept
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return kept

    def _draw(self, painter: QPainter, box: QRectF, pad: "Pad", thumb: QPixmap | None) -> None:
        if pad.playing:
            paint.fill(painter, box.adjusted(-2, -2, 2, 2), STAGE.accent, RADIUS + 2)
        rounded = QPainterPath()
        rounded.addRoundedRect(box, RADIUS, RADIUS)
        painter.setClipPath(rounded)
        picture = box.adjusted(0, 0, 0, -NAME - BAR)
        self._draw_picture(painter, picture, pad, thumb)
        painter.fillRect(QRectF(box.left(), picture.bottom(), box.width(), BAR), bar_color(pad.row))
        strip = QRectF(box.left(), picture.bottom() + BAR, box.width(), NAME)
        ground, ink, weight = STAGE.bg3, STAGE.text, 400
        if pad.playing:
            ground, ink, weight = STAGE.accent, STAGE.on_accent, 700
        elif pad.queued:
            ground, ink, weight = STAGE.queued, STAGE.queued_text, 500
        painter.fillRect(strip, ground)
        paint.write(painter, strip.adjusted(6, 0, -4, -1), pad.scene.name, font(11, weight), ink)
        painter.setClipping(False)
        if pad.state == "missing":
            paint.outline(painter, box, STAGE.live, RADIUS)
        elif STAGE.edge > 1 and not pad.playing:  # a theme with outlines: a scene has more of one than an empty pad
            paint.outline(painter, box, STAGE.line, RADIUS)
        self._draw_marks(painter, box, picture, pad)

    def _draw_picture(self, painter: QPainter, place: QRectF, pad: "Pad", thumb: QPixmap | None) -> None:
        dpr = self._grid.devicePixelRatioF()
        painter.fillRect(place, STAGE.lane)
        if thumb is not None and not thumb.isNull():
            side = round(max(place.width(), place.height()))
            scaled = smooth(thumb, side, dpr)
            painter.save()
            painter.setClipRect(place, Qt.ClipOperation.IntersectClip)
            painter.setOpacity(0.35 if pad.state else 1.0)
            painter.drawPixmap(place.center() - QPointF(side / 2, side / 2), scaled)
            painter.restore()
        elif not pad.state:
            painter.drawPixmap(place.center() - QPointF(10, 10), pixmap("image", STAGE.text_dis, 20, dpr))
        if pad.state:
            icon, ink = ("triangle-alert", STAGE.live) if pad.state == "missing" else ("loader-circle", STAGE.text)
            painter.drawPixmap(place.center() - QPointF(9, 9), pixmap(icon, ink, 18, dpr))

    def _draw_marks(self, painter: QPainter, box: QRectF, picture: QRectF, pad: "Pad") -> None:
        """The key at the left, what it does now at the right; in the lower corners decks, and how it is launched."""
        if pad.key:
            face = font(11, 600)
            wide = max(16, painter.fontMetrics().horizontalAdvance(pad.key) + 6 if len(pad.key) > 1 else 16)
            badge = QRectF(box.left() + EDGE, box.top() + EDGE, wide, 16)
            paint.fill(painter, badge, STAGE.bg0, 3)
            paint.write(painter, badge, pad.key, face, STAGE.text_hi, paint.CENTER)
        if pad.playing:
            corner = QRectF(box.right() - EDGE - 20, box.top() + EDGE, 20, 20)
            paint.fill(painter, corner, STAGE.accent, 3)
            mark = pixmap("play-fill", STAGE.on_accent, 12, self._grid.devicePixelRatioF())
            painter.drawPixmap(corner.center() - QPointF(5.5, 6), mark)
        if pad.cued and not pad.queued:
            paint.outline(painter, box, STAGE.warn, RADIUS, 2)
        for i, deck in enumerate(pad.decks):
            badge = QRectF(picture.left() + EDGE + 18 * i, picture.bottom() - 18, 16, 14)
            paint.fill(painter, badge, STAGE.bg0, 3)
            paint.write(painter, badge, deck, font(10, 700), STAGE.accent, paint.CENTER)

        above = 16 if len(pad.decks) > 1 else 0  # two decks leave no room beside them
        foot = QPointF(picture.right() - EDGE, picture.bottom() - 4 - above)
        draw_launch_marks(painter, foot, pad.scene, self._grid.devicePixelRatioF())

    # --- what moves

    def _draw_wait(self, painter: QPainter, box: QRectF) -> None:
        """The ring, as much of it as is left of the wait, and the beats that are."""
        share, beats = (1.0 if self.still else self.left[0]), self.left[1]
        inner, r = box.adjusted(1.5, 1.5, -1.5, -1.5), RADIUS - 1.5
        ring = QPainterPath(QPointF(inner.left() + r, inner.top()))
        ring.lineTo(inner.right() - r, inner.top())
        ring.arcTo(QRectF(inner.right() - 2 * r, inner.top(), 2 * r, 2 * r), 90, -90)
        ring.lineTo(inner.right(), inner.bottom() - r)
        ring.arcTo(QRectF(inner.right() - 2 * r, inner.bottom() - 2 * r, 2 * r, 2 * r), 0, -90)
        ring.lineTo(inner.left() + r, inner.bottom())
        ring.arcTo(QRectF(inner.left(), inner.bottom() - 2 * r, 2 * r, 2 * r), -90, -90)
        ring.lineTo(inner.left(), inner.top() + r)
        ring.arcTo(QRectF(inner.left(), inner.top(), 2 * r, 2 * r), 180, -90)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(STAGE.queued, 3))
        painter.drawPath(ring)
        if share > 0:
            pen = QPen(STAGE.warn, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
            pen.setDashPattern([max(ring.length() * share / 3, 0.01), 1e4])
            painter.setPen(pen)
            painter.drawPath(ring)
        if beats:
            wide = 20 if len(beats) < 3 else 28
            badge = QRectF(box.right() - 6 - wide, box.top() + 6, wide, 20)
            paint.fill(painter, badge, STAGE.warn, 10)
            paint.write(painter, badge, beats, font(13 if len(beats) < 3 else 11, 700), STAGE.on_warn, paint.CENTER)

    # --- renaming

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setFont(theme.font(11))
        editor.setAccessibleName(self.tr("Name of the scene"))
        editor.setStyleSheet("QLineEdit{padding:0 2px;min-height:0;}")
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        box = self.box(option.rect)
        editor.setGeometry(box.x() + 1, box.bottom() - NAME, box.width() - 2, NAME)
