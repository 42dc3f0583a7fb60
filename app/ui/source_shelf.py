"""The shelf of sources over the list of routes: chips to drag, and the settings of those that are made up."""

from functools import partial

from PySide6.QtCore import QEvent, QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.engine.show.show import Show
from app.engine.show.sources import GROUPS, source_words
from app.ui.document import Document
from app.ui.macro_colors import source_color
from app.ui.menus import pop_under
from app.ui.scope import Scopes
from app.ui.source_chips import SourceChip
from app.ui.source_settings import KINDS, SourceSettings
from app.ui.theme import STAGE
from app.ui.widgets import Picker, words
from app.ui.xy_pad import XyPad

_GAP, _SECONDS, _POINTS = 6, 2.0, 14


class ChipFlow(QWidget):
    """Chips side by side, line under line, as many as fit (main thread)."""

    def __init__(self) -> None:
        super().__init__()
        self.chips: list[SourceChip] = []

    def hold(self, chips: list[SourceChip]) -> None:
        """Show *chips* in place of the old ones."""
        for old in self.chips:
            old.hide()
            old.deleteLater()
        self.chips = chips
        for chip in chips:
            chip.setParent(self)
            chip.show()
        self.arrange()

    def arrange(self) -> None:
        """Put every chip in its place for the width there is."""
        x = y = 0
        room = max(self.width(), 120)
        for chip in self.chips:
            size = chip.sizeHint()
            if x and x + size.width() > room:
                x, y = 0, y + size.height() + _GAP
            chip.setGeometry(QRect(x, y, min(size.width(), room), size.height()))
            x += size.width() + _GAP
        self.setFixedHeight(y + (self.chips[-1].height() if self.chips else 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()


class SourceShelf(QWidget):
    """Owns the chips of one kind of source, and the settings of the one that is chosen (main thread)."""

    height_changed, expert_wanted = Signal(), Signal(str)

    def __init__(self, document: Document, scopes: Scopes) -> None:
        super().__init__()
        self.setObjectName("sourceShelf")
        self.document, self._scopes = document, scopes
        self.group = "Made up"
        self.settings: SourceSettings | None = None
        self.picker, self.flow, self.pad = Picker(24), ChipFlow(), XyPad(document)
        self.picker.setAccessibleName("Kind of source")
        self.picker.clicked.connect(lambda: pop_under(self.group_menu(), self.picker))
        self.hint = words("Drag one onto what it shall move", 11, 400, STAGE.text3)
        self._lay_out()
        self.show_group(self.group)
        document.watch(self.show_value, "scene.macros", "scene.inputs")
        document.glow.changed.connect(self._show_glow)

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 8)
        self._column.setSpacing(6)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 0)
        head.addWidget(self.picker)
        head.addWidget(self.hint)
        head.addStretch(1)
        chips = QHBoxLayout()
        chips.setContentsMargins(12, 0, 12, 0)
        chips.addWidget(self.flow)
        pad = QHBoxLayout()
        pad.setContentsMargins(12, 0, 12, 0)
        pad.addWidget(self.pad)
        self._column.addLayout(head)
        self._column.addLayout(chips)
        self._column.addLayout(pad)

    def group_menu(self) -> QMenu:
        """Every kind of source."""
        menu = QMenu(self)
        for group in GROUPS:
            act = menu.addAction(group, partial(self.show_group, group))
            act.setCheckable(True)
            act.setChecked(group == self.group)
        return menu

    def show_group(self, group: str) -> None:
        """Show the sources of *group*."""
        self.group = group
        self.picker.setText(group)
        self.picker.updateGeometry()
        self.choose("")
        chips = [SourceChip(source) for source in GROUPS[group]]
        for chip in chips:
            chip.clicked.connect(partial(self._clicked, chip))
            chip.hovered.connect(self._point)
        self.flow.hold(chips)
        self.pad.setVisible(group == "Inputs")
        self.show_value(self.document.show)

    def _point(self, source: str) -> None:
        self.document.glow.point(sources=(source,) if source else ())

    def _show_glow(self) -> None:
        for chip in self.flow.chips:
            chip.show_glow(self.document.glow.moved_by(self.document.show.scene, (chip.source,)))

    def _clicked(self, chip: SourceChip) -> None:
        self.choose(chip.source if chip.isChecked() else "")

    def choose(self, source: str) -> None:
        """Show what can be set about *source*; nothing for one that cannot be set, or none."""
        for chip in self.flow.chips:
            chip.setChecked(chip.source == source and source.partition("_")[0] in KINDS)
        if self.settings is not None:
            self._column.removeWidget(self.settings)
            self.settings.hide()
            self.settings.deleteLater()
            self.settings = None
        if source.partition("_")[0] in KINDS:
            self.settings = SourceSettings(self.document, source, self)
            self._column.addWidget(self.settings)
            for row in self.settings.rows:
                row.expert_wanted.connect(self.expert_wanted)

    def show_value(self, show: Show) -> None:
        """Call macros by their names, and show their colours."""
        for chip in self.flow.chips:
            chip.show_name(source_words(show.scene, chip.source))
            chip.show_color(source_color(show.scene, chip.source))
        self.flow.arrange()

    def draw_sound(self, t: float) -> None:
        """Show what each source does at *t*."""
        for chip in self.flow.chips:
            chip.show_trace(self._scopes.named(chip.source, t, _SECONDS, _POINTS))
        if self.settings is not None:
            self.settings.show_now(self._scopes.beats(t))
            self.settings.show_push(*self._scopes.pushed(t))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.hint.setVisible(self.width() >= 340)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.height_changed.emit()
        return done

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), STAGE.pad)
        painter.fillRect(0, self.height() - 1, self.width(), 1, STAGE.line)
