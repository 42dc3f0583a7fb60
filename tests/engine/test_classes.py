"""Networks with classes: a class picks the map, a mix lies between, and each has its own files."""

import json
import os
from dataclasses import replace

import numpy as np
import pytest
import torch

from app.engine.errors import StyleError
from app.engine.show.classes import MOST, file_mark, mixed, problems, short, words
from app.engine.show.saved import load_show, save_show
from app.engine.show.show import Scene, Show, StyleRef
from app.engine.stylegan.atlas_build import KEPT, atlas_for
from app.engine.stylegan.generator import Generator
from app.engine.stylegan.library import read_style
from tests.checkpoints import write_ada
from tests.vectors.networks import card_of, expected, network

EXACT = 1e-4
HALVES = ((1, 0.5), (3, 0.5))


@pytest.fixture(scope="module")
def generator(tmp_path_factory):
    path = write_ada(tmp_path_factory.mktemp("cond") / "cond.pkl", card_of("cond32"))
    generator = Generator.open(read_style(path), device="cpu", precision="float32")
    yield generator
    generator.close()
    torch.set_flush_denormal(False)


@pytest.mark.parametrize(
    ("pairs", "whole"),
    [
        ([], ()),
        ([(0, 3.0)], ()),
        ([(2, 5.0)], ((2, 1.0),)),
        ([(2, 7), (5, 3)], ((2, 0.7), (5, 0.3))),
        ([(5, 3), (2, 7)], ((5, 0.3), (2, 0.7))),
        ([(1, 1), (2, 1), (3, 1)], ((1, 0.3334), (2, 0.3333), (3, 0.3333))),
        ([(1, 1.0), (2, 1e-9)], ((1, 1.0),)),
    ],
)
def test_weights_make_up_a_whole(pairs, whole):
    assert mixed(pairs) == whole
    assert mixed(whole) == whole
    assert not list(problems(whole))


@pytest.mark.parametrize(
    ("classes", "sentence"),
    [
        (((-1, 1.0),), "class -1"),
        (((1, 0.0),), "weight 0"),
        (((1, -0.5), (2, 1.5)), "weight -0.5"),
        (((1, float("nan")),), "weight nan"),
        (((1, float("inf")),), "weight inf"),
        (((1, 0.5), (1, 0.5)), "with itself"),
        (tuple((i, 0.1) for i in range(MOST + 1)), "more than 8"),
    ],
)
def test_what_is_no_mix(classes, sentence, tmp_path):
    assert any(sentence in problem for problem in problems(classes))


def test_words_and_file_names():
    assert (words(()), words(((3, 1.0),)), words(HALVES)) == ("Class 0", "Class 3", "Class 1 50 %, class 3 50 %")
    assert (short(()), short(((3, 1.0),)), short(HALVES)) == ("Class 0", "Class 3", "Classes 1, 3")
    assert file_mark(()) == ""
    assert file_mark(HALVES) == file_mark(HALVES[::-1]) == "-1x5000-3x5000"
    assert file_mark(((1, 1.0),)) != file_mark(((11, 1.0),))


def test_classes_come_back_with_their_show(tmp_path):
    show = Show(scenes=(Scene(style=StyleRef("x", "1" * 64, classes=((5, 0.3), (2, 0.7)))), Scene()))
    file = tmp_path / "work.anthesis"
    save_show(show, file)
    assert load_show(file) == show
    document = json.loads(file.read_text())
    document["scenes"][0]["style"]["classes"] = [[5, 3], [2, 7]]
    file.write_text(json.dumps(document))
    assert load_show(file) == show, "weights that another program wrote are made a whole"


def test_a_show_of_before_has_class_0(tmp_path):
    file = tmp_path / "old.anthesis"
    file.write_text('{"anthesis": "show", "version": 1, "scenes": [{"style": {"name": "Bloom", "sha256": "ab"}}]}')
    assert load_show(file).scene.style == StyleRef("Bloom", "ab")


def test_a_mix_is_the_mapping_of_mixed_classes(generator):
    z = expected("cond32", "z").numpy()
    w = generator.mapping(z, generator.class_weights(HALVES))
    c = torch.tensor([0.0, 0.5, 0.0, 0.5]).expand(len(z), -1)
    assert np.abs(w - network("cond32").mapping(torch.from_numpy(z), c).numpy()).max() < EXACT
    one, other = (generator.mapping(z, generator.class_weights(((label, 1.0),))) for label in (1, 3))
    assert np.abs(w - one).max() > 10 * EXACT < np.abs(w - other).max()


def test_one_class_is_the_published_one(generator):
    for i, label in enumerate(expected("cond32", "c").argmax(1).tolist()):
        w = generator.mapping(expected("cond32", "z").numpy()[i : i + 1], generator.class_weights(((label, 1.0),)))
        assert np.abs(w - expected("cond32", "w").numpy()[i]).max() < EXACT
    z = expected("cond32", "z").numpy()
    assert np.array_equal(generator.mapping(z), generator.mapping(z, np.eye(4, dtype=np.float32)[0]))


def test_each_mix_has_a_map_of_its_own_kept_in_a_file_of_its_own(generator):
    plain, first, both = (atlas_for(generator, classes) for classes in ((), ((1, 1.0),), HALVES))
    assert not np.array_equal(plain.lattice, first.lattice)
    assert not np.array_equal(first.lattice, both.lattice)
    assert np.array_equal(plain.w_avg, both.w_avg), "truncation keeps the published average"
    style = generator.style
    files = {style.atlas_of(classes) for classes in ((), ((1, 1.0),), HALVES)}
    assert len(files) == 3
    assert all(file.is_file() for file in files)
    assert np.array_equal(atlas_for(generator, HALVES[::-1]).lattice, both.lattice)


def test_of_the_maps_of_classes_that_were_tried_the_newest_stay(generator):
    style = generator.style
    atlas_for(generator)
    for age in range(KEPT + 3):
        file = style.atlas_of(((1, 1.0 - age / 1000),))
        file.touch()
        os.utime(file, (10_000 - age, 10_000 - age))
    atlas_for(generator, HALVES)
    left = list(style.atlas_of(HALVES).parent.iterdir())
    assert style.atlas_path in left, "the Style's own map is not one of them"
    assert style.atlas_of(HALVES) in left
    assert len(left) == KEPT + 1
    assert style.atlas_of(((1, 1.0),)) in left
    assert style.atlas_of(((1, 1.0 - (KEPT + 2) / 1000),)) not in left


@pytest.mark.parametrize(
    ("classes", "has", "sentence"),
    [
        (((4, 1.0),), 4, "has the classes 0 to 3, not 4"),
        (((1, 0.5), (9, 0.5)), 4, "not 9"),
        (((1, 1.0),), 0, "has no classes"),
    ],
)
def test_a_class_that_is_not_there_is_one_sentence(generator, classes, has, sentence):
    with pytest.raises(StyleError, match=sentence):
        replace(generator.style, classes=has).check(classes)
