"""``anthesis still`` and ``anthesis convert``: one picture of a seed, and any weights file as safetensors."""

import argparse
from functools import partial
from pathlib import Path

import numpy as np

from app.cli.styles import named_style
from app.cli.terminal import say
from app.engine.errors import FilmError, StyleError


def still(args: argparse.Namespace) -> None:
    """The picture that the published tools draw for a seed: z from NumPy's RandomState, 8 bits rounded as there."""
    from PIL import Image

    from app.engine.render.fallback import Falling, on_cpu  # here, so that what can be refused without torch is
    from app.engine.stylegan.generator import Generator

    out: Path = args.output
    if out.suffix.lower() != ".png":
        raise FilmError(f"Pictures end in .png, not {out.suffix or 'nothing'}.")
    if not 0 <= args.seed < 2**32:
        raise StyleError(f"A seed is a number from 0 to {2**32 - 1}, not {args.seed}.")
    precision = args.precision or "float32"
    generator = Generator.open(named_style(args.style), device=args.device, precision=precision)
    falling = Falling(generator, partial(on_cpu, precision=precision))
    try:
        z = np.random.RandomState(args.seed).randn(1, generator.z_dim).astype(np.float32)
        w = generator.mapping(z, generator.class_weights(args.classes or ()))
        w = generator.w_avg + np.float32(args.psi) * (w - generator.w_avg)
        ws, noise = np.repeat(w, generator.num_ws, axis=0), float(args.noise == "const")
        image = falling.surely(lambda drawing: drawing.synthesize(ws, noise=noise).cpu())
        pixels = (image * 127.5 + 128).clamp(0, 255).byte().permute(1, 2, 0).numpy()
    finally:
        falling.generator.close()
    try:
        Image.fromarray(pixels).save(out)
    except OSError as cause:
        raise FilmError(f"{out} could not be written: {cause.strerror or cause}.") from cause
    noted = f" ({falling.note})" if falling.note else ""
    say(f"{out}: seed {args.seed} of {generator.style.name}, {generator.width}x{generator.height}{noted}")


def convert(args: argparse.Namespace) -> None:
    """The network in one file, whatever its format, as safetensors with a card."""
    from app.engine.stylegan.weights import convert as write

    card = write(args.file, args.output)
    say(f"{args.output}: {card.name}, {card.width}x{card.height}, opens without a pickle")
