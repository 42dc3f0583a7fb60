"""Other looks than this one: the one before, one by chance, and a sane one when everything goes wrong."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.control.dice import GROUPS, Dice
from app.control.looks import Looks, PastLook
from app.engine.errors import ShowError
from app.engine.show.performance import Deck, Launch, Performance, Ramp
from app.engine.show.show import Scene
from app.ui.dice_locks import GROUP_WORDS, DiceLocks

if TYPE_CHECKING:
    from app.ui.performing import Performing
    from app.ui.studio import Studio

CALM_SECONDS = 0.3
AGAIN_SECONDS = 2.0
"""Within which a second panic takes the Scene from its start."""


class OtherLooks:
    """Owns the look history and the dice (main thread)."""

    def __init__(self, studio: "Studio", performing: "Performing") -> None:
        self._studio, self._document, self._performing = studio, studio.document, performing
        self.history, self.dice = Looks(), Dice()
        self.locks = DiceLocks(self.dice, performing)
        self._panicked = -AGAIN_SECONDS

    def leave(self, kind: str, *, scene: bool = False) -> None:
        """The present look is about to be left; *scene*: with what its Scene is made of."""
        performing, t = self._performing, self._studio.now()
        self._studio.replaying.stop()
        performance = performing.performance.unqueued(t).settled(t)
        kept = self._document.show.scene if scene and not performing.edits.on else None
        self.history.keep(kind, PastLook(performance, kept), time.monotonic())

    def back(self) -> None:
        """Go back to the look before; over the glide where only the Scene differs."""
        look = self.history.back()
        if look is None:
            self._studio.told.emit("info", "This is the first look", "There is none before it.")
            return
        t, now = self._studio.now(), self._performing.performance
        past = look.performance.ended(t)
        if (past.b, past.fader) == (now.b, now.fader) and self._studio.playing:
            past = now.settled(t).launched(replace(past.playing(t), t0=t, seconds=self._performing.glide_seconds()), t)
        self._performing.restore(past)
        show, row = self._document.show, past.playing(t).row
        if look.scene is not None and look.scene != show.scenes[row]:
            self._document.end_merge()
            scenes = (*show.scenes[:row], look.scene, *show.scenes[row + 1 :])
            self._document.edit("Back to the look before", replace(show, scenes=scenes))

    def begin_again(self) -> None:
        """The Scene that plays is as it is by itself: no way off its path, nothing ahead, nothing calmed."""
        self.leave(f"again {time.monotonic()}")
        self._by_itself()

    def _by_itself(self) -> None:
        t = self._studio.now()
        performance = self._performing.performance.unqueued(t)
        row = performance.playing(t).row
        self._performing.restore(performance.with_deck(performance.front, (Launch(row),)))

    def throw(self, *, big: bool = False) -> None:
        """Roll the dice: an edit, which undo and the look history both take back."""
        self.leave("dice", scene=True)
        document = self._document
        document.end_merge()
        after = self.dice.thrown(document.show.scene, big=big)
        document.edit_scene("Roll the dice", path=after.path, react=after.react, finish=after.finish,
                            routes=after.routes)  # fmt: skip

    def throw_part(self, group: str) -> None:
        """Roll one of the groups that have a padlock; raises ShowError where that is closed."""
        if group in self.dice.locked:
            word = GROUP_WORDS[group][0]
            raise ShowError(f"The padlock of {word} is closed, so the dice leave it alone. Open it beside the dice.")
        after = self.dice.thrown_part(self._document.show.scene, group)
        self._thrown("the reaction" if group == "react" else f"the {group}", after)

    def throw_some(self, title: str, names: Sequence[str], *, big: bool = False) -> None:
        """Roll the settings *names* alone, which are the group *title*."""
        self._thrown(title, self.dice.thrown_some(self._document.show.scene, names, big=big))

    def _thrown(self, title: str, after: Scene) -> None:
        """One step of undo, and a look to go back from."""
        self.leave(f"dice {title}", scene=True)
        self._document.end_merge()
        changed = {name: getattr(after, name) for name in GROUPS}
        self._document.edit_scene(f"Roll {title}", **changed)

    def panic(self) -> None:
        """Nothing waits, nothing shakes, macros stand where they stood; a second time the Scene begins anew."""
        self._performing.edits.set(False)
        studio, t, now = self._studio, self._studio.now(), time.monotonic()
        again, self._panicked = now - self._panicked < AGAIN_SECONDS, now
        self.leave(f"panic {now}", scene=True)
        studio.set_frozen(False)
        performance = self._performing.performance.unqueued(t)
        if again:
            self._by_itself()
            return
        calm = Ramp(1.0, 0.0, t, CALM_SECONDS) if studio.playing else Ramp(0.0, 0.0)
        self._performing.restore(
            Performance(_calmed(performance.a, calm), _calmed(performance.b, calm), performance.fader)
        )
        if self._document.show.scene.macros != self._performing.macros:
            self._document.edit_scene("Panic", macros=self._performing.macros)


def _calmed(deck: Deck, calm: Ramp) -> Deck:
    return tuple(launch if launch.calm is not None else replace(launch, calm=calm) for launch in deck)
