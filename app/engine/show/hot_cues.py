"""Hot cues: up to eight places in a song to jump to. They are the Show's, and change no picture."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

COUNT = 8
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class HotCue:
    """Place *t* (seconds) of a *song*, by its SHA-256, under a *number* from 1; *color* 0 is that of the number."""

    number: int = field(metadata={"lo": 1, "hi": COUNT})
    t: float = field(metadata={"lo": 0, "hi": 360_000})
    name: str = ""
    color: int = field(default=0, metadata={"lo": 0, "hi": COUNT})
    song: str = ""

    @property
    def shade(self) -> int:
        """Which of the colours it wears, from 0."""
        return (self.color or self.number) - 1

    @property
    def words(self) -> str:
        """What a person calls it."""
        return self.name or f"Hot cue {self.number}"


def of_song(cues: Iterable[HotCue], song: str) -> tuple[HotCue, ...]:
    """Those of *song*, by number."""
    return tuple(sorted((cue for cue in cues if cue.song == song), key=lambda cue: cue.number))


def having(cues: tuple[HotCue, ...], cue: HotCue) -> tuple[HotCue, ...]:
    """*cues* with *cue* in place of the one that had its number."""
    return (*without(cues, cue.song, cue.number), replace(cue, name=cue.name[:LONGEST_NAME]))


def without(cues: tuple[HotCue, ...], song: str, number: int) -> tuple[HotCue, ...]:
    """*cues* but the one of *song* that has *number*."""
    return tuple(cue for cue in cues if (cue.song, cue.number) != (song, number))


def problems(cues: tuple[HotCue, ...]) -> Iterator[str]:
    """What the types allow and the keys do not, each as half a sentence."""
    if len({(cue.song, cue.number) for cue in cues}) != len(cues):
        yield "two hot cues have one number"
    if any(len(cue.name) > LONGEST_NAME for cue in cues):
        yield "the name of a hot cue is too long"
