"""Networks from the world: files as other programs write them open, and draw what their authors saw."""

import subprocess
import sys
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch

from app.engine.errors import StyleError
from app.engine.stylegan.checkpoints import ada, rosinality
from app.engine.stylegan.checkpoints.opening import open_checkpoint
from app.engine.stylegan.generator import Generator
from app.engine.stylegan.library import describe, read_card, read_style
from app.engine.stylegan.weights import convert, load_weights
from tests.checkpoints import rosi16, write_ada, write_rosinality
from tests.vectors.networks import ALL, HERE, card_of, expected, opened, worst

pytestmark = pytest.mark.usefixtures("one_thread")

EXACT = 1e-4
TINY = card_of("rgb1_32")


@pytest.mark.parametrize("case", ALL)
def test_ada_pickles_draw_what_the_published_network_drew(case, tmp_path):
    path = write_ada(tmp_path / f"{case}.pkl", card_of(case))
    card = card_of(case)
    assert asdict(read_card(path)) == asdict(card) | {
        "origin": ada.FORMAT,
        "channel_base": read_card(path).channel_base,
    }
    net, c = opened(path), expected(case, "c") if card.c_dim else None
    z = expected(case, "z")
    assert worst(net.mapping(z, c), expected(case, "w")) < EXACT
    for psi, cutoff, name in ((1, None, "psi1"), (0.7, None, "psi0.7"), (0.5, 4, "psi0.5_cutoff4")):
        assert worst(net(z, c, psi=psi, cutoff=cutoff), expected(case, f"image_{name}")) < EXACT
    ws = net.mapping.ws(z, c)
    assert worst(net.synthesis(ws, noise=0.0), expected(case, "image_nonoise")) < EXACT
    mixed = torch.cat([ws[:1, :4], ws[1:, 4:]], dim=1)
    assert worst(net.synthesis(mixed), expected(case, "image_mix4")) < EXACT


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("alone", [True, False])
def test_every_protocol_says_the_same(tmp_path, protocol, alone):
    path = write_ada(tmp_path / "one.pkl", TINY, alone=alone, protocol=protocol)
    assert worst(opened(path)(expected("rgb1_32", "z")), expected("rgb1_32", "image_psi1")) < EXACT


@pytest.mark.parametrize("zipped", [True, False])
def test_rosinality_draws_what_the_published_network_drew(tmp_path, zipped):
    path = write_rosinality(tmp_path / "rosi.pt", zipped=zipped)
    net = opened(path)
    with np.load(HERE / "rosinality.npz") as file:
        z, w, image = (torch.from_numpy(file[f"rosi16/{name}"].astype(np.float32)) for name in ("z", "w", "image_psi1"))
    assert worst(net.mapping(z), w) < EXACT
    assert worst(net(z), image) < EXACT
    assert describe(path)["format"] == rosinality.FORMAT
    assert (read_style(path).resolution, read_style(path).z_dim, read_style(path).num_ws) == (16, 512, 6)


def test_the_average_is_the_checkpoints_own_or_estimated(tmp_path):
    kept = torch.arange(512.0)
    path = write_rosinality(tmp_path / "kept.pt", latent_avg=kept)
    assert torch.equal(load_weights(path)[1]["mapping.w_avg"], kept)
    net = opened(write_rosinality(tmp_path / "estimated.pt"))
    z = torch.from_numpy(np.random.RandomState(1).randn(2000, 512).astype(np.float32))
    w = net.mapping(z)
    assert float((net.mapping.w_avg - w.mean(0)).abs().mean()) < 0.05 * float(w.std())


def test_bare_states_and_half_precision(tmp_path):
    half = {name: tensor.to(torch.bfloat16) for name, tensor in rosi16().items()}
    torch.save(half, tmp_path / "bare.pt")
    tensors = load_weights(tmp_path / "bare.pt")[1]
    assert torch.equal(tensors["mapping.fc0.weight"], half["style.1.weight"].float())
    assert torch.equal(tensors["synthesis.b8.conv0.weight"], half["convs.0.conv.weight"][0].float())


def test_the_name_of_a_file_does_not_matter(tmp_path):
    path = write_ada(tmp_path / "network.safetensors", TINY)
    assert read_style(path).name == "network"


@pytest.mark.parametrize("case", ["resnet32", "orig32", "cond32"])
def test_a_generator_of_any_kind(tmp_path, case):
    generator = Generator.open(
        read_style(write_ada(tmp_path / "a.pkl", card_of(case))), device="cpu", precision="float32"
    )
    z = expected(case, "z").numpy()
    label = int(expected(case, "c")[0].argmax()) if case == "cond32" else 0
    w = generator.mapping(z[:1], generator.class_weights(((label, 1.0),) if label else ()))
    assert np.abs(w - expected(case, "w").numpy()[:1]).max() < EXACT
    ws = np.repeat(w, generator.num_ws, axis=0)
    whole = generator.synthesize(ws)
    assert worst(whole, expected(case, "image_psi1")[0]) < EXACT
    assert generator.synthesize(ws, exit_at=16).shape == (3, 16, 16)
    assert torch.equal(generator.synthesize(ws), whole)
    assert generator.note == ""
    with pytest.raises(StyleError, match=r"classes 0 to 3, not 4" if case == "cond32" else "has no classes"):
        generator.class_weights(((4, 1.0),))


def test_rgba_pictures_show_their_colours(tmp_path):
    card = replace(TINY, img_channels=4)
    generator = Generator.open(read_style(write_ada(tmp_path / "a.pkl", card)), device="cpu", precision="float32")
    ws = np.zeros((8, 64), np.float32)
    assert generator.synthesize(ws).shape == (3, 32, 32)


@pytest.mark.parametrize("case", ["cond32", "resnet32", "clamp32"])
def test_converted_it_is_the_same_network(tmp_path, case):
    path, out = write_ada(tmp_path / "a.pkl", card_of(case)), tmp_path / "b.safetensors"
    convert(path, out)
    (card, before), (told, after) = load_weights(path), load_weights(out)
    assert card == told == open_checkpoint(out).card
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
    with pytest.raises(StyleError, match="there already"):
        convert(path, out)
    with pytest.raises(StyleError, match=r"end in \.safetensors"):
        convert(path, tmp_path / "b.pt")
    assert [file.name for file in tmp_path.iterdir() if "part" in file.name] == []


def test_describing_a_pickle_loads_neither_torch_nor_pickle(tmp_path):
    path = write_ada(tmp_path / "a.pkl", TINY)
    told = "from app.engine.stylegan.library import describe; print(describe(sys.argv[1])['resolution'])"
    program = f"import sys; {told}; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["32", "False"]
