"""Makes the atlas of a Style and the sheet of its thumbnails; as a program, those of the bundled Styles."""

import contextlib
from collections.abc import Callable
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.engine import paths
from app.engine.errors import StyleError
from app.engine.latent.atlas import SIDE, Atlas, build_atlas
from app.engine.show.show import Classes
from app.engine.stylegan.generator import Generator
from app.engine.stylegan.library import Style, bundled_styles

CELL = 64
WEBP_QUALITY = 88
KEPT = 100
"""Files of other classes than 0 that are kept for one Style."""


def atlas_for(generator: Generator, classes: Classes = ()) -> Atlas:
    """The atlas of the generator's Style in *classes*: the one on disk if it fits, or a new one, which is then kept."""
    path = generator.style.atlas_of(classes)
    try:
        atlas = Atlas.load(path)
        if _fits(atlas, generator):
            return atlas
    except StyleError:
        pass  # none yet, or not readable: it can be made again
    atlas = new_atlas(generator, classes)
    with contextlib.suppress(OSError):  # a folder that cannot be written only costs the time to make it again
        atlas.save(path)
        forget_old_maps(generator.style)
    return atlas


def forget_old_maps(style: Style) -> None:
    """Keep the newest of the files of classes and mixes that were tried: a thousand of them would be gigabytes."""
    files = sorted(style.atlas_of(((0, 1.0),)).parent.glob(f"{style.sha256}-*"), key=lambda file: file.stat().st_mtime)
    for file in files[:-KEPT]:
        file.unlink()


def new_atlas(generator: Generator, classes: Classes = ()) -> Atlas:
    """The atlas made from seeds 0 to 1023, sorted in W: quick for a Style of any size, since nothing is drawn."""
    w = _seeds(generator, SIDE * SIDE, classes)
    return build_atlas(w, generator.w_avg, num_ws=generator.num_ws, size=(generator.width, generator.height))


def pictured_atlas(generator: Generator) -> Atlas:
    """An atlas sorted by what its points look like: half as many seeds again are drawn, the flattest left out."""
    w = _seeds(generator, SIDE * SIDE * 3 // 2)
    pictures = np.stack([_thumbnail(generator, row, CELL) for row in w]).astype(np.float32) / 255
    keep = np.sort(np.argsort(pictures.std((1, 2, 3)), kind="stable")[-SIDE * SIDE :])
    looks = pictures[keep].reshape(SIDE * SIDE, 8, CELL // 8, 8, CELL // 8, 3).mean((2, 4)).reshape(SIDE * SIDE, -1)
    size = (generator.width, generator.height)
    return build_atlas(
        w[keep], generator.w_avg, num_ws=generator.num_ws, size=size, smoothness=1, looks=looks, spread=0.8
    )


def _seeds(generator: Generator, count: int, classes: Classes = ()) -> NDArray[np.float32]:
    z = np.concatenate([np.random.RandomState(seed).randn(1, generator.z_dim) for seed in range(count)])
    return generator.mapping(z.astype(np.float32), generator.class_weights(classes))


def atlas_sheet(
    generator: Generator, atlas: Atlas, *, cell: int = CELL, progress: Callable[[float], None] | None = None
) -> NDArray[np.uint8]:
    """``(rows * cell, cols * cell, 3)``: the middle of every node's picture, side by side."""
    sheet = np.zeros((atlas.rows * cell, atlas.cols * cell, 3), np.uint8)
    for node in range(atlas.rows * atlas.cols):
        row, col = divmod(node, atlas.cols)
        sheet[row * cell : (row + 1) * cell, col * cell : (col + 1) * cell] = _thumbnail(
            generator, atlas.lattice[row, col], cell
        )
        if progress is not None and col == atlas.cols - 1:
            progress((row + 1) / atlas.rows)
    return sheet


def _thumbnail(generator: Generator, w: NDArray[np.float32], cell: int) -> NDArray[np.uint8]:
    image = generator.synthesize(np.broadcast_to(w, (generator.num_ws, generator.w_dim)))
    pixels = (image * 127.5 + 128).clamp(0, 255).byte().permute(1, 2, 0).cpu().numpy()
    height, width = pixels.shape[:2]
    side = min(height, width)
    left, top = (width - side) // 2, (height - side) // 2
    middle = (left, top, left + side, top + side)
    return np.asarray(Image.fromarray(pixels).crop(middle).resize((cell, cell), Image.Resampling.LANCZOS))


def _fits(atlas: Atlas, generator: Generator) -> bool:
    facts, wanted = ((one.num_ws, one.width, one.height) for one in (atlas, generator))
    return facts == wanted and np.array_equal(atlas.w_avg, generator.w_avg)


def main() -> None:
    """Makes the atlas, sheet and checksum of every bundled Style again, beside its weights."""
    for style in bundled_styles():
        generator = Generator.open(style, device="cpu", precision="float32")
        atlas = pictured_atlas(generator)
        atlas.save(style.path.with_suffix(".atlas.npz"))
        sheet = Image.fromarray(atlas_sheet(generator, atlas))
        sheet.save(style.path.with_suffix(".sheet.webp"), quality=WEBP_QUALITY, method=6)
        generator.close()
    files = sorted(path for path in paths.weights().iterdir() if path.suffix in {".safetensors", ".npz", ".webp"})
    lines = [f"{sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (paths.weights() / "SHA256SUMS").write_text("".join(lines), "ascii")


if __name__ == "__main__":
    main()
