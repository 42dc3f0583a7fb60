"""The parts of the song as blocks: move their borders, name, split and merge them."""

from functools import partial

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QMenu

from app.engine.show.show import Section
from app.ui.lane import NEAR, WHITE, Lane, section_color
from app.ui.name_field import NameField
from app.ui.section_edits import SectionEdits
from app.ui.section_scene import add_scene_menu, called_words, draw_scene_mark
from app.ui.theme import STAGE, blend, fade, font
from app.ui.widgets import paint


class SectionsLane(Lane):
    """Edits ``show.sections`` (main thread); the first edit makes what was heard the Show's own."""

    keys = (Qt.Key.Key_S, Qt.Key.Key_M, Qt.Key.Key_F2)

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.edits = SectionEdits(self.studio)
        self.setObjectName("sectionsView")
        self.setAccessibleName("Sections")
        self.setAccessibleDescription("Drag a border, F2 renames, S splits at the playhead, M merges with the next")
        self.setToolTip("Drag a border (Alt: freely), double-click renames, S splits, M merges, right click: a scene")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._border, self._chosen = -1, -1
        self.document.watch(self.look_again, called_words)
        self.look_again()

    def shows(self) -> tuple[object, ...]:
        return self.sections, self.document.show.scene.react.follow_sections, called_words(self.document.show)

    # --- picture

    def block(self, index: int) -> QRectF:
        """Where section *index* stands."""
        section = self.sections[index]
        x0, x1 = round(self.x_of(section.start)), round(self.x_of(section.end))
        return QRectF(x0, 2, x1 - x0 - 1, self.height() - 4)

    def draw(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), STAGE.bg0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        follows = self.document.show.scene.react.follow_sections
        for i, section in enumerate(self.sections):
            box = self.block(i)
            if box.right() < 0 or box.left() > self.width() or box.width() < 1:
                continue
            color = section_color(section.label)
            paint.fill(painter, box, color if follows else blend(color, STAGE.bg0, 0.55), 3)
            if i == self._chosen and self.hasFocus():
                paint.outline(painter, box, WHITE, 3, 1)
            self._draw_words(painter, box, section)

    def _draw_words(self, painter: QPainter, box: QRectF, section: Section) -> None:
        """Letter, name and what is called for, where they can be seen and have room."""
        left = max(box.left(), 0.0) + 8
        room = QRectF(left, box.top(), min(box.right(), float(self.width())) - left - 4, box.height())
        room = draw_scene_mark(painter, room, section, self.document.show.scenes)
        if room.width() > 6:
            paint.write(painter, room, section.label, font(11, 700), STAGE.text_hi)
        if section.name and room.width() > 34:
            paint.write(painter, room.adjusted(15, 0, 0, 0), section.name, font(11), fade(STAGE.text_hi, 0.75))

    # --- hands

    def _border_at(self, x: float) -> int:
        """The section that ends within reach of pixel *x*, unless it is the last; -1 for none."""
        return next((i for i, s in enumerate(self.sections[:-1]) if abs(self.x_of(s.end) - x) <= NEAR), -1)

    def choose(self, index: int) -> None:
        """Section *index* is the one that keys act on."""
        self._chosen = index
        self.refresh()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        self._border = self._border_at(x)
        self.choose(self.section_at(self.t_of(x)))
        if self._border < 0 and self._chosen >= 0:
            self.studio.seek(self.t_of(x))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if not event.buttons() & Qt.MouseButton.LeftButton:
            near = self._border_at(x) >= 0
            self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor)
        elif self._border >= 0:
            self.move_border(self._border, self.snapped(self.t_of(x), event, bars=True))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._border >= 0:
            self.document.end_merge()
        self._border = -1

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.section_at(self.t_of(event.position().x()))
        if index >= 0 and self._border_at(event.position().x()) < 0:
            self.ask_name(index)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.refresh()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        chosen = self._chosen if 0 <= self._chosen < len(self.sections) else self.section_at(self.studio.now())
        if event.key() == Qt.Key.Key_S:
            self.split(self.studio.now())
        elif event.key() == Qt.Key.Key_M:
            self.merge(chosen)
        elif event.key() == Qt.Key.Key_F2 and chosen >= 0:
            self.ask_name(chosen)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        t = self.t_of(event.pos().x())
        if self.section_at(t) >= 0:
            self.choose(self.section_at(t))
            self.menu(t).popup(event.globalPos() if not event.globalPos().isNull() else self.mapToGlobal(QPoint()))

    def menu(self, t: float) -> QMenu:
        """What can be done with the section at *t* seconds."""
        index = self.section_at(t)
        section = self.sections[index]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Rename…", lambda: self.ask_name(index))
        menu.addAction("Split here", lambda: self.split(t))
        menu.addAction("Merge with the next", lambda: self.merge(index)).setEnabled(index + 1 < len(self.sections))
        menu.addAction("Loop this section", lambda: self._loop(section))
        menu.addAction("Zoom to it", lambda: self.axis.show(section.start, section.end))
        menu.addSeparator()
        alike = menu.addMenu("Looks like")
        for label in sorted({s.label for s in self.sections} | {self.edits.next_label()}):
            row = alike.addAction(label, partial(self.edits.change, index, "Section look", label=label))
            row.setCheckable(True)
            row.setChecked(label == section.label)
        add_scene_menu(menu, self.edits, self.document.show.scenes, index)
        menu.addSeparator()
        heard = menu.addAction("As heard", lambda: self.edits.write("Sections as heard", ()))
        heard.setEnabled(bool(self.document.show.sections))
        return menu

    # --- edits

    def _loop(self, section: Section) -> None:
        self.studio.set_loop((section.start, section.end))
        self.document.end_merge()

    def move_border(self, index: int, t: float) -> None:
        """Let section *index* end, and the next begin, at *t*."""
        self.edits.move_border(index, t)

    def split(self, t: float) -> None:
        """Cut the section at *t* in two."""
        self.edits.split(t)

    def merge(self, index: int) -> None:
        """Let section *index* go on to the end of the next one."""
        self.edits.merge(index)

    def ask_name(self, index: int) -> None:
        """A field in place of the block's name."""
        box = self.block(index)
        left = max(box.left(), 0.0)
        field = NameField(self.sections[index].name, "Section name", self)
        field.setGeometry(int(left), 1, int(max(min(box.right(), self.width()) - left, 80)), self.height() - 2)
        field.named.connect(lambda name: self.edits.change(index, "Rename section", name=name))
        field.show()
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        field.selectAll()
