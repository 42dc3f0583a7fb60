"""Recording what the audience sees: from the action to the file, and to the words about it."""

from datetime import datetime
from types import SimpleNamespace

import av
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.engine import paths
from app.engine.audio.minute import Minute
from app.engine.errors import FilmError
from app.ui import filming
from app.ui.audience import Audience
from app.ui.filming import Filming, heard_in
from app.ui.main_window import MainWindow
from app.ui.opening import Song
from app.ui.settings import Settings
from app.ui.stage import StagePicture
from app.ui.widgets.buttons import Btn
from app.ui.widgets.toast import ToastHost


class Booth:
    """A recording of a faked studio, in a window that shows toasts."""

    def __init__(self, studio) -> None:
        self.studio, self.window = studio, QWidget()
        self.toasts = ToastHost(self.window)
        self.action = QAction("Record video", self.window, checkable=True)
        self.audience = Audience(StagePicture(studio))
        self.filming = Filming(
            studio, self.audience, self.action, self.window, lambda: datetime(2026, 11, 22, 22, 14, 5)
        )
        self.told: list[tuple] = []
        studio.told.connect(lambda *words: self.told.append(words))

    def film(self):
        assert self.filming._recording is not None
        return self.filming._recording.film


@pytest.fixture
def booth(qtbot, studio, monkeypatch):
    monkeypatch.setattr(filming, "LOOK_MS", 5)
    studio.give_frame(shade=200, size=64)
    made = Booth(studio)
    yield made
    made.filming.close()


def shades(file) -> list[float]:
    with av.open(str(file)) as film:
        return [float(one.to_ndarray(format="gray").mean()) for one in film.decode(film.streams.video[0])]


def recorded(booth, qtbot, frames: int) -> None:
    film = booth.film()
    goal = film.seconds + frames / film.fps
    qtbot.waitUntil(lambda: film.seconds >= goal)


def test_what_is_seen_is_a_film_under_a_name_of_its_own(booth, qtbot):
    booth.filming.set(True)
    assert booth.action.isChecked()
    recorded(booth, qtbot, 4)
    assert booth.filming.words.startswith("VIDEO 0:0")
    booth.filming.set(False)
    qtbot.waitUntil(lambda: bool(booth.toasts.toasts))
    assert not booth.action.isChecked()
    files = list(paths.films().iterdir())
    assert [file.name.partition(" ")[0] for file in files] == ["2026-11-22"]
    assert files[0].name.startswith("2026-11-22 22.14.05 ")
    assert files[0].suffix == ".mp4"
    assert ".partial" not in files[0].name
    assert files[0].name in booth.toasts.toasts[0].sentence
    assert booth.filming.words == ""


def test_blackout_is_black_in_it(booth, qtbot):
    booth.filming.set(True)
    recorded(booth, qtbot, 3)
    booth.studio.set_blackout(True)
    booth.audience.cut()
    recorded(booth, qtbot, 6)
    booth.filming.close()
    (file,) = paths.films().iterdir()
    seen = shades(file)
    assert seen[0] > 80
    assert seen[-1] <= 16.5


def test_its_size_stays_though_the_pictures_become_smaller(booth, qtbot):
    booth.filming.set(True)
    size = booth.filming._recording.size
    recorded(booth, qtbot, 3)
    booth.studio.give_frame(shade=90, size=16)
    recorded(booth, qtbot, 4)
    booth.filming.close()
    (file,) = paths.films().iterdir()
    with av.open(str(file)) as film:
        found = {(one.width, one.height) for one in film.decode(film.streams.video[0])}
    assert found == {(size.width(), size.height())}


def test_on_air_it_may_begin_and_end_and_no_folder_is_offered(booth, qtbot):
    booth.studio.on_air.set(True)
    booth.filming.set(True)
    recorded(booth, qtbot, 3)
    booth.filming.set(False)
    qtbot.waitUntil(lambda: bool(booth.toasts.toasts))
    assert "recorded" in booth.toasts.toasts[0].title
    assert "Show in folder" not in buttons(booth.toasts.toasts[0])


