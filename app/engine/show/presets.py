"""The factory Presets: how the picture reacts, by name."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.engine.errors import ShowError
from app.engine.show.circles import kept
from app.engine.show.generators import Follower, Lfo, Sequencer, Walk
from app.engine.show.routes import Route
from app.engine.show.show import React, Scene
from app.engine.show.sources import HANDS

MADE = ("lfos", "followers", "walks", "sequencers")
"""Sources that a Preset of one's own may say how to make."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A named set of settings and routes, and the music it is for.

    One's own says too how the sources are made that its routes begin with; where it says nothing, they stay.
    """

    name: str
    react: React
    routes: tuple[Route, ...]
    suits: str
    lfos: tuple[Lfo, ...] = ()
    followers: tuple[Follower, ...] = ()
    walks: tuple[Walk, ...] = ()
    sequencers: tuple[Sequencer, ...] = ()


def _react(
    pulse: float, smooth: float, wander: float, psi: float, bands: str, gate: float, glide: float, **more: object
) -> React:
    bass, mid, treble = map(float, bands.split("/"))
    base = React(pulse=pulse, smoothness=smooth, randomness=wander, truncation=psi, bass=bass, mid=mid, treble=treble,
                 gate=gate, glide=glide, phrase_bars=8)  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


_SHAPE = Route("bass", "coarse", 0.6, attack=0.02, release=0.3)
_PARTS = Route("mid", "middle", 0.45, attack=0.05, release=0.4)
_COLOUR = Route("high", "fine", 0.4, attack=0.01, release=0.2)
_SPARK = Route("hat", "contrast", 0.2, attack=0.0, release=0.12)
_LIFT = Route("level", "saturation", 0.25, lo=0.2, attack=0.4, release=1.2)

PRESETS: tuple[Preset, ...] = (
    Preset("Calm", _react(0.15, 0.9, 0.2, 0.7, "0.6/1/0.6", 0.0, 32, drums=False, section_similarity=0.3),
           (replace(_PARTS, depth=0.25, attack=0.4, release=1.5), _LIFT), "ambient, intro"),
    Preset("Drift", _react(0.3, 0.85, 0.6, 0.8, "0.8/1/0.8", 0.0, 16, drums=False, section_similarity=0.2),
           (replace(_PARTS, depth=0.3), replace(_COLOUR, depth=0.3, release=0.8), _LIFT), "downtempo, jazz"),
    Preset("Breathe", _react(0.45, 0.8, 0.3, 0.8, "1.2/0.8/0.4", 0.05, 8, section_similarity=0.4),
           (replace(_SHAPE, release=0.8), replace(_PARTS, depth=0.3), _LIFT), "vocal, pop"),
    Preset("Pulse", _react(0.6, 0.7, 0.4, 0.9, "1.4/0.8/0.6", 0.1, 4, section_similarity=0.7, phrase_bars=4),
           (_SHAPE, _PARTS, _COLOUR, _SPARK), "house, disco"),
    Preset("Bounce", _react(0.9, 0.45, 0.3, 0.9, "2/0.5/0.5", 0.2, 2, section_similarity=0.7, phrase_bars=4),
           (replace(_SHAPE, source="kick", depth=0.6, release=0.12), replace(_COLOUR, source="snare", depth=0.5),
            _SPARK), "techno, hip-hop"),
    Preset("Shimmer", _react(0.5, 0.4, 0.5, 0.9, "0.3/0.8/2", 0.15, 4, section_similarity=0.5),
           (replace(_COLOUR, source="hat", depth=0.7, release=0.1), replace(_SPARK, depth=0.3), _PARTS), "hats, IDM"),
    Preset("Sections", _react(0.5, 0.75, 0.4, 0.9, "1/1/1", 0.1, 8, section_similarity=0.6),
           (_SHAPE, _PARTS, _COLOUR, _LIFT), "songs with verse and chorus"),
    Preset("Strobe", _react(1.2, 0.1, 0.7, 1.0, "2/1/2", 0.3, 1, section_similarity=0.6, phrase_bars=4),
           (replace(_SHAPE, source="kick", depth=0.7, release=0.06), replace(_COLOUR, source="snare", depth=0.7)),
           "peak time"),
    Preset("Smoothing Pipe", _react(0.4, 0.9, 0.5, 0.9, "1/1/1", 0.0, 8, follow_sections=False, point_amount=12),
           (replace(_LIFT, depth=0.3),), "Bloompipe: long, soft morphs"),
    Preset("Boomerang Bass Hit", _react(1.0, 0.6, 0.0, 0.9, "3/0.2/0.2", 0.2, 4, follow_sections=False, point_amount=5),
           (replace(_SHAPE, source="bass_drums", depth=0.5),), "Bloompipe: the bass throws it, and it comes back"),
    Preset("Teleport Dancer", _react(0.7, 0.5, 0.8, 1.0, "1.5/1/1", 0.15, 0, follow_sections=False, point_amount=32,
                                     interpolation="nearest"),
           (replace(_COLOUR, depth=0.6),), "Bloompipe: jump cuts"),
)  # fmt: skip


def preset(name: str, among: Sequence[Preset] = PRESETS) -> Preset:
    """The Preset called *name*, in any case; raises ShowError with the names there are."""
    for candidate in among:
        if candidate.name.lower() == name.strip().lower():
            return candidate
    raise ShowError(f"There is no preset called “{name}”. There are: {', '.join(p.name for p in among)}.")


def with_preset(scene: Scene, chosen: Preset) -> Scene:
    """*scene* reacting as *chosen*; Energy and the number of sections are the song's and stay, and so do its macros."""
    react = replace(chosen.react, energy=scene.react.energy, section_amount=scene.react.section_amount)
    hands = [row for row, route in enumerate(scene.routes) if route.source in HANDS]
    by_hand = kept(scene.routes, hands, len(chosen.routes))
    made: dict[str, Any] = {kind: found for kind in MADE if (found := getattr(chosen, kind))}
    return replace(scene, preset=chosen.name, react=react, routes=(*chosen.routes, *by_hand), **made)


def preset_changes(scene: Scene, chosen: Preset) -> dict[str, Any]:
    """The fields of *scene* that are other when it reacts as *chosen*."""
    after = with_preset(scene, chosen)
    return {name: getattr(after, name) for name in ("preset", "react", "routes", *MADE)}
