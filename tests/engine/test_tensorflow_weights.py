"""TensorFlow pickles of StyleGAN2 and -ADA open, draw what the published networks drew, and do no harm."""

import json
import pickle
from collections import OrderedDict
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from PIL import Image

from app.__main__ import main
from app.engine.errors import StyleError
from app.engine.stylegan.card import Card
from app.engine.stylegan.checkpoints import tensorflow
from app.engine.stylegan.checkpoints.opening import open_checkpoint
from app.engine.stylegan.library import read_style
from app.engine.stylegan.weights import load_weights
from tests.hostile import CHANGES, flipped, refuses, soon, written
from tests.tensorflow_writer import (
    Network,
    OlderNetwork,
    OldPickler,
    Python2Pickler,
    _reconstruct,
    discriminator,
    network_of,
    pickled,
    scalar,
    stored,
    variables_of,
    write_tensorflow,
)
from tests.vectors.networks import ALL, card_of, expected, filled, opened, worst, write_style

pytestmark = pytest.mark.usefixtures("one_thread")

EXACT = 1e-4
TINY = card_of("rgb1_32")
SMALL = Card("small", 8, z_dim=4, w_dim=4, num_mapping_layers=1, channel_base=32, channel_max=4)


@pytest.mark.parametrize("case", ALL)
def test_pictures_are_those_of_the_published_network(case, tmp_path):
    path = write_tensorflow(tmp_path / f"{case}.pkl", card_of(case))
    net, c = opened(path), expected(case, "c") if card_of(case).c_dim else None
    z = expected(case, "z")
    assert worst(net.mapping(z, c), expected(case, "w")) < EXACT
    for psi, cutoff, name in ((1, None, "psi1"), (0.7, None, "psi0.7"), (0.5, 4, "psi0.5_cutoff4")):
        assert worst(net(z, c, psi=psi, cutoff=cutoff), expected(case, f"image_{name}")) < EXACT
    ws = net.mapping.ws(z, c)
    assert worst(net.synthesis(ws, noise=0.0), expected(case, "image_nonoise")) < EXACT
    mixed = torch.cat([ws[:1, :4], ws[1:, 4:]], dim=1)
    assert worst(net.synthesis(mixed), expected(case, "image_mix4")) < EXACT


def same(path, card=TINY):
    """Whether the tensors in *path* are the vectors', all of them."""
    found, tensors = load_weights(path)
    kept = filled(card)
    shape = ("resolution", "z_dim", "w_dim", "c_dim", "num_mapping_layers", "img_channels", "architecture")
    assert [getattr(found, name) for name in shape] == [getattr(card, name) for name in shape]
    assert tensors.keys() == kept.keys()
    return all(np.allclose(tensors[name].numpy(), kept[name], atol=1e-6) for name in kept)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("pickler", [OldPickler, pickle._Pickler])
def test_every_protocol_and_either_numpy(tmp_path, protocol, pickler):
    assert same(write_tensorflow(tmp_path / "a.pkl", TINY, protocol=protocol, pickler=pickler))


def test_files_of_python_2(tmp_path):
    path = write_tensorflow(tmp_path / "a.pkl", SMALL, protocol=2, pickler=Python2Pickler)
    assert b"_codecs" not in path.read_bytes()
    assert same(path, SMALL)


LAID = {
    "big endian": lambda array: stored(array).astype(">f4"),
    "double": lambda array: stored(array).astype(np.float64),
    "columns first": lambda array: np.asfortranarray(array) if np.ndim(array) else array,
}


@pytest.mark.parametrize("how", LAID)
@pytest.mark.parametrize("protocol", [4, 5])
@pytest.mark.parametrize("pickler", [OldPickler, pickle._Pickler])
def test_however_the_numbers_lie(tmp_path, how, protocol, pickler):
    path = write_tensorflow(tmp_path / "a.pkl", SMALL, lay=LAID[how], protocol=protocol, pickler=pickler)
    assert same(path, SMALL)


def test_arrays_turned_in_memory(tmp_path):
    def lay(array):
        return np.ascontiguousarray(array.transpose(1, 2, 0, 3)).transpose(2, 0, 1, 3) if array.ndim == 4 else array

    path = write_tensorflow(tmp_path / "a.pkl", SMALL, lay=lay, protocol=5, pickler=pickle._Pickler)
    assert same(path, SMALL)


