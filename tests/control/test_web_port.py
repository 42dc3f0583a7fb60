"""The web's port over loopback: every request of the list, the WebSocket, slow and rude clients, and the end."""

import contextlib
import http.client
import json
import socket
import threading
import time

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from app.control import web_ask, web_server
from app.control.addresses import Act, ControlError, Turn
from app.control.web import WebPort
from app.control.web_guard import Keys
from app.control.web_wish import Crowd, Wish
from app.control.web_words import Glide, LaunchOn, Order, Tell, Withdraw
from tests.patience import PATIENCE

KEYS = Keys("123456", "ab" * 32)


class Window:
    """What stands for the window: answers at once, and remembers what it was asked."""

    def __init__(self) -> None:
        self.wishes: list = []
        self.heard: list[Wish] = []
        self.crowds: list[Crowd] = []
        self.came = threading.Condition()
        self.answers = True
        self.number, self.picture = 1, b"\xff\xd8picture"

    def hear(self, heard, key) -> None:
        with self.came:
            if isinstance(heard, Crowd):
                self.crowds.append(heard)
            else:
                assert isinstance(heard, Wish)
                self.wishes.append(heard.meant)
                self.heard.append(heard)
            self.came.notify_all()
        if isinstance(heard, Wish) and self.answers:
            told = heard.meant == Act("seed", (404,))
            heard.answer(ControlError("There is no such seed.") if told else {"rev": 7, "state": {"macro/1": 0.5}})

    def wait(self, true) -> None:
        with self.came:
            assert self.came.wait_for(true, PATIENCE)

    def preview(self, wide):
        return self.picture

    def map(self, wide):
        return None


@pytest.fixture
def window():
    return Window()


@pytest.fixture
def page(tmp_path):
    (tmp_path / "index.html").write_text("<p>page")
    (tmp_path / "secret").mkdir()
    return tmp_path


@pytest.fixture
def port(window, page):
    made = WebPort(0, KEYS, window.hear, window, page)
    yield made
    made.close()


@pytest.fixture
def lan(window, page):
    """Everybody has to show the token, as if none came from this machine."""
    made = WebPort(0, KEYS, window.hear, window, page, lan=True)
    yield made
    made.close()


