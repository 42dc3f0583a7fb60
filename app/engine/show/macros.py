"""The macros that the factory scenes come with: eight knobs that do something at once, each on one effect or drift."""

from dataclasses import replace

from app.engine.show.generators import Macro
from app.engine.show.routes import Route
from app.engine.show.show import Scene

_MOVES: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = (
    ("Bloom", (("bloom", 0.8),)),
    ("Petals", (("kaleidoscope", 0.875),)),
    ("Hue", (("hue", 1.0),)),
    ("Swirl", (("feedback", 0.9), ("feedback_turn", 0.2), ("feedback_zoom", 0.3))),
    ("Glitch", (("glitch", 0.7),)),
    ("Wander", (("wander", 1.0), ("fine", 0.4))),
    ("Variety", (("psi", 0.8),)),
    ("Trails", (("trails", 0.9),)),
)
"""Macro 1 to 8: its name, and how far it moves which destinations."""


def with_macros(scene: Scene) -> Scene:
    """*scene* with the factory's macros, all at rest, and their routes after its own."""
    macros = tuple(Macro(name) for name, _ in _MOVES)
    routes = tuple(
        Route(f"macro_{i}", destination, depth, attack=0.0, release=0.0)
        for i, (_, moves) in enumerate(_MOVES, start=1)
        for destination, depth in moves
    )
    return replace(scene, macros=macros, routes=(*scene.routes, *routes))
