"""Pickles that say something wrong in the right words: each sentence of the reader, one small file for each."""

import io
import pickle
import pickletools
import struct

import pytest
import torch

from app.engine.stylegan.checkpoints.torchfile import Reader
from app.engine.stylegan.checkpoints.unpickle import Damaged, Refused, Stateful
from app.engine.stylegan.weights import load_weights
from tests.checkpoints import small_rosinality
from tests.hostile import P4, legacy, nested, refuses, storage_id, text, written, zipped
from tests.vectors.networks import Card

SMALL = Card("small", 8, z_dim=4, w_dim=4, num_mapping_layers=1, channel_base=32, channel_max=4)
WIDER = Card("wider", 8, z_dim=16, w_dim=16, num_mapping_layers=1, channel_base=128, channel_max=16)
PERSISTENT = b"ctorch_utils.persistence\n_reconstruct_persistent_obj\n"
GENERATOR = text("type") + text("class") + b"s" + text("class_name") + text("Generator") + b"s" + text("state")
HEAD = b"".join(pickle.dumps(part, 2) for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}))
STORAGE = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text("0") + text("cpu") + b"K\x04NtQ"
SAYS = {
    "fills something that is no list": P4 + b"NNa.",
    "fills something that is no dict": P4 + b"]NNs.",
    "fills something that is no set": P4 + b"](N\x90.",
    "names something without text": P4 + b"NN\x93.",
    "keys that are neither": P4 + b"\x8f(]\x90.",
    "text without quotes": P4 + b"Sabc\n.",
    "mean nothing": P4 + b"\xff.",
    "cut short, or has a line": P4 + b"I123",
    "takes more than it holds": P4 + b"R.",
    "closes what was never opened": P4 + b"t.",
    "remembers nothing": P4 + b"\x94.",
    "recalls what it never held": P4 + b"h\x07.",
    "key without a value": P4 + b"(Nd.",
    "calls something that is no constructor": P4 + b"(No.",
    "has no state": P4 + b"]Nb.",
    "follow its own format": P4 + b"I1x\n.",
    "a tensor wrongly": P4 + b"ctorch._utils\n_rebuild_tensor_v2\n(NNNNtR.",
    "a parameter that is no tensor": P4 + b"ctorch._utils\n_rebuild_parameter\nN\x85R.",
    "describes a network wrongly": P4 + PERSISTENT + b"N\x85R.",
    "its Generator has no attributes": P4 + PERSISTENT + b"}" + GENERATOR + b"Ns\x85R.",
    "describes a table wrongly": P4 + b"ccollections\nOrderedDict\nN\x85R.",
    "describes a list wrongly": P4 + b"ctorch\nSize\nN\x85R.",
    "encodes text in an unknown way": P4 + b"c_codecs\nencode\n" + text("a") + text("utf-7") + b"\x86R.",
    "that is not made of bytes": P4 + b"ctorch.storage\n_load_from_bytes\nN\x85R.",
    "holds a storage that is none": nested(b"\x80\x02N."),
    "an unknown version": pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(7, 2),
    "no list of its storages": legacy(b"N.")[: -len(pickle.dumps([], 2))] + b"N.",
    "a storage that nothing uses": HEAD + b"N." + pickle.dumps(["0"], 2),
    "another size than it says": HEAD + P4 + STORAGE + b"." + pickle.dumps(["0"], 2) + struct.pack("<q", 5),
    "something that is no storage": zipped({"x/data.pkl": P4 + text("a") + b"Q."}),
    "describes a storage wrongly": zipped({"x/data.pkl": STORAGE.replace(b"ctorch\nFloatStorage\n", b"N") + b"."}),
    "numbers, more than there are bytes": zipped({"x/data.pkl": storage_id(10**9) + b"."}),
}  # fmt: skip


@pytest.mark.parametrize("words", SAYS)
def test_what_is_wrong_is_said(tmp_path, words):
    refuses(written(tmp_path, SAYS[words]), words)


def read(raw):
    """What our machine makes of a pickle."""
    return Reader(len(raw)).read(memoryview(raw))


@pytest.mark.parametrize(
    "held",
    [
        None, True, False, 0, -1, 255, 256, 65536, -(2**31), 2**40, -(2**200), 1.5, float("-inf"), "", "a", "é🌸",
        (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [], [1], [1, 2], {}, {1: 2}, {"a": [1], "b": {"c": ()}},
        set(), {1, 2}, frozenset({3}),
    ],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("protocol", range(1, 6))
def test_plain_things_are_read_as_python_reads_them(held, protocol):
    assert read(pickle.dumps(held, protocol)) == held


def test_a_mark_may_be_dropped_and_text_quoted():
    assert read(b"((1N.") is None
    assert read(b"(0N.") is None
    assert read(b"S'abc'\n.") == "abc"
    assert read(P4 + b"T\x03\x00\x00\x00a\xe9b.") == "aéb"
    assert read(b"I00\n.") is False
    assert bytes(read(P4 + b"\x96" + struct.pack("<Q", 2) + b"ab.")) == b"ab"
    assert read(P4 + b"ccollections\nOrderedDict\n)R}b.") == {}
    for raw in (b"(icollections\nOrderedDict\n.", b"(ccollections\nOrderedDict\no."):
        assert read(raw) == {}


def test_names_that_a_rosinality_state_must_not_have(tmp_path):
    state = small_rosinality(SMALL)
    path = tmp_path / "a.pt"
    torch.save({"g_ema": state | {"version": 3}}, path)
    assert load_weights(path)[0].resolution == 8
    torch.save({"g_ema": state | {"convs.0.other": torch.zeros(1)}}, path)
    refuses(path, "convs.0.other", "not known")
    torch.save({"g_ema": state | {"elsewhere": torch.zeros(1)}}, path)
    refuses(path, "elsewhere", "not known")
    torch.save({"g_ema": state | {"convs.0.noise.weight": torch.zeros(2)}}, path)
    refuses(path, "other shapes")
    part = {"style.1.weight": torch.zeros(4, 4)}
    torch.save({"g_ema": part}, path)
    refuses(path, "no StyleGAN2 generator")
    torch.save({"g_ema": part | {"conv1.conv.weight": torch.zeros(1)}}, path)
    refuses(path, "not those of StyleGAN2")


def test_numbers_that_the_file_does_not_hold(tmp_path):
    state = small_rosinality(SMALL)
    torch.save({"g_ema": state}, tmp_path / "a.pt", _use_new_zipfile_serialization=False)
    raw = io.BytesIO((tmp_path / "a.pt").read_bytes())
    for _ in range(4):  # what comes before the list of storages
        assert list(pickletools.genops(raw))
    without = raw.getvalue()[: raw.tell()] + pickle.dumps([], 2)
    refuses(written(tmp_path, without + bytes(raw.getbuffer().nbytes), "b.pt"), "numbers that it does not hold")


def test_more_tensors_than_the_file_has_room_for(tmp_path):
    one = torch.zeros(4000)
    state = {name: one[: tensor.numel()].view(tensor.shape) for name, tensor in small_rosinality(WIDER).items()}
    torch.save({"g_ema": state}, tmp_path / "a.pt")
    refuses(tmp_path / "a.pt", "larger than the file")


def test_a_thing_with_a_state_must_say_what_it_takes():
    with pytest.raises(NotImplementedError):
        Stateful().set_state({})
    assert issubclass(Damaged, ValueError)
    assert issubclass(Refused, ValueError)
