"""The table of live outputs: what each is called, what it needs, and how it is opened."""

import platform
from collections.abc import Callable
from dataclasses import dataclass

from app.engine.output import camera, ndi, spout, syphon
from app.engine.output.live_output import LiveOutput

NAME = "Anthesis"
"""What others see it as."""


def _no_hint() -> str:
    return ""


def _everywhere() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of output. *why_not*: the sentence that says what is missing; *hint*: what is still in the way.

    *open* makes it, on the thread it is used on, for so many pictures a second. *rate* and *size*: what it begins with;
    rate 0 sends each picture as it comes, size (0, 0) is the Style's own.
    """

    id: str
    label: str
    about: str
    why_not: Callable[[], str]
    open: Callable[[float], LiveOutput]
    hint: Callable[[], str] = _no_hint
    at_home: Callable[[], bool] = _everywhere
    """Is there such a thing on this system at all?"""
    rate: int = 0
    size: tuple[int, int] = (0, 0)


OUTPUTS: tuple[Kind, ...] = (
    Kind("ndi", "NDI", "To any machine on this network", ndi.why_not, lambda rate: ndi.NdiOutput(NAME, rate),
         ndi.hint),
    Kind("spout", "Spout", "To programs on this machine (Windows)", spout.why_not,
         lambda _rate: spout.SpoutOutput(NAME), at_home=lambda: platform.system() == "Windows"),
    Kind("syphon", "Syphon", "To programs on this machine (macOS)", syphon.why_not,
         lambda _rate: syphon.SyphonOutput(NAME), at_home=lambda: platform.system() == "Darwin"),
    Kind("camera", "Virtual camera", "As a webcam, for calls and recorders", camera.why_not, camera.CameraOutput,
         rate=30, size=(1280, 720)),
)  # fmt: skip
