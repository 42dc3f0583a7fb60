"""The set-up script: it starts at once when nothing changed, and does again what did."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]

PROJECT = """
[build-system]
requires = ["hatchling"]
[project]
name = "anthesis"
dependencies = ["numpy"]
[tool.ruff]
line-length = 120
"""


@pytest.fixture
def setup(tmp_path, monkeypatch) -> ModuleType:
    """The script, at home in an empty repository."""
    spec = importlib.util.spec_from_file_location("anthesis_setup", ROOT / "packaging/setup.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, path in {"ROOT": "", "VENV": ".venv", "PYTHON": ".venv/python", "STAMP": ".venv/stamp"}.items():
        monkeypatch.setattr(module, name, tmp_path / path)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/python").touch()
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    return module


@pytest.fixture
def calls(setup, monkeypatch) -> list[str]:
    """What the script would have run, each of which succeeds."""
    done: list[str] = []
    monkeypatch.setattr(setup, "run", lambda *command, quiet=False: done.append(" ".join(map(str, command))) or True)
    monkeypatch.setattr(setup, "missing_packages", list)
    return done


def test_the_first_call_installs_and_the_second_runs_nothing(setup, calls):
    setup.prepare()
    assert any("-e .[dev]" in call for call in calls)
    calls.clear()
    setup.prepare()
    assert calls == []


@pytest.mark.parametrize(
    ("before", "after", "again"),
    [("numpy", "numpy>=2", True), ("line-length = 120", "line-length = 99", False), ("hatchling", "flit", True)],
)
def test_only_what_is_installed_makes_it_install_again(before, after, again, setup, calls):
    setup.prepare()
    (setup.ROOT / "pyproject.toml").write_text(PROJECT.replace(before, after))
    assert setup.is_ready() is not again


def test_a_failed_install_is_tried_again(setup, calls, monkeypatch):
    monkeypatch.setattr(setup, "run", lambda *command, quiet=False: "-e" not in command)
    with pytest.raises(SystemExit, match="could not install Anthesis"):
        setup.prepare()
    assert not setup.is_ready()


def test_without_an_environment_one_is_made(setup, monkeypatch):
    setup.PYTHON.unlink()
    real, made = setup.run, []
    monkeypatch.setattr(setup, "make_venv", lambda: made.append(True))
    monkeypatch.setattr(setup, "run", lambda *command, quiet=False: real(*command, quiet=True) if quiet else True)
    setup.install()
    assert made


def test_a_moved_repository_is_made_again(setup, calls, monkeypatch):
    setup.prepare()
    monkeypatch.setattr(setup, "VENV", setup.ROOT / "elsewhere")
    assert not setup.is_ready()


def test_without_rights_the_one_line_is_printed(setup, monkeypatch, capsys):
    monkeypatch.setattr(setup, "missing_packages", lambda: ["libegl1", "libportaudio2"])
    monkeypatch.setattr(setup, "apt_install", lambda packages: False)
    setup.system_libraries(may_install=True)
    assert "  sudo apt-get install libegl1 libportaudio2 libasound2-plugins\n" in capsys.readouterr().out


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the packages are Debian's")
def test_a_missing_library_names_its_package(setup, monkeypatch):
    monkeypatch.setattr(setup, "LIBRARIES", {"libc.so.6": "libc6", "libnothere.so.9": "libnothere9"})
    assert setup.missing_packages() == ["libnothere9"]


def test_windows_calls_the_same_script():
    for verb in ("run", "test"):
        text = (ROOT / f"{verb}.cmd").read_bytes().decode()
        assert text.count(rf'"%~dp0packaging\setup.py" {verb} %*') == 2
        assert "\n" not in text.replace("\r\n", "")
