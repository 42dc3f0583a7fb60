"""Networks whose learned constant is not 4 x 4: card, files, pictures, map and film have the shape it says."""

import json
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
import torch
from PIL import Image

from app.__main__ import main
from app.engine.errors import StyleError
from app.engine.latent.atlas import SIDE, Atlas
from app.engine.stylegan.atlas_build import atlas_for, atlas_sheet, new_atlas
from app.engine.stylegan.card import Card, tensor_shapes
from app.engine.stylegan.cards import parse_card
from app.engine.stylegan.checkpoints.inferred import infer_card
from app.engine.stylegan.generator import Generator
from app.engine.stylegan.library import describe, read_card, read_style
from app.engine.stylegan.network import StyleGAN2
from tests.checkpoints import write_ada
from tests.tensorflow_writer import network_of, pickled
from tests.vectors.networks import HERE, filled, write_style

pytestmark = pytest.mark.usefixtures("one_thread")

SMALL = {"z_dim": 16, "w_dim": 16, "num_mapping_layers": 2, "channel_base": 128, "channel_max": 8}
WIDE = Card("wide", 16, const_height=4, const_width=7, **SMALL)
TALL = Card("tall", 16, const_height=5, const_width=3, conv_clamp=256.0, **SMALL)
RESNET = Card("resnet", 32, const_height=3, const_width=2, architecture="resnet", **SMALL)


def readable(card: Card) -> StyleGAN2:
    net = StyleGAN2(card).requires_grad_(False)
    net.load_state_dict({name: torch.from_numpy(array) for name, array in filled(card).items()})
    return net


def opened(path: Path) -> Generator:
    return Generator.open(read_style(path), device="cpu", precision="float32")


# the card


def test_a_picture_is_the_constant_doubled_again_and_again():
    assert (WIDE.width, WIDE.height, WIDE.num_ws, WIDE.sizes) == (28, 16, 6, (4, 8, 16))
    assert WIDE.drawn(8) == (8, 14)
    shapes = tensor_shapes(TALL)
    assert shapes["synthesis.b4.const"] == (8, 5, 3)
    assert shapes["synthesis.b16.conv0.noise_const"] == (20, 12)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"const_width": 0}, "from 1 to 64 as const_width"),
        ({"const_height": 65}, "from 1 to 64 as const_height"),
        ({"const_height": "5"}, "whole number"),
        ({"resolution": 4096, "const_width": 9, "channel_base": 4096}, "more than 8192 pixels"),
    ],
)
def test_constants_no_network_has(said, words):
    card = {"kind": "stylegan2", "name": "x", "resolution": 16, "img_channels": 3} | SMALL | said
    with pytest.raises(ValueError, match=words):
        parse_card(json.dumps(card))


def test_a_card_that_says_nothing_of_it_is_square():
    card = parse_card(json.dumps({"kind": "stylegan2", "name": "x", "resolution": 16} | SMALL))
    assert (card.const_height, card.const_width, card.width, card.height) == (4, 4, 16, 16)


@pytest.mark.parametrize("card", [WIDE, TALL, RESNET], ids=lambda card: card.name)
def test_without_a_card_the_constant_says_it(card):
    found = infer_card("x", tensor_shapes(card), conv_clamp=card.conv_clamp, origin="")
    assert (found.width, found.height, found.resolution) == (card.width, card.height, card.resolution)
    assert tensor_shapes(found) == tensor_shapes(card)


def test_a_constant_that_the_noise_does_not_fit_is_refused(tmp_path):
    tensors = filled(WIDE)
    tensors["synthesis.b4.const"] = np.zeros((8, 4, 4), np.float32)
    path = write_style(tmp_path / "odd.safetensors", WIDE, tensors=tensors)
    with pytest.raises(StyleError, match=r"b4.const is 8x4x4 and should be 8x4x7"):
        read_style(path)


# pictures


def test_the_picture_is_that_of_the_fork_that_trains_such_networks():
    """Drawn by eps696's stylegan2ada (``init_res`` [5, 3]) with the vectors' weights; see tests/vectors/README.md."""
    with np.load(HERE / "init_res.npz") as file:
        z, reference = torch.from_numpy(file["z"]), torch.from_numpy(file["image"])
    image = readable(TALL)(z)
    assert image.shape == reference.shape == (2, 3, 20, 12)
    assert float((image - reference).abs().max()) < 1e-4


@pytest.mark.parametrize("write", [write_style, write_ada], ids=["safetensors", "pickle"])
@pytest.mark.parametrize("card", [WIDE, TALL, RESNET], ids=lambda card: card.name)
def test_every_path_draws_the_readable_picture(card, write, tmp_path):
    generator = opened(write(tmp_path / ("net.pkl" if write is write_ada else "net.safetensors"), card))
    assert (generator.width, generator.height) == (card.width, card.height)
    ws = readable(card).mapping.ws(torch.from_numpy(np.random.RandomState(1).randn(2, 16)).float())
    for row in ws:
        drawn = generator.synthesize(row.numpy())
        assert drawn.shape == (3, card.height, card.width)
        assert float((drawn - readable(card).synthesis(row[None])[0]).abs().max()) < 1e-4
    fresh = generator.synthesize(ws[0].numpy(), noise_seed=5)
    assert float((fresh - readable(card).synthesis(ws[:1], noise_seed=5)[0]).abs().max()) < 1e-4
    assert generator.synthesize(ws[0].numpy(), exit_at=8).shape == (3, *card.drawn(8))


