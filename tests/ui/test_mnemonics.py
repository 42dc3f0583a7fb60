"""Alt and a letter: to every menu, to every field of a form, and never to two things of one workspace."""

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMenu, QWidget

from app.control.actions import INSIDE, MENUS
from app.engine.show.routes import Route
from app.ui.panel import Panel
from tests.ui.windows import opened

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def window(qtbot, studio):
    made = opened(qtbot, studio)
    yield made
    made.close()
    studio.document.close()


def letter(text: str) -> str:
    _, mark, after = text.partition("&")
    return after[0].upper() if mark and after else ""


def letters(window: QWidget) -> list[str]:
    """Every letter that means something in what is seen of *window*."""
    bar = [letter(act.text()) for act in window.menuBar().actions()] if window.menuBar().isVisible() else []
    labels = [letter(w.text()) for w in window.findChildren(QLabel) if w.isVisible() and w.buddy() is not None]
    buttons = [letter(w.text()) for w in window.findChildren(QAbstractButton) if w.isVisible()]
    return [found for found in (*bar, *labels, *buttons) if found]


def doubled(window: QWidget) -> list[str]:
    return [found for found, times in Counter(letters(window)).items() if times > 1]


def press(window: QWidget, key: str) -> QWidget | None:
    QTest.keyClick(window, Qt.Key[f"Key_{key}"], ALT)
    return QApplication.focusWidget()


def open_route(window, studio, qtbot) -> None:
    """A route of the Scene, with all its fields, in Create."""
    studio.document.edit_scene("Route", routes=(Route("bass", "pulse"),))
    window.right.show_page(window.react)
    window.react.show_level(1)
    window.react.expert.toggle(0)
    qtbot.waitUntil(lambda: window.react.expert.detail.attack.isVisible())


def test_every_menu_of_the_bar_has_a_letter_of_its_own(window):
    titles = [act.text() for act in window.menuBar().actions()]
    assert [title.replace("&", "") for title in titles] == [title for title in MENUS if title not in INSIDE]
    found = [letter(title) for title in titles]
    assert all(found)
    assert len(set(found)) == len(found)


def test_alt_and_its_letter_opens_a_menu(window):
    press(window, "Y")
    assert QApplication.activePopupWidget() is window.menuBar().findChild(QMenu, "menu:Style")
    QApplication.activePopupWidget().close()


@pytest.mark.parametrize(("key", "field"), [
    ("M", "format"), ("Z", "width_field"), ("R", "rate"), ("N", "name"), ("G", "range"), ("D", "audio"),
    ("A", "scenes"),
])  # fmt: skip
def test_letters_lead_to_the_fields_of_a_film(window, key, field):
    window.show_workspace("export")
    assert press(window, key) is getattr(window.export.form, field)


@pytest.mark.parametrize(("key", "field"), [("T", "theme"), ("I", "scale"), ("W", "waves")])
def test_letters_lead_to_the_preferences(window, key, field):
    page = window.appearance.page
    page.toggle()
    assert press(window, key) is getattr(page, field)


def test_the_letter_of_a_tick_presses_it_and_is_not_written(window, qtbot):
    page = window.appearance.page
    page.toggle()
    still = page.still
    assert still.word == "Less motion"
    press(window, "L")
    qtbot.waitUntil(lambda: window.appearance.still)  # it is seen to go down first
    assert still.isChecked()


@pytest.mark.parametrize(("key", "field"), [("N", "range"), ("G", "gain"), ("A", "attack"), ("R", "release")])
def test_letters_lead_to_the_figures_of_an_open_route(window, studio, qtbot, key, field):
    open_route(window, studio, qtbot)
    assert press(window, key) is getattr(window.react.expert.detail, field)


@pytest.mark.parametrize("workspace", ["create", "perform", "export"])
def test_no_letter_means_two_things_whatever_stands_over_the_workspace(window, studio, qtbot, workspace):
    open_route(window, studio, qtbot)
    window.show_workspace(workspace)
    assert doubled(window) == []
    panels = window.findChildren(Panel)
    assert len(panels) > 6
    for panel in panels:
        panel.show()
        assert doubled(window) == [], panel.objectName()
        panel.hide()
