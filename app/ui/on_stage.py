"""What is performed now, as widgets read it: the Scene that plays, what waits and is in cue, the decks, the fader."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.control.launcher import Launcher, Queued
from app.engine.show.performance import Launch, Performance
from app.ui.cue_edits import CueEdits
from app.ui.section_calls import SectionCalls

if TYPE_CHECKING:
    from app.ui.studio import Studio


class OnStage(QObject):
    """Owns what is performed (main thread); Performing, which is one, changes it."""

    changed = Signal()
    edits: CueEdits
    calls: SectionCalls

    def __init__(self, studio: "Studio") -> None:
        super().__init__(studio)
        self._studio, self._document = studio, studio.document
        self.launcher = Launcher()
        self.performance = Performance((Launch(studio.document.show.active),))
        self.queued: Queued | None = None
        self.cue: int | None = None
        self.macros = studio.document.show.scene.macros
        """The macros of the Scene that plays, as they stood when it was launched."""
        self._alone = False

    @property
    def playing(self) -> int:
        """The row of the Scene that plays, which is the one that edits change unless they go to the cue."""
        aside = self.edits.row
        return self._document.show.active if aside is None else aside

    @property
    def quantum(self) -> str:
        """What a launch waits for, of QUANTA."""
        return self.launcher.quantum

    @property
    def glide(self) -> float:
        """How many beats the way from one Scene to the next takes."""
        return self.launcher.glide

    @property
    def keep_position(self) -> bool:
        """Whether the path of the next Scene goes on from where the present one has come to."""
        return self.launcher.keep_position

    @property
    def auto_cycle(self) -> int:
        """Every how many bars the next Scene is launched; 0 is never."""
        return self.launcher.auto_cycle

    @property
    def hold(self) -> bool:
        """Whether nothing is launched by itself."""
        return self.launcher.hold

    @property
    def deck_a(self) -> int:
        """The row of the newest Scene on deck A."""
        return self.performance.a[-1].row

    @property
    def deck_b(self) -> int | None:
        """The row of the newest Scene on deck B."""
        return self.performance.b[-1].row if self.performance.b else None

    @property
    def fader(self) -> float:
        """0 is deck A alone, 1 is deck B alone."""
        return self.performance.fader.at(self._studio.now())

    @property
    def mode(self) -> str:
        """``morph`` where all that is on the decks is of one Style, ``mix`` where it is not."""
        scenes = self._document.show.scenes
        return "mix" if len({scenes[row].style.network for row in self.performance.rows}) > 1 else "morph"

    @property
    def mode_words(self) -> str:
        """What the window says about it."""
        if self._alone:
            return "Two styles are too slow here: the one that is seen most is shown alone"
        return "Two styles, mixed in the picture" if self.mode == "mix" else "One style, on the way from A to B"

    @property
    def rows(self) -> tuple[int, ...]:
        """The Scenes that are to be ready."""
        waiting = None if self.queued is None else self.queued.row
        wanted = (*self.performance.rows, *(row for row in (waiting, self.cue, self.calls.coming) if row is not None))
        return tuple(dict.fromkeys(wanted))
