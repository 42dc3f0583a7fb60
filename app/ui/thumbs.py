"""Small pictures of places in W: exact ones from the engine in time, the nearest cell of the map until then."""

import hashlib
from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from app.engine.latent.atlas import Atlas
from app.engine.latent.path import place
from app.engine.latent.w import truncate
from app.engine.show.show import Point, Scene, Show
from app.ui.studio import Studio

Rows = tuple[tuple[float, ...], ...]
SIDE = 144
_KEPT = 256
_REMEMBERED = 8 * _KEPT
"""Places that are not asked for again; what was asked for longest ago may be."""
_AT_ONCE = 4
_CELLS = 32


def faces(show: Show) -> tuple[object, ...]:
    """What a pad shows of each Scene: its name, its picture, how it is launched. Most knobs leave that alone."""
    return tuple(
        (scene.name, scene.style, scene.path, scene.react.follow_sections, scene.react.point_amount,
         scene.react.truncation, scene.quantum, scene.then, scene.then_bars) for scene in show.scenes
    )  # fmt: skip


class Thumbs(QObject):
    """Owns the pictures of one page (main thread). Each place is asked for once; ``changed`` says that one came."""

    changed = Signal()

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._exact: OrderedDict[str, QPixmap] = OrderedDict()
        self._near: OrderedDict[str, QPixmap] = OrderedDict()
        self._asked: set[str] = set()
        self._places: dict[object, Point | None] = {}
        self._keys: OrderedDict[tuple[int, int, float], tuple[Rows, Atlas, str]] = OrderedDict()
        """By the identity of w and map, kept here so that no others take their place: asked for at every paint."""
        self._unseen: dict[str, NDArray[np.float32]] = {}
        self._look = QTimer(self, singleShot=True, interval=0)
        self._look.timeout.connect(self._look_up)
        studio.still_ready.connect(self._arrived)
        studio.styles_changed.connect(self._forget)
        studio.on_air.changed.connect(self.changed)

    def of(self, w: Rows, psi: float) -> QPixmap | None:
        """The picture of the Point *w* at truncation *psi*, as good as it is known now; None until something is."""
        atlas = self._studio.atlas
        if atlas is None or not w or len(w[0]) != len(atlas.w_avg):
            return None
        asked = (id(w), id(atlas), psi)
        if asked in self._keys and (key := self._keys[asked][2]) in self._asked:
            known = self._exact.get(key, self._near.get(key))
            if known is not None:
                return known
        ws = truncate(np.asarray(w, np.float32), atlas.w_avg, psi)
        key = "w:" + hashlib.sha1(ws.tobytes(), usedforsecurity=False).hexdigest()
        self._keys[asked] = w, atlas, key
        if len(self._keys) > 2 * _KEPT:
            self._keys.popitem(last=False)
        if key in self._exact:
            return self._exact[key]
        if key not in self._asked and self._studio.session is not None and not self._studio.on_air.on:
            if len(self._asked) >= _REMEMBERED:
                self._asked.clear()
            self._asked.add(key)
            self._studio.request_still(key, ws if len(ws) > 1 else ws[0], SIDE)
        if key not in self._near and key not in self._unseen:
            self._unseen[key] = ws.mean(axis=0)
            self._look.start()
        return self._near.get(key)

    def of_scene(self, scene: Scene) -> QPixmap | None:
        """The picture that stands for *scene*: its path's first Point; None while another Style is open."""
        session = self._studio.session
        if session is None or self._studio.atlas is not session.atlas or scene.style != session.scene.style:
            return None
        react = scene.react
        key = (scene.path, react.follow_sections, react.point_amount, session.sections, id(session.atlas))
        if key not in self._places:
            points = place(scene.path, react, session.atlas, session.sections)
            self._places[key] = points[0] if points else None
        first = self._places[key]
        return None if first is None else self.of(first.w, react.truncation)

    def _look_up(self) -> None:
        """Find the nearest cells of a few places: a new scene asks for two dozen at once, and frames must go on."""
        for key in list(self._unseen)[:_AT_ONCE]:
            _keep(self._near, key, self._cell(self._unseen.pop(key)))
        if self._unseen:
            self._look.start()
        self.changed.emit()

    def _cell(self, w: NDArray[np.float32]) -> QPixmap:
        atlas, sheet = self._studio.atlas, self._studio.sheet
        if atlas is None or sheet is None or sheet.isNull():
            return QPixmap()
        x, y, _off = atlas.locate(w)
        wide, tall = sheet.width() // atlas.cols, sheet.height() // atlas.rows
        return QPixmap.fromImage(sheet.copy(QRect(round(x) * wide, round(y) * tall, wide, tall)))

    def _arrived(self, key: str, image: QImage) -> None:
        if key in self._asked:
            _keep(self._exact, key, QPixmap.fromImage(image))
            self.changed.emit()

    def _forget(self) -> None:
        self._near.clear()
        self._unseen.clear()
        self._places.clear()
        self._keys.clear()
        self.changed.emit()


def _keep(kept: "OrderedDict[str, QPixmap]", key: str, picture: QPixmap) -> None:
    kept[key] = picture
    while len(kept) > _KEPT:
        kept.popitem(last=False)


def sheet_cells(sheet: QImage | None, cells: tuple[tuple[int, int], ...]) -> list[QPixmap]:
    """Cells (column, row of 32 x 32) of an atlas sheet."""
    if sheet is None or sheet.isNull():
        return []
    side = sheet.width() // _CELLS
    return [QPixmap.fromImage(sheet.copy(x * side, y * side, side, side)) for x, y in cells]


def smooth(picture: QPixmap, side: int, dpr: float) -> QPixmap:
    """*picture* as a square of *side* logical pixels, scaled once."""
    real = max(1, round(side * dpr))
    if picture.width() == real:
        scaled = QPixmap(picture)
    else:
        scaled = picture.scaled(
            real, real, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
        )
    scaled.setDevicePixelRatio(dpr)
    return scaled
