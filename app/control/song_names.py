"""Which song is meant by a word from outside: one of the list, or a file that lies beside one of them."""

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from app.control.addresses import ControlError


def song_among(which: float | str, known: Sequence[Path], kinds: Collection[str]) -> Path:
    """The song of *known* by its number from 1 or its name, or a file in a folder of theirs; raises ControlError.

    The folder is compared as text, before anything is looked for: a path from outside may lead over a network.
    """
    if not isinstance(which, str):
        if not 1 <= which <= len(known):
            raise ControlError(f"There is no song {which:g}; the list has {len(known)}.")
        return known[int(which) - 1]
    named = next((file for file in known if which in (file.stem, file.name, str(file))), None)
    if named is not None:
        return named
    file = Path(os.path.normpath(which))
    if file.suffix.lower() not in kinds or file.parent not in {song.parent for song in known}:
        raise ControlError(f"There is no song “{which}” in the list, nor in a folder of one that is.")
    return file
