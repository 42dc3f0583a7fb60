"""Safety in the window: the chips, the page, the watch over the engine, the standby picture, and no sleep."""

import logging
import threading
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from app.engine.show.saved import load_show, save_show
from app.ui.audience import Audience
from app.ui.awake import Awake, presenting
from app.ui.log import logged
from app.ui.main_window import MainWindow
from app.ui.on_air import OnAir
from app.ui.settings import Settings
from app.ui.stage import StagePicture
from app.ui.standby import BLACK, LAST, Standby
from app.ui.status_bar import BottomRow
from app.ui.watch import AGAIN, Watch


@pytest.fixture
def window(studio, qtbot):
    window = MainWindow(studio.document, studio, Settings())
    window.resize(1440, 900)
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close()


def tell(studio, **changes):
    studio._engine_told(replace(studio.engine, **changes))


# the chip


def test_the_chip_says_what_the_guard_does(window, studio):
    chip = window.bottom.guard
    assert (chip.objectName(), chip.text(), chip.state) == ("flashChip", "Flash guard", "good")
    tell(studio, flashes=8, guarding=True)
    assert (chip.text(), chip.state) == ("Guarding · 8 flashes/s", "degraded")
    tell(studio, flashes=2)
    assert chip.text() == "Guarding"
    tell(studio, guarding=False)
    assert chip.text() == "Flash guard"


def test_a_click_on_it_opens_the_page_and_esc_closes_it(window, qtbot):
    assert not window.safety.page.isVisible()
    qtbot.mouseClick(window.bottom.guard, Qt.MouseButton.LeftButton)
    assert window.safety.page.isVisible()
    assert window.safety.page.reason.hasFocus()
    qtbot.keyClick(window.safety.page.reason, Qt.Key.Key_Escape)
    assert not window.safety.page.isVisible()


def test_it_is_switched_off_only_with_a_typed_reason_and_the_show_keeps_it(window, studio, qtbot, tmp_path):
    page, document = window.safety.page, studio.document
    window.actions_by_id["flash_guard"].trigger()
    assert not page.off.isEnabled()
    qtbot.keyClicks(page.reason, "   ")
    assert not page.off.isEnabled()
    qtbot.keyClick(page.reason, Qt.Key.Key_Return)
    assert document.show.guarded
    qtbot.keyClicks(page.reason, "strobes are  announced ")
    qtbot.mouseClick(page.off, Qt.MouseButton.LeftButton)
    assert document.show.guard_off_reason == "strobes are announced"
    assert not document.show.guarded
    chip = window.bottom.guard
    assert (chip.text(), chip.state) == ("Flash guard off: strobes are announced", "degraded")
    assert page.on.isVisible()
    assert not page.reason.isVisible()
    save_show(document.show, tmp_path / "one.anthesis")
    assert load_show(tmp_path / "one.anthesis").guard_off_reason == "strobes are announced"
    document.undo_stack.undo()
    assert document.show.guarded
    assert chip.text() == "Flash guard"
    document.undo_stack.redo()
    qtbot.mouseClick(page.on, Qt.MouseButton.LeftButton)
    assert document.show.guarded
    assert document.undo_stack.undoText() == "Switch the flash guard on"


def test_a_show_that_comes_with_the_guard_off_says_so(window, studio, qtbot):
    told = []
    studio.told.connect(lambda *words: told.append(words))
    studio.document.open(replace(studio.document.show, guard_off_reason="Test Card Club"))
    assert told == [("info", "The flash guard is off", "The reason in this show: Test Card Club")]
    assert window.bottom.guard in window.bottom.shown()
    window.resize(1024, 640)
    assert window.bottom.guard in window.bottom.shown(), "what is dangerous is said where room is short"


def test_a_long_reason_is_shown_short_and_whole_in_the_tip(window, studio):
    reason = "<b>because</b> " * 12
    studio.document.edit("Off", replace(studio.document.show, guard_off_reason=reason))
    assert len(window.bottom.guard.text()) < 50
    assert "&lt;b&gt;" in window.bottom.guard.toolTip()


# the watch


class FakePulse:
    def __init__(self):
        self.seconds = 0.0

    def stalled(self):
        return self.seconds


@pytest.fixture
def rig(studio, caplog):
    caplog.set_level(logging.INFO, "app")
    engine = studio.fake_engine
    engine.pulse = FakePulse()
    now = [0.0]
    studio.watch._clock = lambda: now[0]
    return engine, studio.watch, now


