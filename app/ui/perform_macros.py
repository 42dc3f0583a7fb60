"""The column of Perform that hands live in: eight macros, Energy, and what the sound does against the gate."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from app.control.params import PARAMS
from app.engine.show.show import Show
from app.ui.document import Document
from app.ui.linked import movers
from app.ui.macro_colors import macro_color, source_color
from app.ui.perform_knob import SIDE, Knob
from app.ui.sound_page import SoundPage
from app.ui.theme import STAGE, font
from app.ui.widgets import EnergyBar, NameField, grounded, paint, tint, words

if TYPE_CHECKING:
    from app.ui.studio import Studio

MACROS = 8
BANDS = (("bass", "Bass"), ("mid", "Mid"), ("high", "High"))
METER_EVERY = 1 / 30
_FALL = 0.09
"""How far a meter may fall between two pictures."""


class Room(NamedTuple):
    """Pixels of the column's parts at one size."""

    head: int
    line: int
    ring: int
    foot: int
    energy: int
    gap: int
    pitch: int


ROOMS = {
    "small": Room(28, 64, 48, 22, 44, 8, 17),
    "snug": Room(36, 86, 60, 24, 46, 12, 24),
    "usual": Room(44, 96, SIDE, 25, 48, 20, 30),
    "large": Room(44, 124, 92, 30, 60, 26, 34),
}


