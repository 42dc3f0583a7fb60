"""The Path through W: where its Points stand, and the way between them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from app.engine.latent.atlas import Atlas
from app.engine.latent.w import broadcast, lerp
from app.engine.show.show import Interpolation, Path, Point, React, Section

Array = NDArray[np.float32]
MOST_PHRASES = 192
"""Ways of a song: more could not be told apart in the lane of the path, and each has a picture there."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How a song is measured: its beats a minute, and where its bars begin, in seconds."""

    bpm: float = 120.0
    bars: tuple[float, ...] = ()

    def turns(self, start: float, end: float, length: int) -> list[float]:
        """Where phrases of *length* bars begin after the first, between *start* and *end*; none where it is 0.

        They are counted from *start*, and what is left is a phrase of its own from half its length on. In a song of
        very many they are twice as long, or longer.
        """
        if length < 1 or len(self.bars) < 2:
            return []
        while len(self.bars) > MOST_PHRASES * length:
            length *= 2
        bars = np.array(self.bars)
        half = 0.5 * float(np.median(np.diff(bars)))
        inside = bars[(bars > start + half) & (bars < end - half)]
        phrases = int((len(inside) + 1) / length + 0.5)
        return [float(inside[length * n - 1]) for n in range(1, phrases)]


UNMEASURED = Measure()


@dataclass(frozen=True, eq=False)
class WPath:
    """Points as arrays: *times* ``(k,)`` seconds, rising; *ws* ``(k, num_ws, w_dim)`` float32."""

    times: NDArray[np.float64]
    ws: Array
    interpolation: Interpolation

    @cached_property
    def _rows(self) -> Array:
        """*ws*, or ``(k, 1, w_dim)`` where every layer is given the same: then one row is enough to compute."""
        first = self.ws[:, :1]
        return np.ascontiguousarray(first) if bool((self.ws == first).all()) else self.ws

    @cached_property
    def _slopes(self) -> NDArray[np.float64]:
        """Slopes at the points for a cubic that stays between its neighbours (Fritsch and Carlson 1980)."""
        from scipy.interpolate import PchipInterpolator  # half a second: never on the way to the window

        cubic = PchipInterpolator(self.times, self._rows.astype(np.float64), axis=0)
        return np.asarray(cubic.derivative()(self.times))

    def ws_at(self, position: float, how: str = "") -> Array:
        """``(num_ws, w_dim)`` at *position* seconds along the path; the first and last Points reach outwards.

        *how* is an interpolation in place of its own.
        """
        how = how or self.interpolation
        right = int(np.searchsorted(self.times, position, side="right"))
        if right == 0 or len(self.times) == 1:
            return self.ws[0]
        if right == len(self.times):
            return self.ws[-1]
        left = right - 1
        span = float(self.times[right] - self.times[left])
        u = float(position - self.times[left]) / span
        if how == "nearest":
            return self.ws[left] if u < 0.5 else self.ws[right]
        row = self._between(left, u, span, how)
        return row if len(row) == self.ws.shape[1] else np.repeat(row, self.ws.shape[1], axis=0)

    def _between(self, left: int, u: float, span: float, how: str) -> Array:
        """``(num_ws or 1, w_dim)`` at the share *u* of the way from the Point *left* to the next, *span* seconds on."""
        a, b = self._rows[left], self._rows[left + 1]
        if how == "linear":
            return lerp(a, b, u)
        if how == "quadratic":  # two parabolas that meet half-way: never leaves the line between Points
            return lerp(a, b, 2 * u * u if u < 0.5 else 1 - 2 * (1 - u) ** 2)
        return self._cubic(left, u, span)

    def _cubic(self, left: int, u: float, span: float) -> Array:
        """Cubic Hermite between the Points *left* and *left* + 1."""
        a, b = self._rows[left], self._rows[left + 1]
        da, db = self._slopes[left] * span, self._slopes[left + 1] * span
        h = (2 * u**3 - 3 * u**2 + 1, u**3 - 2 * u**2 + u, -2 * u**3 + 3 * u**2, u**3 - u**2)
        return (h[0] * a + h[1] * da + h[2] * b + h[3] * db).astype(np.float32)


@dataclass(frozen=True, eq=False)
class RoundPath(WPath):
    """A way round: after the last Point, which is the first again, it begins anew. *times* begin at 0."""

    def ws_at(self, position: float, how: str = "") -> Array:
        """``(num_ws, w_dim)`` at *position* seconds, however many turns that is."""
        return super().ws_at(position % float(self.times[-1]) if len(self.times) > 1 else 0.0, how)


