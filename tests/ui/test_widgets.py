"""The kit answers to hands, keys and the wheel, each control alone in a window."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.ui.theme import STAGE
from app.ui.widgets import (
    Btn,
    CheckBox,
    Chip,
    DepthBar,
    EnergyBar,
    LinkDot,
    NumberField,
    RangeSlider,
    SearchField,
    Segmented,
    Slider,
    StageButton,
    Stepper,
    ToastHost,
    TraceSlider,
)

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def put(qtbot):
    """Show a widget at a size and give it back."""

    def shown(widget, wide=200, tall=None):
        qtbot.addWidget(widget)
        widget.resize(wide, tall or max(24, widget.sizeHint().height()))
        widget.show()
        return widget

    return shown


def _told(signal):
    heard = []
    signal.connect(lambda *args: heard.append(args[0] if len(args) == 1 else args))
    return heard


def _wheel(widget, steps):
    at = QPointF(widget.rect().center())
    event = QWheelEvent(at, widget.mapToGlobal(at), QPoint(), QPoint(0, 120 * steps), Qt.MouseButton.NoButton,
                        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    widget.wheelEvent(event)
    return event.isAccepted()


def test_keys_move_a_slider_by_one_and_ten_per_cent(put):
    slider = put(Slider(0.0, 3.0, 1.4))
    heard = _told(slider.moved)
    for key in (Key.Key_Right, Key.Key_PageUp, Key.Key_Home, Key.Key_End, Key.Key_Delete):
        QTest.keyClick(slider, key)
    assert heard == [pytest.approx(v) for v in (1.43, 1.73, 0.0, 3.0, 1.4)]


def test_control_moves_it_finely(put):
    slider = put(Slider(0.0, 1.0, 0.5))
    QTest.keyClick(slider, Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert slider.amount == pytest.approx(0.499)


def test_a_slider_is_told_without_telling(put):
    slider = put(Slider(0.0, 1.0, 0.5))
    heard = _told(slider.moved)
    slider.set_amount(0.25)
    assert heard == []
    assert slider.amount == 0.25
    assert slider.value() == 25


def test_a_drag_follows_the_mouse_and_ends_once(put):
    slider = put(Slider(0.0, 1.0, 0.0))
    QTest.mousePress(slider, LEFT, pos=QPoint(100, 12))
    assert slider.amount == pytest.approx(0.5, abs=0.01)
    ended = _told(slider.released)
    QTest.mouseMove(slider, QPoint(150, 12))
    QTest.mouseRelease(slider, LEFT, pos=QPoint(150, 12))
    assert slider.amount == pytest.approx(0.75, abs=0.01)
    assert len(ended) == 1


def test_a_press_on_the_thumb_does_not_jump(put):
    slider = put(Slider(0.0, 1.0, 0.5))
    heard = _told(slider.moved)
    QTest.mouseClick(slider, LEFT, pos=QPoint(103, 12))
    assert heard == []


def test_a_double_click_sets_the_default(put):
    slider = put(Slider(0.0, 1.0, 0.3))
    slider.set_amount(0.9)
    QTest.mouseDClick(slider, LEFT, pos=QPoint(100, 12))
    assert slider.amount == 0.3


def test_the_wheel_turns_only_what_has_the_focus(put):
    slider = put(Slider(0.0, 1.0, 0.5))
    slider.clearFocus()
    assert not _wheel(slider, 1)
    assert slider.amount == 0.5
    slider.hasFocus = lambda: True
    assert _wheel(slider, 2)
    assert slider.amount == pytest.approx(0.52)
    slider._wheel.stop()


def test_a_slider_of_whole_numbers_stays_whole(put):
    slider = put(Slider(1, 120, 30))
    slider.whole = True
    QTest.keyClick(slider, Key.Key_Right)
    assert slider.amount == 31


def test_typing_a_figure_starts_the_number_field(put):
    slider = put(Slider())
    heard = _told(slider.typed)
    QTest.keyClicks(slider, "7")
    assert heard == ["7"]


def test_sound_is_drawn_under_the_thumb_only_where_it_pushes(put):
    slider = put(Slider(0.0, 1.0, 0.5))

    def below():
        image = slider.grab().toImage()
        return image.pixelColor(130, 17) == STAGE.bass

    slider.push_to(0.502, STAGE.bass)
    assert not below()
    slider.push_to(0.8, STAGE.bass)
    assert below()


def test_a_slider_through_zero_fills_from_zero(put):
    slider = put(Slider(-1.0, 1.0, 0.0))
    slider.set_amount(0.5)
    image = slider.grab().toImage()
    assert image.pixelColor(120, 12) == STAGE.accent
    assert image.pixelColor(50, 12) == STAGE.bg3


def test_the_energy_bar_is_filled_up_to_its_value(put):
    bar = put(EnergyBar(0.6))
    image = bar.grab().toImage()
    assert image.pixelColor(100, 16) == STAGE.energy
    assert image.pixelColor(150, 16) == STAGE.bg3
    QTest.mouseClick(bar, LEFT, pos=QPoint(40, 16))
    assert bar.amount == pytest.approx(0.2, abs=0.02)


def test_a_bands_trace_grows_with_its_influence(put):
    slider = put(TraceSlider(0.0, 3.0, 1.4, STAGE.bass))
    small = slider.height_of(0.5)
    slider.set_amount(2.8)
    assert slider.height_of(0.5) > small
    slider.set_trace((0.5,) * 20, 0.1)
    image = slider.grab().toImage()
    assert image.pixelColor(40, 34) != STAGE.bg0  # under the trace
    assert image.pixelColor(40, 3) == STAGE.bg0  # over it


def test_depth_goes_both_ways_from_the_middle(put):
    bar = put(DepthBar(STAGE.mid))
    bar.set_amount(-0.5)
    image = bar.grab().toImage()
    assert image.pixelColor(75, 12) == STAGE.mid
    assert image.pixelColor(125, 12) == STAGE.bg3


def test_a_range_keeps_its_ends_apart(put):
    both = put(RangeSlider())
    heard = _told(both.moved)
    QTest.mousePress(both, LEFT, pos=QPoint(40, 12))
    QTest.mouseMove(both, QPoint(400, 12))
    QTest.mouseRelease(both, LEFT, pos=QPoint(400, 12))
    assert heard[0] == (pytest.approx(0.194, abs=0.01), 1.0)
    lo, hi = both.ends
    assert lo < hi == 1.0
    QTest.keyClick(both, Key.Key_Delete)
    assert both.ends == (0.0, 1.0)


def test_segments_answer_to_clicks_and_arrows(put):
    segments = put(Segmented([("Drums", "drum"), ("Melody", "music")]))
    heard = _told(segments.chosen)
    QTest.mouseClick(segments, LEFT, pos=segments.cells()[1].center().toPoint())
    QTest.keyClick(segments, Key.Key_Left)
    QTest.keyClick(segments, Key.Key_Left)
    assert heard == [1, 0]


def test_a_stepper_stops_at_its_ends(put):
    stepper = put(Stepper(1, 3, 2))
    heard = _told(stepper.moved)
    for button in (stepper.plus, stepper.plus, stepper.minus, stepper.minus, stepper.minus):
        button.click()
    assert heard == [3.0, 2.0, 1.0]
    assert not stepper.minus.isEnabled()
    assert stepper.plus.isEnabled()


@pytest.mark.parametrize(("text", "heard"), [("0.7", [0.7]), ("0,7", [0.7]), ("−1", [-1.0]), ("loud", []), ("", [])])
def test_a_number_is_typed_and_entered(put, text, heard):
    field = put(NumberField(), 60)
    told = _told(field.entered)
    field.set_amount(0.5)
    field.setText(text)
    field.returnPressed.emit()
    assert told == heard


def test_escape_leaves_the_number_as_it_was(put):
    field = put(NumberField(), 60)
    field.set_amount(0.5)
    told = _told(field.entered)
    field.setFocus()
    field.setText("0.9")
    QTest.keyClick(field, Key.Key_Escape)
    field.focusOutEvent(_focus_out())
    assert told == []
    assert field.text() == "0.50"


def _focus_out():
    from PySide6.QtGui import QFocusEvent

    return QFocusEvent(QFocusEvent.Type.FocusOut)


def test_enter_presses_buttons_and_ticks(put):
    for button in (put(Btn("Tap")), put(CheckBox("Loop"))):
        heard = _told(button.clicked)
        QTest.keyClick(button, Key.Key_Return)
        assert len(heard) == 1


@pytest.mark.parametrize(("kind", "color"), [("freeze", STAGE.accent), ("blackout", STAGE.live)])
def test_a_latched_stage_button_is_filled(put, kind, color):
    button = put(StageButton("WORD", kind, "snowflake"), 120)
    assert button.grab().toImage().pixelColor(60, 3) != color
    button.setChecked(True)
    assert button.grab().toImage().pixelColor(60, 3) == color


def test_on_air_is_an_outline_and_not_a_red_fill(put):
    button = put(StageButton("ON AIR", "onair", "radio"), 120)
    button.setChecked(True)
    image = button.grab().toImage()
    assert image.pixelColor(60, 0) == STAGE.live
    assert image.pixelColor(60, 5) == STAGE.bg1


def test_a_broken_chip_is_outlined_and_says_so(put):
    chip = Chip()
    chip.tell("Audio device lost", state="broken", icon="triangle-alert")
    put(chip, chip.sizeHint().width())
    assert chip.grab().toImage().pixelColor(40, 0) == STAGE.live
    assert chip.accessibleName() == "Audio device lost"


def test_a_dot_names_what_moves_it(put):
    dot = put(LinkDot(), 24)
    dot.set_sources(("kick", "hat"))
    assert "kick" in dot.accessibleName()
    assert dot.grab().toImage().pixelColor(14, 12) == STAGE.bass
    dot.show_amount(0.5)
    assert dot.grab().toImage().pixelColor(18, 12).red() > 150


def test_escape_empties_the_search(put):
    field = put(SearchField("Find a scene"))
    field.setText("reef")
    QTest.keyClick(field, Key.Key_Escape)
    assert field.text() == ""


def test_two_toasts_at_most_the_newest_on_top_and_none_twice(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    host = ToastHost(window)
    for word in ("one", "two", "two", "three"):
        host.tell("error", word, "Nothing was changed.")
    assert [t.title for t in host.toasts] == ["three", "two"]
    first, second = host.toasts
    assert first.geometry().bottom() < second.y()
    assert first.geometry().right() == window.width() - 13
    window.resize(1200, 600)
    assert host.toasts[0].geometry().right() == 1200 - 13


def test_toasts_lie_over_the_picture_while_it_is_seen_and_cover_no_knob(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1024, 640)
    picture = QWidget(window)
    picture.setGeometry(430, 60, 377, 330)
    window.show()
    host = ToastHost(window, over=picture)
    host.tell("info", "Take 1 is kept: 50.3 s", "A file with a long name in a folder with a long name, take 1.take")
    toast = host.toasts[0]
    assert picture.geometry().adjusted(12, 52, -12, 0).contains(toast.geometry())
    picture.hide()
    assert (toast.width(), toast.geometry().right()) == (400, 1024 - 13), "another workspace: at its place there"
    picture.show()
    assert picture.geometry().contains(toast.geometry())


def test_a_toast_goes_by_itself_and_offers_what_to_do(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    host, pressed = ToastHost(window), []
    toast = host.tell("info", "Film written", "film.mp4")
    assert toast._timer.isActive()
    assert toast._timer.interval() == 4000
    toast.offer("Show", lambda: pressed.append(True))
    button = next(b for b in toast.findChildren(Btn) if b.text() == "Show")
    button.click()
    assert pressed == [True]
    assert host.toasts == []


def test_what_takes_the_keys_is_large_enough(put):
    segments = Segmented([("A", ""), ("B", "")])
    small = (
        Slider(),
        EnergyBar(),
        segments,
        Stepper(1, 9, 3),
        RangeSlider(),
        Btn("Tap"),
        CheckBox(),
        SearchField("Find"),
    )
    for widget in small:
        assert put(widget).height() >= 24
