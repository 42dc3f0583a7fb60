"""React, Simple: what it hears, what it does, where it goes, in plain words and in front of the sound itself."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QEnterEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.control.params import PARAMS
from app.engine.show.show import Show
from app.ui.document import Document
from app.ui.group_dice import GroupDice
from app.ui.params import ParamRow
from app.ui.route_edits import add_route
from app.ui.sound_page import SoundPage
from app.ui.source_chips import SourceDot, SourceDrop
from app.ui.studio import Studio
from app.ui.theme import STAGE
from app.ui.widgets import EnergyBar, Segmented, Stepper, TraceSlider, words
from app.ui.widgets.colored import tint

TRACE_SECONDS, TRACE_STEPS = 4.0, 140
DRAW_EVERY = 1 / 30


class Heading(QWidget):
    """A title over some rows, with room at the right for one control."""

    def __init__(self, text: str, tall: int, *extra: QWidget) -> None:
        super().__init__()
        self.setFixedHeight(tall)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0 if extra else 2)
        align = Qt.AlignmentFlag.AlignVCenter if extra else Qt.AlignmentFlag.AlignBottom
        row.addWidget(words(text, 12, 600, STAGE.text_hi), 0, align)
        row.addStretch(1)
        for widget in extra:
            row.addWidget(widget)


class BandRow(ParamRow):
    """A band's influence in front of its own sound, with the band's letter; what moves it is behind that."""

    badge: SourceDot | None = None

    def __init__(self, document: Document, name: str, band: str) -> None:
        p = PARAMS[name]
        self.band = band
        color = {"bass": STAGE.bass, "mid": STAGE.mid, "high": STAGE.high}[band]
        super().__init__(document, name, label_wide=60, control=TraceSlider(p.lo, p.hi, p.default, color))
        self.setFixedHeight(40)
        assert self.field is not None
        self.field.setFixedWidth(44)
        assert self.dot is not None
        self._row.removeWidget(self.dot)
        self.dot.hide()
        self.badge = SourceDot(band)
        self.badge.setFixedSize(24, 28)
        self.badge.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.badge.clicked.connect(lambda: self.expert_wanted.emit(self.destination if self.moved() else "pulse"))
        self._row.addWidget(self.badge)
        self.show_movers(document.show)

    def moved(self) -> bool:
        """Does a route move it?"""
        return self.dot is not None and bool(self.dot.sources)

    def show_movers(self, show: Show) -> None:
        super().show_movers(show)
        if self.badge is not None and self.dot is not None:
            self.badge.set_sources((self.band, *self.dot.sources))
            self.badge.set_colors((self.badge.color, *self.dot.colors))
            moved = f"{self.dot.accessibleName()}.\n" if self.dot.sources else ""
            tip = "Owned by this slider: see it in Expert, or drag it onto what else it shall move"
            self.badge.setToolTip(f"{moved}{tip}")

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.document.glow.point(sources=self._sources())

    def glowing(self) -> str:
        moves = self.document.glow.moved_by(self.document.show.scene, self._sources())
        return self.band if moves else ""

    def _sources(self) -> tuple[str, ...]:
        return self.band, f"{self.band}_drums", f"{self.band}_melody"

    def show_sound(self, studio: Studio, t: float) -> None:
        """Draw what the band did in the last seconds before *t*."""
        react, features, live = self.document.show.scene.react, studio.song.features, studio.live.heard
        name = f"{self.band}_{'drums' if react.drums else 'melody'}"
        if live is not None:
            self.control.set_trace(tuple(live.before(name, t, TRACE_SECONDS, TRACE_STEPS).tolist()), react.gate)
            return
        curve = None if features is None else features.curves.get(name)
        if curve is None or len(curve) < 2:
            self.control.set_trace((), react.gate)
            return
        at = (np.linspace(t - TRACE_SECONDS, t, TRACE_STEPS) * 100.0).round().astype(int)
        loud = np.where(at >= 0, curve[np.clip(at, 0, len(curve) - 1)], 0.0)
        self.control.set_trace(tuple(loud.tolist()), react.gate)


class Simple(SoundPage):
    """The settings in plain words: what it hears, what it does, where it goes. Main thread."""

    def __init__(self, document: Document, studio: Studio) -> None:
        super().__init__(studio, DRAW_EVERY)
        self.document = document
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._column = column
        self._energy()
        self._hears()
        self._does()
        self._goes()
        column.addStretch(1)
        document.watch(self.show_value, "scene.react", "scene.path")
        self.show_value(document.show)

    def rows(self) -> list[ParamRow]:
        """Every row of a parameter."""
        return self.findChildren(ParamRow)

    def _energy(self) -> None:
        head = QWidget()
        head.setFixedHeight(40)
        row = QHBoxLayout(head)
        row.setContentsMargins(12, 4, 12, 0)
        self.figure = words("", 20, 600, STAGE.text_hi)
        row.addWidget(words("Energy", 16, 600, STAGE.text_hi))
        row.addStretch(1)
        row.addWidget(self.figure)
        p = PARAMS["react.energy"]
        self.energy = EnergyBar(p.default)
        self.energy.setObjectName("param:react.energy")
        self.energy.setAccessibleName(p.label)
        self.energy.setAccessibleDescription(p.doc)
        self.energy.setToolTip(f"{p.doc}.\nDouble click or Delete: default")
        self.energy.moved.connect(lambda v: self.document.set_param("react.energy", v))
        self.energy.released.connect(self.document.end_merge)
        SourceDrop(self.energy).dropped.connect(lambda source: add_route(self.document, source, "energy"))
        holder = QHBoxLayout()
        holder.setContentsMargins(12, 0, 12, 0)
        holder.addWidget(self.energy)
        self._column.addWidget(head)
        self._column.addLayout(holder)

    def _dice(self, title: str, *names: str) -> GroupDice:
        return GroupDice(self.studio.performing.looks, title, [f"react.{name}" for name in names])

    def _hears(self) -> None:
        self.drums = Segmented([("Drums", "drum"), ("Melody", "music")])
        p = PARAMS["react.drums"]
        self.drums.setObjectName("param:react.drums")
        self.drums.setAccessibleName(p.label)
        self.drums.setToolTip(f"{p.doc}.\nBloompipe: {p.bloompipe}")
        self.drums.chosen.connect(lambda i: self.document.set_param("react.drums", i == 0, merge=False))
        self._column.addSpacing(13)
        dice = self._dice("what it hears", "bass", "mid", "treble", "gate")
        self._column.addWidget(Heading("What it hears", 30, self.drums, dice))
        self._column.addSpacing(3)
        bands = (("react.bass", "bass"), ("react.mid", "mid"), ("react.treble", "high"))
        self.bands = [BandRow(self.document, name, band) for name, band in bands]
        for row in self.bands:
            self._column.addWidget(row)
            self._column.addSpacing(6)
        self._column.addSpacing(-2)
        self.gate = ParamRow(self.document, "react.gate", label_wide=60)
        if self.gate.field is not None:
            self.gate.field.setFixedWidth(44)  # so that its line ends where the traces end
        self._column.addWidget(self.gate)
        self._column.addSpacing(4)

    def _does(self) -> None:
        names = ("pulse", "smoothness", "randomness", "truncation")
        self._column.addWidget(Heading("What it does", 26, self._dice("what it does", *names)))
        self.pulse, *rest = (ParamRow(self.document, f"react.{name}", label_wide=128) for name in names)
        for row in (self.pulse, *rest):
            self._column.addWidget(row)

    def _goes(self) -> None:
        goes = ("section_amount", "section_similarity", "phrase_bars", "interpolation", "point_amount")
        self._column.addWidget(Heading("Where it goes", 30, self._dice("where it goes", *goes)))
        self.follow = ParamRow(self.document, "react.follow_sections")
        p = PARAMS["react.section_amount"]
        self.sections = Stepper(int(p.lo), int(p.hi), p.default)
        self.sections.setObjectName(f"param:{p.id}")
        self.sections.name(p.label)
        self.sections.setToolTip(f"{p.doc}.\nBloompipe: {p.bloompipe}")
        self.sections.moved.connect(lambda n: self.document.set_param(p.id, n, merge=False))
        self.sections_label = words(p.label)
        self.follow.add(self.sections_label, 8)
        self.follow.add(self.sections)
        self.similarity = ParamRow(self.document, "react.section_similarity")
        self.phrase = ParamRow(self.document, "react.phrase_bars")
        self.phrase.control.step = 4
        self.phrase_note = words("")
        self.phrase.note(self.phrase_note)
        self.curves = InterpolationRow(self.document)
        self.points = ParamRow(self.document, "react.point_amount")
        self.points_note = words("")
        self.points.note(self.points_note)
        self.loop = ParamRow(self.document, "react.loop_video")
        for row in (self.follow, self.similarity, self.phrase, self.curves, self.points, self.loop):
            self._column.addWidget(row)

    def show_value(self, show: Show) -> None:
        """Show what *show* says, and grey out what does nothing now."""
        react, path = show.scene.react, show.scene.path
        self.energy.set_amount(react.energy)
        self.pulse.control.warn(react.pulse > 1.0)
        self.figure.setText(f"{react.energy:.2f}")
        self.drums.set_index(0 if react.drums else 1)
        self.sections.set_amount(react.section_amount)
        by_hand = bool(path.points)
        follows = react.follow_sections and not by_hand
        self.sections.setEnabled(react.follow_sections)
        self.sections_label.setEnabled(react.follow_sections)
        self.similarity.set_live(follows)
        self.phrase.set_live(follows and react.section_similarity < 1.0)
        self.phrase_note.setText("bars to the next place" if react.phrase_bars else "the whole part is one way")
        tint(self.phrase_note, STAGE.text2)
        self.points.set_live(not by_hand and not react.follow_sections)
        note = "placed by sections" if react.follow_sections else "over the song"
        self.points_note.setText(f"{len(path.points)} placed by hand" if by_hand else note)
        tint(self.points_note, STAGE.text2)
        self.redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow column labels take less room, and words that repeat a picture go."""
        super().resizeEvent(event)
        roomy = self.width() >= 340
        for row in self.rows():
            if row not in (*self.bands, self.gate):
                row.label.setFixedWidth(128 if roomy else 116)
        self.curves.named.setVisible(roomy)
        self.points_note.setVisible(roomy)
        self.phrase_note.setVisible(roomy)
        self.sections_label.setVisible(roomy)

    # --- sound

    def draw_sound(self, t: float) -> None:
        for band in self.bands:
            band.show_sound(self.studio, t)
        if self.studio.session is not None:
            look = self.studio.session.score.at(t + self.studio.live.pictures.ahead)
            for row in self.rows():
                row.show_push(look)


_CURVES = ("nearest", "linear", "quadratic", "cubic")


class InterpolationRow(ParamRow):
    """How the path travels, as four pictures of it."""

    def __init__(self, document: Document) -> None:
        super().__init__(document, "react.interpolation", control=Segmented([("", f"curve-{c}") for c in _CURVES]))

    def _build(self) -> None:
        self.control.words = _CURVES
        self.control.setObjectName("param:react.interpolation")
        self.control.setAccessibleName(self.param.label)
        self.control.chosen.connect(lambda i: self.document.set_param(self.name, _CURVES[i], merge=False))
        self.named: QLabel = words("")
        self._row.addWidget(self.control)
        self._row.addStretch(1)
        self._row.addWidget(self.named)
        self._add_dot()

    def show_value(self, show: Show) -> None:
        self.control.set_index(_CURVES.index(show.scene.react.interpolation))
        self.named.setText(show.scene.react.interpolation)
