"""Folders that are dropped: networks join the Styles, songs play in a row, and what is neither is told."""

import pytest

from app.ui import folders
from app.ui.folders import Folders, songs_below
from tests.ui.windows import opened
from tests.vectors.networks import card_of, write_style


@pytest.fixture
def scan(studio):
    made = Folders(studio, studio)
    made.heard = []
    made.songs_found.connect(made.heard.append)
    return made


def album(folder, *names):
    folder.mkdir(exist_ok=True, parents=True)
    for name in names:
        (folder / name).touch()


def test_songs_are_found_folder_by_folder_and_by_name(tmp_path, monkeypatch):
    album(tmp_path / "b", "2.ogg", "10.mp3")
    album(tmp_path / "A", "z.FLAC", "cover.jpg", ".hidden.wav")
    album(tmp_path / ".trash", "old.wav")
    album(tmp_path / "1/2/3/4", "deep.wav")
    album(tmp_path, "first.wav")
    assert [str(song.relative_to(tmp_path)) for song in songs_below(tmp_path)] == [
        "first.wav", "A/z.FLAC", "b/10.mp3", "b/2.ogg",
    ]  # fmt: skip
    monkeypatch.setattr(folders, "MOST_SONGS", 2)
    assert len(songs_below(tmp_path)) == 2


def test_a_folder_of_songs_is_played_in_a_row(scan, studio, tmp_path, qtbot):
    album(tmp_path, "a.wav", "b.wav")
    scan.look([tmp_path])
    qtbot.waitUntil(lambda: bool(scan.heard))
    assert [song.name for song in scan.heard[0]] == ["a.wav", "b.wav"]
    assert len(studio.shelf.library.entries) == 1


def test_networks_join_the_styles_and_songs_beside_them_are_left_alone(scan, studio, tmp_path, qtbot):
    write_style(tmp_path / "tiny.safetensors", card_of("rgb1_32"), name="Tiny")
    album(tmp_path, "a.wav")
    scan.look([tmp_path])
    qtbot.waitUntil(lambda: len(studio.styles) == 2)
    assert scan.heard == []


def test_a_folder_with_neither_is_told(scan, studio, tmp_path, qtbot):
    told = []
    studio.told.connect(lambda *words: told.append(words))
    scan.look([tmp_path])
    qtbot.waitUntil(lambda: bool(told))
    assert told == [("info", f"{tmp_path.name} holds no styles", "Nothing was changed")]


def test_in_the_window_it_becomes_the_playlist(qtbot, studio, tmp_path, monkeypatch):
    window, played = opened(qtbot, studio), []
    monkeypatch.setattr(studio, "open_song", played.append)
    album(tmp_path, "a.wav", "b.wav")
    window.drop.collected.emit([tmp_path])
    qtbot.waitUntil(lambda: bool(played))
    assert played == [tmp_path / "a.wav"]
    assert window.playlist.files == [tmp_path / "a.wav", tmp_path / "b.wav"]
    window.close()
    studio.document.close()
