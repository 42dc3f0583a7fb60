"""Small things that took time to find out, kept in the cache as JSON and found again at the next start."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from app.engine import paths


def recalled(kind: str, name: str) -> Any:
    """What was remembered of *kind* under *name*; None where nothing was, or it cannot be read any more."""
    try:
        return json.loads(_file(kind, name).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def remember(kind: str, name: str, found: Any) -> None:
    """Written whole or not at all; a cache that cannot be written only costs time."""
    file = _file(kind, name)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as part:
            json.dump(found, part)
        os.replace(part.name, file)
    except OSError:
        return


def _file(kind: str, name: str) -> Path:
    return paths.cache() / kind / f"{name}.json"
