"""Weights files that mean harm, or are broken: each refused in one sentence, soon, and without a trace."""

import copyreg
import pickle
import struct
import zipfile
from contextlib import suppress

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.engine.errors import StyleError
from app.engine.stylegan.card import Card
from app.engine.stylegan.library import read_style
from tests.checkpoints import ada_network, rosi16, their_modules, write_ada
from tests.hostile import (
    BOMBS,
    CALLS,
    CHANGES,
    HARM,
    P4,
    flipped,
    legacy,
    nested,
    refuses,
    soon,
    storage_id,
    text,
    written,
    zipped,
)

SMALL = Card("small", 8, z_dim=4, w_dim=4, num_mapping_layers=1, channel_base=32, channel_max=4)


@pytest.fixture(autouse=True)
def nothing_happens(tmp_path, monkeypatch):
    """Every test runs in an empty folder, where harm would leave a file."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    yield
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("route", CALLS)
def test_a_call_by_any_route_is_refused_by_name(tmp_path, route):
    refuses(written(tmp_path, CALLS[route]), "os.system", "nothing in it was run")
    evil = CALLS[route].replace(b"cos\nsystem\n", b"cbuiltins\neval\n").replace(b"ios\nsystem\n", b"ibuiltins\neval\n")
    evil = evil.replace(text("os") + text("system"), text("builtins") + text("eval"))
    refuses(written(tmp_path, evil), "builtins.eval", "nothing in it was run")


def test_the_routes_do_harm_where_they_are_not_refused(monkeypatch, tmp_path):
    ran = []
    monkeypatch.setattr("os.system", lambda command: ran.append(command) or 0)
    for route in ("GLOBAL", "STACK_GLOBAL", "INST", "OBJ"):
        pickle.loads(CALLS[route])
    assert ran == [HARM.decode()] * 4
    refuses(written(tmp_path, CALLS["GLOBAL"]), "os.system")
    assert len(ran) == 4


@pytest.mark.parametrize(("opcode", "form"), [(b"\x82", "<B"), (b"\x83", "<H"), (b"\x84", "<i")])
def test_registered_extensions(tmp_path, monkeypatch, opcode, form):
    monkeypatch.setitem(copyreg._inverted_registry, 99, ("os", "system"))
    refuses(written(tmp_path, P4 + opcode + struct.pack(form, 99) + text(HARM) + b"\x85R."), "extension 99")


@pytest.mark.parametrize("raw", [b"Pcos system\n.", P4 + text("os.system") + b"Q."])
def test_persistent_ids(tmp_path, raw):
    refuses(written(tmp_path, raw), "persistent id")


@pytest.mark.parametrize(
    "raw",
    [
        b"ctorch.Size\n__init__.__globals__\n.", b"ctorch\nSize.__init__\n.", b"cbuiltins\ngetattr\n.",
        b"ctorch\nload\n.", b"ctorch_utils.persistence\nimport_hook\n.", b"c__main__\nx\n.", b"ctorch.hub\nload\n.",
        P4 + text("torch") + text("Size.__class__") + b"\x93.",
    ],
)  # fmt: skip
def test_names_beside_the_known_ones(tmp_path, raw):
    refuses(written(tmp_path, raw), "asks for")


def test_what_is_known_can_be_neither_changed_nor_called_otherwise(tmp_path):
    known = b"ccollections\nOrderedDict\n"
    refuses(written(tmp_path, P4 + known + b"}" + text("build") + b"Nsb."), "no state")
    refuses(written(tmp_path, P4 + known + b"N}" + text("build") + b"Ns\x86b."), "no state")
    refuses(written(tmp_path, P4 + known + b")R" + b")R."), "no constructor")
    refuses(written(tmp_path, P4 + known + b")}" + text("a") + b"Ns\x92."), "by name")
    refuses(written(tmp_path, P4 + b"ctorch\nFloatStorage\n(K\x09tR."), "out of nothing")


@pytest.mark.parametrize("route", CALLS)
def test_calls_inside_storages(tmp_path, route):
    refuses(written(tmp_path, nested(legacy(CALLS[route]))), "os.system")
    refuses(written(tmp_path, nested(CALLS[route])), "os.system")
    refuses(written(tmp_path, nested(zipped({"x/data.pkl": CALLS[route]}))), "os.system")


def test_storages_inside_storages(tmp_path):
    raw = CALLS["GLOBAL"]
    for _ in range(50):
        raw = nested(raw)
    refuses(written(tmp_path, raw), "nests")


def test_zip_bombs(tmp_path):
    refuses(written(tmp_path, zipped({"x/data.pkl": bytes(50_000_000)}, zipfile.ZIP_DEFLATED)), "packed")
    refuses(written(tmp_path, zipped({f"x/data/{i}": b"" for i in range(20_100)})), "entries")
    refuses(written(tmp_path, zipped({"readme.txt": b"hello"})), "without a network")
    refuses(written(tmp_path, b"PK\x03\x04" + bytes(999)), "zip file")


def test_a_hundred_gigabytes_in_a_hundred_bytes(tmp_path):
    refuses(written(tmp_path, zipped({"x/data.pkl": storage_id(25 * 10**9) + b".", "x/data/0": b""})), "25,000,000,000")
    refuses(written(tmp_path, zipped({"x/data.pkl": storage_id(-4) + b".", "x/data/0": b""})), "more than")
    for shape in ([10**6, 10**6], [2, 2**40], [-1, 4], [1] * 9):
        raw = storage_id(4)[2:] + b"K\x00("
        raw += b"".join(b"\x8a\x08" + struct.pack("<q", n) for n in shape) + b"t(" + b"K\x00" * len(shape) + b"t"
        raw = P4 + b"ctorch._utils\n_rebuild_tensor_v2\n(" + raw + b"\x89}tR."
        refuses(written(tmp_path, zipped({"x/data.pkl": raw, "x/data/0": bytes(16)})), "tensor")


def test_a_storage_that_is_not_as_long_as_it_says(tmp_path):
    refuses(written(tmp_path, zipped({"x/data.pkl": storage_id(8) + b".", "x/data/0": bytes(16)})), "another size")


def test_files_written_the_other_way_round(tmp_path):
    raw = zipped({"x/data.pkl": storage_id(4) + b".", "x/data/0": bytes(16), "x/byteorder": b"big"})
    refuses(written(tmp_path, raw), "turns its bytes round")
    refuses(written(tmp_path, legacy(b"N.").replace(b"little_endianq\x01\x88", b"little_endianq\x01\x89")), "turns")


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_of_depth_and_memory(tmp_path, bomb):
    refuses(written(tmp_path, BOMBS[bomb]))


def test_the_same_long_list_again_and_again(tmp_path):
    raw = P4 + b"](" + b"N" * 100_000 + b"e\x940" + b"cbuiltins\nset\nh\x00\x85R0" * 50_000 + b"N."
    refuses(written(tmp_path, raw), "more steps")
    storage = zipped({"x/data.pkl": storage_id(250_000) + b".", "x/data/0": bytes(10**6)})
    load = b"ctorch.storage\n_load_from_bytes\n"
    raw = P4 + b"B" + struct.pack("<I", len(storage)) + storage + b"\x940" + (load + b"h\x00\x85R0") * 5_000 + b"N."
    refuses(written(tmp_path, raw), "more steps")
    raw = (
        P4
        + b"X"
        + struct.pack("<I", 10**6)
        + b"a" * 10**6
        + b"\x940"
        + b"c_codecs\nencode\nh\x00\x85R0" * 50_000
        + b"N."
    )
    refuses(written(tmp_path, raw), "more steps")


def test_settings_that_would_take_for_ever_to_print(tmp_path):
    laughs = [1]
    for _ in range(60):
        laughs = [laughs, laughs]
    net = ada_network(SMALL)
    net.state["_modules"]["synthesis"].state["_modules"]["b8"].state["_modules"]["conv0"].state["activation"] = laughs
    with their_modules():
        path = written(tmp_path, pickle.dumps(net))
    refuses(path, "activation is something else")


def test_modules_that_contain_themselves(tmp_path):
    raw = P4 + b"ctorch_utils.persistence\n_reconstruct_persistent_obj\n}" + text("type") + text("class") + b"s"
    raw += text("class_name") + text("Generator") + b"s" + text("state") + b"}s\x85R\x94}" + text("_modules")
    ring = raw + b"}" + b"".join(text(f"m{i}") + b"h\x00s" for i in range(40)) + b"sb."
    refuses(written(tmp_path, ring), "more layers")


def test_settings_that_our_network_does_not_know(tmp_path):
    for change, words in (
        ({"activation": "relu"}, "relu"),
        ({"conv_clamp": "x"}, "no number"),
        ({"conv_clamp": 7}, "different"),
    ):
        net = ada_network(SMALL)
        net.state["_modules"]["synthesis"].state["_modules"]["b8"].state["_modules"]["conv0"].state |= change
        with their_modules():
            path = written(tmp_path, pickle.dumps(net))
        refuses(path, words)
    net = ada_network(SMALL)
    net.state["_modules"]["mapping"].state["_modules"]["fc0"].state["bias_gain"] = 1.0
    with their_modules():
        path = written(tmp_path, pickle.dumps(net))
    refuses(path, "rate of 1")


def test_filters_that_our_network_does_not_know(tmp_path):
    state = rosi16() | {"to_rgbs.0.upsample.kernel": torch.ones(4, 4)}
    torch.save({"g_ema": state}, tmp_path / "box.pt")
    refuses(tmp_path / "box.pt", "filter")
    net = ada_network(SMALL)
    conv = net.state["_modules"]["synthesis"].state["_modules"]["b8"].state["_modules"]["conv0"]
    conv.state["_buffers"]["resample_filter"] = torch.ones(4, 4)
    with their_modules():
        path = written(tmp_path, pickle.dumps(net))
    refuses(path, "filter")


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    return folder, write_ada(folder / "sound.pkl", SMALL, alone=True).read_bytes()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_flipped_bytes_open_or_are_refused(sound, changes):
    folder, raw = sound
    path = written(folder, flipped(raw, changes), "fuzzed.pkl")
    with soon(), suppress(StyleError):  # anything else is a failure
        assert read_style(path).resolution <= 4096


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=200), zipped_file=st.booleans())
def test_any_bytes_are_refused(sound, raw, zipped_file):
    folder, _ = sound
    refuses(written(folder, zipped({"x/data.pkl": raw}) if zipped_file else P4 + raw, "noise.pkl"))
