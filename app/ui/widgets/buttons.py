"""Things to press: plain buttons, pickers, stage buttons and status chips."""

from typing import Literal

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.ui import theme
from app.ui.theme import STAGE
from app.ui.widgets import paint

Dress = Literal["raised", "flat", "primary", "outline", "danger", "link"]


class Btn(paint.KeyFocus, QAbstractButton):
    """A button with a word, an icon or both. Enter presses it; Space only when reached by key. Main thread."""

    def __init__(self, text: str = "", icon: str = "", look: Dress = "raised", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look: Dress = look
        self.mark = icon
        self.tall = 28
        self.face = theme.font(12, 400 if look == "link" else 500)
        self.setText(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_mark(self, icon: str) -> None:
        """Show another icon."""
        if icon != self.mark:
            self.mark = icon
            self.update()

    def sizeHint(self) -> QSize:
        if not self.text():
            return QSize(self.tall, self.tall)
        words = QFontMetrics(self.face).horizontalAdvance(self.text())
        return QSize(words + 22 + (20 if self.mark else 0), self.tall)

    minimumSizeHint = sizeHint

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def _colors(self) -> tuple[QColor | None, QColor]:
        """Fill and ink in the present state."""
        over, down = self.underMouse() and self.isEnabled(), self.isDown()
        if not self.isEnabled():
            return (None if self.look in ("flat", "outline", "link") else STAGE.bg2), STAGE.text_dis
        if self.look == "primary" or (self.isCheckable() and self.isChecked()):
            return paint.hover(STAGE.accent, over, down), STAGE.on_accent
        if self.look == "raised":
            return paint.hover(STAGE.bg3, over, down), STAGE.text
        if self.look == "link":
            return None, paint.hover(STAGE.accent, over, down)
        ink = STAGE.live if self.look == "danger" else STAGE.text_hi if over else STAGE.text2
        return (STAGE.bg3 if over else None), ink

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        face, ink = self._colors()
        if face is not None:
            paint.fill(painter, self.rect(), face, 4)
        if self.look == "outline":
            paint.outline(painter, self.rect(), STAGE.border_strong if self.isEnabled() else STAGE.bg3)
        self._contents(painter, ink)
        if self.ringed():
            paint.focus_ring(painter, self.rect())

    def _contents(self, painter: QPainter, ink: QColor) -> None:
        icon_size = 16
        if not self.text():
            side = (self.height() - icon_size) / 2
            x = (self.width() - icon_size) / 2
            painter.drawPixmap(QPointF(x, side), theme.pixmap(self.mark, ink, icon_size, self.devicePixelRatioF()))
            return
        words = QRectF(self.rect())
        if self.mark:
            shown = theme.pixmap(self.mark, ink, 14, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(10, (self.height() - 14) / 2), shown)
            paint.write(painter, words.adjusted(30, 0, -8, 0), self.text(), self.face, ink)
        else:
            paint.write(painter, words, self.text(), self.face, ink, paint.CENTER)


class Picker(Btn):
    """A button that opens a list: a thumb or word in front of it, the chosen name, a chevron. Main thread."""

    def __init__(self, tall: int = 28, weight: int = 400, size: int = 12, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.tall = tall
        self.face = theme.font(size, weight)
        self.prefix = ""
        self.thumb: QPixmap | None = None

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.face)
        words = metrics.horizontalAdvance(self.text())
        before = metrics.horizontalAdvance(self.prefix) + 7 if self.prefix else 0
        thumb = self.tall - 4 if self.thumb is not None else 0
        return QSize(words + before + thumb + 38, self.tall)

    minimumSizeHint = sizeHint

    def set_thumb(self, thumb: QPixmap | None) -> None:
        """The small picture in front of the name."""
        self.thumb = thumb
        self.update()

    def _contents(self, painter: QPainter, ink: QColor) -> None:
        x = 10.0
        if self.thumb is not None:
            box = QRect(4, 4, self.height() - 8, self.height() - 8)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(box, self.thumb)
            x = box.right() + 9.0
        if self.prefix:
            paint.write(painter, QRectF(x, 0, 200, self.height()), self.prefix, self.face, STAGE.text2)
            x += QFontMetrics(self.face).horizontalAdvance(self.prefix) + 7
        bright = STAGE.text_hi if self.isEnabled() and self.face.weight() >= QFont.Weight.DemiBold else ink
        paint.write(painter, QRectF(x, 0, self.width() - x - 26, self.height()), self.text(), self.face, bright)
        arrow = theme.pixmap("chevron-down", STAGE.text3, 14, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(self.width() - 20, (self.height() - 14) / 2), arrow)


_STAGE_FILLS = {
    "freeze": (STAGE.freeze, STAGE.freeze_text, STAGE.accent, STAGE.accent, STAGE.on_accent),
    "blackout": (STAGE.blackout, STAGE.blackout_text, STAGE.live, STAGE.live, STAGE.on_live),
    "out": (STAGE.bg3, STAGE.text_hi, STAGE.text2, STAGE.bg3, STAGE.text_hi),
    "onair": (STAGE.bg3, STAGE.text_hi, STAGE.text2, STAGE.bg1, STAGE.text_hi),
}
"""Kind -> fill, words and icon at rest; fill and words when it is on."""


class StageButton(Btn):
    """FREEZE, BLACKOUT, OUT, ON AIR: what acts on the stage. Checkable; its state is told by fill, outline and icon."""

    def __init__(self, word: str, kind: str, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(word, icon, parent=parent)
        self.kind = kind
        self.tall = 36
        self.hint = ""
        self.face = theme.font(12, 700)
        self.face.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 104)
        self.setCheckable(True)
        self.setAccessibleName(word)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self.face).horizontalAdvance(self.text())
        key = QFontMetrics(theme.font(11, 500)).horizontalAdvance(self.hint) + 8 if self.hint else 0
        return QSize(words + key + 49, self.tall)

    minimumSizeHint = sizeHint

    def _stage_colors(self) -> tuple[QColor, QColor, QColor]:
        rest, words, mark, lit, lit_words = _STAGE_FILLS[self.kind]
        if not self.isEnabled():
            return STAGE.bg2, STAGE.text_dis, STAGE.text_dis
        if not self.isChecked():
            return rest, words, mark
        lit_mark = {"out": STAGE.ok, "onair": STAGE.live}.get(self.kind, lit_words)
        return lit, lit_words, lit_mark

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        face, words, mark = self._stage_colors()
        paint.fill(painter, self.rect(), paint.hover(face, self.underMouse(), self.isDown()), 4)
        if self.kind == "onair":
            lit = self.isChecked() and self.isEnabled()
            paint.outline(painter, self.rect(), STAGE.live if lit else STAGE.border, 4, 2 if lit else 1)
        shown = theme.pixmap(self.mark, mark, 16, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(12, (self.height() - 16) / 2), shown)
        paint.write(painter, QRectF(36, 0, self.width() - 40, self.height()), self.text(), self.face, words)
        if self.hint:
            key = STAGE.blackout_key if self.kind == "blackout" and not self.isChecked() else words
            box = QRectF(self.rect()).adjusted(0, 0, -12, 0)
            paint.write(painter, box, self.hint, theme.font(11, 500), key, paint.RIGHT)
        if self.ringed():
            paint.focus_ring(painter, self.rect())


class Chip(Btn):
    """One fact in the status bar; pressing it opens the page that repairs it. Main thread."""

    def __init__(self, text: str = "", icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, icon, "flat", parent)
        self.state: Literal["plain", "good", "degraded", "broken"] = "plain"
        self.strong = ""
        self.lamp: QColor | None = None
        self.face = theme.font(11)
        self._measured: tuple[tuple[object, ...], int] = ((), 0)

    def tell(self, text: str, *, strong: str = "", state: str = "plain", icon: str | None = None) -> None:
        """Say *strong* (in bold) and *text*; *state* is plain, good, degraded or broken. Repaints only on change."""
        new = (text, strong, state, self.mark if icon is None else icon)
        if new == (self.text(), self.strong, self.state, self.mark):
            return
        self.strong, self.state, self.mark = strong, state, new[3]  # type: ignore[assignment]
        self.setText(text)
        self.setAccessibleName(f"{strong} {text}".strip())
        self.updateGeometry()
        self.update()

    def set_lamp(self, color: QColor | None) -> None:
        """A coloured dot in front of the words, or none."""
        if color != self.lamp:
            self.lamp = color
            self.updateGeometry()
            self.update()

    def _bold(self) -> QFont:
        return theme.font(12 if self.lamp is not None else 11, 600)

    def sizeHint(self) -> QSize:
        said = self.text(), self.strong, self.mark, self.lamp is None, self.state in ("plain", "good")
        if said != self._measured[0]:  # asked for again and again, by all that stand beside it
            self._measured = said, self._width()
        return QSize(self._measured[1], self.tall)

    minimumSizeHint = sizeHint

    def _width(self) -> int:
        wide = 20 + (20 if self.mark else 0) + (14 if self.lamp is not None else 0)
        wide += QFontMetrics(self.face if self.state in ("plain", "good") else self._bold()).horizontalAdvance(
            self.text()
        )
        if self.strong:
            wide += QFontMetrics(self._bold()).horizontalAdvance(self.strong) + (6 if self.text() else 0)
        return wide

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse():
            paint.fill(painter, self.rect(), STAGE.bg2)
        inks = {"degraded": STAGE.queued_text, "broken": STAGE.broken_text}
        marks = {"degraded": STAGE.warn, "broken": STAGE.live, "good": STAGE.ok}
        ink, x, tall = inks.get(self.state, STAGE.text2), 10.0, self.height()
        if self.state == "broken":
            paint.outline(painter, self.rect(), STAGE.live, 0)
        if self.lamp is not None:
            paint.dot(painter, QPointF(x + 4, tall / 2), 4, self.lamp)
            x += 14
        if self.mark:
            shown = theme.pixmap(self.mark, marks.get(self.state, STAGE.text3), 14, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(x, (tall - 14) / 2), shown)
            x += 20
        if self.strong:
            bold = self._bold()
            paint.write(painter, QRectF(x, 0, 400, tall), self.strong, bold, STAGE.text if ink == STAGE.text2 else ink)
            x += QFontMetrics(bold).horizontalAdvance(self.strong) + 6
        face = self.face if ink == STAGE.text2 else self._bold()
        paint.write(painter, QRectF(x, 0, 600, tall), self.text(), face, ink)
        if self.ringed():
            paint.focus_ring(painter, self.rect(), 0)
