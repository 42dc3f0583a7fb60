"""A Take of an input, given the sound that was written beside it, and what was seen of it."""

from dataclasses import replace

from app.engine.show.correction import FOUND
from app.engine.show.seen import Seen, Strip
from app.engine.show.show import Show, SongRef
from app.engine.show.take import Scores, Take


def seen_of(take: Take) -> Take:
    """*take* with all that its Strips hold of its time, which later ones may forget."""
    ends = [*(moment.p for moment in take.moments[1:]), take.length]
    spans: dict[int, tuple[Strip, float, float]] = {}
    for moment, end in zip(take.moments, ends, strict=True):
        to = moment.t + (end - moment.p)
        for _row, strip in moment.scores:
            if isinstance(strip, Strip):
                _, first, last = spans.get(id(strip), (strip, moment.t, to))
                spans[id(strip)] = strip, min(first, moment.t), max(last, to)
    found = {key: strip.seen(first, last) for key, (strip, first, last) in spans.items()}

    def of(scores: Scores) -> Scores:
        made = ((row, score if isinstance(score, Seen) else found[id(score)]) for row, score in scores)
        return tuple((row, score) for row, score in made if score is not None)

    return replace(take, moments=tuple(replace(moment, scores=of(moment.scores)) for moment in take.moments))


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
