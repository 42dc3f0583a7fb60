"""When a device gives up while it draws: the next slower way draws on, and the status bar says why.

CUDA graphs, then the same device without them (the same pictures, to the bit), then the CPU: OpenVINO, then torch.
"""

import traceback
from collections.abc import Callable
from typing import TypeVar

import torch

from app.engine.errors import first_line
from app.engine.stylegan.generator import Generator

T = TypeVar("T")


class Falling:
    """Owns the Generator that draws, and puts the next one in its place. Engine thread only.

    ``note`` is what the status bar says: why it fell, and what the Generator itself has to say.
    """

    def __init__(self, generator: Generator, on_cpu: Callable[[Generator], Generator]) -> None:
        """*on_cpu* opens the network of a Generator on the CPU."""
        self.generator, self._on_cpu = generator, on_cpu
        self._fell = ""

    @property
    def note(self) -> str:
        """In words for the status bar; empty while the best way draws."""
        return "; ".join(filter(None, (self._fell, self.generator.note)))

    def surely(self, draw: Callable[[Generator], T]) -> T:
        """What *draw* makes with the best Generator that does not fail at it."""
        while True:
            try:
                return draw(self.generator)
            except RuntimeError as cause:  # torch's for lost devices and lack of memory, and NotImplementedError too
                self._fall(cause)

    def _fall(self, cause: RuntimeError) -> None:
        """One way down because of *cause*; raises it where there is none below."""
        failing = self.generator
        if failing.device == "cpu" and not failing.engine:
            raise cause
        traceback.clear_frames(cause.__traceback__)  # they hold on to tensors, and their memory is needed
        why = reason(cause, failing.engine or failing.device)
        if failing.draw_plainly(f"{why}, drawn without CUDA graphs"):
            return
        self.generator = self._on_cpu(failing)
        self._fell = f"{why}, {'torch' if failing.engine else 'CPU'} draws on"
        failing.close()


def on_cpu(generator: Generator, precision: str | None = None) -> Generator:
    """The Style of *generator* on the CPU, in float32 where that was asked for, else in the best it has.

    Where the CPU draws already, by another engine, torch does in the same precision.
    """
    if generator.engine:
        return Generator.open(generator.style, device="cpu", precision=generator.precision.split()[0])
    return Generator.open(generator.style, device="cpu", precision="float32" if precision == "float32" else None)


def reason(cause: RuntimeError, device: str) -> str:
    """What happened to *device*, in a few words."""
    said = first_line(cause)
    if isinstance(cause, torch.OutOfMemoryError) or "out of memory" in said.lower():
        return f"{device} ran out of memory"
    if isinstance(cause, NotImplementedError):
        return f"{device} cannot compute this network"
    return f"{device} failed ({said})"
