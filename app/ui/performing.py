"""What hands do on top of the Show: which Scene plays and which is next, the decks and the fader between them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.ui.performed import keep_performed

if TYPE_CHECKING:
    from app.ui.studio import Studio

QUANTA = ("off", "1/4", "1/2", "1", "2", "4", "8", "section")
"""What a launch waits for: nothing, a part of a bar, bars, or the next part of the song."""
LONGEST_GLIDE = 32.0


@dataclass(frozen=True, slots=True)
class Queued:
    """A Scene that waits for its time: *asked_at* and *due* in seconds of the song."""

    row: int
    asked_at: float
    due: float


class Performing(QObject):
    """Owns how the Show is played (main thread). Nothing of it is an edit: it is neither saved nor undone."""

    changed = Signal()

    def __init__(self, studio: "Studio") -> None:
        super().__init__(studio)
        self._studio, self._document = studio, studio.document
        self.queued: Queued | None = None
        self.quantum, self.glide, self.keep_position = "off", 0.0, False
        self.auto_cycle, self.hold = 0, False
        self.deck_a, self.deck_b = self.playing, None
        self.fader, self.mode, self.mode_words = 0.0, "morph", ""
        self.cue: int | None = None
        keep_performed(self, studio.document.params)

    @property
    def playing(self) -> int:
        """The row of the Scene that plays."""
        return self._document.show.active

    def launch(self, row: int, *, now: bool = False, deck: str | None = None) -> None:
        """Play the Scene at *row* when its time has come; a second call for one that waits is *now*."""
        if 0 <= row < len(self._document.show.scenes) and row != self.playing:
            self.deck_a = row
            self._document.play(row)
            self.changed.emit()

    def unqueue(self) -> None:
        """What waits does not come."""
        self.queued = None
        self.changed.emit()

    def set_quantum(self, quantum: str) -> None:
        self.quantum = quantum
        self.changed.emit()

    def set_glide(self, beats: float) -> None:
        """How long the way from one Scene to the next takes."""
        self.glide = min(max(beats, 0.0), LONGEST_GLIDE)
        self.changed.emit()

    def set_keep_position(self, keep: bool) -> None:
        """Let the path of the next Scene go on from where the present one has come to."""
        self.keep_position = keep
        self.changed.emit()

    def set_auto_cycle(self, bars: int) -> None:
        """Launch the next Scene every so many *bars*; 0 launches none."""
        self.auto_cycle = bars
        self.changed.emit()

    def set_hold(self, hold: bool) -> None:
        """Let nothing launch by itself."""
        self.hold = hold
        self.changed.emit()

    def set_fader(self, x: float) -> None:
        """0 is deck A alone, 1 is deck B alone."""
        self.fader = min(max(x, 0.0), 1.0)
        self.changed.emit()

    def cut(self, deck: str) -> None:
        """Show *deck* alone, at once."""
        self.set_fader(0.0 if deck == "A" else 1.0)

    def auto_fade(self) -> None:
        """Let the fader go to the other end over the glide."""
        self.set_fader(0.0 if self.fader > 0.5 else 1.0)

    def load(self, deck: str, row: int) -> None:
        """Put the Scene at *row* on *deck* without moving the fader."""
        if deck == "B":
            self.deck_b = row
            self.changed.emit()
        else:
            self.launch(row, now=True)

    def set_cue(self, row: int | None) -> None:
        """Prepare the Scene at *row*; None prepares none."""
        self.cue = row
        self.changed.emit()

    def take(self) -> None:
        """Launch what was prepared."""
        row, self.cue = self.cue, None
        if row is not None:
            self.launch(row)
        self.changed.emit()

    def look_back(self) -> None:
        """Go back to what was performed before."""

    def panic(self) -> None:
        """Back to a sane state: nothing waits, nothing shakes."""
        self.unqueue()
