"""The Scenes page: thumbs to launch, and what the playing one is made of."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QListView, QMenu, QVBoxLayout, QWidget

from app.engine.show.show import Scene, Show
from app.ui import theme
from app.ui.document import Document
from app.ui.listing import ROW_ROLE, Index, Listing, Rows
from app.ui.params import pop_under
from app.ui.scene_launch import add_launch_menus, draw_launch_marks
from app.ui.scene_names import fresh_name
from app.ui.studio import Studio
from app.ui.theme import STAGE
from app.ui.thumbs import Thumbs, faces, smooth
from app.ui.widgets import Btn, FittingLine, SearchField, paint, rule, words

GAP, NAME = 8, 30


@dataclass(frozen=True)
class Pad:
    """A Scene as it stands in the grid."""

    scene: Scene
    playing: bool
    edited: bool = False
    """In the cue, while edits go there."""


class ScenesPage(QWidget):
    """Owns the grid of Scenes (main thread). A click launches; every change can be undone."""

    def __init__(self, document: Document, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scenesPage")
        self.document, self.studio = document, studio
        self.offer: Callable[[QMenu, int], None] = lambda _menu, _row: None
        self.thumbs = Thumbs(studio, self)
        self.rows = Rows(lambda pad: pad.scene.name, self.rename)
        self.grid = Listing(self.rows, self._draw, 104, "sceneList")
        self._lay_out()
        self._wire()
        self.show_value(document.show)
        self._show_detail(document.show)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(12, 0, 12, 0)
        top.setSpacing(8)
        self.search, self.add = SearchField("Find a scene"), Btn(icon="plus")
        self.add.setObjectName("addScene")
        self.add.setAccessibleName("Add a copy of the playing scene")
        self.add.setToolTip("Add a copy of the playing scene")
        top.addWidget(self.search)
        top.addWidget(self.add)
        grid, around = self.grid, QHBoxLayout()
        grid.setAccessibleName("Scenes")
        grid.setViewMode(QListView.ViewMode.IconMode)
        grid.setMovement(QListView.Movement.Static)
        grid.setResizeMode(QListView.ResizeMode.Adjust)
        grid.setUniformItemSizes(True)
        around.setContentsMargins(10, 10, 0, 0)
        around.addWidget(grid)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 0, 12, 12)
        foot.setSpacing(0)
        self.name, self.state = FittingLine(13, 600, STAGE.text_hi), words("", 11, 400, STAGE.text3)
        self.made_of = FittingLine(11, 400, STAGE.text2)
        title = QHBoxLayout()
        title.setContentsMargins(0, 9, 0, 6)
        title.addWidget(self.name, 1)
        title.addWidget(self.state)
        foot.addWidget(rule())
        foot.addLayout(title)
        foot.addWidget(self.made_of)
        for part in (top, around, foot):
            column.addLayout(part, 1 if part is around else 0)

    def _wire(self) -> None:
        self.search.textChanged.connect(self.grid.search)
        self.add.clicked.connect(self.add_copy)
        self.grid.clicked.connect(lambda index: self.launch(self.grid.row_of(index)))
        self.grid.doubleClicked.connect(self.grid.edit)
        self.grid.opened.connect(self.launch)
        self.grid.removed.connect(self.remove)
        self.grid.resized.connect(self._fit)
        self.grid.customContextMenuRequested.connect(self._open_menu)
        self.grid.painter_of_rows.name_box = lambda r: QRect(r.x(), r.bottom() - 27, r.width() - GAP, 22)
        self.thumbs.changed.connect(self.grid.viewport().update)
        self.studio.sessions.watch(self._session_changed, "atlas", "sections", "points")
        self.document.watch(self.show_value, faces, "active")
        self.studio.performing.changed.connect(self._performed)
        self.document.watch(self._show_detail, "scene")

    def _fit(self) -> None:
        """Thumbs as wide as three (or more) in a row allow."""
        wide = self.width() - 24 + GAP
        many = max(3, wide // 110)
        cell = wide // many
        tall = cell - GAP + NAME
        self.grid.painter_of_rows.wide, self.grid.painter_of_rows.tall = cell, tall
        self.grid.setGridSize(QSize(cell, tall))

    def side(self) -> int:
        """The side of a thumb in pixels."""
        return self.grid.gridSize().width() - GAP

    # --- document to screen

    def show_value(self, show: Show) -> None:
        """Show *show*'s scenes."""
        performing = self.studio.performing
        self._stands = performing.playing, performing.edits.on
        edited = show.active if performing.edits.on else -1
        self.rows.set_rows([Pad(s, i == performing.playing, i == edited) for i, s in enumerate(show.scenes)])

    def _performed(self) -> None:
        """Another scene may play than the one that is edited."""
        performing = self.studio.performing
        if self._stands != (performing.playing, performing.edits.on):
            self.show_value(self.document.show)
            self._show_detail(self.document.show)

    def _session_changed(self, _session: object = None) -> None:
        """Pictures follow from the map and the parts of the song."""
        self.grid.viewport().update()
        self._show_detail(self.document.show)

    def _show_detail(self, show: Show) -> None:
        scene, session = show.scene, self.studio.session
        count = len(scene.path.points) or (len(session.points) if session is not None else scene.react.point_amount)
        glide = scene.react.glide
        beats = f"{glide:g} beat{'' if glide == 1 else 's'}" if glide else "cut"
        self.name.setText(scene.name)
        self.state.setText("in the cue" if self.studio.performing.edits.on else "playing")
        self.made_of.setText("  ·  ".join((scene.style.name, scene.preset, f"{count} points", beats)))

    # --- hands to document

    def launch(self, row: int) -> None:
        """Play the scene at *row*."""
        self.studio.performing.launch(row)

    def add_copy(self) -> None:
        """Add a copy of the playing scene behind it, and play that."""
        show = self.document.show
        copy = replace(show.scene, name=fresh_name(show.scene.name, {s.name for s in show.scenes}))
        at = show.active + 1
        scenes = (*show.scenes[:at], copy, *show.scenes[at:])
        self.document.edit("Add scene", replace(show, scenes=scenes, active=at))

    def rename(self, row: int, name: str) -> None:
        """Call the scene at *row* *name*."""
        show = self.document.show
        scenes = tuple(replace(s, name=name) if i == row else s for i, s in enumerate(show.scenes))
        self.document.edit("Rename scene", replace(show, scenes=scenes))

    def remove(self, row: int) -> None:
        """Take the scene at *row* away; the last one stays."""
        show = self.document.show
        if len(show.scenes) < 2 or not 0 <= row < len(show.scenes):
            return
        scenes = (*show.scenes[:row], *show.scenes[row + 1 :])
        active = min(show.active - (row < show.active), len(scenes) - 1)
        self.document.edit("Remove scene", replace(show, scenes=scenes, active=active))

    def shift(self, row: int, by: int) -> None:
        """Let the scene at *row* change places with its neighbour."""
        show, to = self.document.show, row + by
        if 0 <= to < len(show.scenes):
            scenes = list(show.scenes)
            scenes[row], scenes[to] = scenes[to], scenes[row]
            active = {row: to, to: row}.get(show.active, show.active)
            self.document.edit("Move scene", replace(show, scenes=tuple(scenes), active=active))

    def menu(self, row: int) -> QMenu:
        """What can be done with the scene at *row*."""
        menu, count = QMenu(self), len(self.document.show.scenes)
        menu.addAction("Play", partial(self.launch, row))
        menu.addAction("Rename", lambda: self.grid.edit(self.grid.proxy.mapFromSource(self.rows.index(row))))
        menu.addAction("Move left", partial(self.shift, row, -1)).setEnabled(row > 0)
        menu.addAction("Move right", partial(self.shift, row, 1)).setEnabled(row < count - 1)
        menu.addSeparator()
        add_launch_menus(menu, self.document, row, all_wait=self.studio.performing.quantum)
        menu.addSeparator()
        menu.addAction("Remove", partial(self.remove, row)).setEnabled(count > 1)
        self.offer(menu, row)
        return menu

    def _open_menu(self, at: QPoint) -> None:
        row = self.grid.row_of(self.grid.indexAt(at))
        if row >= 0:
            menu = self.menu(row)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.grid.viewport().mapToGlobal(at))
        else:
            menu = QMenu(self)
            menu.addAction("Add a copy of the playing scene", self.add_copy)
            pop_under(menu, self.add)

    # --- picture

    def _draw(self, painter: QPainter, rect: QRect, index: Index, over: bool) -> None:
        pad: Pad = index.data(ROW_ROLE)
        side = self.side()
        box = QRectF(rect.x() + 2, rect.y() + 2, side, side)
        rounded = QPainterPath()
        rounded.addRoundedRect(box, 4, 4)
        painter.setClipPath(rounded)
        picture = self.thumbs.of_scene(pad.scene)
        if picture is None or picture.isNull():
            painter.fillRect(box, STAGE.pad)
            mark = theme.pixmap("image", STAGE.text_dis, 20, self.devicePixelRatioF())
            painter.drawPixmap(box.center() - QPointF(10, 10), mark)
        else:
            painter.drawPixmap(box.topLeft(), smooth(picture, side, self.devicePixelRatioF()))
        if over:
            painter.fillRect(box, theme.fade(STAGE.text_hi, 0.06))
        bar = STAGE.tints[index.row() % 4] if not pad.playing else STAGE.tints[2]
        painter.fillRect(QRectF(box.x(), box.bottom() - 3, side, 3), bar)
        painter.setClipping(False)
        draw_launch_marks(painter, box.bottomRight() - QPointF(4, 7), pad.scene, self.devicePixelRatioF())
        if pad.playing:
            paint.outline(painter, box.adjusted(-2, -2, 2, 2), STAGE.accent, 5, 2)
            self._draw_playing(painter, box)
        if pad.edited:
            paint.outline(painter, box.adjusted(-2, -2, 2, 2), STAGE.warn, 5, 2)
            corner = QRectF(box.right() - 22, box.y() + 4, 18, 18)
            paint.fill(painter, corner, STAGE.warn, 3)
            pencil = theme.pixmap("pencil", STAGE.on_warn, 12, self.devicePixelRatioF())
            painter.drawPixmap(corner.center() - QPointF(6, 6), pencil)
        if self.grid.hasFocus() and self.grid.currentIndex() == index and not pad.playing:
            paint.outline(painter, box.adjusted(-2, -2, 2, 2), STAGE.text_hi, 5, 2)
        face = theme.font(11, 600 if pad.playing else 400)
        name = QRectF(box.x(), box.bottom() + 4, side + 4, 16)
        paint.write(painter, name, pad.scene.name, face, STAGE.text_hi if pad.playing else STAGE.text)

    def _draw_playing(self, painter: QPainter, box: QRectF) -> None:
        corner = QRectF(box.right() - 22, box.y() + 4, 18, 18)
        paint.fill(painter, corner, STAGE.accent, 3)
        mark: QPixmap = theme.pixmap("play-fill", STAGE.on_accent, 10, self.devicePixelRatioF())
        painter.drawPixmap(corner.center() - QPointF(4.5, 5), mark)

    def sizeHint(self) -> QSize:
        return QSize(264, 530)
