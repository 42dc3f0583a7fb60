"""The list of Styles: files and folders come in, are missed, found again, searched, removed and brought back."""

import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel

from app.engine import paths
from app.engine.errors import StyleError
from app.engine.show.show import StyleRef
from app.engine.stylegan.library import read_style
from app.ui import style_library
from app.ui.style_book import StyleBook
from app.ui.style_facts import about, forbids_selling, licence
from app.ui.style_library import MISSING, READING, THERE, Library
from app.ui.styles_list import StylesPage
from tests.checkpoints import write_ada
from tests.ui.fakes import make_atlas
from tests.vectors.networks import card_of, write_style

Key = Qt.Key


@pytest.fixture
def page(studio, qtbot):
    made = StylesPage(studio.document, studio)
    qtbot.addWidget(made)
    made.resize(264, 600)
    made.show()
    return made


@pytest.fixture
def told(studio):
    heard = []
    studio.told.connect(lambda *words: heard.append(words))
    return heard


def known(studio, qtbot, count):
    qtbot.waitUntil(lambda: len(studio.styles) == count)


def card_named(page, name):
    return next(row for row in page.rows.rows if row.style.name == name)


def row_named(page, name):
    return page.rows.rows.index(card_named(page, name))


def state_of(page, name):
    return card_named(page, name).state


@pytest.fixture
def tiny(tmp_path):
    return write_style(tmp_path / "tiny.safetensors", card_of("rgb1_32"), name="Tiny")


@pytest.fixture
def listed(studio, page, tiny, qtbot):
    """Tiny in the list, not used yet."""
    studio.shelf.library.add_all([tiny])
    known(studio, qtbot, 2)
    return tiny


# --- in


def test_a_file_shows_before_its_hash_is_known(studio, page, tiny, qtbot, monkeypatch):
    """The hash waits until the row was seen: it cannot have come first."""
    gate = threading.Event()
    real = style_library.file_sha256
    monkeypatch.setattr(style_library, "file_sha256", lambda path: gate.wait(20) and real(path))
    studio.add_style(tiny)
    qtbot.waitUntil(lambda: len(page.rows.rows) == 2)
    shown = card_named(page, "Tiny")
    assert (shown.state, shown.entry.state, shown.facts) == ("Reading…", READING, "32² · StyleGAN2 · grey · 772 kB")
    assert len(studio.styles) == 1, "nobody uses what is not known yet"
    page.use(row_named(page, "Tiny"))
    assert studio.fake_engine.opened == []
    gate.set()
    known(studio, qtbot, 2)
    assert state_of(page, "Tiny") == "Drawing its map…"
    ref = read_style(tiny).ref
    assert studio.fake_engine.opened == [ref]
    studio._bridge.style.emit(ref, make_atlas(), None)
    assert studio.document.show.scene.style == ref
    assert state_of(page, "Tiny") == "Drawing its map…"
    sheet = QImage(2048, 2048, QImage.Format.Format_RGB32)
    studio.shelf.set_sheet(ref, sheet, 0.37)
    assert state_of(page, "Tiny") == "Map 37 %"
    studio.shelf.set_sheet(ref, sheet, 1.0)
    assert state_of(page, "Tiny") == "Ready"


def test_a_folder_fills_the_list_and_its_bad_files_are_told_once(studio, page, tmp_path, told, qtbot):
    write_style(tmp_path / "one.safetensors", card_of("rgb1_32"), name="One")
    write_ada(tmp_path / "sub.pkl", card_of("cond32"))
    (tmp_path / "sub").mkdir()
    write_style(tmp_path / "sub/two.safetensors", card_of("rgb1_32"), name="Two")
    (tmp_path / "bad.pt").write_text("no")
    (tmp_path / "evil.pkl").write_bytes(b"cos\nsystem\n(S'echo harm'\ntR.")
    show = studio.document.show
    studio.shelf.library.add_all([tmp_path])
    qtbot.waitUntil(lambda: len(studio.styles) == 4 and bool(told))
    assert {row.style.name for row in page.rows.rows} == {"Bloom", "One", "Two", "sub"}
    assert len(told) == 1
    assert told[0][:2] == ("error", "2 of 5 files were not added")
    assert studio.document.show is show
    assert studio.fake_engine.opened == []
    assert state_of(page, "One") == "No map yet"
    assert "4 classes" in card_named(page, "sub").facts


def test_a_folder_of_songs_adds_nothing(studio, tmp_path, told, qtbot):
    (tmp_path / "song.wav").touch()
    studio.shelf.library.add_all([tmp_path])
    qtbot.waitUntil(lambda: bool(told))
    assert told == [("info", f"{tmp_path.name} holds no styles", "Nothing was changed")]


