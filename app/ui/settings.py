"""What the window remembers between starts: recent files, size, loudness."""

import math
from dataclasses import asdict, dataclass
from pathlib import Path

from PySide6.QtCore import QSettings

from app.engine import paths

RECENT = 12
MOST_TRIM = 0.6
"""Seconds that a sound card may be wrong by."""


SCALES = (90, 100, 110, 125, 150)
"""Sizes of what is in the window, in per cent."""
ENDS = ("stop", "repeat", "next", "round")
"""What may come where a song has ended: nothing, the song again, the next one, after the last one the first."""
RATES = ("free", "60", "50", "30", "25", "24")


@dataclass(frozen=True, slots=True)
class ControllerSettings:
    """Which ports are open, who may speak, and the MIDI mappings as JSON."""

    osc: bool = False
    port: int = 9010
    allowed: str = ""
    echo: str = ""
    sound: bool = False
    midi: bool = False
    mappings: str = ""
    returns: str = ""
    """Devices that are sent the values, a line each."""
    songs: str = ""
    """Folders that a word from outside may open songs from, a line each."""

    @property
    def song_folders(self) -> tuple[Path, ...]:
        """Those folders."""
        return tuple(Path(line) for line in self.songs.splitlines())


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Whether phones and programs may come in over the web: from where, and what they have to know."""

    on: bool = False
    port: int = 8088
    lan: bool = False
    pin: str = ""
    secret: str = ""


class Settings:
    """A small INI file in the user's profile. Nothing here changes the picture."""

    def __init__(self) -> None:
        self._file = QSettings(str(paths.config() / "anthesis.ini"), QSettings.Format.IniFormat)

    def recent(self, kind: str) -> list[Path]:
        """The last files of *kind* (``songs``, ``shows``, ``styles``), newest first."""
        kept = self._file.value(f"recent/{kind}", [])
        names = [kept] if isinstance(kept, str) else list(kept or [])  # type: ignore[call-overload]
        return [Path(str(name)) for name in names]

    def remember(self, kind: str, file: Path) -> None:
        """*file* was opened just now."""
        names = [str(file), *(str(f) for f in self.recent(kind) if f != file)]
        self._file.setValue(f"recent/{kind}", names[:RECENT])

    def forget(self, kind: str, file: Path) -> None:
        """*file* is no more of the last files of *kind*."""
        self._file.setValue(f"recent/{kind}", [str(f) for f in self.recent(kind) if f != file])

    def pinned(self, kind: str) -> list[Path]:
        """The files of *kind* that are kept on top of the last ones, the one that was put there last first."""
        kept = self._file.value(f"pinned/{kind}", [])
        names = [kept] if isinstance(kept, str) else list(kept or [])  # type: ignore[call-overload]
        return [Path(str(name)) for name in names]

    def pin(self, kind: str, file: Path, on: bool) -> None:
        """Keep *file* on top of the last ones, or no more."""
        others = [str(f) for f in self.pinned(kind) if f != file]
        self._file.setValue(f"pinned/{kind}", ([str(file), *others] if on else others)[:RECENT])

    @property
    def playlist(self) -> list[Path]:
        """The songs that play one after another."""
        kept = self._file.value("songs/playlist", [])
        names = [kept] if isinstance(kept, str) else list(kept or [])  # type: ignore[call-overload]
        return [Path(str(name)) for name in names]

    @playlist.setter
    def playlist(self, value: list[Path]) -> None:
        self._file.setValue("songs/playlist", [str(file) for file in value])

    @property
    def at_end(self) -> str:
        """What comes where a song has ended, of ENDS."""
        before = "stop" if str(self._file.value("songs/go_on", "true")).lower() == "false" else "next"
        kept = str(self._file.value("songs/at_end", before))
        return kept if kept in ENDS else before

    @at_end.setter
    def at_end(self, value: str) -> None:
        self._file.setValue("songs/at_end", value)

    @property
    def launching(self) -> tuple[str, float] | None:
        """What launches waited for, and how many beats they took, when it was last changed; None before it was."""
        quantum, _, glide = str(self._file.value("perform/launching", "")).partition(" ")
        try:
            beats = float(glide)
        except ValueError:
            return None
        return (quantum, beats) if math.isfinite(beats) else None

    @launching.setter
    def launching(self, value: tuple[str, float] | None) -> None:
        self._file.setValue("perform/launching", "" if value is None else f"{value[0]} {value[1]:g}")

    @property
    def layout(self) -> str:
        """How the window stood, as JSON."""
        return str(self._file.value("window/layout", ""))

    @layout.setter
    def layout(self, value: str) -> None:
        self._file.setValue("window/layout", value)

    @property
    def volume(self) -> float:
        """How loud the song plays, 0..1."""
        try:
            return min(max(float(str(self._file.value("sound/volume", 0.8))), 0.0), 1.0)
        except ValueError:
            return 0.8

    @volume.setter
    def volume(self, value: float) -> None:
        self._file.setValue("sound/volume", value)

    @property
    def theme(self) -> str:
        """Which colours the window wears."""
        return str(self._file.value("window/theme", "stage"))

    @theme.setter
    def theme(self, value: str) -> None:
        self._file.setValue("window/theme", value)

    @property
    def still(self) -> bool:
        """Whether nothing moves in the window that need not."""
        return str(self._file.value("window/still", "false")).lower() == "true"

    @still.setter
    def still(self, value: bool) -> None:
        self._file.setValue("window/still", value)

    @property
    def waves(self) -> str:
        """How the waveform is coloured."""
        return str(self._file.value("window/waves", ""))

    @waves.setter
    def waves(self, value: str) -> None:
        self._file.setValue("window/waves", value)

    @property
    def scale(self) -> int:
        """How large what is in the window is from the next start on, of SCALES."""
        kept = str(self._file.value("window/scale", 100))
        return int(kept) if kept.isdecimal() and int(kept) in SCALES else 100

    @scale.setter
    def scale(self, value: int) -> None:
        self._file.setValue("window/scale", value)

    @property
    def trim(self) -> float:
        """Seconds that the sound is heard later than the sound card says."""
        try:
            return min(max(float(str(self._file.value("sound/trim", 0.0))), -MOST_TRIM), MOST_TRIM)
        except ValueError:
            return 0.0

    @trim.setter
    def trim(self, value: float) -> None:
        self._file.setValue("sound/trim", value)

    @property
    def link(self) -> bool:
        """Whether Ableton Link was on."""
        return str(self._file.value("tempo/link", "false")).lower() == "true"

    @link.setter
    def link(self, value: bool) -> None:
        self._file.setValue("tempo/link", value)

    @property
    def output_fit(self) -> str:
        """How the picture meets the audience's screen."""
        return str(self._file.value("output/fit", "fit"))

    @output_fit.setter
    def output_fit(self, value: str) -> None:
        self._file.setValue("output/fit", value)

    @property
    def output_screen(self) -> str:
        """The display that was chosen for the audience, by name and serial number; nothing before one was."""
        return str(self._file.value("output/screen", ""))

    @output_screen.setter
    def output_screen(self, value: str) -> None:
        self._file.setValue("output/screen", value)

    def live_output(self, kind: str) -> tuple[bool, int, tuple[int, int]]:
        """Whether *kind* was on, its pictures a second and its size; -1 where nothing was chosen."""
        kept = str(self._file.value(f"outputs/{kind}", "")).split()
        numbers = [int(part) if part.isdecimal() else -1 for part in kept]
        on, rate, wide, tall = numbers if len(numbers) == 4 else (0, -1, -1, -1)
        return on == 1, rate, (wide, tall)

    def set_live_output(self, kind: str, on: bool, rate: int, size: tuple[int, int]) -> None:
        """Remember it."""
        self._file.setValue(f"outputs/{kind}", f"{int(on)} {rate} {size[0]} {size[1]}")

    @property
    def live_rate(self) -> str:
        """Frames a second that the live picture holds, or "free"."""
        rate = str(self._file.value("live/rate", RATES[0]))
        return rate if rate in RATES else RATES[0]

    @live_rate.setter
    def live_rate(self, value: str) -> None:
        self._file.setValue("live/rate", value)

    @property
    def controllers(self) -> ControllerSettings:
        """The controllers as they were left."""
        first = asdict(ControllerSettings())
        kept = {key: str(self._file.value(f"controllers/{key}", was)) for key, was in first.items()}
        port = int(kept["port"]) if kept["port"].isdecimal() else 0
        return ControllerSettings(
            osc=kept["osc"].lower() == "true",
            port=port if 0 < port < 65_536 else first["port"],
            allowed=kept["allowed"],
            echo=kept["echo"],
            sound=kept["sound"].lower() == "true",
            midi=kept["midi"].lower() == "true",
            mappings=kept["mappings"],
            returns=kept["returns"],
            songs=kept["songs"],
        )

    @controllers.setter
    def controllers(self, value: ControllerSettings) -> None:
        for key, now in asdict(value).items():
            self._file.setValue(f"controllers/{key}", now)

    @property
    def web(self) -> WebSettings:
        """The web remote as it was left."""
        kept = {key: str(self._file.value(f"web/{key}", was)) for key, was in asdict(WebSettings()).items()}
        port = int(kept["port"]) if kept["port"].isdecimal() else 0
        return WebSettings(
            on=kept["on"].lower() == "true",
            port=port if 0 < port < 65_536 else WebSettings().port,
            lan=kept["lan"].lower() == "true",
            pin=kept["pin"],
            secret=kept["secret"],
        )

    @web.setter
    def web(self, value: WebSettings) -> None:
        for key, now in asdict(value).items():
            self._file.setValue(f"web/{key}", now)

    @property
    def keymap(self) -> str:
        """The changed keys as JSON."""
        return str(self._file.value("keys/map", ""))

    @keymap.setter
    def keymap(self, value: str) -> None:
        self._file.setValue("keys/map", value)

    @property
    def standby(self) -> str:
        """What the audience sees when the engine fails: nothing for the last picture, ``black``, or a file."""
        return str(self._file.value("output/standby", ""))

    @standby.setter
    def standby(self, value: str) -> None:
        self._file.setValue("output/standby", value)

    @property
    def sound_in(self) -> str:
        """The live input of last time and how it was heard, as JSON."""
        return str(self._file.value("sound/input", ""))

    @sound_in.setter
    def sound_in(self, value: str) -> None:
        self._file.setValue("sound/input", value)

    @property
    def hint_seen(self) -> bool:
        """Whether the first-run hint was dismissed."""
        return str(self._file.value("window/hint_seen", "false")).lower() == "true"

    @hint_seen.setter
    def hint_seen(self, value: bool) -> None:
        self._file.setValue("window/hint_seen", value)

    def sync(self) -> None:
        """Write now."""
        self._file.sync()
