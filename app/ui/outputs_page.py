"""The Outputs page: every way the picture leaves this window, each with a light that says how it gets on."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.engine.output.live_output import Sent
from app.engine.output.outputs import Kind
from app.ui.bound import bind
from app.ui.displays import displays
from app.ui.output_window import OutputWindow
from app.ui.outputs import RATES, SIZES, Outputs
from app.ui.over_page import OverPage
from app.ui.params import pop_under
from app.ui.theme import STAGE, font
from app.ui.widgets import Btn, CheckBox, Picker, label_of, paint, rule, tint, words

WIDE, TALL, ROW = 820, 470, 60
OWN = "The style's own"
FITS = ("output_fit", "output_crop", "output_mirror", "output_stretch", "output_pixels")
_NAMES = {(1280, 720): "1280 × 720", (1920, 1080): "1920 × 1080", (1080, 1080): "1080 × 1080",
          (1080, 1920): "1080 × 1920", (3840, 2160): "3840 × 2160", (0, 0): OWN}  # fmt: skip


def rate_words(rate: int) -> str:
    """``30 fps``, or that each is sent as it comes."""
    return f"{rate} fps" if rate else "As it comes"


def sent_words(sent: Sent) -> str:
    """``59.8 fps · 0 dropped · 512 × 512 · 1 watching``."""
    if sent.state == "opening" or not sent.sent:
        return "Opening…" if sent.state == "opening" else "Waiting for the first picture"
    size = f"{sent.size[0]} × {sent.size[1]}"
    return " · ".join(filter(None, (f"{sent.fps:.0f} fps", f"{sent.dropped} dropped", size, sent.receivers)))


class Light(QWidget):
    """○ off, ● on, a red ring with a stroke when it broke: the shape says it too (main thread)."""

    def __init__(self) -> None:
        super().__init__()
        self.state = "off"
        self.setFixedSize(14, 14)

    def show_state(self, state: str) -> None:
        """off, opening, on or broken."""
        if state != self.state:
            self.state = state
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.state == "on":
            paint.dot(painter, QPointF(7, 7), 5, STAGE.ok)
        else:
            inks: dict[str, QColor] = {"broken": STAGE.live, "opening": STAGE.warn}
            painter.setPen(QPen(inks.get(self.state, STAGE.border_strong), 1.6))
            painter.drawEllipse(QRectF(2.5, 2.5, 9, 9))
            if self.state == "broken":
                painter.drawLine(QPointF(4, 10), QPointF(10, 4))
        painter.end()


class OutputRow(QWidget):
    """One way out: its light, its switch, how it gets on, and what can be chosen of it (main thread)."""

    def __init__(self, name: str, label: str, pickers: Sequence[Picker]) -> None:
        super().__init__()
        self.setObjectName(f"output:{name}")
        self.setFixedHeight(ROW)
        self.light, self.box, self.state = Light(), CheckBox(label), words("", 12)
        self.state.setWordWrap(True)
        self.box.setFixedWidth(130)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 16, 0)
        row.setSpacing(10)
        row.addWidget(self.light)
        row.addWidget(self.box)
        row.addWidget(self.state, 1)
        for picker in pickers:
            row.addWidget(picker)

    def tell(self, state: str, on: bool, sentence: str) -> None:
        """How it gets on."""
        self.light.show_state(state)
        self.box.setChecked(on)
        if sentence != self.state.text():
            self.state.setText(sentence)
            self.setAccessibleName(f"{self.box.text()}: {sentence}")
        tint(self.state, STAGE.broken_text if state == "broken" else STAGE.text2)


class OutputsPage(OverPage):
    """Shows and sets every output (main thread)."""

    def __init__(
        self, live: Outputs, output: OutputWindow, actions: Mapping[str, QAction], window: QWidget,
        choose_display: Callable[[str], None],
    ) -> None:  # fmt: skip
        about = "All of them show what the audience sees: held by FREEZE, black in BLACKOUT, without a word."
        super().__init__("Outputs", about, WIDE, TALL, window)
        self.setObjectName("outputsPage")
        self.setAccessibleName("Outputs")
        self._live, self._output, self._actions, self._choose_display = live, output, actions, choose_display
        self.display_picker = self._picker("Display", self._offer_displays, 190)
        self.display = OutputRow("display", "Display", (self.display_picker,))
        self.sizes = {k.id: self._picker(f"{k.label}, size", partial(self._offer_sizes, k), 130) for k in live.kinds}
        self.rates = {k.id: self._picker(f"{k.label}, rate", partial(self._offer_rates, k), 110) for k in live.kinds}
        self.rows = {k.id: OutputRow(k.id, k.label, (self.sizes[k.id], self.rates[k.id])) for k in live.kinds}
        self.fit = self._picker("How the picture meets another shape", self._offer_fits, 150)
        self._lay_out()
        self.display.box.clicked.connect(actions["output"].trigger)
        for kind in live.kinds:
            self.rows[kind.id].box.clicked.connect(lambda on, kind=kind: live.set_on(kind, bool(on)))
        for signal in (live.changed, output.opened, output.lost, output.found):
            signal.connect(lambda *_told: self.follow() if self.isVisible() else None)
        for name in FITS:
            actions[name].toggled.connect(lambda _on: self._name_fit())
        self._name_fit()

    def _picker(self, name: str, offer: Callable[[Picker], QMenu], wide: int) -> Picker:
        made = Picker(tall=28)
        made.setFixedWidth(wide)
        made.setAccessibleName(name)
        made.setToolTip(name)
        made.clicked.connect(lambda: pop_under(offer(made), made))
        return made

    def _lay_out(self) -> None:
        rows = QVBoxLayout()
        rows.setSpacing(0)
        for row in (self.display, *self.rows.values()):
            rows.addWidget(rule())
            rows.addWidget(row)
        rows.addWidget(rule())
        self.column.addLayout(rows)
        self.column.addStretch(1)
        foot = self._foot = QHBoxLayout()
        foot.setContentsMargins(20, 12, 16, 14)
        foot.setSpacing(8)
        foot.addWidget(label_of("&Picture in another shape", self.fit))
        foot.addWidget(self.fit)
        foot.addStretch(1)
        self.identify, self.card = Btn("Identify"), Btn("Test card")
        for button, name in ((self.identify, "identify"), (self.card, "test_card")):
            bind(button, self._actions[name])
            foot.addWidget(button)
        self.column.addLayout(foot)

    def put(self, part: QWidget) -> None:
        """Beside the shape, *part*, which is of all outputs too."""
        self._foot.insertWidget(self._foot.indexOf(self.fit) + 1, part)

    def first_field(self) -> QWidget:
        return self.display.box

    def about_to_show(self) -> None:
        self.follow()

    def sizeHint(self) -> QSize:
        return QSize(WIDE, TALL)

    # how it is

    def follow(self) -> None:
        """Show the outputs as they are."""
        output = self._output
        there = next((d for d in displays() if d.name == output.screen_name), None)
        sentence = f"Waits for {output.screen_name}" if output.waiting else ""
        if output.on and there is not None and not output.waiting:
            sentence = f"The audience sees it on {there.name}, {there.width} × {there.height}"
        state = "opening" if output.waiting else "on" if output.on else "off"
        self.display.tell(state, output.on, sentence or "A screen or a projector on this machine (F11)")
        self.display_picker.setText(output.screen_name or "Choose…")
        for kind in self._live.kinds:
            self._follow(kind)

    def _follow(self, kind: Kind) -> None:
        row, sent, choice, missing = self.rows[kind.id], self._live.told_of(kind), self._live.choice(kind), ""
        running = kind in self._live.running
        if not running:
            missing = kind.why_not()
        told = sent.problem or sent_words(sent) if running else missing or kind.about
        hint = kind.hint() if running and sent.state == "on" else ""
        row.tell(sent.state, running, "\n".join(filter(None, (told, hint))))
        row.box.setEnabled(running or not missing)
        self.sizes[kind.id].setText(_NAMES[choice.size])
        self.rates[kind.id].setText(rate_words(choice.rate))
        for picker in (self.sizes[kind.id], self.rates[kind.id]):
            picker.setVisible(not missing)

    def _name_fit(self) -> None:
        chosen = next((self._actions[name] for name in FITS if self._actions[name].isChecked()), None)
        self.fit.setText("" if chosen is None else chosen.text())

    # what may be chosen

    def _offer_displays(self, picker: Picker) -> QMenu:
        menu = QMenu(picker)
        for display in displays():
            act = menu.addAction(display.words, partial(self._choose_display, display.name))
            act.setCheckable(True)
            act.setChecked(self._output.on and display.name == self._output.screen_name)
        return menu

    def _offer_sizes(self, kind: Kind, picker: Picker) -> QMenu:
        return self._offer(kind, picker, "size", {_NAMES[size]: size for size in SIZES})

    def _offer_rates(self, kind: Kind, picker: Picker) -> QMenu:
        offered = [rate for rate in RATES if rate or not kind.rate]  # a camera has a rate of its own
        return self._offer(kind, picker, "rate", {rate_words(rate): rate for rate in offered})

    def _offer(self, kind: Kind, picker: Picker, field: str, choices: Mapping[str, Any]) -> QMenu:
        menu = QMenu(picker)
        for word, choice in choices.items():
            act = menu.addAction(word, partial(self._live.choose, kind, **{field: choice}))
            act.setCheckable(True)
            act.setChecked(choice == getattr(self._live.choice(kind), field))
        return menu

    def _offer_fits(self, picker: Picker) -> QMenu:
        menu = QMenu(picker)
        menu.setFont(font(12))
        for name in FITS:
            menu.addAction(self._actions[name])
        return menu
