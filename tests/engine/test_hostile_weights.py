"""Weights files that mean harm, or are broken: each refused in one sentence, soon, and without a trace."""

import copyreg
import io
import pickle
import struct
import time
import zipfile
from contextlib import suppress

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.engine.errors import StyleError
from app.engine.stylegan.card import Card
from app.engine.stylegan.library import read_style
from app.engine.stylegan.weights import load_weights
from tests.checkpoints import ada_network, rosi16, their_modules, write_ada

SOON = 2.0
SMALL = Card("small", 8, z_dim=4, w_dim=4, num_mapping_layers=1, channel_base=32, channel_max=4)
HARM = b"touch harmed"
P4 = b"\x80\x04"


@pytest.fixture(autouse=True)
def nothing_happens(tmp_path, monkeypatch):
    """Every test runs in an empty folder, where harm would leave a file."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    yield
    assert list(folder.iterdir()) == []


def text(word):
    """*word* as a pickle's string."""
    raw = word if isinstance(word, bytes) else word.encode()
    return b"\x8c" + bytes([len(raw)]) + raw


def refuses(path, *words):
    """StyleError in one sentence that names the file and says *words*, soon."""
    began = time.monotonic()
    with pytest.raises(StyleError) as caught:
        load_weights(path)
    assert time.monotonic() - began < SOON
    sentence = str(caught.value)
    assert path.name in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 300
    for word in words:
        assert word in sentence
    return sentence


def written(folder, raw, name="evil.pkl"):
    (folder / name).write_bytes(raw)
    return folder / name


CALLS = {
    "GLOBAL": b"cos\nsystem\n(" + text(HARM) + b"tR.",
    "STACK_GLOBAL": P4 + text("os") + text("system") + b"\x93" + text(HARM) + b"\x85R.",
    "INST": b"(" + text(HARM) + b"ios\nsystem\n.",
    "OBJ": b"(cos\nsystem\n" + text(HARM) + b"o.",
    "NEWOBJ": P4 + b"cos\nsystem\n" + text(HARM) + b"\x85\x81.",
    "NEWOBJ_EX": P4 + b"cos\nsystem\n" + text(HARM) + b"\x85}\x92.",
    "BUILD": P4 + b"cos\nsystem\n" + b"}" + text("__setstate__") + b"cos\nsystem\nsb" + text(HARM) + b"b.",
}


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


def legacy(inner):
    """What ``torch.save`` once wrote, with *inner* as the object in it."""
    head = b"".join(pickle.dumps(part, 2) for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}))
    return head + inner + pickle.dumps([], 2)


def nested(raw):
    """*raw* as the bytes of a storage within a pickle."""
    return P4 + b"ctorch.storage\n_load_from_bytes\nB" + struct.pack("<I", len(raw)) + raw + b"\x85R."


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


def zipped(entries, how=zipfile.ZIP_STORED):
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", how) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return kept.getvalue()


def test_zip_bombs(tmp_path):
    refuses(written(tmp_path, zipped({"x/data.pkl": bytes(50_000_000)}, zipfile.ZIP_DEFLATED)), "packed")
    refuses(written(tmp_path, zipped({f"x/data/{i}": b"" for i in range(20_100)})), "entries")
    refuses(written(tmp_path, zipped({"readme.txt": b"hello"})), "without a network")
    refuses(written(tmp_path, b"PK\x03\x04" + bytes(999)), "zip file")


def storage_id(count, key=b"0"):
    number = b"\x8a\x08" + struct.pack("<q", count)
    return P4 + b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text(key) + text("cpu") + number + b"tQ"


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


