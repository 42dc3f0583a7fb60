"""A Style's card: what kind of network a weights file holds, and which tensors that kind has."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KIND = "stylegan2"
ARCHITECTURES = ("skip", "resnet", "orig")
LARGEST_CONST, LARGEST_PICTURE = 64, 8192
TEXTS = {"name": 80, "licence": 120, "origin": 2000, "layers": 1000}


@dataclass(frozen=True, slots=True)
class Card:
    """The shape of a StyleGAN2 generator and what is known about it; the words are those of the published networks.

    ``resolution`` is the size in the name of the last block, 4 * 2^k. Pictures are larger by as much as the learned
    constant, ``const_height`` x ``const_width``, is larger than the published 4 x 4. ``joined``: z and the class lie on
    one sphere together, as before ADA, and not on one each.
    """

    name: str
    resolution: int
    z_dim: int = 512
    w_dim: int = 512
    num_mapping_layers: int = 8
    channel_base: int = 32768
    channel_max: int = 512
    img_channels: int = 3
    conv_clamp: float | None = None
    c_dim: int = 0
    architecture: str = "skip"
    const_height: int = 4
    const_width: int = 4
    joined: bool = False
    licence: str = ""
    origin: str = ""
    layers: str = ""

    @property
    def kind(self) -> str:
        """What the kind of network is called in files."""
        return KIND

    @property
    def num_ws(self) -> int:
        """How many rows of ``w_dim`` numbers the synthesis network takes: two for each size it draws."""
        return 2 * len(self.sizes)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes drawn on the way, 4 to ``resolution``."""
        return tuple(2**k for k in range(2, self.resolution.bit_length()))

    @property
    def width(self) -> int:
        """Width of a picture in pixels."""
        return self.drawn(self.resolution)[1]

    @property
    def height(self) -> int:
        """Height of a picture in pixels."""
        return self.drawn(self.resolution)[0]

    def drawn(self, size: int) -> tuple[int, int]:
        """Height and width of what is drawn at *size*, one of ``sizes``."""
        return size // 4 * self.const_height, size // 4 * self.const_width

    def channels(self, size: int) -> int:
        """Feature maps at *size* pixels."""
        return min(self.channel_base // size, self.channel_max)

    @property
    def mapping_inputs(self) -> int:
        """How many numbers the mapping network takes: z, and a w for the class where there are classes."""
        return self.z_dim + (self.w_dim if self.c_dim else 0)

    def shows(self, size: int) -> bool:
        """Whether a picture is read out at *size*: everywhere in the skip architecture, else only at the end."""
        return self.architecture == "skip" or size == self.resolution


def read_table(text: str) -> dict[str, Any]:
    """The names and values in a file's metadata; ValueError says in a few words why there are none."""
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("its card is not JSON") from None
    if not isinstance(raw, dict):
        raise ValueError("its card is not a table of names and values")
    return raw


def card_from(raw: dict[str, Any]) -> Card:
    """The card that *raw* says; ValueError says in a few words what is wrong with it."""
    if raw.get("kind", KIND) != KIND:
        raise ValueError(f"its card names a kind of network that Anthesis does not know: {str(raw['kind'])[:40]!r}")
    if (architecture := raw.get("architecture", "skip")) not in ARCHITECTURES:
        raise ValueError("its card needs skip, resnet or orig as architecture")
    texts = {key: text_line(raw, key, longest) for key, longest in TEXTS.items()}
    if not texts["name"]:
        raise ValueError("its card has no name")
    resolution = whole_number(raw, "resolution", 8, 4096)
    if resolution & (resolution - 1):
        raise ValueError(f"its card says a resolution of {resolution}, which is not a power of two")
    square = {"const_height": 4, "const_width": 4} | raw
    const_height, const_width = (whole_number(square, key, 1, LARGEST_CONST) for key in ("const_height", "const_width"))
    if resolution // 4 * max(const_height, const_width) > LARGEST_PICTURE:
        raise ValueError(f"its pictures would be more than {LARGEST_PICTURE} pixels wide or high")
    return Card(
        resolution=resolution,
        const_height=const_height,
        const_width=const_width,
        z_dim=whole_number(raw, "z_dim", 1, 4096),
        w_dim=whole_number(raw, "w_dim", 1, 4096),
        num_mapping_layers=whole_number(raw, "num_mapping_layers", 1, 8),
        channel_base=whole_number(raw, "channel_base", resolution, 2**20),
        channel_max=whole_number(raw, "channel_max", 1, 4096),
        img_channels=picture_channels(raw.get("img_channels", 3)),
        conv_clamp=_clamp(raw.get("conv_clamp")),
        c_dim=whole_number({"c_dim": 0} | raw, "c_dim", 0, 2**16),
        architecture=architecture,
        joined=_joined(raw.get("joined", False)),
        **texts,
    )


def tensor_shapes(card: Card) -> dict[str, tuple[int, ...]]:
    """Name -> shape of every tensor of the network that *card* describes, as in the public PyTorch checkpoints."""
    shapes: dict[str, tuple[int, ...]] = {"mapping.w_avg": (card.w_dim,)}
    if card.c_dim:
        shapes |= _linear("mapping.embed", card.c_dim, card.w_dim)
    for i in range(card.num_mapping_layers):
        shapes |= _linear(f"mapping.fc{i}", card.w_dim if i else card.mapping_inputs, card.w_dim)
    for size in card.sizes:
        block, now = f"synthesis.b{size}", card.channels(size)
        shapes[f"{block}.resample_filter"] = (4, 4)
        if size == 4:
            shapes[f"{block}.const"] = (now, card.const_height, card.const_width)
        else:
            shapes |= _conv(f"{block}.conv0", card, size, card.channels(size // 2))
        shapes |= _conv(f"{block}.conv1", card, size, now)
        if card.shows(size):
            shapes |= _linear(f"{block}.torgb.affine", card.w_dim, now)
            shapes |= {f"{block}.torgb.weight": (card.img_channels, now, 1, 1)}
            shapes |= {f"{block}.torgb.bias": (card.img_channels,)}
        if card.architecture == "resnet" and size > 4:
            shapes |= {f"{block}.skip.weight": (now, card.channels(size // 2), 1, 1)}
            shapes |= {f"{block}.skip.resample_filter": (4, 4)}
    return shapes


def _linear(name: str, inputs: int, outputs: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def _conv(name: str, card: Card, size: int, inputs: int) -> dict[str, tuple[int, ...]]:
    outputs = card.channels(size)
    return _linear(f"{name}.affine", card.w_dim, inputs) | {
        f"{name}.weight": (outputs, inputs, 3, 3),
        f"{name}.bias": (outputs,),
        f"{name}.noise_const": card.drawn(size),
        f"{name}.noise_strength": (),
        f"{name}.resample_filter": (4, 4),
    }


def whole_number(raw: Mapping[str, Any], key: str, lo: int, hi: int) -> int:
    """The number *key* of a card."""
    value = raw.get(key)
    if type(value) is not int or not lo <= value <= hi:
        raise ValueError(f"its card needs a whole number from {lo} to {hi} as {key}")
    return value


def picture_channels(value: object) -> int:
    """The channels of a card's pictures."""
    if type(value) is not int or value not in (1, 3, 4):
        raise ValueError("only grey (1), RGB (3) and RGBA (4) pictures can be shown, and its img_channels are others")
    return value


def text_line(raw: Mapping[str, Any], key: str, longest: int) -> str:
    """The words *key* of a card."""
    value = raw.get(key, "")
    if not isinstance(value, str) or len(value) > longest or not value.isprintable():
        raise ValueError(f"its card needs one line of at most {longest} characters as {key}")
    return value.strip()


def _clamp(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e6:
        raise ValueError("its card needs a positive number as conv_clamp")
    return float(value)


def _joined(value: object) -> bool:
    if type(value) is not bool:
        raise ValueError("its card needs true or false as joined")
    return value
