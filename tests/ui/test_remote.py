"""The web remote in the window: what phones do is done, told, undone, shown in the chip, and ends with the window."""

import http.client
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from PySide6.QtGui import QGuiApplication, QImage
from websockets.sync.client import connect

from app.control.addresses import ControlError, Turn
from app.control.web_wish import Wish
from app.control.web_words import Order
from app.ui import controllers, gestures
from app.ui.macro_colors import set_color
from app.ui.main_window import MainWindow
from app.ui.remote_address import in_order
from app.ui.remote_code import QUIET, code_of
from app.ui.settings import Settings
from app.ui.theme import STAGE
from app.ui.web_films import WebFilms
from app.ui.web_glides import Glides
from app.ui.web_pictures import jpeg
from tests.patience import PATIENCE


@pytest.fixture
def window(qtbot, studio, monkeypatch):
    monkeypatch.setattr(controllers, "TURN_MS", 1)
    monkeypatch.setattr(gestures, "SWEEP_MS", 100_000)
    made = MainWindow(studio.document, studio, Settings())
    qtbot.addWidget(made)
    made.show()
    made.hands.remote.addresses = lambda: ["192.168.1.5", "10.0.0.7"]
    yield made
    made.close()
    studio.document.close()


@pytest.fixture
def remote(window):
    """Switched on."""
    window.hands.remote.set(on=True, port=0)
    assert window.hands.remote.problem == ""
    return window.hands.remote


class Phone:
    """Somebody at the other end, on a thread, so that the window goes on meanwhile."""

    def __init__(self, qtbot, remote) -> None:
        self._qtbot, self._thread = qtbot, ThreadPoolExecutor(1)
        port = remote._desk.port.port
        self.port, self.heard = port, []
        self._open = ExitStack()
        dialled = connect(f"ws://127.0.0.1:{port}/api/ws", open_timeout=PATIENCE, close_timeout=PATIENCE)
        self.line = self.run(self._open.enter_context, dialled)

    def run(self, what, *args):
        done = self._thread.submit(what, *args)
        self._qtbot.waitUntil(done.done)
        return done.result()

    def say(self, **words) -> None:
        self.line.send(json.dumps(words))

    def hear(self):
        """The next message."""
        came = self.run(self.line.recv, PATIENCE)
        self.heard.append(came if isinstance(came, bytes) else json.loads(came))
        return self.heard[-1]

    def until(self, true):
        """Messages until one is *true*."""
        while not true(self.hear()):
            pass
        return self.heard[-1]

    def ask(self, method, path, body=None):
        def asked():
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            line.request(method, path, None if body is None else json.dumps(body))
            answer = line.getresponse()
            found = answer.status, answer.read()
            line.close()
            return found

        status, found = self.run(asked)
        return status, found if found[:1] not in (b"{", b"[") else json.loads(found)

    def hang_up(self) -> None:
        self._open.close()  # the window's own turn is not needed for it

    def close(self) -> None:
        self.hang_up()
        self._thread.shutdown()


@pytest.fixture
def phone(qtbot, remote):
    made = Phone(qtbot, remote)
    yield made
    made.close()


def settled(phone):
    """Everything that was said until now has been done."""
    return phone.ask("GET", "/api/state")[1]


# what hands do from afar


def test_the_colour_of_a_macro_is_told(phone, studio):
    phone.say(sub=["state"])
    assert phone.until(lambda told: told.get("all"))["colors"] == [tint.name() for tint in STAGE.tints]
    set_color(studio.document, 1, 8)
    assert phone.until(lambda told: "colors" in told)["colors"][0] == STAGE.tints[7].name()


def test_a_fader_moves_the_show_in_one_step_of_undo_and_its_own_hand_is_not_told(phone, studio):
    stack = studio.document.undo_stack
    phone.say(sub=["state"])
    assert phone.until(lambda told: told.get("all"))["state"]["macro/1"] == 0.0
    before = stack.count()
    for value in (0.1, 0.2, 0.3):
        phone.say(set={"macro/1": value})
        settled(phone)
    assert studio.document.params.value("macro.1") == 0.3
    assert stack.count() == before + 1
    assert stack.undoText() == "Move Macro 1 by web"
    stack.undo()
    assert phone.until(lambda told: "macro/1" in told.get("state", {}))["state"]["macro/1"] == 0.0
    told = [message["state"]["macro/1"] for message in phone.heard if "macro/1" in message.get("state", {})]
    assert told == [0.0, 0.0], "what it set itself is not said back; undo is"