def ask(port, method, path, body=None, **headers):
    """Status, and the JSON of the answer, or its bytes."""
    line = http.client.HTTPConnection("127.0.0.1", port.port, timeout=PATIENCE)
    said = body if isinstance(body, bytes | None) else json.dumps(body)
    line.request(method, path, said, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = line.getresponse()
    found = answer.read()
    line.close()
    is_json = answer.headers.get("content-type") == "application/json"
    return answer.status, json.loads(found) if is_json else found


def ws(port, **more):
    return connect(f"ws://127.0.0.1:{port.port}/api/ws", open_timeout=PATIENCE, close_timeout=PATIENCE, **more)


def heard(socket):
    return json.loads(socket.recv(PATIENCE))


# requests

ASKED = [
    ("GET", "/api/state", None, Tell("state")),
    ("GET", "/api/params", None, Tell("params")),
    ("GET", "/api/scenes", None, Tell("scenes")),
    ("GET", "/api/styles", None, Tell("styles")),
    ("GET", "/api/export", None, Tell("films")),
    ("PUT", "/api/params/react.bass", {"value": 1.5}, Turn("react.bass", 1.5)),
    ("PUT", "/api/params/react/bass", {"value": 1.5}, Turn("react.bass", 1.5)),
    ("PUT", "/api/params/react.bass", {"value": 1.5, "glide": 4}, Glide(Turn("react.bass", 1.5), 4.0)),
    ("PUT", "/api/params/perform.quantum", {"value": "1/4"}, Turn("perform.quantum", "1/4")),
    ("POST", "/api/transport/play", None, Act("playing", (1,))),
    ("POST", "/api/transport/pause", {}, Act("playing", (0,))),
    ("POST", "/api/transport/toggle", None, Act("play")),
    ("POST", "/api/transport/stop", None, Act("stop")),
    ("POST", "/api/transport/seek", {"t": 12.5}, Act("seek", (12.5,))),
    ("POST", "/api/transport/seek", {"beat": 8}, Act("seek_beat", (8,))),
    ("POST", "/api/tempo/tap", None, Act("tap")),
    ("POST", "/api/tempo/resync", None, Act("resync")),
    ("POST", "/api/tempo/nudge", {"ms": -10}, Act("nudge", (-10,))),
    ("POST", "/api/scenes/3/launch", None, Act("scene", (3,))),
    ("POST", "/api/scenes/3/launch", {"quant": "1"}, LaunchOn(3, "1")),
    ("POST", "/api/latent/goto", {"x": 0.25, "y": 1}, Act("xy", (0.25, 1.0))),
    ("POST", "/api/latent/goto", {"point": 2}, Act("point", (2,))),
    ("POST", "/api/latent/goto", {"point": "Dawn", "glide": 4}, Act("point", ("Dawn", 4))),
    ("POST", "/api/latent/goto", {"seed": 7}, Act("seed", (7,))),
    ("POST", "/api/output/blackout", {"on": True}, Act("blackout", (1,))),
    ("POST", "/api/output/freeze", {"on": False}, Act("freeze", (0,))),
    ("POST", "/api/output/freeze", None, Act("freeze")),
    ("POST", "/api/output/panic", None, Act("panic")),
    ("POST", "/api/styles/2/load", None, Act("style", (2,))),
    ("POST", "/api/do/dice", None, Act("dice")),
    ("POST", "/api/do/scene.launch", {"n": 3}, Act("scene", (3,))),
    ("POST", "/api/export", {"preset": "Square 1080", "range": "loop"}, Order("Square 1080", "loop")),
    ("POST", "/api/export", {"range": [1, 4]}, Order("", (1.0, 4.0))),
    ("DELETE", "/api/export/3", None, Withdraw(3)),
]


def test_each_request_means_what_it_says(port, window):
    answers = [ask(port, method, path, body) for method, path, body, _meant in ASKED]
    assert answers == [(200, {"rev": 7, "state": {"macro/1": 0.5}})] * len(ASKED)
    assert window.wishes == [meant for *_request, meant in ASKED]


NONSENSE = [
    ("GET", "/api/nothing", None, 404),
    ("GET", "/secret", None, 404),
    ("GET", "/../pyproject.toml", None, 404),
    ("GET", "/%2e%2e/pyproject.toml", None, 404),
    ("POST", "/api/state", None, 405),
    ("POST", "/", b"", 405),
    ("PUT", "/api/params/react.bass", b"{", 400),
    ("PUT", "/api/params/react.bass", {}, 400),
    ("PUT", "/api/params/react.bass", {"value": "loud"}, 400),
    ("PUT", "/api/params/react.bass", {"value": 1, "glide": "slow"}, 400),
    ("PUT", "/api/params/nothing", {"value": 1}, 400),
    ("PUT", "/api/params/react.bass", b'{"value": NaN}', 400),
    ("PUT", "/api/params/react.bass", b"[" * 60_000, 400),
    ("PUT", "/api/params/react.bass", b" " * 65_537, 413),
    ("POST", "/api/transport/rewind", None, 404),
    ("POST", "/api/transport/seek", {}, 400),
    ("POST", "/api/tempo/nudge", {"ms": "x"}, 400),
    ("POST", "/api/scenes/x/launch", None, 400),
    ("POST", "/api/scenes/0/launch", None, 400),
    ("POST", "/api/scenes/3/launch", {"quant": "3"}, 400),
    ("POST", "/api/scenes/3/launch", {"quant": ["1"]}, 400),
    ("POST", "/api/latent/goto", {"x": 2, "y": 0}, 400),
    ("POST", "/api/latent/goto", {}, 400),
    ("POST", "/api/output/blackout", {"on": 1}, 400),
    ("POST", "/api/output/smoke", None, 404),
    ("POST", "/api/do/quit", None, 400),
    ("POST", "/api/export", {"range": [4, 1]}, 400),
    ("DELETE", "/api/export/x", None, 400),
    ("GET", "/api/preview.jpg?w=9999", None, 400),
    ("GET", "/api/preview.jpg?w=x", None, 400),
    ("GET", "/api/preview.jpg?w=000032" + 9 * "9", None, 400),
    ("PUT", "/api/params/react.bass", b'{"value": "\\ud800"}', 400),
    ("GET", "/api/map.jpg", None, 404),
    ("POST", "/api/pair", {"pin": 123456}, 400),
    ("POST", "/api/pair", {"pin": "000000"}, 401),
]


def test_nonsense_is_answered_with_one_sentence_and_reaches_no_window(port, window):
    answers = [ask(port, method, path, body) for method, path, body, _status in NONSENSE]
    got = [(*asked[:3], status) for asked, (status, _words) in zip(NONSENSE, answers, strict=True)]
    assert got == NONSENSE
    assert [words for _status, words in answers if list(words) != ["error"] or not words["error"].endswith(".")] == []
    assert not [words for _status, words in answers if "Traceback" in words["error"]]
    assert window.wishes == []


def test_what_the_window_refuses_is_said(port):
    assert ask(port, "POST", "/api/latent/goto", {"seed": 404}) == (400, {"error": "There is no such seed."})


def test_a_window_that_does_not_answer_is_not_waited_for_for_ever(port, window, monkeypatch):
    monkeypatch.setattr(web_ask, "PATIENCE", 0.01)
    window.answers = False
    assert ask(port, "GET", "/api/state") == (503, {"error": "The window is busy. Ask again."})
    assert [wish.stands() for wish in window.heard] == [False], "asked again, it would be done twice"


def test_a_bug_tells_no_secrets(port, window, monkeypatch, caplog):
    def broken(_wide):
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(window, "preview", broken)
    assert ask(port, "GET", "/api/preview.jpg") == (
        500, {"error": "Something went wrong inside; the log of Anthesis has it."})  # fmt: skip
    port.close()
    assert "a secret" in caplog.text, "the log has it"


def test_the_picture_and_the_page_are_there(port, window):
    assert ask(port, "GET", "/api/preview.jpg?w=320") == (200, window.picture)
    assert ask(port, "GET", "/") == ask(port, "GET", "/index.html") == (200, b"<p>page")


def test_browsers_are_told_to_be_careful(port):
    line = http.client.HTTPConnection("127.0.0.1", port.port, timeout=PATIENCE)
    for path in ("/", "/api/health", "/api/nothing"):
        line.request("GET", path)
        answer = line.getresponse()
        answer.read()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert not [name for name in headers if name.startswith("access-control")], "no other site may read it"
        assert "server" not in headers
    line.close()


def test_pages_of_other_sites_and_rebound_names_are_refused(port, window):
    for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Sec_Fetch_Site": "cross-site"}):
        for method, path in (
            ("GET", "/api/state"),
            ("POST", "/api/output/blackout"),
            ("PUT", "/api/params/react.bass"),
        ):
            assert ask(port, method, path, None if method == "GET" else {"value": 1}, **headers)[0] == 403
    for more in ({"origin": "http://evil.example"}, {"additional_headers": {"Sec-Fetch-Site": "same-site"}}):
        with pytest.raises(InvalidStatus) as error, ws(port, **more):
            pass
        assert error.value.response.status_code == 403
    assert window.wishes == window.crowds == []


# where it listens, and who has to pair


def test_it_is_bound_to_this_machine_alone_unless_the_lan_is_asked_for(port, lan):
    assert port._socket.getsockname()[0] == "127.0.0.1"
    assert lan._socket.getsockname()[0] == "0.0.0.0"


def test_a_port_that_is_taken_is_one_sentence(port, window, page):
    with pytest.raises(ControlError, match=f"Port {port.port} is taken by another program"):
        WebPort(port.port, KEYS, window.hear, window, page)
    with pytest.raises(ControlError, match="is taken"):
        WebPort(99_999, KEYS, window.hear, window, page)


def test_the_same_port_can_be_opened_again_at_once(window, page):
    first = WebPort(0, KEYS, window.hear, window, page)
    with ws(first) as socket:
        socket.send('{"ping": 1}')
        assert heard(socket) == {"pong": 1}
        first.close()
    again = WebPort(first.port, KEYS, window.hear, window, page)
    assert ask(again, "GET", "/api/health")[0] == 200
    again.close()


def test_a_phone_pairs_and_comes_in(lan, monkeypatch):
    monkeypatch.setattr("app.control.web_guard.Door.knows", _only_by_token)
    assert ask(lan, "GET", "/api/health") == (200, {"app": "Anthesis", "ok": True, "paired": False})
    assert ask(lan, "GET", "/api/state")[0] == 401
    assert ask(lan, "POST", "/api/pair", {"pin": "654321"})[0] == 401
    status, said = ask(lan, "POST", "/api/pair", {"pin": "123456"})
    assert (status, list(said)) == (200, ["token"])
    shown = {"Authorization": f"Bearer {said['token']}"}
    assert ask(lan, "GET", "/api/state", **shown)[0] == 200
    assert ask(lan, "GET", "/api/health", **shown)[1]["paired"]
    with pytest.raises(InvalidStatus) as error, ws(lan):
        pass
    assert error.value.response.status_code == 401
    with ws(lan, subprotocols=["anthesis", said["token"]]) as socket:
        assert socket.subprotocol == "anthesis", "the token is not said back"


def _only_by_token(door, scope, headers):
    """As the door does it, for one who comes from elsewhere."""
    shown = [headers.get("authorization", "").removeprefix("Bearer "), *scope.get("subprotocols", ())]
    return door.keys.token in shown


# the WebSocket


def test_a_client_sets_does_and_subscribes(port, window):
    with ws(port) as socket:
        socket.send(json.dumps({"set": {"macro/1": 0.4, "react.bass": 1}}))
        socket.send(json.dumps({"do": "scene.launch", "n": 3}))
        socket.send(json.dumps({"do": "xy", "args": [0.5, 0.5]}))
        socket.send(json.dumps({"sub": ["state", "audio"]}))
        assert heard(socket) == {"all": True, "rev": 7, "state": {"macro/1": 0.5}}
        assert window.wishes == [Turn("macro.1", 0.4), Turn("react.bass", 1), Act("scene", (3,)),
                                 Act("xy", (0.5, 0.5)), Tell("state")]  # fmt: skip
        port.tell(8, {"beat": [1, 2, 0]}, {"level": 0.5})
        assert heard(socket) == {"rev": 8, "beat": [1, 2, 0], "audio": {"level": 0.5}}
    window.wait(lambda: window.crowds[-1].names == ())
    assert window.crowds[0] == Crowd(("This computer",), frozenset())
    assert Crowd(("This computer",), frozenset({"state", "audio"})) in window.crowds


NO_WORDS = [
    "", "nope", "[]", "{}", '{"sit": 1}', '{"set": 3}', '{"set": {"nothing": 1}}', '{"set": {"macro/1": "x"}}',
    '{"set": {"macro/1": 1, "macro/2": "x"}}', '{"do": 3}', '{"do": "quit"}', '{"do": "scene"}', '{"sub": "state"}',
    '{"do": "xy", "args": 3}', '{"sub": ["secrets"]}', '{"sub": [["state"]]}', '{"set": {"macro/1": 1}, "glide": -1}',
    '{"do": "seed", "args": [404]}', b"\x00\x01"
]  # fmt: skip


def test_nonsense_is_told_to_who_said_it_and_the_connection_stays(port, window):
    with ws(port) as socket:
        for said in NO_WORDS:
            socket.send(said)
            words = heard(socket)
            assert list(words) == ["error"], said
            assert words["error"].endswith(".")
        assert window.wishes == [Act("seed", (404,))]
        socket.send('{"ping": 5}')
        assert heard(socket) == {"pong": 5}


def test_half_a_character_is_never_passed_on(port, window):
    with ws(port) as socket:
        socket.send('{"ping": "\\ud800"}')
        assert heard(socket) == {"error": "What was sent is not JSON."}
        socket.send('{"ping": "\\ud83d\\ude00"}')
        assert heard(socket) == {"pong": "\U0001f600"}


RUDE = [
    b"",
    b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    b"POST /api/do/dice HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{",
]


@pytest.mark.parametrize("said", RUDE)
def test_a_connection_that_says_too_little_is_cut_and_no_other(port, window, monkeypatch, said):
    monkeypatch.setattr(web_server, "HURRY", 0.05)
    with ws(port) as other, socket.create_connection(("127.0.0.1", port.port), PATIENCE) as rude:
        rude.sendall(said)
        with contextlib.suppress(ConnectionResetError):
            assert rude.recv(1) == b""
        other.send('{"ping": 1}')
        assert heard(other) == {"pong": 1}
    assert window.wishes == []


def test_what_is_too_long_ends_the_connection_and_nothing_else(port):
    with ws(port) as other, ws(port) as socket:
        with contextlib.suppress(ConnectionClosed):
            socket.send('{"ping": "' + "x" * 100_000 + '"}')
        with pytest.raises(ConnectionClosed):
            heard(socket)
        other.send('{"ping": 1}')
        assert heard(other) == {"pong": 1}


def test_the_picture_that_is_there_is_shown_once_and_to_who_comes_later_too(port, window, monkeypatch):
    monkeypatch.setattr("app.control.web_api.PICTURE_S", 0.005)
    with ws(port) as first:
        first.send('{"sub": ["preview"]}')
        assert first.recv(PATIENCE) == window.picture
        with ws(port) as second:
            second.send('{"sub": ["preview"]}')
            assert second.recv(PATIENCE) == window.picture
        assert first.recv(PATIENCE) == window.picture
        window.picture, window.number = b"\xff\xd8another", 2
        assert first.recv(PATIENCE) == window.picture


def test_a_client_that_takes_nothing_holds_up_nobody(port):
    lazy = socket.create_connection(("127.0.0.1", port.port))
    lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    lazy.sendall(b"GET /api/ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")  # fmt: skip
    assert b"101" in lazy.recv(400)
    said = b'{"sub":["state"]}'
    lazy.sendall(bytes([0x81, 0x80 | len(said), 0, 0, 0, 0]) + said)
    with ws(port) as quick:
        quick.send('{"sub": ["state"]}')
        assert heard(quick)["all"]
        slowest = 0.0
        for i in range(60):
            began = time.perf_counter()
            port.tell(i, {"state": {f"macro/{n}": "x" * 2500 for n in range(20)}}, {})  # 3 MB in all
            quick.send(json.dumps({"ping": i}))
            told = set()
            while "pong" not in told:
                told |= set(heard(quick))
            slowest = max(slowest, time.perf_counter() - began)
        assert slowest < PATIENCE / 4
        client = next(one for one in port._hub.clients.values() if one.number == 1)
        assert len(client._news.get("state", {})) <= 20, "what waits for it does not grow"
    lazy.close()


def test_the_end_comes_soon_whoever_is_connected(window, page):
    made = WebPort(0, KEYS, window.hear, window, page)
    window.answers = False
    with ws(made) as one, ws(made) as two:
        one.send('{"sub": ["state"]}')  # which the window will never answer
        window.wait(lambda: Tell("state") in window.wishes)
        made.close()
        for socket_ in (one, two):
            with pytest.raises(ConnectionClosed):
                socket_.recv(PATIENCE)
    assert "web" not in {thread.name for thread in threading.enumerate()}
    made.tell(1, {"beat": [1]}, {})  # which nobody hears
