"""A StyleGAN3 Style's card: the network of arXiv 2106.12423, layer by layer, and which tensors it has."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app.engine.stylegan.card import TEXTS, picture_channels, text_line, whole_number

KINDS = ("stylegan3-t", "stylegan3-r")
Shapes = dict[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Card3:
    """The shape of a StyleGAN3 generator and what is known about it; the words are those of the published networks."""

    name: str
    resolution: int
    z_dim: int = 512
    w_dim: int = 512
    num_mapping_layers: int = 2
    channel_base: int = 32768
    channel_max: int = 512
    img_channels: int = 3
    conv_clamp: float | None = 256.0
    c_dim: int = 0
    num_layers: int = 14
    num_critical: int = 2
    first_cutoff: float = 2.0
    first_stopband: float = 2**2.1
    last_stopband_rel: float = 2**0.3
    margin_size: int = 10
    output_scale: float = 0.25
    conv_kernel: int = 3
    filter_size: int = 6
    lrelu_upsampling: int = 2
    use_radial_filters: bool = False
    licence: str = ""
    origin: str = ""
    layers: str = ""

    @property
    def kind(self) -> str:
        """Config R turns with the picture as well as moving with it: its low-pass filters are round."""
        return KINDS[self.use_radial_filters]

    @property
    def width(self) -> int:
        """Pixels of a picture from left to right."""
        return self.resolution

    @property
    def height(self) -> int:
        """Pixels of a picture from top to bottom."""
        return self.resolution

    @property
    def num_ws(self) -> int:
        """How many rows of ``w_dim`` numbers the synthesis network takes: the input, every layer, and the picture's."""
        return self.num_layers + 2

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes a picture can be drawn at: no layer but the last one makes any."""
        return (self.resolution,)

    @property
    def mapping_inputs(self) -> int:
        """How many numbers the mapping network takes: z, and a w for the class where there are classes."""
        return self.z_dim + (self.w_dim if self.c_dim else 0)


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer as the card's design makes it. Sizes in pixels with the margin, rates in pixels a picture's width.

    up, down: by how much the leaky ReLU's pixels are finer than those that come in, and than those that go out.
    before, after: pixels to add on either side (fewer than none: to take away) once the input has been made finer.
    """

    name: str
    inputs: int
    outputs: int
    kernel: int
    in_size: int
    size: int
    up: int
    down: int
    up_taps: int
    down_taps: int
    radial: bool
    shows: bool

    @property
    def before(self) -> int:
        """Half of what is missing, and more at the front: pixels are little squares, whose middles count."""
        return (self._missing + self.up) // 2

    @property
    def after(self) -> int:
        """The rest of what is missing."""
        return self._missing - self.before

    @property
    def _missing(self) -> int:
        needed = (self.size - 1) * self.down + 1 + self.up_taps + self.down_taps - 2
        return needed - (self.in_size + self.kernel - 1) * self.up


def design(card: Card3) -> tuple[Layer, ...]:
    """Every layer after the input, the one that reads the picture out last (section 3.2 and appendix C)."""
    rates, sizes, channels = _rates(card), _sizes(card), _channels(card)
    layers = []
    for i in range(card.num_layers + 1):
        last, j = i == card.num_layers, max(i - 1, 0)
        finest = max(rates[i], rates[j]) * (1 if last else card.lrelu_upsampling)
        up, down = finest // rates[j], finest // rates[i]
        layers.append(
            Layer(
                name=f"L{i}_{sizes[i]}_{channels[i]}",
                inputs=channels[j],
                outputs=channels[i],
                kernel=1 if last else card.conv_kernel,
                in_size=sizes[j],
                size=sizes[i],
                up=up,
                down=down,
                up_taps=card.filter_size * up if up > 1 and not last else 1,
                down_taps=card.filter_size * down if down > 1 and not last else 1,
                radial=card.use_radial_filters and i < card.num_layers - card.num_critical,
                shows=last,
            )
        )
    return tuple(layers)


def _along(card: Card3, first: float, last: float) -> list[float]:
    """A geometric progression from *first* to *last*, which the critically sampled layers at the end share."""
    steps = card.num_layers - card.num_critical
    return [first * (last / first) ** min(i / steps, 1.0) for i in range(card.num_layers + 1)]


def cutoffs(card: Card3) -> list[float]:
    """The highest frequency that every layer keeps, in waves a picture's width."""
    return _along(card, card.first_cutoff, card.resolution / 2)


def _rates(card: Card3) -> list[int]:
    """Pixels a picture's width of every layer: the power of two that its stopband needs."""
    stopbands = _along(card, card.first_stopband, card.resolution / 2 * card.last_stopband_rel)
    return [2 ** math.ceil(math.log2(min(2 * band, card.resolution))) for band in stopbands]


def input_rate(card: Card3) -> int:
    """Pixels a picture's width of the input."""
    return _rates(card)[0]


def input_size(card: Card3) -> int:
    """Pixels of the input with its margin."""
    return _sizes(card)[0]


def _sizes(card: Card3) -> list[int]:
    sizes = [rate + 2 * card.margin_size for rate in _rates(card)]
    return [*sizes[:-2], card.resolution, card.resolution]