def test_one_content_is_one_style(studio, page, listed, tmp_path, qtbot):
    copy = tmp_path / "copy.safetensors"
    copy.write_bytes(listed.read_bytes())
    studio.add_style(copy)
    qtbot.waitUntil(lambda: len(studio.fake_engine.opened) == 1)
    assert [row.style.path for row in page.rows.rows if row.style.name == "Tiny"] == [listed]


def test_a_file_that_cannot_be_hashed_says_so_on_its_card(studio, page, tiny, told, qtbot, monkeypatch):
    def fail(_path):
        raise StyleError("the disk is gone")

    monkeypatch.setattr(style_library, "file_sha256", fail)
    studio.add_style(tiny)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [("error", "tiny.safetensors was not added", "the disk is gone")]
    first = page.rows.rows[0]
    assert (first.state, first.entry.trouble) == ("Cannot be used", "the disk is gone")
    assert len(page.rows.rows) == 2


# --- refused


@pytest.fixture
def bad(studio, page, tmp_path, told, qtbot):
    """A file that was cut short, and one that would run a program: both were dropped."""
    cut, evil = tmp_path / "cut.pkl", tmp_path / "evil.pkl"
    cut.write_bytes(write_ada(tmp_path / "whole.pkl", card_of("rgb1_32")).read_bytes()[:900])
    evil.write_bytes(b"cos\nsystem\n(S'echo harm'\ntR.")
    for file in (cut, evil):
        studio.add_style(file)
    qtbot.waitUntil(lambda: len(told) == 2)
    return cut, evil


def test_a_bad_file_stands_first_with_what_is_wrong_with_it(studio, page, bad):
    evil, cut = page.rows.rows[:2]
    assert (evil.state, evil.look[0]) == ("Locked", "lock")
    assert (cut.state, cut.look[0]) == ("Cannot be used", "octagon-alert")
    assert "os.system" in evil.entry.trouble
    assert "cut.pkl is damaged" in cut.entry.trouble
    assert evil.entry.trouble in page.rows.data(page.rows.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert evil.entry.trouble in page.rows.data(page.rows.index(0), Qt.ItemDataRole.ToolTipRole)
    assert [style.name for style in studio.styles] == ["Bloom"], "nobody can use them"
    assert studio.shelf.find(StyleRef("evil", "")) is None
    studio.shelf.library.arrange()
    assert [row.style.name for row in page.rows.rows] == ["evil", "cut", "Bloom"]
    assert [style.name for style in StyleBook().load()] == ["Bloom"], "and the next start knows nothing of them"


def test_the_card_of_a_bad_file_shows_it_where_pictures_would_be(page, bad, qtbot):
    page.show_facts(0)
    said = [label.text().replace("\u200b", "") for label in page.facts.findChildren(QLabel)]
    assert "Problem" in said
    assert "Hash" not in said
    told = page.list.grab().toImage()
    page.rows.set_rows([replace(row, entry=replace(row.entry, trouble="Else")) for row in page.rows.rows])
    assert page.list.grab().toImage() != told


def test_a_bad_file_is_taken_off_and_brought_back(studio, page, bad):
    page.list.set_current(0)
    QTest.keyClick(page.list, Key.Key_Delete)
    assert [row.style.name for row in page.rows.rows] == ["cut", "Bloom"]
    studio.document.undo_stack.undo()
    assert page.rows.rows[0].state == "Locked"


def test_a_bad_file_that_is_whole_now_is_read_again(studio, page, bad, tmp_path, told, qtbot):
    cut = bad[0]
    cut.write_bytes((tmp_path / "whole.pkl").read_bytes())
    assert page.menu(1).actions()[0].text() == "Try again"
    page.use(1)
    known(studio, qtbot, 2)
    assert [row.style.name for row in page.rows.rows] == ["cut", "evil", "Bloom"]
    assert page.rows.rows[0].entry.trouble == ""
    page.use(1)  # still what it was: told again, and one card
    qtbot.waitUntil(lambda: len(told) == 3)
    assert [row.style.name for row in page.rows.rows].count("evil") == 1


def test_another_file_takes_the_place_of_a_bad_one(studio, page, bad, tmp_path, qtbot, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "whole.pkl"), ""))
    page.locate(0)
    known(studio, qtbot, 2)
    assert [row.style.name for row in page.rows.rows] == ["whole", "cut", "Bloom"]


