"""Files that are broken or hold something else: each told in one sentence, with what to do, in little memory."""

import io
import json
import pickle
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from contextlib import suppress

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from app.engine.errors import StyleError
from app.engine.stylegan.card import Card
from app.engine.stylegan.checkpoints.opening import open_checkpoint
from app.engine.stylegan.library import read_style
from app.engine.stylegan.weights import load_weights
from tests.checkpoints import ada_network, small_rosinality, their_modules, write_ada
from tests.hostile import BOMBS, CHANGES, P4, flipped, legacy, nested, refuses, soon, storage_id, text, written, zipped
from tests.vectors.networks import filled, write_style

SMALL = Card("small", 8, z_dim=4, w_dim=4, num_mapping_layers=1, channel_base=32, channel_max=4)
ROOM = 64 * 2**20
"""Bytes that any file may cost, besides twice its own size."""


def saved(held, *, zipped_file=True):
    """What ``torch.save`` makes of *held*."""
    kept = io.BytesIO()
    torch.save(held, kept, _use_new_zipfile_serialization=zipped_file)
    return kept.getvalue()


def pickled(held):
    with their_modules():
        return pickle.dumps(held)


WRITERS = {
    "ADA pickle": lambda path: write_ada(path, SMALL),
    "zip": lambda path: path.write_bytes(saved({"g_ema": small_rosinality(SMALL)})),
    "legacy": lambda path: path.write_bytes(saved({"g_ema": small_rosinality(SMALL)}, zipped_file=False)),
    "safetensors": lambda path: write_style(path, SMALL),
}


@pytest.fixture(scope="module", params=WRITERS)
def whole(request, tmp_path_factory):
    """A sound file of each format, by any name, and its bytes."""
    path = tmp_path_factory.mktemp("whole") / "whole.pt"
    WRITERS[request.param](path)
    return path, path.read_bytes()


def test_every_format_opens_to_the_same_numbers(whole):
    tensors = load_weights(whole[0])[1]
    for name, array in filled(SMALL).items():
        assert name == "mapping.w_avg" or np.array_equal(tensors[name].numpy(), array)


def test_truncation_at_every_percent(whole, tmp_path):
    raw = whole[1]
    for percent in range(100):
        sentence = refuses(written(tmp_path, raw[: len(raw) * percent // 100], "cut.pt"))
        assert "again" in sentence or "not a weights file" in sentence or "unpacked" in sentence
    refuses(written(tmp_path, raw[:-1], "cut.pt"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_flipped_bytes_open_or_are_refused(whole, changes):
    path, raw = whole
    fuzzed = written(path.parent, flipped(raw, changes), "fuzzed.pt")
    with soon(), suppress(StyleError):  # anything else is a failure
        assert read_style(fuzzed).resolution <= 4096
        load_weights(fuzzed)


def header(said, body=b""):
    raw = said if isinstance(said, bytes) else json.dumps(said).encode()
    return struct.pack("<Q", len(raw)) + raw + body


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=8), inside, max_size=4),
    max_leaves=8,
)
ENTRY = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from(["F32", "F16", "BF16", "I64", "F4", 7]) | JSON,
        "shape": st.lists(st.integers(-1, 2**40), max_size=9) | JSON,
        "data_offsets": st.lists(st.integers(-1, 2**66), max_size=3) | JSON,
    }
)
CARD = st.dictionaries(st.sampled_from(["kind", "name", "resolution", "z_dim", "conv_clamp", "c_dim", "origin"]), JSON)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.dictionaries(st.text(max_size=8), ENTRY | JSON, max_size=3), card=CARD, extra=JSON)
def test_any_header_is_refused(tmp_path, entries, card, extra):
    for metadata in ({"anthesis": json.dumps(card)}, extra):
        raw = header({"__metadata__": metadata} | entries, bytes(16))
        refuses(written(tmp_path, raw, "header.safetensors"))