def _channels(card: Card3) -> list[int]:
    fewer = [round(min(card.channel_base / 2 / cutoff, card.channel_max)) for cutoff in cutoffs(card)]
    return [*fewer[:-1], card.img_channels]


def tensor_shapes3(card: Card3) -> Shapes:
    """Name -> shape of every tensor of the network that *card* describes, as in the public PyTorch checkpoints."""
    channels = _channels(card)[0]
    shapes: Shapes = {"mapping.w_avg": (card.w_dim,)}
    if card.c_dim:
        shapes |= _linear("mapping.embed", card.c_dim, card.w_dim)
    for i in range(card.num_mapping_layers):
        shapes |= _linear(f"mapping.fc{i}", card.w_dim if i else card.mapping_inputs, card.w_dim)
    shapes |= {"synthesis.input.weight": (channels, channels), "synthesis.input.transform": (3, 3)}
    shapes |= {"synthesis.input.freqs": (channels, 2), "synthesis.input.phases": (channels,)}
    shapes |= _linear("synthesis.input.affine", card.w_dim, 4)
    for layer in design(card):
        name, taps = f"synthesis.{layer.name}", layer.down_taps
        shapes |= {f"{name}.weight": (layer.outputs, layer.inputs, layer.kernel, layer.kernel)}
        shapes |= {f"{name}.bias": (layer.outputs,), f"{name}.magnitude_ema": ()}
        if layer.up_taps > 1:
            shapes |= {f"{name}.up_filter": (layer.up_taps,)}
        if taps > 1:
            shapes |= {f"{name}.down_filter": (taps, taps) if layer.radial else (taps,)}
        shapes |= _linear(f"{name}.affine", card.w_dim, layer.inputs)
    return shapes


def _linear(name: str, inputs: int, outputs: int) -> Shapes:
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def card3_from(raw: Mapping[str, Any]) -> Card3:
    """The card that *raw* says; ValueError says in a few words what is wrong with it."""
    texts: dict[str, Any] = {key: text_line(raw, key, longest) for key, longest in TEXTS.items()}
    if not texts["name"]:
        raise ValueError("its card has no name")
    resolution = whole_number(raw, "resolution", 16, 4096)
    if resolution & (resolution - 1):
        raise ValueError(f"its card says a resolution of {resolution}, which is not a power of two")
    said = asdict(Card3("", resolution)) | dict(raw)
    if type(said["use_radial_filters"]) is not bool:
        raise ValueError("its card needs true or false as use_radial_filters")
    whole: dict[str, Any] = {key: whole_number(said, key, lo, hi) for key, (lo, hi) in WHOLE.items()}
    real: dict[str, Any] = {key: _number(said, key, lo, hi) for key, (lo, hi) in REAL.items()}
    clamp = None if said["conv_clamp"] is None else _number(said, "conv_clamp", 1e-6, 1e6)
    card = Card3(
        resolution=resolution,
        img_channels=picture_channels(said["img_channels"]),
        use_radial_filters=said["use_radial_filters"],
        conv_clamp=clamp,
        **whole,
        **real,
        **texts,
    )
    if raw.get("kind", card.kind) != card.kind:
        raise ValueError(f"its card says {raw['kind']} and describes {card.kind}")
    _check_design(card)
    return card


WHOLE = {
    "z_dim": (1, 4096), "w_dim": (1, 4096), "num_mapping_layers": (1, 8), "c_dim": (0, 2**16),
    "channel_base": (1, 2**20), "channel_max": (1, 4096), "num_layers": (2, 64), "num_critical": (0, 63),
    "margin_size": (0, 256), "conv_kernel": (1, 3), "filter_size": (1, 32), "lrelu_upsampling": (1, 4),
}  # fmt: skip
REAL = {
    "first_cutoff": (0.01, 2048.0), "first_stopband": (0.01, 8192.0), "last_stopband_rel": (1.0, 16.0),
    "output_scale": (1e-6, 1e6),
}  # fmt: skip


def _number(raw: Mapping[str, Any], key: str, lo: float, hi: float) -> float:
    value = raw[key]
    if type(value) not in (int, float) or not lo <= value <= hi:
        raise ValueError(f"its card needs a number from {lo:g} to {hi:g} as {key}")
    return float(value)


def _check_design(card: Card3) -> None:
    """Refuses settings out of which no network can be built, or none that ours computes rightly."""
    if card.num_critical >= card.num_layers:
        raise ValueError("its card leaves no layer that is not critically sampled")
    if card.lrelu_upsampling == 3 or card.conv_kernel == 2:
        raise ValueError("its card needs an odd conv_kernel, and a power of two as lrelu_upsampling")
    rates = _rates(card)
    if rates != sorted(rates) or not 1 <= rates[0] <= rates[-1] == card.resolution == rates[-2]:
        raise ValueError("its card describes layers that do not grow to its resolution")
    if 2 * card.first_cutoff >= rates[0] or min(_channels(card)) < 1:
        raise ValueError("its card describes layers that cannot hold its frequencies")
