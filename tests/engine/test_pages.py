"""Arrays in pages of their own: as np.zeros gives them, and taken only where they are written."""

import sys
from pathlib import Path

import numpy as np
import pytest

from app.engine import pages


@pytest.mark.parametrize(("shape", "dtype"), [((6000, 70), np.float64), ((3, 5), np.float32), ((7,), np.int16)])
def test_they_are_as_numpys(shape: tuple[int, ...], dtype: type) -> None:
    made = pages.zeros(shape, dtype)
    assert made.dtype == dtype
    np.testing.assert_array_equal(made, np.zeros(shape, dtype))
    made[-1] = 3
    assert made.sum() == 3 * made[-1].size


def test_nothing_is_nothing() -> None:
    assert pages.zeros((6000, 0), np.float32).shape == (6000, 0)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts pages as Linux does")
def test_what_is_not_written_is_not_taken_and_what_is_dropped_goes_back() -> None:
    def taken() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1])

    before = taken()
    made = pages.zeros((64, 2**20))
    assert taken() - before < 1000
    made[:8] = 1.0
    assert taken() - before > 8 * 2**20 * 8 // 4096 - 1000
    del made
    assert taken() - before < 1000
