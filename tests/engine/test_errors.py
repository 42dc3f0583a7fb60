"""What an error says in one line, whatever somebody else wrote into it."""

import pytest

from app.engine.errors import StyleError, first_line


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (RuntimeError("no memory\nat 0x7f"), "no memory"), (RuntimeError(""), "RuntimeError"),
        (RuntimeError("\n \nlate"), "late"), (AssertionError(), "AssertionError"), (KeyError("w"), "'w'"),
        (StyleError("a sentence."), "a sentence."),
    ],
)  # fmt: skip
def test_the_first_line_that_says_something(cause, said):
    assert first_line(cause) == said
