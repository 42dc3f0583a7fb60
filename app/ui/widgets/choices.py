"""Choices: a tick, and one of a few side by side."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QStyle, QWidget

from app.ui import theme
from app.ui.theme import STAGE
from app.ui.widgets import paint


class CheckBox(paint.KeyFocus, QAbstractButton):
    """A tick, 14 px, with or without a word; Alt and the letter after its ``&`` press it. Main thread."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(theme.font(12)).horizontalAdvance(self.word) + 8 if self.word else 10
        return QSize(14 + words, 24)

    @property
    def word(self) -> str:
        """What stands beside the tick."""
        return self.text().replace("&", "", 1)

    minimumSizeHint = sizeHint

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(0, (self.height() - 14) / 2, 14, 14)
        on, able = self.isChecked(), self.isEnabled()
        if on:
            paint.fill(painter, box, paint.hover(STAGE.accent if able else STAGE.text_dis, self.underMouse()), 3)
            painter.setPen(QPen(STAGE.on_accent, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            y = box.y()
            painter.drawPolyline([QPointF(3.6, y + 7.3), QPointF(6, y + 9.7), QPointF(10.6, y + 4.7)])
        else:
            paint.fill(painter, box, STAGE.bg0, 3)
            edge = STAGE.text2 if self.underMouse() else STAGE.border_strong
            paint.outline(painter, box, edge if able else STAGE.border, 3)
        if self.word:
            ink = STAGE.text if able else STAGE.text_dis
            paint.write(painter, QRectF(22, 0, self.width() - 22, self.height()), self.word, theme.font(12), ink)
            self._underline(painter)
        if self.ringed():
            paint.focus_ring(
                painter, QRectF(0, box.y(), 14, 14).adjusted(-0.0, -3, 3, 3) if not self.text() else self.rect()
            )

    def _underline(self, painter: QPainter) -> None:
        """The letter that presses it, where this desktop shows such letters."""
        before, mark, after = self.text().partition("&")
        if mark and after and self.style().styleHint(QStyle.StyleHint.SH_UnderlineShortcut, None, self):
            metrics = QFontMetrics(theme.font(12))
            y = (self.height() + metrics.ascent() - metrics.descent()) // 2 + 2
            painter.fillRect(22 + metrics.horizontalAdvance(before), y, metrics.horizontalAdvance(after[0]), 1,
                             painter.pen().color())  # fmt: skip


class Segmented(paint.KeyFocus, QWidget):
    """One of a few, side by side. Arrow keys move the choice. Main thread."""

    chosen = Signal(int)

    def __init__(self, options: Sequence[tuple[str, str]], tall: int = 24, parent: QWidget | None = None) -> None:
        """*options*: (word, icon) each; either may be empty."""
        super().__init__(parent)
        self.options = tuple(options)
        self.index = 0
        self.tall, self.icon_wide, self.pad = tall, 36, 20
        self.words: tuple[str, ...] = tuple(word for word, _ in options)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setMouseTracking(True)
        self._over = -1

    def set_index(self, index: int) -> None:
        """Show *index* as chosen, without telling anybody."""
        if index != self.index and 0 <= index < len(self.options):
            self.index = index
            self.setAccessibleDescription(self.words[index])
            self.update()

    def set_options(self, options: Sequence[tuple[str, str]], icon_wide: int = 36) -> None:
        """Show the same choices otherwise, with icons for words for instance; they keep their names."""
        if tuple(options) != self.options:
            self.options, self.icon_wide = tuple(options), icon_wide
            self.updateGeometry()
            self.update()

    def set_pad(self, pad: int) -> None:
        """Leave so much room beside each word."""
        if pad != self.pad:
            self.pad = pad
            self.updateGeometry()
            self.update()

    def _widths(self) -> list[int]:
        bold = QFontMetrics(theme.font(12, 600))
        named = [bold.horizontalAdvance(word) + self.pad + (16 if icon else 0) for word, icon in self.options]
        return [wide if word else self.icon_wide for wide, (word, _) in zip(named, self.options, strict=True)]

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()) + 4 + 2 * (len(self.options) - 1), self.tall)

    minimumSizeHint = sizeHint

    def cells(self) -> list[QRectF]:
        """Where each option stands."""
        x, found = 2.0, []
        for wide in self._widths():
            found.append(QRectF(x, 2, wide, self.height() - 4))
            x += wide + 2
        return found

    def _at(self, x: float) -> int:
        return next((i for i, c in enumerate(self.cells()) if c.left() <= x < c.right()), -1)

    def _choose(self, index: int) -> None:
        index = min(max(index, 0), len(self.options) - 1)
        if index != self.index:
            self.set_index(index)
            self.chosen.emit(index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and (at := self._at(event.position().x())) >= 0:
            self._choose(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if (at := self._at(event.position().x())) != self._over:
            self._over = at
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps: dict[int, Callable[[], int]] = {
            Qt.Key.Key_Left: lambda: self.index - 1, Qt.Key.Key_Up: lambda: self.index - 1,
            Qt.Key.Key_Right: lambda: self.index + 1, Qt.Key.Key_Down: lambda: self.index + 1,
            Qt.Key.Key_Home: lambda: 0, Qt.Key.Key_End: lambda: len(self.options) - 1,
        }  # fmt: skip
        if event.key() in steps:
            self._choose(steps[event.key()]())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint.fill(painter, self.rect(), STAGE.bg0, 4)
        paint.outline(painter, self.rect(), STAGE.border)
        for i, (cell, (word, icon)) in enumerate(zip(self.cells(), self.options, strict=True)):
            self._paint_cell(painter, i, cell, word, icon)
        if self.ringed():
            paint.focus_ring(painter, self.rect())

    def _paint_cell(self, painter: QPainter, i: int, cell: QRectF, word: str, icon: str) -> None:
        on, over = i == self.index, i == self._over and self.underMouse()
        ink = STAGE.text_dis if not self.isEnabled() else STAGE.text_hi if on or over else STAGE.text2
        if on:
            paint.fill(painter, cell, STAGE.accent if self.isEnabled() else STAGE.border, 3)
            painter.save()
            painter.setClipRect(cell.adjusted(0, 0, 0, -2))
            paint.fill(painter, cell, STAGE.bg3, 3)
            painter.restore()
        if icon:
            size = 18 if not word else 14
            at = QPointF(cell.center().x() - size / 2 if not word else cell.x() + 9, cell.center().y() - size / 2)
            painter.drawPixmap(at, theme.pixmap(icon, ink, size, self.devicePixelRatioF()))
        if word:
            face = theme.font(12, 600 if on else 400)
            box = cell.adjusted(27, 0, 0, 0) if icon else cell
            paint.write(painter, box, word, face, ink, paint.LEFT if icon else paint.CENTER)