@pytest.mark.parametrize(
    "raw",
    [
        header(b"{" + b'"a":{"b":' * 100_000), header(b'{"a":' + b"[" * 1_000_000),
        header(b'{"a":[' + b"[]," * 600_000), header(b'{"a":' + b"9" * 5000 + b"}"),
        struct.pack("<Q", 2**63) + b"{}", header(b"[" * 9), header(b"{\xff}"),
        header({"a": {"dtype": "F32", "shape": [5 * 10**4, 5 * 10**5], "data_offsets": [0, 10**11]}}),
        header({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "b": {"dtype": "F32", "shape": [2],
                "data_offsets": [0, 8]}}, bytes(8)),
        header({"<b>\n": 3}), header({"__metadata__": {"anthesis": "[" * 100_000}}),
    ],
    ids=range(11),
)  # fmt: skip
def test_headers_that_lie(tmp_path, raw):
    refuses(written(tmp_path, raw, "lie.safetensors"))


@pytest.mark.parametrize(
    "said",
    [
        {"name": "<b>\u202egnp"}, {"name": "x" * 81}, {"name": ["x"]}, {"origin": "a\nb"}, {"licence": "\x00"},
        {"resolution": 2**31}, {"resolution": True}, {"z_dim": 1e9}, {"conv_clamp": float("nan")}, {"c_dim": -1},
        {"kind": "<img src=x>" * 30}, {"architecture": {}}, {"img_channels": 2}, {"channel_base": 10**30},
    ],
    ids=lambda said: next(iter(said)),
)  # fmt: skip
def test_hostile_cards_are_refused(tmp_path, said):
    refuses(write_style(tmp_path / "card.safetensors", SMALL, **said), "its ")


TENSOR = torch.zeros(4, 4)
LIGHTNING = P4 + b"}" + text("callbacks") + b"}cpytorch_lightning.callbacks.model_checkpoint\nModelCheckpoint\nNss."
TOLD = {
    "sd.ckpt": (zipped({"x/data.pkl": LIGHTNING, "x/version": b"3\n"}), "Stable Diffusion", "was refused"),
    "sd2.ckpt": (saved({"state_dict": {"model.diffusion_model.out.2.bias": TENSOR}, "step": 3}), "Stable Diffusion"),
    "stylegan1.pt": (saved({"g_mapping.dense0.weight": TENSOR, "g_synthesis.blocks.4x4.const": TENSOR}), "StyleGAN1"),
    "old.model": (saved({"generator": {"generator.progression.0.conv1.bias": TENSOR}}), "StyleGAN1"),
    "lora.pt": (saved({"lora_unet_down_blocks_0.lora_down.weight": TENSOR}), "LoRA"),
    "d.pt": (saved({"d": {"convs.0.0.weight": TENSOR, "final_conv.0.weight": TENSOR}}), "discriminator", "generator"),
    "lucid.pt": (saved({"GAN": {"S.net.0.weight": TENSOR}, "version": "1.8"}), "lucidrains"),
    "tensor.pt": (saved(TENSOR), "no StyleGAN2 generator", "choose"),
    "module.pt": (saved(torch.nn.Linear(2, 2)), "torch.nn.modules.linear.Linear", "state_dict"),
    "class.pkl": (P4 + b"cdnnlib.tflib.network\nNetwork\n.", "no StyleGAN2 generator"),
    "d.pkl": (pickled(ada_network(SMALL, "Discriminator")), "discriminator", "generator"),
    "d2.pkl": (pickled({"D": ada_network(SMALL, "Discriminator")}), "no G_ema", "ask"),
    "g.pkl": (pickled({"G": ada_network(SMALL)}), "no G_ema", "ask"),
    "empty.pkl": (b"", "is empty", "again"),
    "diary.txt": (b"Dear diary, today I trained a network.\n", "not a weights file"),
    "diary.pkl": (b"Dear diary, today I trained a network.\n", "not a weights file"),
    "picture.pkl": (b"\x89PNG\r\n\x1a\n" + bytes(99), "is a picture, not a weights file"),
    "map.pt": (b"\x93NUMPY\x01\x00" + bytes(99), "is"),
    "page.pkl": (b"\n<!DOCTYPE html><html>Too many users have viewed this file", "web page", "browser"),
    "pointer.pkl": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "Git LFS", "git lfs pull"),
    "packed.pkl": (b"\x1f\x8b\x08" + bytes(30), "packed", "unpack"),
    "packed.zip": (zipped({"net.pkl": b"abc" * 99}, zipfile.ZIP_DEFLATED), "packed"),
    "other.zip": (zipped({"readme.txt": b"hello"}), "unpacked"),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_what_it_is_and_what_to_do(tmp_path, name):
    raw, *words = TOLD[name]
    refuses(written(tmp_path, raw, name), *words)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["model.diffusion_model.out.0.bias", "cond_stage_model.transformer.position_ids"], "Stable Diffusion"),
        (["lora_te_text_model_encoder.lora_up.weight"], "LoRA"),
        (["unet.down_blocks.0.attn.to_q.lora_A.weight"], "LoRA"),
        (["synthesis.b4.const"], "anthesis convert"),
    ],
)  # fmt: skip
def test_safetensors_without_a_card(tmp_path, names, words):
    path = tmp_path / "other.safetensors"
    save_file({name: np.zeros(3, np.int64 if name.endswith("ids") else np.float16) for name in names}, path)
    refuses(path, words)


