"""Check 17, the half of OSC: what another program sets by an address is what it reads back, what is kept, and is shown.

The other program is one: a process of its own, that sends real packets over loopback.
"""

import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.control.actions import ACTIONS
from app.control.addresses import ALSO, ROOT, address_of, tail_of
from app.control.osc import Heard
from app.control.packets import Message
from app.control.params import MOST_ROUTES, PARAMS
from app.engine.show.routes import Route
from app.ui import controllers
from app.ui.folds import FoldHead
from app.ui.main_window import MainWindow
from app.ui.map_spots import own_target
from app.ui.params import ParamRow
from app.ui.perform_bar import Choice
from app.ui.settings import ControllerSettings, Settings
from app.ui.widgets import Picker, Segmented
from app.ui.widgets.sliders import Slider

PEER = """
import json, socket, sys
from app.control.packets import read, write
port, wanted, asked = json.loads(sys.stdin.read())
peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
peer.bind(("127.0.0.1", 0))
peer.settimeout(20)
heard = []
for at in range(0, len(wanted), 16):
    for address, value in wanted[at : at + 16]:
        peer.sendto(write(address, value), ("127.0.0.1", port))
        peer.sendto(write(address, "?"), ("127.0.0.1", port))
    while len(heard) < min(at + 16, len(wanted)):
        heard += [[one.address, *one.args] for one in read(peer.recv(65536))]
for address, args in asked:
    peer.sendto(write(address, *args), ("127.0.0.1", port))
    heard += [[one.address, *one.args] for one in read(peer.recv(65536))]
peer.close()
print(json.dumps(heard, default=bytes.hex))
"""


@pytest.fixture
def window(qtbot, studio, monkeypatch):
    monkeypatch.setattr(controllers, "TURN_MS", 1)
    made = MainWindow(studio.document, studio, Settings())
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.show()
    yield made
    made.close()
    studio.document.close()


