"""From a time to a request: NumPy only, no history, so that any frame can be drawn first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.engine.latent.directions import bend
from app.engine.latent.w import truncate
from app.engine.render.frame import RenderRequest
from app.engine.render.session import Session, mean
from app.engine.show.routes import Look, chosen_at
from app.engine.show.show import StyleRef

Picture = TypeVar("Picture", covariant=True)


class Renderer(Protocol[Picture]):
    """Turns requests into pictures, finished or not; lives on the engine thread."""

    def render(self, request: RenderRequest) -> Picture: ...


def plan(t: float, session: Session, *, size: tuple[int, int] | None = None, fit: str = "crop") -> RenderRequest:
    """All that the picture at *t* seconds needs. Depends on *t* and *session*, and on nothing else.

    Scenes of one network on the way from one to another are one picture, half-way in W; of two they are two, and how
    much of the second is seen.
    """
    parts = list(session.parts(t))
    networks: dict[StyleRef, list[tuple[float, Session]]] = {}
    for share, leaf in parts:
        networks.setdefault(leaf.scene.style.network, []).append((share, leaf))
    requests = [(sum(share for share, _ in some), _morph(t, some, size, fit)) for some in networks.values()]
    (_, first), *others = requests
    look = mean([(share, request.look) for share, request in requests]) if others else first.look
    _, most = max(parts, key=lambda part: part[0])
    place = look.mirror if len(parts) == 1 else most.look_at(t).mirror
    mirror = chosen_at("mirror", place, most.scene.finish.mirror)
    return replace(
        first, look=look, beside=tuple(others),
        mirror=mirror, lut=most.lut, past=Again(session, size, fit),
    )  # fmt: skip


def own_ws(t: float, session: Session) -> NDArray[np.float32]:
    """``(num_ws, w_dim)`` that the network of *session*'s own Scene is given at *t* seconds, whatever it is mixed with.

    Where nothing of it is seen yet, what it would be given by itself.
    """
    request, network = plan(t, session), session.scene.style.network
    seen = (one.ws for one in (request, *(part for _, part in request.beside)) if one.network == network)
    ws = next(seen, None)
    return plan(t, replace(session, crossing=None)).ws if ws is None else ws


@dataclass(frozen=True, slots=True)
class Again:
    """One Session at other times, for pictures with a memory."""

    session: Session
    size: tuple[int, int] | None
    fit: str

    def at(self, t: float) -> RenderRequest:
        """What is planned for *t* seconds."""
        return plan(t, self.session, size=self.size, fit=self.fit)


def _morph(t: float, parts: Sequence[tuple[float, Session]], size: tuple[int, int] | None, fit: str) -> RenderRequest:
    """One picture of Scenes of one network, each with its share."""
    network = parts[0][1].scene.style.network
    places = [(share, *_place(t, leaf)) for share, leaf in parts]
    _, ws, look = places[0]
    if len(places) > 1:
        whole = sum(share for share, *_ in places)
        ws = sum((np.float32(share / whole) * one for share, one, _ in places), np.zeros_like(ws))
        look = mean([(share / whole, one) for share, _, one in places])
    return RenderRequest(t, ws, look, size, fit, network=network)


def _place(t: float, session: Session) -> tuple[NDArray[np.float32], Look]:
    """Where one Scene stands at *t* seconds, truncated, bent and pushed along its directions, and its Look."""
    look = session.look_at(t)
    ws = truncate(session.ws_at(t, look), session.atlas.w_avg, look.psi)
    bent = bend(ws, look, session.directions.at(t, look.wander))
    return session.ways.pushed(bent, look), look


def frames(
    times: Iterable[tuple[float, Session]],
    renderer: Renderer[Picture],
    *,
    size: tuple[int, int] | None = None,
    fit: str = "crop",
) -> Iterator[Picture]:
    """The one loop of Anthesis: live and export differ only in where *times* come from and where frames go."""
    for t, session in times:
        yield renderer.render(plan(t, session, size=size, fit=fit))
