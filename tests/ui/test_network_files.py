"""Weights files of other programs in the window: a good one joins the Styles, a bad one is told and changes nothing."""

from tests.checkpoints import write_ada
from tests.vectors.networks import card_of


def test_a_pickle_joins_the_styles(studio, tmp_path, qtbot):
    path = write_ada(tmp_path / "paintings.pkl", card_of("rgb1_32"))
    before = len(studio.styles)
    studio.add_style(path)
    qtbot.waitUntil(lambda: len(studio.styles) == before + 1)
    (added,) = [style for style in studio.styles if style.name == "paintings"]
    assert (added.resolution, added.path) == (32, path)


def test_an_evil_pickle_is_told_by_what_it_asks_for(studio, tmp_path, qtbot):
    bad = tmp_path / "evil.pkl"
    bad.write_bytes(b"cos\nsystem\n(S'echo harm'\ntR.")
    studio.play()
    before, show, style = studio.styles, studio.document.show, studio.style
    with qtbot.waitSignal(studio.told) as told:
        studio.add_style(bad)
    kind, title, sentence = told.args
    assert kind == "error"
    assert "evil.pkl" in title
    assert "os.system" in sentence
    assert studio.styles == before
    assert studio.document.show is show
    assert studio.style is style
    assert studio.playing
