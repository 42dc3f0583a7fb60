"""What can be set about a source that a Scene makes up, or that hands set."""

import math
from dataclasses import fields, replace
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from app.control.params import PARAMS
from app.engine.show.generators import MOST_STEPS, Follower, Macro, Sequencer
from app.engine.show.routes import Look
from app.engine.show.show import Show
from app.engine.show.sources import HEARD, SOURCES
from app.engine.show.stretch import setting
from app.ui.document import Document
from app.ui.linked import Inside
from app.ui.menus import pop_under
from app.ui.params import ParamRow
from app.ui.step_bars import StepBars
from app.ui.widgets import Picker, Slider, Stepper, words

KINDS = {
    "lfo": ("lfos", "lfo"), "follow": ("followers", "follower"), "walk": ("walks", "walk"),
    "steps": ("sequencers", "sequencer"), "macro": ("macros", "macro"), "input": ("inputs", "input"),
}  # fmt: skip
"""Kind of source -> the field of Scene that holds its settings, and what its parameters are called."""
_LABEL = 84
_FINE = {"rate": 4.0, "per_beat": 2.0, "attack": 4.0, "release": 3.0}


class Labelled(QWidget):
    """A label and one control on a line as high as a ParamRow."""

    def __init__(self, text: str, control: QWidget, *, wide: bool = False) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(0)
        label = words(text)
        label.setFixedWidth(_LABEL)
        label.setBuddy(control)
        row.addWidget(label)
        row.addWidget(control, 1 if wide else 0)
        if not wide:
            row.addStretch(1)


class SourceSettings(QWidget):
    """Every setting of *source* in the playing scene (main thread); ``height_changed`` when it is made."""

    edited = Signal()

    def __init__(self, document: Document, source: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document, self.source = document, source
        kind, _, number = source.partition("_")
        self._held, self._scope = KINDS[kind]
        self._row = int(number)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 4)
        self._column.setSpacing(0)
        self.rows: list[ParamRow] = []
        self.name_field: QLineEdit | None = None
        self.picker: Picker | None = None
        self.bars: StepBars | None = None
        self.steps: Stepper | None = None
        made = setting(document.show.scene, source)
        if isinstance(made, Macro):
            self._add_name()
        elif isinstance(made, Follower):
            self._add_source()
        elif isinstance(made, Sequencer):
            self._add_steps()
        for f in fields(made) if made is not None else ():
            self._add_param(f.name)
        document.watch(self.show_value, f"scene.{self._held}")
        self.show_value(document.show)

    def _add_param(self, field: str) -> None:
        name = f"{self._scope}.{self._row}" + ("" if field == "value" else f".{field}")
        if name not in PARAMS:
            return
        p = PARAMS[name]
        control = Slider(p.lo, p.hi, p.default, curve=_FINE[field]) if field in _FINE else None
        row = ParamRow(self.document, name, self, label_wide=_LABEL, control=control)
        row.label.setText(p.label.rpartition(", ")[2].capitalize() if field != "value" else "Value")
        self._column.addWidget(row)
        self.rows.append(row)

    def _add_name(self) -> None:
        self.name_field = QLineEdit()
        self.name_field.setPlaceholderText(SOURCES[self.source])
        self.name_field.setMaxLength(24)
        self.name_field.setFixedHeight(24)
        self.name_field.setAccessibleName(f"Name of {SOURCES[self.source]}")
        self.name_field.editingFinished.connect(self._rename)
        self._column.addWidget(Labelled("Name", self.name_field, wide=True))

    def _add_source(self) -> None:
        self.picker = Picker(24)
        self.picker.setAccessibleName(f"What {SOURCES[self.source]} follows")
        self.picker.clicked.connect(self._choose_source)
        self._column.addWidget(Labelled("Follows", self.picker))

    def _add_steps(self) -> None:
        self.bars, self.steps = StepBars(), Stepper(1, MOST_STEPS, 8)
        self.bars.setAccessibleName(f"Levels of {SOURCES[self.source]}")
        self.steps.name(f"How many steps {SOURCES[self.source]} has")
        self.bars.moved.connect(lambda levels: self._edit("Steps", f"{self.source}.levels", levels=levels))
        self.bars.released.connect(self.document.end_merge)
        self.steps.moved.connect(self._resize_steps)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(12, 0, 12, 4)
        row.addWidget(self.bars)
        self._column.addWidget(holder)
        self._column.addWidget(Labelled("Steps", self.steps))

    def _edit(self, text: str, merge: str = "", **changes: Any) -> None:
        rows: tuple[Any, ...] = getattr(self.document.show.scene, self._held)
        if self._row <= len(rows):
            at = self._row - 1
            after = (*rows[:at], replace(rows[at], **changes), *rows[at + 1 :])
            self.document.edit_scene(f"{text} of {SOURCES[self.source]}", merge, **{self._held: after})

    def _rename(self) -> None:
        if self.name_field is not None:
            self._edit("Name", name=self.name_field.text().strip())

    def _resize_steps(self, count: float) -> None:
        if self.bars is not None:
            levels = (*self.bars.levels, *(0.0,) * MOST_STEPS)[: int(count)]
            self._edit("Number of steps", levels=levels)

    def _choose_source(self) -> None:
        assert self.picker is not None
        menu = QMenu(self)
        for source in HEARD:
            menu.addAction(SOURCES[source], partial(self._edit, "What is followed", source=source))
        pop_under(menu, self.picker)

    def show_push(self, look: Look, inside: Inside) -> None:
        """Draw where routes have pushed its numbers."""
        for row in self.rows:
            row.show_push(look, inside)

    def show_now(self, beats: float) -> None:
        """Mark the step that counts now, so many *beats* after the first 1."""
        made = setting(self.document.show.scene, self.source)
        if isinstance(made, Sequencer) and self.bars is not None:
            self.bars.show_now(math.floor(beats * made.per_beat + 1e-6) % len(made.levels))

    def show_value(self, show: Show) -> None:
        """Show what *show* says."""
        made = setting(show.scene, self.source)
        if isinstance(made, Macro) and self.name_field is not None and not self.name_field.hasFocus():
            self.name_field.setText(made.name)
        elif isinstance(made, Follower) and self.picker is not None:
            self.picker.setText(SOURCES.get(made.source, made.source))
            self.picker.updateGeometry()
        elif isinstance(made, Sequencer) and self.bars is not None and self.steps is not None:
            if made.levels != self.bars.levels:
                self.bars.set_levels(made.levels)
            self.steps.set_amount(len(made.levels))
