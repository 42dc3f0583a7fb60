"""Which song a word from outside may open: one that is known here, or one that lies beside it."""

from pathlib import Path

import pytest

from app.control.addresses import ControlError
from app.control.song_names import song_among

KNOWN = (Path("/music/Molten Glass.flac"), Path("/demo/opening.ogg"))
KINDS = {".flac", ".ogg", ".wav"}
SETS = (Path("/sets"), Path("/usb/live sets"))


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


@pytest.mark.parametrize(
    ("which", "file"),
    [
        ("/sets/friday/one.wav", "/sets/friday/one.wav"), ("/usb/live sets/two.FLAC", "/usb/live sets/two.FLAC"),
        ("friday/one.wav", "/sets/friday/one.wav"), ("/sets/../sets/x.ogg", "/sets/x.ogg"),
        ("/music/other.wav", "/music/other.wav"), ("Molten Glass", str(KNOWN[0])),
    ],
)  # fmt: skip
def test_what_lies_in_an_allowed_folder_however_deep(which, file):
    assert song_among(which, KNOWN, KINDS, SETS) == Path(file)


@pytest.mark.parametrize(
    "which",
    ["/sets/../etc/x.wav", "../x.wav", "friday/../../x.wav", "/setsuna/x.wav", "/sets/notes.txt", "/sets",
     "//host/x.wav", "/usb/x.wav"],
)  # fmt: skip
def test_nothing_beside_an_allowed_folder_is_opened(which):
    with pytest.raises(ControlError, match="that songs may be opened from"):
        song_among(which, KNOWN, KINDS, SETS)


def test_a_way_that_begins_in_a_folder_is_that_of_the_folder_where_the_file_is(tmp_path):
    folders = tmp_path / "one", tmp_path / "two"
    for folder in folders:
        folder.mkdir()
    (folders[1] / "x.wav").touch()
    assert song_among("x.wav", KNOWN, KINDS, folders) == folders[1] / "x.wav"
    assert song_among("y.wav", KNOWN, KINDS, folders) == folders[0] / "y.wav", "where it is said to be missing"
