"""A Style without thumbnails gets them drawn, coarse first, and keeps them."""

import threading
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage

from app.engine.stylegan.library import read_style
from app.ui import sheet as sheet_module
from app.ui.sheet import SheetPainter
from app.ui.shelf import SPARE_MAPS
from tests.ui.fakes import make_atlas
from tests.vectors.networks import card_of, write_style


def answer(studio, qtbot) -> int:
    """The engine draws what it was asked for: red says the row, green the column."""
    asked, studio.fake_engine.stills = studio.fake_engine.stills, {}
    for key in asked:
        row, col = (int(n) for n in key.split(":")[2:])
        picture = np.full((64, 64, 3), (8 * row, 8 * col, 0), np.uint8)
        with qtbot.waitSignal(studio.still_ready):
            studio._bridge.on_still(key, picture)
    return len(asked)


def test_coarse_first_then_every_cell(studio, qtbot):
    ref, atlas = studio.document.show.scene.style, make_atlas()
    studio._maps.clear()
    painter = SheetPainter(studio)
    studio.shelf.set_map(ref, atlas, None)
    assert len(studio.fake_engine.stills) == 64
    assert answer(studio, qtbot) == 64
    coarse = studio.sheet
    assert QColor(coarse.pixel(3 * 64, 5 * 64)) == QColor(8 * 4, 0, 0)
    while studio.fake_engine.stills:
        answer(studio, qtbot)
    whole = studio.sheet
    assert painter.progress == 1.0
    assert QColor(whole.pixel(3 * 64 + 9, 5 * 64 + 9)) == QColor(8 * 5, 8 * 3, 0)


def test_the_places_of_coarse_pictures_are_drawn_small_as_well(studio, qtbot):
    ref, atlas = studio.document.show.scene.style, make_atlas()
    studio._maps.clear()
    _painter = SheetPainter(studio)
    studio.shelf.set_map(ref, atlas, None)
    halves = np.zeros((64, 64, 3), np.uint8)
    halves[:, 32:] = 255
    while studio.fake_engine.stills:
        for key in list(studio.fake_engine.stills):
            del studio.fake_engine.stills[key]
            studio._bridge.on_still(key, halves)
    place = studio.sheet.copy(4 * 64, 4 * 64, 64, 64)
    assert [QColor(place.pixel(x, 9)).lightness() for x in (9, 54)] == [0, 255]
    assert studio.shelf.map_of(ref).drawn == 1.0


def test_a_style_with_a_sheet_is_left_alone(studio):
    SheetPainter(studio)
    studio.session_changed.emit()
    assert studio.fake_engine.stills == {}


def test_a_style_that_has_its_sheet_does_not_draw_that_of_another(studio, qtbot, tmp_path):
    one, atlas, bundled = studio.document.show.scene.style, studio.session.atlas, studio.sheet
    style = read_style(write_style(tmp_path / "tiny.safetensors", card_of("rgb1_32"), name="Tiny"))
    studio.shelf.library.put(style)
    studio.shelf.set_map(one, atlas, bundled)
    studio.shelf.set_map(style.ref, make_atlas(), None)
    painter = SheetPainter(studio)
    studio.document.edit_scene("Style", style=style.ref)
    answer(studio, qtbot)
    begun = studio.sheet
    late, studio.fake_engine.stills = studio.fake_engine.stills, {}
    studio.document.edit_scene("Style", style=one)
    for key in late:
        studio._bridge.on_still(key, np.full((64, 64, 3), 255, np.uint8))
    studio.document.edit_scene("Style", style=style.ref)
    assert studio.sheet == begun
    while studio.fake_engine.stills:
        answer(studio, qtbot)
    assert painter.progress == 1.0
    assert QColor(studio.sheet.pixel(9, 9)) == QColor(0, 0, 0)
    qtbot.waitUntil(lambda: QImage(str(style.sheet_path)).size() == studio.sheet.size())


def test_maps_of_classes_that_were_only_tried_are_let_go(studio):
    ref = studio.document.show.scene.style
    for label in range(1, 30):
        studio.shelf.set_map(replace(ref, classes=((label, 1.0),)), studio.session.atlas, None)
    assert studio.shelf.map_of(ref) is not None
    assert len(studio.shelf.maps) == 2 + SPARE_MAPS
    studio.shelf.set_sheet(replace(ref, classes=((1, 1.0),)), studio.sheet)  # comes too late
    assert len(studio.shelf.maps) == 2 + SPARE_MAPS


def test_another_class_has_a_sheet_of_its_own_and_the_first_is_finished_later(studio, qtbot):
    ref, atlas = studio.document.show.scene.style, make_atlas()
    other = replace(ref, classes=((2, 1.0),))
    studio._maps.clear()
    painter = SheetPainter(studio)
    studio.shelf.set_map(ref, atlas, None)
    answer(studio, qtbot)
    late = dict(studio.fake_engine.stills)
    studio.shelf.set_map(other, make_atlas(), None)
    studio.document.edit_scene("Class", style=other)
    studio.fake_engine.stills = {key: ws for key, ws in studio.fake_engine.stills.items() if key not in late}
    for key in late:  # pictures of the first map that were under way do not land on the second
        studio._bridge.on_still(key, np.zeros((64, 64, 3), np.uint8))
    assert len(studio.fake_engine.stills) == 64
    while studio.fake_engine.stills:
        answer(studio, qtbot)
    assert painter.progress == 1.0
    assert studio.styles[0].sheet_of(other.classes) != studio.styles[0].sheet_path
    studio.document.edit_scene("Class", style=ref)
    assert studio.fake_engine.stills, "what was begun is finished"


def test_a_style_that_is_opened_again_keeps_its_map_and_what_was_baked_with_it(studio):
    ref, sheet = studio.document.show.scene.style, np.zeros((64, 64, 3), np.uint8)
    known = studio.shelf.map_of(ref)
    studio.shelf.opened(ref, make_atlas(), sheet)
    assert studio.shelf.map_of(ref) is known
    studio.shelf.set_map(ref, known.atlas, None)
    studio.shelf.opened(ref, make_atlas(), sheet)
    assert studio.sheet.size() == QSize(64, 64)
    assert studio.atlas is known.atlas
    studio.shelf.set_sheet(ref, studio.sheet, drawn=0.5)
    studio.shelf.opened(ref, make_atlas(), np.zeros((32, 32, 3), np.uint8))
    assert studio.sheet.size() == QSize(32, 32)


def test_the_window_goes_on_while_a_sheet_is_packed(studio, qtbot, monkeypatch, tmp_path):
    packed = []
    monkeypatch.setattr(
        sheet_module, "_keep", lambda sheet, _file: packed.append((sheet.size(), threading.get_ident()))
    )
    style = read_style(write_style(tmp_path / "tiny.safetensors", card_of("rgb1_32"), name="Tiny"))
    studio.shelf.library.put(style)
    studio.shelf.set_map(style.ref, make_atlas(), None)
    _painter = SheetPainter(studio)
    studio.document.edit_scene("Style", style=style.ref)
    while studio.fake_engine.stills:
        answer(studio, qtbot)
    qtbot.waitUntil(lambda: len(packed) == 1)
    ((size, thread),) = packed
    assert size == studio.sheet.size()
    assert thread != threading.get_ident()
