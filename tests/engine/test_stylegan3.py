"""StyleGAN3: what the published network computed, moved and turned; its pickles, its cards, and what is refused."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.numpy import save_file

from app.__main__ import main
from app.engine.errors import StyleError
from app.engine.latent.w import bands
from app.engine.render.finish import Renderer
from app.engine.render.frame import RenderRequest
from app.engine.show.ends import destination_words
from app.engine.show.routes import DESTINATIONS, Look, Route
from app.engine.show.saved import load_show, save_show
from app.engine.show.show import Scene, Show
from app.engine.stylegan.atlas_build import new_atlas
from app.engine.stylegan.card3 import Card3, design, tensor_shapes3
from app.engine.stylegan.checkpoints import ada, stylegan3
from app.engine.stylegan.checkpoints.opening import open_checkpoint
from app.engine.stylegan.generator import GOOD_ENOUGH, Generator, psnr
from app.engine.stylegan.library import describe, read_card, read_style
from app.engine.stylegan.stylegan3 import UNMOVED, AliasFreeSynthesis, backwards
from app.engine.stylegan.weights import convert, load_weights
from tests.checkpoints import ada_network, write_ada
from tests.vectors.networks import card_of, expected
from tests.vectors.networks3 import (
    CASES3,
    card3_of,
    described3,
    expected3,
    filled3,
    network3,
    write_sg3,
    written3,
)

EXACT = 1e-4
T, R = (card3_of(case) for case in CASES3)
ODD = replace(
    T, name="odd", resolution=32, c_dim=3, first_cutoff=2.5, first_stopband=6.0, margin_size=4, filter_size=3,
    lrelu_upsampling=4, conv_clamp=None, output_scale=1.0, img_channels=1, num_critical=1,
)  # fmt: skip


@pytest.fixture(autouse=True)
def torch_as_it_was():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
    torch.set_flush_denormal(False)


def picture(card, *, moved=UNMOVED):
    """The picture of the case's own latent."""
    mapping, synthesis = network3(card)
    return synthesis(mapping.ws(torch.from_numpy(expected3(card.name, "z")))[0], moved=moved)


def rms(x):
    return float(x.square().mean().sqrt())


def opened(path, **how):
    return Generator.open(read_style(path), device="cpu", **{"precision": "float32"} | how)


def styled(path, card, **lies):
    """A safetensors file of *card*'s network; *lies* change what its card says."""
    save_file(filled3(card), path, metadata={"anthesis": json.dumps({"kind": card.kind} | asdict(card) | lies)})
    return path


# --- what the published network computed


@pytest.mark.parametrize("case", CASES3)
def test_tensors_are_those_of_the_published_network(case):
    assert tensor_shapes3(card3_of(case)) == {n: tuple(s) for n, s in described3()[case]["tensors"].items()}


@pytest.mark.parametrize("case", CASES3)
def test_it_draws_what_the_published_network_drew(case):
    card = card3_of(case)
    mapping, _ = network3(card)
    assert np.abs(mapping(torch.from_numpy(expected3(case, "z"))).numpy() - expected3(case, "w")).max() < EXACT
    assert np.abs(picture(card).numpy() - expected3(case, "image_psi1")[0]).max() < EXACT


def test_the_layers_of_the_published_sizes():
    """Names as they stand in the public checkpoints of 1024 px and 256 px."""
    large = [layer.name for layer in design(Card3("ffhq", 1024))]
    assert large == [
        "L0_36_512",
        "L1_36_512",
        "L2_52_512",
        "L3_52_512",
        "L4_84_512",
        "L5_148_512",
        "L6_148_512",
        "L7_276_323",
        "L8_276_203",
        "L9_532_128",
        "L10_1044_81",
        "L11_1044_51",
        "L12_1044_32",
        "L13_1024_32",
        "L14_1024_3",
    ]
    round_one = Card3("r", 256, conv_kernel=1, use_radial_filters=True, channel_base=65536, channel_max=1024)
    assert [layer.name for layer in design(round_one)][-6:] == (
        ["L9_148_724", "L10_276_512", "L11_276_362", "L12_276_256", "L13_256_256", "L14_256_3"]
    )
    assert [layer.radial for layer in design(round_one)] == [True] * 12 + [False] * 3
    assert (round_one.kind, round_one.num_ws, round_one.width, round_one.height) == ("stylegan3-r", 16, 256, 256)


def test_coarse_middle_and_fine_are_so_here_too():
    """Of 16 rows the first four draw what is wider than a twelfth of the picture, the last eight the texture."""
    coarse, middle, fine = bands(Card3("ffhq", 1024).num_ws)
    sizes = [36, *(layer.size for layer in design(Card3("ffhq", 1024)))]
    assert (max(sizes[coarse]), max(sizes[middle]), min(sizes[fine])) == (52, 148, 276)


