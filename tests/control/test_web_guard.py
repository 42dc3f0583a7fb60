"""The door of the web: who comes in, who does not, and how often a PIN may be guessed."""

import pytest

from app.control.web_guard import MOST_WRONG, MOST_WRONG_OF_ALL, WITHIN, Door, Keys, Refused, new_keys

KEYS = Keys("123456", "ab" * 32)


class Clock:
    def __init__(self) -> None:
        self.t = 0.0

    def __call__(self) -> float:
        return self.t


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def door(clock):
    return Door(KEYS, frozenset({"studio.local"}), clock)


def scope(path="/api/state", *, peer="127.0.0.1", server="127.0.0.1", host="", protocols=(), **headers):
    shown = {"host": host or f"{server}:8088"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "type": "http", "path": path, "client": (peer, 40000), "server": (server, 8088),
        "headers": [(name.encode(), value.encode()) for name, value in shown.items()], "subprotocols": protocols,
    }  # fmt: skip


def refused(door, asked) -> int:
    with pytest.raises(Refused) as error:
        door.check(asked)
    assert str(error.value).endswith(".")
    return error.value.status


def lan(path="/api/state", **more):
    return scope(path, peer="192.168.1.20", server="192.168.1.5", **more)


def test_this_machine_comes_in():
    Door(KEYS).check(scope())
    Door(KEYS).check(scope(host="localhost:8088"))
    Door(KEYS).check(scope(origin="http://127.0.0.1:8088", sec_fetch_site="same-origin"))


@pytest.mark.parametrize("host", ["evil.example:8088", "evil.example", "127.0.0.2:8088", "", "localhost.evil.example",
                                  "127.0.0.1.evil.example:8088", "[::1]:8088"])  # fmt: skip
def test_a_name_that_was_rebound_to_this_machine_does_not(door, host):
    asked = scope()
    asked["headers"] = [(b"host", host.encode())]
    assert refused(door, asked) == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:3000", "https://127.0.0.1:8088",
                                    "http://127.0.0.1", "http://127.0.0.1:80881"])  # fmt: skip
@pytest.mark.parametrize("path", ["/api/state", "/api/ws", "/api/pair", "/"])
def test_the_page_of_another_site_does_not(door, origin, path):
    assert refused(door, scope(path, origin=origin)) == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_nor_does_a_picture_that_it_embeds(door, site):
    assert refused(door, scope("/api/preview.jpg", sec_fetch_site=site)) == 403


def test_a_link_to_the_page_may_be_followed(door):
    door.check(scope("/", sec_fetch_site="cross-site"))


@pytest.mark.parametrize("peer", ["8.8.8.8", "", "nonsense", "::1"])
def test_nobody_from_beyond_the_network_comes_in(door, peer):
    shown = {"authorization": f"Bearer {KEYS.token}"}
    assert refused(door, scope("/", peer=peer, server="192.168.1.5", **shown)) == 403


def test_a_phone_needs_the_token_but_for_the_page_and_to_pair(door):
    for path in ("/", "/remote.js", "/api/health", "/api/pair"):
        door.check(lan(path))
    for path in ("/api/state", "/api/ws", "/api/preview.jpg", "/api/health/", "/api/pair/x", "/api"):
        assert refused(door, lan(path)) == 401
        assert refused(door, lan(path, authorization="Bearer wrong")) == 401
        assert refused(door, lan(path, authorization=KEYS.token)) == 401
        assert refused(door, lan(path, protocols=("anthesis", "wrong"))) == 401
        door.check(lan(path, authorization=f"Bearer {KEYS.token}"))
        door.check(lan(path, protocols=("anthesis", KEYS.token)))


def test_a_phone_may_call_this_machine_by_its_name(door):
    door.check(lan("/", host="studio.local:8088"))
    door.check(lan("/", host="STUDIO.local:8088", origin="http://studio.local:8088"))


def test_the_pin_gives_the_token_and_another_pin_another(door):
    assert door.pair(" 123456 ", "192.168.1.20") == KEYS.token
    assert Keys("123457", KEYS.secret).token != KEYS.token
    assert Keys("123456", "cd" * 32).token != KEYS.token
    assert KEYS.pin not in KEYS.token


def test_pins_are_not_guessed(door, clock):
    for _ in range(MOST_WRONG):
        assert _pair(door, "000000") == 401
    assert _pair(door, "123456") == 429, "the right one neither, for a while"
    assert _pair(door, "123456", "192.168.1.21") == 0, "another phone is not held up"
    clock.t = WITHIN + 1
    assert _pair(door, "123456") == 0


def test_nor_from_many_addresses_at_once(door, clock):
    for i in range(MOST_WRONG_OF_ALL):
        assert _pair(door, "000000", f"10.0.0.{i}") == 401
    assert _pair(door, "123456", "10.0.1.1") == 429
    clock.t = WITHIN + 1
    assert _pair(door, "123456", "10.0.1.1") == 0


@pytest.mark.parametrize(
    "pin", ["", "12345", "1234567", "\uff11\uff12\uff13\uff14\uff15\uff16", "\ud800", "123456\x00"]
)
def test_what_is_nearly_the_pin_is_not(door, pin):
    assert _pair(door, pin) == 401


def _pair(door, pin, peer="192.168.1.20") -> int:
    try:
        door.pair(pin, peer)
    except Refused as error:
        return error.status
    return 0


def test_keys_are_made_by_chance():
    made = [new_keys() for _ in range(20)]
    assert all(len(keys.pin) == 6 and keys.pin.isdecimal() and len(keys.secret) == 64 for keys in made)
    assert len({keys.secret for keys in made}) == 20
    assert len({keys.pin for keys in made}) > 10
