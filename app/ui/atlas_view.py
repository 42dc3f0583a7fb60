"""The map's gestures: go somewhere, come back, place the path's Points, look closer."""

import json
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from app.ui import map_points
from app.ui.document import Document
from app.ui.map_canvas import MapCanvas
from app.ui.map_chips import MapChips
from app.ui.studio import Studio

HOVER_MS, SLOP = 120, 4.0
GRIP = 9.0
"""Pixels round the live point within which it is taken hold of."""
Key, Button = Qt.Key, Qt.MouseButton
_ARROWS = {Key.Key_Left: (-1, 0), Key.Key_Right: (1, 0), Key.Key_Up: (0, -1), Key.Key_Down: (0, 1)}


class AtlasView(MapCanvas):
    """The live preview of latent space (main thread): what is pressed, dragged and typed on the map."""

    table_wanted = Signal()

    def __init__(self, document: Document, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(document, studio, parent)
        self.setObjectName("atlasView")
        self.setAccessibleName("Map of latent space")
        self.setAccessibleDescription("Arrows move, Enter goes there, W adds a point, Tab goes from point to point")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._pressed_at = self._last_at = QPointF()
        self._held: tuple[int, ...] = ()
        self._was_selected = self._hand = False
        self._hover = QTimer(self, singleShot=True, interval=HOVER_MS)
        self._hover.timeout.connect(self._enlarge)
        self.chips = MapChips(document, studio, self)
        self.chips.follow.toggled.connect(self.set_follow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.chips.place()

    # what can be done here

    def set_follow(self, on: bool) -> None:
        """Keep the live point inside the middle of the view, or let it leave."""
        self.follow = on
        self.chips.follow.setChecked(on)
        if on and self.spot is not None and self.port.follow(self.spot.x, self.spot.y):
            self.update()

    def go(self, x: float, y: float, *, cut: bool = False) -> None:
        """Glide (or *cut*) to the cell place ``(x, y)`` and stay there."""
        if self.places is not None:
            self.studio.go(self.places.atlas.w_at(x, y), cut=cut)

    def add_point(self, x: float, y: float) -> None:
        """A Point of the path here, at the present song time."""
        if self.places is not None:
            map_points.add(self.document, self.studio, self.places.atlas.w_at(x, y), self.studio.now())

    def copy_w(self, x: float, y: float) -> None:
        """Put the w at the cell place on the clipboard, as JSON."""
        if self.places is not None:
            numbers = [round(float(v), 6) for v in self.places.atlas.w_at(x, y)]
            QGuiApplication.clipboard().setText(json.dumps(numbers))

    def remove_selected(self) -> None:
        """Take the selected Point away."""
        if self.document.selected >= 0:
            map_points.remove(self.document, self.studio, self.document.selected)

    def double_selected(self) -> None:
        """A second Point like the selected one."""
        if self.document.selected >= 0:
            map_points.double(self.document, self.studio, self.document.selected, self.studio.now())
            self.document.end_merge()

    def _zoom(self, at: QPointF, factor: float) -> None:
        self.port.zoom_about(at, factor)
        self.update()

    def _pan(self, dx: float, dy: float) -> None:
        self.set_follow(False)  # the hand wins
        self.port.pan(dx, dy)
        self.update()

    def show_all(self) -> None:
        """See the whole map."""
        self.port.fit()
        self.update()

    def centre_live(self) -> None:
        """Bring the live point to the middle."""
        if self.spot is not None:
            self.port.centre(self.spot.x, self.spot.y)
            self.update()

    # mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        self._pressed_at = self._last_at = at
        self._calm()
        if event.button() == Button.MiddleButton:
            self._doing = "pan"
        elif event.button() == Button.LeftButton and self.places is not None:
            self._doing = self._begin(at, event.modifiers())
        self.keyed = None

    def _begin(self, at: QPointF, keys: Qt.KeyboardModifier) -> str:
        """What a press of the left button at *at* begins."""
        live = self.live_pixel()
        if self._hand:
            return "pan"
        if self.ground.ready and self.mini_box().contains(at.toPoint()):
            self._look_at(at)
            return "mini"
        if keys & Qt.KeyboardModifier.ShiftModifier:
            self.add_point(*self.port.to_cells(at))
            return "done"
        if live is not None and (at - live).manhattanLength() <= GRIP * 1.4:
            return "live"
        stop = self.stop_at(at)
        if stop is None:
            return "ground"
        self._was_selected = self.document.selected in stop.indices
        if not self._was_selected:
            self.document.select(stop.indices[0])
        self._held = stop.indices
        return "double" if keys & Qt.KeyboardModifier.AltModifier else "point"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at, step = event.position(), event.position() - self._last_at
        if not event.buttons():
            self._hover_at(at)
            return
        far = (at - self._pressed_at).manhattanLength() > SLOP
        self._last_at = at
        if self._doing == "ground" and far:
            self._doing = "pan"
            step = at - self._pressed_at
        elif self._doing in ("live", "point", "double") and far:
            self._doing = {"live": "scrub", "point": "move", "double": "twin"}[self._doing]
            if self._doing == "twin":
                index = self.document.selected
                self._held = (map_points.double(self.document, self.studio, index, self.studio.now()),)
                self._doing = "move"
            elif self._doing == "move":
                self._held = self._same_place()
        if self._doing == "pan":
            self._pan(step.x(), step.y())
        elif self._doing == "mini":
            self._look_at(at)
        elif self._doing == "scrub":
            self.go(*self.port.to_cells(at), cut=True)
        elif self._doing == "move" and self.places is not None:
            w = self.places.atlas.w_at(*self.port.to_cells(at))
            map_points.move(self.document, self.studio, self._held, w)

    def _same_place(self) -> tuple[int, ...]:
        """The selected Point and those at exactly its w: a place that the path visits again moves as one."""
        points, index = self.points, self.document.selected
        return tuple(i for i, p in enumerate(points) if 0 <= index < len(points) and p.w == points[index].w)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._doing == "ground":
            self.go(*self.port.to_cells(event.position()))
        elif self._doing == "point" and self._was_selected and len(self._held) > 1:
            following = self._held.index(self.document.selected) + 1
            self.document.select(self._held[following % len(self._held)])
        self._doing = ""
        self.document.end_merge()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        stop = self.stop_at(event.position())
        if stop is None:
            self.mousePressEvent(event)
        elif event.button() == Button.LeftButton:
            index = self.document.selected if self.document.selected in stop.indices else stop.indices[0]
            self.studio.seek(self.points[index].t)
            self._doing = "done"

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.angleDelta().x()
        if turned and self.places is not None:
            self._zoom(event.position(), 1.0015**turned)
        event.accept()

    def _look_at(self, at: QPointF) -> None:
        box = self.mini_box()
        self.set_follow(False)
        x = (at.x() - box.x()) / box.width() * self.port.cols - 0.5
        self.port.centre(x, (at.y() - box.y()) / box.height() * self.port.rows - 0.5)
        self.update()

    # hover

    def _hover_at(self, at: QPointF) -> None:
        over_mini = self.ground.ready and self.mini_box().contains(at.toPoint())
        new = None if over_mini or self.places is None else at
        self.setCursor(Qt.CursorShape.OpenHandCursor if self._hand else Qt.CursorShape.ArrowCursor)
        if self.enlarged or (new is None) != (self.pointer is None) or self._cell(new) != self._cell(self.pointer):
            self.update()
        self.pointer = new
        if new is not None and not self.enlarged:
            self._hover.start()

    def _cell(self, at: QPointF | None) -> tuple[int, int] | None:
        if at is None:
            return None
        x, y = self.port.to_cells(at)
        return round(x), round(y)

    def _enlarge(self) -> None:
        self.enlarged = self.pointer is not None and self.ground.ready
        self.update()

    def _calm(self) -> None:
        """Nothing is enlarged any more."""
        self._hover.stop()
        self.enlarged, self.pointer = False, None
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._calm()
        super().leaveEvent(event)

    # keys

    def event(self, event: QEvent) -> bool:
        escape = isinstance(event, QKeyEvent) and event.key() == Key.Key_Escape and not event.modifiers()
        if escape and event.type() == QEvent.Type.ShortcutOverride and self.studio.going:
            event.accept()  # a detour makes Esc ours; with Shift it is panic
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, fine = event.key(), not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        middle, here = QPointF(self.width() / 2, self.height() / 2), self._here()
        if key in _ARROWS:
            self._step(*_ARROWS[Key(key)], 0.25 if fine else 1.0)
        elif key in (Key.Key_Return, Key.Key_Enter) and here is not None:
            self.go(*here)
        elif key == Key.Key_W and here is not None:
            self.add_point(*here)
        elif key in (Key.Key_Plus, Key.Key_Equal):
            self._zoom(middle, 1.25)
        elif key == Key.Key_Minus:
            self._zoom(middle, 0.8)
        elif key == Key.Key_0:
            self.show_all()
        elif key == Key.Key_Home:
            self.centre_live()
        elif key == Key.Key_H:
            self._hand = True
        elif key in (Key.Key_Delete, Key.Key_Backspace):
            self.remove_selected()
        elif key == Key.Key_Escape and self.studio.going:
            self.studio.go(None)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Key.Key_H and not event.isAutoRepeat():
            self._hand = False
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._hand = False
        super().focusOutEvent(event)

    def focusNextPrevChild(self, following: bool) -> bool:
        """Tab goes from Point to Point, and on to the next widget after the last."""
        index = self.document.selected + (1 if following else -1)
        if self.hasFocus() and 0 <= index < len(self.points):
            self.document.select(index)
            if self.chart is not None:
                self.keyed = self.chart.places[index]
                self._show_cursor()
            return True
        return super().focusNextPrevChild(following)

    def _here(self) -> tuple[float, float] | None:
        """Where the keys are: their cursor, or the live point."""
        if self.keyed is None and self.spot is not None:
            return self.spot.x, self.spot.y
        return self.keyed

    def _step(self, dx: float, dy: float, size: float) -> None:
        here = self._here()
        if here is None:
            return
        x, y = here[0] + dx * size, here[1] + dy * size
        self.keyed = min(max(x, 0.0), self.port.cols - 1.0), min(max(y, 0.0), self.port.rows - 1.0)
        self._show_cursor()

    def _show_cursor(self) -> None:
        if self.keyed is not None:
            self.port.follow(*self.keyed, share=0.9)
            self.setAccessibleDescription(f"Cursor at {self.keyed[0]:.1f}, {self.keyed[1]:.1f}")
        self.update()

    # menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.places is not None:
            self._calm()
            self.menu(QPointF(event.pos())).popup(event.globalPos())

    def menu(self, at: QPointF) -> QMenu:
        """What can be done at the pixel *at*."""
        x, y = self.port.to_cells(at)
        stop, menu = self.stop_at(at), QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rows: list[tuple[str, Callable[[], object]] | None]
        rows = [("Go here", partial(self.go, x, y)), ("Add point here", partial(self.add_point, x, y))]
        if stop is not None:
            self.document.select(self.document.selected if self.document.selected in stop.indices else stop.indices[0])
            seek = partial(self.studio.seek, self.points[self.document.selected].t)
            rows += [None, ("Go to its time", seek), ("Double point", self.double_selected)]
            rows += [("Remove point", self.remove_selected)]
        back = ("Back to the path", partial(self.studio.go, None))
        rows += [None, *([back] if self.studio.going else []), ("Copy w", partial(self.copy_w, x, y)), None]
        rows += [("Centre the live point", self.centre_live), ("Show the whole map", self.show_all)]
        rows += [("Points as a table", self.table_wanted.emit)]
        for row in rows:
            if row is None:
                menu.addSeparator()
            else:
                menu.addAction(row[0], row[1])
        return menu
