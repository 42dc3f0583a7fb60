"""The live outputs of the window: what is on, what is remembered, what the page says."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenuBar, QWidget

from app.engine.errors import OutputError
from app.engine.output.live_output import Sent
from app.engine.output.outputs import Kind
from app.ui import actions as rows
from app.ui.audience import Audience
from app.ui.output_side import OutputSide
from app.ui.outputs import Choice, Outputs
from app.ui.outputs_page import rate_words, sent_words
from app.ui.settings import Settings
from app.ui.stage import StagePicture


class Device:
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.pictures: list[np.ndarray] = []
        self.closed = threading.Event()
        self.fails = ""

    def send(self, picture: np.ndarray) -> None:
        if self.fails:
            raise OutputError(self.fails)
        self.pictures.append(picture.copy())

    def receivers(self) -> str:
        return "1 watching"

    def close(self) -> None:
        self.closed.set()


class Rack:
    """Outputs over fake devices."""

    def __init__(self, studio) -> None:
        self.studio = studio
        self.picture = StagePicture(studio)
        self.audience = Audience(self.picture)
        self.devices: list[Device] = []
        self.rates: list[float] = []
        self.missing = ""
        self.ndi = Kind("ndi", "NDI", "To any machine", lambda: self.missing, self.open)
        self.camera = Kind("camera", "Virtual camera", "As a webcam", lambda: "It needs a package.", self.open,
                           rate=30, size=(1280, 720))  # fmt: skip
        self.parent = QWidget()
        self.outputs = self.make()

    def make(self) -> Outputs:
        return Outputs(self.audience, lambda: (64, 48), Settings(), self.parent, kinds=(self.ndi, self.camera))

    def open(self, rate: float) -> Device:
        self.rates.append(rate)
        self.devices.append(Device())
        return self.devices[-1]


@pytest.fixture
def rack(qtbot, studio):
    made = Rack(studio)
    yield made
    made.outputs.close()


def test_it_sends_what_is_seen_at_the_styles_own_size(rack, qtbot):
    rack.studio.give_frame(shade=180, size=64, height=48)
    rack.outputs.set_on(rack.ndi, True)
    qtbot.waitUntil(lambda: bool(rack.devices and rack.devices[0].pictures))
    sent = rack.devices[0].pictures[-1]
    assert sent.shape == (48, 64, 4)
    assert sent[24, 50, :3].tolist() == [180, 180, 180]
    assert rack.rates == [60]
    rack.studio.set_blackout(True)
    rack.audience.shade.setCurrentTime(150)
    qtbot.waitUntil(lambda: not rack.devices[0].pictures[-1][..., :3].any())


def test_size_and_rate_are_chosen_and_remembered(rack, qtbot):
    assert rack.outputs.choice(rack.ndi) == Choice(False, 0, (0, 0))
    assert rack.outputs.choice(rack.camera) == Choice(False, 30, (1280, 720))
    rack.outputs.set_on(rack.ndi, True)
    qtbot.waitUntil(lambda: len(rack.devices) == 1)
    rack.outputs.choose(rack.ndi, size=(1280, 720), rate=25)
    qtbot.waitUntil(lambda: len(rack.devices) == 2 and bool(rack.devices[1].pictures))
    assert rack.devices[0].closed.is_set(), "the one before is closed first: one device cannot be had twice"
    assert rack.devices[1].pictures[0].shape == (720, 1280, 4)
    assert rack.rates == [60, 25]
    again = rack.make()
    assert again.choice(rack.ndi) == Choice(True, 25, (1280, 720))


def test_what_was_on_comes_back_if_it_still_can(rack, qtbot):
    rack.outputs.set_on(rack.ndi, True)
    Settings().set_live_output("camera", True, 30, (1280, 720))
    again = rack.make()
    again.start()
    assert [kind.id for kind in again.running] == ["ndi"], "what misses its package is not tried"
    again.close()
    rack.missing = "The package is gone."
    third = rack.make()
    third.start()
    assert not third.running
    third.close()


def test_nonsense_in_the_settings_is_the_first_choice(rack):
    for kept in ("1 2 3", "1 -5 0 0", "x y z q", "1 61 7 7"):
        Settings()._file.setValue("outputs/ndi", kept)
        assert rack.make().choice(rack.ndi).rate == 0
        assert rack.make().choice(rack.ndi).size == (0, 0)


def test_one_that_breaks_is_told_once_and_leaves_the_others(rack, qtbot):
    told: list[tuple[str, ...]] = []
    rack.outputs.told.connect(lambda *words: told.append(words))
    rack.outputs.set_on(rack.ndi, True)
    rack.outputs.set_on(rack.camera, True)
    qtbot.waitUntil(lambda: all(d.pictures for d in rack.devices) and len(rack.devices) == 2)
    first = next(d for d, r in zip(rack.devices, rack.rates, strict=True) if r == 60)
    first.fails = "The cable is out."
    rack.studio.give_frame()
    qtbot.waitUntil(lambda: rack.outputs.told_of(rack.ndi).state == "broken")
    rack.outputs._look()
    rack.outputs._look()
    assert told == [("error", "NDI is not sent", "The cable is out.")]
    assert rack.outputs.told_of(rack.camera).state == "on"
    rack.outputs.set_on(rack.ndi, True)  # once more
    qtbot.waitUntil(lambda: rack.outputs.told_of(rack.ndi).state == "on")


def test_switching_off_does_not_wait_for_the_device(rack, qtbot):
    gate = threading.Event()
    device = Device()
    device.close = lambda: gate.wait(5)  # type: ignore[method-assign, assignment]
    slow = Kind("ndi", "NDI", "", lambda: "", lambda _rate: device)
    outputs = Outputs(rack.audience, lambda: (8, 8), Settings(), rack.parent, kinds=(slow,))
    outputs.set_on(slow, True)
    qtbot.waitUntil(lambda: outputs.told_of(slow).state == "on")
    outputs.set_on(slow, False)  # comes back while the device is still busy closing
    assert not outputs.running
    gate.set()
    outputs.close()


def test_words_of_the_page():
    assert sent_words(Sent("opening")) == "Opening…"
    assert sent_words(Sent("on")) == "Waiting for the first picture"
    assert sent_words(Sent("on", 9, 1, 59.6, (512, 512), "1 watching")) == "60 fps · 1 dropped · 512 × 512 · 1 watching"
    assert (rate_words(0), rate_words(25)) == ("As it comes", "25 fps")


# the whole side


@pytest.fixture
def side(qtbot, studio):
    window = QWidget()
    qtbot.addWidget(window)
    actions = rows.build(window)
    made = OutputSide(studio, StagePicture(studio, window), Settings(), actions, window)
    rows.connect(actions, made.table(), studio.told.emit)
    window.resize(900, 700)
    window.show()
    yield made
    made.close()


def press(side: OutputSide, name: str) -> None:
    action: QAction = side._actions[name]
    action.trigger()


def test_the_page_says_what_is_missing_and_what_is_not(side, monkeypatch):
    press(side, "outputs")
    page = side.page
    assert page.isVisible()
    for kind in side.live.kinds:
        missing = kind.why_not()
        assert page.rows[kind.id].state.text() == (missing or kind.about)
        assert page.rows[kind.id].box.isEnabled() == (not missing)
    assert page.display.state.text() == "A screen or a projector on this machine (F11)"
    press(side, "outputs")
    assert not page.isVisible()


def test_the_page_follows_the_display(side, qtbot):
    press(side, "outputs")
    qtbot.mouseClick(side.page.display.box, Qt.MouseButton.LeftButton)
    assert side.window.on
    assert side._actions["output"].isChecked()
    assert side.page.display.light.state == "on"
    assert "The audience sees it on" in side.page.display.state.text()
    qtbot.mouseClick(side.page.display.box, Qt.MouseButton.LeftButton)
    assert not side.window.on
    assert side.page.display.light.state == "off"


def test_the_list_of_displays_opens_by_key_and_chooses_by_key(side, qtbot):
    press(side, "choose_output")
    assert side.list.isVisible()
    row = side.list.rows[0]
    assert side.list.first_field() is row
    qtbot.keyClick(row, Qt.Key.Key_Return)
    assert not side.list.isVisible()
    assert side.window.on
    assert Settings().output_screen == side.window.key
    press(side, "choose_output")
    assert side.list.rows[0].isChecked()
    qtbot.keyClick(side.list, Qt.Key.Key_Escape)
    assert not side.list.isVisible()


def test_how_the_picture_meets_the_screen_is_checked_shown_and_remembered(side):
    press(side, "output_mirror")
    assert side.audience.fit == "mirror"
    assert Settings().output_fit == "mirror"
    checked = [name for name in ("output_fit", "output_crop", "output_mirror", "output_stretch")
               if side._actions[name].isChecked()]  # fmt: skip
    assert checked == ["output_mirror"]
    assert side.page.fit.text() == side._actions["output_mirror"].text()
    side.set_fit("sideways")
    assert side.audience.fit == "fit"


def test_identify_names_every_display_and_goes_by_itself(side, qapp):
    press(side, "identify")
    assert [card.display.name for card in side.identify.cards] == [screen.name() for screen in qapp.screens()]
    assert all(card.isVisible() for card in side.identify.cards)
    assert side.identify._timer.interval() == 3000
    side.identify._timer.timeout.emit()
    assert not side.identify.cards


def test_a_live_output_is_an_action_that_says_what_is_missing(side, monkeypatch, qtbot):
    device, why = Device(), ["It needs a package."]
    ndi = side.live.kinds[0]
    monkeypatch.setattr(type(ndi), "why_not", property(lambda _kind: lambda: why[0]))
    monkeypatch.setattr(type(ndi), "open", property(lambda _kind: lambda _rate: device))
    with qtbot.waitSignal(side._studio.told) as told:
        press(side, "send_ndi")
    assert told.args == ["info", "NDI is not sent", "It needs a package."]
    assert not side._actions["send_ndi"].isChecked()
    why[0] = ""
    press(side, "send_ndi")
    assert side._actions["send_ndi"].isChecked()
    qtbot.waitUntil(lambda: side.live.told_of(ndi).state == "on")
    press(side, "send_ndi")
    assert not side.live.running
    assert not side._actions["send_ndi"].isChecked()


def test_on_air_nobody_puts_words_before_the_audience(side):
    press(side, "test_card")
    assert side.audience.card
    side._studio.on_air.set(True)
    assert not side.audience.card
    assert not side._actions["test_card"].isChecked()
    press(side, "test_card")  # a controller reaches what no menu shows
    press(side, "identify")
    assert not side.audience.card
    assert not side._actions["test_card"].isChecked()
    assert not side.identify.cards


def test_the_menu_lists_the_displays(side, qapp):
    bar = QMenuBar()
    rows.fill(bar, side._actions)
    side.fill(bar)
    menu = bar.findChild(type(bar.addMenu("x")), "menu:Display")
    menu.aboutToShow.emit()
    size = qapp.primaryScreen().size()
    assert [act.text() for act in menu.actions()] == [f"Display · {size.width()} × {size.height()}"]


def test_where_windows_may_not_place_themselves_a_person_is_told(side, qtbot):
    with qtbot.waitSignal(side._studio.told) as told:
        side.window.misplaced.emit("BEAMER")
    assert told.args == ["info", "The output is not on BEAMER",
                         "Move it there with your window manager, then press F11."]  # fmt: skip


def test_the_chip_says_what_is_sent_and_what_broke(side, monkeypatch):
    assert side._live_words() == ("", "plain", "")
    ndi, spout = side.live.kinds[:2]
    monkeypatch.setattr(type(side.live), "running", (ndi, spout))
    states = {"ndi": Sent("on", 5), "spout": Sent("broken", problem="It is gone.")}
    monkeypatch.setattr(side.live, "told_of", lambda kind: states[kind.id])
    assert side._live_words() == ("Spout", "broken", "NDI: is sent\nSpout: It is gone.")
    states["spout"] = Sent("on", 5)
    assert side._live_words()[:2] == ("NDI · Spout", "plain")
