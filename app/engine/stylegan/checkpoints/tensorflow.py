"""StyleGAN2 and StyleGAN2-ADA TensorFlow pickles: the average generator ``Gs``, its variables called by our names."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

from app.engine.stylegan.card import Card
from app.engine.stylegan.checkpoints.arrays import Array, flipped, plain, turned
from app.engine.stylegan.checkpoints.foreign import CHOOSE, JUDGES
from app.engine.stylegan.checkpoints.inferred import infer_card
from app.engine.stylegan.checkpoints.records import Record, Storage, StorageType, StoredTensor
from app.engine.stylegan.checkpoints.unpickle import Known, Refused, printable

FORMAT = "StyleGAN2 TensorFlow pickle"
PARTS = ("mapping", "synthesis")
JOINED = "mapping/LabelConcat/weight"
"""How the classes are called where z and class are joined before they are put on a sphere."""
MOST_VARIABLES = 2000
OLDER = ("tfutil.Network", "network.Network")
"""How Progressive GAN called its networks."""
PROGRAMS = {
    "": ("G_main",),
    "mapping": ("G_mapping",),
    "synthesis": ("G_synthesis", "G_synthesis_stylegan2", "G_synthesis_stylegan_revised"),
}
"""The functions that the published networks are built by."""
PUBLISHED: Mapping[str, Any] = {
    "nonlinearity": "lrelu", "mapping_nonlinearity": "lrelu", "mapping_lrmul": 0.01, "normalize_latents": True,
    "use_noise": True, "resample_kernel": [1, 3, 3, 1], "use_attention": False, "size": None, "scale_type": None,
}  # fmt: skip
"""Settings that our network knows in one way only."""
SHAPES = frozenset((
    "latent_size", "label_size", "dlatent_size", "dlatent_broadcast", "mapping_layers", "mapping_fmaps", "label_fmaps",
    "num_channels", "resolution", "resolution_h", "resolution_w", "min_h", "min_w", "res_log2", "init_res",
    "architecture", "fmap_base", "fmap_decay", "fmap_min", "fmap_max", "fmap_const",
))  # fmt: skip
"""Settings that the shapes of the tensors tell too, and are held against."""
WITHOUT_EFFECT = frozenset((
    "truncation_psi", "truncation_cutoff", "truncation_psi_val", "truncation_cutoff_val", "dlatent_avg_beta",
    "w_avg_beta", "style_mixing_prob", "randomize_noise", "fused_modconv", "num_fp16_res", "dtype", "structure",
    "mapping_func", "synthesis_func", "conv_clamp", "impl", "verbose",
))  # fmt: skip
"""Settings of training, of speed, or read elsewhere."""
LAYER = re.compile(r"synthesis/(\d{1,4})x(\d{1,4})/(Const|Conv|Conv0_up|Conv1|ToRGB|Skip)/(\w+)")
PLACES = {"Const": "", "Conv": "conv1.", "Conv1": "conv1.", "Conv0_up": "conv0.", "ToRGB": "torgb.", "Skip": "skip."}
LEAVES = {
    "const": "const", "weight": "weight", "bias": "bias", "noise_strength": "noise_strength",
    "mod_weight": "affine.weight", "mod_bias": "affine.bias",
}  # fmt: skip
"""Name within a layer -> ours."""


@dataclass(eq=False, slots=True)
class Network(Record):
    """A network as ``dnnlib.tflib`` and its forerunners pickle it. Its program text is never read."""


def network_names() -> dict[str, Known]:
    """The names that such networks have in a pickle."""
    return {name: Known(name, _named(name)) for name in ("dnnlib.tflib.network.Network", *OLDER)}


def _named(name: str) -> Any:
    return lambda: Network(name)


def is_tensorflow(held: object) -> bool:
    """Whether *held* is a network of this format, or a row of such."""
    return type(held) is Network or (type(held) in (tuple, list) and any(type(one) is Network for one in held))  # type: ignore[attr-defined]


def read_tensorflow(held: Any, name: str) -> tuple[Card, dict[str, StoredTensor]]:
    """Card and tensors of the generator in *held*; ValueError says why there is none."""
    generator = _average(held)
    inside = generator.state.get("components")
    parts = {"": generator} | {part: net for part, net in _parts(inside) if part in PARTS}
    variables = dict(_variables(parts))
    _check_kind(generator, variables)
    for part, network in parts.items():
        _check_program(part, network)
    settings = _settings(parts)
    tensors = _renamed(variables)
    shapes = {key: tensor.shape for key, tensor in tensors.items()}
    clamp = plain(settings.get("conv_clamp"))
    if clamp is not None and type(clamp) not in (int, float):
        raise ValueError("its conv_clamp is no number")
    card = infer_card(name, shapes, conv_clamp=clamp, origin=FORMAT)
    return replace(card, joined=JOINED in variables), tensors


def _average(held: Any) -> Network:
    """Gs: the last of three, as the published tools have it, or else the network of that name, or one alone."""
    networks = [held] if type(held) is Network else [one for one in held if type(one) is Network]
    if len(networks) == 1 or (len(networks) == len(held) == 3):
        return networks[-1]
    names = [_word(network.state.get("name")) for network in networks[:4]]
    if "Gs" not in names:
        told = ", ".join(names)[:80]
        raise ValueError(f"it holds {told} and no Gs, the average that pictures are drawn with; choose a file with it")
    return networks[names.index("Gs")]


def _parts(inside: object) -> list[tuple[str, Network]]:
    if type(inside) is not dict:
        return []
    return [(part, inside[part]) for part in PARTS if type(inside.get(part)) is Network]


def _variables(parts: Mapping[str, Network]) -> Iterator[tuple[str, Array]]:
    """Every variable and its name, which begins with that of its part."""
    for part, network in parts.items():
        listed = network.state.get("variables")
        if type(listed) is not list or len(listed) > MOST_VARIABLES:
            raise Refused("its list of variables is none, or longer than that of any network")
        for pair in listed:
            if type(pair) is not tuple or len(pair) != 2 or type(pair[0]) is not str or type(pair[1]) is not Array:
                raise Refused("its list of variables holds something else")
            yield (f"{part}/{pair[0]}" if part else pair[0].removeprefix("G_")), pair[1]


def _check_kind(generator: Network, variables: Mapping[str, Array]) -> None:
    """ValueError for networks that came before StyleGAN2, and for those that judge pictures."""
    program = generator.state.get("build_func_name")
    if generator.class_name in OLDER or program in ("G_paper", "D_paper"):
        raise ValueError(f"it is a Progressive GAN, which came before StyleGAN and has no styles; {CHOOSE}")
    if program == "G_style" or any("/StyleMod/" in name for name in variables):
        raise ValueError(f"it is a StyleGAN1 network, drawn in another way; {CHOOSE}")
    if any("FromRGB" in name for name in variables):
        raise ValueError(f"it is a discriminator, {JUDGES}")


def _check_program(part: str, network: Network) -> None:
    program = network.state.get("build_func_name")
    if program not in PROGRAMS[part]:
        raise ValueError(f"it is built by {_word(program)}, which is not known yet")


def _word(value: object) -> str:
    """What a file calls something: only text, for anything else may take for ever to print."""
    return printable(value) if type(value) is str else "something without a name"


def _settings(parts: Mapping[str, Network]) -> dict[Any, Any]:
    """What the network was built with; ValueError for what our network could not compute."""
    settings: dict[Any, Any] = {}
    for part in (*PARTS, ""):  # what is said of the whole counts for its parts
        said = parts[part].state.get("static_kwargs") if part in parts else None
        settings |= said if type(said) is dict else {}
    for key, value in settings.items():
        if key in SHAPES or key in WITHOUT_EFFECT:
            continue
        found = plain(value)
        if key not in PUBLISHED or (list(found) if type(found) is tuple else found) != PUBLISHED[key]:
            told = f" as {printable(str(found))}" if type(found) in (str, int, float, bool) else ""
            raise ValueError(f"it is built with {printable(str(key))}{told}, which is not known yet")
    return settings


def _renamed(variables: Mapping[str, Array]) -> dict[str, StoredTensor]:
    """The tensors by our names, and lying as ours do."""
    base = next((found for name in variables if (found := LAYER.fullmatch(name)) and found[3] == "Const"), None)
    if base is None:
        raise ValueError("it holds no StyleGAN2 generator")
    smallest = (int(base[1]), int(base[2]))
    grown = [name for name in variables if name.startswith("synthesis/ToRGB_lod")]
    if grown and plain(variables.get("lod", 0)) != 0:
        raise ValueError("it was still growing when it was saved; choose a later file of its training")
    last = max((_size(found, smallest) for name in variables if (found := LAYER.fullmatch(name))), default=4)
    tensors: dict[str, StoredTensor] = {}
    for name, array in variables.items():
        if name in ("lod", "synthesis/lod") or (name in grown and not name.startswith("synthesis/ToRGB_lod0/")):
            continue  # pictures that were shown on the way to the full size
        full = f"synthesis/{smallest[0] * last // 4}x{smallest[1] * last // 4}/ToRGB/"
        ours = _our_name(name.replace("synthesis/ToRGB_lod0/", full), smallest)
        if ours is None or array.tensor is None:
            raise ValueError(f"its layers are not those of StyleGAN2: {printable(name)!r} is not known")
        if name == JOINED and len(array.tensor.shape) == 2:
            tensors |= _joined(array.tensor)
        else:
            tensors[ours] = _laid_out(ours, array.tensor)
    return tensors


def _joined(tensor: StoredTensor) -> dict[str, StoredTensor]:
    """A table of classes, which before ADA was neither scaled nor had a bias, as the layer that embeds ours."""
    classes, features = tensor.shape
    nothing = Storage(StorageType("<f4"), features, memoryview(bytes(4 * features)))
    return {
        "mapping.embed.weight": replace(turned(tensor, (1, 0)), times=sqrt(classes)),
        "mapping.embed.bias": StoredTensor(nothing, 0, (features,), (1,)),
    }


def _size(layer: re.Match[str], smallest: tuple[int, int]) -> int:
    """The size in our name for a layer's block, which is 4 where a network begins, whatever its shape."""
    times = int(layer[1]) // max(smallest[0], 1)
    if not times or times & (times - 1) or (smallest[0] * times, smallest[1] * times) != (int(layer[1]), int(layer[2])):
        raise ValueError(f"its layers of {layer[1]} x {layer[2]} are no power of two larger than its first")
    return 4 * times