def test_while_on_air_a_bad_file_that_is_whole_now_is_not_played(studio, page, bad, tmp_path, qtbot):
    bad[0].write_bytes((tmp_path / "whole.pkl").read_bytes())
    studio.shelf.locked = True
    page.use(1)
    known(studio, qtbot, 2)
    assert studio.fake_engine.opened == []


def test_what_the_engine_cannot_play_says_so_until_it_can(studio, page, listed, told):
    ref = read_style(listed).ref
    studio.shelf.refused(ref, StyleError("There is no room for it"))
    shown = card_named(page, "Tiny")
    assert (shown.state, shown.entry.trouble) == ("Cannot be played", "There is no room for it")
    assert page.menu(row_named(page, "Tiny")).actions()[0].text() == "Try again"
    studio.shelf.opened(ref, make_atlas(), None)
    assert card_named(page, "Tiny").entry.trouble == ""


def test_a_bug_in_one_file_does_not_stop_the_next(studio, qtbot):
    """The queue goes on; the bug itself reaches the crash hook."""
    turns, done = style_library.Turns(studio._bridge), []
    with qtbot.capture_exceptions() as caught:
        turns.run(lambda: 1 // 0, done.append, done.append)
        turns.run(lambda: "next", done.append, done.append)
        qtbot.waitUntil(lambda: done == ["next"])
    assert [kind for kind, _, _ in caught] == [ZeroDivisionError]


# --- missing


def test_a_missing_file_is_greyed_and_located_by_content(studio, page, listed, tmp_path, told, qtbot, monkeypatch):
    moved = listed.rename(tmp_path / "elsewhere.safetensors")
    studio.shelf.library.look()
    qtbot.waitUntil(lambda: state_of(page, "Tiny") == "Missing · Locate")
    assert [style.name for style in studio.styles] == ["Bloom"]
    other = write_style(tmp_path / "other.safetensors", card_of("rgb1_32"), name="Other")
    chosen = [str(other), str(moved)]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (chosen.pop(0), ""))
    page.list.set_current(row_named(page, "Tiny"))
    QTest.keyClick(page.list, Key.Key_Return)
    qtbot.waitUntil(lambda: bool(told))
    assert told[0][1] == "other.safetensors is another style"
    assert state_of(page, "Tiny") == "Missing · Locate"
    page.use(row_named(page, "Tiny"))
    known(studio, qtbot, 2)
    assert card_named(page, "Tiny").style.path == moved
    assert state_of(page, "Tiny") == "No map yet"
    assert len(told) == 1


def test_a_show_whose_style_is_gone_puts_it_into_the_list(studio, page, tiny, tmp_path, told, qtbot):
    style = read_style(tiny)
    moved = tiny.rename(tmp_path / "moved.safetensors")
    studio.document.edit_scene("Style", style=style.ref)
    qtbot.waitUntil(lambda: bool(told))
    assert told[0][1] == "The style “Tiny” is not here"
    shown = card_named(page, "Tiny")
    assert (shown.entry.state, shown.playing) == (MISSING, True)
    studio.shelf.library.locate(shown.entry, moved)
    qtbot.waitUntil(lambda: studio.fake_engine.opened == [style.ref])
    assert [style.path for style in studio._bridge.styles if style.name == "Tiny"] == [moved], "the engine finds it"


def test_a_drive_that_comes_back_brings_its_styles(studio, page, listed, tmp_path, qtbot):
    moved = listed.rename(tmp_path / "x.safetensors")
    studio.shelf.library.look()
    qtbot.waitUntil(lambda: card_named(page, "Tiny").missing)
    moved.rename(listed)
    studio.shelf.library.look()
    qtbot.waitUntil(lambda: not card_named(page, "Tiny").missing)


# --- remove


def test_removing_is_a_step_of_undo_and_touches_no_file(studio, page, listed, told):
    page.list.set_current(row_named(page, "Tiny"))
    stack = studio.document.undo_stack
    show, clean = studio.document.show, stack.isClean()
    QTest.keyClick(page.list, Key.Key_Delete)
    assert [row.style.name for row in page.rows.rows] == ["Bloom"]
    assert stack.undoText() == "Remove Tiny from the list"
    assert (studio.document.show, stack.isClean()) == (show, clean), "the Show is as saved as before"
    stack.undo()
    assert {row.style.name for row in page.rows.rows} == {"Bloom", "Tiny"}
    assert stack.isClean()
    studio.document.set_param("react.bass", 0.5, merge=False)
    assert not stack.isClean()
    stack.undo()
    assert stack.isClean()
    stack.redo()
    stack.undo()
    page.remove(row_named(page, "Tiny"))
    assert len(page.rows.rows) == 1
    assert listed.is_file()
    assert told[-1][1] == "Tiny is off the list"