# --- moved and turned


@pytest.mark.parametrize("case", CASES3)
@pytest.mark.parametrize(("right", "down"), [(4, 0), (0, 8), (-8, 4)])
def test_moved_by_whole_pixels_it_is_the_same_picture_elsewhere(case, right, down):
    """4 px are one pixel of the coarsest layer, so that nothing but rounding and the margin's end is left."""
    still, moved = picture(card3_of(case)), picture(card3_of(case), moved=(right / 64, down / 64, 0.0))
    inside = slice(8, 56)
    there = still[:, 8 - down : 56 - down, 8 - right : 56 - right]
    assert rms(moved[:, inside, inside] - still[:, inside, inside]) > 0.02
    assert float((moved[:, inside, inside] - there).abs().max()) < 1e-4


@pytest.mark.parametrize("case", CASES3)
def test_moved_by_a_pixel_there_is_no_grid_to_stick_to(case):
    still, moved = picture(card3_of(case)), picture(card3_of(case), moved=(1 / 64, 0.0, 0.0))
    left = rms(moved[:, :, 1:] - still[:, :, :-1])
    assert left < 0.05 * rms(moved - still)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_config_r_turns_as_one(quarters):
    still, turned = picture(R), picture(R, moved=(0.0, 0.0, quarters / 4))
    assert float((turned - torch.rot90(still, quarters, (1, 2))).abs().max()) < 1e-5


def test_config_t_turns_without_being_the_same():
    still, turned = picture(T), picture(T, moved=(0.0, 0.0, 0.25))
    assert rms(turned - still) > 0.1
    assert rms(turned - torch.rot90(still, 1, (1, 2))) > 0.1


def test_it_is_turned_first_and_moved_then():
    undone = backwards((0.25, -0.5, 0.25))
    assert torch.allclose(undone @ torch.tensor([0.25, -0.5, 1.0]), torch.tensor([0.0, 0.0, 1.0]), atol=1e-6)
    assert torch.allclose(undone @ torch.tensor([0.25, -0.6, 1.0]), torch.tensor([0.1, 0.0, 1.0]), atol=1e-6)
    assert torch.equal(backwards(UNMOVED), torch.eye(3))


def test_looks_move_the_picture_and_leave_stylegan2_alone(tmp_path):
    three = Renderer(opened(styled(tmp_path / "t.safetensors", T)))
    ws = np.zeros((8, 64), np.float32)
    still, moved = (three.render(RenderRequest(0.0, ws, look)).image for look in (Look(), Look(translate_x=4 / 64)))
    assert np.abs(moved[:, 12:56].astype(int) - still[:, 8:52]).max() <= 1
    assert not np.array_equal(moved, still)
    two = Renderer(opened(write_ada(tmp_path / "a.pkl", card_of("rgb1_32"))))
    ws = np.zeros((8, 64), np.float32)
    asked = [RenderRequest(0.0, ws, look) for look in (Look(), Look(translate_x=0.2, translate_y=0.1, rotate=0.1))]
    assert np.array_equal(*(two.render(one).image for one in asked))


def test_menus_say_what_moving_needs():
    words = [destination_words(name, Scene()) for name in DESTINATIONS]
    assert "Hue" in words
    needy = [f"{what} (StyleGAN3 only)" for what in ("Move right", "Move down", "Turn")]
    assert [word for word in words if "only" in word] == needy
    assert (Look().translate_x, Look().translate_y, Look().rotate) == UNMOVED


def test_a_show_keeps_a_route_that_turns(tmp_path):
    routes = (Route("bass", "rotate", 1.0), Route("onset", "translate_x", -0.5), Route("mid", "translate_y"))
    show = Show(scenes=(Scene(routes=routes),))
    save_show(show, tmp_path / "a.anthesis")
    assert load_show(tmp_path / "a.anthesis").scene.routes == routes


# --- behind the Generator


