"""Pictures drawn from arrays, a whole lane at a time: mirrored bands of sound, and a line over time."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]
BAND = 0.92
"""How much of what stands behind a band it covers."""


def bands_picture(columns: Floats, height: int, reach: float, colors: Sequence[QColor]) -> Pixels:
    """``(height, width, 4)`` premultiplied BGRA: bands mirrored about the middle, the first in front, edges smooth.

    *columns* ``(width, bands)`` in 0..1 of *reach* pixels; *colors* one a band.
    """
    middle = height / 2
    upper = -(-height // 2)
    distance = (middle - 0.5 - np.arange(upper, dtype=np.float32))[:, None]
    picture = np.zeros((upper, len(columns), 4), np.float32)
    for band in reversed(range(columns.shape[1])):
        cover = np.clip(columns[None, :, band] * np.float32(reach) - distance + 0.5, 0.0, 1.0) * np.float32(BAND)
        picture *= (1.0 - cover)[..., None]
        picture += cover[..., None] * _bgra(colors[band])
    half = np.rint(picture).astype(np.uint8)
    return np.concatenate([half, half[: height - upper][::-1]])


def strip_picture(tall: Floats, height: int, colors: Floats) -> Pixels:
    """``(height, width, 4)`` premultiplied BGRA: one mirrored band, *tall* ``(width,)`` pixels up and down.

    *colors* ``(width, 4)`` is the BGRA of each column in 0..255.
    """
    distance = np.abs(np.arange(height, dtype=np.float32) + 0.5 - height / 2)[:, None]
    cover = np.clip(tall[None, :] - distance + 0.5, 0.0, 1.0)
    return np.rint(cover[..., None] * colors[None]).astype(np.uint8)


def line_picture(ys: Floats, height: int, color: QColor, width: float) -> Pixels:
    """``(height, len(ys) - 1, 4)`` premultiplied BGRA: a line through *ys* (pixels from above), *width* thick."""
    ys = np.asarray(ys, np.float32)
    a, b = ys[:-1], ys[1:]
    thick = np.float32(width / 2) * np.sqrt(1.0 + np.minimum(np.abs(b - a), 2.0) ** 2)
    top, bottom = np.minimum(a, b) - thick, np.maximum(a, b) + thick
    slant = np.abs(b - a)
    inset = np.minimum(slant, 1.0) / 2  # a slanted end covers half of what its box does
    rows = np.arange(height, dtype=np.float32)[:, None]
    cover = np.minimum(rows + 1.0, bottom - inset) - np.maximum(rows, top + inset)
    cover = np.clip(cover, 0.0, 1.0) * np.float32(color.alphaF())
    shades = np.rint(np.linspace(0.0, 1.0, 256, dtype=np.float32)[:, None] * _bgra(color)).astype(np.uint8)
    return shades[np.rint(cover * 255).astype(np.uint8)]


def image(pixels: Pixels, dpr: float = 1.0) -> QImage:
    """*pixels* as a picture of its own, for a screen of *dpr* pixels a point."""
    height, width = pixels.shape[:2]
    pixels = np.ascontiguousarray(pixels)
    made = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()
    made.setDevicePixelRatio(dpr)
    return made


def _bgra(color: QColor) -> Floats:
    """Solid *color* in the byte order of ARGB32."""
    return np.array([color.blue(), color.green(), color.red(), 255], np.float32)
