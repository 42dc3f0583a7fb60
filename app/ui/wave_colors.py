"""How the waveform is coloured: three bands one before the other, all of it in one colour, or the bands mixed."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from PySide6.QtGui import QColor

from app.ui.theme import STAGE
from app.ui.traces import BAND, Floats, Pixels, bands_picture, strip_picture

WAVES: Mapping[str, str] = MappingProxyType({
    "bands": "Three bands",
    "mono": "One colour",
    "rgb": "Mixed colours",
})  # fmt: skip
"""What can be chosen, the first unless something else is, and what a person calls it."""
FIRST = next(iter(WAVES))
_LEADS = 2.4
"""How much more the loudest band counts in a mixture."""


def tokens() -> tuple[QColor, QColor, QColor]:
    """The colours of bass, mid and high."""
    return STAGE.bass, STAGE.mid, STAGE.high


def mixed(columns: Floats) -> Floats:
    """``(width, 3)`` BGR in 0..255 of *columns* ``(width, 3)``: the bands' colours, the louder the more of it."""
    share = np.maximum(columns, 1e-4) ** np.float32(_LEADS)
    bgr = np.array([(c.blue(), c.green(), c.red()) for c in tokens()], np.float32)
    return (share / share.sum(axis=1, keepdims=True)) @ bgr


def wave_picture(columns: Floats, height: int, reach: float, how: str) -> Pixels:
    """``(height, width, 4)`` premultiplied BGRA of *columns* ``(width, 3)`` in 0..1 of *reach* pixels, as in WAVES."""
    if how == "mono":
        return bands_picture(columns.max(axis=1, keepdims=True), height, reach, (STAGE.text2,))
    if how == "rgb":
        colors = np.full((len(columns), 4), 255.0, np.float32)
        colors[:, :3] = mixed(columns)
        return strip_picture(columns.max(axis=1) * np.float32(reach), height, colors * np.float32(BAND))
    return bands_picture(columns, height, reach, tokens())


def legend(how: str) -> tuple[tuple[str, QColor], ...]:
    """What the colours mean, from above."""
    if how == "mono":
        return (("Loudness", STAGE.text2),)
    return ("High", STAGE.high), ("Mid", STAGE.mid), ("Bass", STAGE.bass)
