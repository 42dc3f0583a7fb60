"""Check 17: what OSC sets is what REST reads and what the window shows, for every parameter; what REST sets as well."""

import http.client
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from websockets.sync.client import connect

from app.control.addresses import address_of, tail_of
from app.control.packets import read, write
from app.control.params import MOST_ROUTES, PARAMS
from app.engine.show.routes import Route
from app.ui import controllers
from app.ui.main_window import MainWindow
from app.ui.settings import Settings, WebSettings
from tests.patience import PATIENCE
from tests.ui.test_osc_parity import other_value, same, shown


@pytest.fixture
def window(qtbot, studio, monkeypatch):
    monkeypatch.setattr(controllers, "TURN_MS", 1)
    studio.document.edit_scene("Routes", routes=(Route("bass", "hue"),) * MOST_ROUTES)
    made = MainWindow(studio.document, studio, Settings())
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.show()
    made.hands.remote.set(on=True, port=0)
    assert made.hands.remote.problem == ""
    yield made
    made.close()
    studio.document.close()


class Client:
    """A program beside the window: one thread, one line to the port, so that the window can go on meanwhile."""

    def __init__(self, qtbot, window) -> None:
        self._qtbot, self._thread = qtbot, ThreadPoolExecutor(1)
        self._line = http.client.HTTPConnection("127.0.0.1", window.hands.remote._desk.port.port, timeout=PATIENCE)

    def run(self, what, *args):
        done = self._thread.submit(what, *args)
        self._qtbot.waitUntil(done.done)
        return done.result()

    def ask(self, method, path, body=None):
        def asked():
            self._line.request(method, path, None if body is None else json.dumps(body))
            answer = self._line.getresponse()
            return answer.status, json.loads(answer.read())

        return self.run(asked)

    def close(self) -> None:
        self._line.close()
        self._thread.shutdown()


@pytest.fixture
def client(qtbot, window):
    made = Client(qtbot, window)
    yield made
    made.close()


def wrong(found: dict, wanted: dict) -> list:
    return [(name, found.get(name), value) for name, value in wanted.items() if not same(found[name], value)]


def test_what_osc_sets_is_what_rest_reads_and_the_window_shows(window, studio, client):
    params = studio.document.params
    window.hands.controllers.set_osc(True, port=0)
    wanted = {name: other_value(p, params.value(name)) for name, p in PARAMS.items()}

    def by_osc():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.bind(("127.0.0.1", 0))
            peer.settimeout(PATIENCE)
            for name, value in wanted.items():
                peer.sendto(write(address_of(name), value), ("127.0.0.1", window.hands.controllers.osc_port.port))
                peer.sendto(write(address_of(name), "?"), ("127.0.0.1", window.hands.controllers.osc_port.port))
                read(peer.recv(65536))  # it was heard

    client.run(by_osc)
    status, told = client.ask("GET", "/api/params")
    assert status == 200
    found = {one["id"]: one["value"] for one in told["params"]}
    assert set(found) == set(PARAMS)
    assert wrong(found, wanted) == []
    assert {one["id"]: one["osc"] for one in told["params"]} == {name: address_of(name) for name in PARAMS}
    seen = shown(window)
    assert len(seen) > 40
    assert [(n, values, wanted[n]) for n, values in seen.items() if not all(same(v, wanted[n]) for v in values)] == []


def test_what_the_web_sets_is_what_the_show_keeps(window, studio, client):
    params = studio.document.params
    wanted = {name: other_value(p, params.value(name)) for name, p in PARAMS.items()}
    put = ("react.bass", "react.drums", "react.interpolation", "perform.fader", "perform.auto_cycle", "route.3.attack")
    for name in put:
        assert same(client.ask("PUT", f"/api/params/{name}", {"value": wanted[name]})[1]["value"], wanted[name])

    def by_socket():
        with connect(f"ws://127.0.0.1:{client._line.port}/api/ws", open_timeout=PATIENCE) as line:
            line.send(json.dumps({"set": {name: value for name, value in wanted.items() if name not in put}}))
            line.send(json.dumps({"sub": ["state"]}))
            return json.loads(line.recv(PATIENCE))

    told = client.run(by_socket)
    assert wrong({name: told["state"][tail_of(name)] for name in PARAMS}, wanted) == []
    assert wrong({name: params.value(name) for name in PARAMS}, wanted) == []
    assert client.ask("PUT", "/api/params/react.bass", {"value": 99})[0] == 200
    assert params.value("react.bass") == PARAMS["react.bass"].hi, "held within its range"


def test_nobody_comes_in_before_it_is_switched_on_and_none_from_the_lan_before_that_is(window, qtbot):
    assert WebSettings() == WebSettings(on=False, port=8088, lan=False, pin="", secret="")
    remote = window.hands.remote
    assert remote._desk.port._socket.getsockname()[0] == "127.0.0.1"
    remote.set(on=False)
    assert not remote.open
    assert "web" not in {thread.name for thread in threading.enumerate()}
    remote.addresses = lambda: ["192.168.1.5"]
    remote.set(on=True, lan=True, port=0)
    assert remote._desk.port._socket.getsockname()[0] == "0.0.0.0"
    assert len(remote.kept.pin) == 6
