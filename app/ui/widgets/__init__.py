"""The kit that every part of the window is built from; each widget paints itself from the tokens of the theme."""

from app.ui.widgets.bars import DepthBar, EnergyBar, RangeSlider, TraceSlider
from app.ui.widgets.buttons import Btn, Chip, Picker, StageButton
from app.ui.widgets.choices import CheckBox, Segmented
from app.ui.widgets.colored import Divider, grounded, redress, rule, tint
from app.ui.widgets.fields import (
    FittingLine,
    LinkDot,
    NameField,
    NumberField,
    SearchField,
    Stepper,
    label_of,
    plain,
    words,
)
from app.ui.widgets.scroller import Scroller
from app.ui.widgets.sliders import Slider
from app.ui.widgets.toast import Toast, ToastHost

__all__ = [
    "Btn",
    "CheckBox",
    "Chip",
    "DepthBar",
    "Divider",
    "EnergyBar",
    "FittingLine",
    "LinkDot",
    "NameField",
    "NumberField",
    "Picker",
    "RangeSlider",
    "Scroller",
    "SearchField",
    "Segmented",
    "Slider",
    "StageButton",
    "Stepper",
    "Toast",
    "ToastHost",
    "TraceSlider",
    "grounded",
    "label_of",
    "plain",
    "redress",
    "rule",
    "tint",
    "words",
]
