"""Another Style while music plays: the picture goes on until the new one is built, and a bad file changes nothing."""

import itertools
import threading

import pytest

from app.engine.render.engine import Engine
from app.engine.render.opened import opener
from app.ui import theme, window
from tests.checkpoints import write_ada
from tests.dropping import drop
from tests.vectors.networks import card_of

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
SOON = 60_000


class Held:
    """Opens Styles as the window does, but the one called *name* only when the test lets it."""

    def __init__(self, name: str) -> None:
        self.name, self.begun, self.go_on = name, threading.Event(), threading.Event()
        self.on: set[str] = set()
        self._open = opener(device="cpu")

    def __call__(self, ref):
        if ref.name == self.name:
            self.on.add(threading.current_thread().name)
            self.begun.set()
            assert self.go_on.wait(120)
        return self._open(ref)


@pytest.fixture
def held():
    made = Held("paintings")
    yield made
    made.go_on.set()  # whatever happened: nothing is left waiting


@pytest.fixture
def opened(qtbot, qapp, held, monkeypatch):
    theme.apply(qapp)
    monkeypatch.setattr(window, "open_engine", lambda *_: lambda player, bridge: Engine(player, bridge, held))
    main, studio = window.build(window.Options(silent=True, size=(1440, 900)))
    qtbot.addWidget(main)
    frames = []
    deliver = studio._bridge.on_frame
    studio._bridge.on_frame = lambda frame: (frames.append(frame), deliver(frame))  # on the engine thread: all of them
    main.show()
    qtbot.waitExposed(main)
    yield main, studio, frames
    held.go_on.set()
    main.close()
    studio.close()


def is_grey(frame) -> bool:
    return bool((frame.image == frame.image[..., :1]).all())


def test_the_picture_never_stops_while_styles_come_in(opened, held, tmp_path, qtbot):
    main, studio, frames = opened
    qtbot.waitUntil(lambda: studio.playing and len(frames) > 3, timeout=SOON)
    told = []
    studio.told.connect(lambda *words: told.append(words))
    before = studio.document.show

    drop(main, write_ada(tmp_path / "paintings.pkl", card_of("rgb1_32")))
    qtbot.waitUntil(held.begun.is_set, timeout=SOON)
    row = main.styles.rows.rows[0]
    assert (row.style.name, row.state, row.playing) == ("paintings", "Drawing its map…", False)
    for _ in range(2):  # frames come for as long as it takes: on one thread none would, and this would never end
        seen = len(frames)
        qtbot.waitUntil(lambda seen=seen: len(frames) >= seen + 10, timeout=SOON)
    assert "engine" not in held.on

    evil = tmp_path / "evil.pkl"
    evil.write_bytes(b"cos\nsystem\n(S'echo harm'\ntR.")
    drop(main, evil)
    qtbot.waitUntil(lambda: bool(told), timeout=SOON)
    seen = len(frames)
    qtbot.waitUntil(lambda: len(frames) >= seen + 10, timeout=SOON)
    assert [words[1] for words in told] == ["evil.pkl was not added"]
    evil_card, *cards = main.styles.rows.rows
    assert (evil_card.entry.style.name, len(cards)) == ("evil", 2)
    assert evil_card.entry.trouble, "the card says why"
    assert studio.document.show is before
    assert not any(map(is_grey, frames[-10:])), "what played plays"

    held.go_on.set()
    qtbot.waitUntil(lambda: is_grey(frames[-1]), timeout=SOON)
    assert studio.style.name == "paintings"
    seen = len(frames)
    qtbot.waitUntil(lambda: len(frames) >= seen + 10, timeout=SOON)
    _never_stopped(frames, studio.duration)
    changes = [a for a, b in itertools.pairwise(map(is_grey, frames)) if a != b]
    assert changes == [False], "one change, from one frame to the next"

    studio.document.undo_stack.undo()
    qtbot.waitUntil(lambda: not is_grey(frames[-1]), timeout=SOON)
    _never_stopped(frames, studio.duration)


def _never_stopped(frames, duration: float) -> None:
    numbers = [frame.number for frame in frames]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    for a, b in itertools.pairwise(frames):
        assert b.t >= a.t or (a.t > duration - 5 and b.t < 5), "song time goes on, and begins again only at its end"
