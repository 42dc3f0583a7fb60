"""A virtual camera: what calls and recorders take for a webcam. Needs the optional package pyvirtualcam (GPL)."""

import platform
from importlib.util import find_spec
from typing import Any

import numpy as np

from app.engine.errors import OutputError
from app.engine.output.live_output import Picture

_DEVICE = {
    "Linux": "load the kernel module v4l2loopback",
    "Windows": "install OBS Studio, which brings one",
    "Darwin": "install OBS Studio and start its virtual camera once",
}


def why_not() -> str:
    """What is missing and how it is installed, in one sentence; nothing when a camera can be tried."""
    if find_spec("pyvirtualcam") is None:
        return "A virtual camera needs the package pyvirtualcam: pip install “anthesis[camera]”."
    return ""


class CameraOutput:
    """Owns the camera device. It has one size and rate for as long as it is open."""

    def __init__(self, rate: float) -> None:
        try:
            import pyvirtualcam
        except (ImportError, OSError) as error:
            raise OutputError(why_not() or f"The virtual camera cannot be loaded: {error}.") from error
        self._cameras, self._rate = pyvirtualcam, rate
        self._camera: Any = None
        self._size = (0, 0)

    def send(self, picture: Picture) -> None:
        """Show *picture*; a size that is not even loses its last row or column, for cameras have none."""
        height, width = picture.shape[0] & ~1, picture.shape[1] & ~1
        try:
            if (width, height) != self._size:
                self._open(width, height)
            self._camera.send(np.ascontiguousarray(picture[:height, :width, :3]))
        except (RuntimeError, OSError, ValueError) as error:
            raise OutputError(f"The virtual camera stopped: {error}.") from error

    def receivers(self) -> str:
        """The device, for who watches it is not told."""
        return "" if self._camera is None else str(self._camera.device)

    def close(self) -> None:
        """Let go of the device."""
        if self._camera is not None:
            self._camera.close()
            self._camera = None

    def _open(self, width: int, height: int) -> None:
        self.close()
        cameras = self._cameras
        try:
            self._camera = cameras.Camera(width, height, self._rate, fmt=cameras.PixelFormat.BGR)
        except (RuntimeError, OSError) as error:
            todo = _DEVICE.get(platform.system(), "install one")
            raise OutputError(f"There is no virtual camera on this machine: {todo}.") from error
        self._size = width, height
