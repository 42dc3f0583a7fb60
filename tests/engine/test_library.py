"""Styles on disk: what a good file says, and the one sentence for every kind of bad one."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from functools import partial
from hashlib import sha256

import numpy as np
import pytest

from app.engine import paths
from app.engine.errors import StyleError
from app.engine.render.opened import find_style
from app.engine.show.show import StyleRef
from app.engine.stylegan import library
from app.engine.stylegan.download import receipt_of
from app.engine.stylegan.library import bundled_styles, describe, read_card, read_facts, read_style, weights_in
from tests import hostile
from tests.checkpoints import write_ada
from tests.vectors.networks import card_of, filled, write_style

TINY = card_of("rgb1_32")


@pytest.fixture
def tiny(tmp_path):
    return write_style(tmp_path / "tiny.safetensors", TINY)


def header_of(path):
    """The header's table and the bytes that follow it."""
    raw = path.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    return json.loads(raw[8 : 8 + length]), raw[8 + length :]


def rewrite(path, table, rest=b"", length=None):
    """The file again with another header, whose *length* may be a lie."""
    text = table if isinstance(table, bytes) else json.dumps(table).encode()
    path.write_bytes((len(text) if length is None else length).to_bytes(8, "little") + text + rest)
    return path


def test_a_style_is_what_its_card_says(tiny):
    style = read_style(tiny)
    facts = (style.name, style.resolution, style.z_dim, style.w_dim, style.num_ws)
    assert facts == ("rgb1_32", 32, 64, 64, 8)
    assert style.sha256 == sha256(tiny.read_bytes()).hexdigest()
    assert style.size_bytes == tiny.stat().st_size
    assert style.ref == StyleRef("rgb1_32", style.sha256, str(tiny))
    assert read_card(tiny) == TINY


def test_the_hash_follows_the_file(tmp_path, tiny):
    first = read_style(tiny).sha256
    assert read_style(tiny).sha256 == first
    write_style(tiny, TINY, name="Another name")
    assert read_style(tiny).sha256 == sha256(tiny.read_bytes()).hexdigest() != first


def test_the_hash_is_remembered(tiny):
    read_style(tiny)
    (kept,) = (paths.cache() / "sha256").iterdir()
    kept.write_text("0" * 64)
    assert read_style(tiny).sha256 == "0" * 64
    kept.write_text("half")  # a cache cut short is not believed
    assert read_style(tiny).sha256 == sha256(tiny.read_bytes()).hexdigest()


def test_bloom_is_bundled_with_its_map_and_its_checksums():
    (bloom,) = bundled_styles()
    assert (bloom.name, bloom.resolution, bloom.num_ws, bloom.licence, bloom.bundled) == (
        "Bloom",
        256,
        14,
        "CC0-1.0",
        True,
    )
    assert bloom.ref == StyleRef("Bloom", bloom.sha256, "")
    assert bloom.atlas_path.parent == bloom.sheet_path.parent == paths.weights()
    sums = dict(reversed(line.split()) for line in (paths.weights() / "SHA256SUMS").read_text().splitlines())
    assert sums == {
        path.name: sha256(path.read_bytes()).hexdigest() for path in (bloom.path, bloom.atlas_path, bloom.sheet_path)
    }
    assert bloom.sheet_path.stat().st_size <= 3_000_000


def test_maps_of_other_styles_are_kept_in_the_cache_by_content(tiny):
    style = read_style(tiny)
    assert style.atlas_path == paths.cache() / "atlas" / f"{style.sha256}.atlas.npz"
    beside = tiny.with_suffix(".sheet.webp")
    beside.touch()
    assert style.sheet_path == beside


def test_describe(tiny):
    told = describe(tiny)
    assert told["kind"] == "style"
    assert told["sha256"] == read_style(tiny).sha256
    weights = sum(array.size for name, array in filled(TINY).items() if "resample_filter" not in name)
    assert told["parameters"] == weights
    json.dumps(told)


refuses = partial(hostile.refuses, read=read_style)


def test_no_file_at_all(tmp_path):
    refuses(tmp_path / "missing.safetensors", "no such file")
    refuses(tmp_path, "folder")


@pytest.mark.parametrize(
    "content",
    [b"x", b"Dear diary, today I trained a network.\n" * 9, bytes(64),
     (2**63).to_bytes(8, "little") + b"{}"],
    ids=["one byte", "text", "zeros", "huge header"],
)  # fmt: skip
def test_other_files(tmp_path, content):
    path = tmp_path / "strange.safetensors"
    path.write_bytes(content)
    refuses(path, "not a weights file")