def test_another_hand_and_what_was_held_within_its_range_are_told(phone, studio):
    phone.say(sub=["state"])
    phone.until(lambda told: told.get("all"))
    phone.say(set={"react/bass": 99})
    assert phone.until(lambda told: "state" in told)["state"] == {"react/bass": 3.0}
    studio.document.params.set("react.bass", 1.25, "MIDI")
    assert phone.until(lambda told: "state" in told)["state"] == {"react/bass": 1.25}
    revs = [message["rev"] for message in phone.heard]
    assert revs == sorted(set(revs)), "each change has a number of its own"


def test_what_a_phone_does_is_no_other_than_what_the_window_does(phone, studio, window):
    phone.say(do="freeze", args=[1])
    phone.say(do="blackout")
    settled(phone)
    assert studio.frozen
    assert studio.blackout
    assert window.actions_by_id["freeze"].isChecked()
    assert phone.ask("POST", "/api/output/freeze", {"on": False})[0] == 200
    assert not studio.frozen
    assert phone.ask("POST", "/api/transport/play")[0] == 200
    assert studio.playing
    assert phone.ask("POST", "/api/transport/seek", {"t": 9.0})[0] == 200
    assert studio.now() == 9.0
    assert settled(phone)["state"]["transport/seek"] == 9.0


def test_a_scene_waits_with_its_ring_and_plays(phone, studio, window):
    window.actions_by_id["add_scene"].trigger()
    studio.document.play(0)
    studio.play()
    studio.at(1.0)
    phone.say(sub=["state"])
    phone.until(lambda told: told.get("all"))
    assert phone.ask("POST", "/api/scenes/2/launch", {"quant": "1"})[0] == 200
    assert studio.performing.launcher.quantum == "off", "for this once"
    queued = phone.until(lambda told: "queued" in told)
    assert queued["queued"] == {"n": 2, "left": 1.0, "beats": 2}
    assert [scene["queued"] for scene in queued["scenes"]] == [False, True]
    studio.at(1.5)
    assert phone.until(lambda told: "queued" in told)["queued"] == {"n": 2, "left": 0.5, "beats": 1}
    studio.at(2.0)
    told = phone.until(lambda told: "scenes" in told)
    assert [scene["playing"] for scene in told["scenes"]] == [False, True]
    assert phone.ask("POST", "/api/scenes/9/launch") == (
        400, {"error": "There is no scene 9; the show has 2."})  # fmt: skip


def test_the_beat_and_the_sound_are_told_to_who_wants_them(phone, studio):
    phone.say(sub=["state", "audio"])
    phone.until(lambda told: told.get("all"))
    studio.at(2.5)
    assert phone.until(lambda told: "beat" in told)["beat"] == [2, 2, 0]
    assert set(phone.until(lambda told: "audio" in told)["audio"]) == {
        "level", "bass", "mid", "high", "onset", "centroid"}  # fmt: skip


def test_the_picture_that_is_there_is_shown_and_none_is_drawn_for_it(phone, studio, window):
    assert phone.ask("GET", "/api/preview.jpg")[0] == 404
    studio.give_frame(200, 512)
    phone.say(sub=["preview"])
    shown = QImage.fromData(phone.until(lambda told: isinstance(told, bytes)))
    assert (shown.width(), shown.height()) == (320, 320)
    assert abs(shown.pixelColor(300, 160).red() - 200) < 6
    assert shown.pixelColor(20, 160).red() < 6
    window.actions_by_id["freeze"].trigger()
    studio.give_frame(90, 512)
    frozen = QImage.fromData(phone.ask("GET", "/api/preview.jpg?w=64")[1])
    assert frozen.width() == 64
    assert abs(frozen.pixelColor(60, 32).red() - 200) < 6, "what the audience sees is held"
    assert not [key for key, (_ws, size) in studio.fake_engine.stills.items() if size in (320, 64)]


def test_the_map_is_there_and_is_gone_over(phone, studio):
    chart = QImage.fromData(phone.ask("GET", "/api/map.jpg?w=1024")[1])
    assert chart.width() == 1024
    assert settled(phone)["facts"]["map"]
    phone.say(do="xy", args=[0.25, 0.75])
    assert settled(phone)["state"]["latent/x"] == 0.25
    assert studio.going


