"""What waits for a client of the web: bounded, the newest of each kind, and never its own echo."""

import asyncio
import json

import pytest

from app.control.web_hub import MOST_CLIENTS, Hub, name_of


@pytest.fixture
def hub():
    made = Hub(lambda names, channels: made.seen.append((names, channels)))
    made.seen = []
    return made


def client(hub, *channels, name="iPhone"):
    made = hub.join(name)
    made.channels, made.ready = frozenset(channels), "state" in channels
    return made


def sent(client):
    texts, picture = asyncio.run(client.next())
    return [json.loads(text) for text in texts], picture


def test_a_slow_client_gets_the_newest_of_everything_at_once(hub):
    one = client(hub, "state", "audio", "preview")
    for i in range(10_000):
        hub.tell(i, {"state": {"macro/1": i, f"macro/{i % 8 + 1}": i}, "beat": [1, i]}, {"level": i}, {})
        hub.show(i, bytes([i % 256]))
    told, picture = sent(one)
    assert told == [{"rev": 9999, "audio": {"level": 9999}, "beat": [1, 9999],
                     "state": {f"macro/{n}": 9991 + n for n in range(2, 9)} | {"macro/1": 9999}}]  # fmt: skip
    assert picture == bytes([9999 % 256])


def test_who_set_a_value_is_not_told_it_and_others_are(hub):
    one, other = client(hub, "state"), client(hub, "state")
    hub.tell(1, {"state": {"macro/1": 0.1, "macro/2": 0.2}}, {}, {"macro/1": one.number})
    assert sent(one)[0] == [{"rev": 1, "state": {"macro/2": 0.2}}]
    assert sent(other)[0] == [{"rev": 1, "state": {"macro/1": 0.1, "macro/2": 0.2}}]


def test_what_waits_for_it_is_forgotten_once_it_sets_that_itself(hub):
    one = client(hub, "state")
    hub.tell(1, {"state": {"macro/1": 0.9}}, {}, {})
    hub.tell(2, {"state": {"macro/1": 0.1}, "beat": [1, 1]}, {}, {"macro/1": one.number})
    assert sent(one)[0] == [{"rev": 2, "beat": [1, 1]}]


def test_only_what_was_subscribed_to_is_told(hub):
    one = client(hub, "audio")
    hub.tell(1, {"state": {"macro/1": 0.9}}, {}, {})
    hub.tell(2, {"state": {"macro/1": 0.9}}, {"level": 1}, {})
    assert sent(one)[0] == [{"audio": {"level": 1}}]


def test_nothing_is_told_before_all_of_it_was(hub):
    one = client(hub, "state")
    one.ready = False
    hub.tell(1, {"state": {"macro/1": 0.9}}, {}, {})
    one.answer({"pong": 1})
    assert sent(one)[0] == [{"pong": 1}]


def test_what_changes_while_all_of_it_is_on_its_way_is_newer_or_is_in_it(hub):
    one = client(hub, "state")
    one.ready = False
    one.begin()
    hub.tell(4, {"state": {"macro/1": 0.4}}, {}, {})
    hub.tell(5, {"state": {"macro/1": 0.5}}, {}, {})
    hub.tell(6, {"state": {"macro/2": 0.6}}, {}, {})
    one.tell_all({"rev": 5, "state": {"macro/1": 0.55, "macro/2": 0.1}})
    assert sent(one)[0] == [{"all": True, "rev": 6, "state": {"macro/1": 0.55, "macro/2": 0.6}}]
    hub.tell(7, {"state": {"macro/1": 0.7}}, {}, {})
    assert sent(one)[0] == [{"rev": 7, "state": {"macro/1": 0.7}}]


def test_answers_are_bounded_too(hub):
    one = client(hub)
    for i in range(1000):
        one.answer({"error": str(i)})
    assert [words["error"] for words in sent(one)[0]] == [str(i) for i in range(984, 1000)]


def test_it_is_said_who_comes_and_goes(hub):
    one = client(hub, "state")
    hub.look()
    hub.leave(one)
    assert hub.seen == [(("iPhone",), frozenset()), (("iPhone",), {"state"}), ((), frozenset())]


def test_there_is_an_end_to_how_many_come_in(hub):
    for _ in range(MOST_CLIENTS):
        assert not hub.full
        client(hub)
    assert hub.full


@pytest.mark.parametrize(
    ("agent", "peer", "name"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)", "192.168.1.20", "iPhone, 192.168.1.20"),
        ("Mozilla/5.0 (Linux; Android 15; Pixel 9)", "10.0.0.2", "Android, 10.0.0.2"),
        ("python-websockets/17", "10.0.0.2", "A program, 10.0.0.2"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "127.0.0.1", "This computer"),
    ],
)
def test_clients_have_names(agent, peer, name):
    assert name_of(agent, peer) == name
