"""Expressions: arithmetic that is computed, and everything else refused in a sentence with a place."""

import math
import random
import string

import numpy as np
import pytest

from app.engine.errors import AppError
from app.engine.show.expression import FUNCTIONS, LONGEST, NAMES, ExpressionError, parsed
from app.engine.show.routes import Route
from app.engine.show.score import song_stretch
from app.engine.show.show import Scene
from app.engine.show.stretch import Sources
from tests.heard import Heard

X = np.linspace(0, 1, 11)


def value(text: str, **names: object) -> np.ndarray:
    known = {"x": X, "t": np.full(11, 2.5), "beats": np.full(11, 5.25), **names}
    return parsed(text).values(lambda name: np.asarray(known[name], np.float64), 11)


ARITHMETIC = {
    "x*0.5+0.2": X * 0.5 + 0.2, "1 - x": 1 - X, "-x + 1": 1 - X, "+x": X, "  x  ": X, "x ** 2": X**2, "x / 2": X / 2,
    "x ** -0.5 - 1": [1, *np.clip(X[1:] ** -0.5 - 1, 0, 1)], "x % 0.3": X % 0.3, "x * 10": np.clip(X * 10, 0, 1),
    "min(x, 0.4)": np.minimum(X, 0.4), "max(x, 0.2, 0.6)": np.maximum(X, 0.6), "abs(x - 0.5)": abs(X - 0.5),
    "sqrt(x)": np.sqrt(X), "sin(pi * x)": np.sin(np.pi * X), "0.5 + 0.5 * cos(t)": [0.5 + 0.5 * math.cos(2.5)] * 11,
    "clip(x, 0.2, 0.8)": np.clip(X, 0.2, 0.8), "step(0.5, x)": (X >= 0.5) * 1.0, "floor(x + 0.5)": np.floor(X + 0.5),
    "fract(beats)": [0.25] * 11, "smooth(x)": X * X * (3 - 2 * X), "mix(0.2, 0.6, x)": 0.2 + 0.4 * X,
    "exp(0 - x)": np.exp(-X), "x > 0.45": (X > 0.45) * 1.0, "x if x >= 0.5 else 0.1": np.where(X >= 0.5, X, 0.1),
    "x < 0.5": (X < 0.5) * 1.0, "x <= 0.5": (X <= 0.5) * 1.0, "0.25": [0.25] * 11, "1e-1": [0.1] * 11,
    "5 / 0": [1.0] * 11, "0 / 0": [0.0] * 11, "(1e6 ** 8) ** 8": [1.0] * 11, "(" * 90 + "x" + ")" * 90: X,
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ARITHMETIC.items())
def test_arithmetic(text, expected):
    assert value(text) == pytest.approx(np.asarray(expected, float), abs=1e-6)


HOSTILE = [
    "__import__('os').system('true')", "x.__class__", "().__class__.__bases__", "open('x')", "eval('1')", "exec",
    "lambda: 1", "[x for x in t]", "{x}", "x[0]", "f'{x}'", "'a' * 999999999", "b''", "x := 1", "x = 1", "x; t",
    "x\nt", "x and t", "not x", "~x", "x // 2", "x @ t", "x << 9", "x | t", "x is t", "x in t", "0 < x < 1",
    "await x", "yield x", "*x", "x, t", "sin(*x)", "sin(x=1)", "sin", "sin()", "sin(x, x)", "min(x)", "clip(x)",
    "nothing(x)", "nothing", "__builtins__", "True", "None", "1j", "0x10", "1_000", "1e7", "1e999", "9" * 150,
    "x ** x", "x ** 99", "9 ** 9 ** 9", "x ** (2)" + " ** 2" * 30,     "-" * 150 + "x", "x" + "+x" * 95, "x" * 300,
    "(" * 190, ")" * 50, "", "   ", "x +", "+", "(x", "1if x else 2", "\0", "x\\", "\uff58", "x²", "é", "🙂",
    "x\u202e", "lfo", "walk", "x.real", "1 2", "pi()",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_everything_else_is_refused_in_a_sentence(text):
    with pytest.raises(ExpressionError) as refused:
        parsed(text)
    sentence, place = str(refused.value), refused.value.place
    assert isinstance(refused.value, AppError)
    assert sentence.endswith(f", at sign {place}.")
    assert sentence[0].isupper() or sentence[0] == "“" or sentence.split("(")[0] in FUNCTIONS
    assert 1 <= place <= len(text) + 1
    assert len(sentence) < 200


@pytest.mark.parametrize(
    ("text", "place"),
    [("x + nothing", 5), ("  x $ 2", 5), ("sin(x) + cos(", 13), ("x * 2 +", 8), ("min(1, x ** 9)", 13)],
)
def test_the_place_is_where_it_goes_wrong(text, place):
    with pytest.raises(ExpressionError) as refused:
        parsed(text)
    assert refused.value.place == place


def test_noise_never_does_more_than_be_refused():
    rng = random.Random(4)
    pieces = [
        *NAMES[:6],
        *FUNCTIONS,
        *"+-*/%().,<>= ",
        "**",
        "0",
        "1.5",
        "1e3",
        "if",
        "else",
        "for",
        "lambda",
        "_",
        "9" * 9,
    ]
    for _ in range(4000):
        if rng.random() < 0.3:
            text = "".join(rng.choice(string.printable) for _ in range(rng.randrange(60)))
        else:
            text = rng.choice(["", " "]).join(rng.choice(pieces) for _ in range(rng.randrange(1, 25)))
        try:
            made = parsed(text)
        except ExpressionError:
            continue
        assert len(text) <= LONGEST
        y = made.values(lambda _name: X, 11)
        assert y.shape == (11,)
        assert y.dtype == np.float32
        assert ((y >= 0) & (y <= 1)).all()


def test_a_route_reckons_with_every_source_by_name():
    stretch = song_stretch(Heard(), ())
    sources = Sources(Scene(), stretch, {})
    y = sources.of(Route("hat", "hue", expression="bass * (beats > 8) + x * (beats <= 8)"))
    expected = np.where(stretch.beats > 8, Heard().curves["bass"], 0.3)
    assert y == pytest.approx(expected, abs=1e-6)
    by_itself = sources.of(Route("expression", "hue", expression="fract(t) + x"))
    assert by_itself == pytest.approx(stretch.t % 1, abs=1e-6)
