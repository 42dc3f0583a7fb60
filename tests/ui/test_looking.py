"""Who looks at what: only who shows a part that is another, hidden pages once they are shown, and nothing is stale."""

from collections import Counter
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from app.engine.errors import ShowError
from app.engine.show.presets import preset, with_preset
from app.engine.show.routes import Route
from app.engine.show.show import Path, Show
from app.ui import theme
from app.ui.document import Document
from app.ui.looking import Parts, when_seen
from app.ui.main_window import MainWindow
from app.ui.params import ParamRow
from app.ui.settings import Settings
from app.ui.status_bar import BottomRow
from app.ui.transport import TransportBar
from tests.ui.fakes import FakeStudio, make_document


class Page(QWidget):
    """Remembers what it was shown."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[object] = []

    def show_value(self, show: object = None) -> None:
        self.seen.append(show)


class Ear(QObject):
    """Not a widget: it hears at once."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.seen: list[object] = []

    def hear(self, show: object = None) -> None:
        self.seen.append(show)


@pytest.fixture
def document(qtbot):
    return make_document()


@pytest.fixture
def pages(qtbot):
    """Two pages of which the first is seen."""
    stack = QStackedWidget()
    qtbot.addWidget(stack)
    for page in (Page(), Page()):
        stack.addWidget(page)
    stack.show()
    return stack


def test_only_who_shows_what_changed_is_called(document, pages):
    page, other = pages.widget(0), Ear()
    document.watch(page.show_value, "scene.react", "scene.path")
    document.watch(other.hear, "scene.finish")
    document.set_param("react.bass", 2.0)
    assert (page.seen, other.seen) == ([document.show], [])
    document.set_param("finish.hue", 0.25)
    assert (len(page.seen), other.seen) == (1, [document.show])
    document.edit_scene("Both", path=Path(9), react=replace(document.show.scene.react, mid=1.0))
    assert len(page.seen) == 2, "two of its parts at once are one look"


def test_who_looks_and_edits_what_it_looks_at_leaves_nobody_with_the_older_one(document):
    class Holding(Ear):
        def hear(self, show: object = None) -> None:
            super().hear(show)
            if document.show.scene.react.bass > 1.0:
                document.set_param("react.bass", 1.0)

    holding, after = Holding(), Ear()
    document.watch(holding.hear, "scene.react")
    document.watch(after.hear, "scene.react")
    document.set_param("react.bass", 2.0)
    assert document.show.scene.react.bass == 1.0
    assert holding.seen[-1] is after.seen[-1] is document.show


def test_what_is_equal_is_the_same(document):
    ear = Ear()
    document.watch(ear.hear, "scene.finish", lambda show: tuple(scene.name for scene in show.scenes))
    document.edit_scene("Equal", finish=replace(document.show.scene.finish), routes=(Route("bass", "hue"),))
    assert ear.seen == []
    document.edit_scene("Name", name="Other")
    assert len(ear.seen) == 1


def test_a_hidden_page_waits_and_looks_once_when_it_is_shown(document, pages):
    page = pages.widget(1)
    document.watch(page.show_value, "scene.react")
    for n in range(5):
        document.set_param("react.bass", n / 5)
    assert page.seen == []
    pages.setCurrentWidget(page)
    assert page.seen == [document.show]
    document.set_param("react.bass", 2.0)
    assert len(page.seen) == 2, "from then on it is called again"
    pages.setCurrentIndex(0)
    pages.setCurrentWidget(page)
    assert len(page.seen) == 2, "nothing was missed"


def test_what_lies_on_a_hidden_page_waits_with_it(document, pages):
    inner, ear = Page(), Ear(pages.widget(1))
    inner.setParent(pages.widget(1))
    document.watch(inner.show_value, "scene.react")
    document.watch(ear.hear, "scene.react")
    document.set_param("react.bass", 2.0)
    assert inner.seen == ear.seen == []
    pages.setCurrentIndex(1)
    assert inner.seen == ear.seen == [document.show]


def test_who_shows_itself_does_not_wait(document, pages):
    page = pages.widget(1)
    document.watch(page.show_value, "scene.react", hidden=True)
    document.set_param("react.bass", 2.0)
    assert page.seen == [document.show]


