"""A Take of an input, given the sound that was written beside it, and what was seen of it."""

from collections.abc import Callable
from dataclasses import replace

from app.engine.show.correction import FOUND
from app.engine.show.seen import Seen, Strip, joined
from app.engine.show.show import Show, SongRef
from app.engine.show.take import Scores, Take


def seen_of(take: Take) -> Callable[[], Take]:
    """What makes *take* one that holds all that was seen in its time, which its Strips may forget later.

    They are asked now, on their thread; to put it together takes a while and is done on any.
    """
    ends = [*(moment.p for moment in take.moments[1:]), take.length]
    spans: dict[Strip, tuple[float, float]] = {}
    for moment, end in zip(take.moments, ends, strict=True):
        to = moment.t + (end - moment.p)
        for _row, strip in moment.scores:
            if isinstance(strip, Strip):
                first, last = spans.get(strip, (moment.t, to))
                spans[strip] = min(first, moment.t), max(last, to)
    held = {strip: strip.held(*span) for strip, span in spans.items()}

    def made() -> Take:
        found = {strip: joined(parts).between(*spans[strip]) for strip, parts in held.items() if parts}

        def of(scores: Scores) -> Scores:
            every = ((row, score if isinstance(score, Seen) else found.get(score)) for row, score in scores)
            return tuple((row, score) for row, score in every if score is not None)

        return replace(take, moments=tuple(replace(moment, scores=of(moment.scores)) for moment in take.moments))

    return made


def with_sound(take: Take, song: SongRef) -> Take:
    """*take* as one of *song*, which begins where it does. The Moments keep the clock of the input: a time that was set
    to another would not be the same to the last bit, and neither would the picture.
    """
    shows: dict[int, Show] = {}
    for moment in take.moments:  # what stays the same from one Moment to the next stays one value
        shows.setdefault(id(moment.show), _of(moment.show, song))
    moments = tuple(replace(moment, show=shows[id(moment.show)]) for moment in take.moments)
    return replace(take, moments=moments, ahead=take.moments[0].t)


def _of(show: Show, song: SongRef) -> Show:
    """Parts, loop and beats of the Show's own song mean nothing in another."""
    return replace(show, song=song, sections=(), loop=None, grid=FOUND)
