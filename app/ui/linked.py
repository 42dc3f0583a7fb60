"""Which destination each parameter is, what moves it, and where it is pushed just now."""

from collections.abc import Callable
from typing import Any

from app.control.params import PARAMS, Param
from app.engine.show.ends import reach_of
from app.engine.show.knobs import KNOBS
from app.engine.show.routes import DESTINATIONS, SETTINGS, Look, chosen_at, owned_routes
from app.engine.show.show import Finish, Scene, field_meta
from app.engine.show.ways import KEPT, PRINCIPAL

MOVED: dict[str, str] = {
    "react.energy": "energy", "react.pulse": "pulse", "react.randomness": "wander", "react.truncation": "psi",
    "react.interpolation": "interpolation", "perform.fader": "fader",
    **{f"finish.{name}": name for name in field_meta(Finish) if name in DESTINATIONS},
    **{f"react.{name}": name for name in SETTINGS},
    **{f"direction.{n}": f"direction_{n}" for n in range(1, PRINCIPAL + KEPT + 1)},
    **{name: found for name in PARAMS if (found := name.replace(".", "_")) in KNOBS},
}  # fmt: skip
"""Parameter -> the destination that routes move it by."""

_PARAMS = {name: PARAMS[param] for param, name in MOVED.items()}
Inside = Callable[[str], float | None]
"""Where a knob stands just now; None where nothing moves it."""


def nowhere(_name: str) -> None:
    """No knob is moved."""


def pushed(param: Param, scene: Scene, base: Any, look: Look, inside: Inside = nowhere) -> tuple[Any, float]:
    """Where routes have pushed *param* of *scene*, which rests at *base*, in its own unit; and by which share of what
    a route of depth 1 would.
    """
    name = MOVED[param.id]
    knob = KNOBS.get(name)
    if knob is not None:
        number = inside(name)
        if number is None:
            return base, 0.0
        value = knob.shown(number)
        return (value if knob.choices else value * param.scale), abs(number - knob.rest(scene)) / knob.reach
    moved = float(getattr(look, name))
    if param.kind == "choice":
        chosen = chosen_at(name, moved, base)
        return chosen, abs(param.choices.index(chosen) - param.choices.index(base)) / reach_of(name)
    value = base + moved if name == "pulse" else moved
    return value, abs(value - base) / reach_of(name)


def pushed_to(destination: str, amount: float, depth: float) -> float:
    """Where a route of *depth* would push the parameter of *destination* at the most, from *amount* in its own unit."""
    knob, reach = KNOBS.get(destination), depth * reach_of(destination)
    if knob is not None and knob.octaves:
        return amount * 2.0**reach
    return amount + reach * _PARAMS[destination].scale


def depth_of(destination: str, way: float) -> float:
    """The depth whose reach is *way* long, in the parameter's own unit; of a rate half its range is all."""
    knob = KNOBS.get(destination)
    if knob is not None and knob.octaves:
        return 2.0 * way / (_PARAMS[destination].hi - _PARAMS[destination].lo)
    return way / ((reach_of(destination) or 1.0) * _PARAMS[destination].scale)


def movers(scene: Scene, destination: str) -> tuple[str, ...]:
    """Sources that move *destination*; of the routes that the simple settings own only the strongest is named."""
    own = [r for r in owned_routes(scene.react) if r.destination == destination and r.gain * abs(r.depth) > 0]
    strongest = [max(own, key=lambda r: r.gain).source] if own else []
    routed = [r.source for r in scene.routes if r.destination == destination and r.on and r.depth]
    return tuple(strongest + routed)
