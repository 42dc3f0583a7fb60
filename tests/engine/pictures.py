"""A network whose pictures follow its ws, small and quick, and a song with a Show for it."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import torch

from app.engine.render.finish import Renderer
from app.engine.render.session import Session, make_session
from app.engine.show.routes import Route
from app.engine.show.show import Finish, React, Scene, Section, Show, StyleRef
from tests.heard import Heard, small_atlas

STYLE = StyleRef("small", "1")
SECTIONS = tuple(Section(4.0 * i, 4.0 * (i + 1), label) for i, label in enumerate("ABAC"))


class SmallStyle:
    """Draws ``(3, size, size)`` from ws, and counts."""

    def __init__(self, size: int = 32) -> None:
        self.width = self.height = size
        self.device, self.precision, self.note = "cpu", "float32", ""
        self.drawn = 0
        dice = torch.Generator().manual_seed(3)
        coarse = torch.randn(16, 3, 8, 8, generator=dice)
        self._parts = torch.nn.functional.interpolate(coarse, (size, size), mode="bilinear").reshape(16, -1)

    def synthesize(self, ws: np.ndarray, *, exit_at: int | None = None, **_how: object) -> torch.Tensor:
        self.drawn += 1
        picture = torch.tanh(torch.from_numpy(ws.mean(0)) @ self._parts).reshape(3, self.height, self.width)
        return picture if exit_at is None else torch.nn.functional.avg_pool2d(picture, self.height // exit_at)

    def close(self) -> None:
        pass


class SmallRenderer(Renderer):
    """A whole Renderer of it, as the engine wants one."""

    def __init__(self, ref: StyleRef = STYLE, size: int = 32) -> None:
        self.ref, self.style = ref, SmallStyle(size)
        super().__init__(self.style)  # type: ignore[arg-type]
        self.device, self.precision, self.note, self.fidelity = "cpu", "float32", "", "exact"
        self.threads, self.width, self.height = 1, size, size
        self.exits = MappingProxyType({})

    def atlas(self, classes=()):
        return small_atlas(), None


def session(*routes: Route, **finish: object) -> Session:
    """A song at 120 bpm, with the *finish* and *routes* that are named."""
    scene = Scene(style=STYLE, react=React(), routes=routes, finish=replace(Finish(), **finish))
    return make_session(Show(sections=SECTIONS, scenes=(scene,)), Heard(), small_atlas())
