"""Shows as files: ``.anthesis`` is JSON, versioned, checked whole before anything changes, written in one step."""

import json
import math
import os
from collections.abc import Iterator
from dataclasses import asdict, fields, is_dataclass, replace
from pathlib import Path as FilePath
from typing import Any

from app.engine.errors import ShowError
from app.engine.show import classes, hot_cues, modulation
from app.engine.show.guard import LONGEST
from app.engine.show.migrate import migrated
from app.engine.show.show import Point, Scene, Section, Show, StyleRef

SUFFIX = ".anthesis"
_LIMIT = 64 * 2**20
_FARTHEST = 1e6
"""How far off a Point may be, in W and in seconds: numbers beyond that are no place, and would make no picture."""


def load_show(path: FilePath) -> Show:
    """The Show in *path*; raises ShowError with one sentence, whatever is wrong with the file."""
    return show_from(read_document(path, "Show", _LIMIT), path.name)


def read_document(path: FilePath, kind: str, limit: int) -> Any:
    """The JSON in *path*, a *kind* of at most *limit* bytes; raises ShowError with one sentence."""
    try:
        if path.stat().st_size > limit:
            raise ShowError(f"{path.name} is too large to be a {kind}.")
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ShowError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        problem = f"{path.name} is not a {kind}: it is no JSON text. Choose a file that Anthesis saved."
        raise ShowError(problem) from error


def show_from(document: Any, name: str) -> Show:
    """The Show that *document* (parsed JSON) describes, checked; *name* is what the sentence calls it."""
    from pydantic import TypeAdapter, ValidationError  # keeps it off the way to the window

    if not isinstance(document, dict) or "anthesis" not in document:
        raise ShowError(f"{name} is not a Show. Choose a file that Anthesis saved.")
    try:
        show = TypeAdapter(Show).validate_python(migrated(document, name))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ShowError(f"{name} is damaged: {place}: {first['msg'].lower()}. Nothing was changed.") from error
    for problem in problems(show):
        raise ShowError(f"{name} is damaged: {problem}. Nothing was changed.")
    return replace(show, scenes=tuple(map(whole, show.scenes)), sections=_on_pads(show))


def save_show(show: Show, path: FilePath) -> None:
    """Write *show* to *path*, whole or not at all; raises ShowError."""
    write_document(
        json.dumps({"anthesis": "show", **asdict(show)}, indent=1, ensure_ascii=False, allow_nan=False), path
    )


def write_document(text: str, path: FilePath) -> None:
    """Write the JSON *text* to *path*, whole or not at all; raises ShowError with one sentence."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_text(text + "\n", encoding="utf-8")
        os.replace(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise ShowError(f"{path.name} could not be saved: {error.strerror or error}. Try another folder.") from error


def problems(show: Show) -> Iterator[str]:
    """What the types allow and the picture does not, each as half a sentence."""
    if not show.scenes or not 0 <= show.active < len(show.scenes):
        yield "its playing scene does not exist"
    if show.loop is not None and not 0 <= show.loop[0] < show.loop[1] < math.inf:
        yield "its loop ends before it begins"
    if len(show.guard_off_reason) > LONGEST:
        yield "its reason for no flash guard is too long"
    yield from hot_cues.problems(show.hot_cues)
    for part in _parts(show):
        yield from _out_of_range(part)
        if isinstance(part, Section) and not part.start < part.end:
            yield f"section {part.label} ends before it begins"
        if isinstance(part, Point):
            if not part.w or not part.w[0] or len({len(row) for row in part.w}) != 1:
                yield "a point of its path has no place"
            elif not all(abs(x) <= _FARTHEST for row in (*part.w, (part.t,)) for x in row):
                yield "a point of its path is not a number, or is out of reach"
        if isinstance(part, StyleRef):
            yield from classes.problems(part.classes)
        yield from modulation.problems(part)


def whole(scene: Scene) -> Scene:
    """*scene* with as many generators as there are, and classes whose weights make up a whole, whoever wrote it."""
    style = replace(scene.style, classes=classes.mixed(scene.style.classes))
    return modulation.whole(replace(scene, style=style))


def _on_pads(show: Show) -> tuple[Section, ...]:
    """The parts of the song; one that calls for a scene that is not there calls for none."""
    rows = range(len(show.scenes))
    return tuple(part if part.scene in (None, *rows) else replace(part, scene=None) for part in show.sections)


def _parts(value: Any) -> Iterator[Any]:
    """*value* and every dataclass inside it."""
    if is_dataclass(value):
        yield value
        for f in fields(value):
            yield from _parts(getattr(value, f.name))
    elif isinstance(value, tuple):
        for item in value:
            if is_dataclass(item):
                yield from _parts(item)


def _out_of_range(part: Any) -> Iterator[str]:
    for f in fields(part):
        value, meta = getattr(part, f.name), f.metadata
        if isinstance(value, float) and not math.isfinite(value):
            yield f"{f.name} is not a number"
        elif isinstance(value, int) and abs(value) > 2**53:  # larger ones are no float, either
            yield f"{f.name} is out of reach"
        elif "lo" in meta and not meta["lo"] <= value <= meta["hi"]:
            yield f"{f.name} is {value:g}, outside {meta['lo']:g} to {meta['hi']:g}"
        elif "choices" in meta and value not in meta["choices"]:
            yield f"{f.name} is {value!r}, which is no choice"
