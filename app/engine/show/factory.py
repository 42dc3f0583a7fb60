"""The Show that a new piece of work begins with: a dozen scenes of one Style, one for each way to react."""

from app.engine.show.presets import preset, with_preset
from app.engine.show.show import Path, Scene, Show, StyleRef

_SCENES = (
    ("Peony Burst", "Pulse", 12), ("Slow Lotus", "Calm", 28), ("Wheel", "Bounce", 36),
    ("Ivory Drift", "Drift", 27), ("Mandala", "Breathe", 17), ("Tide Lily", "Smoothing Pipe", 58),
    ("Sunday", "Boomerang Bass Hit", 30), ("Velvet", "Sections", 26), ("Reef", "Shimmer", 5),
    ("Carnival", "Teleport Dancer", 2), ("Dawn", "Calm", 6), ("Lightning", "Strobe", 13),
)  # fmt: skip


def new_show(style: StyleRef, name: str = "Untitled") -> Show:
    """A Show of *style* with nothing played yet."""
    scenes = tuple(with_preset(Scene(title, style, Path(seed)), preset(reaction)) for title, reaction, seed in _SCENES)
    return Show(name=name, scenes=scenes)
