"""Going somewhere in W by a word: to a place on the map, a point of the path, a w; and keeping where one is."""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.control.addresses import ControlError
from app.control.packets import Argument
from app.engine.latent.w import bands
from app.engine.render.session import Session
from app.engine.show.show import Path
from app.engine.show.ways import PRINCIPAL
from app.ui import map_points
from app.ui.studio import Studio

BANDS = ("coarse", "mid", "fine")
LONGEST = 64.0
"""Beats that a way may take."""


class Going:
    """Does these verbs (main thread); where the Style's map is not there yet, nothing can be gone to."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._sent = {"map.x": 0.5, "map.y": 0.5}
        self._layers = dict.fromkeys(BANDS, (0.5, 0.5))
        for name in self._sent:
            studio.document.params.keep(name, partial(self._sent.__getitem__, name), partial(self._send, name))

    def table(self) -> dict[str, Callable[..., object]]:
        """Verb -> what it does."""
        return {
            "xy": self._xy, "point": self._point, "w": self._w, "seed": self._seed, "add_point": self.add_point,
            "direction_named": self._direction,
            **{f"xy_{band}": partial(self._band, at) for at, band in enumerate(BANDS)},
        }  # fmt: skip

    def told(self) -> dict[str, Callable[[], tuple[Argument, ...]]]:
        """The tail of an address -> what stands there: where hands have sent the picture, and where it is."""
        return {
            "latent/xy": lambda: tuple(self._sent.values()), "latent/w": lambda: (self._blob(),),
            **{f"layer/{band}/xy": partial(self._layers.__getitem__, band) for band in BANDS},
        }  # fmt: skip

    def _blob(self) -> bytes:
        """Where the picture is, as ``latent/w`` takes it."""
        ws = self._stands(self._session())
        return (ws[:1] if np.all(ws == ws[0]) else ws).astype(">f4").tobytes()

    def add_point(self, t: float | None = None) -> None:
        """Keep where the path rests now, or where hands have taken it, as a Point at *t* seconds."""
        studio, session = self._studio, self._session()
        ws = self._stands(session)
        same = bool(np.all(ws == ws[0]))
        map_points.add(studio.document, studio, ws[0] if same else ws, studio.now() if t is None else t)

    def _session(self) -> Session:
        session, atlas = self._studio.session, self._studio.atlas
        if session is None or session.atlas is not atlas:
            raise ControlError("The Style is not ready yet.")
        return session

    def _stands(self, session: Session) -> NDArray[np.float32]:
        """``(num_ws, w_dim)``: where a glide will have ended, else where the path rests now."""
        target = None if session.goto is None else session.goto.target
        return np.array(session.ws_at(self._studio.now()) if target is None else target, np.float32)

    def _xy(self, x: float, y: float) -> None:
        session = self._session()
        across, down = _held(x, y)
        self._sent.update({"map.x": across, "map.y": down})
        self._layers = dict.fromkeys(BANDS, (across, down))
        self._studio.go(self._place(session, x, y))
        self._studio.document.params.look()

    def _send(self, name: str, share: float) -> None:
        """One knob goes across the map, another down."""
        where = self._sent | {name: share}
        self._xy(where["map.x"], where["map.y"])

    def _band(self, at: int, x: float, y: float) -> None:
        """Some layers go, and the others stay where they are."""
        session = self._session()
        ws = self._stands(session)
        self._layers[BANDS[at]] = _held(x, y)
        ws[bands(len(ws))[at]] = self._place(session, x, y)
        self._studio.go(ws)

    @staticmethod
    def _place(session: Session, x: float, y: float) -> NDArray[np.float32]:
        atlas = session.atlas
        across, down = _held(x, y)
        return np.asarray(atlas.w_at(across * (atlas.cols - 1), down * (atlas.rows - 1)), np.float32)

    def _point(self, which: float | str, beats: float = 1.0) -> None:
        points = self._studio.session.points if self._studio.session is not None else ()
        found = [p for i, p in enumerate(points) if which in (i + 1, p.name)]
        if not found:
            raise ControlError(f"There is no point {which} on the path.")
        self._studio.go(np.asarray(found[0].w, np.float32), beats=min(max(beats, 0.0), LONGEST))

    def _w(self, blob: bytes) -> None:
        atlas = self._session().atlas
        wide = atlas.lattice.shape[-1]
        if len(blob) not in (wide * 4, wide * 4 * atlas.num_ws):
            raise ControlError(f"A w of this Style is {wide} float32, or {atlas.num_ws} times as many.")
        w = np.frombuffer(blob, ">f4").astype(np.float32).reshape(-1, wide)
        if not np.isfinite(w).all():
            raise ControlError("A w has finite numbers only.")
        self._studio.go(w if len(w) > 1 else w[0])

    def _direction(self, name: str, deviations: float) -> None:
        """Along the direction that the playing Scene keeps under *name*."""
        document = self._studio.document
        ways = document.show.scene.ways
        number = next((PRINCIPAL + at for at, way in enumerate(ways, 1) if way.w and way.name == name), 0)
        if not number:
            raise ControlError(f"There is no direction called “{name}” in this scene.")
        document.params.set(f"direction.{number}", deviations, "OSC", merge=f"direction {number}")

    def _seed(self, seed: float) -> None:
        if not 0 <= seed < 2**31:
            raise ControlError("A seed is a whole number from 0.")
        self._studio.document.edit_scene("Seed", path=Path(int(seed)))


def _held(x: float, y: float) -> tuple[float, float]:
    return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)
