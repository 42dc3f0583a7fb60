"""Older Shows in today's shape: one function a version."""

from typing import Any

from app.engine.errors import ShowError
from app.engine.show.show import VERSION
from app.engine.show.sources import OLD_NAMES


def migrated(document: dict[str, Any], name: str) -> dict[str, Any]:
    """*document* as version ``VERSION``; raises ShowError for one from a newer Anthesis."""
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ShowError(f"{name} is not a Show: it has no version. Choose a file that Anthesis saved.")
    if version > VERSION:
        raise ShowError(f"{name} was made by a newer Anthesis (Show version {version}). Update Anthesis to open it.")
    return {key: _renamed(value) if key == "scenes" else value for key, value in document.items() if key != "anthesis"}


def _renamed(scenes: Any) -> Any:
    """*scenes* with the sources of their routes by today's names."""
    if isinstance(scenes, list):
        return [_renamed(scene) for scene in scenes]
    routes = scenes.get("routes") if isinstance(scenes, dict) else None
    if not isinstance(routes, list):
        return scenes
    renamed = [{**r, "source": OLD_NAMES.get(r["source"], r["source"])} if _has_source(r) else r for r in routes]
    return {**scenes, "routes": renamed}


def _has_source(route: Any) -> bool:
    return isinstance(route, dict) and isinstance(route.get("source"), str)
