"""The output: on the right screen, nothing but the picture, black when it must be."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QKeyEvent, QPainter
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.ui.displays import Display, choose
from app.ui.output_window import OutputWindow
from app.ui.picture_shape import draw, fitted
from app.ui.stage import StagePicture
from tests.ui.fakes import FakeStudio, make_document


class Stage:
    """An output window over the studio's picture."""

    def __init__(self, qtbot: QtBot) -> None:
        self.studio = FakeStudio(make_document())
        self.picture = StagePicture(self.studio)
        self.operator = QWidget()
        qtbot.addWidget(self.operator)
        self.window = OutputWindow(self.picture, self.operator)
        qtbot.addWidget(self.window)
        self.screen = QGuiApplication.primaryScreen().name()

    def colour(self, at: QPoint | None = None) -> QColor:
        image = self.window.grab().toImage()
        return image.pixelColor(at or QPoint(image.width() // 2 + 20, image.height() // 2))


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    made = Stage(qtbot)
    yield made
    made.window.close_output()
    made.studio.close()


def test_the_remembered_screen_wins_then_another_then_the_only_one() -> None:
    there = (Display("B"), Display("A"), Display("C", "77"))
    assert choose(there, "A", "C|77") == "C"
    assert choose(there, "A", "GONE|1") == "B"
    assert choose((Display("A"),), "A") == "A"


def test_a_picture_is_as_large_as_it_goes() -> None:
    assert fitted(QSizeF(1, 1), QRectF(0, 0, 1920, 1080)) == QRectF(420, 0, 1080, 1080)
    assert fitted(QSizeF(16, 9), QRectF(0, 0, 100, 100)) == QRectF(0, 21.875, 100, 56.25)


def test_it_shows_the_newest_frame_between_black_bars(stage: Stage) -> None:
    stage.window.open_on(stage.screen)
    frame = stage.studio.give_frame(shade=180)
    assert stage.colour() == QColor(180, 180, 180)
    assert stage.colour(QPoint(1, 1)) == QColor(0, 0, 0)
    assert stage.window.painted_frame_id == frame.number


def test_it_counts_its_pictures_while_it_is_seen(stage: Stage) -> None:
    assert stage.window.fps is None
    stage.window.open_on(stage.screen)
    for _ in range(3):
        stage.studio.give_frame()
        stage.window.grab()
    assert stage.window.fps > 0
    stage.window.close_output()
    assert stage.window.fps is None


def test_it_never_takes_the_focus_and_has_no_parent(stage: Stage) -> None:
    assert stage.window.parent() is None
    assert stage.window.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    assert stage.window.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert stage.window.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_blackout_fades_to_black_and_back(stage: Stage) -> None:
    stage.window.open_on(stage.screen)
    stage.window._hide_hint()
    stage.studio.give_frame(shade=180)
    stage.studio.set_blackout(True)
    fade = stage.window.audience.shade
    assert fade.duration() == 150
    fade.setCurrentTime(75)
    assert 0 < stage.colour().red() < 180
    fade.setCurrentTime(150)
    assert stage.window.audience.black == 1.0
    assert stage.colour() == QColor(0, 0, 0)
    stage.studio.set_blackout(False)
    fade.setCurrentTime(0)
    assert stage.colour().red() == 180


def test_freeze_holds_and_dissolves_into_what_ran_on(stage: Stage) -> None:
    stage.window.open_on(stage.screen)
    stage.studio.give_frame(shade=180)
    stage.studio.set_frozen(True)
    stage.studio.give_frame(shade=40)
    assert stage.colour().red() == 180
    stage.studio.set_frozen(False)
    stage.window.audience.mix.setCurrentTime(100)
    assert 40 < stage.colour().red() < 180
    stage.window.audience.mix.stop()
    assert stage.colour().red() == 40


def test_a_lost_screen_is_told_and_found_again(stage: Stage, qtbot: QtBot) -> None:
    screen = QGuiApplication.primaryScreen()
    stage.window.open_on(stage.screen)
    with qtbot.waitSignals([stage.window.lost, stage.studio.told]):
        stage.window._screen_removed(screen)
    assert not stage.window.isVisible()
    assert stage.window.on
    with qtbot.waitSignal(stage.window.found):
        stage.window._screen_added(screen)
    assert stage.window.isVisible()


def test_a_screen_that_is_not_there_is_not_opened(stage: Stage) -> None:
    stage.window.open_on("NOWHERE")
    assert not stage.window.isVisible()
    assert not stage.window.on


def test_opening_and_closing_are_told(stage: Stage) -> None:
    told: list[bool] = []
    stage.window.opened.connect(told.append)
    stage.window.toggle()
    assert stage.picture.output_name == stage.screen
    stage.window.toggle()
    assert told == [True, False]
    assert stage.picture.output_name == ""


def _key(kind: QEvent.Type) -> QKeyEvent:
    return QKeyEvent(kind, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)


def test_on_the_only_screen_esc_has_to_be_held(stage: Stage) -> None:
    stage.window.open_on(stage.screen)
    assert stage.window._hint
    QApplication.sendEvent(stage.operator, _key(QEvent.Type.KeyPress))
    assert stage.window._leave.isActive()
    assert stage.window._leave.interval() == 1000
    QApplication.sendEvent(stage.operator, _key(QEvent.Type.KeyRelease))
    stage.window._let_go.timeout.emit()
    assert not stage.window._leave.isActive()
    assert stage.window.isVisible()
    QApplication.sendEvent(stage.operator, _key(QEvent.Type.KeyPress))
    stage.window._leave.timeout.emit()
    assert not stage.window.isVisible()


def test_a_held_esc_that_repeats_like_many_presses_is_held(stage: Stage) -> None:
    """X11 repeats a held key as releases and presses, which a busy window takes for new ones."""
    stage.window.open_on(stage.screen)
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(stage.operator, _key(kind))
        assert stage.window._leave.isActive()
    assert stage.window._let_go.isActive()
    QApplication.sendEvent(stage.operator, _key(QEvent.Type.KeyPress))
    assert not stage.window._let_go.isActive()


def test_the_hint_goes_by_itself(stage: Stage) -> None:
    stage.window.open_on(stage.screen)
    assert stage.window._hint_off.interval() == 2000
    stage.window._hint_off.timeout.emit()
    assert not stage.window._hint


@pytest.mark.parametrize(
    ("fit", "shades"),
    [
        ("fit", (0, 180, 0)),
        ("crop", (0, 180, 180)),
        ("stretch", (0, 180, 180)),
        ("mirror", (180, 180, 0)),
        ("pixels", (0, 180, 0)),
    ],
)
def test_the_picture_meets_another_shape_as_chosen(stage: Stage, fit: str, shades: tuple[int, ...]) -> None:
    stage.window.open_on(stage.screen)
    stage.window._hide_hint()
    stage.window.resize(1600, 400)
    stage.studio.give_frame(shade=180)  # 400 wide in the middle; its reflection's far half is dark
    stage.window.set_fit(fit)
    assert tuple(stage.colour(QPoint(x, 200)).red() for x in (10, 900, 1300)) == shades


def test_pixel_for_pixel_it_is_as_large_as_it_is_and_sharp(stage: Stage) -> None:
    stage.window.open_on(stage.screen)
    stage.window._hide_hint()
    stage.window.resize(801, 601)
    stage.studio.give_frame(shade=180)  # 256 wide, its right half is light
    stage.window.set_fit("pixels")
    light = [x for x in range(801) if stage.colour(QPoint(x, 300)).red() > 0]
    assert (light[0], len(light)) == (400, 128)
    assert {stage.colour(QPoint(x, 300)).red() for x in light} == {180}


def test_reflections_join_the_picture_and_go_on_to_the_edge(stage: Stage) -> None:
    room = QImage(500, 100, QImage.Format.Format_RGB32)
    room.fill(QColor(255, 0, 0))
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    for x in range(100):
        for y in range(100):
            image.setPixelColor(x, y, QColor(0, 2 * x, 2 * y))
    painter = QPainter(room)
    draw(painter, image, QRectF(0, 0, 500, 100), "mirror")
    painter.end()
    greens = [room.pixelColor(x, 50).green() for x in range(500)]
    there, back = [2 * x for x in range(100)], [2 * x for x in reversed(range(100))]
    assert greens == [*there, *back, *there, *back, *there]
    assert {room.pixelColor(x, 30).blue() for x in range(500)} == {60}


def test_the_brightness_takes_light_from_every_output_and_black_stays_black(stage: Stage) -> None:
    stage.window.open_on(stage.screen)
    stage.studio.give_frame(shade=200)
    stage.window.audience.set_brightness(0.5)
    assert stage.window.audience.seen.black == 0.5
    assert abs(stage.colour().red() - 100) <= 1
    stage.studio.set_blackout(True)
    stage.window.audience.cut()
    assert stage.colour() == QColor(0, 0, 0)
    stage.studio.set_blackout(False)
    stage.window.audience.cut()
    stage.window.audience.set_brightness(1.0)
    assert stage.colour() == QColor(200, 200, 200)


def test_a_cut_is_black_at_once_where_a_fade_is_on_its_way(stage: Stage) -> None:
    audience = stage.window.audience
    stage.studio.set_blackout(True)
    assert audience.black < 1.0
    audience.cut()
    assert audience.black == 1.0
    stage.studio.set_blackout(False)
    assert audience.black > 0.0
    audience.cut()
    assert audience.black == 0.0
