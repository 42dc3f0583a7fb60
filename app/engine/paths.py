"""Where Anthesis keeps things: what it ships with, and what is the user's."""

import os
from pathlib import Path

import platformdirs

_APP = Path(__file__).resolve().parents[1]


def _shipped(name: str) -> Path:
    """A folder that ships with the app: beside ``app/`` in a checkout, inside it in a wheel."""
    beside = _APP.parent / name
    return beside if beside.is_dir() else _APP / f"_{name}"


def resources() -> Path:
    """Demo song, icons, fonts, themes."""
    return _shipped("resources")


def weights() -> Path:
    """The bundled Styles."""
    return _shipped("weights")


def _user(kind: str, default: str) -> Path:
    profile = os.environ.get("ANTHESIS_PROFILE")  # set by --profile-dir, and by every test
    folder = Path(profile) / kind if profile else Path(default)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def cache() -> Path:
    """What can be computed again: features, peaks, atlases."""
    return _user("cache", platformdirs.user_cache_dir("anthesis", appauthor=False))


def config() -> Path:
    """Window layout, recent files, preferences."""
    return _user("config", platformdirs.user_config_dir("anthesis", appauthor=False))


def films() -> Path:
    """Where films go unless somebody says otherwise."""
    return _user("films", str(Path(platformdirs.user_videos_dir()) / "Anthesis"))


def recordings() -> Path:
    """Where the songs go that were kept from an input."""
    return _user("recordings", str(Path(platformdirs.user_music_dir()) / "Anthesis"))


def takes() -> Path:
    """Where recorded performances go while their Show has no file."""
    return _user("takes", str(Path(platformdirs.user_data_dir("anthesis", appauthor=False)) / "takes"))


def styles() -> Path:
    """Styles that were downloaded with "Get more"."""
    return _user("styles", str(Path(platformdirs.user_data_dir("anthesis", appauthor=False)) / "styles"))
