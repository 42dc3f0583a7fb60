"""Takes as files: ``.take`` is JSON, the Show at the start and what changed after it; checked when it is opened."""

import base64
import binascii
import json
import math
from collections.abc import Iterator
from dataclasses import asdict, fields, is_dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np

from app.engine.errors import ShowError, first_line
from app.engine.show.performance import MOST_LAUNCHES, Goto, Launch, Performance, Ramp
from app.engine.show.saved import problems, read_document, show_from, whole, write_document
from app.engine.show.seen import Seen
from app.engine.show.seen_file import document_of_seen, each_once, seen_from
from app.engine.show.show import Scene, Show
from app.engine.show.take import Moment, Scores, Take

SUFFIX = ".take"
VERSION = 1
MOST_MOMENTS = 100_000
_LIMIT = 512 * 2**20
LONGEST = 24 * 3600.0
"""Seconds that a Take may last."""
_LATEST = 1e7
"""Seconds that a clock may show: an input may have been heard for months."""
Document = dict[str, Any]


def save_take(take: Take, path: Path) -> None:
    """Write *take* to *path*, whole or not at all; raises ShowError."""
    text = json.dumps(document_of(take), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    if len(text.encode()) > _LIMIT:
        raise ShowError(f"{path.name} would be too large to be opened again. Record it in parts.")
    write_document(text, path)


def load_take(path: Path) -> Take:
    """The Take in *path*; raises ShowError with one sentence, whatever is wrong with the file."""
    return take_from(read_document(path, "take", _LIMIT), path.name)


def document_of(take: Take) -> Document:
    """*take* as JSON has it: what did not change is not said again."""
    first = take.moments[0]
    moments: list[Document] = []
    scores: Scores = ()
    show, performance = first.show, None
    seen = each_once(score for moment in take.moments for _row, score in moment.scores)
    number = {id(score): i for i, score in enumerate(seen)}
    for moment in take.moments:
        said: Document = {"p": moment.p, "t": moment.t}
        if moment.show is not show and (changed := list(_changes(show, moment.show))):
            said["show"] = changed
        if moment.performance != performance:
            said["performance"] = _said(moment.performance)
        if moment.scores != scores:
            said["scores"] = [[row, number[id(score)]] for row, score in moment.scores]
        for latch in ("frozen", "blackout"):
            if getattr(moment, latch):
                said[latch] = True
        show, performance, scores = moment.show, moment.performance, moment.scores
        moments.append(said)
    heard = ({"ahead": take.ahead} if take.ahead else {}) | ({"seen": document_of_seen(seen)} if seen else {})
    return {"anthesis": "take", "version": VERSION, "name": take.name, "length": take.length,
            "show": {"anthesis": "show", **asdict(first.show)}, "moments": moments, **heard}  # fmt: skip


def take_from(document: Any, name: str) -> Take:
    """The Take that *document* (parsed JSON) describes, checked; *name* is what a sentence calls it."""
    if not isinstance(document, dict) or document.get("anthesis") != "take":
        raise ShowError(f"{name} is not a take. Choose a file that Anthesis recorded.")
    if document.get("version") != VERSION:
        raise ShowError(f"{name} was made by another Anthesis (take version {document.get('version')}).")
    try:
        moments = tuple(_moments(document, name))
        take = Take(str(document["name"]), _number(document["length"], 0.0, LONGEST), moments,
                    _number(document.get("ahead", 0.0), 0.0, _LATEST))  # fmt: skip
    except ShowError:
        raise
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, binascii.Error) as error:
        raise ShowError(f"{name} is damaged: {first_line(error)}. Nothing was changed.") from error
    return take


def _moments(document: Document, name: str) -> Iterator[Moment]:
    said = document["moments"]
    if not isinstance(said, list) or not 0 < len(said) <= MOST_MOMENTS:
        raise ShowError(f"{name} is damaged: it has no moments, or too many. Nothing was changed.")
    show, performance, last = show_from(document["show"], name), Performance(), -1.0
    seen = seen_from(document["seen"]) if "seen" in document else []
    scores: Scores = ()
    for one in said:
        show = _changed(show, one.get("show", ()))
        performance = _performance(one["performance"]) if "performance" in one else performance
        if max(performance.rows) >= len(show.scenes):
            raise ShowError(f"{name} is damaged: it plays a scene that does not exist. Nothing was changed.")
        p = _number(one["p"], 0.0, LONGEST)
        if p < last or (last < 0.0 and p != 0.0):
            raise ShowError(f"{name} is damaged: its moments are not in order. Nothing was changed.")
        last = p
        scores = _scores(one["scores"], seen) if "scores" in one else scores
        yield Moment(p, _number(one["t"], 0.0, _LATEST), show, performance, one.get("frozen") is True,
                     one.get("blackout") is True, scores)  # fmt: skip


def _scores(said: Any, seen: list[Seen]) -> Scores:
    return tuple((_row(row), seen[_row(number)]) for row, number in said)


