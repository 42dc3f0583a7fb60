"""The house stands: no arrow points where none may, nothing grows too large, and the rules themselves can fail."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import architecture
from tests.architecture import RULES, Module

ROOT = Path(__file__).resolve().parents[1]

PLANTED = [
    ("arrows", "app/engine/show/score.py", "from PySide6.QtCore import QObject"),
    ("arrows", "app/engine/audio/track.py", "def f():\n    import pyqtgraph"),
    ("arrows", "app/engine/render/plan.py", "from app.ui import document"),
    ("arrows", "app/engine/render/plan.py", "import torch"),
    ("arrows", "app/engine/latent/path.py", "def f():\n    from torch import Tensor"),
    ("arrows", "app/engine/show/score.py", "import soundfile as sf"),
    ("arrows", "app/engine/render/engine.py", "from app.control.params import spec"),
    ("arrows", "app/engine/render/engine.py", "from app.train import loop"),
    ("arrows", "app/control/midi.py", "import app.ui.document"),
    ("arrows", "app/control/midi.py", "import app.farm"),
    ("arrows", "app/cli/render.py", "def f():\n    from app.ui.pictures import qimage"),
    ("arrows", "app/ui/preview.py", "from app.cli.terminal import say"),
    ("arrows", "app/ui/preview.py", "import torch"),
    ("arrows", "app/ui/preview.py", "def f():\n    import librosa.beat"),
    ("arrows", "app/ui/preview.py", "import importlib\nimportlib.import_module('sounddevice')"),
    ("arrows", "app/ui/preview.py", "from app.__main__ import main"),
    ("files_touched", "app/engine/show/score.py", "open('x')"),
    ("files_touched", "app/engine/latent/path.py", "import numpy as np\nnp.load('x')"),
    ("cycles", "app/engine/errors.py", "from app.engine import errors2"),
    ("weight", "app/ui/preview.py", "import scipy.signal"),
    ("weight", "app/ui/preview.py", "from app.engine import heavy"),
    ("sizes", "app/ui/preview.py", "x = 1\n" * 301),
    ("sizes", "app/ui/preview.py", "def f():\n" + "    x = 1\n" * 51),
    ("sizes", "app/ui/preview.py", "def f(self, a, b, c, d, e, f): ..."),
    ("broad_excepts", "app/ui/preview.py", "try: f()\nexcept Exception: ..."),
    ("broad_excepts", "app/ui/preview.py", "try: f()\nexcept: ..."),
    ("broad_excepts", "app/ui/preview.py", "try: f()\nexcept (OSError, BaseException): ..."),
    ("broad_excepts", "app/ui/commands.py", "try: f()\nexcept Exception: ...\n" * 2),
    ("dialogs", "app/ui/preview.py", "QMessageBox.critical(self, 'a', 'b')"),
    ("dialogs", "app/ui/preview.py", "QDialog()"),
    ("dialogs", "app/ui/preview.py", "QFileDialog.getOpenFileName(None, 'Open')"),
    ("dialogs", "app/ui/preview.py", "QFileDialog.getSaveFileName()"),
    ("dialogs", "app/ui/preview.py", "class Ask(QDialog): ...\nAsk()"),
    ("dialogs", "app/ui/preview.py", "QProgressDialog('Please wait', 'Cancel', 0, 1, self)"),
    ("dialogs", "app/ui/preview.py", "menu.exec(self.mapToGlobal(at))"),
    ("dialogs", "app/ui/preview.py", "self.page.setModal(True)"),
    ("meetings", "app/ui/preview.py", "from app.ui.side import Side"),
    ("executed", "app/engine/show/score.py", "eval('1')"),
    ("executed", "app/engine/stylegan/library.py", "import pickle"),
    ("executed", "app/engine/stylegan/library.py", "np.load(f, allow_pickle=True)"),
    ("executed", "app/engine/stylegan/library.py", "def f():\n    global cache"),
    ("owners", "app/ui/preview.py", "self.box.window().x()"),
    ("owners", "app/ui/preview.py", "self.nextInFocusChain()"),
]

FINE = [
    ("app/engine/audio/features.py", "def f():\n    import librosa"),
    ("app/engine/render/engine.py", "try: f()\nexcept Exception: ..."),
    ("app/engine/render/film.py", "try: f()\nexcept BaseException:\n    tidy()\n    raise"),
    ("app/engine/show/saved.py", "open('x')"),
    ("app/ui/preview.py", "from app.engine.latent.path import WPath\nfrom PySide6.QtWidgets import QWidget"),
    ("app/ui/preview.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch"),
    ("app/ui/preview.py", "QFileDialog.getOpenFileName(self, 'Open')"),
    ("app/ui/preview.py", "class Ask(QDialog): ...\nAsk(self.parentWidget())"),
    ("app/ui/preview.py", "menu.popup(self.mapToGlobal(at))"),
    ("app/ui/preview.py", "def f():\n    '''" + "long\n" * 400 + "'''"),
    ("app/ui/preview.py", "def f(self, a, b, c, d, e, *, g, h): ..."),
    ("app/__main__.py", "from app.ui.main_window import MainWindow"),
]


@pytest.fixture(scope="module")
def house() -> dict[str, Module]:
    """Every module of the app."""
    return architecture.load(ROOT)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps(rule, house):
    problems = rule(house)
    assert not problems, "\n".join(problems)


def test_no_exception_outlives_its_reason(house):
    """The tables of exceptions name only what is there."""
    kept = [*architecture.LONG_FUNCTIONS, *architecture.WIDE_FUNCTIONS]
    functions = {
        f"{m.name}:{n.name}" for m in house.values() for n in ast.walk(m.tree) if isinstance(n, ast.FunctionDef)
    }
    assert [name for name in kept if name not in functions] == []
    modules = [
        *architecture.OWN_FILES,
        *architecture.BORDERS,
        *(n.rpartition(".")[0] for n in architecture.SHARED_PANELS),
    ]
    assert [name for name in modules if name not in house] == []


def _plant(root: Path, file: str, source: str) -> dict[str, Module]:
    for name, text in {
        "app/engine/errors2.py": "from app.engine import errors",
        "app/engine/heavy.py": "import torch",
        "app/engine/latent/path.py": "WPath = object",
        "app/ui/side.py": "class Side:\n    def __init__(self, document, studio, parent=None): ...",
        "app/ui/main_window.py": "from app.ui.side import Side",
        file: source,
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return architecture.load(root)


@pytest.mark.parametrize(("rule", "file", "source"), PLANTED)
def test_a_planted_fault_is_found(rule, file, source, tmp_path):
    problems = getattr(architecture, rule)(_plant(tmp_path, file, source))
    assert problems
    assert file.removesuffix(".py").replace("/", ".") in problems[0] or file in problems[0]


@pytest.mark.parametrize(("file", "source"), FINE)
def test_what_is_allowed_is_not_a_fault(file, source, tmp_path):
    assert [problem for rule in RULES for problem in rule(_plant(tmp_path, file, source))] == []


def _fresh(script: str, *args: str) -> dict:
    """What *script* prints as JSON on its last line, run in an interpreter of its own."""
    run = subprocess.run(
        [sys.executable, "-c", script, *args],
        capture_output=True,
        text=True,
        timeout=100,
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return json.loads(run.stdout.splitlines()[-1])


IMPORT_ALL = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules} | {n for n in sys.modules if n == 'app.ui'})))
"""