@pytest.mark.parametrize("card", [T, R, ODD], ids=lambda card: card.name)
def test_a_pickle_and_its_copy_draw_the_same(card, tmp_path):
    path, out = write_sg3(tmp_path / f"{card.name}.pkl", card), tmp_path / "b.safetensors"
    convert(path, out)
    (told, before), (again, after) = load_weights(path), load_weights(out)
    assert told == again == replace(card, origin=stylegan3.FORMAT)
    assert before.keys() == after.keys() == filled3(card).keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
    z = np.random.RandomState(3).randn(1, 64).astype(np.float32)
    one, two = opened(path), opened(out)
    ws = np.repeat(one.mapping(z), one.num_ws, axis=0)
    assert torch.equal(one.synthesize(ws), two.synthesize(ws))
    mapping, synthesis = network3(card)
    wanted = synthesis(mapping.ws(torch.from_numpy(z))[0])
    assert float((one.synthesize(ws) - wanted.expand(3, -1, -1)).abs().max()) < EXACT
    assert one.synthesize(ws, exit_at=16).shape == (3, 16, 16)
    assert (read_style(out).kind, describe(path)["format"]) == (card.kind, stylegan3.FORMAT)


@pytest.mark.parametrize("case", CASES3)
def test_bf16_cannot_be_told_from_float32(case):
    card = card3_of(case)
    tensors = {name: torch.from_numpy(np.array(array)) for name, array in filled3(card).items()}
    fast = AliasFreeSynthesis(card, tensors, device="cpu", dtype=torch.bfloat16)
    mapping, exact = network3(card)
    ws = mapping.ws(torch.from_numpy(np.random.RandomState(0).randn(3, 64).astype(np.float32)))
    assert min(psnr(fast(one), exact(one)) for one in ws) > GOOD_ENOUGH


def test_the_best_path_is_chosen_by_likeness(tmp_path):
    generator = opened(styled(tmp_path / "t.safetensors", T), precision=None)
    assert generator.precision in ("bf16", "float32")
    assert generator.fidelity == "exact" or float(generator.fidelity.split()[0]) >= GOOD_ENOUGH


def test_equal_input_gives_equal_output(tmp_path):
    generator = opened(styled(tmp_path / "r.safetensors", R))
    one, two = np.zeros((8, 64), np.float32), np.ones((8, 64), np.float32)
    before = generator.synthesize(one)
    generator.synthesize(two, moved=(0.1, 0.2, 0.3), noise=0.0)
    assert torch.equal(generator.synthesize(one, noise=3.0, noise_seed=5), before)


def test_a_map_is_made(tmp_path):
    atlas = new_atlas(opened(styled(tmp_path / "t.safetensors", T)))
    assert (atlas.num_ws, atlas.lattice.shape) == (8, (32, 32, 64))


def test_a_still_of_a_pickle_and_of_its_copy(tmp_path, capsys):
    path, out = write_sg3(tmp_path / "r.pkl", R), tmp_path / "r.safetensors"
    assert main(["convert", str(path), str(out)]) == 0
    stills = []
    for i, style in enumerate((path, out)):
        file = tmp_path / f"{i}.png"
        assert main(["still", str(style), "--seed", "7", "--psi", "0.7", "-o", str(file), "--device", "cpu"]) == 0
        with Image.open(file) as image:
            stills.append(np.asarray(image))
    mapping, synthesis = network3(R)
    z = torch.from_numpy(np.random.RandomState(7).randn(1, 64).astype(np.float32))
    wanted = synthesis(mapping.ws(z, psi=0.7)[0]).permute(1, 2, 0) * 127.5 + 128
    assert np.array_equal(*stills)
    assert np.abs(stills[0] - wanted.clamp(0, 255).floor().numpy()).max() <= 1
    capsys.readouterr()
    assert main(["inspect", str(out), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["network"], facts["num_ws"], facts["use_radial_filters"]) == ("stylegan3-r", 8, True)


# --- pickles of its program


def test_its_stylegan2_config_opens(tmp_path):
    network = ada_network(card_of("cond32"))
    for block in network.state["_modules"]["synthesis"].state["_modules"].values():
        block.state["fused_modconv_default"] = "inference_only"
    path = write_sg3(tmp_path / "two.pkl", T, network)
    generator = opened(path)
    assert (describe(path)["format"], generator.card.kind) == (stylegan3.FORMAT, "stylegan2")
    z, c = expected("cond32", "z").numpy(), expected("cond32", "c").numpy()
    ws = np.repeat(generator.mapping(z[:1], c[0]), generator.num_ws, axis=0)
    assert float((generator.synthesize(ws) - expected("cond32", "image_psi1")[0]).abs().max()) < EXACT
    assert describe(write_ada(tmp_path / "one.pkl", card_of("cond32")))["format"] == ada.FORMAT


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"wavelet": True}, "wavelet, a setting that is not known yet"),
        ({"margin_size": 11}, "margin_size is 10, which does not fit"),
        ({"num_layers": "six"}, "whole number from 2 to 64 as num_layers"),
        ({"first_cutoff": np.float64(2.0)}, "number from 0.01 to 2048 as first_cutoff"),
        ({"lrelu_upsampling": 1}, "up_factor is 2, which does not fit its settings: 1 was expected"),
        ({"conv_clamp": 8}, "conv_clamp is 256"),
        ({"channel_base": 2048}, r"does not fit its card \(64 px\): synthesis.L4_84_32"),
    ],
)
def test_settings_that_do_not_fit_are_refused_by_name(settings, said, tmp_path):
    with pytest.raises(StyleError, match=said):
        read_card(write_sg3(tmp_path / "a.pkl", T, **settings))


