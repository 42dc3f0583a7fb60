"""The left dock: Scenes launch, Styles load, Points are the path, Songs are found again; and the Finish tab."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.engine.show.show import Finish, Scene
from app.engine.show.show import Path as WalkPath
from app.ui.finish_tab import FinishTab
from app.ui.points import PointsPage, minutes
from app.ui.scenes import ScenesPage, fresh_name
from app.ui.settings import Settings
from app.ui.songs import SongBook, SongsPage
from app.ui.style_facts import about, megabytes
from app.ui.styles_list import StylesPage
from app.ui.thumbs import Thumbs
from tests.ui.fakes import make_document


@pytest.fixture
def show():
    show = make_document().show
    lotus = replace(show.scene, name="Slow Lotus", path=WalkPath(11))
    return replace(show, scenes=(show.scene, lotus, replace(show.scene, name="Reef", path=WalkPath(91))))


@pytest.fixture
def page(qtbot, studio):
    """Build a page of the dock, shown at its real size."""

    def build(kind):
        made = kind(studio.document, studio)
        qtbot.addWidget(made)
        made.resize(264, 532)
        made.show()
        return made

    return build


def _names(show):
    return [s.name for s in show.scenes]


# --- Scenes


def test_a_click_launches_and_undo_leaves_it(page, studio):
    scenes, document = page(ScenesPage), studio.document
    index = scenes.grid.proxy.index(1, 0)
    QTest.mouseClick(scenes.grid.viewport(), Qt.MouseButton.LeftButton, pos=scenes.grid.visualRect(index).center())
    assert document.show.active == 1
    assert scenes.name.text() == "Slow Lotus"
    assert not document.undo_stack.count(), "a gesture is no step of undo"
    assert document.undo_stack.isClean()


def test_three_thumbs_stand_in_a_row(page):
    scenes = page(ScenesPage)
    tops = {scenes.grid.visualRect(scenes.grid.proxy.index(i, 0)).top() for i in range(3)}
    assert len(tops) == 1
    assert 72 <= scenes.side() <= 76


def test_the_playing_scene_is_outlined(page):
    from app.ui.theme import STAGE

    scenes = page(ScenesPage)
    image = scenes.grid.viewport().grab().toImage()
    assert image.pixelColor(30, 1) == STAGE.accent
    assert image.pixelColor(30 + scenes.grid.gridSize().width(), 1) != STAGE.accent


def test_plus_adds_a_copy_and_plays_it(page, studio):
    page(ScenesPage).add.click()
    assert _names(studio.document.show) == ["Peony Burst", "Peony Burst 2", "Slow Lotus", "Reef"]
    assert studio.document.show.active == 1
    assert replace(studio.document.show.scene, name="Peony Burst") == studio.document.show.scenes[0]


def test_fresh_names_do_not_clash():
    assert fresh_name("Reef", {"Reef"}) == "Reef 2"
    assert fresh_name("Reef 2", {"Reef", "Reef 2", "Reef 3"}) == "Reef 4"


def test_delete_removes_but_never_the_last(page, studio):
    scenes, document = page(ScenesPage), studio.document
    scenes.launch(2)
    scenes.grid.set_current(0)
    QTest.keyClick(scenes.grid, Qt.Key.Key_Delete)
    assert _names(document.show) == ["Slow Lotus", "Reef"]
    assert document.show.scene.name == "Reef"
    scenes.remove(0)
    scenes.remove(0)
    assert _names(document.show) == ["Reef"]
    for _ in range(3):
        document.undo_stack.undo()
    assert len(document.show.scenes) == 3
    assert document.show.active == 2, "Reef plays on"


def test_what_plays_goes_on_when_a_scene_before_it_goes(page, studio):
    scenes = page(ScenesPage)
    scenes.launch(1)
    scenes.remove(0)
    assert studio.document.show.scene.name == "Slow Lotus"


def test_a_name_is_changed_in_place(page, studio):
    scenes = page(ScenesPage)
    index = scenes.grid.proxy.index(1, 0)
    assert scenes.grid.proxy.setData(index, "  Night Orchid ", Qt.ItemDataRole.EditRole)
    assert not scenes.grid.proxy.setData(index, "   ", Qt.ItemDataRole.EditRole)
    assert studio.document.show.scenes[1].name == "Night Orchid"
    studio.document.undo_stack.undo()
    assert studio.document.show.scenes[1].name == "Slow Lotus"


def test_search_hides_and_launch_still_hits_the_right_one(page, studio):
    scenes = page(ScenesPage)
    scenes.search.setText("ree")
    assert scenes.grid.proxy.rowCount() == 1
    QTest.keyClick(scenes.grid, Qt.Key.Key_Home)
    scenes.grid.set_current(2)
    QTest.keyClick(scenes.grid, Qt.Key.Key_Return)
    assert studio.document.show.scene.name == "Reef"


def test_scenes_change_places(page, studio):
    scenes = page(ScenesPage)
    scenes.shift(0, 1)
    assert _names(studio.document.show) == ["Slow Lotus", "Peony Burst", "Reef"]
    assert studio.document.show.active == 1
    scenes.shift(0, -1)
    assert studio.document.show.active == 1


def test_the_menu_offers_what_can_be_done(page):
    scenes = page(ScenesPage)
    titles = {a.text(): a.isEnabled() for a in scenes.menu(0).actions() if a.text()}
    assert titles == {"Play": True, "Rename": True, "Move left": False, "Move right": True, "Launch": True,
                      "Then": True, "Remove": True}  # fmt: skip


def test_the_foot_says_what_the_scene_is_made_of(page, studio):
    scenes = page(ScenesPage)
    text = scenes.made_of.text()
    assert studio.document.show.scene.style.name in text
    assert "Pulse" in text
    assert f"{len(studio.session.points)} points" in text


def test_the_foot_has_no_room_for_a_long_preset_and_says_so(page, studio):
    scenes = page(ScenesPage)
    studio.document.edit_scene("x", preset="A preset with a rather long name of its own")
    line = scenes.made_of
    assert line.fontMetrics().horizontalAdvance(line.text()) > line.width()
    line.grab()
    assert line.toolTip() == line.text(), "what is cut off is told at the pointer"
    assert scenes.minimumSizeHint().width() < 200, "and the column does not grow with it"


def test_a_scene_of_another_style_has_no_picture_yet(qtbot, studio):
    from app.engine.show.show import StyleRef

    thumbs = Thumbs(studio)
    qtbot.waitUntil(lambda: thumbs.of_scene(studio.document.show.scene) is not None)
    assert thumbs.of_scene(Scene(style=StyleRef("Other", "f" * 64))) is None


# --- thumbs


def test_a_place_shows_the_map_first_and_the_exact_picture_when_it_comes(qtbot, studio):
    thumbs, heard = Thumbs(studio), []
    w = studio.session.points[0].w
    with qtbot.waitSignal(thumbs.changed):
        assert thumbs.of(w, 0.9) is None
    thumbs.changed.connect(lambda: heard.append(True))
    near = thumbs.of(w, 0.9)
    assert near.width() == studio.sheet.width() // 32
    assert len(studio.fake_engine.stills) == 1
    thumbs.of(w, 0.9)
    assert len(studio.fake_engine.stills) == 1
    key = next(iter(studio.fake_engine.stills))
    image = QImage(144, 144, QImage.Format.Format_RGB32)
    image.fill(QColor("#FF0000"))
    studio.still_ready.emit(key, image)
    assert heard == [True]
    assert thumbs.of(w, 0.9).toImage().pixelColor(70, 70) == QColor("#FF0000")


def test_many_new_places_are_looked_up_a_few_at_a_time(qtbot, studio):
    thumbs, seen = Thumbs(studio), []
    places = [((float(i),) * len(studio.atlas.w_avg),) for i in range(9)]

    def known():
        return sum(thumbs.of(w, 0.9) is not None for w in places)

    thumbs.changed.connect(lambda: seen.append(known()))
    assert known() == 0
    qtbot.waitUntil(lambda: bool(seen) and seen[-1] == len(places))
    assert seen == [4, 8, 9]


def test_pictures_that_others_asked_for_are_not_kept(studio):
    thumbs, heard = Thumbs(studio), []
    thumbs.changed.connect(lambda: heard.append(True))
    studio.still_ready.emit("somebody else's", QImage(8, 8, QImage.Format.Format_RGB32))
    assert heard == []


# --- Styles


def test_styles_show_what_they_are_and_load(page, studio):
    styles, used = page(StylesPage), []
    studio.use_style = used.append
    assert styles.rows.rowCount() == len(studio.styles)
    styles.use(99)
    for row, style in enumerate(studio.styles):
        styles.use(row)
        assert used[-1] == style
        assert str(style.resolution) in about(style)


def test_sizes_of_files_are_for_people():
    assert megabytes(121_400_000) == "121 MB"
    assert megabytes(3_200) == "3 kB"


# --- Points


def test_points_are_those_of_the_path_and_selection_is_shared(page, studio):
    points, document = page(PointsPage), studio.document
    assert points.rows.rowCount() == len(studio.session.points)
    document.select(2)
    assert points.list.current_row() == 2
    QTest.keyClick(points.list, Qt.Key.Key_Down)
    assert document.selected == 3


def test_enter_goes_to_the_point(page, studio):
    points = page(PointsPage)
    points.list.set_current(3)
    QTest.keyClick(points.list, Qt.Key.Key_Return)
    assert studio.now() == pytest.approx(studio.session.points[3].t)


def test_placed_points_become_the_scenes_own_when_touched(page, studio):
    points, document, before = page(PointsPage), studio.document, studio.document.show
    count = len(studio.session.points)
    points.list.set_current(1)
    QTest.keyClick(points.list, Qt.Key.Key_Delete)
    assert len(document.show.scene.path.points) == count - 1
    points.rename(0, "Dawn")
    assert document.show.scene.path.points[0].name == "Dawn"
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.show == before
    points.keep.click()
    assert document.show.scene.path.points == studio.session.points


def test_song_time_is_for_people():
    assert minutes(72.48) == "1:12.48"
    assert minutes(5.0) == "0:05.00"


# --- Songs


def test_songs_come_back_with_what_is_known_and_missing_ones_are_told(page, studio, tmp_path):
    here = tmp_path / "here.wav"
    here.write_bytes(b"RIFF")
    settings = Settings()
    for file in (Path("/nowhere/first-light.flac"), here):
        settings.remember("songs", file)
    settings.sync()
    SongBook().note(here, 100.0, 98.5)
    songs, opened, told = page(SongsPage), [], []
    studio.open_song = opened.append
    studio.told.connect(lambda *args: told.append(args))
    rows = {s.file.name: s for s in songs.rows.rows}
    assert rows["song.wav"].playing
    assert rows["song.wav"].bpm == 120.0
    assert (rows["here.wav"].duration, rows["here.wav"].bpm) == (100.0, 98.5)
    assert rows["first-light.flac"].missing
    assert not rows["here.wav"].missing
    order = [s.file.name for s in songs.rows.rows]
    songs.open(order.index("here.wav"))
    songs.open(order.index("first-light.flac"))
    songs.open(order.index("song.wav"))
    assert opened == [here]
    assert len(told) == 1
    assert "missing" in told[0][1]


def test_a_broken_book_is_an_empty_one(profile):
    from app.engine import paths

    (paths.cache() / "songs.json").write_text('{"a": 3', encoding="utf-8")
    assert SongBook().facts(Path("a")) == (0.0, 0.0)
    (paths.cache() / "songs.json").write_text('{"a": 3}', encoding="utf-8")
    assert SongBook().facts(Path("a")) == (0.0, 0.0)


# --- Finish


def test_finish_rows_set_the_scene_and_reset_is_one_step(page, studio):
    finish, document = page(FinishTab), studio.document
    assert not finish.reset.isEnabled()
    for name in ("brightness", "contrast", "saturation", "hue", "noise"):
        slider = finish.findChild(QWidget, f"param:finish.{name}")
        assert slider.accessibleName()
        QTest.keyClick(slider, Qt.Key.Key_End)
    assert document.show.scene.finish == Finish(1.0, 2.0, 2.0, 0.5, 4.0)
    changed = document.show
    finish.reset.click()
    assert document.show.scene.finish == Finish()
    document.undo_stack.undo()
    assert document.show == changed


def test_hue_is_shown_and_typed_in_degrees(page, studio):
    finish = page(FinishTab)
    row = next(r for r in finish.rows if r.name == "finish.hue")
    row.field.setText("90")
    row.field.returnPressed.emit()
    assert studio.document.show.scene.finish.hue == pytest.approx(0.25)
    row.field.set_amount(90.0)
    assert row.field.text() == "90°"
