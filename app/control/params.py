"""Everything that can be set by a name, such as ``react.bass``: its range, its unit, and how to change it in a Show."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any, Literal, get_args

from app.engine.errors import ShowError
from app.engine.show.show import Film, Finish, React, Show

Kind = Literal["number", "integer", "choice", "flag"]

_SCOPES: dict[str, type] = {"react": React, "finish": Finish, "film": Film}


@dataclass(frozen=True, slots=True)
class Param:
    """One settable thing, read off a field of a settings dataclass; *lo*..*hi* is 0..1 where there is no range."""

    id: str
    label: str
    kind: Kind
    default: Any
    lo: float = 0.0
    hi: float = 1.0
    choices: tuple[Any, ...] = ()
    unit: str = ""
    bloompipe: str = ""
    doc: str = ""

    @property
    def scope(self) -> str:
        """``react``, ``finish`` or ``film``."""
        return self.id.partition(".")[0]

    @property
    def field(self) -> str:
        """The name of the field behind it."""
        return self.id.partition(".")[2]

    def valid(self, value: Any) -> Any:
        """*value* as this parameter keeps it, held within the range; raises ShowError when it makes no sense."""
        if self.kind == "choice":
            if value not in self.choices:
                raise ShowError(f"{self.label} is one of {', '.join(map(str, self.choices))}, not {value!r}.")
            return value
        if self.kind == "flag" and isinstance(value, bool):
            return value
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ShowError(f"{self.label} needs a number between {self.lo:g} and {self.hi:g}, not {value!r}.")
        if self.kind == "flag":
            return value >= 0.5
        held = min(max(float(value), self.lo), self.hi)
        return math.floor(held + 0.5) if self.kind == "integer" else held

    def to_unit(self, value: Any) -> float:
        """Where *value* stands between 0 and 1; choices stand at equal distances."""
        if self.kind == "choice":
            return self.choices.index(value) / max(1, len(self.choices) - 1)
        return (float(value) - self.lo) / (self.hi - self.lo)

    def from_unit(self, u: float) -> Any:
        """The value at *u* between 0 and 1, which is how hardware and OSC speak of it."""
        u = min(max(u, 0.0), 1.0)
        if self.kind == "choice":
            return self.choices[math.floor(u * (len(self.choices) - 1) + 0.5)]
        return self.valid(self.lo + u * (self.hi - self.lo))

    def text(self, value: Any) -> str:
        """*value* as it stands on the screen, without its unit."""
        if self.kind == "number":
            return f"{value:.2f}"
        if self.kind == "flag":
            return "on" if value else "off"
        return str(value)


def _kind(of: Any, meta: Mapping[str, Any]) -> Kind:
    if of is bool:
        return "flag"
    if "choices" in meta or get_args(of):
        return "choice"
    return "integer" if of is int else "number"


def _params() -> dict[str, Param]:
    found: dict[str, Param] = {}
    for scope, cls in _SCOPES.items():
        for f in fields(cls):
            meta = f.metadata
            if not meta:
                continue  # not a setting: a reference
            found[f"{scope}.{f.name}"] = Param(
                id=f"{scope}.{f.name}",
                label=meta["label"],
                kind=_kind(f.type, meta),
                default=f.default,
                lo=float(meta.get("lo", 0)),
                hi=float(meta.get("hi", 1)),
                choices=tuple(meta.get("choices", ())),
                unit=meta.get("unit", ""),
                bloompipe=meta["bloompipe"],
                doc=meta["doc"],
            )
    return found


PARAMS: Mapping[str, Param] = MappingProxyType(_params())
"""Every parameter by its id. ``react.*`` and ``finish.*`` act on the playing Scene, ``film.*`` on the Show's film."""


def param(name: str) -> Param:
    """The parameter named *name*; raises ShowError when there is none."""
    try:
        return PARAMS[name]
    except KeyError as err:
        raise ShowError(f"There is no parameter named {name!r}.") from err


def _owner(show: Show, scope: str) -> Any:
    return show.film if scope == "film" else getattr(show.scene, scope)


def get(show: Show, name: str) -> Any:
    """The value of parameter *name* in *show*."""
    p = param(name)
    return getattr(_owner(show, p.scope), p.field)


def with_value(show: Show, name: str, value: Any) -> Show:
    """*show* with parameter *name* at *value*, held within its range; raises ShowError when it makes no sense."""
    p = param(name)
    after = replace(_owner(show, p.scope), **{p.field: p.valid(value)})
    return replace(show, film=after) if p.scope == "film" else show.with_scene(**{p.scope: after})
