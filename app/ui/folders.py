"""Folders that were dropped: looked through on a worker; networks join the Styles, songs play in a row."""

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.engine.audio.track import SONG_SUFFIXES
from app.engine.stylegan.library import MOST_ENTRIES, weights_in
from app.ui.studio import Studio

MOST_SONGS = 500
DEEPEST = 3
"""Folders within folders, so that the albums of one artist are one list."""


def songs_below(folder: Path) -> list[Path]:
    """The songs in *folder* and the folders in it, by name, folder by folder; hidden ones are left out."""
    found: list[Path] = []
    seen = 0
    for place, inside, files in os.walk(folder):
        seen += len(files) + len(inside)
        deep = len(Path(place).relative_to(folder).parts) >= DEEPEST
        inside[:] = [] if deep else sorted((name for name in inside if name[0] != "."), key=str.lower)
        named = sorted((name for name in files if name[0] != "."), key=str.lower)
        found += [Path(place, name) for name in named if Path(name).suffix.lower() in SONG_SUFFIXES]
        if len(found) >= MOST_SONGS or seen >= MOST_ENTRIES:  # a home folder dropped by mistake must end soon
            break
    return found[:MOST_SONGS]


class Folders(QObject):
    """Asks a worker what is in them (main thread). Where there are networks, songs beside them are left alone."""

    songs_found = Signal(object)

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio

    def look(self, places: Sequence[Path]) -> None:
        """Take what is in *places*: weights, and folders with weights or songs."""
        folders = [place for place in places if place.is_dir()]

        def songs() -> list[Path]:
            if len(folders) < len(places) or any(weights_in(folder) for folder in folders):
                return []
            return [song for folder in folders for song in songs_below(folder)]

        def found(files: list[Path]) -> None:
            if files:
                self.songs_found.emit(files)
            else:
                self._studio.shelf.library.add_all(places)

        self._studio.run(songs, found, f"{places[0].name} was not added")
