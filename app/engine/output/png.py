"""Films as folders of pictures, one PNG a frame."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.engine.errors import FilmError
from app.engine.output.credits import ACTED, GUARD
from app.engine.output.target import Target
from app.engine.render.frame import Frame

_NAME = re.compile(r".+_\d{6,}\.png")
_COMPRESS_LEVEL = 2


class PngSink:
    """``name/name_000000.png`` and so on. Owns the folder while it grows under its partial name; any one thread.

    said: what every picture says of itself, from ``credits``, as chunks of text.
    """

    def __init__(self, target: Target, *, said: Mapping[str, str] | None = None) -> None:
        self._target = target
        self._count = 0
        self._info = _info(said or {})
        self._softened = _info({**(said or {}), GUARD: ACTED})
        _may_replace(target.path)
        with target.failing():
            target.discard()
            target.partial.mkdir()

    def write(self, frame: Frame) -> None:
        """Add *frame* to the folder."""
        name = f"{self._target.path.name}_{self._count:06d}.png"
        info = self._softened if frame.guarded else self._info
        with self._target.failing():
            picture = Image.fromarray(frame.image)
            picture.save(self._target.partial / name, compress_level=_COMPRESS_LEVEL, pnginfo=info)
        self._count += 1

    def finish(self) -> None:
        """Give the folder its name; the pictures of an earlier film make way."""
        with self._target.failing():
            if self._target.path.is_dir():
                _may_replace(self._target.path)
                shutil.rmtree(self._target.path)
        self._target.commit()

    def abandon(self) -> None:
        """Take the folder away."""
        self._target.discard()


def _info(said: Mapping[str, str]) -> PngInfo:
    info = PngInfo()
    for key, text in said.items():
        info.add_text(key, text)
    return info


def _may_replace(path: Path) -> None:
    """Raise FilmError if *path* holds anything but frames: no film is worth somebody's folder."""
    if path.is_dir() and not all(_NAME.fullmatch(entry.name) for entry in path.iterdir()):
        raise FilmError(f"{path.name} is a folder with other things in it; choose another name.")
    if path.is_file():
        raise FilmError(f"{path.name} is a file; choose another name for the folder of pictures.")
