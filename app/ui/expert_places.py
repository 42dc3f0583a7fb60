"""Which routes the list shows, in which order and under which titles."""

from dataclasses import dataclass

from app.engine.show.ends import destination_name, is_end
from app.engine.show.knobs import KNOBS
from app.engine.show.mixing import counting
from app.engine.show.routes import DESTINATIONS, SETTINGS, Route, owned_routes
from app.engine.show.show import Scene, Show
from app.engine.show.sources import source_words
from app.engine.show.ways import number_of

GROUPS = {
    "Path": ("speed", "shift", "interpolation", "pulse", "wander", "energy"),
    "What it hears": SETTINGS,
    "Variety and layers": ("psi", "coarse", "middle", "fine", "noise"),
    "Directions": tuple(name for name in DESTINATIONS if number_of(name)),
    "Finish": ("brightness", "contrast", "saturation", "hue", "black", "white", "gamma", "lut_amount"),
    "Effects": (
        "feedback", "feedback_zoom", "feedback_turn", "trails", "mirror", "kaleidoscope", "kaleidoscope_angle",
        "glitch", "bloom", "bloom_from", "vignette",
    ),
    "Place": ("translate_x", "translate_y", "rotate"),
    "Decks": ("fader",),
    "LFOs": tuple(name for name, knob in KNOBS.items() if knob.held == "lfos"),
    "Followers, noise, steps": tuple(n for n, k in KNOBS.items() if k.held in ("followers", "walks", "sequencers")),
    "Macros": tuple(name for name, knob in KNOBS.items() if knob.held == "macros"),
    "Inputs": tuple(name for name, knob in KNOBS.items() if knob.held == "inputs"),
    "Routes": tuple(name for name, knob in KNOBS.items() if knob.held == "routes"),
}  # fmt: skip
FILTERS = ("Active in this scene", "Added routes only")
ORDERS = ("By destination", "By source", "As a list")
_OTHER = "Other"
_OWNERS = {"bass": "Bass", "mid": "Mid", "high": "Treble"}
_RANK = {name: at for at, name in enumerate(name for group in GROUPS.values() for name in group)}


@dataclass(frozen=True)
class Place:
    """Where a route stands: *index* in the scene's own routes, or -1 for one that the simple settings own.

    *words* is what its source is called, *target* what it moves; *counts* is false where it is off, muted, or another
    one is solo.
    """

    index: int
    route: Route
    owner: str = ""
    words: str = ""
    target: str = ""
    counts: bool = True

    @property
    def owned(self) -> bool:
        """Whether a slider of Simple owns it."""
        return self.index < 0


def places(show: Show) -> list[Place]:
    """Every route of the playing scene: first those that the simple settings own."""
    scene = show.scene
    count = counting(scene)
    owned = [(-1, r, f"{_OWNERS[r.source.split('_')[0]]}, Gate, Pulse reactivity and Smoothness")
             for r in owned_routes(scene.react)]  # fmt: skip
    added = [(i, r, "") for i, r in enumerate(scene.routes)]
    return [Place(i, r, owner, source_words(scene, r.source), target_words(scene, r), (i, r) in count)
            for i, r, owner in (*owned, *added)]  # fmt: skip


def grouped(show: Show, which: str, order: str) -> dict[str, list[Place]]:
    """Title -> the routes of *show* under it, by a filter of FILTERS and an order of ORDERS."""
    shown = [p for p in places(show) if which == FILTERS[0] or not p.owned]
    if order == ORDERS[1]:
        return {name: [p for p in shown if p.words == name] for name in dict.fromkeys(p.words for p in shown)}
    if order == ORDERS[2]:
        return {"Routes": shown} if shown else {}
    shown.sort(key=lambda p: _RANK.get(p.route.destination, len(_RANK)))
    found = {group: [p for p in shown if p.route.destination in ends] for group, ends in GROUPS.items()}
    found[_OTHER] = [p for p in shown if p.route.destination not in _RANK]
    return {group: rows for group, rows in found.items() if rows}


def depth_words(route: Route) -> str:
    """How far *route* pushes, as it stands in the list."""
    return f"{route.depth * 100:.0f} %".replace("-", "−")


def target_words(scene: Scene, route: Route) -> str:
    """What *route* of *scene* moves, in few letters: a route is told by its number."""
    knob = KNOBS.get(route.destination)
    if knob is not None and not knob.owner:
        return f"#{knob.row} {knob.label}"
    return destination_name(route.destination, scene) if is_end(route.destination) else "?"
