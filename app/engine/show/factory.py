"""The Show that a new piece of work begins with: a dozen scenes of one Style, one for each way to react."""

from app.engine.show.macros import with_macros
from app.engine.show.presets import preset, with_preset
from app.engine.show.show import Path, Scene, Show, StyleRef

_SCENES = (
    ("Peony Burst", "Pulse", 91), ("Slow Lotus", "Calm", 13), ("Wheel", "Bounce", 69),
    ("Ivory Drift", "Drift", 96), ("Mandala", "Breathe", 64), ("Tide Lily", "Smoothing Pipe", 1),
    ("Sunday", "Boomerang Bass Hit", 23), ("Velvet", "Sections", 3), ("Reef", "Shimmer", 6),
    ("Carnival", "Teleport Dancer", 20), ("Dawn", "Calm", 71), ("Lightning", "Strobe", 31),
)  # fmt: skip


def new_show(style: StyleRef, name: str = "Untitled") -> Show:
    """A Show of *style* with nothing played yet."""
    scenes = (with_preset(Scene(title, style, Path(seed)), preset(reaction)) for title, reaction, seed in _SCENES)
    return Show(name=name, scenes=tuple(map(with_macros, scenes)))