def test_many_places_of_one_finger_are_one(phone, studio, monkeypatch):
    went = []
    monkeypatch.setattr(studio, "go", lambda *args, **_more: went.append(args))
    for i in range(50):
        phone.line.send(json.dumps({"do": "xy", "args": [i / 50, 0.5]}))
    settled(phone)
    assert 1 <= len(went) < 50


def test_scenes_styles_and_settings_are_listed(phone, studio):
    assert [scene["name"] for scene in phone.ask("GET", "/api/scenes")[1]["scenes"]] == ["Peony Burst"]
    (style,) = phone.ask("GET", "/api/styles")[1]["styles"]
    assert (style["id"], style["name"], style["playing"]) == (1, "Bloom", True)
    params = {one["id"]: one for one in phone.ask("GET", "/api/params")[1]["params"]}
    assert params["react.bass"]["osc"] == "/anthesis/react/bass"
    assert params["react.bass"]["midi"] == ""
    assert set(params) == set(studio.document.params.names())


def test_a_setting_glides_there_and_another_hand_ends_it(window, studio):
    hands, clock = window.hands.controllers._gestures, [0.0]
    glides = Glides(hands, lambda: 120.0, window, wall=lambda: clock[0])
    params = studio.document.params
    glides.begin(Turn("react.bass", 3.0), 4.0)
    start = params.value("react.bass")
    clock[0] = 1.0  # half of four beats
    glides.step()
    assert params.value("react.bass") == pytest.approx((start + 3.0) / 2)
    clock[0] = 2.5
    glides.step()
    assert params.value("react.bass") == 3.0
    assert not glides._timer.isActive()
    glides.begin(Turn("react.bass", 0.0), 4.0)
    params.set("react.bass", 2.0)
    clock[0] = 3.5
    glides.step()
    assert params.value("react.bass") == 2.0, "it was taken"
    assert not glides._timer.isActive()


def test_what_nobody_waits_for_any_longer_is_not_done(window, studio):
    desk, answers = window.hands.remote._desk, []
    before = studio.document.params.value("react.bass")
    desk.came(Wish(Turn("react.bass", 2.5), 0, answers.append, stands=lambda: False))
    assert (studio.document.params.value("react.bass"), answers) == (before, [])
    desk.came(Wish(Turn("react.bass", 2.5), 0, answers.append))
    assert studio.document.params.value("react.bass") == 2.5
    assert answers[0]["value"] == 2.5


def test_a_film_ordered_from_afar_is_of_what_plays_whatever_is_ticked(window, studio, phone):
    window.export.form.scenes.pick((0,))
    status, _told = phone.ask("POST", "/api/export", {"range": [1.0, 2.0]})
    assert status == 200
    (job,) = window.export.queue.jobs
    assert job.session is studio.program


def test_films_are_ordered_in_the_queue_of_the_window(window, studio):
    studio.give_frame()
    films = WebFilms(studio.document, window.export.queue, window.export.bar, window.export.export_now)
    made = films.order(Order("Square 1080", (1.0, 3.0)))
    assert (made["state"], made["kind"], made["frames"]) == ("running", "Square 1080", 60)
    assert (studio.document.show.film.start, studio.document.show.film.end) == (1.0, 3.0)
    assert films.listed() == [made]
    assert "/" not in made["file"], "no folder of this computer is told"
    studio.document.undo_stack.undo()
    assert studio.document.show.film.end == 0.0
    with pytest.raises(ControlError, match="preset is one of"):
        films.order(Order("Cinema", ""))
    with pytest.raises(ControlError, match="Nothing is looped"):
        films.order(Order("", "loop"))
    with pytest.raises(ControlError, match="no film 9"):
        films.withdraw(9)
    films.withdraw(made["id"])


def test_a_film_is_asked_for_by_rest(phone, studio):
    studio.give_frame()
    status, made = phone.ask("POST", "/api/export", {"preset": "PNG sequence", "range": [0, 1]})
    assert (status, made["state"]) == (200, "running")
    assert [job["id"] for job in phone.ask("GET", "/api/export")[1]["films"]] == [made["id"]]
    assert phone.ask("DELETE", "/api/export/99")[0] == 400


