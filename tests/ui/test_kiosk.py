"""An installation starts by itself: its Show, its workspace, its display, ON AIR."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from app.__main__ import main
from app.cli.arguments import parse
from app.engine.show.show import SongRef
from app.ui import window as window_file
from app.ui.layout import fit
from app.ui.window import Options, _go_live


def test_every_flag_reaches_the_window(monkeypatch, tmp_path):
    got: list[Options] = []
    monkeypatch.setattr(window_file, "run", lambda options: got.append(options) or 0)
    show = tmp_path / "a.anthesis"
    show.touch()
    line = ["--show", str(show), "--perform", "--output", "BEAMER", "--on-air", "--safe-mode", "--cpu", "--no-audio"]
    assert main([*line, "--listen", "Desk"]) == 0
    asked = Options(show=show, perform=True, output="BEAMER", on_air=True, safe=True, device="cpu", silent=True)
    assert got == [replace(asked, listen="Desk")]
    assert main([]) == 0
    assert got[1] == Options()


def test_older_names_of_flags_still_work():
    args = parse(["open", "--silent", "--device", "cuda:0"])
    assert (args.silent, args.device) == (True, "cuda:0")
    assert parse(["--no-audio", "--cpu"]).device == "cpu"


def test_a_show_that_is_not_there_is_said_before_a_window_opens(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(window_file, "run", lambda _options: pytest.fail("a window opened"))
    assert main(["--show", str(tmp_path / "gone.anthesis")]) == 1
    assert "gone.anthesis is not there." in capsys.readouterr().err


class Window:
    """What an installation asks of the window."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.output = self

    def show_workspace(self, name: str) -> None:
        self.asked.append(name)

    def wait_for(self, name: str) -> None:
        self.asked.append(name)


def test_the_show_plays_on_its_display_on_air(studio, tmp_path, monkeypatch):
    song = tmp_path / "song.wav"
    song.touch()
    studio.document.edit("Song", replace(studio.document.show, song=SongRef(str(song))))
    opened: list[Path] = []
    monkeypatch.setattr(studio, "open_song", opened.append)
    window = Window()
    _go_live(window, studio, Options(show=Path("a"), perform=True, output="BEAMER", on_air=True))
    assert opened == [song]
    assert window.asked == ["perform", "BEAMER"]
    assert studio.on_air.on


def test_without_a_word_nothing_is_on(studio, monkeypatch):
    monkeypatch.setattr(studio, "open_song", lambda _file: pytest.fail("nobody asked for a song"))
    window = Window()
    _go_live(window, studio, Options())
    assert window.asked == []
    assert not studio.on_air.on


class OnDisplay(QWidget):
    """A window of the usual size, on a display of its own."""

    def __init__(self, wide: int, tall: int) -> None:
        super().__init__()
        self.setMinimumSize(1024, 640)
        self.resize(1440, 900)
        self.room = QSize(wide, tall)

    def screen(self) -> "OnDisplay":
        return self

    def availableSize(self) -> QSize:
        return self.room


@pytest.mark.parametrize(
    ("display", "size", "whole"),
    [
        ((1920, 1053), (1440, 900), False),
        ((1440, 900), (1440, 860), True),
        ((1366, 728), (1366, 688), True),
        ((800, 600), (1440, 900), False),
    ],
)
def test_the_first_window_has_room_on_its_display(qtbot, display, size, whole):
    window = OnDisplay(*display)
    qtbot.addWidget(window)
    fit(window)
    assert window.isMaximized() is whole
    assert window.size().toTuple() == size
