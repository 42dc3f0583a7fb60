"""The output on a second screen: a process of its own, for Qt's offscreen platform learns its screens at the start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.timeout(300)
def test_on_two_screens() -> None:
    env = os.environ | {"QT_QPA_PLATFORM": f"offscreen:configfile={HERE / 'two-screens.json'}"}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(HERE / "on_two_screens.py")],
        env=env, cwd=HERE.parents[1], capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-6000:]
    assert "skipped" not in ran.stdout
