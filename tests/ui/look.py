"""What a person sees and reaches of a window, to be checked: words that were cut, inks on their grounds, targets."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, QRect, QRectF, Qt, QTranslator
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from app.ui.tokens import STAGE
from app.ui.widgets import paint

LARGE_PX, LARGE_BOLD_PX = 24, 18
"""From here on 3:1 is enough (WCAG 1.4.3)."""


def luminance(color: QColor) -> float:
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in color.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a: QColor, b: QColor) -> float:
    """The WCAG contrast ratio of two colours."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@dataclass(frozen=True)
class Written:
    """A line of text as it was painted: on which widget, where, in which ink, and whether it was cut."""

    widget: QWidget
    box: QRect
    words: str
    face: QFont
    ink: QColor
    cut: bool


class Writing:
    """Listens to everything that widgets of ours write."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lines: list[Written] = []
        self._write = paint.write
        monkeypatch.setattr(paint, "write", self._listen)

    def _listen(self, painter: QPainter, rect: QRect | QRectF, words: str, face: QFont, color: QColor,
                align: Qt.AlignmentFlag = paint.LEFT) -> None:  # fmt: skip
        device = painter.device()
        if isinstance(device, QWidget) and words.strip():
            box, metrics = QRectF(rect), QFontMetrics(face)
            need = metrics.horizontalAdvance(words)
            wide, tall = min(need, box.width()), min(metrics.height(), box.height())
            left = box.left()
            if align & Qt.AlignmentFlag.AlignHCenter:
                left = box.center().x() - wide / 2
            elif align & Qt.AlignmentFlag.AlignRight:
                left = box.right() - wide
            inked = painter.transform().mapRect(QRectF(left, box.center().y() - tall / 2, wide, tall)).toRect()
            self.lines.append(Written(device, inked, words, QFont(face), QColor(color), need > box.width() + 1))
        self._write(painter, rect, words, face, color, align)

    def unreadable(self, root: QWidget, image: QImage) -> list[str]:
        """Lines whose ink is too near to what *image*, the picture of *root*, has around them."""
        bad = []
        for line in self.lines:
            inside = line.widget is root or root.isAncestorOf(line.widget)
            whole = line.widget.isVisible() and line.widget.visibleRegion().contains(line.box.center())
            if not inside or not whole:
                continue
            if not line.widget.isEnabled() or line.ink == STAGE.text_dis:  # what cannot be used is dim
                continue
            if not line.widget.visibleRegion().boundingRect().contains(line.box):  # half of a row that is scrolled
                continue
            on = ground(image, line.box.translated(line.widget.mapTo(root, QPoint())), line.ink)
            if on is not None and contrast(line.ink, on) < enough(line.face):
                ratio = contrast(line.ink, on)
                bad.append(f"{line.words!r} on {name(line.widget)}: {line.ink.name()} on {on.name()} is {ratio:.1f}")
        return bad

    def cut(self) -> list[str]:
        """Lines that had to be cut."""
        return [f"{line.words!r} on {name(line.widget)}" for line in self.lines if line.cut]


def name(widget: QWidget) -> str:
    return widget.objectName() or widget.accessibleName() or type(widget).__name__


def seen(root: QWidget, kind: type = QWidget) -> list:
    """Every *kind* of widget under *root* of which something is seen."""
    return [w for w in root.findChildren(kind) if w.isVisible() and not inside(w).isEmpty()]


def inside(widget: QWidget) -> QRect:
    """What of *widget* those around it leave; its visible region would leave out what its children cover."""
    box, above = widget.rect(), widget
    while above.parentWidget() is not None and not above.isWindow():
        box = box.translated(above.pos()) & above.parentWidget().rect()
        above = above.parentWidget()
    return box


def ground(image: QImage, box: QRect, ink: QColor) -> QColor | None:
    """The colour that most of *box* has, apart from the *ink*."""
    box = box.intersected(image.rect())
    counts: dict[int, int] = {}
    for y in range(box.top(), box.bottom() + 1, 2):
        for x in range(box.left(), box.right() + 1, 2):
            rgb = image.pixel(x, y)
            counts[rgb] = counts.get(rgb, 0) + 1
    counts.pop(ink.rgb(), None)
    return QColor(max(counts, key=lambda rgb: counts[rgb])) if counts else None


def enough(face: QFont) -> float:
    """The ratio that text of this size needs."""
    size = face.pixelSize() if face.pixelSize() > 0 else face.pointSizeF() * 4 / 3
    return 3.0 if size >= LARGE_PX or (size >= LARGE_BOLD_PX and face.weight() >= 600) else 4.5


def lines(root: QWidget) -> Iterator[QLabel]:
    """The labels that say something in one line of plain text."""
    for label in seen(root, QLabel):
        if label.text() and not label.wordWrap() and "</" not in label.text():
            yield label


def dim_labels(root: QWidget, image: QImage) -> list[str]:
    """Labels whose ink is too near to their ground in *image*, the picture of *root*."""
    bad = []
    for label in lines(root):
        ink = label.palette().color(label.foregroundRole())
        on = ground(image, QRect(label.mapTo(root, QPoint()), label.size()), ink)
        if label.isEnabled() and on is not None and contrast(ink, on) < enough(label.font()):
            bad.append(f"{label.text()!r}: {ink.name()} on {on.name()} is {contrast(ink, on):.1f}")
    return bad


def clipped(root: QWidget) -> list[str]:
    """Labels and buttons with less room than their words need."""
    short = []
    for label in lines(root):
        metrics, told = label.fontMetrics(), label.text()
        told = told.replace("&", "", 1) if label.buddy() is not None else told  # it says which letter leads there
        if label.width() < metrics.horizontalAdvance(told) - 1 or label.height() < metrics.height() - 1:
            short.append(f"label {label.text()!r}: {label.size().toTuple()}")
    for button in seen(root, QAbstractButton):
        needs = button.minimumSizeHint()
        if button.text() and (button.width() < needs.width() - 1 or button.height() < needs.height() - 1):
            short.append(f"button {button.text()!r}: {button.size().toTuple()} of {needs.toTuple()}")
    return short


def stops(root: QWidget) -> list[QWidget]:
    """What can be pressed, drawn or typed into."""
    return [w for w in seen(root) if w.focusPolicy() != Qt.FocusPolicy.NoFocus and w.isEnabled()]


def small(root: QWidget, least: int) -> list[str]:
    """Stops that are less than *least* high or wide."""
    return [f"{name(w)}: {w.size().toTuple()}" for w in stops(root) if min(w.width(), w.height()) < least]


def nameless(root: QWidget) -> list[str]:
    """Stops of which a screen reader could say nothing."""
    return [f"{type(w).__name__} {w.objectName()}" for w in stops(root) if not (w.accessibleName() or text_of(w))]


def text_of(widget: QWidget) -> str:
    """What stands on *widget*, if it has a text of its own."""
    return str(widget.text()) if isinstance(widget, QAbstractButton | QLabel) else ""


def overlaps(root: QWidget) -> list[str]:
    """Widgets of one layout that lie over one another."""
    over = []
    for parent in (root, *seen(root)):
        layout = parent.layout()
        there = [] if layout is None else [layout.itemAt(i).widget() for i in range(layout.count())]
        shown = [w for w in there if w is not None and w.isVisible()]
        over += [f"{name(a)} and {name(b)}" for i, a in enumerate(shown) for b in shown[i + 1 :]
                 if a.geometry().intersects(b.geometry())]  # fmt: skip
    return over


class Longer(QTranslator):
    """Every sentence that is translated is two fifths longer, as German often is. Qt's own words stay."""

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        ours = not context.startswith("Q") and bool(source)
        return source + "~" * math.ceil(0.4 * len(source)) if ours else source


def settle() -> None:
    """Let what was asked for be laid out and painted."""
    for _ in range(3):
        QApplication.processEvents()
