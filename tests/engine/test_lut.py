"""Tables of colours: what .cube files say, what is wrong with others, and colours by known answers."""

import hashlib
import os

import numpy as np
import pytest
import torch

from app.engine.errors import LutError
from app.engine.render.colours import Tables
from app.engine.render.lut import MOST_3D, Lut, lut_of, parse_lut, read_lut
from app.engine.show.show import LutRef
from tests.engine.pictures import SmallRenderer, session

NEUTRAL = "\n".join(f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1))
SWAPPED = "\n".join(f"{b} {g} {r}" for b in (0, 1) for g in (0, 1) for r in (0, 1))
CUBE = f'TITLE "Red is blue"\n# a remark\nLUT_3D_SIZE 2\n\n{SWAPPED}\n'
CURVE = "LUT_1D_SIZE 3\n0 0 0\n0.9 0.5 0.1\n1 1 1\n"


def parsed(text, name="film.cube"):
    return parse_lut(text.encode(), name)


def through(lut, *rgb, amount=1.0):
    """What becomes of a colour 0..1."""
    image = (torch.tensor(rgb) * 2 - 1)[:, None, None].expand(3, 2, 2).clone()
    return ((Tables().looked_up(image, lut, amount)[:, 0, 0] + 1) / 2).tolist()


def test_a_cube_by_known_answers():
    lut = parsed(CUBE)
    assert lut.table.shape == (2, 2, 2, 3)
    assert lut.sha256 == hashlib.sha256(CUBE.encode()).hexdigest()
    assert through(lut, 1.0, 0.0, 0.0) == pytest.approx((0.0, 0.0, 1.0), abs=1e-5)
    assert through(lut, 0.1, 0.4, 0.7) == pytest.approx((0.7, 0.4, 0.1), abs=1e-5)
    assert through(lut, 0.1, 0.4, 0.7, amount=0.5) == pytest.approx((0.4, 0.4, 0.4), abs=1e-5)


def test_a_neutral_cube_changes_nothing():
    image = torch.rand(3, 9, 7, generator=torch.Generator().manual_seed(1)) * 2 - 1
    assert torch.allclose(Tables().looked_up(image, parsed(f"LUT_3D_SIZE 2\n{NEUTRAL}"), 1.0), image, atol=1e-5)
    assert Tables().looked_up(image, None, 1.0) is image
    assert Tables().looked_up(image, parsed(CUBE), 0.0) is image


def test_a_curve_by_known_answers():
    lut = parsed(CURVE)
    assert through(lut, 0.5, 0.5, 0.5) == pytest.approx((0.9, 0.5, 0.1), abs=1e-5)
    assert through(lut, 0.25, 0.75, 1.0) == pytest.approx((0.45, 0.75, 1.0), abs=1e-5)
    assert through(lut, 1.7, -0.4, 0.0) == pytest.approx((1.0, 0.0, 0.0), abs=1e-5)


@pytest.mark.parametrize("head", ["DOMAIN_MIN 0 0 0\nDOMAIN_MAX 2 2 2", "LUT_1D_INPUT_RANGE 0 2"])
def test_the_range_of_a_table_counts(head):
    assert through(parsed(f"{head}\n{CURVE}"), 1.0, 1.0, 0.5) == pytest.approx((0.9, 0.5, 0.05), abs=1e-5)


def test_a_mark_of_byte_order_windows_lines_and_unknown_words_do_no_harm():
    text = "\ufeff" + CUBE.replace("\n", "\r\n") + "\r\nLUT_3D_STRANGE 7\r\n"
    assert np.array_equal(parsed(text).table, parsed(CUBE).table)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "film.cube is not a table of colours: it says neither LUT_1D_SIZE nor LUT_3D_SIZE."),
        ("\x00\x01PNG", "neither LUT_1D_SIZE nor LUT_3D_SIZE"),
        (CUBE.replace("0 1 1\n", "", 1), "film.cube has 7 rows of colours where 8 belong. It is not whole."),
        (CUBE.replace("0 1 1", "0 one 1", 1), "film.cube, line "),
        (CUBE.replace("0 1 1", "0 1", 1), "“0 1” is not a colour of three numbers."),
        (CUBE.replace("0 1 1", "0 nan 1", 1), "“0 nan 1” is not a colour of three numbers."),
        (CUBE.replace("0 1 1", "0 1e99 1", 1), "is not a colour of three numbers."),
        (CUBE.replace("SIZE 2", f"SIZE {MOST_3D + 1}"), f"Tables of 2 to {MOST_3D} can be used."),
        (CUBE.replace("SIZE 2", "SIZE 99999999999999999999"), "Tables of 2 to"),
        (CUBE.replace("SIZE 2", "SIZE 00000000" + 5000 * "2"), "Tables of 2 to"),
        (CUBE.replace("SIZE 2", "SIZE -2"), "film.cube has “-2” steps."),
        (CUBE.replace("SIZE 2", "SIZE"), "film.cube has “” steps."),
        (f"LUT_1D_SIZE 3\n{CUBE}", "film.cube holds two tables, a curve and a cube. Save it as a cube alone."),
        (f"DOMAIN_MIN 1 1 1\n{CUBE}", "its range of colours is empty."),
        (f"DOMAIN_MAX 1 1\n{CUBE}", "film.cube says “1 1” where 3 numbers belong."),
        (f"DOMAIN_MAX 1 inf 1\n{CUBE}", "where 3 numbers belong."),
    ],
)
def test_what_is_wrong_is_one_clear_sentence(text, says):
    with pytest.raises(LutError) as caught:
        parsed(text)
    assert says in str(caught.value)


def test_files_that_cannot_be_read(tmp_path):
    gone = tmp_path / "gone.cube"
    with pytest.raises(LutError, match=r"gone\.cube is not where it was, in .*\. Choose it again\."):
        read_lut(gone)
    with pytest.raises(LutError, match="cannot be read"):
        read_lut(tmp_path)
    huge = tmp_path / "huge.cube"
    with huge.open("wb") as file:
        file.truncate(33 * 2**20)
    with pytest.raises(LutError, match=r"huge\.cube is too large"):
        read_lut(huge)


def test_a_file_is_read_once_and_again_when_it_is_another(tmp_path):
    path = tmp_path / "a.cube"
    path.write_text(CUBE)
    first = lut_of(LutRef(str(path)))
    assert lut_of(LutRef(str(path), first.sha256)) is first
    path.write_text(CURVE)
    os.utime(path, ns=(1, 1))
    with pytest.raises(LutError, match="has changed since it was chosen"):
        lut_of(LutRef(str(path), first.sha256))
    assert lut_of(LutRef(str(path))).table.shape == (3, 3)


def test_a_scene_reads_its_table_and_goes_on_without_a_missing_one(tmp_path):
    path = tmp_path / "a.cube"
    path.write_text(CUBE)
    with_it = session(lut=LutRef(str(path)))
    assert isinstance(with_it.lut, Lut)
    assert not with_it.lut_trouble
    without = session(lut=LutRef(str(tmp_path / "gone.cube")))
    assert without.lut is None
    assert "gone.cube is not where it was" in without.lut_trouble
    from app.engine.render.plan import frames

    plain, swapped, missing = (
        next(frames([(1.0, of)], SmallRenderer())).image.astype(int) for of in (session(), with_it, without)
    )
    assert np.abs(swapped - plain[..., ::-1]).max() <= 1
    assert np.array_equal(missing, plain)