def _our_name(name: str, smallest: tuple[int, int]) -> str | None:
    """What a variable called *name* is called here."""
    if name == "dlatent_avg":
        return "mapping.w_avg"
    if name == JOINED:
        return "mapping.embed.weight"
    if found := re.fullmatch(r"mapping/(?:Dense(\d)|LabelEmbed)/(weight|bias)", name):
        return f"mapping.{f'fc{found[1]}' if found[1] else 'embed'}.{found[2]}"
    if found := re.fullmatch(r"synthesis/noise(\d{1,2})", name):
        number = int(found[1])
        return f"synthesis.b{4 << (number + 1) // 2}.{'conv0' if number % 2 else 'conv1'}.noise_const"
    found = LAYER.fullmatch(name)
    if not found or found[4] not in LEAVES:
        return None
    return f"synthesis.b{_size(found, smallest)}.{PLACES[found[3]]}{LEAVES[found[4]]}"


def _laid_out(name: str, tensor: StoredTensor) -> StoredTensor:
    """*tensor* as ours lie: outputs first; the layers that enlarge are turned round; styles are counted from 1."""
    dimensions = len(tensor.shape)
    if name.endswith(".weight") and dimensions == 4:
        return turned(flipped(tensor, (0, 1)) if ".conv0." in name else tensor, (3, 2, 0, 1))
    if name.endswith(".weight") and dimensions == 2:
        return turned(tensor, (1, 0))
    if name.endswith(".affine.bias"):
        return replace(tensor, plus=1.0)
    extra = {"const": 1, "noise_const": 2}.get(name.rsplit(".", 1)[-1], 0)
    if dimensions != 4 or tensor.shape[:extra] != (1,) * extra:
        return tensor
    return replace(tensor, shape=tensor.shape[extra:], strides=tensor.strides[extra:])