def test_an_empty_file(tmp_path):
    (tmp_path / "empty.safetensors").touch()
    refuses(tmp_path / "empty.safetensors", "is empty")


@pytest.mark.parametrize("keep", [0.3, 0.9, 0.999])
def test_a_file_cut_short(tiny, keep):
    raw = tiny.read_bytes()
    tiny.write_bytes(raw[: int(len(raw) * keep)])
    refuses(tiny, "is cut short", f"{len(raw):,}")


def test_a_file_cut_inside_its_header(tiny):
    tiny.write_bytes(tiny.read_bytes()[:100])
    refuses(tiny, "is cut short")


def test_a_file_with_more_than_it_says(tiny):
    tiny.write_bytes(tiny.read_bytes() + b"more")
    refuses(tiny, "is damaged")


def test_headers_that_are_not_tables(tiny):
    for text in (b"{nonsense", b'{"a":' * 50_000 + b"1" + b"}" * 50_000, b'{"a": 1}', b'{"__metadata__": {"a": 1}}'):
        refuses(rewrite(tiny, text), "is damaged")


@pytest.mark.parametrize(
    "change",
    [{"shape": [64, -64]}, {"shape": [64, True]}, {"shape": [2**40, 0]}, {"shape": "64"}, {"data_offsets": [8, 4]},
     {"data_offsets": [0.0, 4.0]}, {"data_offsets": [-4, 0]}, {"dtype": 7}],
    ids=str,
)  # fmt: skip
def test_tensors_described_wrongly(tiny, change):
    table, rest = header_of(tiny)
    table["mapping.fc0.weight"] |= change
    refuses(rewrite(tiny, table, rest), "is damaged", "mapping.fc0.weight")


def test_tensors_that_overlap(tiny):
    table, rest = header_of(tiny)
    table["mapping.fc0.bias"]["data_offsets"] = table["mapping.fc1.bias"]["data_offsets"]
    refuses(rewrite(tiny, table, rest), "side by side")


def test_tensors_of_another_type(tmp_path):
    tensors = filled(TINY)
    tensors["mapping.w_avg"] = tensors["mapping.w_avg"].astype(np.float64)
    refuses(write_style(tmp_path / "f64.safetensors", TINY, tensors=tensors), "mapping.w_avg", "F64")


def test_tensors_that_are_missing_or_too_many(tmp_path):
    tensors = filled(TINY)
    del tensors["synthesis.b8.conv0.weight"]
    refuses(write_style(tmp_path / "a.safetensors", TINY, tensors=tensors), "synthesis.b8.conv0.weight is missing")
    tensors = filled(TINY) | {"synthesis.b8.extra": np.zeros(3, np.float32)}
    refuses(write_style(tmp_path / "b.safetensors", TINY, tensors=tensors), "synthesis.b8.extra is not in it")


def test_no_card(tiny):
    table, rest = header_of(tiny)
    del table["__metadata__"]
    refuses(rewrite(tiny, table, rest), "no card")


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        ({"resolution": 64}, "synthesis.b64.resample_filter is missing"),
        ({"resolution": 16}, "synthesis.b32.conv0.affine.bias is not in it"),
        ({"w_dim": 32}, "should be 32"),
        ({"num_mapping_layers": 3}, "mapping.fc2.weight is missing"),
        ({"channel_max": 32}, "should be"),
        ({"img_channels": 3}, "torgb.weight is 1x64x1x1 and should be 3x64x1x1"),
        ({"resolution": 48}, "not a power of two"),
        ({"resolution": 2**40}, "resolution"),
        ({"resolution": True}, "resolution"),
        ({"z_dim": 0}, "z_dim"),
        ({"z_dim": "64"}, "z_dim"),
        ({"num_mapping_layers": 10**9}, "num_mapping_layers"),
        ({"img_channels": 2}, "img_channels"),
        ({"conv_clamp": "loud"}, "conv_clamp"),
        ({"conv_clamp": float("inf")}, "conv_clamp"),
        ({"kind": "diffusion"}, "diffusion"),
        ({"architecture": "resnet"}, "synthesis.b8.skip.weight is missing"),
        ({"c_dim": 10}, "mapping.embed.weight is missing"),
        ({"c_dim": -1}, "c_dim"),
        ({"architecture": "spiral"}, "architecture"),
        ({"name": ""}, "no name"),
        ({"name": ["a"]}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "\u202ereversed"}, "name"),
        ({"origin": "x" * 100_000}, "origin"),
    ],
    ids=str,
)
def test_cards_that_lie(tmp_path, lie, words):
    refuses(write_style(tmp_path / "liar.safetensors", TINY, **lie), words)


