"""What a picture costs the map: the live point and its newest trail are painted, the rest is kept until it changes."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPixmap

from app.engine.show.show import Path, Point
from app.ui import map_piece
from app.ui.map_ground import Ground
from app.ui.map_marks import FRESH, Stop, StopPictures
from app.ui.map_places import Chart, Spot
from app.ui.map_port import Port
from app.ui.map_tab import MapTab
from app.ui.map_trail import EVERY, Trail
from app.ui.theme import STAGE
from tests.ui.fakes import FakeStudio, make_document, make_features

NODES = ((14.0, 16.0), (19.0, 16.0), (19.0, 19.0), (14.0, 19.0))


def _rows(w):
    return (tuple(map(float, w)),)


def _along(studio, nodes):
    """A Scene whose Points stand at *nodes*, 8 s apart, moved by no sound."""
    document, atlas = studio.document, studio.session.atlas
    points = tuple(Point(8.0 * i, _rows(atlas.w_at(x, y)), "") for i, (x, y) in enumerate(nodes))
    react = replace(document.show.scene.react, energy=0.0, truncation=1.0, interpolation="linear")
    return replace(document.show.scene, path=Path(0, points), routes=(), react=react)


@pytest.fixture
def studio(qtbot):
    studio = FakeStudio(make_document())
    silent = {name: curve * 0 for name, curve in studio.song.features.curves.items()}
    studio.song = replace(studio.song, features=replace(studio.song.features, curves=silent))
    scenes = tuple(_along(studio, nodes) for nodes in (NODES, NODES[::-1]))
    studio.document.open(replace(studio.document.show, scenes=scenes))
    yield studio
    studio.close()


@pytest.fixture
def view(qtbot, studio):
    tab = MapTab(studio.document, studio)
    qtbot.addWidget(tab)
    tab.resize(420, 531)
    tab.show()
    studio.at(0.0)
    tab.atlas.set_follow(False)
    tab.grab()
    return tab.atlas


@pytest.fixture
def themes():
    worn = STAGE.name
    yield
    STAGE.wear(worn)


def _play(studio, start, end, step=1 / 30):
    t = start
    while t < end:
        studio.at(t)
        t += step


# --- what is painted


def test_what_is_painted_holds_the_old_place_and_the_new_and_no_more(view, studio, monkeypatch):
    _play(studio, 0.0, 2.0)
    old, asked = view.live_pixel(), []
    monkeypatch.setattr(view, "update", lambda *area: asked.extend(area))
    studio.at(2.03)
    new = view.live_pixel()
    assert old != new
    area = QRect()
    for one in asked:
        area |= one
    for at in (old, new):
        assert area.contains(QRectF(at.x() - 9, at.y() - 9, 18, 18).toAlignedRect())
    assert area.width() < view.width() / 2
    assert area.height() < view.height() / 2


def test_the_trail_follows_the_point_and_is_there_after_a_full_picture(view, studio):
    _play(studio, 0.0, 3.0)
    behind = view.port.to_pixels(*NODES[0])
    at = view.live_pixel()
    between = (behind + (at - behind) * 0.75).toPoint()  # clear of the Point's picture and of the arcs
    around = [QPoint(between.x(), between.y() + dy) for dy in range(-12, 13)]
    image = view.grab().toImage()
    blue = [p for p in around if abs(image.pixelColor(p).hue() - STAGE.high.hue()) < 12]
    assert any(image.pixelColor(p).saturation() > 90 for p in blue)
    studio.at(30.0)  # a jump: it begins anew
    image = view.grab().toImage()
    assert not [p for p in around if image.pixelColor(p).saturation() > 90 and
                abs(image.pixelColor(p).hue() - STAGE.high.hue()) < 8]  # fmt: skip


def test_points_of_the_next_scene_stand_where_they_should(view, studio, qtbot):
    before = view.chart
    studio.performing.launch(1, now=True)
    assert view.chart is not before
    assert view.chart.places[0] == pytest.approx(NODES[-1], abs=0.05)
    qtbot.waitUntil(lambda: view.ground._piece.chart is view.chart)
    assert not view.ground._spread.busy


# --- the ground


@pytest.fixture
def ground(qtbot, studio):
    ground = Ground()
    ground.set_sheet(studio.sheet)
    return ground


def _drawn(ground, port, chart, dpr=1.0):
    canvas = QPixmap(round(port.width * dpr), round(port.height * dpr))
    canvas.setDevicePixelRatio(dpr)
    canvas.fill(QColor(255, 0, 255))
    painter = QPainter(canvas)
    ground.draw(painter, port, chart, dpr)
    painter.end()
    return ground._piece, canvas.toImage()


def _port():
    port = Port()
    port.set_size(404, 368)
    port.centre(16.5, 17.5)
    return port


def _lit(port, chart, image, dpr=1.0):
    """How light the first way of *chart* is in *image*: the path is white."""
    x, y = chart.legs()[0][4]
    at = port.to_pixels(x, y) * dpr
    places = [(round(at.x()) + dx, round(at.y()) + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    return max(image.pixelColor(*place).lightness() for place in places)


def test_the_ground_is_kept_while_nothing_of_it_changes(ground, view):
    port = _port()
    piece, image = _drawn(ground, port, view.chart)
    assert _lit(port, view.chart, image) > 200
    port.pan(20, 12)
    again, image = _drawn(ground, port, view.chart)
    assert again is piece
    assert _lit(port, view.chart, image) > 200
    assert not ground._spread.busy


@pytest.mark.parametrize("change", ["size", "dpr", "theme", "sheet", "zoom"])
def test_the_ground_is_drawn_anew_at_once_when_it_has_another(ground, view, themes, change):
    port, dpr = _port(), 1.0
    piece, _image = _drawn(ground, port, view.chart)
    if change == "size":
        port.set_size(420, 300)
    elif change == "dpr":
        dpr = 1.5
    elif change == "theme":
        STAGE.wear("dim")
    elif change == "sheet":
        sheet = view.studio.sheet.copy()
        sheet.fill(QColor(10, 200, 10))
        ground.set_sheet(sheet)
    else:
        port.zoom_about(port.to_pixels(16.5, 17.5), 1.3)
    again, image = _drawn(ground, port, view.chart, dpr)
    assert again is not piece
    assert again.picture.devicePixelRatio() == dpr
    image.setDevicePixelRatio(1.0)
    assert _lit(port, view.chart, image, dpr) > 150, "the path is on it"


def test_another_path_is_drawn_over_several_turns_and_seen_as_a_whole(ground, view, qtbot, monkeypatch):
    monkeypatch.setattr("app.ui.spread.SHARE_MS", 0.0)  # a step a turn
    port, places = _port(), view.places
    piece, _image = _drawn(ground, port, view.chart)
    other = Chart(places, [replace(p, t=8.0 * i) for i, p in enumerate(reversed(view.chart.points))])
    turns = []
    step = map_piece.Piece._draw_ground
    monkeypatch.setattr(map_piece.Piece, "_draw_ground", lambda self, *of: (turns.append(1), step(self, *of)))
    same, image = _drawn(ground, port, other)
    assert same is piece
    assert turns == []
    assert _lit(port, view.chart, image) > 200, "the path that was there, until the next is ready"
    with qtbot.waitSignal(ground.changed):
        pass
    next_piece, image = _drawn(ground, port, other)
    assert next_piece.chart is other
    assert turns == [1]
    assert _lit(port, other, image) > 200


def test_a_jump_out_of_the_piece_shows_the_pictures_at_once_and_the_path_soon(ground, view, qtbot):
    port = _port()
    piece, _image = _drawn(ground, port, view.chart)
    port.centre(26.0, 6.0)
    jumped, image = _drawn(ground, port, view.chart)
    assert jumped is not piece
    assert jumped.chart is None
    assert image.pixelColor(200, 180) != QColor(255, 0, 255)
    qtbot.waitUntil(lambda: ground._piece.chart is view.chart)


def test_before_the_view_leaves_the_piece_the_next_is_begun(ground, view, qtbot):
    port = _port()
    piece, _image = _drawn(ground, port, view.chart)
    port.pan(-404 * 0.3, 0)
    same, _image = _drawn(ground, port, view.chart)
    assert same is piece
    assert ground._spread.busy
    with qtbot.waitSignal(ground.changed):
        pass
    assert not ground._spread.busy
    _drawn(ground, port, view.chart)
    assert not ground._spread.busy, "it does for a while"


# --- the trail


def _wave(trail, start, seconds):
    for i in range(round(seconds * 30)):
        t = start + i / 30
        trail.add(Spot(t, 12.0 + 2.0 * (t - start), 16.0, 0.0))


def test_the_kept_trail_is_drawn_anew_when_its_time_has_come_and_where_it_does_not_fit(themes):
    trail, port, features = Trail(), _port(), make_features()
    _wave(trail, 1.0, 2.0)
    first = trail.settle(port, features, 1.0)
    assert first.contains(port.to_pixels(13.0, 16.0).toPoint())
    assert trail.settle(port, features, 1.0).isEmpty()
    _wave(trail, 3.0, EVERY * 0.8)
    assert trail.settle(port, features, 1.0).isEmpty()
    trail.add(Spot(3.0 + EVERY, 16.4, 16.0, 0.0))
    assert not trail.settle(port, features, 1.0).isEmpty()
    assert not trail.settle(port, features, 1.5).isEmpty(), "another screen"
    assert trail._drawn.devicePixelRatio() == 1.5
    STAGE.wear("dim")
    assert not trail.settle(port, features, 1.5).isEmpty(), "another theme"
    port.zoom_about(port.to_pixels(16.0, 16.0), 1.4)
    assert not trail.settle(port, features, 1.5).isEmpty(), "another scale"


def test_between_two_times_the_newest_part_goes_on_where_the_kept_one_ends():
    trail, port = Trail(), _port()
    _wave(trail, 1.0, 2.0)
    trail.settle(port, None, 1.0)
    joint = [spot for spot in trail.spots if spot.t <= trail._joint][-1]
    trail.add(Spot(3.05, 16.1, 16.0, 0.0))
    head = trail.head_box(port)
    for x in (joint.x, 16.1):
        assert head.contains(port.to_pixels(x, 16.0))
    assert head.width() < 60
    canvas = QPixmap(404, 368)
    canvas.fill(QColor(0, 0, 0))
    painter = QPainter(canvas)
    trail.draw(painter, port)
    painter.end()
    image, y = canvas.toImage(), port.to_pixels(0.0, 16.0).toPoint().y()
    lit = [max(image.pixelColor(x, y + dy).blue() for dy in (-1, 0, 1))
           for x in range(port.to_pixels(14.0, 0).toPoint().x(), port.to_pixels(16.05, 0).toPoint().x())]  # fmt: skip
    assert min(lit) > 40, "no gap"


def test_a_trail_that_stands_still_is_nothing():
    trail, port = Trail(), _port()
    for i in range(30):
        trail.add(Spot(i / 30, 16.0, 16.0, 0.0))
    assert trail.settle(port, None, 1.0).isEmpty()


# --- the Points


def _stops(count):
    return [Stop((i,), 12.0 + (i % 8), 15.0 + i // 8, STAGE.tints[0]) for i in range(count)]


def test_new_pictures_are_drawn_a_few_at_a_time_and_once(qtbot):
    marks, port, asked = StopPictures(), _port(), []
    canvas = QPixmap(404, 368)
    seen = QRect(0, 0, 404, 368)

    def draw():
        painter = QPainter(canvas)
        waits = marks.draw(painter, seen, port, lambda i: asked.append(i))
        painter.end()
        return waits

    many = _stops(FRESH + 3)
    marks.show(many, -1, 1.0, 1.0)
    assert draw()
    assert len(asked) == FRESH
    assert not draw()
    assert sorted(asked) == list(range(FRESH + 3))
    assert not draw()
    assert len(asked) == FRESH + 3, "what is known is not asked for again"
    marks.forget()
    assert not draw(), "nor drawn, where the picture is the same"
    assert len(asked) == 2 * (FRESH + 3)
    marks.show(many, 2, 1.0, 1.0)
    assert not draw(), "one that is chosen is one new picture"


def test_points_out_of_sight_ask_for_no_picture(qtbot):
    marks, port, asked = StopPictures(), _port(), []
    canvas = QPixmap(404, 368)
    painter = QPainter(canvas)
    marks.show([Stop((0,), 2.0, 2.0, STAGE.tints[0]), Stop((1,), 16.0, 17.0, STAGE.tints[0])], -1, 1.0, 1.0)
    marks.draw(painter, QRect(0, 0, 404, 368), port, lambda i: asked.append(i))
    painter.end()
    assert asked == [1]


def test_those_that_wait_come_by_themselves(view, studio, qtbot):
    nodes = [(13.0 + i % 7, 15.0 + 2.0 * (i // 7)) for i in range(FRESH + 4)]
    points = [Point(0.5 * i, _rows(studio.session.atlas.w_at(x, y)), "") for i, (x, y) in enumerate(nodes)]
    studio.document.edit_scene("Many", path=Path(0, tuple(points)))
    qtbot.waitUntil(lambda: view.marks._shown and all(sprite is not None for _stop, sprite in view.marks._shown))


# --- chips


def test_a_chip_is_drawn_once_and_again_when_it_looks_otherwise(view, themes, monkeypatch):
    chip, drawn = view.chips.follow, []
    draw = chip._draw
    monkeypatch.setattr(chip, "_draw", lambda *how: (drawn.append(1), draw(*how)))
    chip.grab()
    before = len(drawn)
    chip.grab()
    assert len(drawn) == before
    chip.setChecked(not chip.isChecked())
    chip.grab()
    assert len(drawn) == before + 1
    STAGE.wear("contrast")
    chip.grab()
    assert len(drawn) == before + 2
