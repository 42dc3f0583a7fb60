"""One mapping as a line of the Controllers page: what it is, what it moves, how far and how."""

from collections.abc import Mapping as Choices
from functools import partial
from typing import get_args

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from app.control.actions import ACTIONS
from app.control.addresses import LAYERS, address_of, label_of
from app.control.mapping import FADERS, Curve, Mapping, Mode, Takeover
from app.control.params import PARAMS
from app.ui.controllers import Controllers
from app.ui.params import pop_under
from app.ui.theme import STAGE
from app.ui.widgets import Btn, NumberField, Picker, plain, words

ROW = 36
COLUMNS = (
    ("Control", 264), ("Moves", 150), ("From", 60), ("To", 70), ("Reads as", 124), ("Curve", 108), ("Takes over", 112),
)  # fmt: skip
_PRESSES: dict[str, Mode] = {
    "a switch": "toggle",
    "while held": "momentary",
    "puts it there": "trigger",
    "the next": "step",
}
"""What a press does."""
_TURNS: dict[str, Mode] = {
    "absolute": "absolute",
    "1 / 127": "two's complement",
    "1 / 65": "sign bit",
    "65 / 63": "offset",
    **_PRESSES,
}
"""How an endless encoder counts, by what it sends for a click up and a click down; some send a CC for a press."""
_PADS: dict[str, Mode] = {"as it suits": "absolute", **_PRESSES}
_HOLDS: dict[str, Mode] = {"a switch": "absolute", "while held": "momentary"}
_TAKEOVERS: dict[str, Takeover] = {"waits": "pick up", "by its share": "scale", "jumps": "jump"}
_TAKEOVER_TIP = (
    "What it does where it does not stand at the value: wait until it meets it, move it by its share of what is left, "
    "or jump"
)


class MappingRow(QWidget):
    """One mapping: what it is, what it moves, how far and how; every part tells the controllers (main thread)."""

    def __init__(self, controllers: Controllers, at: int) -> None:
        super().__init__()
        self._controllers, self.at = controllers, at
        self.mapping = mapping = controllers.surface.mappings[at]
        self.known = mapping, controllers.surface.also(mapping)
        """All that the row says."""
        self.setObjectName(f"mapping:{mapping.target}")
        self.setFixedHeight(ROW)
        self._spoken = f"{label_of(mapping.target)} by {mapping.source_words}"
        self.spoken = f"{self._spoken} {mapping.device}"
        self.setAccessibleName(self._spoken)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 12, 0)
        row.setSpacing(0)
        for part, (_title, wide) in zip(self._parts(mapping), COLUMNS, strict=True):
            cell = QWidget()
            cell.setFixedWidth(wide)
            inside = QHBoxLayout(cell)
            inside.setContentsMargins(0, 0, 8, 0)
            if part is not None:
                inside.addWidget(part)
            inside.addStretch(1)
            row.addWidget(cell)
        row.addStretch(1)
        self.remove = Btn(icon="trash-2", look="flat")
        self.remove.setAccessibleName(f"Remove {self._spoken}")
        self.remove.setToolTip("Remove this mapping")
        self.remove.clicked.connect(lambda: controllers.remove(self.at))
        row.addWidget(self.remove)

    def _parts(self, mapping: Mapping) -> list[QWidget | None]:
        """What stands in each column; nothing where a setting would change nothing."""
        source = words("", 12, 400, STAGE.text)
        spoken = f"{mapping.device} · {mapping.source_words}"
        source.setText(QFontMetrics(source.font()).elidedText(spoken, Qt.TextElideMode.ElideLeft, COLUMNS[0][1] - 12))
        source.setToolTip(plain(spoken))
        also = " and ".join(label_of(target) for target in self.known[1])
        moves = words(label_of(mapping.target) + (" +" if also else ""), 12, 400, STAGE.warn if also else STAGE.text_hi)
        moves.setToolTip(address_of(mapping.target) + (f"\nThe same control moves {also} as well" if also else ""))
        parts: list[QWidget | None] = [source, moves, None, None, None, None, None]
        if mapping.target in LAYERS:
            return parts
        if mapping.target not in PARAMS:
            holds = ACTIONS[mapping.target.split(":")[1]].holds
            self.mode = parts[4] = self._picker("Reads as", "mode", _HOLDS) if holds else None
            return parts
        fader, steps = mapping.kind in FADERS, PARAMS[mapping.target].kind in ("choice", "flag")
        self.lo = parts[2] = self._figure("From", "lo") if fader or (mapping.kind == "note" and not steps) else None
        self.hi = parts[3] = self._figure("To", "hi") if fader or not steps else None
        modes = _TURNS if mapping.kind == "cc" else _PADS if mapping.kind in ("note", "program") else None
        self.mode = parts[4] = None if modes is None else self._picker("Reads as", "mode", modes)
        if fader and mapping.mode == "absolute":
            self.curve = parts[5] = self._picker("Curve", "curve", {one: one for one in get_args(Curve)})
            self.takeover = parts[6] = None if steps else self._picker("Takes over", "takeover", _TAKEOVERS)
            if self.takeover is not None:
                self.takeover.setToolTip(_TAKEOVER_TIP)
        return parts

    def _figure(self, title: str, field: str) -> NumberField:
        made = NumberField(lambda share: f"{share:.0f} %")
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.setAccessibleName(f"{title}, {self._spoken}")
        made.setToolTip("How far it moves it, in percent of its reach. From above To turns it round")
        made.set_amount(getattr(self.mapping, field) * 100)
        made.entered.connect(
            lambda share: self._controllers.change(self.at, **{field: min(max(share / 100, 0.0), 1.0)})
        )
        return made

    def _picker(self, title: str, field: str, choices: Choices[str, str]) -> Picker:
        made = Picker(tall=24)
        now = getattr(self.mapping, field)
        made.setText(next((word for word, choice in choices.items() if choice == now), next(iter(choices))))
        made.setAccessibleName(f"{title}, {self._spoken}")
        made.clicked.connect(lambda: self._open(made, field, choices))
        return made

    def _open(self, picker: Picker, field: str, choices: Choices[str, str]) -> None:
        menu = QMenu(self)
        for word, choice in choices.items():
            act = menu.addAction(word, partial(self._controllers.change, self.at, **{field: choice}))
            act.setCheckable(True)
            act.setChecked(choice == getattr(self.mapping, field))
        pop_under(menu, picker)