def test_any_signal_can_wait(pages):
    class Source(Page):
        pass

    source, page = Source(), pages.widget(1)
    source.windowTitleChanged.connect(when_seen(page.show_value))
    source.setWindowTitle("one")
    source.setWindowTitle("two")
    assert page.seen == []
    pages.setCurrentWidget(page)
    assert page.seen == ["two"]


def test_who_is_gone_is_not_called(document, pages, qtbot):
    page = pages.widget(1)
    document.watch(page.show_value, "scene.react")
    document.set_param("react.bass", 2.0)
    with qtbot.waitSignal(page.destroyed):
        page.deleteLater()
    document.set_param("react.bass", 1.0)
    assert page.seen == []


def test_who_edits_while_he_looks_leaves_nobody_with_what_was_before(qtbot):
    parts, seen = Parts(Show()), []

    def louder(show: Show) -> None:
        if show.scene.react.bass < 2.0:
            parts.put(show.with_scene(react=replace(show.scene.react, bass=2.0)))

    parts.watch(louder, "scene.react")
    parts.watch(lambda show: seen.append(show.scene.react.bass), "scene.react.bass")
    parts.put(Show().with_scene(react=replace(Show().scene.react, bass=0.5)))
    assert seen == [2.0]


def test_edits_made_together_are_played_each_and_looked_at_once(document, pages):
    page, played = pages.widget(0), []
    document.changed.connect(played.append)
    document.watch(page.show_value, "scene.react")
    with document.together():
        for n in range(4):
            document.set_param("react.bass", n / 4)
        assert (len(played), page.seen) == (4, [])
    assert page.seen == [document.show]
    assert document.undo_stack.count() == 1


def test_together_ends_with_an_error_too(document):
    ear = Ear()
    document.watch(ear.hear, "scene.react")

    def stumble() -> None:
        with document.together():
            document.set_param("react.bass", 2.0)
            document.set_param("react.nothing", 2.0)

    with pytest.raises(ShowError, match="no parameter"):
        stumble()
    assert ear.seen == [document.show]
    document.set_param("react.bass", 1.0)
    assert len(ear.seen) == 2


# --- the window


@pytest.fixture
def windows(qtbot, qapp):
    """Makes windows of a Show, each with a studio of its own."""
    if not qapp.styleSheet():
        theme.apply(qapp)
    made: list[tuple[MainWindow, FakeStudio]] = []

    def make(show: Show | None = None) -> MainWindow:
        document = make_document() if show is None else Document(show)
        studio = FakeStudio(document)
        window = MainWindow(document, studio, Settings())
        qtbot.addWidget(window)
        window.resize(1440, 900)
        window.show()
        made.append((window, studio))
        return window

    yield make
    for window, studio in made:
        window.close()
        studio.document.close()
        studio.close()


VIEWS = ("scenes", "points", "styles", "map", "simple", "expert", "finish", "perform", "export")


def show_view(window: MainWindow, view: str) -> None:
    """Bring *view* to the front."""
    window.show_workspace(view if view in ("perform", "export") else "create")
    window.left.show_page(getattr(window, view if view in ("scenes", "points", "styles") else "scenes"))
    window.right.show_page(getattr(window, view if view in ("map", "finish") else "react"))
    window.react.show_level(int(view == "expert"))


def said(window: MainWindow) -> Counter[tuple[object, ...]]:
    """What each widget that is seen says: words, a tick, an amount, whether it can be used; not whether it is saved."""
    told: Counter[tuple[object, ...]] = Counter()
    QApplication.processEvents()
    for widget in window.findChildren(QWidget):
        above, aside = widget, False
        while above is not window and not aside:
            aside, above = isinstance(above, BottomRow | TransportBar), above.parentWidget()
        if aside or not widget.isVisible() or not isinstance(widget, QWidget):
            continue
        if widget is window.menus.title:
            continue
        facts = [type(widget).__name__, widget.objectName(), widget.accessibleName(), widget.isEnabled()]
        facts += [getattr(widget, name)() for name in ("text", "isChecked") if callable(getattr(widget, name, None))]
        kept = (getattr(widget, name, None) for name in ("amount", "sources", "index", "name", "ghost", "on", "tally"))
        facts += [fact for fact in kept if isinstance(fact, str | float | int | tuple)]
        told[tuple(facts)] += 1
    return told


