"""Everything that can be set by a name, such as ``react.bass``: its range, its unit, and where it stands in a Show."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, fields, replace
from types import MappingProxyType
from typing import Any, Literal, get_args

from app.control.settable import PERFORMED, ROUTE, Performed
from app.engine.errors import ShowError
from app.engine.show.generators import FOLLOWERS, INPUTS, LFOS, MACROS, SEQUENCERS, WALKS
from app.engine.show.routes import Route
from app.engine.show.show import Film, Finish, React, Show
from app.engine.show.ways import DIRECTIONS

Kind = Literal["number", "integer", "choice", "flag"]

MOST_ROUTES = 32
"""Routes a scene may have of its own."""

_SCOPES: dict[str, type] = {"react": React, "finish": Finish, "film": Film}
_ROWS: dict[str, tuple[str, str, tuple[Any, ...]]] = {
    "macro": ("macros", "Macro", MACROS),
    "input": ("inputs", "Input", INPUTS),
    "lfo": ("lfos", "LFO", LFOS),
    "follower": ("followers", "Follower", FOLLOWERS),
    "walk": ("walks", "Noise", WALKS),
    "sequencer": ("sequencers", "Steps", SEQUENCERS),
    "direction": ("directions", "Direction", DIRECTIONS),
    "route": ("routes", "Route", (Route("bass", "pulse"),) * MOST_ROUTES),
}
"""Scope -> the field of Scene that holds its rows, what a person calls one, and the rows at rest."""

_MS = 1000.0


@dataclass(frozen=True, slots=True)
class Param:
    """One settable thing; *lo*..*hi* is 0..1 where there is no range. *tail* of its address where it is not its id.

    A knob's way is bent by *curve*: above 1 it is finer near *lo*. The value is *scale* times what the field holds.
    """

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
    curve: float = 1.0
    scale: float = 1.0
    tail: str = ""

    @property
    def scope(self) -> str:
        """``react``, ``finish``, ``film``, ``route`` ..."""
        return self.id.partition(".")[0]

    @property
    def row(self) -> int:
        """Which route or macro, from 1; 0 where there are none."""
        number = self.id.split(".")[1]
        return int(number) if number.isdecimal() else 0

    @property
    def field(self) -> str:
        """The name of the field behind it."""
        last = self.id.rpartition(".")[2]
        return "value" if last.isdecimal() else last

    @property
    def in_show(self) -> bool:
        """Does the Show hold it? Else hands do, while it is performed."""
        return self.scope in _SCOPES or self.scope in _ROWS

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
        return float(((float(value) - self.lo) / (self.hi - self.lo)) ** (1.0 / self.curve))

    def from_unit(self, u: float) -> Any:
        """The value at *u* between 0 and 1, which is how hardware speaks of it; choices share the way evenly."""
        u = min(max(u, 0.0), 1.0)
        if self.kind == "choice":
            return self.choices[min(math.floor(u * len(self.choices)), len(self.choices) - 1)]
        return self.valid(self.lo + u**self.curve * (self.hi - self.lo))

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


def _param(name: str, f: "Field[Any]", default: Any, title: str = "") -> Param:
    """Field *f* as a parameter; *title* is what stands before its label. Seconds of a row are told in ms."""
    meta = f.metadata or ROUTE[f.name]
    timed = bool(title) and meta.get("unit") == "s"
    scale = _MS if timed else 1.0
    return Param(
        id=name,
        label=f"{title}, {meta['label'].lower()}" if title else meta["label"],
        kind=_kind(f.type, meta),
        default=default * scale if timed else default,
        lo=float(meta.get("lo", 0)) * scale,
        hi=float(meta.get("hi", 1)) * scale,
        choices=tuple(meta.get("choices", get_args(f.type))),
        unit="ms" if timed else meta.get("unit", ""),
        bloompipe=meta.get("bloompipe", ""),
        doc=meta.get("doc", meta["label"]),
        curve=3.0 if timed else 1.0,
        scale=scale,
    )


def _params() -> Iterator[Param]:
    for scope, cls in _SCOPES.items():
        for f in fields(cls):
            if f.metadata:  # else not a setting: a reference
                yield _param(f"{scope}.{f.name}", f, f.default)
    yield from map(_performed, PERFORMED)
    for scope, (_held, title, rows) in _ROWS.items():
        for n, row in enumerate(rows, 1):
            yield from _row_params(f"{scope}.{n}", f"{title} {n}", row)


def _row_params(name: str, title: str, row: Any) -> Iterator[Param]:
    for f in fields(row):
        if f.name == "value":
            doc = f.metadata.get("doc", f"{title.split()[0]} of the playing scene")
            tail = name.replace("direction.", "latent/dir/") if name.startswith("direction.") else ""
            yield replace(_param(name, f, row.value), label=title, doc=doc, tail=tail)
        elif f.metadata or (isinstance(row, Route) and f.name in ROUTE):
            yield _param(f"{name}.{f.name}", f, getattr(row, f.name), title)


def _performed(p: Performed) -> Param:
    kind: Kind = "flag" if isinstance(p.default, bool) else "choice" if p.choices else "number"
    if kind == "number" and isinstance(p.default, int):
        kind = "integer"
    return Param(p.id, p.label, kind, p.default, p.lo, p.hi, p.choices, p.unit, doc=p.doc, tail=p.tail)


PARAMS: Mapping[str, Param] = MappingProxyType({p.id: p for p in _params()})
"""Every parameter by its id: ``film.*`` is of the Show, what hands perform of none, all else of the playing Scene."""


def _by_owner() -> dict[tuple[str, int], tuple[Param, ...]]:
    found: dict[tuple[str, int], tuple[Param, ...]] = {}
    for p in PARAMS.values():
        if p.in_show:
            found[p.scope, p.row] = (*found.get((p.scope, p.row), ()), p)
    return found


_BY_OWNER = _by_owner()


def param(name: str) -> Param:
    """The parameter named *name*; raises ShowError when there is none."""
    try:
        return PARAMS[name]
    except KeyError as err:
        raise ShowError(f"There is no parameter named {name!r}.") from err


def _owner(show: Show, p: Param) -> Any:
    """What has the field of *p*; None when there is no such row."""
    if not p.row:
        return show.film if p.scope == "film" else getattr(show.scene, p.scope)
    rows = getattr(show.scene, _ROWS[p.scope][0])
    return rows[p.row - 1] if p.row <= len(rows) else None


def there(show: Show, name: str) -> bool:
    """Has parameter *name* something in *show* to stand on? A route may not be there."""
    p = param(name)
    return p.in_show and _owner(show, p) is not None


def get(show: Show, name: str) -> Any:
    """The value of parameter *name* in *show*; raises ShowError when there is no such row."""
    p = param(name)
    return _read(_found(show, p), p)


def _read(owner: Any, p: Param) -> Any:
    value = getattr(owner, p.field)
    return round(value * p.scale, 6) if p.scale != 1.0 else value


def changes(before: Show | None, after: Show) -> dict[str, Any]:
    """The parameters that are other in *after*, or have come; all of them where there was nothing *before*.

    What an edit left alone is the same object, so few of them are looked at.
    """
    had = {} if before is None else dict(_owners(before))
    return {
        p.id: _read(owner, p)
        for key, owner in _owners(after)
        if owner is not (old := had.get(key))
        for p in _BY_OWNER[key]
        if old is None or getattr(old, p.field) != getattr(owner, p.field)
    }


def _owners(show: Show) -> Iterator[tuple[tuple[str, int], Any]]:
    """(scope, row) and what has the fields."""
    scene = show.scene
    yield from ((("react", 0), scene.react), (("finish", 0), scene.finish), (("film", 0), show.film))
    for scope, (held, _title, rows) in _ROWS.items():
        for n, row in enumerate(getattr(scene, held)[: len(rows)], 1):
            yield (scope, n), row


def with_value(show: Show, name: str, value: Any) -> Show:
    """*show* with parameter *name* at *value*, held within its range; raises ShowError when it makes no sense."""
    p = param(name)
    kept = p.valid(value)
    after = replace(_found(show, p), **{p.field: kept / p.scale if p.scale != 1.0 else kept})
    if p.scope == "film":
        return replace(show, film=after)
    if not p.row:
        return show.with_scene(**{p.scope: after})
    held = _ROWS[p.scope][0]
    rows: tuple[Any, ...] = getattr(show.scene, held)
    return show.with_scene(**{held: (*rows[: p.row - 1], after, *rows[p.row :])})


def _found(show: Show, p: Param) -> Any:
    if not p.in_show:
        raise ShowError(f"{p.label} is performed; it is not part of a show.")
    owner = _owner(show, p)
    if owner is None:
        raise ShowError(f"There is no {_ROWS[p.scope][1].lower()} {p.row} in this scene.")
    return owner
