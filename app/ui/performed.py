"""What hands perform, as parameters: MIDI, OSC and takes reach it as they reach what is saved."""

from functools import partial
from typing import TYPE_CHECKING

from app.control.model import ParamModel
from app.control.settable import PERFORMED

if TYPE_CHECKING:
    from app.ui.performing import Performing
    from app.ui.tempo import StudioTempo


def keep_performed(performing: "Performing", params: ParamModel) -> None:
    """Let *performing* keep each parameter of the table: its property is read, and its ``set_`` method put."""
    for p in PERFORMED:
        scope, _, name = p.id.partition(".")
        if scope == "perform":
            params.keep(p.id, partial(getattr, performing, name), getattr(performing, f"set_{name}"))
    performing.changed.connect(params.look)


def keep_tempo(tempo: "StudioTempo", params: ParamModel) -> None:
    """Let *tempo* keep what hands set of it."""
    params.keep("tempo.bpm", lambda: tempo.bpm, tempo.set_bpm, flows=True)
    tempo.changed.connect(params.look)