@pytest.mark.parametrize("case", ["skip64", "map8_32", "resnet32", "orig32", "rgb1_32"])
def test_the_repository_before_ada(tmp_path, case):
    path = write_tensorflow(tmp_path / "a.pkl", card_of(case), ada=False, fused_modconv=True, dtype="float32")
    assert same(path, card_of(case))


def test_networks_that_grew_while_they_learnt(tmp_path):
    """Config B to D: a picture for every size, of which the last one alone is shown in the end."""
    path = write_tensorflow(tmp_path / "a.pkl", card_of("orig32"), ada=False, growing=True, architecture="skip")
    assert same(path, card_of("orig32"))
    grown = network_of(SMALL, ada=False, growing=True)
    grown.state["variables"][0] = ("lod", np.float32(1.5))
    refuses(written(tmp_path, pickled(grown)), "still growing")


def test_classes_before_ada(tmp_path):
    """z and a row of a table, side by side on one sphere: the formula of that repository, in NumPy."""
    card = replace(card_of("cond32"), joined=True)
    path, dice = write_tensorflow(tmp_path / "a.pkl", card, ada=False), np.random.default_rng(1)
    z, c = dice.standard_normal((5, 64)), dice.random((5, 4))
    there = variables_of(card)["mapping"]
    x = np.hstack([z, c @ there["LabelConcat/weight"]])
    x /= np.sqrt((x**2).mean(1, keepdims=True) + 1e-8)
    for i in range(2):
        weight, bias = there[f"Dense{i}/weight"], there[f"Dense{i}/bias"]
        x = x @ weight * 0.01 / np.sqrt(len(weight)) + bias * 0.01
        x = np.where(x > 0, x, 0.2 * x) * np.sqrt(2)
    drawn = opened(path).mapping(torch.from_numpy(z).float(), torch.from_numpy(c).float())
    assert worst(drawn, torch.from_numpy(x).float()) < EXACT
    assert main(["convert", str(path), str(tmp_path / "b.safetensors")]) == 0
    again = opened(tmp_path / "b.safetensors").mapping(torch.from_numpy(z).float(), torch.from_numpy(c).float())
    assert torch.equal(drawn, again)


@pytest.mark.parametrize(
    "change", [{"img_channels": 4}, {"c_dim": 3}, {"num_mapping_layers": 5}, {"conv_clamp": 256.0}]
)
def test_networks_of_many_shapes(tmp_path, change):
    card = replace(SMALL, **change)
    assert same(write_tensorflow(tmp_path / "a.pkl", card), card)
    assert load_weights(tmp_path / "a.pkl")[0].conv_clamp == card.conv_clamp


@pytest.mark.parametrize(("height", "width"), [(3, 5), (7, 4), (16, 9)])
def test_pictures_that_are_not_square(tmp_path, height, width):
    card = replace(SMALL, const_height=height, const_width=width)
    path = write_tensorflow(tmp_path / "a.pkl", card, min_h=height, min_w=width, res_log2=1, use_attention=False)
    assert same(path, card)
    assert (read_style(path).height, read_style(path).width) == (2 * height, 2 * width)


def test_variables_listed_in_one_row(tmp_path):
    whole = network_of(SMALL)
    for part in ("mapping", "synthesis"):
        listed = whole.state["components"].pop(part).state["variables"]
        whole.state["variables"] += [(f"G_{part}/{name}", array) for name, array in listed]
    assert same(written(tmp_path, pickled(whole)), SMALL)
    del whole.state["components"]
    assert same(written(tmp_path, pickled(whole)), SMALL)


def test_the_average_is_found_wherever_it_stands(tmp_path):
    g, d, gs = network_of(SMALL, "G"), discriminator(), network_of(SMALL)
    for held in (gs, (gs,), [g, d, gs], (gs, g), (d, gs), (g, gs, d, None)):
        assert same(written(tmp_path, pickled(held)), SMALL)
    nameless = network_of(SMALL)
    nameless.state["name"] = "average"
    assert same(written(tmp_path, pickled((g, d, nameless))), SMALL)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ("GD", "holds G, D and no Gs"),
        ("GD-", "no Gs"),
        ("GGDD", "no Gs"),
        ("D", "discriminator"),
        ("DDD", "discriminator"),
    ],
)
def test_files_without_an_average(tmp_path, names, words):
    kinds = {"G": network_of(SMALL, "G"), "D": discriminator(), "-": None}
    refuses(written(tmp_path, pickled(tuple(kinds[name] for name in names))), "cannot be used", words)


