"""A Take of an input, set to the clock of the file that its sound became."""

from dataclasses import replace

from app.engine.show.correction import FOUND
from app.engine.show.performance import Deck, Goto, Launch, Performance, Ramp
from app.engine.show.show import Show, SongRef
from app.engine.show.take import Take


def moved(take: Take, song: SongRef) -> Take:
    """*take* on the clock of *song*, which begins where the Take does; what began before has times below 0."""
    origin = take.moments[0].t
    shows: dict[int, Show] = {}
    performances: dict[int, Performance] = {}
    moments = []
    for moment in take.moments:  # what stays the same from one Moment to the next stays one value
        show, performance = id(moment.show), id(moment.performance)
        if show not in shows:
            shows[show] = _of(moment.show, song)
        if performance not in performances:
            performances[performance] = _earlier(moment.performance, origin)
        t = max(0.0, moment.t - origin)
        moments.append(replace(moment, t=t, show=shows[show], performance=performances[performance]))
    return Take(take.name, take.length, tuple(moments))


def _of(show: Show, song: SongRef) -> Show:
    """Parts, loop and beats of the Show's own song mean nothing in another."""
    return replace(show, song=song, sections=(), loop=None, grid=FOUND)


def _earlier(performance: Performance, by: float) -> Performance:
    def deck(launches: Deck) -> Deck:
        return tuple(_launch(one, by) for one in launches)

    return Performance(deck(performance.a), deck(performance.b), _ramp(performance.fader, by))


def _launch(launch: Launch, by: float) -> Launch:
    goto = launch.goto
    return replace(
        launch, t0=_time(launch.t0, by), lap=_time(launch.lap, by),
        goto=None if goto is None else Goto(goto.origin, goto.target, goto.t0 - by, goto.glide),
        calm=None if launch.calm is None else _ramp(launch.calm, by),
    )  # fmt: skip


def _ramp(ramp: Ramp, by: float) -> Ramp:
    return replace(ramp, t0=_time(ramp.t0, by), lap=_time(ramp.lap, by))


def _time(t: float | None, by: float) -> float | None:
    return None if t is None else t - by
