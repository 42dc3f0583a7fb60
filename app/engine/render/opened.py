"""A Style opened for drawing: its network on the device, its finish, its map. Engine thread only."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from app.engine.errors import StyleError
from app.engine.latent.atlas import Atlas
from app.engine.render.fallback import Falling, on_cpu
from app.engine.render.finish import Renderer
from app.engine.render.frame import Drawn, Frame, RenderRequest
from app.engine.show.show import Classes, StyleRef
from app.engine.stylegan.atlas_build import atlas_for
from app.engine.stylegan.exits import exits_of
from app.engine.stylegan.generator import Generator
from app.engine.stylegan.library import Style, bundled_styles, file_sha256, read_style


class OpenedStyle(Renderer):
    """A Renderer that also says what it runs on and knows its Style's map; it goes on where its device gives up."""

    def __init__(self, generator: Generator, on_cpu: Callable[[Generator], Generator] = on_cpu) -> None:
        """*on_cpu* opens the network of a Generator on the CPU."""
        self._falling = Falling(generator, on_cpu)
        found = self._falling.surely(exits_of)
        super().__init__(self._falling.generator, {one.size: one.matrix for one in found})
        self.exits: Mapping[int, tuple[int, int]] = {one.size: (one.width, one.height) for one in found}
        self.width, self.height = generator.width, generator.height

    @property
    def device(self) -> str:
        """What draws at present."""
        return self.generator.device

    @property
    def precision(self) -> str:
        """And how exactly."""
        return self.generator.precision

    @property
    def fidelity(self) -> str:
        """How near that comes to float32."""
        return self.generator.fidelity

    @property
    def threads(self) -> int:
        """How many of them draw on a processor."""
        return self.generator.threads

    @property
    def note(self) -> str:
        """Why it is not drawn in a better way; empty where it is."""
        return self._falling.note

    def render(self, request: RenderRequest) -> Frame:
        """The picture that *request* describes, in main memory, drawn by whatever can draw it."""
        drawn = super().render

        def draw(generator: Generator) -> Frame:
            self.generator = generator
            return drawn(request)

        return self._falling.surely(draw)

    def draw(self, request: RenderRequest) -> Drawn | Frame:
        """The same, left for another thread to finish where that can be."""
        drawn = super().draw

        def draw(generator: Generator) -> Drawn | Frame:
            self.generator = generator
            return drawn(request)

        return self._falling.surely(draw)

    def picture(self, request: RenderRequest) -> Tensor:
        """What the network draws, before any finish, by whatever can draw it; also for a picture of several Styles."""
        drawn = super().picture

        def draw(generator: Generator) -> Tensor:
            self.generator = generator
            return drawn(request)

        return self._falling.surely(draw)

    def atlas(self, classes: Classes = ()) -> tuple[Atlas, NDArray[np.uint8] | None]:
        """The map of *classes*, and its sheet of thumbnails where one has been drawn before."""
        return atlas_for(self.generator, classes), _read_sheet(self.generator.style.sheet_of(classes))


def _read_sheet(file: Path) -> NDArray[np.uint8] | None:
    """The thumbnails in *file*; None where there are none, or they cannot be read: they can be drawn again."""
    from PIL import Image

    try:
        with Image.open(file) as sheet:
            return np.asarray(sheet.convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def find_style(ref: StyleRef, known: Sequence[Style] = ()) -> Style:
    """The Style that *ref* means: by content, then by the file it was last seen in, then a bundled one by name."""
    for style in (*known, *bundled_styles()):
        if ref.sha256 and style.sha256 == ref.sha256 and _is_still(style):
            return style
    if ref.file:
        style = read_style(Path(ref.file))
        if ref.sha256 and style.sha256 != ref.sha256:
            raise StyleError(
                f"{Path(ref.file).name} has changed since the Show was saved. Add it again to use it as it is."
            )
        return style
    for style in bundled_styles():
        if style.name.lower() == ref.name.lower():
            return style
    raise StyleError(f"The style “{ref.name}” is not here. Add its file to use it.")


def _is_still(style: Style) -> bool:
    """Whether the file of *style* is there and holds what it held."""
    return style.path.is_file() and file_sha256(style.path) == style.sha256


def opener(
    *, device: str | None = None, precision: str | None = None, known: Callable[[], Sequence[Style]] = tuple
) -> Callable[[StyleRef], OpenedStyle]:
    """What the Engine calls to build a Style on *device* in *precision* (None: the best there is).

    known: Styles that may lie elsewhere than a Show says. Runs on the engine's threads.
    """

    def open_renderer(ref: StyleRef) -> OpenedStyle:
        generator = Generator.open(find_style(ref, known()), device=device, precision=precision)
        return OpenedStyle(generator, partial(on_cpu, precision=precision))

    return open_renderer
