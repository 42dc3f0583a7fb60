"""What is next to here: seven pictures along one direction of W, from three deviations before to three behind."""

import time
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from app.engine.latent.w import truncate
from app.ui.document import Document
from app.ui.studio import Studio
from app.ui.theme import STAGE, fade, font, pixmap
from app.ui.thumbs import smooth
from app.ui.widgets import Btn, paint, words

STEPS = (-3, -2, -1, 0, 1, 2, 3)
GAP, TITLE, SIDE = 4, 32, 96
REFRESH_S, LOOK_MS = 1.5, 250
MOVED = 0.02
"""How far, in sigma, the resting point has to go before new pictures are asked for."""
Array = NDArray[np.float32]


class ThumbRow(paint.KeyFocus, QWidget):
    """Seven pictures side by side (main thread); tells how many deviations away a press or a drag wants to go."""

    wanted = Signal(float)
    turned = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pictures: list[QPixmap | None] = [None] * len(STEPS)
        self.at = STEPS.index(0)
        self._pressed: float | None = None
        self._scrubbing = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(54)

    @property
    def side(self) -> int:
        """Side of a picture."""
        return max(20, (self.width() - GAP * (len(STEPS) - 1)) // len(STEPS))

    def box(self, index: int) -> QRectF:
        """Where the picture at *index* stands."""
        step = (self.width() - self.side) / (len(STEPS) - 1)
        return QRectF(round(index * step), 0, self.side, self.side)

    def deviations_at(self, x: float) -> float:
        """How many deviations away the place *x* is."""
        step = (self.width() - self.side) / (len(STEPS) - 1)
        return min(max((x - self.side / 2) / step + STEPS[0], STEPS[0]), STEPS[-1])

    def show_picture(self, index: int, picture: QPixmap | None) -> None:
        """Put *picture* at *index*."""
        self.pictures[index] = picture
        self.update(self.box(index).toAlignedRect().adjusted(-2, -2, 2, 2))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.setFixedHeight(self.side)
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for i, picture in enumerate(self.pictures):
            box = self.box(i)
            clip = QPainterPath()
            clip.addRoundedRect(box, 4, 4)
            painter.setClipPath(clip)
            painter.fillRect(box, STAGE.pad)
            if picture is not None and not picture.isNull():
                painter.drawPixmap(box.topLeft(), smooth(picture, self.side, self.devicePixelRatioF()))
            if STEPS[i] in (STEPS[0], STEPS[-1]):
                self._tag(painter, box, f"{STEPS[i]:+d}σ".replace("-", "−"))
            painter.setClipping(False)
            if STEPS[i] == 0:
                paint.outline(painter, box, STAGE.mark, 4, 2)
        if self.ringed():
            paint.focus_ring(painter, self.box(self.at))

    def _tag(self, painter: QPainter, box: QRectF, text: str) -> None:
        tag = QRectF(box.x() - 4, box.bottom() - 14, 33, 18)
        paint.fill(painter, tag, fade(STAGE.bg0, 0.86), 4)
        paint.write(painter, QRectF(box.x() + 4, box.bottom() - 14, 30, 14), text, font(11), STAGE.text2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._scrubbing = event.position().x(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        self._scrubbing = self._scrubbing or abs(event.position().x() - self._pressed) > 4
        if self._scrubbing:
            self.wanted.emit(self.deviations_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and not self._scrubbing:
            self.wanted.emit(float(round(self.deviations_at(event.position().x()))))
        self._pressed = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if turned:
            self.turned.emit(-1 if turned > 0 else 1)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.at = min(max(self.at + (1 if key == Qt.Key.Key_Right else -1), 0), len(STEPS) - 1)
            self.setAccessibleDescription(f"{STEPS[self.at]:+d} deviations")
            self.update()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.turned.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.wanted.emit(float(STEPS[self.at]))
        else:
            super().keyPressEvent(event)


class _Word(Btn):
    """A word and a chevron in a title."""

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(font(11)).horizontalAdvance(self.text()) + 28, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = STAGE.text_hi if self.underMouse() else STAGE.text3
        paint.write(painter, QRectF(8, 0, self.width(), self.height()), self.text(), font(11), ink)
        arrow = pixmap("chevron-down", ink, 14, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(self.width() - 18, (self.height() - 14) / 2 + 0.5), arrow)
        if self.ringed():
            paint.focus_ring(painter, self.rect())


class _Star(Btn):
    """A star, filled when it is on."""

    def sizeHint(self) -> QSize:
        return QSize(24, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = STAGE.accent if self.isChecked() else STAGE.text_hi if self.underMouse() else STAGE.text3
        mark = "star-fill" if self.isChecked() else "star"
        painter.drawPixmap(
            QPointF(self.width() - 14, (self.height() - 14) / 2), pixmap(mark, ink, 14, self.devicePixelRatioF())
        )
        if self.ringed():
            paint.focus_ring(painter, self.rect())


class NeighbourStrip(QWidget):
    """Owns the direction that is shown and the pictures along it, round the point where the path rests (main thread).

    While music plays new pictures are asked for at most every 1.5 s, and never before the last ones have come: the
    network has frames to draw.
    """

    def __init__(self, document: Document, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("neighbourStrip")
        self.document, self.studio = document, studio
        self.direction = 0
        self.starred: set[int] = set()
        self._base: Array | None = None
        self._shown: Array | None = None
        self._missing: set[int] = set()
        self._asked_at = -1e9
        self.row = ThumbRow(self)
        self.row.setAccessibleName("Pictures along the direction")
        self.title = words("Direction 1", 12, 600, STAGE.text_hi)
        self.pick = _Word("PC 1")
        self.star = _Star()
        self.star.setCheckable(True)
        self._lay_out()
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self.refresh)
        self.row.wanted.connect(self.go)
        self.row.turned.connect(self.turn)
        self.pick.clicked.connect(lambda: self.menu().popup(self.pick.mapToGlobal(self.pick.rect().bottomLeft())))
        self.star.clicked.connect(self.toggle_star)
        studio.still_ready.connect(self._still_ready)
        studio.styles_changed.connect(self._forget)

    def _lay_out(self) -> None:
        self.pick.setObjectName("directionPick")
        self.pick.setAccessibleName("Direction")
        self.pick.setToolTip("Principal directions of W: 1 changes the picture most")
        self.star.setObjectName("directionStar")
        self.star.setAccessibleName("Star this direction")
        self.star.setToolTip("Star this direction: the wheel then turns through the starred ones")
        head = QWidget()
        head.setFixedHeight(TITLE)
        line = QHBoxLayout(head)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(self.title)
        line.addWidget(self.pick)
        line.addStretch(1)
        line.addWidget(self.star)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.row)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    # the direction

    def set_direction(self, index: int) -> None:
        """Show the pictures along principal direction *index* (0..7)."""
        if index == self.direction:
            return
        self.direction = index
        self.title.setText(f"Direction {index + 1}")
        self.pick.setText(f"PC {index + 1}")
        self.pick.updateGeometry()
        self._show_star()
        self._base, self._asked_at = None, -1e9
        self.refresh()

    def turn(self, by: int) -> None:
        """The next direction or the one before; among the starred ones when there are any."""
        count = len(self.studio.atlas.components) if self.studio.atlas is not None else 1
        among = sorted({k for k in self.starred if k < count} | {self.direction}) if self.starred else range(count)
        self.set_direction(list(among)[(list(among).index(self.direction) + by) % len(among)])

    def toggle_star(self) -> None:
        """Star the direction, or no longer."""
        self.starred ^= {self.direction}
        self._show_star()

    def _show_star(self) -> None:
        self.star.setChecked(self.direction in self.starred)

    def menu(self) -> QMenu:
        """All directions, the starred ones with their star."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        count = len(self.studio.atlas.components) if self.studio.atlas is not None else 0
        for k in range(count):
            action = menu.addAction(f"PC {k + 1}{'  ★' if k in self.starred else ''}", partial(self.set_direction, k))
            action.setCheckable(True)
            action.setChecked(k == self.direction)
        return menu

    # going there

    def ws_at(self, deviations: float) -> Array | None:
        """``(num_ws, w_dim)`` that many deviations from where the path rests now."""
        session = self.studio.session
        if session is None:
            return None
        along = np.float32(deviations) * session.atlas.components[self.direction % len(session.atlas.components)]
        return np.asarray(session.ws_at(self.studio.now()) + along, np.float32)

    def go(self, deviations: float) -> None:
        """Glide along the direction, away from where the pictures were taken."""
        session = self.studio.session
        if session is None or self._base is None:
            return
        along = session.atlas.components[self.direction % len(session.atlas.components)]
        self.studio.go(np.asarray(self._base + np.float32(deviations) * along, np.float32))

    def step(self, by: int) -> None:
        """One deviation from where the path rests now."""
        ws = self.ws_at(by)
        if ws is not None:
            self.studio.go(ws)

    # the pictures

    def showEvent(self, event: QShowEvent) -> None:
        self._look.start()
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        self._look.stop()
        super().hideEvent(event)

    def _forget(self) -> None:
        self._base = self._shown = None
        self._missing.clear()
        self.refresh()

    def refresh(self) -> None:
        """Ask for new pictures if the resting point moved, and it is time for them."""
        session = self.studio.session
        if session is None or not self.isVisible() or self.studio.atlas is not session.atlas:
            return
        base = self.ws_at(0.0)
        assert base is not None
        if self._base is not None:
            gone = np.abs(base - self._base).max() if base.shape == self._base.shape else np.inf
            if gone * np.sqrt(base.shape[1]) < MOVED * session.atlas.sigma:
                return
            if self.studio.playing and (time.monotonic() - self._asked_at < REFRESH_S or self._missing):
                return
        first = self._base is None
        self._base, self._asked_at = base, time.monotonic()
        self._ask(first)

    def _ask(self, first: bool) -> None:
        """Request all seven, the middle ones last because the engine draws the newest request first."""
        session = self.studio.session
        assert session is not None
        psi = session.scene.react.truncation
        for index in (0, 6, 1, 5, 2, 4, 3):
            ws = self.ws_at(STEPS[index])
            assert ws is not None
            if first:
                self.row.show_picture(index, self._near(ws))
            self._missing.add(index)
            self.studio.request_still(f"strip:{index}", truncate(ws, session.atlas.w_avg, psi), SIDE)

    def _near(self, ws: Array) -> QPixmap | None:
        """The nearest picture of the map, until the exact one comes."""
        atlas, sheet = self.studio.atlas, self.studio.sheet
        if atlas is None or sheet is None or sheet.isNull():
            return None
        x, y, _off = atlas.locate(ws.mean(axis=0))
        side = sheet.width() // atlas.cols
        return QPixmap.fromImage(sheet.copy(round(x) * side, round(y) * side, side, side))

    def _still_ready(self, key: str, image: QImage) -> None:
        kind, _colon, index = key.partition(":")
        if kind == "strip":
            self._missing.discard(int(index))
            self.row.show_picture(int(index), QPixmap.fromImage(image))
