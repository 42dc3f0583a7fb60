"""Songs that are dropped together play one after another, in their order, past those that cannot be opened."""

from dataclasses import replace

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QMimeData, QUrl

from app.control.addresses import ControlError
from app.ui.drop_overlay import drop_kind, songs_in
from app.ui.main_window import MainWindow
from app.ui.settings import ENDS, Settings


@pytest.fixture
def window(qtbot, studio):
    made = MainWindow(studio.document, studio, Settings())
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    studio.document.close()


@pytest.fixture
def songs(tmp_path) -> list:
    made = [tmp_path / f"{name}.wav" for name in ("two", "one", "three")]
    for i, file in enumerate(made):
        soundfile.write(file, np.full(11025 * (i + 1), 0.1), 22050)
    return made


@pytest.fixture
def told(studio) -> list:
    heard = []
    studio.told.connect(lambda *words: heard.append(words))
    return heard


def mime(*files) -> QMimeData:
    made = QMimeData()
    made.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return made


def open_now(qtbot, studio, file) -> None:
    qtbot.waitUntil(lambda: studio.song.file == file and studio.song.track is not None and studio.playing)


def end(studio) -> None:
    """The song is over."""
    studio.player.playing = False
    studio.at(studio.duration)


def test_several_songs_are_a_kind_of_drop_and_keep_their_order(songs, tmp_path):
    held = mime(songs[0], tmp_path / "cover.png", *songs[1:])
    assert drop_kind(held) == "songs"
    assert songs_in(held) == songs
    assert drop_kind(mime(songs[0])) == "song"


def test_the_first_plays_and_each_that_ends_is_followed_by_the_next(window, studio, songs, qtbot):
    window.drop.lined_up.emit(songs)
    for file in songs:
        open_now(qtbot, studio, file)
        end(studio)
    qtbot.wait(20)
    assert (studio.song.file, studio.playing) == (songs[-1], False)


def test_they_stand_in_the_list_of_songs_in_their_order_and_are_remembered(window, studio, songs, qtbot):
    window.drop.lined_up.emit(songs)
    open_now(qtbot, studio, songs[0])
    assert [(row.file, row.place) for row in window.songs.rows.rows[:3]] == list(zip(songs, (1, 2, 3), strict=True))
    assert Settings().playlist == songs
    window.actions_by_id["clear_playlist"].trigger()
    assert Settings().playlist == []
    assert {row.place for row in window.songs.rows.rows} == {0}


@pytest.mark.parametrize("why", ["off", "paused", "a take is recorded", "another song"])
def test_nothing_follows(window, studio, songs, qtbot, why):
    window.drop.lined_up.emit(songs)
    open_now(qtbot, studio, songs[0])
    opened = []
    studio.open_song = opened.append
    if why == "off":
        window.actions_by_id["end_stop"].trigger()
    if why == "a take is recorded":
        window.actions_by_id["record"].trigger()
    if why == "another song":
        window.playlist._keep(songs[1:])
    if why == "paused":
        studio.at(studio.duration / 2)
        studio.pause()
    else:
        end(studio)
    qtbot.wait(20)
    assert opened == []


def checked(window) -> list[str]:
    return [end for end in ENDS if window.actions_by_id[f"end_{end}"].isChecked()]


def test_what_comes_at_the_end_is_one_of_four_and_is_remembered(window):
    assert checked(window) == ["next"]
    for end in ("round", "stop", "repeat", "repeat"):  # pressed again, it stays what it is
        window.actions_by_id[f"end_{end}"].trigger()
        assert (checked(window), Settings().at_end) == ([end], end)
    Settings()._file.setValue("songs/at_end", "encore")
    assert Settings().at_end == "next"


def test_who_had_switched_the_next_song_off_keeps_it_so(window):
    Settings()._file.setValue("songs/go_on", "false")
    Settings()._file.remove("songs/at_end")
    assert Settings().at_end == "stop"


def test_the_end_is_chosen_under_the_source_of_the_music_too(window):
    menu = window.transport.menu()
    assert [row.text() for row in menu.actions()[-4:]] == [
        "Stop at the end", "Repeat the song", "Go on with the next song", "Repeat the playlist",
    ]  # fmt: skip
    menu.deleteLater()


def test_a_song_that_is_repeated_begins_again_until_it_is_stopped(window, studio, songs, qtbot):
    window.actions_by_id["end_repeat"].trigger()
    studio.open_song(songs[2])
    open_now(qtbot, studio, songs[2])
    for _ in range(2):
        end(studio)
        qtbot.waitUntil(lambda: studio.playing)
        assert studio.now() < studio.duration
    studio.at(studio.duration / 2)
    studio.pause()
    qtbot.wait(20)
    assert not studio.playing


def test_after_the_last_song_of_a_repeated_playlist_comes_the_first(window, studio, songs, qtbot):
    window.actions_by_id["end_round"].trigger()
    window.drop.lined_up.emit(songs[:2])
    for file in (songs[0], songs[1], songs[0]):
        open_now(qtbot, studio, file)
        end(studio)
    open_now(qtbot, studio, songs[1])


def test_a_playlist_of_one_song_can_be_repeated_too(window, studio, songs, qtbot):
    window.actions_by_id["end_round"].trigger()
    window.drop.lined_up.emit(songs[:1])
    open_now(qtbot, studio, songs[0])
    end(studio)
    qtbot.waitUntil(lambda: studio.playing)


def test_one_that_cannot_be_opened_is_told_and_skipped(window, studio, songs, told, qtbot):
    songs[1].write_bytes(b"no sound")
    window.drop.lined_up.emit(songs)
    open_now(qtbot, studio, songs[0])
    window.actions_by_id["next_song"].trigger()
    open_now(qtbot, studio, songs[2])
    assert [words[1] for words in told if words[0] == "error"] == ["one.wav was not opened"]


def test_a_first_song_that_cannot_be_opened_leaves_the_one_that_is_seen_and_it_plays(studio, songs, told, qtbot):
    studio.expect(replace(studio.song, name="two", file=songs[0], track=None))  # as the demo is seen at the start
    songs[1].write_bytes(b"no sound")
    studio.open_song(songs[1])
    open_now(qtbot, studio, songs[0])
    assert [words[1] for words in told if words[0] == "error"] == ["one.wav was not opened"]


def test_where_none_can_be_opened_it_ends(window, studio, songs, told, qtbot):
    before = studio.song.file
    for file in songs:
        file.unlink()
    window.drop.lined_up.emit(songs)
    qtbot.waitUntil(lambda: len([words for words in told if words[0] == "error"]) == 3)
    assert studio.song.file == before


def test_hands_go_on_and_back_as_far_as_there_are_songs(window, studio, songs, qtbot):
    window.drop.lined_up.emit(songs[:2])
    open_now(qtbot, studio, songs[0])
    with pytest.raises(ControlError, match="the first song"):
        window.playlist.go(-1)
    window.playlist.go(1)
    open_now(qtbot, studio, songs[1])
    with pytest.raises(ControlError, match="the last song"):
        window.playlist.go(1)
    window.playlist.go(-1)
    open_now(qtbot, studio, songs[0])


def test_without_a_playlist_it_says_how_to_make_one(window):
    with pytest.raises(ControlError, match="Drop several songs"):
        window.playlist.go(1)
