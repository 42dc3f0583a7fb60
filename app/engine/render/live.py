"""Live pictures of one network: each drawn on the ladder's rung, with what it cost for the ladder and the figures."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from statistics import fmean
from typing import Any

from app.engine.render.builder import StyleRenderer
from app.engine.render.decks import Decks
from app.engine.render.frame import Frame, RenderRequest
from app.engine.render.ladder import Ladder
from app.engine.stylegan.room import room_of

TOLD_EVERY = 0.5
RECENT = 30
"""Frames that the figures are means of."""
SHARE = 0.8
"""Of a frame's time that pictures may take where the past is drawn too."""
SLICE = 0.1
"""Seconds for which the past of a picture at rest is drawn before the engine looks round again."""


class Live:
    """Owns a network's ladder and the figures of its last frames; a Renderer. Engine thread only.

    *told* hears the figures twice a second, and at once when the ladder was moved on: those of EngineState by name.
    """

    def __init__(self, renderer: StyleRenderer, target: float | None, told: Callable[..., None], rung: int = 0) -> None:
        """*rung* of the ladder to begin on."""
        self.renderer, self._told, self.decks = renderer, told, Decks(target)
        self.ladder = Ladder(tuple(renderer.exits), target, rung)
        self._stages: deque[tuple[float, float, float]] = deque(maxlen=RECENT)
        self._intervals: deque[float] = deque(maxlen=RECENT)
        self._planned = self._shown = self._last_told = 0.0
        self._playing, self._given_up, self.settled = False, "", True
        self._facts = facts(renderer)

    def retarget(self, target: float | None) -> None:
        """Hold *target* frames a second from now on."""
        self.ladder = Ladder(tuple(self.renderer.exits), target)
        self.decks.retarget(target)

    @property
    def usual(self) -> float | None:
        """Seconds that a picture takes, of late; None before the first."""
        return fmean(map(sum, self._stages)) if self._stages else None

    @property
    def whole(self) -> bool:
        """Whether pictures are drawn whole."""
        return self.exit_at is None

    @property
    def exit_at(self) -> int | None:
        """Where synthesis stops while music plays; a picture that rests is always drawn whole."""
        return self.ladder.rung.exit_at

    def begin(self, *, playing: bool) -> None:
        """The next frame is being planned. After a rest the time since the last one says nothing about speed."""
        self._planned = time.perf_counter()
        if not playing or not self._playing:
            self.rest()
        self._playing = playing

    def rest(self) -> None:
        """Nothing moves."""
        self.ladder.rest()
        self._intervals.clear()
        self._shown = 0.0

    def render(self, request: RenderRequest) -> Frame:
        """The picture that *request* describes, on the ladder's rung."""
        began = time.perf_counter()
        by, request = self.decks.arranged(request)
        renderer = by or self.renderer
        if self._playing:
            patience = SHARE / self.ladder.rung.rate
            exit_at = self.exit_at if self.exit_at in renderer.exits else None
            request = replace(request, exit_at=exit_at, patience=patience, goes_on=True)
        else:
            request = replace(request, patience=SLICE)
        frame = renderer.render(request)
        self.settled = frame.settled
        ended = time.perf_counter()
        frame = replace(frame, planned=self._planned, drawn=ended)
        if (now := facts(self.renderer)) != self._facts:  # another device draws: what frames took says nothing any more
            self._facts = now
            self._told(**now)
            self._stages.clear()
            self.rest()
            return frame
        finish = renderer.finish_seconds
        self._stages.append((began - self._planned, ended - began - finish, finish))
        if self._shown:
            self._intervals.append(ended - self._shown)
        self._shown = ended
        if self._playing and request.beside:  # two networks: the ladder is one network's
            self.ladder.rest()
            self.decks.spent(ended - self._planned)
        elif self._playing:
            self.ladder.spent(ended - self._planned, ended)
        given_up = self.given_up()
        if given_up != self._given_up or ended - self._last_told > TOLD_EVERY:
            self._last_told, self._given_up = ended, given_up
            self._told(**self._figures(), given_up=given_up)
        return frame

    def _figures(self) -> dict[str, Any]:
        """Milliseconds of a frame, stage by stage, the rate that came of it (0 while nothing plays), the memory."""
        plan, synthesis, finish = (1000.0 * fmean(stage) for stage in zip(*self._stages, strict=True))
        fps = 1.0 / fmean(self._intervals) if self._intervals else 0.0
        whole = plan + synthesis + finish
        return {"fps": fps, "frame_ms": whole, "plan_ms": plan, "synthesis_ms": synthesis, "finish_ms": finish,
                "memory": room_of(self.renderer.device)}  # fmt: skip

    def given_up(self) -> str:
        """What the ladder has given up, in words for the status bar; empty while it is nothing, or at rest."""
        words = [self.decks.words] if self.decks.words else []
        if self.ladder.whole or not self._playing:
            return ", ".join(words)
        rung = self.ladder.rung
        if rung.exit_at is not None:
            width, height = self.renderer.exits[rung.exit_at]
            words.append(f"{width} × {height}")
        if self.ladder.paced:
            words.append(f"held at {rung.rate:.3g} fps")
        return ", ".join(words)


def facts(renderer: StyleRenderer) -> dict[str, Any]:
    """What the window shows about *renderer*, by the names of EngineState."""
    names = ("device", "precision", "threads", "note", "fidelity", "width", "height")
    return {name: getattr(renderer, name) for name in names}
