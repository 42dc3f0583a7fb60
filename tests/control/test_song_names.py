"""Which song a word from outside may open: one that is known here, or one that lies beside it."""

from pathlib import Path

import pytest

from app.control.addresses import ControlError
from app.control.song_names import song_among

KNOWN = (Path("/music/Molten Glass.flac"), Path("/demo/opening.ogg"))
KINDS = {".flac", ".ogg", ".wav"}


@pytest.mark.parametrize(
    ("which", "file"),
    [
        (1, KNOWN[0]), (2.0, KNOWN[1]), ("Molten Glass", KNOWN[0]), ("opening.ogg", KNOWN[1]),
        ("/music/Molten Glass.flac", KNOWN[0]), ("/music/other.wav", Path("/music/other.wav")),
        ("/music/../music/OTHER.WAV", Path("/music/OTHER.WAV")),
    ],
)  # fmt: skip
def test_what_is_known_or_lies_beside_it(which, file):
    assert song_among(which, KNOWN, KINDS) == file


@pytest.mark.parametrize(
    "which",
    [0, 3, -1, "", "Molten", "/etc/passwd", "/music/notes.txt", "/music/deeper/x.wav", "/music/../private/x.wav",
     "x.wav", "../music/x.wav", "//host/share/x.wav", "/music"],
)  # fmt: skip
def test_nothing_else_is_opened(which):
    with pytest.raises(ControlError, match="There is no song"):
        song_among(which, KNOWN, KINDS)
