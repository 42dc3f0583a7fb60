"""The sound server, PulseAudio or PipeWire in its place: its inputs by name, and single channels of one."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from app.engine.audio.channels import picked

_OURS = "anthesis_channels_"
_FRONT = {"front-left", "mono"}  # a source without these places comes in as silence


def sources() -> dict[str, str]:
    """Its inputs: what people call them -> what it calls them; empty where none is asked or answers."""
    found: list[tuple[str, str]] = re.findall(r"^\tName: (.+)\n\tDescription: (.+)$", _listed(), re.MULTILINE)
    found = [(name, words) for name, words in found if not name.startswith(_OURS)]
    seen = [words for _, words in found]
    return {words if seen.count(words) == 1 else f"{words} ({name})": name for name, words in found}


@contextlib.contextmanager
def chosen(source: str | None) -> Iterator[None]:
    """While it lasts, the sound server gives *source* to whoever opens an input: ALSA's plugin has no other way."""
    if source is None:
        yield
        return
    before = os.environ.get("PULSE_SOURCE")
    os.environ["PULSE_SOURCE"] = source
    try:
        yield
    finally:
        if before is None:
            del os.environ["PULSE_SOURCE"]
        else:
            os.environ["PULSE_SOURCE"] = before


class Part:
    """Owns a source of the server's that is some channels of another, as left and right, until it is closed.

    ALSA's plugin mixes channels by the names of their places, and those of an interface have none.
    """

    def __init__(self, source: str, places: tuple[str, ...]) -> None:
        self.source = f"{_OURS}{os.getpid()}"
        _forget_old()
        front = "mono" if len(places) == 1 else "front-left,front-right"
        self._module = _pactl(
            "load-module", "module-remap-source", f"source_name={self.source}", f"master={source}", "remix=no",
            f"channels={len(places)}", f"channel_map={front}", f"master_channel_map={','.join(places)}",
        ).strip()  # fmt: skip
        self.there = bool(self._module)

    def close(self) -> None:
        """Lets the server forget it."""
        if self.there:
            self.there = False
            _pactl("unload-module", self._module)


def part(source: str, channels: str) -> tuple[Part | None, int]:
    """What hears *channels* of *source*, None where it is opened as it is; and how many channels it has."""
    places = _places(source)
    pick = picked(channels, len(places))
    if pick is None or len(places) <= 2 or (not channels and _FRONT & set(places)):
        return None, len(places)
    return Part(source, places[pick]), len(places)


def _places(source: str) -> tuple[str, ...]:
    """What the server calls the places of the channels of *source*; nothing where it does not say."""
    found = re.search(rf"^\tName: {re.escape(source)}\n(?:\t.*\n)*?\tChannel Map: (.+)$", _listed(), re.MULTILINE)
    return tuple(found[1].split(",")) if found else ()


def _forget_old() -> None:
    """What programs left that were killed."""
    for line in _pactl("list", "short", "modules").splitlines():
        named = re.search(rf"^(\d+)\t.*source_name={_OURS}(\d+) ", line)
        if named and (int(named[2]) == os.getpid() or not Path("/proc", named[2]).exists()):
            _pactl("unload-module", named[1])


def _listed() -> str:
    return _pactl("list", "sources")


def _pactl(*words: str) -> str:
    """What the server answers; nothing where there is none, or it says no."""
    tool = shutil.which("pactl") if sys.platform == "linux" else None
    if tool is None:
        return ""
    try:
        return subprocess.run(
            [tool, *words], capture_output=True, text=True, timeout=2, check=True, env=os.environ | {"LC_ALL": "C"}
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
