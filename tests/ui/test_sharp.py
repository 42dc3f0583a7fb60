"""The output on a scaled desktop: painted in the pixels of the device (ux.md 2.4), in processes with a scale."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCALED = """
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
app = QApplication([])
from app.ui.output_window import OutputWindow
from app.ui.stage import StagePicture
from tests.ui.fakes import FakeStudio, make_document
studio = FakeStudio(make_document())
window = OutputWindow(StagePicture(studio))
window.toggle()
window.resize(600, 400)
window._hide_hint()
window.audience.show_card(True)
image = window.grab().toImage()
image.setDevicePixelRatio(1)
wide, tall = image.width(), image.height()
white = lambda x, y: image.pixelColor(x, y).lightness() == 255
edge = all(white(x, y) for x in (0, 7, wide - 1) for y in (0, tall - 1))
edge = edge and all(white(x, y) for x in (0, wide - 1) for y in (0, 7, tall - 1))
print(wide, tall, edge, white(7, 1) or white(1, 7) or white(wide - 2, 7) or white(7, tall - 2))
window.audience.show_card(False)
studio.give_frame(shade=200, size=tall)
image = window.grab().toImage()
image.setDevicePixelRatio(1)
middle, left = tall // 2, (wide - tall) // 2
print([image.pixelColor(left + x, middle).red() for x in (tall // 2 - 1, tall // 2, tall - 1)])
window.close_output()
studio.close()
"""


@pytest.mark.parametrize("scale", ["1.25", "1.5", "2"])
def test_every_line_is_one_pixel_of_the_device(scale: str) -> None:
    env, here = os.environ | {"QT_SCALE_FACTOR": scale}, Path(__file__).parents[2]
    ran = subprocess.run(
        [sys.executable, "-c", SCALED],
        env=env,
        cwd=here,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    wide, tall = round(600 * float(scale)), round(400 * float(scale))
    assert ran.stdout.splitlines() == [f"{wide} {tall} True False", "[0, 200, 200]"]
