"""The picture of Perform: edge to edge, with nothing on it but what is latched."""

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from app.ui.picture_shape import fitted
from app.ui.preview import PreviewView
from app.ui.theme import STAGE, font, pixmap
from app.ui.widgets import paint


class ProgramView(PreviewView):
    """What the audience sees, without tools beside it (main thread)."""

    def _make_tools(self) -> None:
        super()._make_tools()
        for tool in (self.fit, self.full, self.camera, self.gauge, self.cue, self.mouse):
            tool.hide()
            tool.setEnabled(False)

    def picture_rect(self) -> QRectF:
        image = self.picture.shown
        place = fitted(QSizeF(1, 1) if image is None else QSizeF(image.size()), QRectF(self.rect()))
        return QRectF(place.toRect())  # on whole pixels, so that scaling does not blur an edge

    def _clip(self) -> QRectF:
        return QRectF(self.rect())

    def _running_rect(self) -> QRectF:
        side = min(132.0, self.height() / 3)
        return QRectF(12, self.height() - 12 - side, side, side)

    def _paint_rail(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._studio.frozen:
            self._paint_running(painter)  # below the frame, which is seen whole
        if self._studio.blackout or self._studio.frozen:
            super()._paint_frame(painter, QRectF(self.rect()))
        if self._studio.blackout:
            self._paint_word(painter, "BLACKOUT", "square-fill", self.picture.blackout_for())
        elif self._studio.frozen:
            self._paint_word(painter, "FREEZE", "snowflake", self.picture.frozen_for())

    def _paint_frame(self, painter: QPainter, around: QRectF) -> None:
        """Not round the picture: one frame round all of the view is enough, and it comes last."""

    def _paint_word(self, painter: QPainter, word: str, icon: str, since: float) -> None:
        """What is latched, and since when, in the upper corner of the picture."""
        face, black = font(12, 700), word == "BLACKOUT"
        face.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 104)
        ink = STAGE.on_live if black else STAGE.on_accent
        minutes, seconds = divmod(int(since), 60)
        words = f"{word} {minutes}:{seconds:02}"
        tag = QRectF(12, 12, QFontMetricsF(face).horizontalAdvance(words) + 37, 28)
        paint.fill(painter, tag, STAGE.live if black else STAGE.accent, 4)
        painter.drawPixmap(QPointF(20, 20), pixmap(icon, ink, 12, self.devicePixelRatioF()))
        paint.write(painter, tag.adjusted(28, 0, 0, 0), words, face, ink)
