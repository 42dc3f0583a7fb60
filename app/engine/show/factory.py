"""The Show that a new piece of work begins with: a dozen scenes of one Style, one for each way to react."""

from app.engine.show.presets import preset, with_preset
from app.engine.show.show import Path, Scene, Show, StyleRef

_SCENES = (
    ("Peony Burst", "Pulse", 3), ("Slow Lotus", "Calm", 11), ("Wheel", "Bounce", 23),
    ("Ivory Drift", "Drift", 42), ("Mandala", "Breathe", 58), ("Tide Lily", "Smoothing Pipe", 64),
    ("Sunday", "Boomerang Bass Hit", 77), ("Velvet", "Sections", 85), ("Reef", "Shimmer", 91),
    ("Carnival", "Teleport Dancer", 104), ("Dawn", "Calm", 118), ("Lightning", "Strobe", 127),
)  # fmt: skip


def new_show(style: StyleRef, name: str = "Untitled") -> Show:
    """A Show of *style* with nothing played yet."""
    scenes = tuple(
        with_preset(Scene(title, style, Path(seed)), preset(reaction)) for title, reaction, seed in _SCENES
    )
    return Show(name=name, scenes=scenes)