def test_tensorflow_names_that_say_nothing_of_the_shape(tmp_path):
    """Of the two ways in which TensorFlow forks count, this one keeps 4x4, 8x8 as names; see also its own tests."""
    whole = network_of(TALL, init_res=[5, 3], size=None, verbose=False)
    synthesis = whole.state["components"]["synthesis"].state
    squares = {"5x3": "4x4", "10x6": "8x8", "20x12": "16x16"}
    synthesis["variables"] = [
        (f"{squares[key.split('/')[0]]}/{key.partition('/')[2]}" if "/" in key else key, array)
        for key, array in synthesis["variables"]
    ]
    assert {key.split("/")[0] for key, _ in synthesis["variables"]} >= {"4x4", "8x8", "16x16", "noise0"}
    path = tmp_path / "tall.pkl"
    path.write_bytes(pickled(whole))
    drawn = opened(path).synthesize(np.ones((6, 16), np.float32))
    assert float((drawn - readable(TALL).synthesis(torch.ones(1, 6, 16))[0]).abs().max()) < 1e-4


def test_a_style_says_its_size(tmp_path):
    style = read_style(write_ada(tmp_path / "wide.pkl", WIDE))
    assert (style.width, style.height, style.resolution) == (28, 16, 16)
    facts = describe(style.path)
    assert (facts["width"], facts["height"], facts["const_width"]) == (28, 16, 7)


def test_converted_it_keeps_its_shape(tmp_path):
    pickle, out = write_ada(tmp_path / "wide.pkl", WIDE), tmp_path / "wide.safetensors"
    assert main(["convert", str(pickle), str(out)]) == 0
    assert (read_card(out).width, read_card(out).height) == (28, 16)
    ws = np.zeros((6, 16), np.float32)
    assert torch.equal(opened(out).synthesize(ws), opened(pickle).synthesize(ws))


# its map


def test_its_map_knows_its_size_and_is_kept(tmp_path):
    generator = opened(write_style(tmp_path / "wide.safetensors", WIDE))
    atlas = atlas_for(generator)
    assert (atlas.width, atlas.height, atlas.num_ws) == (28, 16, 6)
    kept = Atlas.load(generator.style.atlas_path)
    assert (kept.width, kept.height) == (28, 16)
    assert np.array_equal(atlas_for(generator).lattice, kept.lattice)


def test_thumbnails_are_square_and_show_the_middle(tmp_path, monkeypatch):
    generator = opened(write_style(tmp_path / "wide.safetensors", WIDE))
    atlas = new_atlas(generator)
    banded = torch.full((3, 16, 28), -1.0)
    banded[:, :, 6:22] = 1.0  # the middle square is white
    monkeypatch.setattr(generator, "synthesize", lambda ws: banded)
    sheet = atlas_sheet(generator, atlas, cell=8)
    assert sheet.shape == (8 * SIDE, 8 * SIDE, 3)
    assert sheet.min() == 255


# films and stills


@pytest.fixture
def song(tmp_path):
    t = np.arange(11025) / 22050
    soundfile.write(tmp_path / "tone.wav", 0.4 * np.sin(2 * np.pi * 110 * t), 22050)
    return tmp_path / "tone.wav"


def render(tmp_path, song, *more: str) -> Path:
    style, out = write_ada(tmp_path / "wide.pkl", WIDE), tmp_path / "film"
    assert main(["render", str(song), "--style", str(style), "-o", str(out), "--fps", "6", *more, "--device", "cpu",
                 "--precision", "float32"]) == 0  # fmt: skip
    return out


def first(folder: Path) -> np.ndarray:
    """The first picture of a film of pictures."""
    with Image.open(min(folder.iterdir())) as picture:
        return np.asarray(picture).astype(int)


def test_films_have_its_shape_or_meet_another_as_was_asked(tmp_path, song):
    film = render(tmp_path, song).with_suffix(".mp4")
    with av.open(str(film)) as file:
        assert (file.streams.video[0].width, file.streams.video[0].height) == (28, 16)
    pictures = ("--format", "png", "--overwrite")
    own = first(render(tmp_path, song, *pictures))
    assert own.shape == (16, 28, 3)
    mirrored = first(render(tmp_path, song, *pictures, "--size", "28x32", "--fit", "mirror"))
    assert np.array_equal(mirrored, np.concatenate([own[:8][::-1], own, own[8:][::-1]]))


def test_a_still_has_its_shape(tmp_path, capsys):
    out = tmp_path / "3.png"
    style = write_style(tmp_path / "wide.safetensors", WIDE)
    assert main(["still", str(style), "--seed", "3", "-o", str(out), "--device", "cpu"]) == 0
    with Image.open(out) as picture:
        assert picture.size == (28, 16)
    assert "28x16" in capsys.readouterr().out