def test_a_file_taken_off_while_it_is_read_is_read_again_after_undo(studio, tiny, qtbot, monkeypatch):
    gate, real, library = threading.Event(), style_library.file_sha256, studio.shelf.library
    monkeypatch.setattr(style_library, "file_sha256", lambda path: gate.wait(20) and real(path))
    studio.add_style(tiny)
    qtbot.waitUntil(lambda: len(library.entries) == 2)
    studio.shelf.remove(next(entry for entry in library.entries if entry.state == READING))
    gate.set()
    qtbot.waitUntil(lambda: not library._hashing._busy)
    studio.document.undo_stack.undo()
    known(studio, qtbot, 2)


def test_redo_removes_what_has_gone_missing_since(studio, listed, qtbot):
    library = studio.shelf.library
    studio.shelf.remove(next(entry for entry in library.entries if entry.style.path == listed))
    studio.document.undo_stack.undo()
    listed.rename(listed.with_name("elsewhere.safetensors"))
    library.look()
    known(studio, qtbot, 1)
    studio.document.undo_stack.redo()
    assert [entry.style.name for entry in library.entries] == ["Bloom"]


def test_a_style_that_came_too_late_for_its_scene_is_not_put_there_later(studio, listed):
    ref, other = read_style(listed).ref, studio.document.show.scene
    studio.document.edit("Two", replace(studio.document.show, scenes=(other, replace(other, name="Second"))))
    studio.use_style(next(style for style in studio.styles if style.name == "Tiny"))
    studio.document.edit("Play", replace(studio.document.show, active=1))
    studio._bridge.style.emit(ref, make_atlas(), None)
    studio.document.edit("Play", replace(studio.document.show, active=0))
    studio._bridge.style.emit(ref, make_atlas(), None)  # opened again, for a film
    assert studio.document.show.scene.style == other.style


def test_a_hand_on_a_slider_does_not_list_the_styles_again(studio, page, monkeypatch):
    set_rows, listed = page.rows.set_rows, []
    monkeypatch.setattr(page.rows, "set_rows", lambda rows: (listed.append(rows), set_rows(rows)))
    studio.document.set_param("react.bass", 2.5)
    assert studio.document.show.scene.react.bass == 2.5
    assert listed == []
    studio.document.edit_scene("Style", style=StyleRef("Other", "f" * 64))
    assert not any(row.playing for row in page.rows.rows)


def test_what_is_downloaded_or_found_takes_the_place_of_what_was_missing(studio, tiny, tmp_path, qtbot):
    style, library, located = read_style(tiny), studio.shelf.library, []
    library.located.connect(located.append)
    library.miss(StyleRef("Old", style.sha256, str(tmp_path / "gone.pkl")))
    library.put(style)
    assert style in studio.styles
    assert len(library.entries) == 2
    library.remove(library.entries[0])
    library.miss(StyleRef("Old", style.sha256, str(tmp_path / "gone.pkl")))
    library.add_all([tiny])
    known(studio, qtbot, 2)
    assert located == [style, style], "a Show that plays it hears of it"


def test_what_came_with_us_or_is_played_stays(studio, page, listed, told):
    page.remove(row_named(page, "Bloom"))
    studio.document.edit_scene("Style", style=read_style(listed).ref)
    page.remove(row_named(page, "Tiny"))
    assert [words[1] for words in told[-2:]] == ["Bloom stays in the list", "Tiny stays in the list"]
    assert len(page.rows.rows) == 2
    assert studio.document.undo_stack.undoText() == "Style"
    assert not page.menu(row_named(page, "Bloom")).actions()[-1].isEnabled()


# --- order, search, facts


def test_the_last_used_comes_first_when_the_list_is_opened_next(studio, page, listed, qtbot):
    bloom = studio.document.show.scene.style
    assert [row.style.name for row in page.rows.rows] == ["Tiny", "Bloom"]
    studio.use_style(card_named(page, "Bloom").style)
    assert [row.style.name for row in page.rows.rows] == ["Tiny", "Bloom"], "not under the hand"
    page.hide()
    page.show()
    assert [row.style.name for row in page.rows.rows] == ["Bloom", "Tiny"]
    assert studio.document.show.scene.style == bloom


