"""The window lives while a Style loads, and the playhead is where the sound is (ux.md section 8: checks 3, 13)."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import QTimer

from app.engine.audio.player import Player
from app.engine.errors import StyleError
from app.engine.render.engine import Engine
from app.engine.show.factory import new_show
from app.engine.stylegan.library import bundled_styles
from app.ui.document import Document
from app.ui.studio import Studio
from app.ui.timeline import TimelineView

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]


def test_the_window_lives_while_a_style_loads(qtbot):
    """Loading stands still until the window has counted twenty beats: on the GUI thread none would ever come."""
    go_on, threads = threading.Event(), []

    def slow(_ref):
        threads.append(threading.current_thread().name)
        assert go_on.wait(60)
        raise StyleError("that was all")

    style = bundled_styles()[0]
    document = Document(new_show(style.ref))
    studio = Studio(document, Player(silent=True), lambda player, bridge: Engine(player, bridge, slow), (style,))
    told: list[str] = []
    studio.told.connect(lambda _kind, _title, sentence: told.append(sentence))
    beats: list[int] = []
    heart = QTimer(interval=10)
    heart.timeout.connect(lambda: beats.append(1))
    heart.start()
    studio._engine.open_style(style.ref)
    studio.start()
    qtbot.waitUntil(lambda: len(beats) >= 20 and bool(threads))
    assert told == []
    go_on.set()
    qtbot.waitUntil(lambda: told == ["that was all"])
    heart.stop()
    assert threads == ["engine"]
    studio.close()


def test_the_playhead_is_where_the_sound_is(studio, qtbot):
    """Two hundred moments, with seeks and a wrap of the loop among them: what is drawn is the clock's own time."""
    view = TimelineView(studio.document, studio)
    qtbot.addWidget(view)
    view.resize(1440, 232)
    rng = np.random.default_rng(13)
    t = 0.0
    for i in range(200):
        t = float(rng.uniform(0, 32)) if i % 17 == 0 else (t + 0.05) % 8.0
        studio.player.t = t
        studio._turn()
        assert view.wave.playhead == studio.now() == t
        pixel = view.axis.span / view.wave.width()
        drawn = view.axis.t_of(view._playhead.at, view.wave.width())
        assert abs(drawn - t) <= pixel, "the line stands within a pixel of the time"
    before = studio.now()
    studio.seek(21.5)
    assert view.wave.playhead == 21.5 != before
