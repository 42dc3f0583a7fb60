"""The card of a network that came without one: everything follows from the names and shapes of its tensors."""

import re
from collections.abc import Mapping

from app.engine.stylegan.card import Card, card_from

LAYER = re.compile(r"synthesis\.b(\d{1,5})\.conv1\.weight")


def infer_card(name: str, shapes: Mapping[str, tuple[int, ...]], *, conv_clamp: object, origin: str) -> Card:
    """The card of a network called *name*; ValueError says in a few words why there is none."""
    sizes = [int(found[1]) for key in shapes if (found := LAYER.fullmatch(key))]
    layers = sum(bool(re.fullmatch(r"mapping\.fc\d\.weight", key)) for key in shapes)
    if not sizes or not layers:
        raise ValueError("it holds no StyleGAN2 generator")
    resolution = max(sizes)
    first, last = shapes.get("mapping.fc0.weight", ()), shapes[f"synthesis.b{resolution}.conv1.weight"]
    shown, embed = shapes.get(f"synthesis.b{resolution}.torgb.weight", ()), shapes.get("mapping.embed.weight")
    if (len(first), len(last), len(shown), len(embed or (0, 0))) != (2, 4, 4, 2):
        raise ValueError("its layers are not those of StyleGAN2")
    const = shapes.get("synthesis.b4.const", (0, 4, 4))
    widest = max(shapes[f"synthesis.b{size}.conv1.weight"][0] for size in sizes)
    said = {
        "name": "".join(c for c in name if c.isprintable())[:80] or "Unnamed",
        "origin": origin,
        "resolution": resolution,
        "z_dim": first[1] - (embed[0] if embed else 0),
        "w_dim": first[0],
        "c_dim": embed[1] if embed else 0,
        "num_mapping_layers": layers,
        "channel_base": resolution * last[0],
        "channel_max": widest,
        "img_channels": shown[0],
        "conv_clamp": conv_clamp,
        "const_height": const[1] if len(const) == 3 else 4,
        "const_width": const[2] if len(const) == 3 else 4,
        "architecture": _architecture(shapes, resolution),
    }
    return card_from(said)


def _architecture(shapes: Mapping[str, tuple[int, ...]], resolution: int) -> str:
    if f"synthesis.b{resolution}.skip.weight" in shapes:
        return "resnet"
    return "skip" if "synthesis.b4.torgb.weight" in shapes else "orig"
