"""Pictures from the engine as images that Qt may keep."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage


def qimage(image: NDArray[np.uint8]) -> QImage:
    """An owned ``Format_RGB32`` copy of *image* ``(height, width, 3)`` uint8 RGB: Qt keeps no NumPy memory alive."""
    height, width = image.shape[:2]
    rows = np.ascontiguousarray(image)
    borrowed = QImage(rows.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return borrowed.convertToFormat(QImage.Format.Format_RGB32)
