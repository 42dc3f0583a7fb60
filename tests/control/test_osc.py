"""The OSC port over loopback: who may speak, what is late, what is broken, and a port that is taken."""

import queue
import socket
import time

import pytest
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message import OscMessage

from app.control import osc
from app.control.addresses import ControlError
from app.control.osc import HERE, OscPort, networks, target
from app.control.packets import read, write
from tests.patience import PATIENCE


@pytest.fixture
def heard():
    return queue.Queue()


@pytest.fixture
def port(heard):
    made = OscPort(0, (), heard.put)
    yield made
    made.close()


@pytest.fixture
def peer():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind((HERE, 0))
        made.settimeout(5)
        yield made


def test_it_hears_and_answers(port, peer, heard):
    peer.sendto(write("/anthesis/react/bass", 1.5), (HERE, port.port))
    got = heard.get(timeout=PATIENCE)
    assert (got.message.address, got.message.args, got.sender) == ("/anthesis/react/bass", (1.5,), peer.getsockname())
    port.send(got.sender, "/anthesis/error", "no")
    packet, sender = peer.recvfrom(1024)
    assert (read(packet)[0].args, sender[1]) == (("no",), port.port)


def test_what_is_broken_is_counted_and_the_next_is_heard(port, peer, heard):
    for packet in (b"", b"x", b"/a\0\0,x\0\0", b"#bundle\0", bytes(9000)):
        peer.sendto(packet, (HERE, port.port))
    peer.sendto(write("/a"), (HERE, port.port))
    assert heard.get(timeout=PATIENCE).message.address == "/a"
    assert port.malformed == 4  # an empty packet is no message


def test_without_a_list_only_this_machine_can_reach_it(port):
    assert port._socket.getsockname()[0] == HERE


@pytest.mark.parametrize(("host", "may"), [("127.0.0.1", True), ("192.168.1.20", True), ("10.1.2.3", True),
                                           ("192.168.1.21", False), ("8.8.8.8", False)])  # fmt: skip
def test_only_those_on_the_list_may_speak(heard, host, may):
    port = OscPort(0, networks("192.168.1.20, 10.0.0.0/8"), heard.put)
    try:
        assert port._may_speak(host) is may
        assert port.refused == (0 if may else 1)
    finally:
        port.close()


def test_a_bundle_waits_for_its_time(port, peer, heard):
    due = time.time() + 0.15
    bundle = OscBundleBuilder(due)
    bundle.add_content(OscMessage(write("/later")))
    peer.sendto(bundle.build().dgram, (HERE, port.port))
    peer.sendto(write("/now"), (HERE, port.port))
    assert heard.get(timeout=PATIENCE).message.address == "/now"
    assert heard.get(timeout=PATIENCE).message.address == "/later"
    assert time.time() >= due - 0.001


def test_a_bundle_of_another_clock_is_heard_at_once(port, peer, heard):
    bundle = OscBundleBuilder(time.time() + osc.LATEST + 30)
    bundle.add_content(OscMessage(write("/far")))
    peer.sendto(bundle.build().dgram, (HERE, port.port))
    assert heard.get(timeout=PATIENCE).message.address == "/far"


def test_a_port_that_is_taken_is_said(port, heard):
    with pytest.raises(ControlError, match=f"Port {port.port} is taken by another program"):
        OscPort(port.port, (), heard.put)


@pytest.mark.parametrize(
    ("text", "where"), [("", None), ("127.0.0.1", (HERE, 9011)), (" 10.0.0.2:7000 ", ("10.0.0.2", 7000))]
)
def test_where_to_tell(text, where):
    assert target(text) == where


@pytest.mark.parametrize("text", ["studio", "10.0.0.2:x", "10.0.0.2:0", "10.0.0.2:70000", "::1"])
def test_a_place_that_is_none_is_said(text):
    with pytest.raises(ControlError, match="is not"):
        target(text)


def test_a_sender_that_is_none_is_said():
    with pytest.raises(ControlError, match="“studio” is not an address"):
        networks("10.0.0.2 studio")