def round_points(points: Sequence[Point]) -> tuple[Point, ...]:
    """*points* from 0 on, and the first again at the end, as long after the last as Points are apart on average."""
    ordered = sorted(points, key=lambda p: p.t)
    if len(ordered) < 2:
        return tuple(replace(p, t=0.0) for p in ordered)
    start, span = ordered[0].t, max(ordered[-1].t - ordered[0].t, 1e-3)
    end = span * len(ordered) / (len(ordered) - 1)
    return (*(replace(p, t=p.t - start) for p in ordered), replace(ordered[0], t=end))


def w_path(points: Sequence[Point], react: React, num_ws: int) -> WPath:
    """The arrays of *points*; raises ValueError when there are none or their widths differ."""
    if not points:
        raise ValueError("a path needs at least one Point")
    ordered = sorted(points, key=lambda p: p.t)
    times = np.array([p.t for p in ordered], np.float64)
    times += np.arange(len(times)) * 1e-6  # two Points at one time are a cut, not a division by zero
    ws = np.stack([broadcast(np.asarray(p.w, np.float32), num_ws) for p in ordered])
    return WPath(times, ws, react.interpolation)


def place(
    path: Path, react: React, atlas: Atlas, sections: Sequence[Section], measure: Measure = UNMEASURED
) -> tuple[Point, ...]:
    """The Points that *path* really has: its own, or points of the atlas spread from its seed.

    With *follow_sections* each part of the song gets a place (parts that sound alike get the same one), drifts from it
    by 1 - *section_similarity*, and leaves *glide* beats before the next part. What drifts goes on to another place
    every *phrase_bars* bars. Otherwise *point_amount* places are spread evenly.
    """
    if path.points:
        return path.points
    way = React(
        follow_sections=react.follow_sections, point_amount=react.point_amount, loop_video=react.loop_video,
        glide=react.glide, section_similarity=react.section_similarity, phrase_bars=react.phrase_bars,
    )  # fmt: skip
    return _placed(path.seed, way, atlas, tuple(sections), measure)


@lru_cache(maxsize=32)
def _placed(
    seed: int, react: React, atlas: Atlas, sections: tuple[Section, ...], measure: Measure
) -> tuple[Point, ...]:
    """Kept, so that a knob that leaves the path alone leaves the very same Points: each turn of one is baked."""
    end = sections[-1].end if sections else 0.0
    if react.follow_sections and sections:
        return _by_section(seed, react, atlas, sections, measure)
    count = max(1, react.point_amount)
    places = _wander(seed, count, atlas)
    step = end / count if react.loop_video else end / max(1, count - 1)
    points = [Point(i * step, (tuple(map(float, w)),), str(i + 1)) for i, w in enumerate(places)]
    if react.loop_video:
        points.append(Point(end, points[0].w, points[0].name))
    return tuple(points)


def _by_section(
    seed: int, react: React, atlas: Atlas, sections: Sequence[Section], measure: Measure
) -> tuple[Point, ...]:
    labels = list(dict.fromkeys(s.label for s in sections))
    starts = dict(zip(labels, _wander(seed, len(labels), atlas), strict=True))
    away = _wander(seed + 1, len(sections), atlas)
    glide = react.glide * 60.0 / max(measure.bpm, 1.0)
    points: list[Point] = []
    for i, (section, other) in enumerate(zip(sections, away, strict=True)):
        start = starts[section.label]
        stays = i == len(sections) - 1 and not react.loop_video
        hold = section.end if stays else section.end - min(glide, 0.5 * (section.end - section.start))
        stops = [(section.start, start)]
        if hold > section.start:
            turns = measure.turns(section.start, hold, react.phrase_bars) if react.section_similarity < 1.0 else []
            between = _wander([seed, labels.index(section.label)], len(turns), atlas, start)
            places = (lerp(place, start, react.section_similarity) for place in (*between, other))
            stops += zip([*turns, hold], places, strict=True)
        points += [Point(t, (tuple(map(float, w)),), section.label) for t, w in stops]
    if react.loop_video:
        points.append(Point(sections[-1].end, points[0].w, points[0].name))
    return tuple(points)


def _wander(seed: int | Sequence[int], count: int, atlas: Atlas, origin: Array | None = None) -> list[Array]:
    """*count* nodes of the atlas, chosen far from one another so that a journey is seen (best of 8 candidates each).

    Where the journey begins elsewhere, the first is far from that *origin*.
    """
    rng = np.random.default_rng(seed)
    nodes = atlas.lattice.reshape(-1, atlas.lattice.shape[-1])
    chosen: list[Array] = [] if origin is None else [origin]
    for _ in range(count):
        candidates = nodes[rng.integers(0, len(nodes), 8)]
        if not chosen:
            chosen.append(candidates[0])
            continue
        recent = np.stack(chosen[-4:])
        gaps = np.linalg.norm(candidates[:, None] - recent[None], axis=-1).min(axis=1)
        chosen.append(candidates[int(gaps.argmax())])
    return chosen[len(chosen) - count :]
