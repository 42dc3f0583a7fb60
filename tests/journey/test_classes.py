"""A network with classes plays in the window and in films; another class while it plays never stops the picture."""

import itertools
import threading
from dataclasses import replace

import numpy as np
import pytest
import soundfile
from PIL import Image
from PySide6.QtCore import Qt

from app.__main__ import main
from app.engine.render import opened as opened_style
from app.engine.show.factory import new_show
from app.engine.show.saved import save_show
from app.engine.stylegan.library import read_style
from app.ui import theme
from app.ui.window import Options, build
from tests.checkpoints import write_ada
from tests.vectors.networks import card_of

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
LEFT = Qt.MouseButton.LeftButton
EXACT = ("--device", "cpu", "--precision", "float32")


@pytest.fixture
def network(tmp_path):
    """A network of 32 pixels with the classes 0 to 3."""
    return write_ada(tmp_path / "four.pkl", card_of("cond32"))


@pytest.fixture
def gate(monkeypatch):
    """Maps of other classes than 0 are made when this is set."""
    free, real = threading.Event(), opened_style.atlas_for

    def atlas_for(generator, classes):
        assert not classes or free.wait(60)
        return real(generator, classes)

    monkeypatch.setattr(opened_style, "atlas_for", atlas_for)
    yield free
    free.set()


@pytest.fixture
def opened(qtbot, qapp, network, gate):
    theme.apply(qapp)
    window, studio = build(Options(file=network, silent=True, size=(1440, 900), device="cpu"))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.picture.image is not None and window.picture.image.width() == 32)
    yield window, studio
    gate.set()
    window.close()
    studio.close()


def test_another_class_while_it_plays(opened, gate, qtbot):
    window, studio = opened
    window.right.show_page(window.react)
    mix, numbers = window.react.classes, []
    studio.frame_ready.connect(lambda: numbers.append(window.picture.number))
    qtbot.waitUntil(lambda: studio.playing and len(numbers) > 5)
    before = studio.session
    qtbot.mouseClick(mix.rows[0].stepper.plus, LEFT)
    qtbot.mouseClick(mix.add, LEFT)
    assert window.document.show.scene.style.classes == ((1, 0.5), (2, 0.5))
    count = len(numbers)
    qtbot.waitUntil(lambda: len(numbers) > count + 10)
    assert studio.session is before, "its map is still being made, and the picture goes on"
    gate.set()
    qtbot.waitUntil(lambda: studio.session.atlas is not before.atlas)
    assert studio.session.atlas is studio.atlas
    assert studio.session.scene.style.classes == ((1, 0.5), (2, 0.5))
    assert not np.array_equal(studio.atlas.lattice, before.atlas.lattice)
    count = len(numbers)
    qtbot.waitUntil(lambda: len(numbers) > count + 10)
    assert all(later >= earlier for earlier, later in itertools.pairwise(numbers))
    assert numbers[-1] > numbers[0] + 20


def test_points_placed_in_one_class_keep_their_place_in_another(opened, gate, qtbot):
    window, studio = opened
    gate.set()
    qtbot.waitUntil(lambda: studio.session is not None)
    window.points.keep_points()
    kept = window.document.show.scene.path.points
    qtbot.mouseClick(window.react.classes.rows[0].stepper.plus, LEFT)
    qtbot.waitUntil(lambda: studio.session.scene.style.classes == ((1, 1.0),))
    assert studio.session.points == kept
    window.document.undo_stack.undo()
    window.document.undo_stack.undo()
    qtbot.mouseClick(window.react.classes.rows[0].stepper.plus, LEFT)
    assert window.document.show.scene.style.classes == ((1, 1.0),)
    qtbot.waitUntil(lambda: studio.session.scene == window.document.show.scene)
    assert studio.session.points != kept, "those that Anthesis places come from the new map"