def test_a_stalled_engine_is_told_and_logged_once(rig, studio, caplog, qtbot):
    engine, watch, _ = rig
    bottom = BottomRow(studio.document, studio)
    qtbot.addWidget(bottom)
    calm = SimpleNamespace(on=True, guarding=False, flashes=0, reason="", changed=studio.engine_changed)
    bottom.look_after(calm)
    for engine.pulse.seconds in (1.2, 1.45, 1.7):
        watch.look()
        assert watch.words == f"The picture holds: the engine has not drawn for {engine.pulse.seconds:.1f} s"
        assert (bottom.trouble.text(), bottom.trouble.state) == (watch.words, "broken")
        assert bottom.fps.strong == "Engine stopped"
        assert bottom.shown()[0] is bottom.trouble
    engine.pulse.seconds = 0.0
    watch.look()
    assert not watch.holds
    assert bottom.trouble not in bottom.shown()
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_it_is_looked_at_four_times_a_second_and_no_more_after_the_end(studio):
    assert studio.watch._timer.interval() == 250
    studio.start()
    assert studio.watch._timer.isActive()
    studio.watch.stop()
    assert not studio.watch._timer.isActive()


def test_a_dead_engine_is_started_again_but_not_all_the_time(rig):
    engine, watch, now = rig
    engine.dead = True
    watch.look()
    watch.look()
    assert engine.revived == 1
    assert "is being started again" in watch.words
    now[0] += AGAIN
    watch.look()
    assert engine.revived == 2
    engine.dead = False
    watch.look()
    assert not watch.holds


def test_what_is_given_up_is_logged_once(rig, studio, caplog):
    for given_up in ("", "128 × 128", "128 × 128", "64 × 64", ""):
        tell(studio, given_up=given_up)
    assert [record.getMessage() for record in caplog.records] == [
        "To keep up: 128 × 128.", "To keep up: 64 × 64.", "To keep up: nothing is given up any more."]  # fmt: skip


def test_what_the_engine_says_of_itself_is_told(rig, studio):
    _, watch, _ = rig
    tell(studio, trouble="device lost")
    assert watch.words == "The picture holds: device lost"
    tell(studio, trouble="")
    assert not watch.holds


# the standby picture


@pytest.fixture
def stage(rig, studio):
    engine, watch, _ = rig
    picture = StagePicture(studio)
    standby = Standby(watch)
    picture.stand_by(standby)
    audience = Audience(picture)
    studio.give_frame(200)
    yield engine, watch, standby, audience, picture
    picture.deleteLater()


def middle(audience):
    canvas = QImage(16, 16, QImage.Format.Format_RGB32)
    painter = QPainter(canvas)
    audience.seen.paint(painter, QSize(16, 16), "test")
    painter.end()
    return QColor(canvas.pixel(12, 8)).getRgb()[:3]


def fail(engine, watch, seconds):
    engine.pulse.seconds = seconds
    watch.look()


def test_the_last_picture_holds_where_nothing_was_chosen(stage):
    engine, watch, standby, audience, _ = stage
    before = middle(audience)
    fail(engine, watch, 60.0)
    assert not standby._after.isActive()
    assert middle(audience) == before == (200, 200, 200)


@pytest.mark.parametrize("own", [False, True])
def test_black_or_a_picture_comes_after_two_seconds_and_goes_with_the_trouble(stage, tmp_path, own):
    engine, watch, standby, audience, _ = stage
    file = tmp_path / "logo.png"
    logo = QImage(16, 16, QImage.Format.Format_RGB32)
    logo.fill(QColor(10, 20, 200))
    assert logo.save(str(file))
    assert standby.choose(str(file) if own else BLACK)
    fail(engine, watch, 1.2)
    assert standby._after.isActive()
    assert standby._after.interval() == 2000
    assert middle(audience) == (200, 200, 200)
    standby._after.timeout.emit()
    standby._fade.setCurrentTime(250)
    assert 0.0 < standby.share < 1.0
    standby._fade.setCurrentTime(500)
    assert middle(audience) == ((10, 20, 200) if own else (0, 0, 0))
    fail(engine, watch, 0.0)
    standby._fade.setCurrentTime(0)
    assert standby.share == 0.0
    assert middle(audience) == (200, 200, 200)


def test_trouble_that_ends_in_time_is_not_seen(stage):
    engine, watch, standby, _, _ = stage
    standby.choose(BLACK)
    fail(engine, watch, 1.2)
    fail(engine, watch, 0.0)
    assert not standby._after.isActive()


def test_trouble_that_comes_again_while_the_standby_picture_goes_brings_it_back(stage):
    engine, watch, standby, _, _ = stage
    standby.choose(BLACK)
    fail(engine, watch, 1.2)
    standby._after.timeout.emit()
    standby._fade.setCurrentTime(500)
    fail(engine, watch, 0.0)
    standby._fade.setCurrentTime(250)
    fail(engine, watch, 1.2)
    assert standby._after.isActive()


def test_trouble_that_ends_as_the_standby_picture_begins_to_come_leaves_the_picture(stage):
    engine, watch, standby, _, _ = stage
    standby.choose(BLACK)
    fail(engine, watch, 1.2)
    standby._after.timeout.emit()  # it has begun, and nothing of it is seen yet
    standby._after.stop()
    fail(engine, watch, 0.0)
    assert standby._fade.direction() == standby._fade.Direction.Backward or standby._fade.state().value == 0


