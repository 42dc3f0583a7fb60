"""Which song is meant by a word from outside: one of the list, or a file where songs may be opened from."""

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from app.control.addresses import ControlError


def song_among(which: float | str, known: Sequence[Path], kinds: Collection[str], allowed: Sequence[Path] = ()) -> Path:
    """The song of *known* by its number from 1 or its name, or a file; raises ControlError.

    A file lies in a folder of one of theirs, or anywhere in one of the *allowed* folders, from which its way may begin.
    Folders are compared as text, before anything is looked for: a path from outside may lead over a network.
    """
    if not isinstance(which, str):
        if not 1 <= which <= len(known):
            raise ControlError(f"There is no song {which:g}; the list has {len(known)}.")
        return known[int(which) - 1]
    named = next((file for file in known if which in (file.stem, file.name, str(file))), None)
    if named is not None:
        return named
    file = Path(os.path.normpath(which))
    if file.suffix.lower() in kinds:
        inside = [way for folder in allowed if (way := Path(os.path.normpath(folder / file))).is_relative_to(folder)]
        if file.parent in {song.parent for song in known}:
            return file
        if inside:
            return next((way for way in inside if way.is_file()), inside[0])
    where = "nor in a folder of one that is" if not allowed else "nor in a folder that songs may be opened from"
    raise ControlError(f"There is no song “{which}” in the list, {where}.")