def test_what_is_no_file(tmp_path):
    for name in ("folder.pkl", "folder.safetensors", "folder"):
        (tmp_path / name).mkdir()
        refuses(tmp_path / name, "is a folder", "open a file")
    refuses(tmp_path / "gone.pkl", "no such file")


LARGE = BOMBS | {
    "gigabytes": zipped({"x/data.pkl": storage_id(25 * 10**9) + b".", "x/data/0": b""}),
    "zip bomb": zipped({"x/data.pkl": bytes(50_000_000)}, zipfile.ZIP_DEFLATED),
    "bomb inside": nested(zipped({"x/data.pkl": bytes(50_000_000)}, zipfile.ZIP_DEFLATED)),
    "bomb in a legacy file": legacy(BOMBS["lists"]),
    "entries": zipped({f"x/data/{i}": b"" for i in range(20_100)}),
    "header of lists": header(b'{"a":[' + b"[]," * 600_000),
    "header of tables": header(b'{"a":[' + b'{"":1},' * 250_000),
}


MEASURED = """
import resource, sys
from pathlib import Path
from app.engine.errors import StyleError
from app.engine.stylegan.checkpoints.opening import open_checkpoint
for file in sys.argv[1:]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        open_checkpoint(Path(file))
        print("opened", file)
    except StyleError:
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_no_file_takes_much_memory(tmp_path):
    pytest.importorskip("resource", reason="this system does not say how much memory was taken")
    files = [written(tmp_path, raw, f"{name}.pt") for name, raw in LARGE.items()]
    done = subprocess.run([sys.executable, "-c", MEASURED, *files], capture_output=True, text=True, check=True)
    unit = 1 if sys.platform == "darwin" else 1024
    taken = [unit * int(line) for line in done.stdout.splitlines()]
    assert len(taken) == len(files)
    for file, more in zip(files, taken, strict=True):
        assert more < 2 * file.stat().st_size + ROOM, file.name


def test_loading_takes_little_more_memory_than_the_file(tmp_path):
    """Arrays are NumPy's and so are counted; the file as it is mapped is not memory that is taken."""
    card = Card("wide", 16, z_dim=256, w_dim=256, channel_base=4096, channel_max=256)
    for path in (write_ada(tmp_path / "a.pkl", card, alone=True), write_style(tmp_path / "a.safetensors", card)):
        tracemalloc.start()
        try:
            open_checkpoint(path).arrays()
            assert tracemalloc.get_traced_memory()[1] < 1.3 * path.stat().st_size
        finally:
            tracemalloc.stop()