def buttons(toast) -> list[str]:
    return [button.text() for button in toast.findChildren(Btn)]


def test_a_film_that_is_kept_can_be_shown_in_its_folder(booth, qtbot, monkeypatch):
    opened = []
    monkeypatch.setattr(filming.QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    booth.filming.set(True)
    recorded(booth, qtbot, 2)
    booth.filming.set(False)
    qtbot.waitUntil(lambda: bool(booth.toasts.toasts))
    toast = booth.toasts.toasts[0]
    assert "Show in folder" in buttons(toast)
    assert toast.height() >= toast.heightForWidth(toast.width())
    booth.filming._show(next(paths.films().iterdir()))
    assert opened == [str(paths.films())]


def test_a_disk_that_is_full_ends_it_with_a_sentence_and_keeps_the_film(booth, qtbot, monkeypatch):
    left = [10**12]
    monkeypatch.setattr("app.engine.output.live_film.LOOKED", 0.0)
    real = filming.LiveFilm
    monkeypatch.setattr(filming, "LiveFilm", lambda *of, **how: real(*of, **how, room=lambda _folder: left[0]))
    booth.filming.set(True)
    recorded(booth, qtbot, 5)
    left[0] = 0
    qtbot.waitUntil(lambda: bool(booth.toasts.toasts))
    toast = booth.toasts.toasts[0]
    assert (toast.kind, toast.title) == ("error", "The recording ended")
    assert toast.sentence.startswith("The disk is full")
    assert not booth.filming.on
    assert not booth.action.isChecked()
    (file,) = paths.films().iterdir()
    assert len(shades(file)) >= 5


def test_a_folder_that_cannot_be_made_is_an_error_and_nothing_is_on(booth, monkeypatch):
    def refused():
        raise OSError(13, "Permission denied")

    monkeypatch.setattr(filming.paths, "films", refused)
    with pytest.raises(FilmError, match="Permission denied"):
        booth.filming.set(True)
    assert not booth.filming.on
    assert not booth.action.isChecked()


def test_it_is_no_larger_than_what_a_machine_can_write_while_it_plays(booth):
    params = booth.studio.document.params
    params.set("film.width", 3840)
    params.set("film.height", 2160)
    assert booth.filming._size() == QSize(1920, 1080)
    params.set("film.width", 101)
    params.set("film.height", 51)
    assert booth.filming._size() == QSize(100, 52)


def test_what_is_heard_is_the_song_where_it_stands_an_input_or_nothing(studio):
    assert heard_in(studio).source is None
    studio.play()
    studio.at(7.5)
    heard = heard_in(studio)
    assert (heard.source, heard.t) == (studio.song.track, 7.5)
    studio.set_loop((4.0, 12.0))
    assert heard_in(studio).loop == (4.0, 12.0)
    minute = Minute(48_000)
    studio.song = Song("Microphone", live=True)
    studio.live._ear = SimpleNamespace(playing=True, minute=minute, sounding=lambda: 3.0, close=lambda: None)
    heard = heard_in(studio)
    assert (heard.source, heard.t, heard.loop) == (minute, 3.0, None)


def test_closing_the_window_ends_the_film(qtbot, studio):
    window = MainWindow(studio.document, studio, Settings())
    qtbot.addWidget(window)
    studio.give_frame(shade=200, size=64)
    window.actions_by_id["record_video"].trigger()
    filming_ = window.outputs.filming
    film = filming_._recording.film
    qtbot.waitUntil(lambda: film.seconds > 0.1)
    filming_.look()
    assert window.bottom.video.text().startswith("VIDEO 0:0")
    window.close()
    assert film.kept is not None
    assert shades(film.kept)
    studio.document.close()
