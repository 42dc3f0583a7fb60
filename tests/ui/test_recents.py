"""What was open last: twelve of each kind, the kept ones on top, those that are gone not to be pressed."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QAction, QColor, QImage
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu

from app.engine.stylegan.library import bundled_styles
from app.ui.recent_pictures import MOST, SIZE, RecentPictures
from app.ui.recents import Recents
from app.ui.settings import RECENT, Settings


@pytest.fixture
def opened() -> list:
    return []


@pytest.fixture
def recents(qtbot, studio, opened):
    window = QMainWindow()
    qtbot.addWidget(window)
    files = window.menuBar().addMenu("File")
    files.setObjectName("menu:File")
    save = files.addAction("Save")
    made = Recents(studio, Settings(), opened.append, window.menuBar())
    made.stand_before(save)
    yield made
    window.close()


def files_of(folder, count: int) -> list:
    made = [folder / f"{n}.wav" for n in range(count)]
    for file in made:
        file.touch()
        Settings().remember("songs", file)
    return made


def rows(recents, kind: str) -> list[QAction]:
    recents.menus[kind].aboutToShow.emit()
    return [row for row in recents.menus[kind].actions() if row.menu() is None and not row.isSeparator()]


def image_of(row: QAction) -> QImage:
    return row.icon().pixmap(SIZE).toImage()


def on_top(recents, kind: str) -> list[QAction]:
    recents.menus[kind].aboutToShow.emit()
    return recents.on_top[kind].actions()


def test_it_stands_in_the_menu_of_files_with_three_kinds(recents):
    files = recents.menu.parent().findChild(QMenu, "menu:File")
    assert [row.text() for row in files.actions()] == ["Recent", "Save"]
    assert [row.text() for row in recents.menu.actions()] == ["Songs", "Shows", "Styles"]


def test_the_newest_twelve_are_listed_with_their_places(recents, tmp_path):
    made = files_of(tmp_path, RECENT + 3)
    listed = rows(recents, "songs")
    assert [row.text() for row in listed] == [file.name for file in reversed(made)][:RECENT]
    assert listed[0].toolTip() == str(made[-1])
    assert recents.menus["songs"].toolTipsVisible()


def test_one_that_is_gone_cannot_be_pressed_and_says_so(recents, tmp_path):
    made = files_of(tmp_path, 2)
    made[1].unlink()
    gone, there = rows(recents, "songs")
    assert (gone.isEnabled(), there.isEnabled()) == (False, True)
    assert gone.toolTip() == f"{made[1]} is not there"


def test_one_that_is_kept_stays_on_top_whatever_is_opened_later(recents, opened, tmp_path):
    made = files_of(tmp_path, 2)
    next(row for row in on_top(recents, "songs") if row.text() == "0.wav").trigger()
    (tmp_path / "more").mkdir()
    files_of(tmp_path / "more", RECENT)
    listed = rows(recents, "songs")
    assert listed[0].text() == "0.wav"
    assert image_of(listed[0]) != image_of(listed[1]), "a star is on the kept one alone"
    assert image_of(listed[1]) == image_of(listed[2])
    assert len(listed) == RECENT
    listed[0].trigger()
    assert opened == [made[0]]
    assert on_top(recents, "songs")[0].isChecked()
    on_top(recents, "songs")[0].trigger()
    assert "0.wav" not in [row.toolTip() for row in rows(recents, "songs")]
    assert Settings().pinned("songs") == []


def test_a_style_that_plays_is_listed_and_used_again_without_being_added(recents, opened, studio):
    style = bundled_styles()[1] if len(bundled_styles()) > 1 else bundled_styles()[0]
    first = bundled_styles()[0]
    studio.document.edit_scene("Style", style=replace(first.ref, name="Other", sha256="f" * 64))
    studio.document.edit_scene("Style", style=style.ref)
    used = []
    studio.use_style = used.append
    row = rows(recents, "styles")[0]
    assert row.toolTip() == str(style.path)
    row.trigger()
    assert (used, opened) == ([style], [])


def test_where_nothing_was_opened_it_says_so(recents):
    (row,) = rows(recents, "shows")
    assert (row.text(), row.isEnabled()) == ("Nothing yet", False)


# their pictures


def plain_picture(color: str) -> QImage:
    made = QImage(64, 64, QImage.Format.Format_RGB32)
    made.fill(QColor(color))
    return made


def middle(image: QImage) -> str:
    return image.pixelColor(image.width() // 2, image.height() // 2).name()


def test_a_song_is_told_by_its_sound_and_a_style_by_its_pictures(recents, studio, tmp_path):
    files_of(tmp_path, 1)
    Settings().remember("songs", studio.song.file)
    studio.song_changed.emit()
    heard, other = rows(recents, "songs")
    assert (heard.toolTip(), image_of(heard) != image_of(other)) == (f"{studio.song.file} is not there", True)
    Settings().remember("styles", studio.style.path)
    assert image_of(rows(recents, "styles")[0]) != image_of(other)


def test_a_show_is_told_by_what_was_seen_when_it_was_saved(recents, studio, tmp_path):
    mine, yours = tmp_path / "mine.anthesis", tmp_path / "yours.anthesis"
    for file in (yours, mine):
        file.touch()
        Settings().remember("shows", file)
    shown = ["#ff0000"]
    recents.seen = lambda: plain_picture(shown[0])
    studio.document.saved_as(mine)
    QApplication.processEvents()
    shown[0] = "#00ff00"
    another = replace(
        studio.document.show, scenes=tuple(replace(s, name=f"{s.name} 2") for s in studio.document.show.scenes)
    )
    studio.staging.ask = lambda: None  # the picture is still that of the Show before
    studio.document.open(another, yours)
    QApplication.processEvents()
    assert recents.pictures.of("shows", yours) is None
    assert middle(recents.pictures.of("shows", mine).toImage()) == "#ff0000"


def test_the_open_show_is_looked_at_again_when_the_menu_opens(recents, studio, tmp_path):
    mine = tmp_path / "mine.anthesis"
    mine.touch()
    Settings().remember("shows", mine)
    studio.document.saved_as(mine)
    recents.seen = lambda: plain_picture("#0000ff")
    assert middle(image_of(rows(recents, "shows")[0])) == "#0000ff"


def test_few_pictures_are_kept_and_a_full_disk_costs_only_them(recents, studio, tmp_path, monkeypatch):
    kept: RecentPictures = recents.pictures
    recents.seen = lambda: plain_picture("#0000ff")
    for n in range(3):
        studio.document.saved_as(tmp_path / f"{n}.anthesis")
        kept.note_show()
    folder = kept._file(tmp_path / "0.anthesis").parent
    assert len(list(folder.glob("*.png"))) == 3 <= MOST
    monkeypatch.setattr("app.ui.recent_pictures.MOST", 2)
    studio.document.saved_as(tmp_path / "3.anthesis")
    kept.note_show()
    assert len(list(folder.glob("*.png"))) == 2

    def full(*_args, **_kwargs):
        raise OSError("no room")

    monkeypatch.setattr("pathlib.Path.mkdir", full)
    studio.document.saved_as(tmp_path / "4.anthesis")
    kept.note_show()
    assert kept.of("songs", tmp_path / "4.anthesis") is None
