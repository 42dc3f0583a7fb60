"""Spout: the picture to other programs on the same Windows machine. Needs the optional package SpoutGL."""

import platform
from importlib.util import find_spec
from typing import Any

from app.engine.errors import OutputError
from app.engine.output.live_output import Picture


def why_not() -> str:
    """What is missing and how it is installed, in one sentence; nothing when Spout can be tried."""
    if platform.system() != "Windows":
        return "Spout is for Windows alone; NDI does the same everywhere."
    if find_spec("SpoutGL") is None:
        return "Spout needs the package SpoutGL: pip install “anthesis[spout]”."
    return ""


class SpoutOutput:
    """Owns one Spout sender and the hidden OpenGL context it sends from."""

    def __init__(self, name: str) -> None:
        try:
            from SpoutGL import SpoutSender
            from SpoutGL.enums import GL_BGRA_EXT
        except (ImportError, OSError) as error:
            raise OutputError(why_not() or f"Spout cannot be loaded: {error}.") from error
        self._bgra, self._name = GL_BGRA_EXT, name
        self._sender: Any = SpoutSender()
        if not self._sender.createOpenGL():
            self._sender = None
            raise OutputError("Spout found no OpenGL on this machine; a newer graphics driver brings it.")
        self._sender.setSenderName(name)

    def send(self, picture: Picture) -> None:
        """Copy *picture* into the texture that others read."""
        height, width = picture.shape[:2]
        try:
            sent = self._sender.sendImage(picture, width, height, self._bgra, False, 0)
            self._sender.setFrameSync(self._name)
        except (RuntimeError, OSError, ValueError, BufferError) as error:
            raise OutputError(f"Spout stopped: {error}.") from error
        if not sent:
            raise OutputError("Spout took no more pictures. Switch it on again.")

    def receivers(self) -> str:
        """Nothing: Spout does not tell who reads."""
        return ""

    def close(self) -> None:
        """Take the sender off the list that others see."""
        if self._sender is not None:
            self._sender.releaseSender()
            self._sender.closeOpenGL()
            self._sender = None