def test_the_list_outlives_the_window(studio, page, listed):
    kept = StyleBook().load()
    assert [style.name for style in kept] == ["Tiny", "Bloom"]
    assert kept[0] == read_style(listed)
    again = Library(studio._bridge, (card_named(page, "Bloom").style,))
    assert [(entry.style.name, entry.state) for entry in again.entries] == [("Tiny", THERE), ("Bloom", THERE)]


@pytest.mark.parametrize("text", ["", "no json", "{}", "[1, {}, null]", '[{"path": "/x", "name": "y"}]', "[" * 9000])
def test_a_broken_list_is_an_empty_one(text):
    (paths.config() / "styles.json").write_text(text)
    assert StyleBook().load() == ()


def test_a_row_with_wrong_numbers_is_left_out(listed, tiny):
    file = paths.config() / "styles.json"
    file.write_text(file.read_text().replace('"num_ws": 8', '"num_ws": -8'))
    assert [style.name for style in StyleBook().load()] == ["Bloom"]


@pytest.mark.parametrize(
    ("words", "names"),
    [("tin", {"Tiny"}), ("grey 32", {"Tiny"}), ("256x256", {"Bloom"}), ("cc0", {"Bloom"}), ("unknown", {"Tiny"}),
     ("stylegan2", {"Tiny", "Bloom"}), ("bundled grey", set()), ("(", set()), ("no map", {"Tiny"})],
)  # fmt: skip
def test_a_search_looks_at_every_fact(page, listed, words, names):
    write = page.list
    write.search(words)
    shown = {write.proxy.index(i, 0).data() for i in range(write.proxy.rowCount())}
    assert shown == names


def test_facts_say_what_is_not_known_and_what_is_forbidden(listed):
    style = read_style(listed)
    assert "Licence: Licence unknown" in about(style)
    assert str(listed) in about(style)
    assert style.sha256[:12] in about(style)
    assert licence(replace(style, licence="CC BY-NC 4.0")) == "CC BY-NC 4.0 · no commercial use"
    for said in ("CC-BY-NC-SA-4.0", "cc_by_nc", "Nvidia Source Code License", "non-commercial", "Noncommercial use"):
        assert forbids_selling(said), said
    for said in ("", "CC0-1.0", "CC BY 4.0", "MIT", "Concept licence"):
        assert not forbids_selling(said), said


def test_facts_are_shown_and_the_hash_is_copied(page, listed):
    page.show_facts(row_named(page, "Tiny"))
    assert page.facts.isVisible()
    assert page.facts.name.text() == "Tiny"
    page.list.set_current(row_named(page, "Bloom"))
    assert page.facts.name.text() == "Bloom"
    page.facts.copy.click()
    assert QGuiApplication.clipboard().text() == card_named(page, "Bloom").style.sha256
    page.list.set_current(row_named(page, "Tiny"))
    page.list.setFocus()
    QTest.keySequence(page.list, "Ctrl+C")
    assert QGuiApplication.clipboard().text() == read_style(listed).sha256
    page.facts.close_button.click()
    assert not page.facts.isVisible()


def test_the_menu_key_lists_what_can_be_done(page, listed, qtbot):
    page.list.set_current(row_named(page, "Tiny"))
    at = page.list.visualRect(page.list.currentIndex()).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, page.list.viewport().mapToGlobal(at))
    QApplication.sendEvent(page.list.viewport(), event)
    menu = QApplication.activePopupWidget()
    words = [action.text() for action in menu.actions() if action.text()]
    assert words == ["Use", "Show facts", "Copy hash", "Open its folder", "Locate…", "Remove from the list"]
    assert [action.isEnabled() for action in menu.actions() if action.text()] == [True, True, True, True, False, True]
    menu.close()


def test_a_refused_style_is_told_by_name_and_leaves_its_row(studio, page, listed, told):
    style = read_style(listed)
    studio.use_style(style)
    assert state_of(page, "Tiny") == "Drawing its map…"
    show = studio.document.show
    studio._bridge.refused.emit(style.ref, StyleError("it holds numbers that are not finite."))
    assert told == [("error", "The style “Tiny” cannot be played", "it holds numbers that are not finite.")]
    assert state_of(page, "Tiny") == "Cannot be played"
    studio._bridge.style.emit(style.ref, make_atlas(), None)  # late, for nobody
    assert studio.document.show is show


def test_another_style_is_told_to_what_is_drawn_of_it(studio, listed, qtbot):
    style = read_style(listed)
    studio.shelf.set_map(style.ref, make_atlas(), None)
    with qtbot.waitSignal(studio.styles_changed):
        studio.document.edit_scene("Style", style=style.ref)
    assert studio.sheet is None
    assert StyleRef(style.name, style.sha256) != studio.document.show.scene.style
