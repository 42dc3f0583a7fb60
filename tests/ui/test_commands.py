"""What the actions do: stills, scenes and files."""

from dataclasses import replace

import numpy as np
import pytest
import soundfile
from PySide6.QtWidgets import QWidget

from app.engine import paths
from app.engine.show.saved import save_show
from app.engine.show.show import SongRef
from app.ui.commands import Commands
from app.ui.settings import Settings
from app.ui.stage import StagePicture


@pytest.fixture
def commands(qtbot, studio):
    window = QWidget()
    qtbot.addWidget(window)
    return Commands(window, studio.document, studio, StagePicture(studio, window), Settings())


def test_a_still_of_a_scene_with_any_name_is_saved_and_none_is_written_over(commands, studio):
    studio.document.edit_scene("Rename", name="Night/Day: 1")
    studio.give_frame()
    commands.still()
    commands.still()
    names = sorted(file.name for file in paths.films().iterdir())
    assert names == ["song-Night-Day-1-0000.00-2.png", "song-Night-Day-1-0000.00.png"]


def test_copies_of_a_scene_have_names_of_their_own(commands, studio):
    commands.add_scene()
    commands.add_scene()
    names = [scene.name for scene in studio.document.show.scenes]
    assert len(names) == len(set(names)) == 3
    assert studio.document.show.active == 2


def test_a_show_keeps_the_song_that_is_not_here(commands, studio, tmp_path):
    told, gone = [], SongRef(str(tmp_path / "gone.wav"), "1" * 64)
    studio.told.connect(lambda *words: told.append(words))
    save_show(replace(studio.document.show, song=gone), tmp_path / "a.anthesis")
    commands.open_file(tmp_path / "a.anthesis")
    assert studio.document.show.song == gone
    assert [words[1] for words in told] == ["The song of this show is not here"]


def test_a_file_named_from_where_one_stands_is_found_from_anywhere(commands, studio, tmp_path, monkeypatch, qtbot):
    soundfile.write(tmp_path / "tone.wav", np.zeros(22050), 22050)
    monkeypatch.chdir(tmp_path)
    commands.open_file(tmp_path.__class__("tone.wav"))
    qtbot.waitUntil(lambda: studio.song.name == "tone")
    assert studio.document.show.song.file == str(tmp_path / "tone.wav")


def test_the_rate_to_hold_is_remembered(commands):
    chosen = []
    commands.set_rate = chosen.append
    for rate in ("30", "free", "24"):
        commands.table()[f"rate_{rate}"](True)
    assert chosen == ["30", "free", "24"]
    assert Settings().live_rate == "24"


def test_a_rate_nobody_offers_is_not_kept(commands):
    Settings().live_rate = "-7"
    assert Settings().live_rate == "free"
