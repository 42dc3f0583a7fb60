"""The export workspace: presets and fields edit the Show, films are made one after the other."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QDesktopServices, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.engine.show.show import Film, Show
from app.ui.export_frame import ExportFrame, shapes
from app.ui.export_presets import FILM_PRESETS, clock, film_frames, film_name, film_range, preset_of, range_kind
from app.ui.export_queue import FilmJob
from app.ui.export_view import ExportView
from app.ui.exporting import ExportState
from tests.ui.fakes import FakeStudio, make_document


class MakingStudio(FakeStudio):
    """A studio whose films are made when the test says so."""

    def __init__(self, document: object) -> None:
        self.state = ExportState()
        self.started: list[tuple[Path, Film]] = []
        self.cancelled = 0
        super().__init__(document)  # type: ignore[arg-type]

    @property
    def export(self) -> ExportState:
        return self.state

    def start_export(self, path: Path, *, film: object = None, **_order: object) -> None:
        self.started.append((path, film or self.document.show.film))  # type: ignore[arg-type]
        self.becomes(ExportState("running", path))

    def cancel_export(self) -> None:
        self.cancelled += 1

    def becomes(self, state: ExportState) -> None:
        self.state = state
        self.export_changed.emit()

    def ends(self, state: str, message: str = "") -> None:
        self.becomes(replace(self.state, state=state, message=message))


class Stage:
    """The export workspace over a studio that makes nothing by itself."""

    def __init__(self, qtbot: QtBot) -> None:
        self.document = make_document()
        self.studio = MakingStudio(self.document)
        self.view = ExportView(self.document, self.studio)
        qtbot.addWidget(self.view)
        self.view.resize(1440, 654)
        self.view.show()

    @property
    def film(self) -> Film:
        return self.document.show.film

    def states(self) -> list[str]:
        return [job.state for job in self.view.queue.jobs]


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    made = Stage(qtbot)
    yield made
    made.studio.close()


# values


def test_a_preset_changes_the_shape_and_keeps_the_range() -> None:
    film = FILM_PRESETS[0].on(Film(start=3.0, end=9.0, audio=False))
    assert film == Film(start=3.0, end=9.0, audio=False, width=1080, height=1920, fps=30)
    assert preset_of(film) is FILM_PRESETS[0]
    assert preset_of(replace(film, fps=25)) is None


def test_no_two_presets_are_the_same_film() -> None:
    films = [preset.on(Film()) for preset in FILM_PRESETS]
    assert len(set(films)) == len(films)


def test_range_and_frames() -> None:
    assert film_range(Film(), 30.0) == (0.0, 30.0)
    assert film_range(Film(start=40.0, end=50.0), 30.0) == (30.0, 30.0)
    assert film_frames(Film(start=1.0, end=2.5, fps=24), 30.0) == 36


def test_a_range_is_known_by_what_it_is() -> None:
    sections = make_document().show.sections
    assert range_kind(Film(), None, sections) == "song"
    assert range_kind(Film(start=8.0, end=16.0), None, sections) == 1
    assert range_kind(Film(start=8.0, end=16.0), (8.0, 16.0), sections) == "loop"
    assert range_kind(Film(start=8.0, end=15.0), None, sections) == "own"


def test_file_names_hold_nothing_a_disk_minds() -> None:
    name = film_name('What / is: "love"?', Show(), (1080, 1920))
    assert name == "What-is-love_Bloom_Pulse_1080x1920_30"


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "0:00"), (295, "4:55"), (3900, "1:05:00")])
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_the_crop_frame_stands_inside_and_the_whole_picture_inside_the_frame() -> None:
    room, square, tall = QRectF(0, 0, 714, 380), QSizeF(1, 1), QSizeF(9, 16)
    assert shapes(room, square, tall, "crop") == (QRectF(167, 0, 380, 380), QRectF(250.125, 0, 213.75, 380))
    picture, frame = shapes(room, square, tall, "fit")
    assert frame == QRectF(250.125, 0, 213.75, 380)
    assert picture.width() == picture.height() == 213.75
    assert shapes(room, square, tall, "stretch")[0] == frame


def test_crop_and_mirror_of_a_wide_picture() -> None:
    room, wide, tall = QRectF(0, 0, 700, 400), QSizeF(448, 256), QSizeF(9, 16)
    picture, frame = shapes(room, wide, tall, "crop")
    assert (picture.width(), picture.height()) == (700, 400)
    assert (frame.width(), frame.height()) == (225, 400)
    picture, frame = shapes(room, wide, tall, "mirror")
    assert frame == QRectF(237.5, 0, 225, 400)
    assert (picture.width(), picture.center()) == (225, frame.center())


# fields


def test_choosing_a_preset_is_one_step_of_undo(stage: Stage, qtbot: QtBot) -> None:
    before = stage.document.show
    qtbot.mouseClick(stage.view.presets.rows[1], Qt.MouseButton.LeftButton)
    assert (stage.film.width, stage.film.height, stage.film.fps) == (1920, 1080, 60)
    assert [row.isChecked() for row in stage.view.presets.rows] == [False, True, False, False, False]
    stage.document.undo_stack.undo()
    assert stage.document.show == before
    assert stage.view.presets.rows[3].isChecked()


def test_every_field_edits_the_film_and_shows_it(stage: Stage, qtbot: QtBot) -> None:
    form = stage.view.form
    qtbot.mouseClick(form.rate, Qt.MouseButton.LeftButton, pos=form.rate.cells()[0].center().toPoint())
    assert stage.film.fps == 24
    qtbot.mouseClick(form.audio, Qt.MouseButton.LeftButton, pos=form.audio.cells()[1].center().toPoint())
    assert stage.film.audio is False
    qtbot.mouseClick(form.format, Qt.MouseButton.LeftButton, pos=form.format.cells()[1].center().toPoint())
    assert stage.film.format == "png"
    assert not form.audio.isEnabled()
    stage.document.undo_stack.undo()
    assert (form.format.index, form.audio.isEnabled()) == (0, True)


def test_a_rate_that_is_not_on_offer_chooses_nothing(stage: Stage) -> None:
    stage.view.form.set_film("rate", fps=12)
    assert stage.view.form.rate.index == -1


def test_a_typed_size_is_taken_on_enter(stage: Stage, qtbot: QtBot) -> None:
    field = stage.view.form.width_field
    field.setFocus()
    qtbot.keyClicks(field, "720")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert stage.film.width == 720
    assert stage.view.form.height_field.placeholderText() == "720"
    assert not stage.view.form.fit.isEnabled()
    stage.view.form.set_film("height", height=100)
    assert stage.view.form.fit.isEnabled()
    stage.view.form.set_film("height", height=0)
    field.setText("3")
    field.editingFinished.emit()
    assert stage.film.width == 0
    assert field.placeholderText() == "256"


def test_escape_leaves_a_size_as_it_was(stage: Stage, qtbot: QtBot) -> None:
    field = stage.view.form.height_field
    field.setFocus()
    qtbot.keyClicks(field, "99")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert stage.film.height == 0
    assert field.text() == ""


def test_ranges_come_and_go_with_what_there_is(stage: Stage) -> None:
    form = stage.view.form
    assert form.range.keys == ("song", "section")
    stage.studio.set_loop((4.0, 8.0))
    assert form.range.keys == ("song", "loop", "section")
    form._range_chosen("loop")
    assert (stage.film.start, stage.film.end) == (4.0, 8.0)
    stage.studio.set_loop(None)
    assert form.range.keys == ("song", "section", "own")
    assert form.range.words[form.range.index] == "Own"


def test_section_takes_the_one_under_the_playhead(stage: Stage) -> None:
    stage.studio.at(17.0)
    stage.view.form._range_chosen("section")
    assert (stage.film.start, stage.film.end) == (16.0, 24.0)
    assert stage.view.form.section.isVisible()
    assert stage.view.form.section.text() == "A"
    stage.view.form._range_chosen("song")
    assert not stage.view.form.section.isVisible()


def test_a_film_is_never_written_over_another(stage: Stage, tmp_path: Path) -> None:
    form = stage.view.form
    form.folder = tmp_path
    first = form.path()
    assert first.name == "song_Bloom_Pulse_256x256_30.mp4"
    first.touch()
    assert form.path().name == "song_Bloom_Pulse_256x256_30-2.mp4"
    assert form.path(frozenset([form.path()])).name == "song_Bloom_Pulse_256x256_30-3.mp4"


def test_a_typed_name_is_kept_inside_the_folder(stage: Stage, tmp_path: Path, qtbot: QtBot) -> None:
    form = stage.view.form
    form.folder = tmp_path
    form.name.setFocus()
    form.name.selectAll()
    qtbot.keyClicks(form.name, "../../mine.mp4")
    assert form.path() == tmp_path / "mine.mp4"
    form.set_film("png", format="png")
    assert form.path() == tmp_path / "mine"


def test_the_bar_says_what_it_takes(stage: Stage) -> None:
    length, takes = stage.view.bar.blocks()[0]
    assert length == "32.0 s · 960 frames"
    assert takes == "takes about 31 s"


def test_without_a_session_nothing_is_ordered(stage: Stage, qtbot: QtBot) -> None:
    stage.studio.session = None
    stage.studio.engine_changed.emit()
    assert not stage.view.bar.order.isEnabled()
    with qtbot.waitSignal(stage.studio.told):
        stage.view.export_now()
    assert stage.states() == []


# films


def test_a_film_is_made_and_ends(stage: Stage, qtbot: QtBot) -> None:
    qtbot.mouseClick(stage.view.bar.order, Qt.MouseButton.LeftButton)
    path, film = stage.studio.started[0]
    assert film == stage.film
    assert stage.view.bar.cancel.isVisible()
    assert stage.view.bar.order.text() == "Add to queue"
    image = QImage(16, 16, QImage.Format.Format_RGB32)
    stage.studio.becomes(ExportState("running", path, 101, 240, 7.6, 18.2, "", image))
    assert stage.view.frame.making is image
    assert stage.view.bar.blocks()[0] == ("42 % · 101 of 240 frames", "8 fps · 0:18 left")
    stage.studio.ends("done")
    assert stage.states() == ["done"]
    assert stage.view.frame.making is None
    assert stage.view.films.cards[1].folder_button.isVisibleTo(stage.view)
    assert not stage.view.bar.cancel.isVisible()


def test_a_second_film_waits_and_keeps_what_it_was(stage: Stage) -> None:
    stage.view.export_now()
    stage.view.form.set_film("rate", fps=24)
    stage.view.export_now()
    stage.view.form.set_film("rate", fps=60)
    assert stage.states() == ["running", "waiting"]
    assert stage.view.films.count.text() == "1 running · 1 waiting"
    assert len({job.path for job in stage.view.queue.jobs}) == 2
    stage.studio.ends("done")
    assert stage.states() == ["done", "running"]
    assert [film.fps for _path, film in stage.studio.started] == [30, 24]


def test_two_that_wait_never_write_one_file(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "set take 1 2.mp4").touch()
    job = FilmJob(0, "set take 1", "Take 1", tmp_path / "set take 1.mp4", Film(), 10, 1.0, None, None)
    for _ in range(3):
        stage.view.queue.add(job)
    assert [one.path.name for one in stage.view.queue.jobs] == [
        "set take 1.mp4", "set take 1 3.mp4", "set take 1 4.mp4",
    ]  # fmt: skip
    assert [one.title for one in stage.view.queue.jobs] == ["set take 1", "set take 1 3", "set take 1 4"]


def test_a_failed_film_tells_why_and_can_be_tried_again(stage: Stage, qtbot: QtBot) -> None:
    stage.view.export_now()
    stage.studio.ends("failed", "The disk is full")
    card = stage.view.films.cards[1]
    assert card.job.message == "The disk is full"
    qtbot.mouseClick(card.again_button, Qt.MouseButton.LeftButton)
    assert stage.states() == ["running"]
    assert len(stage.studio.started) == 2


def test_cancel_stops_the_running_film(stage: Stage, qtbot: QtBot) -> None:
    stage.view.export_now()
    qtbot.mouseClick(stage.view.bar.cancel, Qt.MouseButton.LeftButton)
    assert stage.studio.cancelled == 1
    stage.studio.ends("cancelled")
    assert stage.states() == ["cancelled"]


def test_a_waiting_film_can_be_taken_out(stage: Stage, qtbot: QtBot) -> None:
    stage.view.export_now()
    stage.view.export_now()
    qtbot.mouseClick(stage.view.films.cards[2].close_button, Qt.MouseButton.LeftButton)
    assert stage.states() == ["running", "cancelled"]
    qtbot.mouseClick(stage.view.films.cards[2].close_button, Qt.MouseButton.LeftButton)
    assert stage.states() == ["running"]


def test_what_runs_stands_above_what_has_ended(stage: Stage) -> None:
    for _ in range(3):
        stage.view.export_now()
    stage.studio.ends("done")
    assert [job.number for job in stage.view.queue.in_order()] == [2, 3, 1]


def test_a_done_film_shows_its_folder(stage: Stage, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url.toLocalFile()))
    stage.view.export_now()
    stage.studio.ends("done")
    qtbot.mouseClick(stage.view.films.cards[1].folder_button, Qt.MouseButton.LeftButton)
    assert shown == [str(stage.view.form.folder)]


def test_an_engine_that_is_not_ready_fails_the_film(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage.studio, "start_export", lambda *_args, **_more: None)
    stage.view.export_now()
    assert stage.states() == ["failed"]


def test_a_film_knows_how_far_it_is() -> None:
    job = FilmJob(1, "a", "b", Path("x.mp4"), Film(), 200, 2.0, None, None, done=50)
    assert job.share == 0.25


@pytest.mark.parametrize("size", [(1024, 416), (1440, 654), (1920, 756)])
def test_nothing_overlaps_at_any_size(stage: Stage, size: tuple[int, int]) -> None:
    stage.view.form._range_chosen("section")
    stage.view.resize(*size)
    QApplication.processEvents()
    form = stage.view.form
    fields = (form.format, form.width_field, form.height_field, form.fit, form.rate, form.range, form.section,
              form.audio, form.name, form.folder_button)  # fmt: skip
    places = [field.geometry() for field in fields]
    for i, place in enumerate(places):
        assert form.rect().contains(place)
        assert not any(place.intersects(other) for other in places[i + 1 :])
    assert stage.view.size().width() == size[0]


def test_a_wide_style_is_wide_everywhere(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    style = replace(stage.studio.style, width=448, height=256)  # type: ignore[type-var]
    monkeypatch.setattr(MakingStudio, "style", style)
    stage.studio.styles_changed.emit()
    form = stage.view.form
    stage.studio.engine_changed.emit()
    assert [row.own for row in stage.view.presets.rows] == [(448, 256)] * 5
    assert form.size_pixels() == (448, 256)
    assert (form.width_field.placeholderText(), form.height_field.placeholderText()) == ("448", "256")
    assert not form.fit.isEnabled()
    form.set_film("Size", width=1080, height=1080)
    assert form.note.text() == "448 × 256 → 1080 × 1080"
    assert form.fit.isEnabled()


def test_the_name_beside_the_frame_is_the_scenes(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = next(iter(stage.view.findChildren(ExportFrame)))
    asked: list[bool] = []
    monkeypatch.setattr(frame, "update", lambda: asked.append(True))
    stage.document.edit_scene("Rename", name="Another name")
    assert asked == [True], "time rests, so no picture comes that would paint it"
