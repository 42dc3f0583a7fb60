"""OSC on the wire: what python-osc writes we read, what we write it reads, and nothing malformed does harm."""

import contextlib
import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from app.control.packets import Message, PacketError, read, write


def theirs(address: str, *args) -> bytes:
    built = OscMessageBuilder(address)
    for arg in args:
        built.add_arg(arg)
    return built.build().dgram


ARGS = st.lists(
    st.one_of(
        st.integers(-(2**31), 2**31 - 1),
        st.floats(width=32, allow_nan=False),
        st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",))),
        st.binary(min_size=1),
        st.booleans(),
    ),
    max_size=6,
)


@given(ARGS)
def test_we_read_what_python_osc_writes(args):
    assert read(theirs("/anthesis/x", *args)) == (Message("/anthesis/x", tuple(args)),)


@given(ARGS)
def test_python_osc_reads_what_we_write(args):
    message = OscMessage(write("/anthesis/x", *args))
    assert (message.address, message.params) == ("/anthesis/x", args)


@pytest.mark.parametrize("value", [2**40, -(2**40)])
def test_whole_numbers_are_held_within_int32(value):
    assert abs(read(write("/a", value))[0].args[0]) in (2**31 - 1, 2**31)


def test_a_bundle_carries_its_time():
    bundle, due = OscBundleBuilder(IMMEDIATELY), time.time() + 5
    bundle.add_content(OscMessage(theirs("/a", 1)))
    later = OscBundleBuilder(due)
    later.add_content(OscMessage(theirs("/b", 2)))
    bundle.add_content(later.build())
    first, second = read(bundle.build().dgram)
    assert first == Message("/a", (1,), 0.0)
    assert (second.address, second.due) == ("/b", pytest.approx(due, abs=1e-3))


def test_old_senders_leave_the_types_out():
    assert read(b"/a\0\0") == (Message("/a"),)


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"/",
        b"anthesis\0\0\0\0,\0\0\0",
        b"/a\nb\0\0\0,\0\0\0",
        b"/a\0\0iiii",
        b"/a\0\0,x\0\0",
        b"/a\0\0,i\0\0\0",
        b"/a\0\0,s\0\0abcd",
        b"/a\0\0,s\0\0\xff\xff\0\0",
        b"/a\0\0,b\0\0\x7f\xff\xff\xff",
        b"/a\0\0,b\0\0\xff\xff\xff\xff",
        b"#bundle\0",
        b"#bundle\0" + bytes(8) + struct.pack(">i", 0),
        b"#bundle\0" + bytes(8) + struct.pack(">i", 999),
        b"#bundle\0" + bytes(8) + struct.pack(">i", -4),
    ],
)
def test_what_is_no_osc_is_refused(packet):
    with pytest.raises(PacketError):
        read(packet)


def test_bundles_in_bundles_end_somewhere():
    packet = write("/a", 1)
    for _ in range(50):
        packet = b"#bundle\0" + struct.pack(">Q", 1) + struct.pack(">i", len(packet)) + packet
    with pytest.raises(PacketError):
        read(packet)


@settings(max_examples=400)
@given(st.one_of(st.binary(), st.binary().map(lambda b: b"/a\0\0," + b), st.binary().map(lambda b: b"#bundle\0" + b)))
def test_any_bytes_are_read_or_refused(packet):
    with contextlib.suppress(PacketError):
        read(packet)


@given(ARGS, st.data())
def test_a_broken_packet_is_read_or_refused(args, data):
    packet = bytearray(theirs("/anthesis/react/bass", *args))
    for _ in range(data.draw(st.integers(1, 4))):
        packet[data.draw(st.integers(0, len(packet) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(PacketError):
        read(bytes(packet[: data.draw(st.integers(0, len(packet)))]))
