"""What is sent back to a controller, so that its rings and motor faders stand where the values do."""

from app.control.mapping import FADERS, FINE, Mapping
from app.control.midi import Lamp
from app.control.params import PARAMS

_COARSE, _WHOLE = 127, 0x3FFF


def returned(mapping: Mapping, value: object) -> dict[Lamp, int]:
    """The messages that let the knob of *mapping* stand at *value*; none of what is no knob and no fader."""
    if mapping.kind not in FADERS or mapping.target not in PARAMS:
        return {}
    unit = PARAMS[mapping.target].to_unit(value)
    place = mapping.place(unit) if mapping.mode == "absolute" else unit
    device, channel, number = mapping.device, mapping.channel or 1, mapping.number
    if mapping.kind == "pitch":
        return {Lamp(device, "pitch", channel, 0): round(place * _WHOLE)}
    if mapping.kind == "cc14":
        coarse, fine = divmod(round(place * _WHOLE), 128)
        return {Lamp(device, "cc", channel, number): coarse, Lamp(device, "cc", channel, number + FINE): fine}
    return {Lamp(device, "cc", channel, number): round(place * _COARSE)} if mapping.kind == "cc" else {}
