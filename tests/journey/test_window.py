"""The whole window, as a person meets it (ux.md section 8: checks 1, 4, 10 and 14)."""

from dataclasses import replace

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from app.engine.show.saved import load_show
from app.ui import theme
from app.ui.focus import SpaceRule
from app.ui.window import Options, build
from tests.dropping import drop

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


@pytest.fixture
def opened(qtbot, qapp):
    theme.apply(qapp)
    rule = SpaceRule(qapp)
    window, studio = build(Options(silent=True, size=(1440, 900)))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window, studio
    window.close()
    studio.close()
    qapp.removeEventFilter(rule)


@pytest.fixture
def wav(tmp_path):
    t = np.arange(3 * 22050) / 22050
    file = tmp_path / "midnight.wav"
    soundfile.write(file, 0.4 * np.sin(2 * np.pi * 110 * t) * (np.sin(2 * np.pi * 2 * t) > 0), 22050)
    return file


def test_first_run_plays_and_the_picture_moves(opened, qtbot):
    window, studio = opened
    assert QApplication.activeModalWidget() is None
    qtbot.waitUntil(lambda: window.picture.number > 0, timeout=30_000)
    assert studio.playing
    assert studio.song.name == "Opening"
    before, when = window.preview.grab().toImage(), studio.now()
    qtbot.waitUntil(lambda: studio.now() > when + 0.5, timeout=10_000)
    qtbot.waitUntil(lambda: changed(before, window.preview.grab().toImage()) > 0.02, timeout=10_000)
    wave = window.timeline.wave.grab().toImage()
    hues = {wave.pixelColor(x, y).hue() // 20 for x in range(0, wave.width(), 5) for y in range(12, 84, 3)
            if wave.pixelColor(x, y).saturation() > 120}  # fmt: skip
    assert len(hues) >= 3
    assert window.document.undo_stack.count() == 0, "opening the demo is no edit"


def changed(a, b) -> float:
    """Share of sampled pixels that differ."""
    points = [(x, y) for x in range(0, a.width(), 7) for y in range(0, a.height(), 7)]
    return sum(a.pixel(x, y) != b.pixel(x, y) for x, y in points) / len(points)


def test_a_dropped_song_plays_and_a_text_file_changes_nothing(opened, wav, tmp_path, qtbot):
    window, studio = opened
    qtbot.waitUntil(lambda: studio.song.track is not None, timeout=30_000)
    notes = tmp_path / "notes.txt"
    notes.write_text("no song")
    before = studio.song
    with qtbot.waitSignal(studio.told) as told:
        drop(window, notes)
    assert "notes.txt" in told.args[1]
    assert studio.song is before
    drop(window, wav)
    qtbot.waitUntil(lambda: studio.song.name == "midnight", timeout=30_000)
    assert studio.playing
    assert "midnight" in window.windowTitle()
    qtbot.waitUntil(lambda: studio.song.features is not None, timeout=120_000)
    assert QApplication.activeModalWidget() is None


def test_space_plays_wherever_the_mouse_clicked(opened, qtbot):
    window, studio = opened
    qtbot.waitUntil(lambda: studio.playing, timeout=30_000)
    window.activateWindow()
    buttons = [b for b in window.transport.findChildren(QAbstractButton) if b.isVisible() and b.objectName() in
               ("freezeButton", "blackoutButton")]  # fmt: skip
    assert len(buttons) == 2
    for button in buttons:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        checked, playing = button.isChecked(), studio.playing
        qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Space)
        assert studio.playing != playing
        assert button.isChecked() == checked
    field = window.scenes.findChild(QLineEdit)
    field.setFocus(Qt.FocusReason.MouseFocusReason)
    playing = studio.playing
    qtbot.keyClicks(field, "a b")
    assert field.text() == "a b"
    assert studio.playing == playing
    field.clear()


def test_every_action_has_one_owner_and_works_by_key(opened):
    window, _studio = opened
    owners: dict[str, list[str]] = {}
    for action in window.actions_by_id.values():
        for key in action.shortcuts():
            owners.setdefault(key.toString(), []).append(action.objectName())
    assert {key: names for key, names in owners.items() if len(names) > 1} == {}


def test_save_and_reopen_and_a_broken_show_changes_nothing(opened, tmp_path, qtbot, monkeypatch):
    window, studio = opened
    file = tmp_path / "evening.anthesis"
    window.document.set_param("react.bass", 2.5)
    window.document.file = file
    window.actions_by_id["save"].trigger()
    assert load_show(file).scene.react.bass == 2.5
    assert window.document.undo_stack.isClean()
    window.document.set_param("react.bass", 0.5)
    show = window.document.show
    broken = tmp_path / "broken.anthesis"
    broken.write_text(file.read_text().replace('"bass": 2.5', '"bass": 99'))
    with qtbot.waitSignal(studio.told) as told:
        drop(window, broken)
    assert "broken.anthesis" in told.args[1]
    assert window.document.show == show
    drop(window, file)
    assert window.document.show.scene.react.bass == 2.5


def test_the_smallest_window_keeps_what_matters(opened, qtbot):
    window, _studio = opened
    window.resize(1024, 640)
    for name in ("freezeButton", "blackoutButton", "fpsChip"):
        widget = window.findChild(QAbstractButton, name)
        assert widget.isVisible(), name
        assert widget.visibleRegion().boundingRect().width() >= widget.width() - 1, name
    assert window.left.isHidden()
    assert set(window.right.pages()) >= {window.scenes, window.map, window.react}
    window.resize(1440, 900)
    assert not window.left.isHidden()
    assert window.scenes in window.left.pages()


def test_freeze_and_blackout_act_on_what_is_seen(opened, qtbot):
    window, studio = opened
    qtbot.waitUntil(lambda: window.picture.number > 0, timeout=30_000)
    window.actions_by_id["blackout"].trigger()
    assert studio.blackout
    assert window.actions_by_id["blackout"].isChecked()
    window.actions_by_id["blackout"].trigger()
    assert not studio.blackout
    window.actions_by_id["freeze"].trigger()
    held = window.picture.shown
    number = window.picture.number
    qtbot.waitUntil(lambda: window.picture.number > number + 3, timeout=10_000)
    assert window.picture.shown is held


def test_the_dice_rolls_and_undo_brings_everything_back(opened):
    window, _studio = opened
    show = window.document.show
    for name in ("dice", "add_scene", "next_scene", "remove_scene", "loop"):
        window.actions_by_id[name].trigger()
        assert window.document.show != show, name
    while window.document.undo_stack.canUndo():
        window.document.undo_stack.undo()
    assert replace(window.document.show, active=show.active) == show  # which Scene plays is no edit


def test_a_click_on_the_map_travels(opened, qtbot):
    window, studio = opened
    qtbot.waitUntil(lambda: studio.session is not None and window.picture.number > 0, timeout=30_000)
    view = window.map.findChild(object, "atlasView")
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(60, view.height() - 60))
    qtbot.waitUntil(lambda: studio.going, timeout=5_000)
    window.actions_by_id["back"].trigger()
    assert not studio.going
