"""Hot cues in the window: set, jumped to in time with the music, moved, named, coloured, and undone."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from app.control.addresses import ControlError
from app.engine.show.hot_cues import HotCue
from app.engine.show.show import SongRef
from app.ui.theme import STAGE
from tests.ui.lanes import drag
from tests.ui.windows import opened

KEY, SHIFT, NONE = Qt.Key, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(qtbot, studio):
    made = opened(qtbot, studio)
    yield made
    made.close()
    studio.document.close()


@pytest.fixture
def cues(window):
    return window.timeline.hot_cues


def placed(studio) -> list[tuple[int, float]]:
    return [(cue.number, cue.t) for cue in studio.document.show.hot_cues]


def steps(studio) -> list[str]:
    stack = studio.document.undo_stack
    return [stack.text(i) for i in range(stack.index())]


def flag_of(window, number, lanes=1):
    return window.timeline.flags[lanes].flags[number]


def move(flag, where: QPoint) -> None:
    """The mouse goes there with its button held; offscreen no such moves come by themselves."""
    at = QPointF(flag.mapFromGlobal(where))
    event = QMouseEvent(QEvent.Type.MouseMove, at, QPointF(where), Qt.MouseButton.NoButton, LEFT, NONE)
    QApplication.sendEvent(flag, event)


def set_at(studio, cues, number, t) -> None:
    studio.at(t)
    cues.set(number)


# keys


def test_shift_and_a_digit_set_one_at_the_nearest_beat_and_take_it_away(window, studio):
    studio.at(4.13)
    QTest.keyClick(window, KEY.Key_3, SHIFT)
    assert placed(studio) == [(3, 4.0)]
    QTest.keyClick(window, KEY.Key_3, SHIFT)
    assert placed(studio) == []
    studio.document.undo_stack.undo()
    assert placed(studio) == [(3, 4.0)]


def test_where_nothing_snaps_it_stands_where_the_song_was(window, studio, cues):
    window.actions_by_id["snap"].trigger()
    set_at(studio, cues, 1, 4.13)
    assert placed(studio) == [(1, 4.13)]


def test_a_digit_jumps_while_the_timeline_has_the_focus_and_not_elsewhere(window, studio, cues):
    set_at(studio, cues, 2, 6.0)
    studio.at(1.0)
    window.scenes.setFocus()
    QTest.keyClick(window.focusWidget() or window, KEY.Key_2)
    assert studio.now() == 1.0
    QTest.mouseClick(window.timeline.lanes["ruler"], LEFT, pos=QPoint(10, 15))
    studio.at(1.0)
    QTest.keyClick(window.focusWidget(), KEY.Key_2)
    assert studio.now() == 6.0


def test_in_perform_a_digit_launches_and_shift_sets_nothing(window, studio, cues):
    set_at(studio, cues, 2, 6.0)
    studio.at(1.0)
    window.show_workspace("perform")
    launched = []
    window.actions_by_id["launch_2"].triggered.connect(lambda: launched.append(2))
    QTest.keyClick(window, KEY.Key_2)
    QTest.keyClick(window, KEY.Key_5, SHIFT)
    assert (studio.now(), launched) == (1.0, [2])
    assert placed(studio) == [(2, 6.0)]


def test_a_digit_typed_into_a_name_is_a_digit(window, studio, cues):
    set_at(studio, cues, 1, 6.0)
    studio.at(2.0)
    flag_of(window, 1).ask_name()
    field = window.timeline.wave.findChild(QLineEdit)
    QTest.keyClicks(field, "Drop 1!")
    QTest.keyClick(field, KEY.Key_Return)
    assert cues.of(1).name == "Drop 1!"
    assert studio.now() == 2.0
    assert placed(studio) == [(1, 6.0)]


# jumps


def test_a_jump_waits_for_the_bar_and_keeps_the_beat(studio, cues):
    set_at(studio, cues, 1, 16.0)
    studio.performing.set_quantum("1")
    studio.play()
    studio.at(4.5)
    cues.jump(1)
    studio.at(5.9)
    assert (studio.now(), cues.waiting) == (5.9, 1)
    studio.at(6.01)  # the bar began at 6; this is 10 ms late
    assert studio.now() == pytest.approx(16.01)
    assert cues.waiting == 0


@pytest.mark.parametrize("how", ["off", "again", "paused"])
def test_a_jump_is_made_at_once(studio, cues, how):
    set_at(studio, cues, 1, 16.0)
    studio.performing.set_quantum("off" if how == "off" else "1")
    if how != "paused":
        studio.play()
    studio.at(4.5)
    cues.jump(1)
    if how == "again":
        assert studio.now() == 4.5
        cues.jump(1)
    assert studio.now() == 16.0


def test_a_jump_that_waits_beyond_the_loop_is_made_where_the_loop_begins_again(studio, cues):
    set_at(studio, cues, 1, 16.0)
    studio.set_loop((4.0, 5.0))
    studio.performing.set_quantum("1")
    studio.play()
    studio.at(4.5)
    cues.jump(1)
    studio.at(4.9)
    assert studio.now() == 4.9
    studio.at(4.02)
    assert studio.now() == pytest.approx(16.02)


@pytest.mark.parametrize("then", [lambda s: s.pause(), lambda s: s.at(1.0), lambda s: s.at(30.0)])
def test_who_stops_or_goes_elsewhere_is_not_taken_to_the_cue(studio, cues, then):
    set_at(studio, cues, 1, 16.0)
    studio.performing.set_quantum("1")
    studio.play()
    studio.at(4.5)
    cues.jump(1)
    then(studio)
    now = studio.now()
    studio.play()
    studio.at(6.5)
    assert cues.waiting == 0
    assert studio.now() == 6.5
    assert now != 16.0


def test_one_that_is_not_there_is_told_in_a_sentence(studio, cues):
    with pytest.raises(ControlError, match="There is no hot cue 4 in this song"):
        cues.jump(4)


def test_each_song_has_its_own(studio, cues):
    set_at(studio, cues, 1, 16.0)
    show = studio.document.show
    studio.document.edit("Other", replace(show, hot_cues=(*show.hot_cues, HotCue(2, 3.0, song="b" * 64))))
    assert [cue.number for cue in cues.cues] == [1]
    song = SongRef(show.song.file, "b" * 64)
    studio.document.edit("Song", replace(studio.document.show, song=song))
    assert [cue.number for cue in cues.cues] == [2]
    assert len(studio.document.show.hot_cues) == 2


# flags


@pytest.mark.parametrize("lane", [0, 1])
def test_a_flag_in_its_colour_stands_where_the_cue_is(window, studio, cues, lane):
    set_at(studio, cues, 3, 8.0)
    studio.at(0.0)
    flag = flag_of(window, 3, lane)
    on = (window.timeline.overview, window.timeline.wave)[lane]
    assert abs(flag.x() - on.x_of(8.0)) <= 1
    assert on.grab().toImage().pixelColor(flag.x() + 2, 2) == STAGE.tints[2]
    cues.change(3, "Colour", color=6)
    assert on.grab().toImage().pixelColor(flag.x() + 2, 2) == STAGE.tints[5]


def test_flags_follow_the_view_and_undo(window, studio, cues):
    set_at(studio, cues, 1, 8.0)
    window.timeline.axis.show(4.0, 12.0)
    assert abs(flag_of(window, 1).x() - window.timeline.wave.x_of(8.0)) <= 1
    window.timeline.axis.show(16.0, 24.0)
    assert not flag_of(window, 1).isVisible()
    studio.document.undo_stack.undo()
    assert window.timeline.flags[1].flags == {}


def test_a_drag_moves_a_cue_to_a_beat_as_one_step(window, studio, cues, qtbot):
    set_at(studio, cues, 1, 8.0)
    flag, wave = flag_of(window, 1), window.timeline.wave
    away = round(wave.x_of(12.02) - wave.x_of(8.0))
    before = len(steps(studio))
    start = QPoint(4, 4)
    qtbot.mousePress(flag, LEFT, pos=start)
    for part in (1, 2, 3, 4):
        where = wave.mapToGlobal(QPoint(round(wave.x_of(8.0)) + 4 + away * part // 4, 4))
        move(flag, where)
    qtbot.mouseRelease(flag, LEFT, pos=flag.mapFromGlobal(where))
    assert placed(studio) == [(1, 12.0)]
    assert steps(studio)[before:] == ["Move hot cue 1"]
    studio.document.undo_stack.undo()
    assert placed(studio) == [(1, 8.0)]


def test_a_click_on_a_flag_jumps_and_beside_it_seeks(window, studio, cues, qtbot):
    set_at(studio, cues, 1, 8.0)
    studio.at(1.0)
    qtbot.mouseClick(flag_of(window, 1), LEFT, pos=QPoint(5, 5))
    assert studio.now() == 8.0
    wave = window.timeline.wave
    x = round(wave.x_of(20.0))
    drag(qtbot, wave, QPoint(x, 60), QPoint(x, 60))
    assert studio.now() == pytest.approx(20.0, abs=0.1)


def test_its_menu_colours_and_removes_it_and_gives_it_to_a_pad(window, studio, cues):
    set_at(studio, cues, 1, 8.0)
    menu = flag_of(window, 1).menu()
    offered = {action.text(): action for action in menu.actions()}
    assert {"Jump there", "Rename…", "Colour", "Remove", "Learn MIDI", "Copy OSC address"} <= set(offered)
    colors = next(sub for sub in menu.findChildren(QMenu) if sub.title() == "Colour")
    colors.actions()[4].trigger()
    assert cues.of(1).color == 5
    offered["Remove"].trigger()
    assert placed(studio) == []
    assert steps(studio)[-2:] == ["Colour of hot cue 1", "Remove hot cue 1"]
    menu.close()
