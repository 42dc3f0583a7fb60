"""The list of takes and what launches wait for: both outlive the window."""

from types import SimpleNamespace

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu, QWidget

from app.engine.show.performance import Launch, Performance
from app.engine.show.take import Moment, Take
from app.engine.show.take_file import save_take
from app.ui import actions as rows
from app.ui.launch_memory import LaunchMemory
from app.ui.settings import RECENT, Settings
from app.ui.stage_commands import StageCommands
from app.ui.takes_menu import TakesMenu


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def settings():
    return Settings()


@pytest.fixture
def filmed():
    return []


@pytest.fixture
def takes(studio, settings, filmed, window):
    return TakesMenu(studio, settings, lambda take, file: filmed.append((take, file)), window)


def make(studio, name="Take 1", t=4.0):
    """Two seconds of the playing Scene from *t* on."""
    return Take(name, 2.0, (Moment(0.0, t, studio.document.show, Performance((Launch(0),)), False, False),))


def lines(takes):
    takes.fill()
    return [action.text() for action in takes.menu.actions()]


def press(takes, at, text):
    takes.fill()
    one = takes.menu.actions()[at].menu()
    next(action for action in one.actions() if action.text() == text).trigger()


def test_takes_are_listed_newest_first_and_remembered(studio, takes, settings, window, tmp_path):
    assert lines(takes) == ["No takes yet"]
    for n in range(RECENT + 2):
        studio.taking.add(make(studio), tmp_path / f"night take {n + 1}.take")
        (tmp_path / f"night take {n + 1}.take").touch()
    shown = lines(takes)
    assert len(shown) == RECENT
    assert shown[:2] == [f"night take {RECENT + 2}", f"night take {RECENT + 1}"]
    settings.sync()
    assert lines(TakesMenu(studio, Settings(), print, window)) == shown, "the next window knows them"


def test_a_take_of_another_day_is_read_and_played(studio, takes, settings, tmp_path, qtbot):
    file = tmp_path / "old.take"
    save_take(make(studio, t=6.0), file)
    settings.remember("takes", file)
    press(takes, 0, "Play")
    qtbot.waitUntil(lambda: studio.replaying.on)
    assert studio.now() == pytest.approx(6.0)
    studio.replaying.stop()


def test_any_take_is_filmed_and_forgotten_but_never_deleted(studio, takes, settings, filmed, tmp_path):
    files = [tmp_path / f"{name}.take" for name in ("a", "b & c")]
    for file in files:
        save_take(make(studio, file.stem), file)
        studio.taking.add(make(studio, file.stem), file)
    assert lines(takes) == ["b && c", "a"]
    press(takes, 1, "Make a film of it")
    assert [(take.name, file) for take, file in filmed] == [("a", files[0])]
    press(takes, 1, "Forget")
    assert lines(takes) == ["b && c"]
    assert files[0].is_file()
    studio.taking.changed.emit()
    assert lines(takes) == ["b && c"], "what is forgotten stays forgotten"


def test_a_take_that_is_gone_says_so_and_can_only_be_forgotten(takes, settings, tmp_path):
    settings.remember("takes", tmp_path / "gone" / "lost.take")
    assert lines(takes) == ["lost  (not there)"]
    one = takes.menu.actions()[0].menu()
    assert [action.text() for action in one.actions() if action.isEnabled() and action.text()] == ["Forget"]


def test_takes_of_one_name_are_told_apart(takes, settings, tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "take 1.take").touch()
        settings.remember("takes", tmp_path / folder / "take 1.take")
    assert lines(takes) == ["take 1  (two)", "take 1  (one)"]


def test_a_damaged_take_is_told_and_changes_nothing(studio, takes, settings, tmp_path, qtbot):
    told = []
    studio.told.connect(lambda *words: told.append(words))
    (tmp_path / "bad.take").write_bytes(b"nothing of the kind")
    settings.remember("takes", tmp_path / "bad.take")
    press(takes, 0, "Play")
    qtbot.waitUntil(lambda: bool(told))
    assert told[0][:2] == ("error", "bad.take was not opened")
    assert not studio.replaying.on


def test_a_take_of_another_song_is_told(studio, takes, tmp_path, monkeypatch):
    told = []
    studio.told.connect(lambda *words: told.append(words))
    studio.taking.add(make(studio), tmp_path / "a.take")
    monkeypatch.setattr(studio, "song", SimpleNamespace(track=None, features=None, live=False, file=None))
    press(takes, 0, "Play")
    assert told[0][:2] == ("error", "Nothing was changed")


def test_the_folder_is_shown(studio, takes, settings, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    (tmp_path / "a.take").touch()
    settings.remember("takes", tmp_path / "a.take")
    press(takes, 0, "Show in folder")
    studio.on_air.set(True)
    press(takes, 0, "Show in folder")
    assert opened == [tmp_path.as_posix()], "nothing is opened over the show"


def test_launches_are_as_they_were_left(studio, settings, window):
    performing = studio.performing
    first = LaunchMemory(performing, settings, window)
    assert (performing.quantum, performing.glide) == ("off", 0.0), "at the first start nothing waits"
    assert settings.launching is None
    performing.set_quantum("section")
    performing.set_glide(8)
    performing.changed.disconnect(first._keep)
    performing.set_quantum("off")
    performing.set_glide(0)
    settings.sync()
    LaunchMemory(performing, Settings(), window)
    assert (performing.quantum, performing.glide) == ("section", 8.0)


@pytest.mark.parametrize("kept", ["", "nonsense", "1 nan", "1 many"])
def test_what_makes_no_sense_is_not_remembered(settings, kept):
    settings._file.setValue("perform/launching", kept)
    assert settings.launching is None


@pytest.fixture
def commands(studio, settings, qtbot):
    from PySide6.QtWidgets import QMainWindow

    window = QMainWindow()
    qtbot.addWidget(window)
    actions = rows.build(window)
    rows.fill(window.menuBar(), actions)
    made = StageCommands(studio, actions, window)
    made.fill(window.menuBar(), settings)
    return made


def test_the_newest_take_is_that_of_another_day_where_none_was_made_today(
    commands, studio, settings, tmp_path, qtbot, monkeypatch
):
    file = tmp_path / "old.take"
    save_take(make(studio, t=6.0), file)
    settings.remember("takes", file)
    settings.remember("takes", tmp_path / "gone.take")
    commands._actions["replay"].setChecked(True)
    commands.table()["replay"](True)
    qtbot.waitUntil(lambda: studio.replaying.on)
    assert studio.now() == pytest.approx(6.0)
    assert commands._actions["replay"].isChecked()
    studio.replaying.stop()
    ordered = []
    monkeypatch.setattr(commands.takes, "_film", lambda take, kept: ordered.append(kept))
    commands.table()["film_take"]()
    qtbot.waitUntil(lambda: ordered == [file])


def test_both_stand_in_the_menu_of_scenes(commands):
    window = commands._window
    scene = window.menuBar().findChild(QMenu, "menu:Scene")
    texts = [action.text() for action in scene.actions()]
    assert texts[texts.index("Open take…") + 1] == "Takes"
    assert texts[texts.index("Roll the dice, far") + 1] == "What the dice may change"
    commands.dice.aboutToShow.emit()
    assert "Lock Path" in [action.text() for action in commands.dice.actions()]
