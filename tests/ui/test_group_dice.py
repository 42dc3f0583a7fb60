"""The dice of a group: they throw it alone as one step, heed padlock and amount, and can be looked back from."""

from dataclasses import fields

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.dice_popover import DicePopover
from app.ui.finish_tab import GROUPS, FinishTab
from app.ui.group_dice import GroupDice
from app.ui.react_simple import Simple

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def simple(qtbot, studio):
    page = Simple(studio.document, studio)
    qtbot.addWidget(page)
    page.resize(420, 700)
    page.show()
    return page


def _dice(page, title):
    found = page.findChild(GroupDice, f"dice:{title}")
    assert found is not None
    return found


def _differ(a, b):
    return {f.name for f in fields(a) if getattr(a, f.name) != getattr(b, f.name)}


def test_a_press_throws_its_group_as_one_step_which_undo_and_backspace_take_back(qtbot, simple, studio):
    document, before = studio.document, studio.document.show
    qtbot.mouseClick(_dice(simple, "what it hears"), LEFT)
    assert _differ(document.show.scene.react, before.scene.react) == {"bass", "mid", "treble", "gate"}
    assert (document.undo_stack.count(), document.undo_stack.undoText()) == (1, "Roll what it hears")
    rolled = document.show
    document.undo_stack.undo()
    assert document.show == before
    document.undo_stack.redo()
    assert document.show == rolled
    studio.performing.look_back()
    assert document.show.scene == before.scene


def test_two_presses_are_two_steps(qtbot, simple, studio):
    for _ in range(2):
        qtbot.mouseClick(_dice(simple, "what it does"), LEFT)
    assert studio.document.undo_stack.count() == 2


def test_locked_it_opens_the_padlocks_and_throws_nothing(qtbot, simple, studio):
    before, dice = studio.document.show, _dice(simple, "what it does")
    studio.performing.looks.locks.lock("react", True)
    assert dice.locked
    assert "locked" in dice.toolTip()
    qtbot.mouseClick(dice, LEFT)
    assert studio.document.show == before
    opened = dice.findChild(DicePopover)
    assert opened.isVisible()
    opened.locks["react"].click()
    opened.close()
    assert not dice.locked
    qtbot.mouseClick(dice, LEFT)
    assert studio.document.show != before


def test_with_shift_it_throws_far(qtbot, simple, studio, monkeypatch):
    thrown = []
    monkeypatch.setattr(studio.performing.looks, "throw_some", lambda _t, _n, *, big: thrown.append(big))
    monkeypatch.setattr(QApplication, "keyboardModifiers", lambda: Qt.KeyboardModifier.ShiftModifier)
    _dice(simple, "what it hears").click()
    assert thrown == [True]


def test_every_group_of_the_finish_has_its_own_where_it_is_open(qtbot, studio):
    page = FinishTab(studio.document, studio)
    qtbot.addWidget(page)
    page.resize(420, 900)
    page.show()
    studio.performing.looks.locks.lock("finish", False)
    for title, names in GROUPS.items():
        dice, fold = _dice(page, title.lower()), page.folds[title]
        assert dice.isVisible() is fold.is_open
        before = studio.document.show.scene.finish
        dice.click()
        assert _differ(studio.document.show.scene.finish, before) <= set(names)


def test_its_keys_reach_it(qtbot, simple, studio):
    dice = _dice(simple, "where it goes")
    assert dice.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert dice.accessibleName() == "Roll where it goes"
    assert isinstance(dice, QWidget)
