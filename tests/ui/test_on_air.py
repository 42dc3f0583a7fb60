"""ON AIR: nothing disturbs the show (ux.md 1, row 19; section 8, check 8)."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QCloseEvent, QHelpEvent
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QWidget

from app.control.actions import ACTIONS
from app.engine.render.engine import EngineState
from app.engine.show.saved import save_show
from app.engine.show.show import Film
from app.ui import air_rules
from app.ui.air_rules import DANGEROUS
from app.ui.export_queue import ExportQueue, FilmJob
from app.ui.exporting import ExportState
from app.ui.main_window import MainWindow
from app.ui.settings import Settings
from app.ui.sheet import SheetPainter

APP = Path(__file__).parents[2] / "app"


@pytest.fixture
def window(qtbot, studio):
    made = MainWindow(studio.document, studio, Settings())
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.show()
    yield made
    studio.on_air.set(False)
    made.close()
    studio.document.close()


@pytest.fixture
def told(studio):
    words: list[tuple[str, str, str]] = []
    studio.told.connect(lambda *said: words.append(said))
    return words


def closes(window) -> bool:
    event = QCloseEvent()
    QApplication.sendEvent(window, event)
    return event.isAccepted()


def test_quitting_needs_to_be_asked_for_twice(window, studio, told, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(air_rules.time, "monotonic", lambda: now[0])
    window.actions_by_id["on_air"].trigger()
    window.actions_by_id["quit"].trigger()
    assert window.isVisible()
    assert told[-1] == ("info", "The show is ON AIR", "Press Ctrl+Q twice within two seconds to quit all the same.")
    assert QApplication.activeModalWidget() is None
    now[0] += 2.5
    window.actions_by_id["quit"].trigger()
    assert window.isVisible(), "that was too late, and counts as the first of two"
    now[0] += 1.5
    window.actions_by_id["quit"].trigger()
    assert not window.isVisible()


def test_the_button_of_the_window_is_refused_as_well_and_off_air_is_not(window, studio):
    studio.on_air.set(True)
    assert not closes(window)
    studio.on_air.set(False)
    assert closes(window)


def test_it_is_seen(window, studio):
    edges, button, chip = window.outputs.rules.edge.strips, window.transport.air, window.bottom.air
    assert not any(edge.isVisible() for edge in edges)
    window.actions_by_id["on_air"].trigger()
    assert all(edge.isVisible() for edge in edges)
    assert button.isChecked()
    assert chip.isVisible()
    assert chip.text() == "ON AIR"
    image = window.grab().toImage()
    for at in (QPoint(0, 450), QPoint(1439, 450), QPoint(700, 0), QPoint(700, 899)):
        assert image.pixelColor(at).name() == "#ff5c5c"
    window.resize(1200, 800)
    assert window.outputs.rules.edge.strips[3].x() == 1198
    studio.on_air.set(False)
    assert not window.actions_by_id["on_air"].isChecked()
    assert not chip.isVisible()


def test_what_could_end_the_show_is_not_there(window, studio):
    actions = window.actions_by_id
    studio.document.edit("Two", replace(studio.document.show, scenes=studio.document.show.scenes * 2))
    was = {name: actions[name].isEnabled() for name in DANGEROUS}
    studio.on_air.set(True)
    studio.document.edit("Play", replace(studio.document.show, active=1))  # who enables actions does not know of it
    assert not [name for name in DANGEROUS if actions[name].isEnabled() or actions[name].isVisible()]
    studio.on_air.set(False)
    assert {name: actions[name].isEnabled() for name in DANGEROUS} == was
    assert all(actions[name].isVisible() for name in DANGEROUS)


def test_no_style_leaves_the_list_and_no_other_show_comes(window, studio, told, tmp_path):
    entry = studio.shelf.library.entries[0]
    save_show(studio.document.show, tmp_path / "other.anthesis")
    before = studio.document.show
    studio.on_air.set(True)
    studio.shelf.remove(entry)
    window.open_file(tmp_path / "other.anthesis")
    assert entry in studio.shelf.library.entries
    assert studio.document.show is before
    assert [said[1] for said in told] == [f"{entry.style.name} stays in the list", "Not while the show is ON AIR"]


def test_a_dropped_style_goes_into_the_list_and_not_to_the_output(window, studio, monkeypatch, tmp_path):
    listed, used = [], []
    monkeypatch.setattr(studio.shelf.library, "add_all", listed.append)
    monkeypatch.setattr(studio, "add_style", used.append)
    weights = tmp_path / "paintings.safetensors"
    for on in (True, False):
        studio.on_air.set(on)
        window.open_file(weights)
    assert (listed, used) == ([[weights]], [weights])


def test_nothing_asks_for_a_file(window, studio, told, monkeypatch):
    """Every action there is, and the buttons that open a file dialog outside of them."""
    for name in ("getOpenFileName", "getOpenFileNames", "getSaveFileName", "getExistingDirectory"):
        monkeypatch.setattr(QFileDialog, name, lambda *_a, **_k: pytest.fail("a dialog opened ON AIR"))
    studio.on_air.set(True)
    for row in ACTIONS.values():
        if row.button and row.id not in ("quit", "on_air", "fullscreen") and not row.id.startswith("send_"):
            window.actions_by_id[row.id].trigger()
            assert QApplication.activeModalWidget() is None, row.id
    told.clear()
    window.songs._ask()
    window.styles._ask_files()
    window.styles._ask_folder()
    window.styles.locate(0)
    window.export.form._choose_folder()
    window.commands.save()
    assert [said[1] for said in told] == ["Not while the show is ON AIR"] * 6


def test_there_are_no_tool_tips(window, studio):
    def tips() -> bool:
        event = QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), QPoint(5, 5))
        return not window.outputs.rules.eventFilter(window.transport, event)

    assert tips() is False, "the rule itself"
    seen: list[QEvent.Type] = []

    class Watched(QWidget):
        def event(self, event: QEvent) -> bool:
            seen.append(event.type())
            return super().event(event)

    widget = Watched(window)
    for on in (True, False):
        studio.on_air.set(on)
        QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), QPoint(5, 5)))
        assert (QEvent.Type.ToolTip in seen) == (not on)


def test_thumbnails_wait_for_the_end_of_the_show(window, studio):
    thumbs, stills = window.points.thumbs, studio.fake_engine.stills
    studio.on_air.set(True)
    stills.clear()
    w = (tuple(float(x) for x in studio.atlas.lattice[3, 4]),)
    thumbs.of(w, 0.123)
    assert not stills
    studio.on_air.set(False)
    thumbs.of(w, 0.123)
    assert len(stills) == 1


def test_a_map_goes_on_being_drawn_after_the_show(studio):
    painter = SheetPainter(studio)
    painter._atlas, painter._waiting = studio.atlas, [(0, 0, 1), (0, 1, 1)]
    studio.on_air.set(True)
    painter._ask()
    assert not studio.fake_engine.stills
    studio.on_air.set(False)
    assert len(studio.fake_engine.stills) == 2


def test_the_preview_gives_way_only_on_air_and_only_where_it_must(window, studio):
    slow = EngineState("running", "cpu", "float32", 256, 256, fps=12.0)
    quick = replace(slow, fps=60.0)

    def least(engine: EngineState, on: bool) -> int:
        studio.engine = engine
        studio.on_air.set(on)
        studio.engine_changed.emit()
        return window.preview._least_ms

    assert [least(*state) for state in ((slow, False), (quick, True), (slow, True), (slow, False))] == [0, 0, 66, 0]


def test_between_two_pictures_of_the_preview_the_least_time_passes(window, studio, monkeypatch):
    from app.ui import preview

    drawn: list[float] = []
    now = [10.0]
    monkeypatch.setattr(preview.time, "monotonic", lambda: now[0])
    window.preview.set_least_ms(66)
    for _ in range(12):
        now[0] += 0.020
        before = window.preview._drawn_at
        studio.give_frame()
        if window.preview._drawn_at != before:
            drawn.append(now[0])
    assert len(drawn) == 3
    window.preview.set_least_ms(0)
    before = window.preview._drawn_at
    now[0] += 0.001
    studio.give_frame()
    assert window.preview._drawn_at != before


# films


def job(path: str) -> FilmJob:
    return FilmJob(0, path, "", Path(path), Film(), 10, 1.0, "session", "track")


class Exports:
    """What the queue sees of the Studio."""

    def __init__(self, studio) -> None:
        self.studio, self.started = studio, []
        studio.start_export = lambda path, **_order: self.go(path)
        studio.cancel_export = lambda: self.end("cancelled")

    def go(self, path: Path) -> None:
        self.started.append(path.name)
        self.end("running", path)

    def end(self, state: str, path: Path | None = None) -> None:
        exporting = self.studio._exporting
        exporting.state = ExportState(state, path or exporting.state.path)
        self.studio.export_changed.emit()


def test_films_wait_for_the_end_of_the_show_and_the_running_one_begins_anew(studio):
    exports, queue = Exports(studio), ExportQueue(studio)
    queue.add(job("a.mp4"))
    queue.add(job("b.mp4"))
    assert queue.running is not None
    queue.set_held(True)
    assert queue.running is None
    assert [j.path.name for j in queue.waiting] == ["a.mp4", "b.mp4"]
    assert queue.held_up
    queue.add(job("c.mp4"))
    assert exports.started == ["a.mp4"]
    queue.set_held(False)
    assert exports.started == ["a.mp4", "a.mp4"]
    for _ in range(3):
        exports.end("done")
    assert exports.started == ["a.mp4", "a.mp4", "b.mp4", "c.mp4"]
    assert {j.state for j in queue.jobs} == {"done"}
    assert not queue.held_up


def test_a_film_cancelled_by_hand_is_not_made_again(studio):
    exports, queue = Exports(studio), ExportQueue(studio)
    queue.add(job("a.mp4"))
    queue.cancel(queue.jobs[0].number)
    assert queue.jobs[0].state == "cancelled"
    queue.set_held(True)
    queue.set_held(False)
    assert exports.started == ["a.mp4"]


def test_the_chip_says_that_a_film_waits(window, studio):
    Exports(studio)
    window.export.queue.add(job("a.mp4"))
    studio.on_air.set(True)
    assert window.bottom.air.text() == "Export paused by ON AIR"
    window.export.queue.cancel(window.export.queue.jobs[0].number)
    assert window.bottom.air.text() == "ON AIR"


# check 8


def functions_that_ask() -> list[tuple[str, ast.FunctionDef]]:
    found = []
    for file in sorted(APP.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and "QFileDialog." in ast.unparse(node):
                found.append((f"{file.relative_to(APP)}:{node.name}", node))
    return found


def test_whoever_opens_a_dialog_asks_first_whether_the_show_is_on_air():
    asking = functions_that_ask()
    assert len(asking) >= 8
    assert [name for name, node in asking if ".refuses(" not in ast.unparse(node)] == []


def test_after_every_action_no_dialog_is_an_orphan(window, studio, monkeypatch):
    parents: list[QWidget] = []

    def asks(nothing: object) -> object:
        return lambda parent, *_rest, **_more: (parents.append(parent), nothing)[1]

    for name, nothing in (("getOpenFileName", ("", "")), ("getSaveFileName", ("", "")), ("getExistingDirectory", "")):
        monkeypatch.setattr(QFileDialog, name, asks(nothing))
    for on in (False, True):
        studio.on_air.set(on)
        for row in ACTIONS.values():
            if row.button and row.id not in ("quit", "on_air", "fullscreen") and not row.id.startswith("send_"):
                window.actions_by_id[row.id].trigger()
                assert QApplication.activeModalWidget() is None, row.id
        for top in QApplication.topLevelWidgets():
            if isinstance(top, QDialog) or (isinstance(top, QMenu) and top.isVisible()):
                assert top.parentWidget() is not None, top
                assert top.screen() is window.screen()
    assert len(parents) >= 4
    assert {parent.window() for parent in parents} == {window}
