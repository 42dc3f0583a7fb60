"""Syphon: the picture to other programs on the same Mac. Needs the optional package syphon-python."""

import platform
from importlib.util import find_spec
from typing import Any

from app.engine.errors import OutputError
from app.engine.output.live_output import Picture


def why_not() -> str:
    """What is missing and how it is installed, in one sentence; nothing when Syphon can be tried."""
    if platform.system() != "Darwin":
        return "Syphon is for macOS alone; NDI does the same everywhere."
    if find_spec("syphon") is None:
        return "Syphon needs the package syphon-python: pip install “anthesis[syphon]”."
    return ""


class SyphonOutput:
    """Owns one Syphon server and the Metal texture it shares."""

    def __init__(self, name: str) -> None:
        try:
            import syphon
            from Metal import MTLPixelFormatBGRA8Unorm
            from syphon.utils.raw import copy_bytes_to_mtl_texture, create_mtl_texture
        except (ImportError, OSError) as error:
            raise OutputError(why_not() or f"Syphon cannot be loaded: {error}.") from error
        self._make, self._copy, self._bgra = create_mtl_texture, copy_bytes_to_mtl_texture, MTLPixelFormatBGRA8Unorm
        self._server: Any = syphon.SyphonMetalServer(name)
        self._texture: Any = None
        self._size = (0, 0)

    def send(self, picture: Picture) -> None:
        """Copy *picture* into the texture that others read; a first row at the top is what Syphon calls flipped."""
        size = picture.shape[1], picture.shape[0]
        try:
            if size != self._size:
                self._texture, self._size = self._make(self._server.device, *size, self._bgra), size
            self._copy(picture.tobytes(), self._texture)
            self._server.publish_frame_texture(self._texture, is_flipped=True)
        except (RuntimeError, OSError, ValueError, AttributeError) as error:
            raise OutputError(f"Syphon stopped: {error}.") from error

    def receivers(self) -> str:
        """Whether anybody reads."""
        return "watched" if self._server.has_clients else "nobody watches"

    def close(self) -> None:
        """Take the server off the list that others see."""
        if self._server is not None:
            self._server.stop()
            self._server, self._texture = None, None
