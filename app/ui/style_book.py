"""The list of Styles as it is kept between starts: what was known of each, in the order of last use."""

import contextlib
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from app.engine import paths
from app.engine.stylegan.library import Style

MOST = 500
_TYPES = {field.name: field.type for field in fields(Style) if field.name != "path"}


class StyleBook:
    """A small file in the user's settings (main thread); a broken one is empty, a broken row of it is left out."""

    def __init__(self) -> None:
        self._file = paths.config() / "styles.json"

    def load(self) -> tuple[Style, ...]:
        """What was known at the end of the last session, last used first."""
        try:
            rows = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return ()
        read = (_style(row) for row in rows) if isinstance(rows, list) else ()
        return tuple(style for style in read if style is not None)

    def save(self, styles: Sequence[Style]) -> None:
        """Keep *styles*; a disk that cannot be written costs only the list."""
        rows = [asdict(style) | {"path": str(style.path)} for style in styles[:MOST]]
        part = self._file.with_suffix(".part")
        with contextlib.suppress(OSError):
            part.write_text(json.dumps(rows, indent=1), encoding="utf-8")
            part.replace(self._file)


def _style(row: Any) -> Style | None:
    if not isinstance(row, dict) or type(row.get("path")) is not str:
        return None
    known = {name: row[name] for name, kind in _TYPES.items() if type(row.get(name)) is kind}
    if any(type(value) is int and value < 0 for value in known.values()):
        return None
    try:
        return Style(path=Path(row["path"]), **known)
    except TypeError:  # something that every Style has is not in it
        return None
