"""Every parameter is moved by routes, or stands on a list that says why not."""

from pathlib import Path

import pytest

from app.control.params import PARAMS
from app.control.unmoved import UNMOVED, why_unmoved
from app.engine.show.ends import destination_name, is_end
from app.engine.show.knobs import KNOBS
from app.engine.show.routes import DESTINATIONS
from app.engine.show.show import Scene
from app.ui.linked import MOVED

DOCS = Path(__file__).resolve().parents[2] / "docs" / "react.md"
APART = {"speed", "shift", "coarse", "middle", "fine", "translate_x", "translate_y", "rotate"}
"""Destinations that rest where they are: no parameter is theirs."""


@pytest.mark.parametrize("name", PARAMS)
def test_every_parameter_is_a_destination_or_it_is_said_why_not(name):
    moved, why = name in MOVED, why_unmoved(name)
    assert moved != bool(why), f"{name}: moved and on the list, or neither"
    assert not moved or is_end(MOVED[name])


def test_nothing_is_on_the_list_that_is_not_there():
    assert {why_unmoved(name) for name in PARAMS} - {""} == set(UNMOVED.values())
    assert set(UNMOVED) <= {".".join(part for part in name.split(".") if not part.isdecimal()) for name in PARAMS}


def test_every_destination_is_a_parameters_or_stands_apart():
    assert {*DESTINATIONS, *KNOBS} - set(MOVED.values()) == APART
    assert len(set(MOVED.values())) == len(MOVED)


def test_knobs_have_the_range_of_their_parameter_and_a_name():
    for name, end in MOVED.items():
        knob, param = KNOBS.get(end), PARAMS[name]
        if knob is None:
            continue
        assert destination_name(end, Scene()).strip()
        if knob.choices:
            assert knob.choices == (param.choices or (False, True)), name
        elif not name.endswith("phase"):  # which goes round
            ends = [knob.shown(side) * param.scale for side in (knob.lo, knob.hi)]
            assert ends == pytest.approx([param.lo, param.hi]), name


def test_the_docs_say_what_cannot_be_moved_and_why():
    text = " ".join(DOCS.read_text(encoding="utf-8").split())
    for why in UNMOVED.values():
        assert why in text, why