@pytest.mark.parametrize(
    "raw",
    [
        P4 + b"(" * 3_000_000, P4 + b"]" * 3_000_000, P4 + b"N0" * 1_500_000 + b".", P4 + b"]" + b"]\x94a" * 500_000,
        P4 + b")" + b"\x85" * 900_000 + b"}" + b"\x8c\x01aN\x93.", P4 + b"}" + b")" + b"\x85" * 900_000 + b"Ns.",
        P4 + b")" + b"\x85" * 900_000 + b".", P4 + b"]r\xff\xff\xff\xff0j\xff\xff\xff\xff.",
        P4 + b"Np" + b"9" * 300 + b"\n.",
        P4 + b"]" + b"2" * 900_000 + b".", b"I" + b"9" * 390 + b"\n.",
        P4 + b"\x8b" + struct.pack("<I", 10**6) + bytes(10**6) + b".",
        P4 + b"\x8e" + b"\xff" * 8 + b".", P4 + b"\x95" + b"\xff" * 8 + b"N.", P4 + b"]q\x00h\x00a.",
        P4 + b"}" + text("GAN") + b"Ns.",
        P4 + text("a") + b"\x94" + b"h\x00h\x00\x86\x94"
        + b"".join(b"h" + bytes([i]) * 2 + b"\x86\x94" for i in range(1, 9)) + b".",
    ],
    ids=range(17),
)  # fmt: skip
def test_bombs_of_depth_and_memory(tmp_path, raw):
    refuses(written(tmp_path, raw))


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


@pytest.fixture
def small(tmp_path):
    return write_ada(tmp_path / "small.pkl", SMALL, alone=True)


def test_truncation_anywhere(small):
    raw = small.read_bytes()
    for percent in range(100):
        small.write_bytes(raw[: len(raw) * percent // 100])
        refuses(small)


def test_truncation_of_torch_files(tmp_path):
    for zipped_file in (True, False):
        kept = io.BytesIO()
        torch.save({"g_ema": {"a": torch.zeros(100)}}, kept, _use_new_zipfile_serialization=zipped_file)
        for percent in range(0, 100, 5):
            refuses(written(tmp_path, kept.getvalue()[: len(kept.getvalue()) * percent // 100], "cut.pt"))


def test_a_discriminator_only(tmp_path):
    for held in (ada_network(SMALL, "Discriminator"), {"D": ada_network(SMALL, "Discriminator")}):
        with their_modules():
            path = written(tmp_path, pickle.dumps(held))
        refuses(path, "cannot be used")
    with their_modules():
        path = written(tmp_path, pickle.dumps({"G": ada_network(SMALL)}))
    refuses(path, "no G_ema")


def test_networks_of_other_kinds(tmp_path):
    path = tmp_path / "sd.ckpt.pt"
    torch.save({"state_dict": {"model.diffusion_model.input_blocks.0.weight": torch.zeros(4, 4)}, "step": 3}, path)
    refuses(path, "Stable Diffusion")
    torch.save({"GAN": {"S.net.0.weight": torch.zeros(4, 4)}, "version": "1.8"}, path)
    refuses(path, "lucidrains")
    torch.save(torch.zeros(3), path)
    refuses(path, "no StyleGAN2 generator")
    torch.save(torch.nn.Linear(2, 2), path)
    refuses(path, "torch.nn.modules.linear.Linear")
    refuses(written(tmp_path, P4 + b"cdnnlib.tflib.network\nNetwork\n."), "no StyleGAN2 generator")


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


def test_files_that_are_no_weights(tmp_path):
    refuses(written(tmp_path, b""), "is empty")
    refuses(written(tmp_path, b"Dear diary, today I trained a network.\n"), "not a weights file")
    refuses(written(tmp_path, b"\x89PNG\r\n\x1a\n" + bytes(99)))
    (tmp_path / "folder.pkl").mkdir()
    refuses(tmp_path / "folder.pkl", "is a folder")
    refuses(tmp_path / "gone.pkl", "no such file")


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    return folder, write_ada(folder / "sound.pkl", SMALL, alone=True).read_bytes()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8))
def test_flipped_bytes_open_or_are_refused(sound, changes):
    folder, raw = sound
    broken = bytearray(raw)
    for place, value in changes:
        broken[int(place * len(raw))] = value
    path = written(folder, bytes(broken), "fuzzed.pkl")
    began = time.monotonic()
    with suppress(StyleError):  # anything else is a failure
        assert read_style(path).resolution <= 4096
    assert time.monotonic() - began < SOON


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=200), zipped_file=st.booleans())
def test_any_bytes_are_refused(sound, raw, zipped_file):
    folder, _ = sound
    refuses(written(folder, zipped({"x/data.pkl": raw}) if zipped_file else P4 + raw, "noise.pkl"))
