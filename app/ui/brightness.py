"""How bright the audience's picture is: a slider on the page of outputs, and what the row at the foot says of it."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.control.model import ParamModel
from app.control.params import PARAMS
from app.ui.widgets import NumberField, Slider, words

NAME = "output.brightness"


def dimmed_words(share: float) -> str:
    """``Brightness 40 %``; nothing where all of the light comes through."""
    return "" if share >= 1.0 else f"Brightness {share * 100:.0f} %"


class Brightness(QWidget):
    """Shows and sets it (main thread)."""

    def __init__(self, params: ParamModel) -> None:
        super().__init__()
        p = PARAMS[NAME]
        self.slider, self.field = Slider(p.lo, p.hi, p.default), NumberField(lambda share: f"{share:.0f} %")
        self.slider.setObjectName(f"param:{NAME}")
        self.slider.setAccessibleName(p.label)
        self.slider.setToolTip(f"{p.doc}.\nDouble click or Delete: all of it")
        self.slider.setFixedWidth(120)
        self.field.setAccessibleName(f"{p.label}, percent")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 0, 0)
        row.setSpacing(8)
        for part in (words("Brightness"), self.slider, self.field):
            row.addWidget(part)
        self.slider.moved.connect(lambda share: params.set(NAME, share))
        self.slider.typed.connect(lambda first: self.field.begin(first, self.slider))
        self.field.entered.connect(lambda percent: params.set(NAME, percent / 100))
        self._params = params
        self.follow()

    def follow(self) -> None:
        """Show how bright it is."""
        share = self._params.value(NAME)
        self.slider.set_amount(share)
        self.field.set_amount(share * 100)