def test_layers_that_say_something_else_are_refused(tmp_path):
    for key, value in (("padding", [9, 9, 9, 9]), ("is_torgb", True), ("down_taps", "many"), ("conv_kernel", object)):
        network = written3(T)
        network.state["_modules"]["synthesis"].state["_modules"]["L1_36_32"].state[key] = (
            value if value is not object else np.zeros(3)
        )
        with pytest.raises(StyleError, match=f"L1_36_32.{key} is .*does not fit its settings"):
            read_card(write_sg3(tmp_path / "a.pkl", T, network))


def test_a_network_without_layers_is_refused(tmp_path):
    network = written3(T)
    modules = network.state["_modules"]["synthesis"].state["_modules"]
    for name in [name for name in modules if name.startswith("L")]:
        del modules[name]
    with pytest.raises(StyleError, match="its layers are not those of StyleGAN3"):
        read_card(write_sg3(tmp_path / "a.pkl", T, network))


def test_a_network_that_kept_no_settings_has_the_usual_ones(tmp_path):
    network = written3(T)
    del network.state["_modules"]["synthesis"].state["_init_kwargs"]
    with pytest.raises(StyleError, match=r"synthesis\.input\.weight is 32x32 and should be 512x512"):
        read_card(write_sg3(tmp_path / "a.pkl", T, network))


def test_a_missing_layer_is_told_by_name(tmp_path):
    network = written3(T)
    del network.state["_modules"]["synthesis"].state["_modules"]["L2_52_32"]
    with pytest.raises(StyleError, match=r"synthesis\.L2_52_32\.weight is missing"):
        read_card(write_sg3(tmp_path / "a.pkl", T, network))


# --- cards


@pytest.mark.parametrize(
    ("lies", "said"),
    [
        ({"kind": "stylegan3-r"}, "says stylegan3-r and describes stylegan3-t"),
        ({"kind": "stylegan9"}, "kind of network that Anthesis does not know"),
        ({"resolution": 63}, "resolution of 63"),
        ({"resolution": 2**40}, "resolution"),
        ({"name": ""}, "no name"),
        ({"num_layers": 10**9}, "num_layers"),
        ({"num_layers": True}, "num_layers"),
        ({"num_critical": 6}, "no layer that is not critically sampled"),
        ({"first_cutoff": 1e308}, "first_cutoff"),
        ({"first_cutoff": float("nan")}, "first_cutoff"),
        ({"first_cutoff": "2"}, "first_cutoff"),
        ({"first_cutoff": 40.0}, "cannot hold its frequencies"),
        ({"num_layers": 2, "num_critical": 0, "last_stopband_rel": 1.0}, "do not grow"),
        ({"first_stopband": 0.01}, "do not grow|cannot hold"),
        ({"conv_kernel": 2}, "odd conv_kernel"),
        ({"lrelu_upsampling": 3}, "power of two as lrelu_upsampling"),
        ({"use_radial_filters": "yes"}, "true or false as use_radial_filters"),
        ({"conv_clamp": -1}, "conv_clamp"),
        ({"output_scale": 0}, "output_scale"),
        ({"img_channels": 2}, "img_channels"),
        ({"channel_base": 1}, "cannot hold its frequencies"),
        ({"margin_size": 12}, "is not in it|is missing"),
        ({"filter_size": 5}, "up_filter is 12 and should be 10"),
    ],
)
def test_lying_cards_are_refused(lies, said, tmp_path):
    with pytest.raises(StyleError, match=said):
        open_checkpoint(styled(tmp_path / "a.safetensors", T, **lies))


def test_a_card_may_leave_out_what_is_usual(tmp_path):
    card = Card3("Plain", 64, z_dim=8, w_dim=8, channel_base=256, channel_max=8)
    said = {"kind": "stylegan3-t", "name": "Plain", "resolution": 64, "z_dim": 8, "w_dim": 8}
    said |= {"channel_base": 256, "channel_max": 8}
    save_file(filled3(card), tmp_path / "a.safetensors", metadata={"anthesis": json.dumps(said)})
    assert read_card(tmp_path / "a.safetensors") == card
    assert read_style(tmp_path / "a.safetensors").num_ws == 16
