"""Values sent back: rings and motor faders stand where the values do."""

import pytest

from app.control.mapping import Mapping
from app.control.midi import Lamp
from app.control.returns import returned


def knob(kind="cc", target="macro.1", **how) -> Mapping:
    return Mapping("Rings", 2, kind, 5, target, **how)


@pytest.mark.parametrize(
    ("mapping", "value", "sent"),
    [
        (knob(), 0.5, {Lamp("Rings", "cc", 2, 5): 64}),
        (knob(lo=1.0, hi=0.0), 0.0, {Lamp("Rings", "cc", 2, 5): 127}),
        (knob(lo=0.5), 0.25, {Lamp("Rings", "cc", 2, 5): 0}),
        (knob(mode="offset", lo=0.5), 0.75, {Lamp("Rings", "cc", 2, 5): 95}),
        (knob("cc14"), 1.0, {Lamp("Rings", "cc", 2, 5): 127, Lamp("Rings", "cc", 2, 37): 127}),
        (knob("pitch"), 0.5, {Lamp("Rings", "pitch", 2, 0): 8192}),
        (knob(target="react.drums"), True, {Lamp("Rings", "cc", 2, 5): 127}),
        (knob("note"), 0.5, {}), (knob("nrpn"), 0.5, {}), (knob(target="do:freeze"), None, {}),
    ],
)  # fmt: skip
def test_what_lets_a_knob_stand_there(mapping, value, sent):
    assert returned(mapping, value) == sent


def test_a_knob_of_any_channel_is_told_on_the_first():
    assert returned(Mapping("Rings", 0, "cc", 5, "macro.1"), 0.0) == {Lamp("Rings", "cc", 1, 5): 0}
