"""The parts of the song as blocks: move their borders, name, split and merge them."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QLineEdit, QMenu

from app.engine.show.show import Section
from app.ui.lane import NEAR, Lane
from app.ui.theme import STAGE, blend, font
from app.ui.widgets import paint

SHORTEST = 0.5


class SectionsLane(Lane):
    """Edits ``show.sections`` (main thread); the first edit makes what was heard the Show's own."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.setObjectName("sectionsView")
        self.setAccessibleName("Sections")
        self.setToolTip("Drag a border, double-click to rename, S splits, M merges")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._border = -1
        self._chosen = -1
        self._field: QLineEdit | None = None
        self.studio.session_changed.connect(self.refresh)
        self.document.changed.connect(self.refresh)

    def draw(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), STAGE.bg0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        follows = self.document.show.scene.react.follow_sections
        for i, section in enumerate(self.sections):
            x0, x1 = self.x(section.start), self.x(section.end)
            if x1 < 0 or x0 > self.width():
                continue
            box = QRectF(x0, 1, x1 - x0 - 1, self.height() - 2)
            color = STAGE.sections[(ord(section.label[:1].upper() or "A") - 65) % len(STAGE.sections)]
            paint.fill(painter, box, color if follows else blend(color, STAGE.bg0, 0.55), 3)
            if i == self._chosen and self.hasFocus():
                paint.outline(painter, box.adjusted(0.5, 0.5, -0.5, -0.5), STAGE.text_hi, 3)
            left = max(box.left(), 0.0) + 8
            room = QRectF(left, 0, box.right() - left - 4, self.height())
            if room.width() > 8:
                paint.write(painter, room, section.label, font(12, 700), STAGE.text_hi)
            name = QFontMetricsF(font(12)).elidedText(section.name, Qt.TextElideMode.ElideRight, room.width() - 18)
            if section.name and room.width() > 34:
                paint.write(painter, room.adjusted(18, 0, 0, 0), name, font(12), STAGE.text)

    def index_at(self, t: float) -> int:
        """The section at *t* seconds; -1 outside."""
        return next((i for i, s in enumerate(self.sections) if s.start <= t < s.end), -1)

    def _border_at(self, x: float) -> int:
        """The section that ends within reach of pixel *x*, unless it is the last; -1 for none."""
        return next((i for i, s in enumerate(self.sections[:-1]) if abs(self.x(s.end) - x) <= NEAR), -1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        self._border, self._chosen = self._border_at(x), self.index_at(self.t(x))
        if self._border < 0 and self._chosen >= 0:
            self.studio.seek(self.t(x))
        self.refresh()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if not event.buttons() & Qt.MouseButton.LeftButton:
            near = self._border_at(x) >= 0
            self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor)
        elif self._border >= 0:
            self.move_border(self._border, self.snapped(self.t(x), event, bars=True))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._border >= 0:
            self.document.end_merge()
        self._border = -1

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.index_at(self.t(event.position().x()))
        if index >= 0:
            self._ask_name(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_S:
            self.split(self.studio.now())
        elif event.key() == Qt.Key.Key_M:
            self.merge(self._chosen if self._chosen >= 0 else self.index_at(self.studio.now()))
        elif event.key() == Qt.Key.Key_F2 and self._chosen >= 0:
            self._ask_name(self._chosen)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        t = self.t(event.pos().x())
        index = self.index_at(t)
        if index < 0:
            return
        section = self.sections[index]
        menu = QMenu(self)
        menu.addAction("Rename", lambda: self._ask_name(index))
        menu.addAction("Split here", lambda: self.split(t))
        if index + 1 < len(self.sections):
            menu.addAction("Merge with the next", lambda: self.merge(index))
        menu.addAction("Loop this section", lambda: self.studio.set_loop((section.start, section.end)))
        menu.addSeparator()
        sound_alike = menu.addMenu("Looks like")
        for label in sorted({s.label for s in self.sections} | {self._next_label()}):
            sound_alike.addAction(label, partial(self._change, index, "Section look", label=label))
        if self.document.show.sections:
            menu.addAction("As heard", lambda: self._write("Sections as heard", ()))
        menu.exec(event.globalPos())

    def move_border(self, index: int, t: float) -> None:
        """Let section *index* end, and the next begin, at *t*."""
        sections = list(self.sections)
        a, b = sections[index], sections[index + 1]
        t = min(max(t, a.start + SHORTEST), b.end - SHORTEST)
        sections[index], sections[index + 1] = replace(a, end=t), replace(b, start=t)
        self._write("Move section", tuple(sections), merge=f"section:{index}")

    def split(self, t: float) -> None:
        """Cut the section at *t* in two; the second part gets a look of its own."""
        index = self.index_at(t)
        if index < 0:
            return
        section = self.sections[index]
        if not section.start + SHORTEST <= t <= section.end - SHORTEST:
            return
        second = Section(t, section.end, self._next_label())
        self._write(
            "Split section", (*self.sections[:index], replace(section, end=t), second, *self.sections[index + 1 :])
        )

    def merge(self, index: int) -> None:
        """Let section *index* go on to the end of the next one."""
        if 0 <= index < len(self.sections) - 1:
            joined = replace(self.sections[index], end=self.sections[index + 1].end)
            self._write("Merge sections", (*self.sections[:index], joined, *self.sections[index + 2 :]))

    def _next_label(self) -> str:
        used = {s.label for s in self.sections}
        return next((chr(65 + i) for i in range(26) if chr(65 + i) not in used), "Z")

    def _change(self, index: int, text: str, **changes: str) -> None:
        section = replace(self.sections[index], **changes)  # type: ignore[arg-type]
        self._write(text, (*self.sections[:index], section, *self.sections[index + 1 :]))

    def _write(self, text: str, sections: tuple[Section, ...], merge: str = "") -> None:
        self.document.edit(text, replace(self.document.show, sections=sections), merge)

    def _ask_name(self, index: int) -> None:
        """A field in place of the block's name; Enter or leaving it keeps the name, Escape does not."""
        section = self.sections[index]
        x0, x1 = max(self.x(section.start), 0.0), min(self.x(section.end), float(self.width()))
        field = QLineEdit(section.name, self)
        field.setFont(font(12))
        field.setAccessibleName("Section name")
        field.setGeometry(int(x0), 0, max(int(x1 - x0), 60), self.height())
        field.editingFinished.connect(lambda: self._named(index))
        self._field = field
        field.show()
        field.setFocus()
        field.selectAll()

    def _named(self, index: int) -> None:
        field, self._field = self._field, None
        if field is not None:
            name = field.text().strip()[:60]
            field.deleteLater()
            if index < len(self.sections):
                self._change(index, "Rename section", name=name)
