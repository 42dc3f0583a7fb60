"""The comparison with a checkout of the published network: here the checkout is a stand-in that draws as ours does."""

import sys

import pytest
import torch

from app.engine.stylegan.card import Card
from benchmarks.published import CONFIGS, compare, published_synthesis

STAND_IN = """
from torch import nn
from app.engine.stylegan.card import Card
from app.engine.stylegan.network import SynthesisNetwork as Ours

class SynthesisNetwork(Ours):
    def __init__(self, w_dim, img_resolution, img_channels, channel_base, channel_max):
        card = Card("stand-in", img_resolution, w_dim=w_dim, channel_base=channel_base, channel_max=channel_max)
        super().__init__(card)
    def forward(self, ws, noise_mode, force_fp32):
        assert (noise_mode, force_fp32) == ("const", True)
        return super().forward(ws)
"""


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    for name in ("training", "training.networks"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    (tmp_path / "training").mkdir()
    (tmp_path / "training" / "networks.py").write_text(STAND_IN)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield tmp_path
    torch.set_num_threads(threads)
    for name in ("training", "training.networks"):
        sys.modules.pop(name, None)


def test_both_draw_with_the_same_weights(checkout, monkeypatch):
    monkeypatch.setattr("benchmarks.published.PEAK_SHAPES", ((16, 16),))
    monkeypatch.setitem(CONFIGS, "16", Card("16", 16, z_dim=8, w_dim=32, num_mapping_layers=1, channel_max=16))
    found = compare(checkout, "16", rounds=1, tries=1)
    wanted = {"ratio_fp32", "ratio_bf16", "ratio_best", "max_abs_error_fp32", "psnr_bf16", "peak_share"}
    assert wanted <= set(found)
    assert 0 < found["max_abs_error_fp32"] < 1e-4
    assert found["ratio_best"] == found["ratio"][found["best"]] == max(found["ratio"].values())
    if "traced bf16" in found["ms"]:
        assert found["psnr_bf16"] > 45


def test_a_folder_that_is_no_checkout_is_told(tmp_path):
    with pytest.raises(SystemExit, match=r"is no checkout of stylegan2-ada-pytorch: it has no training/"):
        published_synthesis(tmp_path, CONFIGS["64"], {})
