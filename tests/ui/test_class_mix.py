"""Class pick and class mix by clicks and keys; every change is one step of undo, and each mix has a map of its own."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.engine.render.engine import EngineState
from app.engine.show.show import StyleRef
from app.engine.stylegan.library import bundled_styles
from app.ui.class_mix import ClassMix, free_class, with_share
from app.ui.map_tab import MapTab
from app.ui.react import ReactTab
from tests.ui import fakes
from tests.ui.fakes import FakeStudio, make_atlas, make_document

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def studio(qtbot, monkeypatch):
    """A Studio whose one Style has six classes, its map known."""
    style = replace(bundled_styles()[0], classes=6)
    monkeypatch.setattr(fakes, "bundled_styles", lambda: (style,))
    studio = FakeStudio(make_document())
    yield studio
    studio.close()


@pytest.fixture
def mix(studio, qtbot):
    """The classes in the React tab."""
    tab = ReactTab(studio.document, studio)
    qtbot.addWidget(tab)
    tab.resize(420, 560)
    tab.show()
    qtbot.waitExposed(tab)
    tab.activateWindow()
    return tab.classes


def part(mix: ClassMix, name: str) -> QWidget:
    found = mix.findChild(QWidget, name)
    assert found is not None
    assert found.isVisible()
    return found


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, LEFT)


def classes(studio):
    return studio.document.show.scene.style.classes


def answer(studio) -> None:
    """The engine has made the map that it was asked for."""
    studio._bridge.style.emit(studio.fake_engine.opened[-1], make_atlas(), None)


def test_it_shows_itself_only_where_there_are_classes(mix, studio, monkeypatch):
    assert mix.isVisible()
    plain = replace(studio.style, classes=0)
    monkeypatch.setattr(type(studio), "style", property(lambda _self: plain))
    studio.styles_changed.emit()
    assert not mix.isVisible()


def test_a_click_takes_the_next_class_and_undo_the_first(mix, studio):
    before = studio.document.show
    click(mix.rows[0].stepper.plus)
    assert classes(studio) == ((1, 1.0),)
    assert studio.fake_engine.opened == [replace(before.scene.style, classes=((1, 1.0),))]
    studio.document.undo_stack.undo()
    assert studio.document.show == before
    assert mix.rows[0].stepper.figure.text() == "0"


def test_steps_that_follow_one_another_are_one_step_of_undo(mix, studio, qtbot):
    for _ in range(3):
        click(mix.rows[0].stepper.plus)
    assert classes(studio) == ((3, 1.0),)
    qtbot.waitUntil(lambda: not mix._gesture.isActive())
    click(mix.rows[0].stepper.minus)
    assert studio.document.undo_stack.count() == 2
    studio.document.undo_stack.undo()
    assert classes(studio) == ((3, 1.0),)


def test_a_class_is_typed_and_stepped_by_keys(mix, studio):
    figure = mix.rows[0].stepper.figure
    figure.setFocus(Qt.FocusReason.TabFocusReason)
    figure.selectAll()
    QTest.keyClicks(figure, "4")
    QTest.keyClick(figure, Qt.Key.Key_Return)
    assert classes(studio) == ((4, 1.0),)
    figure.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(figure, Qt.Key.Key_Up)
    assert classes(studio) == ((5, 1.0),)
    QTest.keyClick(figure, Qt.Key.Key_PageUp)
    assert classes(studio) == ((5, 1.0),), "there are six"
    QTest.keyClick(figure, Qt.Key.Key_PageDown)
    assert classes(studio) == ()
    assert figure.text() == "0"


def test_a_click_into_the_figure_and_a_number_replace_it(mix, studio):
    studio.document.edit_scene("Class", style=replace(studio.document.show.scene.style, classes=((1, 1.0),)))
    figure = mix.rows[0].stepper.figure
    click(figure)
    QTest.keyClicks(figure, "4")
    assert figure.text() == "4"
    click(figure)
    assert not figure.hasSelectedText(), "a second click places the cursor"
    QTest.keyClick(figure, Qt.Key.Key_Return)
    assert classes(studio) == ((4, 1.0),)


def test_the_picture_goes_on_until_the_map_is_made(mix, studio):
    session = studio.session
    studio.engine = replace(studio.engine, status="loading")
    click(mix.rows[0].stepper.plus)
    assert studio.session is session
    assert mix.note.text() == "Making its map …"
    studio._engine_told(EngineState("running", "cpu", "float32"))
    answer(studio)
    assert mix.note.text() == ""
    assert studio.session is not session
    assert studio.session.atlas is studio.atlas
    assert studio.fake_engine.sessions[-1] is studio.session
    studio.document.undo_stack.undo()
    assert studio.session.atlas is session.atlas, "the first map is kept"
    assert len(studio.fake_engine.opened) == 1


def test_a_second_class_is_mixed_in_by_half_and_taken_out(mix, studio):
    click(part(mix, "addClass"))
    assert classes(studio) == ((0, 0.5), (1, 0.5))
    click(part(mix, "addClass"))
    assert [label for label, _ in classes(studio)] == [0, 1, 2]
    assert sum(weight for _, weight in classes(studio)) == pytest.approx(1.0)
    click(part(mix, "removeClass:0"))
    assert classes(studio) == ((1, 0.5), (2, 0.5))
    click(part(mix, "removeClass:0"))
    assert classes(studio) == ((2, 1.0),)
    assert not mix.rows[0].slider.isVisible()


def test_four_are_the_most_by_hand_and_never_one_twice(mix, studio):
    for _ in range(5):
        click(part(mix, "addClass"))
    assert [label for label, _ in classes(studio)] == [0, 1, 2, 3]
    assert not mix.add.isEnabled()
    click(mix.rows[0].stepper.plus)
    assert [label for label, _ in classes(studio)] == [4, 1, 2, 3], "those in the mix are passed over"


def test_a_drag_is_told_when_the_hand_lets_go(mix, studio):
    click(part(mix, "addClass"))
    slider, count = part(mix, "share:0"), len(studio.fake_engine.opened)
    at, to = (QPoint(round(slider.x_of(x)), 12) for x in (0.5, 0.8))
    QTest.mousePress(slider, LEFT, Qt.KeyboardModifier.NoModifier, at)
    QTest.mouseMove(slider, to)
    assert mix.rows[1].figure.text() == "20 %"
    assert classes(studio) == ((0, 0.5), (1, 0.5))
    QTest.mouseRelease(slider, LEFT, Qt.KeyboardModifier.NoModifier, to)
    assert classes(studio)[0] == (0, pytest.approx(0.8, abs=0.02))
    assert len(studio.fake_engine.opened) == count + 1
    studio.document.undo_stack.undo()
    assert mix.rows[0].figure.text() == "50 %"


def test_shares_by_keys_and_typed(mix, studio):
    click(part(mix, "addClass"))
    slider = part(mix, "share:1")
    slider.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(slider, Qt.Key.Key_PageUp)
    assert dict(classes(studio))[1] == pytest.approx(0.598)
    QTest.keyClicks(slider, "2")
    QTest.keyClicks(mix.rows[1].figure, "5")
    QTest.keyClick(mix.rows[1].figure, Qt.Key.Key_Return)
    assert classes(studio) == ((0, 0.75), (1, 0.25))
    assert mix.rows[0].figure.text() == "75 %"


def test_everything_that_takes_keys_has_a_name_and_says_what_it_is_for(mix):
    click(part(mix, "addClass"))
    for widget in mix.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert widget.accessibleName(), widget
    assert "0 to 5" in mix.rows[0].stepper.toolTip()


def test_tab_comes_from_the_header_to_the_classes(mix):
    more = mix.parent().header.more
    more.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(more, Qt.Key.Key_Tab)
    assert mix.rows[0].stepper.figure.hasFocus(), "there is nothing less than class 0"
    for part in (mix.rows[0].stepper.plus, mix.add):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert part.hasFocus()
    QTest.keyClick(mix.add, Qt.Key.Key_Return)
    assert mix.rows[0].slider.isVisible()


def test_in_a_narrow_column_nothing_is_squeezed(mix, qtbot):
    for _ in range(3):
        mix.mix_in()
    mix.window().resize(280, 560)
    qtbot.waitUntil(lambda: mix.width() == 280)
    qtbot.waitUntil(lambda: mix.rows[0].stepper.width() == mix.rows[0].stepper.sizeHint().width())
    assert mix.rows[3].remove.geometry().right() <= mix.width() - 12


def test_a_show_with_more_classes_than_hands_may_mix_is_shown_whole(mix, studio):
    style = studio.document.show.scene.style
    many = tuple((label, 1 / 6) for label in range(6))
    studio.document.edit_scene("Mix", style=replace(style, classes=many))
    assert [row.stepper.isVisible() for row in mix.rows] == [True] * 6 + [False] * 2
    assert not mix.add.isEnabled()


def test_the_map_says_its_class(studio, qtbot):
    tab = MapTab(studio.document, studio)
    qtbot.addWidget(tab)
    studio.document.edit_scene("Class", style=replace(studio.document.show.scene.style, classes=((3, 1.0),)))
    assert "Class 3" in tab.findChild(QWidget, "mapStyle").accessibleName()


def test_maps_are_kept_for_each_mix_whatever_its_order(studio):
    one = StyleRef("x", studio.styles[0].sha256, classes=((1, 0.25), (2, 0.75)))
    other = replace(one, classes=one.classes[::-1])
    atlas = make_atlas()
    studio.shelf.set_map(one, atlas, None)
    assert studio._shelf.map_of(other).atlas is atlas
    assert studio._shelf.map_of(replace(one, classes=())).atlas is not atlas
    assert studio._shelf.map_of(replace(one, classes=((1, 1.0),))) is None


def test_shares_make_up_a_whole():
    assert with_share([(0, 0.5), (1, 0.25), (2, 0.25)], 0, 0.8) == [
        (0, 0.8),
        (1, pytest.approx(0.1)),
        (2, pytest.approx(0.1)),
    ]
    assert free_class([(1, 1.0)], 1, 1, 3) == 2
    assert free_class([(1, 1.0), (2, 1.0)], 1, 1, 3) is None
