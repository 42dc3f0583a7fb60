"""The parts of the song as the Show has them: moved, named, split and merged, each a step of undo."""

from dataclasses import replace
from typing import Any

from app.engine.show.show import Section
from app.ui.studio import Studio

SHORTEST = 0.5
"""Seconds that a part must last."""


class SectionEdits:
    """Edits ``show.sections`` (main thread); the first edit makes what was heard the Show's own."""

    def __init__(self, studio: Studio) -> None:
        self._document, self._studio = studio.document, studio

    @property
    def sections(self) -> tuple[Section, ...]:
        """The song's parts as they are now: the Show's own, else those that were heard."""
        session = self._studio.session
        return self._document.show.sections or (session.sections if session else ())

    def at(self, t: float) -> int:
        """The part of the song that *t* seconds lies in; -1 outside."""
        return next((i for i, s in enumerate(self.sections) if s.start <= t < s.end), -1)

    def move_border(self, index: int, t: float) -> None:
        """Let part *index* end, and the next begin, at *t*; one step until the hand lets go."""
        sections = list(self.sections)
        a, b = sections[index], sections[index + 1]
        t = max(min(t, b.end - SHORTEST), a.start + SHORTEST)
        if b.end - t > 0:
            sections[index], sections[index + 1] = replace(a, end=t), replace(b, start=t)
            self.write("Move section", tuple(sections), merge=f"section:{index}")

    def split(self, t: float) -> None:
        """Cut the part at *t* in two; the second gets a look of its own."""
        index = self.at(t)
        if index < 0:
            return
        section = self.sections[index]
        if section.start + SHORTEST <= t <= section.end - SHORTEST:
            parts = replace(section, end=t), Section(t, section.end, self.next_label())
            self.write("Split section", (*self.sections[:index], *parts, *self.sections[index + 1 :]))

    def merge(self, index: int) -> None:
        """Let part *index* go on to the end of the next one."""
        if 0 <= index < len(self.sections) - 1:
            joined = replace(self.sections[index], end=self.sections[index + 1].end)
            self.write("Merge sections", (*self.sections[:index], joined, *self.sections[index + 2 :]))

    def change(self, index: int, text: str, **changes: Any) -> None:
        """Change fields of part *index*, as a step named *text*; one that is gone is left alone."""
        if index < len(self.sections):
            section = replace(self.sections[index], **changes)
            self.write(text, (*self.sections[:index], section, *self.sections[index + 1 :]))

    def call(self, index: int, row: int | None) -> None:
        """Let part *index* call for the Scene at *row*, or for none.

        Where it is the first that does, the song begins with what plays: else it would begin with what ended it.
        """
        sections = list(self.sections)
        if not 0 <= index < len(sections):
            return
        if row is not None and index and all(part.scene is None for part in sections):
            sections[0] = replace(sections[0], scene=self._document.kept.active)
        sections[index] = replace(sections[index], scene=row)
        self._document.end_merge()
        self.write("Scene of the section", tuple(sections))

    def next_label(self) -> str:
        """A letter that no part has."""
        used = {s.label for s in self.sections}
        return next((chr(65 + i) for i in range(26) if chr(65 + i) not in used), "Z")

    def write(self, text: str, sections: tuple[Section, ...], merge: str = "") -> None:
        """Put *sections* in place; none: as heard."""
        self._document.edit(text, replace(self._document.show, sections=sections), merge)
