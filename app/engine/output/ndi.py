"""NDI: the picture over the network, to any program that speaks it. Needs the optional package cyndilib."""

import platform
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from app.engine.errors import OutputError
from app.engine.output.live_output import Picture

_AVAHI = (Path("/run/avahi-daemon/socket"), Path("/var/run/avahi-daemon/socket"))


def why_not() -> str:
    """What is missing and how it is installed, in one sentence; nothing when NDI can be tried."""
    if find_spec("cyndilib") is None:
        return "NDI needs the package cyndilib: pip install “anthesis[ndi]”."
    return ""


def hint() -> str:
    """What keeps others from finding it, though it can be sent."""
    if platform.system() == "Linux" and not any(socket.exists() for socket in _AVAHI):
        return "Nobody finds it until avahi-daemon runs on this machine."
    return ""


class NdiOutput:
    """Owns one NDI sender. It has one size: another size is another sender of the same name."""

    def __init__(self, name: str, rate: float) -> None:
        try:
            from cyndilib.sender import Sender
            from cyndilib.video_frame import VideoSendFrame
            from cyndilib.wrapper.ndi_structs import FourCC
        except (ImportError, OSError) as error:
            raise OutputError(why_not() or f"NDI cannot be loaded: {error}.") from error
        self._make_sender, self._make_frame, self._bgrx = Sender, VideoSendFrame, FourCC.BGRX
        self._name, self._rate = name, Fraction(rate).limit_denominator(1001)
        self._sender: Any = None
        self._size = (0, 0)

    def send(self, picture: Picture) -> None:
        """Hand *picture* over; NDI copies it and compresses it on threads of its own."""
        size = picture.shape[1], picture.shape[0]
        try:
            if size != self._size:
                self._open(size)
            sent = self._sender.write_video_async(picture.reshape(-1))
        except (RuntimeError, OSError, ValueError, MemoryError) as error:
            raise OutputError(f"NDI stopped: {error}.") from error
        if not sent:
            raise OutputError("NDI took no more pictures. Switch it on again.")

    def receivers(self) -> str:
        """How many are connected."""
        watching = 0 if self._sender is None else int(self._sender.get_num_connections(0.0))
        return f"{watching} watching" if watching else "nobody watches"

    def close(self) -> None:
        """Take the source off the network."""
        if self._sender is not None:
            self._sender.close()
            self._sender = None

    def _open(self, size: tuple[int, int]) -> None:
        self.close()
        frame = self._make_frame()
        frame.set_resolution(*size)
        frame.set_frame_rate(self._rate)
        frame.set_fourcc(self._bgrx)
        self._sender = self._make_sender(self._name, clock_video=False)  # our own clock counts
        self._sender.set_video_frame(frame)
        self._sender.open()
        self._size = size
