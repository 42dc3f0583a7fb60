"""The preview: newest frame, letterbox, latched states, figures and words over it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAction, QColor, QImage
from pytestqt.qtbot import QtBot

from app.engine.render.engine import EngineState
from app.ui.frame_rate import FrameRate
from app.ui.notice import Notice
from app.ui.preview import PreviewView
from app.ui.theme import STAGE
from tests.ui.fakes import FakeStudio, make_document
from tests.ui.windows import opened


class Stage:
    """A preview of the size in the design, with its studio."""

    def __init__(self, qtbot: QtBot) -> None:
        self.document = make_document()
        self.studio = FakeStudio(self.document)
        self.actions = {key: QAction(key) for key in ("output", "still", "hud", "blackout")}
        self.actions["blackout"].setShortcuts(["F8", "B"])
        self.view = PreviewView(self.document, self.studio, None, self.actions)
        qtbot.addWidget(self.view)
        self.view.resize(754, 564)
        self.view.show()

    def colour(self, x: int, y: int) -> QColor:
        return self.view.grab().toImage().pixelColor(x, y)


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    made = Stage(qtbot)
    yield made
    made.view.hud.hide()
    made.studio.close()


def test_the_picture_is_548_high_in_the_middle(stage: Stage) -> None:
    stage.studio.give_frame()
    assert stage.view.picture_rect().toRect() == QRect(103, 8, 548, 548)


def test_the_newest_frame_is_painted(stage: Stage) -> None:
    frame = stage.studio.give_frame(shade=200)
    assert stage.colour(600, 280) == QColor(200, 200, 200)
    assert stage.colour(150, 280) == QColor(0, 0, 0)
    assert stage.view.painted_frame_id == frame.number


def test_a_picture_outlives_the_array_it_came_in(stage: Stage) -> None:
    frame = stage.studio.give_frame(shade=90)
    held = stage.view.picture.image
    del frame
    assert held is not None
    assert held.format() == QImage.Format.Format_RGB32
    assert held.pixelColor(250, 10) == QColor(90, 90, 90)


def test_round_the_picture_there_is_only_the_ground(stage: Stage) -> None:
    stage.studio.give_frame(shade=255)
    for x, y in ((90, 300), (665, 300), (400, 3), (400, 561)):
        assert stage.colour(x, y) == STAGE.bg0


def test_warming_up_until_the_first_frame(stage: Stage) -> None:
    assert stage.view.warming
    assert stage.view._warm.isActive()
    stage.studio.give_frame()
    assert not stage.view.warming
    assert not stage.view._warm.isActive()


def test_a_wide_picture_gives_way_to_the_rails(stage: Stage) -> None:
    stage.view.picture.image = QImage(320, 160, QImage.Format.Format_RGB32)
    place = stage.view.picture_rect()
    assert (place.left(), place.right()) == (96, 658)
    assert place.height() == 281


def test_one_to_one_shows_pixels_as_they_are(stage: Stage, qtbot: QtBot) -> None:
    stage.studio.give_frame()
    qtbot.mouseClick(stage.view.fit, Qt.MouseButton.LeftButton)
    assert stage.view.picture_rect().width() == 256
    assert stage.view.fit.text() == "1:1"
    qtbot.mouseClick(stage.view.fit, Qt.MouseButton.LeftButton)
    assert stage.view.picture_rect().width() == 548


def test_blackout_shows_what_comes_back_in_a_red_frame(stage: Stage) -> None:
    stage.studio.give_frame(shade=200)
    stage.studio.set_blackout(True)
    assert stage.colour(101, 280) == STAGE.live
    assert stage.colour(600, 280).red() == pytest.approx(64, abs=2)
    stage.studio.set_blackout(False)
    assert stage.colour(101, 280) == STAGE.bg0
    assert stage.colour(600, 280).red() == 200


def test_freeze_holds_one_picture_and_shows_the_running_one_small(stage: Stage) -> None:
    stage.studio.give_frame(shade=200)
    stage.studio.set_frozen(True)
    stage.studio.give_frame(shade=50)
    assert stage.colour(600, 280).red() == 200
    assert stage.colour(180, 500).red() == 50
    assert stage.colour(652, 280) == STAGE.accent
    stage.studio.set_frozen(False)
    assert stage.colour(600, 280).red() == 50


def test_freeze_tells_where_it_began(stage: Stage) -> None:
    stage.studio.at(4.01)
    stage.studio.set_frozen(True)
    assert stage.view._freeze_lines() == ("since bar 3.1",)


def test_blackout_names_the_screen(stage: Stage) -> None:
    assert len(stage.view._blackout_lines()) == 1
    stage.view.picture.set_output("BEAMER")
    assert stage.view._blackout_lines()[0] == "BEAMER shows black"


def test_tools_trigger_their_actions(stage: Stage, qtbot: QtBot) -> None:
    ran: list[str] = []
    for key, tool in (("output", stage.view.full), ("still", stage.view.camera), ("hud", stage.view.gauge)):
        stage.actions[key].triggered.connect(lambda _on=False, key=key: ran.append(key))
        qtbot.mouseClick(tool, Qt.MouseButton.LeftButton)
    assert ran == ["output", "still", "hud"]


def test_without_actions_there_are_no_dead_tools(qtbot: QtBot) -> None:
    studio = FakeStudio(make_document())
    view = PreviewView(studio.document, studio)
    qtbot.addWidget(view)
    view.show()
    assert [tool.isVisible() for tool in (view.fit, view.full, view.camera, view.gauge)] == [True, False, False, False]
    studio.close()


def test_the_figures_say_what_the_engine_says(stage: Stage) -> None:
    stage.studio.engine = EngineState("running", "cpu", "bf16", 256, 256, "bf16 is slow here", 31.4, 31.8,
                                      plan_ms=0.2, synthesis_ms=30.1, finish_ms=1.5, given_up="128 × 128")  # fmt: skip
    stage.view.show_hud(True)
    facts = dict(stage.view.hud.facts())
    assert (facts["Device"], facts["Precision"], facts["Size"]) == ("CPU", "bf16", "256 × 256")
    assert facts["Note"] == "bf16 is slow here"
    assert facts["Given up"] == "128 × 128"
    assert stage.view.hud.stages()[:3] == (0.2, 30.1, 1.5)


def test_the_figures_say_what_the_output_and_the_memory_of_the_device_are(stage: Stage) -> None:
    hud = stage.view.hud
    facts = dict(hud.facts())
    assert facts["Output"] == "not open"
    assert "Device memory" not in facts
    hud.output_fps = lambda: 59.94
    stage.studio.engine = EngineState("running", "cuda:0", "fp16", 512, 512, memory=(3 * 2**30 // 2, 8 * 2**30))
    facts = dict(hud.facts())
    assert facts["Output"] == "59.9 fps"
    assert facts["Device memory"] == "1.5 of 8.0 GB"


def test_in_the_window_the_figures_know_the_output(qtbot: QtBot) -> None:
    studio = FakeStudio(make_document())
    window = opened(qtbot, studio)
    assert window.preview.hud.output_fps() is None
    window.actions_by_id["output"].trigger()
    assert window.preview.hud.output_fps() == 0.0
    studio.give_frame()
    assert window.recents.seen() is window.picture.shown
    window.close()
    studio.close()
    studio.document.close()


def test_the_figures_say_how_late_the_sound_is_heard(stage: Stage) -> None:
    stage.studio.player.latency = 0.0234
    assert dict(stage.view.hud.facts())["Sound clock"] == "wall clock, 23 ms"


def test_the_last_figure_stands_within_a_low_window(stage: Stage) -> None:
    stage.studio.engine = EngineState("running", "cpu", "bf16", 256, 256, "bf16 is slow here", 31.4, 31.8,
                                      given_up="128 × 128", memory=(2**30, 2**31))  # fmt: skip
    stage.view.resize(760, 1000)
    stage.view.show_hud(True)
    high = stage.view.hud.height()
    stage.view.resize(760, high)
    stage.view.hud.refresh()
    assert stage.view.hud.geometry().bottom() <= stage.view.height()


def test_what_rests_is_not_told_as_slow(stage: Stage) -> None:
    hud = stage.view.hud
    stage.view.show_hud(True)

    def amber() -> bool:
        hud.refresh()
        head = hud.grab().toImage().copy(0, 0, 100, 44)
        return any(head.pixelColor(x, y).name() == QColor(STAGE.warn).name() for x in range(100) for y in range(44))

    stage.studio.engine = replace(stage.studio.engine, status="running", fps=12.0)
    assert amber()
    stage.studio.engine = replace(stage.studio.engine, status="running", fps=0.0)
    assert not amber(), "nothing is drawn, because nothing moves"


def test_that_the_processor_draws_in_place_of_something_better_is_a_badge(stage: Stage) -> None:
    hud = stage.view.hud
    stage.view.show_hud(True)
    before = hud.grab().toImage().copy(0, 0, hud.width(), 44)
    assert hud.badge == ""
    stage.studio.engine = replace(stage.studio.engine, note="cuda:0 ran out of memory, CPU draws on")
    assert hud.badge == "CPU FALLBACK"
    hud.refresh()
    assert hud.grab().toImage().copy(0, 0, hud.width(), 44) != before
    assert "CPU FALLBACK" in hud.accessibleDescription()
    stage.studio.engine = replace(stage.studio.engine, device="cuda:0")
    assert hud.badge == ""


def test_a_screen_is_counted_by_its_pictures_of_the_last_second() -> None:
    now = [10.0]
    rate = FrameRate(lambda: now[0])
    assert rate.fps == 0.0
    for number in range(30):
        now[0] = 10.0 + number / 25
        rate.painted(number)
        rate.painted(number)  # the same picture once more
    assert rate.fps == pytest.approx(25.0)
    now[0] += 2.0
    assert rate.fps == 0.0


def test_the_figures_forget_what_was_dropped_more_than_a_minute_ago(stage: Stage, monkeypatch) -> None:
    now, dropped = [100.0], [0]
    monkeypatch.setattr("app.ui.hud.time.monotonic", lambda: now[0])
    monkeypatch.setattr(type(stage.studio), "dropped", property(lambda _studio: dropped[0]))
    for now[0], dropped[0] in ((100.0, 5), (130.0, 9), (165.0, 9), (191.0, 12)):
        stage.studio.engine_changed.emit()
    assert dict(stage.view.hud.facts())["Dropped"] == "3 in the last minute"


def test_the_figures_count_every_painted_frame(stage: Stage) -> None:
    for shade in (10, 20, 30):
        stage.studio.give_frame(shade)
        stage.view.grab()
    assert len(stage.view.hud._intervals) == 2
    stage.view.grab()
    assert len(stage.view.hud._intervals) == 2


def test_the_first_hint_stands_in_the_picture_and_can_be_closed(stage: Stage, qtbot: QtBot) -> None:
    stage.studio.give_frame()
    stage.view.first_hint()
    row = stage.view.notice
    assert row.geometry() == QRect(111, 512, 532, 36)
    assert row.accessibleName() == "Drop a song anywhere. Click the map to travel. B = blackout"
    with qtbot.waitSignal(row.closed) as closed:
        qtbot.mouseClick(row._buttons[-1], Qt.MouseButton.LeftButton)
    assert closed.args == ["first"]
    assert not row.isVisible()


def test_the_first_hint_names_the_key_that_was_chosen(stage: Stage) -> None:
    stage.actions["blackout"].setShortcuts(["Ctrl+J"])
    stage.view.first_hint()
    assert stage.view.notice.accessibleName().endswith("Ctrl+J = blackout")
    stage.actions["blackout"].setShortcuts([])
    stage.view.first_hint()
    assert "blackout" not in stage.view.notice.accessibleName()


def test_a_notice_with_answers_tells_which_was_given(stage: Stage, qtbot: QtBot) -> None:
    answers = (("keep", "Keep", True), ("discard", "Discard", False))
    stage.view.tell(Notice("recovered", "rotate-ccw", ("Recovered unsaved show",), answers))
    with qtbot.waitSignal(stage.view.notice.chosen) as chosen:
        qtbot.mouseClick(stage.view.notice._buttons[1], Qt.MouseButton.LeftButton)
    assert chosen.args == ["recovered", "discard"]


def test_a_picture_of_another_shape_leaves_nothing_of_the_last_one(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.studio.give_frame()
    stage.view.grab()
    bare: list[bool] = []
    monkeypatch.setattr(stage.view, "update", lambda *place: bare.append(not place))
    stage.studio.give_frame()
    assert bare == [False]  # of the same shape: the picture alone
    stage.studio.give_frame(size=448, height=256)
    assert bare == [False, True, False]
    assert stage.view.picture_rect().toRect() == QRect(96, 121, 562, 321)
    stage.studio.give_frame(size=448, height=256)
    assert bare == [False, True, False, False]
