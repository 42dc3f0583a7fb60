"""Arithmetic in W: truncation, interpolation, mixing, and which layers are coarse, middle and fine."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def broadcast(w: Array, num_ws: int) -> Array:
    """*w* ``(w_dim,)`` or ``(1, w_dim)`` or ``(num_ws, w_dim)`` as ``(num_ws, w_dim)`` float32."""
    rows = np.atleast_2d(np.asarray(w, np.float32))
    if len(rows) not in (1, num_ws):
        raise ValueError(f"a Point has 1 or {num_ws} rows, not {len(rows)}")
    return np.ascontiguousarray(np.broadcast_to(rows, (num_ws, rows.shape[1])))


def truncate(ws: Array, w_avg: Array, psi: float) -> Array:
    """Pull *ws* ``(..., w_dim)`` towards *w_avg* ``(w_dim,)``: ``w_avg + psi * (ws - w_avg)`` (StyleGAN, section 3)."""
    return (w_avg + np.float32(psi) * (ws - w_avg)).astype(np.float32, copy=False)


def lerp(a: Array, b: Array, u: float) -> Array:
    """The straight line from *a* to *b* at *u* in 0..1; exact at both ends."""
    return (np.float32(1.0 - u) * a + np.float32(u) * b).astype(np.float32, copy=False)


def bands(num_ws: int) -> tuple[slice, slice, slice]:
    """The layers that make shape (4-8 px), parts (16-32 px) and texture and colour (64 px and up).

    Two ``ws`` a resolution, and one more for the last picture layer: 4 px has indices 0-1, 8 px 2-3, and so on. The
    16 ``ws`` of StyleGAN3, one a layer, fall to sizes of 16 and 32, 32 to 128, and 256 and up (1024 px network).
    """
    coarse, middle = min(4, num_ws), min(8, num_ws)
    return slice(0, coarse), slice(coarse, middle), slice(middle, num_ws)


def smoothstep(u: float) -> float:
    """0 to 1 with no jerk at either end; *u* outside 0..1 is clamped."""
    u = min(max(u, 0.0), 1.0)
    return u * u * (3.0 - 2.0 * u)
