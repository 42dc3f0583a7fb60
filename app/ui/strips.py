"""What is seen of an input, gathered as it is seen: a Take of it shows to the bit what was on stage."""

import math

from app.engine.render.session import Session
from app.engine.show.live_score import LiveScore
from app.engine.show.seen import Strip
from app.engine.show.take import Scores


class Strips:
    """Owns the Strips of the Scenes that are on the decks now (main thread)."""

    def __init__(self) -> None:
        self._open: dict[LiveScore, Strip] = {}

    def of(self, session: Session, t: float, oldest: float = -math.inf) -> Scores:
        """What the input makes of *session* from *t* seconds on, by rows; nothing where a song plays.

        What is older than *oldest* is forgotten.
        """
        scores = {leaf.launch.row: leaf.score for leaf in session.leaves() if isinstance(leaf.score, LiveScore)}
        before = self._open
        self._open = {score: before.get(score) or Strip(score, t) for score in scores.values()}
        for score, strip in before.items():
            if score not in self._open:
                strip.close()
        for strip in self._open.values():
            strip.follow()
            strip.forget(oldest)
        return tuple((row, self._open[score]) for row, score in sorted(scores.items(), key=lambda one: one[0]))
