"""Parameters that no route can move, and why."""

from collections.abc import Mapping
from types import MappingProxyType

_FILM = "a film is settled before its first picture"
_PATH = "it places the path's points over the whole song before it plays; Position and Speed move along the path"
_LAUNCH = "a launch asks for it once, when a hand launches; nothing of it flows"

UNMOVED: Mapping[str, str] = MappingProxyType({
    "tempo.bpm": "beats are counted by it: moved by what counts beats, time would depend on itself",
    "output.brightness": "it dims the room and no film; what routes move is in the film, as Brightness of Finish is",
    **{f"film.{name}": _FILM for name in ("start", "end", "fps", "width", "height", "fit", "format", "audio")},
    **{f"react.{name}": _PATH for name in ("follow_sections", "section_amount", "section_similarity", "point_amount",
                                           "loop_video", "glide", "phrase_bars")},
    "react.drums": "it chooses what the pulse begins with; a route from the other part to Pulse adds that",
    **{f"perform.{name}": _LAUNCH for name in ("quantum", "glide", "keep_position", "auto_cycle", "hold")},
    "map.x": "hands send the picture there; Position, pushes and directions move it from there",
    "map.y": "hands send the picture there; Position, pushes and directions move it from there",
    "direction.layers": "it is what a direction is; kept twice it can move other layers each time",
    "route.solo": "it is for looking at one route; On switches a route",
    "walk.seed": "each seed is another walk, drawn whole beforehand; its rate can be moved",
})  # fmt: skip
"""Id of a parameter, without the number of its row -> half a sentence."""


def why_unmoved(name: str) -> str:
    """Why no route can move parameter *name*; empty where routes can."""
    return UNMOVED.get(".".join(part for part in name.split(".") if not part.isdecimal()), "")