# the window's side


def test_it_is_off_until_it_is_switched_on_and_on_again_at_the_next_start(window, qtbot, studio):
    page = window.hands.remote.page
    assert not page.on.isChecked()
    assert page.state.text() == "Off: no port is open."
    assert not window.bottom.remote.text()
    page.on.click()
    if window.hands.remote.problem:  # 8088 may be taken on the machine of the tests
        window.hands.remote.set(on=True, port=0)
    assert window.bottom.remote.text() == "Remote"
    assert Settings().web.on
    page.on.click()
    assert not window.hands.remote.open
    assert not Settings().web.on


def test_a_port_that_is_taken_is_said_in_the_window(remote, window):
    taken = remote._desk.port.port
    window.hands.controllers.web.close()
    with socket.socket() as other:
        other.bind(("127.0.0.1", taken))
        other.listen()
        remote.set(on=True, port=taken)
    assert remote.page.state.text() == f"Port {taken} is taken by another program; choose another."
    assert window.bottom.remote.text() == "Remote is shut"


def test_the_lan_has_a_pin_and_a_code_and_both_can_be_renewed(remote, qtbot):
    page = remote.page
    page.toggle()
    assert page.pin.text() == "–"
    assert page.code.text == ""
    assert page.address.text() == f"http://127.0.0.1:{remote._desk.port.port}"
    remote.set(lan=True, port=0)
    pin = remote.kept.pin
    assert page.pin.text() == f"{pin[:3]} {pin[3:]}"
    assert page.code.text == f"http://192.168.1.5:{remote._desk.port.port}/#pin={pin}"
    assert page.also.text() == f"Also http://10.0.0.7:{remote._desk.port.port}"
    page.copy.click()
    assert QGuiApplication.clipboard().text() == page.address.text()
    assert page.copy.text() == "Copied"
    secret = remote.kept.secret
    remote.renew()
    assert remote.kept.secret != secret
    remote.set(lan=False, port=0)
    assert page.code.text == ""
    assert not page.renew.isEnabled()


def test_the_chip_and_the_page_say_who_is_there(phone, window, remote, qtbot):
    qtbot.waitUntil(lambda: window.bottom.remote.text() == "Remote 1")
    assert remote.page.crowd.text() == "Connected: This computer"
    assert "This computer" in window.bottom.remote.toolTip()
    phone.hang_up()
    qtbot.waitUntil(lambda: window.bottom.remote.text() == "Remote")
    assert remote.page.crowd.text() == "Nobody is connected."


def test_nothing_is_looked_at_while_nobody_is_connected(phone, window, qtbot):
    news = window.hands.controllers.web.news
    phone.say(sub=["state"])
    phone.until(lambda told: told.get("all"))
    assert news._timer.isActive()
    phone.hang_up()
    qtbot.waitUntil(lambda: not news._timer.isActive())
    assert window.studio.document.params._listeners == []


def test_the_window_closes_with_phones_in_hand(phone, window):
    phone.say(sub=["state", "audio", "preview"])
    phone.until(lambda told: told.get("all"))
    window.close()
    assert "web" not in {thread.name for thread in threading.enumerate()}


# small parts


def test_the_code_is_read_with_its_quiet_zone():
    image = code_of("http://192.168.1.5:8088/#pin=123456")
    edge = [image.pixelColor(x, y).name() for x in range(image.width()) for y in range(QUIET)]
    assert set(edge) == {"#ffffff"}
    assert [image.pixelColor(QUIET + i, QUIET).name() for i in range(8)] == ["#0b0d10"] * 7 + ["#ffffff"]


def test_addresses_of_the_house_come_first_and_others_not_at_all():
    assert in_order(["8.8.8.8", "172.16.0.2", "10.0.0.7", "192.168.1.5", "169.254.3.3"]) == [
        "192.168.1.5", "10.0.0.7", "172.16.0.2", "169.254.3.3"]  # fmt: skip


def test_a_picture_is_made_smaller_never_larger():
    wide = QImage.fromData(jpeg(QImage(640, 160, QImage.Format.Format_RGB32), 320))
    assert (wide.width(), wide.height()) == (320, 80)
    small = QImage.fromData(jpeg(QImage(64, 64, QImage.Format.Format_RGB32), 320))
    assert small.width() == 64
    assert jpeg(None, 320) is None
