"""The look history: what was performed before, one step back at a time. Edits have their own undo."""

from collections import deque
from dataclasses import dataclass, replace

from app.engine.show.performance import Performance
from app.engine.show.show import Scene

MOST = 50
"""Looks that can be gone back to."""
ONE_MOVE = 1.0
"""Seconds within which moves of one kind are one."""


@dataclass(frozen=True, slots=True)
class PastLook:
    """How the Show was played, and the Scene that played where the gesture changed that too."""

    performance: Performance
    scene: Scene | None = None


class Looks:
    """Owns the looks of the past, the newest last. No thread of its own."""

    def __init__(self) -> None:
        self._past: deque[PastLook] = deque(maxlen=MOST)
        self._newest: tuple[str, float] = ("", 0.0)

    def __len__(self) -> int:
        return len(self._past)

    def keep(self, kind: str, look: PastLook, now: float) -> None:
        """*look* is about to be left by a gesture of this *kind*, at *now* seconds of any clock."""
        newest, when = self._newest
        self._newest = kind, now
        if kind != newest or now - when > ONE_MOVE or not self._past:
            self._past.append(look)

    def back(self) -> PastLook | None:
        """The newest, which is taken off; None where there is none."""
        self._newest = "", 0.0
        return self._past.pop() if self._past else None

    def moved_rows(self, rows: dict[int, int]) -> None:
        """Where each Scene has gone in a Show that was rearranged."""
        kept = [replace(look, performance=look.performance.moved_rows(rows)) for look in self._past
                if all(row in rows for row in look.performance.rows)]  # fmt: skip
        self._past = deque(kept, maxlen=MOST)