def test_freeze_holds_what_it_holds(stage, studio):
    engine, watch, standby, audience, _ = stage
    standby.choose(BLACK)
    studio.set_frozen(True)
    fail(engine, watch, 1.2)
    standby._after.timeout.emit()
    standby._fade.setCurrentTime(500)
    assert middle(audience) == (200, 200, 200)


def test_a_file_that_is_no_picture_is_told_and_the_last_picture_stays(window, studio, tmp_path):
    file = tmp_path / "broken.png"
    file.write_text("no picture")
    told = []
    studio.told.connect(lambda *words: told.append(words))
    window.safety.choose_standby(str(file))
    assert window.safety.standby.chosen == LAST
    assert told[0][1] == "This is no picture"
    window.safety.choose_standby(BLACK)
    assert Settings().standby == BLACK
    assert window.safety.page.standby.index == 1


# no sleep


class Sleepless:
    """Remembers when it was entered and left, and on which thread."""

    def __init__(self, refused=""):
        self.refused, self.count, self.threads = refused, 0, set()
        self.turned = threading.Condition()

    @contextmanager
    def __call__(self):
        self._turn(1)
        try:
            yield self.refused
        finally:
            self._turn(-1)

    def _turn(self, by):
        with self.turned:
            self.count += by
            self.threads.add(threading.current_thread().name)
            self.turned.notify_all()

    def wait(self, count):
        with self.turned:
            assert self.turned.wait_for(lambda: self.count == count, 60)


def test_the_computer_stays_awake_while_the_output_is_open_or_on_air(studio):
    picture, on_air, sleepless = StagePicture(studio), OnAir(), Sleepless()
    awake = Awake(picture, on_air, sleepless)
    assert not awake.held
    picture.set_output("BEAMER")
    sleepless.wait(1)
    on_air.set(True)
    picture.set_output("")
    assert awake.held
    assert sleepless.count == 1
    on_air.set(False)
    sleepless.wait(0)
    assert not awake.held
    on_air.set(True)
    sleepless.wait(1)
    awake.close()
    sleepless.wait(0)
    assert sleepless.threads == {"awake"}


def test_a_system_that_refuses_costs_a_line_in_the_log(studio, caplog):
    caplog.set_level(logging.INFO, "app")
    picture, sleepless = StagePicture(studio), Sleepless("there is no session bus")
    awake = Awake(picture, OnAir(), sleepless)
    picture.set_output("BEAMER")
    sleepless.wait(1)
    awake.close()
    sleepless.wait(0)
    assert [record.getMessage() for record in caplog.records] == [
        "The computer may fall asleep: there is no session bus"
    ]


def test_one_that_breaks_does_so_too(studio, caplog):
    caplog.set_level(logging.INFO, "app")
    broke = threading.Event()

    @contextmanager
    def broken():
        broke.set()
        raise OSError("no such library")
        yield ""

    picture = StagePicture(studio)
    awake = Awake(picture, OnAir(), broken)
    picture.set_output("BEAMER")
    assert broke.wait(60)
    awake.close()


def test_the_library_answers_here_too():
    """Whatever this machine is: it is entered, says yes or why not, and is left."""
    with presenting() as refused:
        assert isinstance(refused, str)


def test_the_window_lets_it_sleep_when_it_closes(window):
    window.safety.awake._inhibitor = Sleepless()
    window.studio.on_air.set(True)
    assert window.safety.awake.held
    window.studio.on_air.set(False)
    window.close()
    assert not window.safety.awake.held


def test_the_watch_belongs_to_the_studio(studio):
    assert isinstance(studio.watch, Watch)
    assert studio.watch.words == ""


def test_what_went_wrong_stands_in_a_file_of_the_profile(rig):
    engine, watch, _ = rig
    with logged() as file:
        engine.pulse.seconds = 1.2
        watch.look()
    assert "WARNING app.ui.watch: The picture holds: the engine has not drawn for 1.2 s" in file.read_text("utf-8")
    engine.pulse.seconds = 0.0
    watch.look()
    assert len(file.read_text("utf-8").splitlines()) == 1, "it is closed"


def test_memory_that_nobody_uses_is_given_back_now_and_then_by_a_worker(window, monkeypatch, qtbot):
    threads = []
    monkeypatch.setattr(
        "app.engine.stylegan.allocator.give_back_memory", lambda: threads.append(threading.current_thread())
    )
    spare = window.safety.spare_memory
    assert spare._timer.isActive()
    spare._timer.timeout.emit()
    qtbot.waitUntil(lambda: len(threads) == 1)
    assert threads[0] is not threading.main_thread()