class BandMeters(QWidget):
    """How loud bass, mid and high are now, and the gate they have to pass (main thread)."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Bass, mid and high"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.shown = [0.0, 0.0, 0.0]
        self.gate = 0.0
        self.pitch = 30

    def set_pitch(self, pitch: int) -> None:
        """Let the bars stand so far apart."""
        self.pitch = pitch
        self.setFixedHeight(12 + 2 * pitch + 2)

    def sizeHint(self) -> QSize:
        return QSize(240, 14 + 2 * self.pitch)

    minimumSizeHint = sizeHint

    def set_gate(self, gate: float) -> None:
        """Sound below this does not move the picture."""
        if gate != self.gate:
            self.gate = gate
            self.update()

    def show_sound(self, loud: Mapping[str, float]) -> None:
        """Rise at once to *loud*, fall slowly."""
        for i, (band, _name) in enumerate(BANDS):
            level = max(min(loud.get(band, 0.0), 1.0), self.shown[i] - _FALL)
            if round(level * 200) != round(self.shown[i] * 200):
                self.update(0, i * self.pitch - 2, self.width(), 16)
            self.shown[i] = level

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for i, (band, name) in enumerate(BANDS):
            bar = QRectF(44, i * self.pitch, self.width() - 44, 12)
            paint.write(painter, QRectF(0, bar.top() - 2, 44, 16), self.tr(name), font(12), STAGE.text2)
            painter.fillRect(bar, STAGE.track)
            loud = QRectF(bar.left(), bar.top(), round(bar.width() * self.shown[i]), 12)
            painter.fillRect(loud, getattr(STAGE, band))
            x = round(bar.left() + bar.width() * self.gate)
            painter.fillRect(QRectF(min(x, bar.right() - 2), bar.top() - 2, 2, 16), STAGE.text_hi)
        painter.end()


class MacroColumn(SoundPage):
    """Owns the knobs, Energy and the meters (main thread); all of them move the scene that is edited."""

    def __init__(self, document: Document, studio: "Studio") -> None:
        super().__init__(studio, METER_EVERY)
        self.setObjectName("macroColumn")
        self.document = document
        self._size = ""
        self.title = words(self.tr("Macros"), 14, 600, STAGE.text_hi)
        self.of = words("", 12, 400, STAGE.text3)
        self.knobs = [self._knob(i) for i in range(MACROS)]
        self.meters = BandMeters()
        self._make_energy()
        self._lay_out()
        document.watch(self.show_value, "scene.name", "scene.macros", "scene.react")
        studio.performing.edits.changed.connect(self._say_edits)
        self.show_value(document.show)

    def _knob(self, i: int) -> Knob:
        name, knob = f"macro.{i + 1}", Knob(0.0, self)
        knob.setObjectName(f"param:{name}")
        knob.setToolTip(self.tr("{}. Drag up and down, Shift finely; double click: default; F2: name").format(
            PARAMS[name].label))  # fmt: skip
        knob.moved.connect(lambda amount: self.document.set_param(name, amount))
        knob.released.connect(self.document.end_merge)
        knob.renamed.connect(lambda: self.ask_name(i))
        return knob

    def _make_energy(self) -> None:
        p = PARAMS["react.energy"]
        self.energy = EnergyBar(p.default, 48)
        self.energy.setObjectName("row:react.energy")
        self.energy.setAccessibleName(p.label)
        self.energy.setAccessibleDescription(p.doc)
        self.energy.setToolTip(f"{p.doc}.\nDouble click or Delete: default")
        self.energy.moved.connect(lambda amount: self.document.set_param("react.energy", amount))
        self.energy.released.connect(self.document.end_merge)
        self.figure = words("", 16, 600, STAGE.text_hi)

    def _lay_out(self) -> None:
        grounded(self, STAGE.bg1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 0, 16, 0)
        column.setSpacing(0)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.title)
        head.addSpacing(8)
        head.addWidget(self.of, 1)
        self._knobs = QGridLayout()
        self._knobs.setContentsMargins(0, 3, 0, 0)
        self._knobs.setSpacing(0)
        for i, knob in enumerate(self.knobs):
            self._knobs.addWidget(knob, i // 2, i % 2, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        foot.addWidget(words(self.tr("Energy"), 14, 600, STAGE.text_hi))
        foot.addStretch(1)
        foot.addWidget(self.figure)
        self._head, self._foot = QWidget(), QWidget()
        for holder, row in ((self._head, head), (self._foot, foot)):
            row.setContentsMargins(0, 0, 0, 0)
            holder.setLayout(row)
        column.addWidget(self._head)
        column.addLayout(self._knobs)
        column.addWidget(self._foot)
        column.addWidget(self.energy)
        self._column, self._gap = column, QSpacerItem(0, 20)
        column.addItem(self._gap)
        column.addWidget(self.meters)
        column.addStretch(1)
        self._fit("usual")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide, tall = self.width(), self.height()
        if tall < 545 or wide < 264:
            size = "small"
        elif tall < 598:  # a window with its frame on a screen of 1440 x 900
            size = "snug"
        else:
            size = "large" if wide >= 300 and tall >= 741 else "usual"
        if size != self._size:
            self._fit(size)

    def _fit(self, size: str) -> None:
        """Rings and air as the window allows; never less than a finger needs."""
        self._size, room = size, ROOMS[size]
        self._head.setFixedHeight(room.head)
        self._foot.setFixedHeight(room.foot)
        self.energy.setFixedHeight(room.energy)
        self.meters.set_pitch(room.pitch)
        for line in range(MACROS // 2):
            self._knobs.setRowMinimumHeight(line, room.line)
        for knob in self.knobs:
            knob.set_side(room.ring)
        self._gap.changeSize(0, room.gap)
        self._column.invalidate()

    # --- document to screen

    def _say_edits(self) -> None:
        """Whose they are stands in amber while edits go to the cue."""
        tint(self.of, STAGE.warn if self.studio.performing.edits.on else STAGE.text3)

    def show_value(self, show: Show) -> None:
        """Show the macros and the Energy of the scene that hands edit."""
        scene = show.scene
        if self.of.text() != scene.name:
            self.of.setText(scene.name)
        for i, (knob, macro) in enumerate(zip(self.knobs, scene.macros, strict=True)):
            knob.set_amount(macro.value)
            knob.set_color(macro_color(scene, i + 1))
            knob.set_name(macro.name or PARAMS[f"macro.{i + 1}"].label, knob.mapped)
        self.energy.set_amount(scene.react.energy)
        figure = f"{scene.react.energy:.2f}"
        if figure != self.figure.text():
            self.figure.setText(figure)
        self.meters.set_gate(scene.react.gate)

    def show_hands(self, mapped: frozenset[str], ghosts: Mapping[str, float]) -> None:
        """Which macros hardware moves (``macro.1`` ...), and where what has not met its value stands."""
        for i, knob in enumerate(self.knobs):
            name = f"macro.{i + 1}"
            knob.set_name(knob.name, name in mapped)
            knob.set_ghost(ghosts.get(name))

    def _show_pushed(self, t: float) -> None:
        """Where routes have pushed each macro."""
        session, scene = self.studio.session, self.document.show.scene
        for i, knob in enumerate(self.knobs, 1):
            sources = movers(scene, f"macro_{i}")
            at = session.score.inside_at(f"macro_{i}", t) if sources and session is not None else None
            knob.push_to(at, source_color(scene, sources[0]) if sources else STAGE.text)

    def draw_sound(self, t: float) -> None:
        self._show_pushed(t + self.studio.live.pictures.ahead)
        react, features, heard = self.document.show.scene.react, self.studio.song.features, self.studio.live.heard
        kind = "drums" if react.drums else "melody"
        if heard is not None:
            now = heard.at(t)
            self.meters.show_sound({band: now[f"{band}_{kind}"] for band, _name in BANDS})
            return
        curves = {} if features is None else features.curves
        loud = {}
        for band, _name in BANDS:
            curve = curves.get(f"{band}_{kind}")
            if curve is not None and len(curve):
                loud[band] = float(curve[min(max(round(t * 100), 0), len(curve) - 1)])
        self.meters.show_sound(loud)

    # --- names

    def ask_name(self, i: int) -> None:
        """A field in place of the name of macro *i* (from 0)."""
        knob = self.knobs[i]
        field = NameField(knob.name, self)
        field.setFont(font(12))
        field.setAccessibleName(self.tr("Name of the macro"))
        field.setMaxLength(24)
        field.setStyleSheet("QLineEdit{padding:0 2px;min-height:0;}")
        field.setGeometry(knob.x(), knob.y() + knob.side - 4, knob.width(), 20)
        field.editingFinished.connect(lambda: self._named(i, field))
        field.show()
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        field.selectAll()

    def _named(self, i: int, field: QLineEdit) -> None:
        name, macros = field.text().strip(), self.document.show.scene.macros
        if field.isModified() and name:
            field.setModified(False)
            renamed = tuple(replace(m, name=name) if k == i else m for k, m in enumerate(macros))
            self.document.edit_scene("Rename macro", macros=renamed)
        field.deleteLater()
