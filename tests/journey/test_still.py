"""``anthesis still``, ``convert`` and ``inspect`` on networks from the world."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from app.__main__ import main
from tests.checkpoints import write_ada, write_rosinality
from tests.vectors.networks import card_of, network

pytestmark = pytest.mark.usefixtures("one_thread")

CPU = ["--device", "cpu"]


def published(case: str, seed: int, psi: float, label: int | None, noise: float) -> np.ndarray:
    """What the published script writes for *seed*."""
    z = torch.from_numpy(np.random.RandomState(seed).randn(1, card_of(case).z_dim)).float()
    c = None if label is None else torch.eye(card_of(case).c_dim)[label : label + 1]
    net = network(case)
    image = net.synthesis(net.mapping.ws(z, c, psi=psi), noise=noise)[0]
    return (image.permute(1, 2, 0) * 127.5 + 128).clamp(0, 255).to(torch.uint8).numpy()


@pytest.mark.parametrize(
    ("case", "options", "psi", "label", "noise"),
    [
        ("skip64", [], 1.0, None, 1.0),
        ("skip64", ["--psi", "0.7", "--noise", "none"], 0.7, None, 0.0),
        ("cond32", ["--class", "2"], 1.0, 2, 1.0),
        ("cond32", [], 1.0, 0, 1.0),
        ("resnet32", ["--psi", "0.5"], 0.5, None, 1.0),
    ],
)
def test_a_seed_is_the_published_picture(case, options, psi, label, noise, tmp_path):
    path, out = write_ada(tmp_path / "net.pkl", card_of(case)), tmp_path / "3.png"
    assert main(["still", str(path), "--seed", "3", "-o", str(out), *options, *CPU]) == 0
    drawn, reference = np.asarray(Image.open(out)).astype(int), published(case, 3, psi, label, noise).astype(int)
    assert drawn.shape == reference.shape
    assert np.abs(drawn - reference).max() <= 1  # a number on the edge between two may fall either way
    assert (drawn != reference).mean() < 1e-3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--seed", "-1"], "A seed is"),
        (["--seed", "3", "--class", "4"], "classes 0 to 3, not 4"),
        (["--seed", "3", "-o", "a.jpg"], "end in .png"),
    ],
)
def test_what_cannot_be_drawn(options, words, tmp_path, capsys):
    path = write_ada(tmp_path / "net.pkl", card_of("cond32"))
    assert main(["still", str(path), "-o", str(tmp_path / "x.png"), *options, *CPU]) == 1
    assert words in capsys.readouterr().err
    assert not (tmp_path / "x.png").exists()


def test_convert_and_inspect(tmp_path, capsys):
    path, out = write_rosinality(tmp_path / "flowers.pt"), tmp_path / "flowers.safetensors"
    assert main(["convert", str(path), str(out)]) == 0
    assert main(["convert", str(path), str(out)]) == 1
    capsys.readouterr()
    told = []
    for file in (path, out):
        assert main(["inspect", str(file), "--json"]) == 0
        told.append(json.loads(capsys.readouterr().out))
    assert [facts["format"] for facts in told] == ["rosinality checkpoint", "safetensors"]
    assert [facts["resolution"] for facts in told] == [16, 16]
    for file in (path, out):
        assert main(["still", str(file), "--seed", "0", "-o", f"{file}.png", *CPU]) == 0
    one, two = (np.asarray(Image.open(f"{file}.png")) for file in (path, out))
    assert np.array_equal(one, two)
    assert one.std() > 10


def test_evil_files_are_told_and_nothing_more(tmp_path, capsys):
    (tmp_path / "evil.pkl").write_bytes(b"cos\nsystem\n(S'echo harm'\ntR.")
    for command in (["inspect"], ["still", "--seed", "1", "-o", str(tmp_path / "x.png")]):
        assert main([command[0], str(tmp_path / "evil.pkl"), *command[1:]]) == 1
        said = capsys.readouterr()
        assert "os.system" in said.err
        assert "harm" not in said.out + said.err
