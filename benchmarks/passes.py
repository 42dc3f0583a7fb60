"""What the passes of the network cost, each against what was there before it, on the CPU, in turns of one run.

    python -m benchmarks.passes [--threads 1] [--rounds 30] [--json]

Layers are as large as Bloom's and the papers'. The ratio is how often the pass of today runs while the older one does.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from app.engine.cores import cores
from app.engine.stopwatch import Turn, in_turns
from app.engine.stylegan.activation import SLOPE, activate
from app.engine.stylegan.allocator import keep_freed_memory
from app.engine.stylegan.generator import cpu_has_bf16
from app.engine.stylegan.network import fir
from app.engine.stylegan.packed import conv, packed, packed_up
from app.engine.stylegan.strips import Strips
from app.engine.stylegan.upconv import PADDINGS, Way, up_way, up_weights, upconv, upsample

Pair = tuple[str, Turn, Turn]
LAYERS = ((32, 128), (64, 64), (128, 32), (512, 32))
"""Channels, and the size that comes in."""


def laid_out(*shape: int) -> Tensor:
    """Numbers as they lie in the network."""
    return torch.randn(shape, dtype=_dtype()).contiguous(memory_format=torch.channels_last)


def up_convolutions() -> Iterator[Pair]:
    """Twice the size: the way that this processor takes against a transposed convolution and a filter."""
    for channels, size in LAYERS:
        x, weight, taps = laid_out(1, channels, size, size), torch.randn(channels, channels, 3, 3), fir() * 4
        way = up_way(channels, x.device, x.dtype)
        taken, plain = (_up(x, weight, taps, one) for one in (way, "transposed"))
        yield f"up-convolution, {channels} channels from {size} px: {way}", _turn(taken), _turn(plain)


def _up(x: Tensor, weight: Tensor, taps: Tensor, way: Way) -> Callable[[], Tensor]:
    channels, size = x.shape[1], (x.shape[2], x.shape[3])
    kernels = [
        kernel.to(x.dtype).contiguous(memory_format=torch.channels_last) for kernel in up_weights(weight, taps, way)
    ]
    paddings = PADDINGS if way == "phases" else ((1, 1),)
    ready = [packed_up(kernels[0], size)] if way == "transposed" else [
        packed(kernel, padding, size) for kernel, padding in zip(kernels, paddings, strict=True)
    ]  # fmt: skip
    low = taps.expand(channels, 1, 4, 4).to(x.dtype).contiguous(memory_format=torch.channels_last)
    bias = torch.zeros(channels, dtype=x.dtype)
    return lambda: upconv(x, ready, way, low, bias, slope=SLOPE)


def others() -> Iterator[Pair]:
    """Leaky ReLU within the convolution, noise as a product, pictures doubled by lerp, large layers in strips."""
    channels, size = 64, 128
    x, bias = laid_out(1, channels, size, size), torch.zeros(channels, dtype=_dtype())
    weight = packed(laid_out(channels, channels, 3, 3), (1, 1), (size, size))
    within = lambda: conv(x, weight, bias, slope=SLOPE)  # noqa: E731
    yield "leaky ReLU in the convolution", _turn(within), _turn(lambda: F.leaky_relu_(conv(x, weight, bias), SLOPE))
    few, noise = laid_out(1, 16, 256, 256), torch.randn(256, 256).to(_dtype())
    yield (
        "noise as a product, 16 channels at 256 px",
        _turn(lambda: activate(few, noise, None, None)),
        _turn(lambda: F.leaky_relu_(few.add_(noise), SLOPE)),
    )
    image = torch.randn(1, 3, 128, 128)
    wide = lambda: F.interpolate(F.pad(image, (1, 1, 1, 1)), scale_factor=2, mode="bilinear")  # noqa: E731
    yield "picture of 128 px doubled by lerp", _turn(lambda: upsample(image)), _turn(wide)
    yield _strips()


def _strips() -> Pair:
    size = 1024
    x, bias = laid_out(1, 32, size, size), torch.zeros(32, dtype=_dtype())
    weight, noise = packed(laid_out(32, 32, 3, 3), (1, 1), (size, size)), torch.randn(size, size).to(_dtype())
    strips = Strips()

    def run(some: Tensor, wanted: slice, rows: slice) -> Tensor:
        y = conv(some, weight, bias)[:, :, wanted]
        activate(y, noise[rows], None, None)
        return y

    everything = slice(0, size)
    return (
        "layer of 32 channels at 1024 px in strips",
        _turn(lambda: strips("layer", x, 32, 1, run)),
        _turn(lambda: run(x, everything, everything)),
    )


def _turn(run: Callable[[], Tensor]) -> Turn:
    return lambda _: run()


def _dtype() -> torch.dtype:
    return torch.bfloat16 if cpu_has_bf16() else torch.float32


@torch.inference_mode()
def main() -> None:
    """Prints one line a pass, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=cores().usual)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    keep_freed_memory()
    torch.set_num_threads(asked.threads)
    torch.set_flush_denormal(True)
    found: dict[str, Any] = {}
    for make in (up_convolutions, others):
        for name, now, then in make():
            times = in_turns({"now": now, "then": then}, rounds=asked.rounds)
            ms = {key: value.ms for key, value in times.items()}
            found[name] = ms | {"ratio": ms["then"] / ms["now"]}
    if asked.json:
        print(json.dumps(found, indent=1))
        return
    for name, row in found.items():
        print(f"{name:<55} {row['now']:8.2f} ms, before {row['then']:8.2f} ms, {row['ratio']:.2f}x")


if __name__ == "__main__":
    main()
