"""Older Shows in today's shape: one function a version."""

from typing import Any

from app.engine.errors import ShowError
from app.engine.show.show import VERSION


def migrated(document: dict[str, Any], name: str) -> dict[str, Any]:
    """*document* as version ``VERSION``; raises ShowError for one from a newer Anthesis."""
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ShowError(f"{name} is not a Show: it has no version. Choose a file that Anthesis saved.")
    if version > VERSION:
        raise ShowError(f"{name} was made by a newer Anthesis (Show version {version}). Update Anthesis to open it.")
    return {key: value for key, value in document.items() if key != "anthesis"}
