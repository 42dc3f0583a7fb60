"""What will happen to a file held over the window, and what did."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.ui.drop_overlay import DropOverlay, drop_kind

PICTURE, LISTS = QRect(300, 50, 600, 500), QRect(0, 50, 264, 500)


def mime_of(*names: str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(f"/music/{name}") for name in names])
    return mime


class Desk:
    """A window with its overlay, and what was dropped on it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        self.window.resize(1000, 600)
        qtbot.addWidget(self.window)
        self.overlay = DropOverlay(self.window, lambda: (PICTURE, LISTS))
        self.dropped: list[tuple[str, Path]] = []
        self.refused: list[tuple[str, str]] = []
        self.overlay.dropped.connect(lambda kind, file: self.dropped.append((kind, file)))
        self.overlay.refused.connect(lambda title, why: self.refused.append((title, why)))
        self.window.show()

    def _arguments(self, mime: QMimeData) -> tuple[object, ...]:
        return (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)

    def hold(self, mime: QMimeData, x: int, y: int) -> None:
        QApplication.sendEvent(self.window, QDragEnterEvent(QPoint(x, y), *self._arguments(mime)))  # type: ignore[call-overload]

    def move(self, mime: QMimeData, x: int, y: int) -> None:
        QApplication.sendEvent(self.window, QDragMoveEvent(QPoint(x, y), *self._arguments(mime)))  # type: ignore[call-overload]

    def drop(self, mime: QMimeData, x: int, y: int) -> None:
        self.hold(mime, x, y)
        QApplication.sendEvent(self.window, QDropEvent(QPointF(x, y), *self._arguments(mime)))  # type: ignore[call-overload]


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.wav", "song"), ("a.FLAC", "song"), ("a.mp4", "song"), ("w.safetensors", "style"), ("s.anthesis", "show"),
        ("notes.txt", ""), ("network.pkl", "style"), ("network.PT", "style"), ("network.pth", "style"),
    ],
)  # fmt: skip
def test_the_kind_of_a_file(name: str, kind: str) -> None:
    assert drop_kind(mime_of(name)) == kind


def test_among_many_files_the_first_of_use_counts() -> None:
    assert drop_kind(mime_of("cover.jpg", "a.ogg")) == "song"


def test_folders_and_several_weights_are_added_together(desk: Desk, tmp_path: Path) -> None:
    collected: list[list[Path]] = []
    desk.overlay.collected.connect(collected.append)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    desk.hold(mime, 400, 200)
    assert desk.overlay.target is not None
    assert desk.overlay.target.title == "Look through it"
    assert PICTURE.contains(desk.overlay.place().toRect())
    desk.drop(mime, 400, 200)
    desk.drop(mime_of("a.pkl", "cover.jpg", "b.safetensors"), 400, 200)
    assert collected == [[tmp_path], [Path("/music/a.pkl"), Path("/music/b.safetensors")]]
    assert desk.dropped == []
    assert drop_kind(mime_of("a.wav", "b.pkl", "c.pkl")) == "song"


def test_words_are_no_file(desk: Desk) -> None:
    mime = QMimeData()
    mime.setText("hello")
    desk.hold(mime, 400, 200)
    assert not desk.overlay.isVisible()


def test_a_song_has_its_target_over_the_picture(desk: Desk) -> None:
    desk.hold(mime_of("a.wav"), 400, 200)
    assert desk.overlay.isVisible()
    assert desk.overlay.target is not None
    assert desk.overlay.target.title == "Play it now"
    assert PICTURE.contains(desk.overlay.place().toRect())
    assert desk.overlay.aimed
    desk.move(mime_of("a.wav"), 100, 200)
    assert not desk.overlay.aimed
    QApplication.sendEvent(desk.window, QDragLeaveEvent())
    assert not desk.overlay.isVisible()


def test_a_style_has_its_target_over_the_lists(desk: Desk) -> None:
    desk.hold(mime_of("w.safetensors"), 400, 200)
    assert desk.overlay.target is not None
    assert desk.overlay.target.title == "Add to Styles"
    assert LISTS.contains(desk.overlay.place().toRect())
    QApplication.sendEvent(desk.window, QDragLeaveEvent())


def test_dropped_beside_the_target_it_does_the_usual_thing(desk: Desk) -> None:
    desk.drop(mime_of("a.wav"), 20, 590)
    assert desk.dropped == [("song", Path("/music/a.wav"))]
    assert not desk.overlay.isVisible()


def test_a_file_that_is_none_of_ours_is_told(desk: Desk) -> None:
    desk.drop(mime_of("notes.txt"), 400, 200)
    assert desk.dropped == []
    assert desk.refused == [("notes.txt is not a song", "Nothing was changed")]


def test_a_picture_is_told_for_what_it_is(desk: Desk) -> None:
    desk.drop(mime_of("Face.JPG"), 400, 200)
    assert desk.dropped == []
    told = "Pictures cannot be found on the map yet. Nothing was changed"
    assert desk.refused == [("Face.JPG is a picture", told)]
