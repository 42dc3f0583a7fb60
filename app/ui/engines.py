"""How the window gets its engine: here, on this machine."""

from collections.abc import Callable
from functools import partial

from app.engine.render.engine import Clock, Engine
from app.engine.show.show import StyleRef
from app.ui.bridge import Bridge


def open_engine(device: str | None, precision: str | None) -> Callable[[Clock, Bridge], Engine]:
    """An engine on *device* in *precision* (None: the best there is).

    The engine's own thread imports torch, when it builds a Style.
    """

    def open_renderer(bridge: Bridge, ref: StyleRef) -> object:
        from app.engine.render.opened import opener

        return opener(device=device, precision=precision, known=lambda: bridge.styles)(ref)

    return lambda clock, bridge: Engine(clock, bridge, partial(open_renderer, bridge))  # type: ignore[arg-type]