def _loaded_by(house: dict[str, Module], *rooms: str) -> set[str]:
    names = [name for name in house if any(name == room or name.startswith(room + ".") for room in rooms)]
    assert names, rooms
    return set(_fresh(IMPORT_ALL, *names))


def test_nothing_but_the_window_loads_qt(house):
    loaded = _loaded_by(house, "app.engine", "app.control", "app.cli", "app.__main__")
    assert not loaded & {"PySide6", "shiboken6", "pyqtgraph", "app.ui"}
    assert "numpy" in loaded


def test_what_pictures_are_made_of_loads_only_numpy(house):
    loaded = _loaded_by(house, *architecture.NUMPY_ONLY)
    assert not loaded & set(architecture.HEAVY)


def test_the_window_loads_nothing_heavy(house):
    assert not _loaded_by(house, "app.ui") & set(architecture.HEAVY)


FIRST_PAINT = """
import json, sys
from PySide6 import QtCore, QtWidgets

seen = []

class Watched(QtWidgets.QApplication):
    def __init__(self, *args):
        super().__init__(*args)
        self.installEventFilter(self)

    def eventFilter(self, watched, event):
        if not seen and event.type() == QtCore.QEvent.Type.Paint and isinstance(watched, QtWidgets.QMainWindow):
            seen.append(sorted({name.partition('.')[0] for name in sys.modules}))
            QtCore.QTimer.singleShot(0, self.quit)
        return False

QtWidgets.QApplication = Watched
from app.__main__ import open_window

open_window(sys.argv[1:])
print(json.dumps(seen[0]))
"""


def test_no_torch_at_first_paint(profile):
    """The window is on screen before the engine's thread imports torch, and closing it at once ends every thread."""
    loaded = set(_fresh(FIRST_PAINT, "--profile-dir", str(profile)))
    assert "PySide6" in loaded
    assert not loaded & {"torch", "librosa", "sounddevice"}