def turn_everything(document: Document) -> None:
    """An edit of each kind, by each kind of hands."""
    document.edit_scene("Routes", routes=(Route("macro_1", "pulse"), Route("level", "hue", depth=0.4)))
    document.set_param("react.bass", 2.5)
    document.params.set("react.energy", 0.9, "MIDI")
    document.params.set("finish.contrast", 1.5, "OSC")
    document.params.set_all({"macro.1": 0.7, "macro.2": 0.2}, "MIDI")
    document.params.set("film.fps", 60, "OSC")
    document.edit_scene("Name", name="Another name")
    document.edit_scene("Path", path=Path(11))
    document.edit(
        "Copy", replace(document.show, scenes=(*document.show.scenes, replace(document.show.scene, name="B")))
    )
    chosen = with_preset(document.show.scene, preset("Calm"))
    document.edit_scene("Preset", preset=chosen.preset, react=chosen.react, routes=chosen.routes)
    document.undo_stack.undo()
    document.set_param("react.follow_sections", False)
    document.edit("Loop", replace(document.show, loop=(2.0, 6.0)))


@pytest.mark.parametrize("start", ["simple", "finish", "perform"])
def test_a_page_says_what_a_new_window_would_say(windows, start):
    window = windows()
    for view in VIEWS:
        show_view(window, view)
    show_view(window, start)
    turn_everything(window.document)
    fresh = windows(window.document.show)
    for view in (start, *VIEWS):
        show_view(window, view)
        show_view(fresh, view)
        mine, other = said(window), said(fresh)
        assert len(mine) > 20
        assert mine - other == Counter(), view
        assert other - mine == Counter(), view


def undo(document: Document) -> None:
    document.set_param("react.pulse", 1.75)
    document.set_param("react.pulse", 0.3, merge=False)
    document.undo_stack.undo()


def other_scene(document: Document) -> None:
    scene = document.show.scene
    there = replace(scene, name="B", react=replace(scene.react, pulse=1.75))
    document.edit("Copy", replace(document.show, scenes=(scene, there)))
    document.play(1)


ORIGINS = {
    "hand": lambda d: d.set_param("react.pulse", 1.75),
    "MIDI": lambda d: d.params.set("react.pulse", 1.75, "MIDI"),
    "OSC": lambda d: d.params.set_all({"react.pulse": 1.75}, "OSC"),
    "undo": undo,
    "another scene": other_scene,
    "another show": lambda d: d.open(d.show.with_scene(react=replace(d.show.scene.react, pulse=1.75))),
}


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_row_follows_its_parameter_whoever_sets_it(document, qtbot, origin):
    row = ParamRow(document, "react.pulse")
    qtbot.addWidget(row)
    row.show()
    ORIGINS[origin](document)
    assert row.control.amount == pytest.approx(1.75)
    assert row.field.text() == "1.75"


def test_a_dot_says_by_which_name_its_macro_goes(document, qtbot):
    row = ParamRow(document, "react.pulse")
    qtbot.addWidget(row)
    row.show()
    document.edit_scene("Route", routes=(Route("macro_1", "pulse"),))
    assert "Macro 1" in row.dot.accessibleName()
    macros = document.show.scene.macros
    document.edit_scene("Name", macros=(replace(macros[0], name="Swirl"), *macros[1:]))
    assert "Swirl" in row.dot.accessibleName()


def test_a_turned_knob_is_shown_where_it_is_seen_and_nowhere_else(windows, monkeypatch):
    looked, show_value = [], ParamRow.show_value

    def counted(row: ParamRow, show: Show) -> None:
        looked.append(row.name)
        show_value(row, show)

    monkeypatch.setattr(ParamRow, "show_value", counted)
    window = windows()
    for view in ("simple", "finish", "perform", "simple"):
        show_view(window, view)
    looked.clear()
    window.document.set_param("react.gate", 0.3)
    assert looked == ["react.gate"]
    window.document.set_param("finish.hue", 0.2)
    assert looked == ["react.gate"]
    show_view(window, "finish")
    assert looked == ["react.gate", "finish.hue"]


def test_edits_made_together_are_steps_of_undo_as_ever(document):
    with document.together():
        document.set_param("react.bass", 2.0)
        document.set_param("react.mid", 2.0)
    assert document.undo_stack.count() == 2
