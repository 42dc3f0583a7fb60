"""The Qt bindings keep count of ``None``: PySide6 6.12 loses one reference a void call on Python 3.11, and aborts."""

import json
import subprocess
import sys

import PySide6
import pytest

COUNT = """
import json, sys
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel

app = QApplication([])
thing, label, image = QObject(), QLabel(), QImage(8, 8, QImage.Format.Format_RGB32)
painter = QPainter(image)

def call(times):
    for _ in range(times):
        thing.setObjectName("x")
        painter.drawLine(0, 0, 7, 7)
        label.update()
        label.setText("x")

call(100)
before = sys.getrefcount(None)
call(50_000)
print(json.dumps(sys.getrefcount(None) - before))
painter.end()
"""


def test_two_hundred_thousand_void_calls_keep_none_alive():
    run = subprocess.run([sys.executable, "-c", COUNT], capture_output=True, text=True, timeout=100)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) > -50


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_the_bindings_are_older_than_the_fault():
    assert tuple(int(part) for part in PySide6.__version__.split(".")[:2]) < (6, 12)