def another_program(qtbot, window, wanted: list, asked: list) -> list:
    """What a process hears that sets and asks, while the window goes on."""
    if window.hands.controllers.osc_port is None:
        window.hands.controllers.set_osc(True, port=0)
    said = json.dumps([window.hands.controllers.osc_port.port, wanted, asked])
    command = [sys.executable, "-c", PEER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(said)
        process.stdin.close()
        try:
            qtbot.waitUntil(lambda: process.poll() is not None)
        finally:
            process.kill()
        return json.loads(process.stdout.read())


def other_value(p, now) -> Any:
    """A value that it does not have, that a float32 carries whole."""
    if p.kind == "flag":
        return not now
    if p.kind == "choice":
        return next(choice for choice in p.choices if choice != now)
    if p.kind == "integer":
        return int(p.lo) + 1 if now != int(p.lo) + 1 else int(p.lo) + 2
    return p.lo + (p.hi - p.lo) * (0.25 if now != p.lo + (p.hi - p.lo) * 0.25 else 0.5)


def same(one: Any, other: Any) -> bool:
    return one == other if isinstance(other, str | bool) else one == pytest.approx(other, abs=1e-4)


def said_by(widget: QWidget) -> Any:
    """The value that *widget* shows, in the terms of its parameter; None for what only stands round one that does."""
    p = PARAMS[own_target(widget)]
    if isinstance(widget, Slider) or hasattr(widget, "amount"):
        return widget.amount
    if isinstance(widget, Segmented):
        return widget.options[widget.index][0] == "Drums" if p.id == "react.drums" else p.choices[widget.index]
    if isinstance(widget, Choice):
        figure = widget.text().removeprefix(widget.prefix).split()[0]
        return float(figure) if p.kind == "number" else figure
    if isinstance(widget, Picker):
        return widget.text()
    return widget.isChecked() if isinstance(widget, QAbstractButton) and p.kind == "flag" else None


def shown(window) -> dict[str, list]:
    """What is said of each parameter by the widgets that are seen on every page of every workspace."""
    found: dict[str, list] = {}
    pages = [lambda p=p: window.right.show_page(p) for p in (window.map, window.react, window.finish)]
    for head in window.findChildren(FoldHead):
        head.setChecked(True)
    pages += [window.actions_by_id["outputs"].trigger, lambda: window.show_workspace("perform")]
    for show in pages:
        show()
        for widget in window.findChildren(QWidget):
            target = own_target(widget)
            if target in PARAMS and widget.isVisible() and not isinstance(widget, ParamRow):
                value = said_by(widget)
                found.setdefault(target, []).extend([] if value is None else [value])
    return {name: values for name, values in found.items() if values}


def test_every_parameter_is_the_same_by_osc_in_the_show_and_on_the_screen(window, studio, qtbot):
    document, params = studio.document, studio.document.params
    document.edit_scene("Routes", routes=(Route("bass", "hue"),) * MOST_ROUTES)
    assert set(params.names()) == set(PARAMS)
    wanted = {name: other_value(p, params.value(name)) for name, p in PARAMS.items()}
    heard = another_program(qtbot, window, [[address_of(name), value] for name, value in wanted.items()], [])
    assert [address for address, *_value in heard] == [address_of(name) for name in PARAMS]
    replied = {name: value for name, (_address, value) in zip(PARAMS, heard, strict=True)}
    assert [(n, replied[n], wanted[n]) for n in PARAMS if not same(replied[n], wanted[n])] == []
    kept = {name: params.value(name) for name in PARAMS}
    assert [(n, kept[n], wanted[n]) for n in PARAMS if not same(kept[n], wanted[n])] == []
    seen = shown(window)
    assert {"react.bass", "react.drums", "react.interpolation", "finish.gamma", "finish.mirror", "macro.8",
            "perform.quantum",
            "perform.fader", "perform.hold", "output.brightness"} <= set(seen)  # fmt: skip
    assert [(n, values, wanted[n]) for n, values in seen.items() if not all(same(v, wanted[n]) for v in values)] == []


def test_nonsense_from_another_program_is_answered_with_a_sentence_and_changes_nothing(window, studio, qtbot):
    before = studio.document.show
    asked = [
        (f"{ROOT}/no/such/thing", [1.0]), (f"{ROOT}/react/loudness", ["?"]), ("/elsewhere", []),
        (f"{ROOT}/react/bass", ["loud"]), (f"{ROOT}/react/bass", []), (f"{ROOT}/latent/seed", [1.5]),
        (f"{ROOT}/song/load", ["/etc/passwd"]), (f"{ROOT}/tempo/tap", ["?"]),
    ]  # fmt: skip
    heard = another_program(qtbot, window, [], asked)
    assert [address for address, _words in heard] == [f"{ROOT}/error"] * len(asked)
    assert heard[0][1] == f"There is nothing at {ROOT}/no/such/thing."
    assert all(sentence.endswith(".") for _address, sentence in heard)
    assert studio.document.show == before


PRESSED = {
    "transport/stop", "tempo/nudge", "scene/next", "scene/previous", "scene/again", "latent/back", "latent/goto",
    "latent/waypoint/add", "latent/dir", "latent/neighbour/before", "latent/neighbour/next", "mix/take", "panic",
    "take/keep", "sync/all", "transport/loop/range",
}  # fmt: skip
"""Among those that have nothing to tell: they are pressed, or lead somewhere else each time. Nothing is looped."""


def test_every_address_answers_a_question_or_says_why_not(window, studio, qtbot):
    studio.document.edit_scene("Routes", routes=(Route("bass", "hue"),))
    actions = [action.address.replace("{n}", "1") for action in ACTIONS.values() if action.address]
    tails = [*dict.fromkeys([*actions, *(tail_of(p.id) for p in PARAMS.values() if p.row < 3), *ALSO])]
    heard = another_program(qtbot, window, [], [(f"{ROOT}/{tail}", ["?"]) for tail in tails])
    told = dict(zip(tails, heard, strict=True))
    assert all(address in (f"{ROOT}/{tail}", f"{ROOT}/error") for tail, (address, *_said) in told.items())
    wrong = {tail: said for tail, (address, *said) in told.items() if address == f"{ROOT}/error"}
    assert all(len(said) == 1 and said[0].endswith(".") for said in wrong.values())
    assert set(wrong) >= PRESSED
    assert wrong["route/2/depth"] == ["There is no route 2 in this scene."]
    settings = {tail_of(p.id) for p in PARAMS.values() if p.row < 2} | set(ALSO)
    holding = {action.address for action in ACTIONS.values() if action.holds}
    others = {"latent/xy", "latent/w", "layer/mid/xy", "transport/play", "transport/seek/beat", "song/load",
              "scene/launch", "scene/1/launch", "style/load", "preset/load", "latent/seed"}  # fmt: skip
    assert (settings | holding | others) & set(wrong) == set()


def test_where_hands_sent_the_picture_is_told_and_leads_there_again(window, studio, qtbot):
    asked = [(f"{ROOT}/latent/xy", [0.25, 0.5]), (f"{ROOT}/latent/xy", ["?"]), (f"{ROOT}/latent/x", ["?"]),
             (f"{ROOT}/layer/mid/xy", [1.0, 0.0]), (f"{ROOT}/layer/mid/xy", ["?"]), (f"{ROOT}/layer/fine/xy", ["?"]),
             (f"{ROOT}/transport/loop/range", [1.0, 3.0]), (f"{ROOT}/transport/loop/range", ["?"]),
             (f"{ROOT}/latent/w", ["?"])]  # fmt: skip
    atlas = studio.atlas
    window.hands.controllers.set_osc(True, port=0)
    told: list = []
    desk = window.hands.controllers.osc
    desk._send = lambda _to, address, *values: told.append((address, *values))
    for address, args in asked:
        desk.came(Heard(Message(address, tuple(args)), ("127.0.0.1", 9)))
    assert [(address.removeprefix(f"{ROOT}/"), *values) for address, *values in told[:-1]] == [
        ("latent/xy", 0.25, 0.5), ("latent/x", 0.25), ("layer/mid/xy", 1.0, 0.0), ("layer/fine/xy", 0.25, 0.5),
        ("transport/loop/range", 1.0, 3.0),
    ]  # fmt: skip
    address, blob = told[-1]
    assert (address, len(blob)) == (f"{ROOT}/latent/w", 4 * atlas.num_ws * atlas.lattice.shape[-1])
    before = studio.session.goto.target
    studio.go(studio.atlas.lattice[0, 0])
    desk.came(Heard(Message(address, (blob,)), ("127.0.0.1", 9)))
    assert np.array_equal(studio.session.goto.target, before)


def test_nobody_beyond_this_machine_is_heard_until_he_is_allowed(window):
    first = ControllerSettings()
    assert (first.osc, first.midi, first.allowed, first.echo) == (False, False, "", "")
    assert window.hands.controllers.osc_port is None, "no port is open before it is asked for"
    window.hands.controllers.set_osc(True, port=0)
    assert window.hands.controllers.osc_port._socket.getsockname()[0] == "127.0.0.1"
    window.hands.controllers.set_osc(True, port=0, allowed="192.168.1.0/24")
    assert window.hands.controllers.osc_port._socket.getsockname()[0] == "0.0.0.0"
    assert not window.hands.controllers.osc_port._may_speak("10.0.0.1")
