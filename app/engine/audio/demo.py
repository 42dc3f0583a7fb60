"""The demo song, and what was found out about it when it was made."""

from pathlib import Path

from app.engine import paths


def demo_song() -> tuple[Path, Path, Path]:
    """The song, its features and its peaks, all bundled."""
    folder = paths.resources() / "demo"
    return folder / "opening.ogg", folder / "opening.features.npz", folder / "opening.peaks.npz"
