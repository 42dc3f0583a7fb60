"""What is next to here: seven pictures along one direction of W, from three deviations before to three behind."""

import time
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
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
from PySide6.QtWidgets import QMenu, QSizePolicy, QVBoxLayout, QWidget

from app.control.params import PARAMS, get
from app.engine.errors import AppError
from app.engine.latent.directions import ways_of
from app.engine.latent.w import truncate
from app.engine.show.show import Show, StyleRef
from app.engine.show.ways import KEPT, PRINCIPAL, direction_words, misfit, there
from app.ui.direction_edits import forget_direction, keep_direction, rename_direction
from app.ui.direction_head import DirectionHead
from app.ui.document import Document
from app.ui.map_points import name_of
from app.ui.studio import Studio
from app.ui.theme import STAGE, fade, font
from app.ui.thumbs import smooth
from app.ui.widgets import paint

STEPS = (-3, -2, -1, 0, 1, 2, 3)
GAP, SIDE = 4, 96
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


class NeighbourStrip(QWidget):
    """Owns the direction that is shown and the pictures along it, round the point where the path rests (main thread).

    Its *number* is as in ``direction.1``: the network's own, then those that the scene keeps; 0 is the way *towards* a
    Point. While music plays new pictures are asked for at most every 1.5 s, and never before the last ones have come:
    the network has frames to draw.
    """

    def __init__(self, document: Document, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("neighbourStrip")
        self.document, self.studio = document, studio
        self.number = 1
        self._towards: tuple[str, Array, StyleRef] | None = None
        """Its title, one deviation along it, and the network in whose W it lies."""
        self._base: Array | None = None
        self._missing: set[int] = set()
        self._asked_at = -1e9
        self.row = ThumbRow(self)
        self.row.setAccessibleName("Pictures along the direction")
        self.head = DirectionHead(document, studio, self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.row)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self.refresh)
        self.row.wanted.connect(self.go)
        self.row.turned.connect(self.turn)
        pick = self.head.pick
        pick.clicked.connect(lambda: self.menu().popup(pick.mapToGlobal(pick.rect().bottomLeft())))
        self.head.star.clicked.connect(self.toggle_star)
        self.head.renamed.connect(lambda name: rename_direction(document, self.number, name))
        studio.still_ready.connect(self._still_ready)
        studio.styles_changed.connect(self._forget)
        document.watch(self._show_names, "scene.ways", "scene.style")
        self._show_names(document.show)

    # the direction

    def numbers(self) -> list[int]:
        """The directions there are: the network's own, and those that the scene keeps."""
        own = len(self.studio.atlas.components) if self.studio.atlas is not None else 1
        scene = self.document.show.scene
        return [*range(1, own + 1), *(n for n in range(PRINCIPAL + 1, PRINCIPAL + KEPT + 1) if there(scene, n))]

    def show_number(self, number: int) -> None:
        """Show the pictures along direction *number*."""
        if number != self.number or self._towards is not None:
            self.number, self._towards = number, None
            self._show_other()

    def show_towards(self, index: int) -> None:
        """Show the pictures towards the path's Point at *index*: it stands at the right end."""
        session = self.studio.session
        if session is not None and index < len(session.points):
            there_, here = np.asarray(session.points[index].w, np.float32).mean(axis=0), self.ws_at(0.0)
            assert here is not None
            along = np.asarray((there_ - here.mean(axis=0)) / STEPS[-1], np.float32)
            title = f"Towards {name_of(session.points[index], index + 1)}"
            self.number, self._towards = 0, (title, along, session.scene.style.network)
            self._show_other()

    def _show_other(self) -> None:
        self._show_names(self.document.show)
        self._base, self._asked_at = None, -1e9
        self.refresh()

    def _show_names(self, show: Show) -> None:
        """Say what is shown. One that was let go of, or of another network, gives way to the first."""
        number = self.number
        lost = self._towards is not None and self._towards[2] != show.scene.style.network
        if lost or (number and not there(show.scene, number)):
            self.show_number(1)
            return
        if self._towards is not None:
            self.head.show_direction(self._towards[0], "way", 0, kept=False)
            return
        kept = number > PRINCIPAL
        word = "kept" if kept else f"PC {number}"
        self.head.show_direction(direction_words(show.scene, number), word, number, kept=kept,
                                 trouble=misfit(show.scene, number))  # fmt: skip

    def turn(self, by: int) -> None:
        """The next direction or the one before."""
        among = self.numbers()
        at = among.index(self.number) if self.number in among else -by
        self.show_number(among[(at + by) % len(among)])

    def toggle_star(self) -> None:
        """Keep the direction and ask for its name, or let go of it."""
        along, style = self.along(), self.studio.style
        if self.number > PRINCIPAL:
            forget_direction(self.document, self.number)
        elif along is not None and style is not None:
            try:
                kept = keep_direction(self.document, self.head.title.text(), along, style.ref)
            except AppError as error:
                self.studio.told.emit("error", "Nothing was kept", str(error))
            else:
                self.show_number(kept)
                self.head.ask_name()
        self._show_names(self.document.show)

    def menu(self) -> QMenu:
        """All directions, those that are kept by their names, and the ways to the path's Points."""
        menu, scene = QMenu(self), self.document.show.scene
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number in self.numbers():
            own = number <= PRINCIPAL
            text = f"PC {number}" if own else f"{direction_words(scene, number)}  ★"
            action = menu.addAction(text, partial(self.show_number, number))
            action.setCheckable(True)
            action.setChecked(number == self.number)
        session = self.studio.session
        if session is not None and session.points:
            menu.addSeparator()
            ways = menu.addMenu("Towards")
            for i, point in enumerate(session.points):
                ways.addAction(name_of(point, i + 1), partial(self.show_towards, i))
        if self.number:
            menu.addSeparator()
            self._add_layers(menu.addMenu("Layers that it moves"))
        return menu

    def _add_layers(self, menu: QMenu) -> None:
        name = f"direction.{self.number}.layers"
        for choice in PARAMS[name].choices:
            action = menu.addAction(choice.capitalize(), partial(self.document.set_param, name, choice, False))
            action.setCheckable(True)
            action.setChecked(choice == get(self.document.show, name))

    def along(self) -> Array | None:
        """``(w_dim,)``: the direction, one deviation long; None before there is a network."""
        session = self.studio.session
        if session is None:
            return None
        if self._towards is not None and self._towards[2] == session.scene.style.network:
            return self._towards[1]
        return ways_of(self.document.show.scene, session.atlas).vectors[max(self.number, 1) - 1]

    # going there

    def ws_at(self, deviations: float) -> Array | None:
        """``(num_ws, w_dim)`` that many deviations from where the path rests now."""
        session, along = self.studio.session, self.along()
        if session is None or along is None:
            return None
        return np.asarray(session.ws_at(self.studio.now()) + np.float32(deviations) * along, np.float32)

    def go(self, deviations: float) -> None:
        """Glide along the direction, away from where the pictures were taken."""
        along = self.along()
        if along is not None and self._base is not None and self._base.shape[1] == len(along):
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
        self._base = None
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
