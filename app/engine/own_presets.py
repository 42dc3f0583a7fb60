"""Presets that somebody saved: one small JSON file each, read as anything from the world is, checked and never run."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from itertools import count
from pathlib import Path
from typing import Any

from app.engine import paths
from app.engine.errors import ShowError
from app.engine.show.circles import kept
from app.engine.show.presets import MADE, PRESETS, Preset
from app.engine.show.saved import problems, read_document, whole, write_document
from app.engine.show.show import Scene, Show
from app.engine.show.sources import HANDS

LONGEST_NAME = 32
_LIMIT = 1 << 20
_SUFFIX = ".preset"


def own_presets() -> tuple[Preset, ...]:
    """Those that are there, by name; a file that is none is left out."""
    return tuple(sorted(_found(), key=lambda preset: preset.name.lower()))


def all_presets() -> tuple[Preset, ...]:
    """The factory's, then one's own."""
    return (*PRESETS, *own_presets())


def preset_of(scene: Scene, name: str) -> Preset:
    """How *scene* reacts, as a Preset called *name*; what hands move is the scene's own and stays with it."""
    routes = kept(scene.routes, [row for row, route in enumerate(scene.routes) if route.source not in HANDS])
    made = {kind: getattr(scene, kind) for kind in MADE}
    return Preset(" ".join(name.split())[:LONGEST_NAME], scene.react, routes, "", **made)


def save_preset(preset: Preset) -> None:
    """Write *preset* among one's own, over one of the same name; raises ShowError in one sentence."""
    if not preset.name:
        raise ShowError("A preset needs a name.")
    if any(preset.name.lower() == known.name.lower() for known in PRESETS):
        raise ShowError(f"“{preset.name}” is a preset of the factory. Choose another name.")
    text = json.dumps({"anthesis": "preset", **asdict(preset)}, indent=1, ensure_ascii=False)
    write_document(text, _file(preset.name))


def remove_preset(name: str) -> None:
    """Delete one's own preset called *name*; raises ShowError."""
    try:
        _file(name).unlink(missing_ok=True)
    except OSError as error:
        raise ShowError(f"The preset “{name}” could not be deleted: {error.strerror or error}.") from error


def read_preset(path: Path) -> Preset:
    """The Preset in *path*; raises ShowError with one sentence, whatever is wrong with the file."""
    from pydantic import TypeAdapter, ValidationError  # keeps it off the way to the window

    document: Any = read_document(path, "preset", _LIMIT)
    if not isinstance(document, dict) or document.pop("anthesis", "") != "preset":
        raise ShowError(f"{path.name} is not a preset. Choose a file that Anthesis saved.")
    try:
        preset: Preset = TypeAdapter(Preset).validate_python(document)
    except ValidationError as error:
        raise ShowError(f"{path.name} is damaged: {error.errors()[0]['msg'].lower()}.") from error
    if not preset.name.strip() or len(preset.name) > LONGEST_NAME or not preset.name.isprintable():
        raise ShowError(f"{path.name} is damaged: its name is none.")
    scene = replace(Scene(), react=preset.react, routes=preset.routes, **_made(preset))
    for problem in problems(Show(scenes=(scene,))):
        raise ShowError(f"{path.name} is damaged: {problem}.")
    scene = whole(scene)
    return replace(preset, **{kind: getattr(scene, kind) for kind in _made(preset)})


def _made(preset: Preset) -> dict[str, Any]:
    return {kind: found for kind in MADE if (found := getattr(preset, kind))}


def _found() -> Iterator[Preset]:
    for path in sorted(_folder().glob(f"*{_SUFFIX}")):
        try:
            yield read_preset(path)
        except ShowError:
            continue


def _folder() -> Path:
    folder = paths.config() / "presets"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _file(name: str) -> Path:
    """Where the preset called *name* lies, or will: names of other signs may be the same as names of files."""
    plain = re.sub(r"[^\w.+-]+", "-", name.strip().lower()).strip("-.") or "preset"
    places = (_folder() / f"{plain}{f'-{n}' if n > 1 else ''}{_SUFFIX}" for n in count(1))
    return next(file for file in places if not file.exists() or _name_in(file) == name.strip().lower())


def _name_in(file: Path) -> str:
    try:
        return read_preset(file).name.strip().lower()
    except ShowError:
        return ""
