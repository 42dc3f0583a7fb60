"""Every action, preset and film setting of the window can be used, and all of it can be undone."""

import pytest
from PySide6.QtWidgets import QApplication

from app.control.actions import ACTIONS
from app.engine.show.presets import PRESETS, preset, with_preset
from app.ui import theme
from app.ui.export_presets import FILM_PRESETS
from app.ui.window import Options, build

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

LEFT_OUT = {"quit", "export_now", "output", "fullscreen", "link"}
"""Actions that end the window, take long, fill the screen, or speak to the network."""
NOTHING_TO_KEEP = {"record", "capture"}
"""What says that nothing was changed: a take that ends as it begins."""
NOT_THERE_YET = {"next_song", "previous_song", *(f"hot_cue_{n}" for n in range(1, 9))}
"""What says so too: no playlist was dropped, and no hot cue was set before one is jumped to."""
LOCKED = {"dice_finish", "dice_routes"}
"""What is not thrown before its padlock is opened."""


@pytest.fixture
def opened(qtbot, qapp, nothing_chosen):
    theme.apply(qapp)
    window, studio = build(Options(silent=True, size=(1440, 900)))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.picture.number > 0)
    yield window, studio
    window.close()
    studio.close()


def test_every_action_does_something_and_asks_nothing(opened, qtbot):
    window, studio = opened
    studio.play()
    qtbot.waitUntil(lambda: studio.now() > 0.5)  # takes need something that was played
    studio.pause()
    told, refused = [], set()
    studio.told.connect(lambda *words: told.append(words))
    for row in ACTIONS.values():
        if not row.button or row.id.startswith("send_") or row.id in LEFT_OUT:
            continue
        action = window.actions_by_id[row.id]
        before = len(told)
        action.trigger()
        assert QApplication.activeModalWidget() is None, row.id
        if row.checkable:
            action.trigger()
        if any(words[:2] == ("error", "Nothing was changed") for words in told[before:]):
            refused.add(row.id)
        if row.id == "keep_last":
            qtbot.waitUntil(lambda: len(studio.taking.takes) == 1)
        if row.id == "film_take":  # and the next in the table cancels it
            qtbot.waitUntil(lambda: studio.export.state == "running")
        if row.id == "keys":
            assert window.hands.sheet.isVisible()
            action.trigger()
    assert refused == NOTHING_TO_KEEP | NOT_THERE_YET | LOCKED
    qtbot.waitUntil(lambda: studio.export.state == "cancelled")
    number = window.picture.number
    studio.play()
    qtbot.waitUntil(lambda: window.picture.number > number + 3)
    assert [words for words in told if words[0] == "error" and words[1] != "Nothing was changed"] == []
    while window.document.undo_stack.canUndo():
        window.document.undo_stack.undo()


def test_every_preset_moves_the_picture(opened, qtbot):
    window, studio = opened
    document = window.document
    for name in [p.name for p in PRESETS]:
        scene = with_preset(document.show.scene, preset(name))
        fields = {f: getattr(scene, f) for f in ("preset", "react", "routes")}
        document.edit("Preset", document.show.with_scene(**fields))
        qtbot.waitUntil(lambda name=name: studio.session.scene.preset == name)
        number = window.picture.number
        qtbot.waitUntil(lambda number=number: window.picture.number > number + 3)
        document.undo_stack.undo()


def test_films_of_every_kind_are_made_from_the_window(opened, qtbot, tmp_path):
    """Each film preset, over the song's third second: written whole, under the name the window gave."""
    window, studio = opened
    for chosen in FILM_PRESETS:
        row = next(r for r in window.export.presets.rows if r.preset is chosen)
        row.click()
        window.document.set_param("film.start", 2.0)
        window.document.set_param("film.end", 2.1)
        window.document.end_merge()
        window.actions_by_id["export_now"].trigger()
        qtbot.waitUntil(lambda: studio.export.state in ("done", "failed"))
        assert studio.export.state == "done", (chosen.name, studio.export.message)
        assert studio.export.path.exists()
        assert ".partial" not in studio.export.path.name
