"""From a time to a request: NumPy only, no history, so that any frame can be drawn first."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from app.engine.latent.directions import bend
from app.engine.latent.w import truncate
from app.engine.render.frame import Frame, RenderRequest
from app.engine.render.session import Session


class Renderer(Protocol):
    """Turns requests into pictures; lives on the engine thread."""

    def render(self, request: RenderRequest) -> Frame: ...


def plan(t: float, session: Session, *, size: tuple[int, int] | None = None, fit: str = "crop") -> RenderRequest:
    """All that the picture at *t* seconds needs. Depends on *t* and *session*, and on nothing else."""
    look = session.score.at(t)
    ws = truncate(session.ws_at(t, look.position), session.atlas.w_avg, look.psi)
    ws = bend(ws, look, session.directions.at(t, look.wander))
    return RenderRequest(t, ws, look, size, fit)


def frames(
    times: Iterable[tuple[float, Session]],
    renderer: Renderer,
    *,
    size: tuple[int, int] | None = None,
    fit: str = "crop",
) -> Iterator[Frame]:
    """The one loop of Anthesis: live and export differ only in where *times* come from and where frames go."""
    for t, session in times:
        yield renderer.render(plan(t, session, size=size, fit=fit))