def test_names_that_are_none(tmp_path):
    g = network_of(SMALL, "G")
    g.state["name"] = laughs()
    refuses(written(tmp_path, pickled((g, discriminator()))), "something without a name, D and no Gs")


def laughs(depth=60):
    held = ["ha"]
    for _ in range(depth):
        held = [held, held]
    return held


def test_still_inspect_and_convert(tmp_path, capsys):
    path, out = write_tensorflow(tmp_path / "flowers.pkl", card_of("cond32")), tmp_path / "3.png"
    assert main(["inspect", "--json", str(path)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["format"], told["name"], told["resolution"]) == (tensorflow.FORMAT, "flowers", 32)
    assert main(["convert", str(path), str(tmp_path / "b.safetensors")]) == 0
    (card, before), (again, after) = load_weights(path), load_weights(tmp_path / "b.safetensors")
    assert card == again
    assert all(torch.equal(before[name], after[name]) for name in before | after)
    still = ["still", str(path), "--seed", "3", "--class", "2", "-o", str(out), "--device", "cpu"]
    assert main(still) == 0
    z = torch.from_numpy(np.random.RandomState(3).randn(1, 64)).float()
    image = opened(path)(z, torch.eye(4)[2:3])[0]
    reference = (image.permute(1, 2, 0) * 127.5 + 128).clamp(0, 255).to(torch.uint8).numpy().astype(int)
    assert np.abs(np.asarray(Image.open(out)).astype(int) - reference).max() <= 1


def test_numbers_stay_in_the_file_until_they_are_wanted(tmp_path):
    checkpoint = open_checkpoint(write_tensorflow(tmp_path / "a.pkl", SMALL))
    assert checkpoint.tensors is not None
    assert all(type(tensor.storage.raw) is memoryview for tensor in checkpoint.tensors.values())
    mapped = {id(tensor.storage.raw.obj) for tensor in checkpoint.tensors.values()}
    assert len(mapped) == 1  # the one map of the file


class Odd:
    """Something that is pickled as a call of *call* with *arguments*, and then given *state*."""

    def __init__(self, call, arguments, *state):
        self.said = (call, arguments, *state)

    def __reduce__(self):
        return self.said


FLOAT = np.dtype("f4")


def array(shape, raw, kind=FLOAT, first=np.ndarray):
    """An array as NumPy pickles it, whatever it says of itself."""
    return Odd(_reconstruct, (first, (0,), b"b"), (1, shape, kind, False, raw))


LIES = {
    "more": (array((2, 3), bytes(8)), "2x3"),
    "fewer": (array((2, 3), bytes(99)), "2x3"),
    "huge": (array((10**6, 10**6), bytes(8)), "1000000x1000000"),
    "overflow": (array((2**39, 2**39, 2**39), b""), "549755813888"),
    "beyond": (array((2**62, 4), b""), "wrongly"),
    "negative": (array((-2, -3), bytes(24)), "wrongly"),
    "not whole": (array((2.0, 3), bytes(24)), "wrongly"),
    "deep": (array((1,) * 9, bytes(4)), "wrongly"),
    "no shape": (array(None, bytes(4)), "wrongly"),
    "no type": (array((1,), bytes(4), "f4"), "wrongly"),
    "no bytes": (array((1,), [1.0]), "not made of bytes"),
    "no latin": (array((1,), "\u4e00" * 4), "does not follow its own format"),
    "no state": (Odd(_reconstruct, (np.ndarray, (0,), b"b"), (1, 2)), "wrongly"),
    "twice": (Odd(_reconstruct, (np.ndarray, (0,), b"b"), 7), "wrongly"),
    "another class": (array((1,), bytes(4), first=OrderedDict), "as if it were an array"),
    "objects": (np.array([None, {}]), "Python objects"),
    "words": (np.array(["petal"]), "U5"),
    "tables": (np.zeros(2, [("a", "f4")]), "V4"),
    "complex": (np.zeros(2, np.complex64), "c8"),
    "named": (array((1,), bytes(4), Odd(np.dtype, ("f4",), (3, "<", None, ("a",), None, -1, -1, 0))), "tables"),
    "another order": (array((1,), bytes(4), Odd(np.dtype, ("f4",), (3, "?", None, None, None, -1, -1, 0))), "wrongly"),
    "short type": (array((1,), bytes(4), Odd(np.dtype, ("f4",), (3,))), "wrongly"),
    "type of a type": (array((1,), bytes(4), Odd(np.dtype, (4,))), "wrongly"),
    "long number": (Odd(scalar, (FLOAT, bytes(99))), "99 bytes"),
    "out of nothing": (Odd(np.ndarray, ((10**9,),)), "out of nothing"),
}


@pytest.mark.parametrize("how", LIES)
def test_arrays_that_lie(tmp_path, how):
    lie, words = LIES[how]
    whole = network_of(SMALL)
    whole.state["variables"].append(("dlatent_avg", lie))
    refuses(written(tmp_path, pickled(whole, pickler=pickle._Pickler)), words)


def test_arrays_that_are_filled_twice(tmp_path):
    raw = pickled(array((1,), bytes(4)))
    assert raw.endswith(b"b.")
    state = pickled((1, (1,), FLOAT, False, bytes(4)))[2 + 9 :]
    refuses(written(tmp_path, raw[:-1] + state[:-1] + b"b."), "wrongly")


def buffer(order="C", axes=(), shape=(1, 2)):
    from numpy._core.numeric import _frombuffer

    return Odd(_frombuffer, (bytes(8), FLOAT, shape, order, *axes))


@pytest.mark.parametrize(
    "lie", [buffer("Z"), buffer(3), buffer("K", [(0, 0)]), buffer("K", [(0, 5)]), buffer("K", ["ab"])]
)
def test_buffers_that_lie(tmp_path, lie):
    refuses(written(tmp_path, pickled((lie, network_of(SMALL)))), "describes an array wrongly")


def test_the_same_bytes_again_and_again(tmp_path):
    text = "a" * 10**6
    held = [array((250_000,), text) for _ in range(2000)]
    refuses(written(tmp_path, pickled(held)), "more steps")


def test_truncation_anywhere(tmp_path):
    raw = write_tensorflow(tmp_path / "a.pkl", SMALL).read_bytes()
    for percent in range(0, 100, 5):
        refuses(written(tmp_path, raw[: len(raw) * percent // 100], "cut.pkl"))


OLD = {
    "StyleGAN1": Network("Gs", "G_style", [("lod", np.float32(0))]),
    "StyleGAN1 ": Network("Gs", "G_main", [("G_synthesis/4x4/Const/StyleMod/weight", np.zeros((4, 8), np.float32))]),
    "Progressive GAN": OlderNetwork("Gs", "networks.G_paper", [("4x4/Dense/weight", np.zeros((4, 8), np.float32))]),
    "Progressive GAN,": Network("Gs", "G_paper", [("lod", np.float32(0))]),
    "vgg16": Network("vgg16", "vgg16_zhang", [("conv1/weight", np.zeros((4, 8), np.float32))]),
    "no StyleGAN2 generator": Network("Gs", "G_main", []),
}


@pytest.mark.parametrize("words", OLD)
def test_networks_of_other_kinds(tmp_path, words):
    refuses(written(tmp_path, pickled((OLD[words],) * 3)), "cannot be used", words.strip())


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"nonlinearity": "relu"}, "nonlinearity as relu"),
        ({"mapping_lrmul": 0.1}, "mapping_lrmul as 0.1"),
        ({"mapping_lrmul": np.float64(0.1)}, "mapping_lrmul as 0.1"),
        ({"resample_kernel": None}, "resample_kernel"),
        ({"resample_kernel": [1, 2, 1]}, "resample_kernel"),
        ({"use_noise": False}, "use_noise as False"),
        ({"normalize_latents": False}, "normalize_latents as False"),
        ({"use_attention": True}, "use_attention as True"),
        ({"petals": "many"}, "petals as many"),
        ({"petals": laughs()}, "petals, which"),
        ({"conv_clamp": "x"}, "conv_clamp"),
        ({"conv_clamp": -1}, "conv_clamp"),
        ({"conv_clamp": laughs()}, "conv_clamp"),
    ],
)  # fmt: skip
def test_settings_that_our_network_does_not_know(tmp_path, setting, words):
    refuses(written(tmp_path, pickled(network_of(SMALL, **setting))), "cannot be used", words)