def _changes(before: Show, after: Show) -> Iterator[list[Any]]:
    """What is to be put where: (field, value), or (row, field of the Scene, value)."""
    for f in fields(Show):
        old, new = getattr(before, f.name), getattr(after, f.name)
        if old is new or old == new:
            continue
        if f.name != "scenes" or len(old) != len(new):
            yield [f.name, _plain(new)]
            continue
        for row, (one, other) in enumerate(zip(old, new, strict=True)):
            for part in fields(Scene):
                if getattr(one, part.name) != getattr(other, part.name):
                    yield [row, part.name, _plain(getattr(other, part.name))]


def _changed(show: Show, changes: Any) -> Show:
    for change in changes:
        *where, name, value = change
        if where:
            row = _row(where[0])
            scene = replace(show.scenes[row], **{str(name): _typed(Scene, str(name), value)})
            _check(Show(scenes=(scene,)))
            show = replace(show, scenes=(*show.scenes[:row], whole(scene), *show.scenes[row + 1 :]))
        else:
            show = replace(show, **{str(name): _typed(Show, str(name), value)})
            _check(show)
            show = replace(show, scenes=tuple(map(whole, show.scenes))) if name == "scenes" else show
    return show


def _check(show: Show) -> None:
    for problem in problems(show):
        raise ValueError(problem)


@lru_cache(maxsize=128)
def _adapter(cls: type, name: str) -> Any:
    from pydantic import TypeAdapter  # keeps it off the way to the window

    return TypeAdapter(get_type_hints(cls)[name])


def _typed(cls: type, name: str, value: Any) -> Any:
    return _adapter(cls, name).validate_python(value)  # its ValidationError is a ValueError


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _said(performance: Performance) -> Document:
    return {"a": [_said_launch(one) for one in performance.a], "b": [_said_launch(one) for one in performance.b],
            "fader": asdict(performance.fader)}  # fmt: skip


def _said_launch(launch: Launch) -> Document:
    said: Document = {"row": launch.row, "t0": launch.t0, "seconds": launch.seconds, "offset": launch.offset,
                      "lap": launch.lap}  # fmt: skip
    if launch.calm is not None:
        said["calm"] = asdict(launch.calm)
    if launch.goto is not None:
        goto = launch.goto
        said["goto"] = {"origin": _packed(goto.origin), "target": _packed(goto.target), "t0": goto.t0,
                        "glide": goto.glide}  # fmt: skip
    return said


def _performance(said: Any) -> Performance:
    a, b = (tuple(_launch(one) for one in said[deck]) for deck in ("a", "b"))
    if not a:
        raise ValueError("nothing is on deck A")
    if max(len(a), len(b)) > MOST_LAUNCHES:
        raise ValueError("a deck has too many scenes")
    return Performance(a, b, _ramp(said["fader"]))


def _launch(said: Any) -> Launch:
    goto, calm = said.get("goto"), said.get("calm")
    return Launch(
        _row(said["row"]), _time(said["t0"]), _number(said["seconds"], 0.0, LONGEST),
        _number(said["offset"], -_LATEST, _LATEST),
        None if goto is None else Goto(_unpacked(goto["origin"]), _unpacked(goto["target"]),
                                       _number(goto["t0"], -_LATEST, _LATEST), _number(goto["glide"], 0.0, LONGEST)),
        None if calm is None else _ramp(calm), _time(said["lap"]),
    )  # fmt: skip


def _ramp(said: Any) -> Ramp:
    start, end = (_number(said[name], 0.0, 1.0) for name in ("start", "end"))
    return Ramp(start, end, _time(said["t0"]), _number(said["seconds"], 0.0, LONGEST), _time(said["lap"]))


def _packed(place: Any) -> Document | None:
    """``(num_ws, w_dim)`` float32 as text; one row where all are the same."""
    if place is None:
        return None
    rows = place[:1] if bool((place == place[:1]).all()) else place
    return {"rows": len(place), "w": base64.b64encode(np.ascontiguousarray(rows, "<f4").tobytes()).decode("ascii"),
            "wide": int(place.shape[1])}  # fmt: skip


def _unpacked(said: Any) -> Any:
    if said is None:
        return None
    rows, wide = _row(said["rows"]), _row(said["wide"])
    if not (0 < rows <= 64 and 0 < wide <= 4096):
        raise ValueError("a place on the map has an impossible size")
    place = np.frombuffer(base64.b64decode(said["w"], validate=True), "<f4").astype(np.float32).reshape(-1, wide)
    if len(place) not in (1, rows) or not np.isfinite(place).all():
        raise ValueError("a place on the map is no place")
    return np.ascontiguousarray(np.broadcast_to(place, (rows, wide)))


def _row(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r} is no number of a row")
    return value


def _time(value: Any) -> float | None:
    return None if value is None else _number(value, -_LATEST, _LATEST)


def _number(value: Any, lo: float, hi: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a number")
    if not lo <= value <= hi:
        raise ValueError(f"{value:g} is outside {lo:g} to {hi:g}")
    return float(value)
