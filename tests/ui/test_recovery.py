"""Unsaved work outlives the window."""

from PySide6.QtCore import QTimer

from app.engine.show.show import Show
from app.ui.document import Document
from app.ui.recovery import Recovery


def test_unsaved_edits_are_kept_and_found(qtbot):
    document = Document(Show())
    Recovery(document).write()
    assert Recovery(Document(Show())).found() is None
    recovery = Recovery(document)
    document.set_param("react.bass", 2.25)
    recovery.write()
    found = Recovery(Document(Show())).found()
    assert found == document.show
    assert found.scene.react.bass == 2.25


def test_saving_takes_the_copy_away(qtbot, tmp_path):
    document = Document(Show())
    recovery = Recovery(document)
    document.set_param("react.bass", 2.25)
    recovery.write()
    document.saved_as(tmp_path / "work.anthesis")
    recovery.write()
    assert Recovery(Document(Show())).found() is None


def test_an_edit_is_written_by_itself_after_a_while(qtbot):
    document = Document(Show())
    recovery = Recovery(document)
    recovery._timer.setInterval(10)
    document.set_param("react.bass", 2.0)
    qtbot.waitUntil(lambda: Recovery.file().is_file())


def test_hands_that_never_rest_do_not_keep_it_from_being_written(qtbot):
    """The rest of two seconds never comes; the half minute counts from the first edit, not from the last."""
    document = Document(Show())
    recovery, begun = Recovery(document), []
    latest = recovery._latest
    latest.start = lambda: begun.append(QTimer.start(latest))
    for bass in (1.5, 1.6, 1.7):
        document.set_param("react.bass", bass)
    assert (len(begun), latest.interval(), latest.isActive()) == (1, 30_000, True)
    latest.timeout.emit()
    assert Recovery(Document(Show())).found() == document.show
    assert not latest.isActive()
    document.set_param("react.bass", 1.8)
    assert len(begun) == 2
    recovery.write()


def test_a_broken_copy_is_not_offered(qtbot):
    Recovery.file().write_text("{")
    assert Recovery(Document(Show())).found() is None


def test_work_that_was_offered_and_not_answered_is_offered_again(qtbot):
    lost = Document(Show())
    lost.set_param("react.bass", 2.25)
    Recovery(lost).write()
    recovery = Recovery(Document(Show()))
    assert recovery.found() == lost.show
    recovery.write()  # the window was closed
    again = Recovery(Document(Show()))
    assert again.found() == lost.show
    again.answer()
    assert again.found() is None
