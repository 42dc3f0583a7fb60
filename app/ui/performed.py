"""What hands perform, as parameters: MIDI, OSC and takes reach it as they reach what is saved."""

from functools import partial
from typing import TYPE_CHECKING

from app.control.model import ParamModel
from app.control.settable import PERFORMED

if TYPE_CHECKING:
    from app.ui.performing import Performing


def keep_performed(performing: "Performing", params: ParamModel) -> None:
    """Let *performing* keep each parameter of the table: its property is read, and its ``set_`` method put."""
    for p in PERFORMED:
        name = p.id.partition(".")[2]
        params.keep(p.id, partial(getattr, performing, name), getattr(performing, f"set_{name}"))
    performing.changed.connect(params.look)