@pytest.mark.parametrize("text", ["", "null", "[]", "{", "[" * 100_000, '{"resolution": ' + "9" * 5000 + "}"])
def test_cards_that_are_none(tiny, text):
    table, rest = header_of(tiny)
    table["__metadata__"]["anthesis"] = text
    refuses(rewrite(tiny, table, rest), "its card")


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tiny):
    tiny.chmod(0)
    refuses(tiny, "permission denied")


def test_half_precision_weights_are_read(tmp_path):
    tensors = {name: array.astype(np.float16) for name, array in filled(TINY).items()}
    style = read_style(write_style(tmp_path / "half.safetensors", TINY, tensors=tensors))
    assert style.resolution == 32


def test_reading_a_style_loads_no_torch(tiny):
    told = "from app.engine.stylegan.library import describe; describe(sys.argv[1]); print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", "import sys; " + told, str(tiny)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_a_card_survives_its_file(tmp_path):
    card = card_of("clamp32")
    assert asdict(read_card(write_style(tmp_path / "c.safetensors", card))) == asdict(card)


def test_facts_come_before_the_hash(tiny):
    facts = read_facts(tiny)
    assert facts.sha256 == ""
    assert (facts.kind, facts.channels, facts.format, facts.width) == ("stylegan2", 1, "safetensors", 32)
    assert replace(facts, sha256=read_style(tiny).sha256) == read_style(tiny)
    assert not (paths.cache() / "atlas").exists()


def test_weights_of_a_folder_are_found_by_name(tmp_path):
    for name in ("b.pkl", "A.PT", "sub/c.safetensors", "sub/deep/d.pth", "song.wav", ".hidden.pkl", ".git/e.pkl"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"")
    found = [file.relative_to(tmp_path).as_posix() for file in weights_in(tmp_path)]
    assert found == ["A.PT", "b.pkl", "sub/c.safetensors", "sub/deep/d.pth"]
    with pytest.raises(StyleError, match="gone could not be read"):
        weights_in(tmp_path / "gone")


@pytest.mark.skipif(os.name == "nt", reason="making links needs rights there")
def test_a_link_to_itself_is_no_file(tmp_path):
    (tmp_path / "a.pkl").symlink_to("a.pkl")
    assert weights_in(tmp_path) == ()


def test_a_large_folder_ends_soon(tmp_path, monkeypatch):
    for i in range(9):
        (tmp_path / f"{i}.pkl").touch()
    deep = tmp_path / "a/b/c/d"
    deep.mkdir(parents=True)
    (deep / "x.pkl").touch()
    assert len(weights_in(tmp_path)) == 9
    monkeypatch.setattr(library, "MOST_FILES", 4)
    assert [file.name for file in weights_in(tmp_path)] == ["0.pkl", "1.pkl", "2.pkl", "3.pkl"]
    monkeypatch.setattr(library, "MOST_ENTRIES", 1)
    (tmp_path / "a/later.pkl").touch()
    monkeypatch.setattr(library, "MOST_FILES", 40)
    assert all(file.parent == tmp_path for file in weights_in(tmp_path))


def test_a_style_is_found_by_content_wherever_it_lies(tiny, tmp_path):
    style = read_style(tiny)
    elsewhere = replace(style, path=tiny.rename(tmp_path / "moved.safetensors"))
    assert find_style(style.ref, (elsewhere,)) == elsewhere
    write_style(elsewhere.path, TINY, name="Another name")  # it holds something else now
    with pytest.raises(StyleError):
        find_style(style.ref, (elsewhere,))


def test_a_download_brings_its_licence_along(tmp_path):
    file = write_ada(tmp_path / "portraits.pkl", TINY)
    assert read_facts(file).licence == ""
    said = {"size": file.stat().st_size, "licence": "CC BY-NC 4.0", "page": "https://example.org/p", "name": 7}
    receipt_of(file).write_text(json.dumps(said))
    facts = read_facts(file)
    assert (facts.licence, facts.origin, facts.name) == ("CC BY-NC 4.0", "https://example.org/p", "portraits")
    wrong = (said | {"size": 3}, said | {"licence": "x" * 400, "page": "\u0000"}, [], "no")
    for text in map(json.dumps, wrong):
        receipt_of(file).write_text(text)
        assert (read_facts(file).licence, read_facts(file).origin) == ("", "StyleGAN2-ADA PyTorch pickle")
