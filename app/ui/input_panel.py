"""How the input is heard: gain, channel and delay, in a small panel under the meter."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QWidget

from app.engine.audio.channels import choices
from app.engine.audio.live_input import CHANNELS, GAIN_DB, MOST_DELAY
from app.ui.popup import Popup
from app.ui.theme import STAGE, font
from app.ui.widgets import paint
from app.ui.widgets.buttons import Picker
from app.ui.widgets.choices import CheckBox, Segmented
from app.ui.widgets.sliders import Slider

if TYPE_CHECKING:
    from app.ui.live_in import LiveIn

_WIDTH, _HEIGHT = 320, 148
_ROW = 30
_STAGE, _LOOK_MS = 18, 500


class InputPanel(Popup):
    """Sets what LiveIn hears (main thread); closes with Esc or a click beside it."""

    def __init__(self, live: "LiveIn", parent: QWidget) -> None:
        super().__init__("inputPanel", parent)
        source = live.source  # what was picked may not be there any more: it has to be left
        self._many = live.channels > 2 or (source is not None and bool(source.channels))
        self._low = _HEIGHT + (_ROW if self._many else 0)
        self.setFixedSize(_WIDTH, self._low)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._live = live
        self.gain = Slider(-GAIN_DB, GAIN_DB, 0.0)
        self.auto = CheckBox(self.tr("Turn the gain by itself"))
        self.inputs = Picker(tall=24)
        self.channel = Segmented([(word, "") for word in (self.tr("Both"), self.tr("Left"), self.tr("Right"))])
        self.delay = Slider(0.0, MOST_DELAY, 0.0)
        self._figures = QLabel(), QLabel()
        self._rows: list[tuple[str, str]] = []
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self._lay_out()
        self.gain.moved.connect(lambda gain: self._set(gain=gain))
        self.auto.toggled.connect(lambda auto: self._set(auto=auto))
        self.inputs.clicked.connect(self._open_inputs)
        self.channel.chosen.connect(lambda i: self._set(channel=CHANNELS[i]))
        self.delay.moved.connect(lambda delay: self._set(delay=delay))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 8, 12, 8)
        grid.setAlignment(Qt.AlignmentFlag.AlignTop)
        grid.setHorizontalSpacing(8)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("&Gain"), self.gain), ("", self.auto),
            *([(self.tr("&Inputs"), self.inputs)] if self._many else []),
            (self.tr("&Channel"), self.channel), (self.tr("&Delay"), self.delay),
        )  # fmt: skip
        for i, (word, control) in enumerate(rows):
            label = QLabel(word)
            label.setFont(font(12))
            label.setBuddy(control)
            grid.addWidget(label, i, 0)
            grid.addWidget(control, i, 1)
            control.setAccessibleName(word.replace("&", "") or self.auto.text())
        for row, figure in zip((0, len(rows) - 1), self._figures, strict=True):
            figure.setFont(font(12))
            figure.setFixedWidth(52)
            figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(figure, row, 2)
        self.delay.setToolTip(self.tr("The picture so much later than the sound comes in"))

    def open_at(self, corner: QPoint) -> None:
        """Show how the input is heard now."""
        self.show_hearing()
        self.look()
        self.move(corner)
        self.show()
        self.gain.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_hearing(self) -> None:
        """Let every control stand where the input is."""
        hearing = self._live.hearing
        self.gain.set_amount(hearing.gain)
        self.auto.blockSignals(True)
        self.auto.setChecked(hearing.auto)
        self.auto.blockSignals(False)
        self.channel.set_index(CHANNELS.index(hearing.channel))
        self.delay.set_amount(hearing.delay)
        source = self._live.source
        channels = source.channels if source is not None else ""
        self.inputs.setText(channels or choices(2)[0])
        self.channel.setEnabled(not channels or "/" in channels)
        self._figures[0].setText(f"{hearing.gain:+.0f} dB")
        self._figures[1].setText(f"{hearing.delay * 1000:.0f} ms")

    def look(self) -> None:
        """How late the picture is, stage by stage, as far as it is known."""
        rows = self._live.latency.rows()
        if rows != self._rows:
            self._rows = rows
            self.setFixedHeight(self._low + (_STAGE * len(rows) + 10 if rows else 0))
            self.setAccessibleDescription(", ".join(" ".join(row) for row in rows))
            self.update()

    def inputs_menu(self) -> QMenu:
        """The pairs of the input's channels, and each alone."""
        menu = QMenu(self)
        for channels in choices(self._live.channels):
            if channels == "1":
                menu.addSeparator()
            choice = menu.addAction(channels)
            choice.triggered.connect(lambda _checked=False, channels=channels: self._pick(channels))
            choice.setCheckable(True)
            choice.setChecked(channels == self.inputs.text())
        return menu

    def _open_inputs(self) -> None:
        menu = self.inputs_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.inputs.mapToGlobal(QPoint(0, self.inputs.height())))

    def _pick(self, channels: str) -> None:
        self._live.pick("" if channels == choices(2)[0] else channels)
        self.show_hearing()

    def _set(self, **changes: object) -> None:
        self._live.set_hearing(**changes)
        self.show_hearing()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        if self._rows:
            painter.fillRect(12, self._low - 4, self.width() - 24, 1, STAGE.line)
        for i, (name, figure) in enumerate(self._rows):
            row, last = QRectF(12, self._low + i * _STAGE, self.width() - 24, _STAGE), i == len(self._rows) - 1
            face = font(12, 600 if last else 400)
            paint.write(painter, row, name, face, STAGE.text_hi if last else STAGE.text2)
            paint.write(painter, row, figure, face, STAGE.text_hi if last else STAGE.text, paint.RIGHT)
        painter.end()