def test_a_show_that_asks_for_a_class_that_is_not_there(opened, gate, qtbot):
    window, studio = opened
    gate.set()
    qtbot.waitUntil(lambda: studio.session is not None)
    style = window.document.show.scene.style
    with qtbot.waitSignal(studio.told) as told:
        window.document.edit_scene("Class", style=replace(style, classes=((9, 1.0),)))
    assert "has the classes 0 to 3, not 9" in told.args[2]
    number = window.picture.number
    qtbot.waitUntil(lambda: window.picture.number > number + 5)
    qtbot.mouseClick(window.react.classes.rows[0].stepper.minus, LEFT)
    assert window.document.show.scene.style.classes == ((3, 1.0),), "back to the last class there is"
    qtbot.waitUntil(lambda: studio.session.scene == window.document.show.scene)


@pytest.fixture
def song(tmp_path):
    t = np.arange(22050) / 22050
    path = tmp_path / "song.wav"
    soundfile.write(path, (0.5 * np.sin(2 * np.pi * 110 * t)).astype(np.float32), 22050)
    return path


def film(song, network, folder, *more: str) -> np.ndarray:
    argv = ["--style", str(network), "--fps", "4", "--format", "png", "-o", str(folder), *EXACT, *more]
    assert main(["render", str(song), *argv]) == 0
    return pictures(folder)


def pictures(folder) -> np.ndarray:
    return np.stack([np.asarray(Image.open(file)) for file in sorted(folder.iterdir())]).astype(int)


def test_classes_give_different_films_and_a_mix_differs_from_both(song, network, tmp_path):
    options = {"none": (), "0": ("--class", "0"), "1": ("--class", "1"), "3": ("--class", "3"),
               "mix": ("--class", "1:0.5,3:0.5"), "again": ("--class", "3:1,1:1")}  # fmt: skip
    films = {name: film(song, network, tmp_path / name, *more) for name, more in options.items()}
    assert np.array_equal(films["none"], films["0"])
    assert np.array_equal(films["mix"], films["again"])
    for one, other in (("0", "1"), ("1", "3"), ("mix", "1"), ("mix", "3")):
        assert np.abs(films[one] - films[other]).mean() > 1, (one, other)


def test_a_saved_show_keeps_its_classes_and_the_command_line_may_choose_others(song, network, tmp_path):
    ref = read_style(network).ref
    save_show(new_show(replace(ref, classes=((3, 1.0),))), tmp_path / "work.anthesis")
    saved = ("--show", str(tmp_path / "work.anthesis"), "--fps", "4", "--format", "png", *EXACT)
    third, first = (film(song, network, tmp_path / label, "--class", label) for label in ("3", "1"))
    for name, more, wanted in (("kept", (), third), ("chosen", ("--class", "1"), first)):
        assert main(["render", str(song), *saved, *more, "-o", str(tmp_path / name)]) == 0
        assert np.array_equal(pictures(tmp_path / name), wanted)


@pytest.mark.parametrize(
    ("style", "label", "status", "sentence"),
    [
        ("four.pkl", "4", 1, "has the classes 0 to 3, not 4"),
        ("four.pkl", "1:0.5,9:0.5", 1, "not 9"),
        ("bloom", "1", 1, "Bloom has no classes"),
        ("bloom", "rose", 2, "“rose” is no class; write 2, or 2:0.7,5:0.3"),
        ("bloom", "1:x", 2, "is no class"),
        ("bloom", "1,1", 2, "with itself"),
        ("bloom", "1:0", 2, "weight 0"),
        ("bloom", "-1", 2, "--class"),
        ("bloom", "", 2, "is no class"),
    ],
)
def test_bad_classes_are_one_sentence(song, network, tmp_path, capsys, style, label, status, sentence):
    style = style if style == "bloom" else str(network)
    for command in (["render", str(song), "--style", style], ["still", style, "--seed", "1"]):
        try:
            ended = main([*command, "--class", label, "-o", str(tmp_path / "x.png"), *EXACT])
        except SystemExit as error:
            ended = error.code
        assert ended == status
        assert sentence in capsys.readouterr().err
    assert not (tmp_path / "x.png").exists()


def test_inspect_says_how_many_classes(network, capsys):
    assert main(["inspect", str(network)]) == 0
    assert "4, numbered 0 to 3" in capsys.readouterr().out