def test_settings_that_change_nothing(tmp_path):
    more = {"resample_kernel": (1, 3, 3, 1), "mapping_lrmul": np.float64(0.01), "num_fp16_res": 4, "structure": "auto"}
    assert same(written(tmp_path, pickled(network_of(SMALL, randomize_noise=True, **more))), SMALL)
    whole = network_of(SMALL)
    whole.state["static_kwargs"] = None
    assert same(written(tmp_path, pickled(whole)), SMALL)


@pytest.mark.parametrize("program", ["G_synthesis_mine", None, laughs()])
def test_programs_that_are_not_the_published_ones(tmp_path, program):
    whole = network_of(SMALL)
    whole.state["components"]["synthesis"].state["build_func_name"] = program
    refuses(written(tmp_path, pickled(whole)), "is built by", program if isinstance(program, str) else "without a name")


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        (None, "list of variables"),
        ([("lod", np.float32(0))] * 2001, "list of variables"),
        ([("lod",)], "something else"),
        ([("lod", 3)], "something else"),
        ([(3, np.float32(0))], "something else"),
        ([["lod", np.float32(0)]], "something else"),
        ([("attention/gamma", np.float32(0))], "'attention/gamma' is not known"),
        ([("G_synthesis/4x4/Conv/kernel", np.float32(0))], "Conv/kernel' is not known"),
        ([("G_synthesis/12x12/Conv1/bias", np.float32(0))], "12 x 12"),
        ([("G_synthesis/8x16/Conv1/bias", np.float32(0))], "8 x 16"),
        ([("G_synthesis/2x2/Conv1/bias", np.float32(0))], "2 x 2"),
        ([("dlatent_avg", np.zeros(3, np.float32))], "mapping.w_avg is 3"),
        ([("G_mapping/Dense0/weight", np.zeros(3, np.float32))], "layers are not those"),
        ([("G_mapping/LabelConcat/weight", np.zeros(3, np.float32))], "layers are not those"),
        ([("G_mapping/LabelConcat/weight", np.zeros((3, 2), np.float32))], "embed.weight is 2x3"),
        ([("G_synthesis/4x4/Const/const", np.zeros((2, 4, 4, 4), np.float32))], "b4.const is 2x4x4x4"),
        ([("G_synthesis/noise0", np.zeros((2, 1, 4, 4), np.float32))], "noise_const is 2x1x4x4"),
        ([("G_synthesis/8x8/ToRGB/weight", np.zeros((1, 1, 0, 3), np.float32))], "torgb.weight is 3x0x1x1"),
        ([("G_synthesis/8x8/Conv0_up/weight", np.zeros((0, 3, 4, 4), np.float32))], "4x4x0x3"),
        (
            [("G_synthesis/8x8/Conv0_up/bias", Odd(_reconstruct, (np.ndarray, (0,), b"b")))],
            "Conv0_up/bias' is not known",
        ),
    ],
)
def test_variables_that_are_not_those_of_a_network(tmp_path, listed, words):
    whole = network_of(SMALL)
    for part in ("mapping", "synthesis"):
        inside = whole.state["components"].pop(part).state["variables"]
        whole.state["variables"] += [(f"G_{part}/{name}", held) for name, held in inside]
    whole.state["variables"] = None if listed is None else whole.state["variables"] + listed
    refuses(written(tmp_path, pickled(whole)), words)


def test_what_is_missing_is_named(tmp_path):
    whole = network_of(SMALL)
    synthesis = whole.state["components"]["synthesis"].state
    synthesis["variables"] = [pair for pair in synthesis["variables"] if pair[0] != "noise2"]
    refuses(written(tmp_path, pickled(whole)), "b8.conv1.noise_const is missing")


@pytest.mark.parametrize("joined", [1, None, "yes", [True]])
def test_cards_that_do_not_say_how_classes_are_joined(tmp_path, joined):
    refuses(write_style(tmp_path / "a.safetensors", SMALL, joined=joined), "true or false as joined")


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    return folder, bytes(pickled(network_of(SMALL)))


@settings(max_examples=100, deadline=None)
@given(changes=CHANGES)
def test_flipped_bytes_open_or_are_refused(sound, changes):
    folder, raw = sound
    path = written(folder, flipped(raw, changes), "fuzzed.pkl")
    with soon(), suppress(StyleError):  # anything else is a failure
        assert load_weights(path)[0].resolution <= 4096
