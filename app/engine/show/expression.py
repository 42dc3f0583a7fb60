"""Expressions: a line of arithmetic, read into a tree, checked node by node, computed with NumPy; never run as code."""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import ShowError
from app.engine.show.sources import SOURCES

Numbers = NDArray[np.float64]
Made = Callable[[Callable[[str], Numbers]], Any]

LONGEST, MOST_NODES, DEEPEST = 200, 100, 20
HIGHEST_POWER = 8.0
LARGEST = 1e6
NAMES = ("x", "t", "beats", "bars", "pi", *SOURCES)
"""What an expression may speak of: x is the source of its route, t the time in seconds, beats and bars are counted."""


class ExpressionError(ShowError):
    """An expression that cannot be understood; *place* is the sign it stumbles over, from 1."""

    def __init__(self, sentence: str, place: int) -> None:
        super().__init__(f"{sentence}, at sign {place}.")
        self.place = place


def _clip(x: Any, lo: Any, hi: Any) -> Any:
    return np.minimum(np.maximum(x, lo), hi)


def _smooth(x: Any) -> Any:
    u = _clip(x, 0.0, 1.0)
    return u * u * (3.0 - 2.0 * u)


FUNCTIONS: dict[str, tuple[Callable[..., Any], int, int]] = {
    "abs": (np.abs, 1, 1), "sqrt": (lambda x: np.sqrt(np.maximum(x, 0.0)), 1, 1),
    "sin": (np.sin, 1, 1), "cos": (np.cos, 1, 1), "exp": (lambda x: np.exp(np.minimum(x, 20.0)), 1, 1),
    "floor": (np.floor, 1, 1), "fract": (lambda x: x - np.floor(x), 1, 1), "smooth": (_smooth, 1, 1),
    "min": (lambda *xs: _folded(np.minimum, xs), 2, 8), "max": (lambda *xs: _folded(np.maximum, xs), 2, 8),
    "step": (lambda edge, x: np.where(np.greater_equal(x, edge), 1.0, 0.0), 2, 2),
    "clip": (_clip, 3, 3), "mix": (lambda a, b, u: a + (b - a) * u, 3, 3),
}  # fmt: skip
"""Name -> what it does, and how many values it takes, at least and at most."""

_TWO: Mapping[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: np.divide, ast.Mod: np.mod, ast.Pow: np.power,
}  # fmt: skip
_COMPARED: Mapping[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Lt: np.less, ast.LtE: np.less_equal, ast.Gt: np.greater, ast.GtE: np.greater_equal,
}  # fmt: skip
_SIGNS = re.compile(r"[A-Za-z0-9_+\-*/%().,<>= ]*")
_JOINED = re.compile(r"(?<![A-Za-z0-9_.])(?>\d+\.?\d*|\.\d+)(?>(?:e[+-]?\d+)?)(?=[A-Za-z_])")


@dataclass(frozen=True, eq=False)
class Expression:
    """A checked expression: the *names* it speaks of, and how it is computed."""

    names: frozenset[str]
    made: Made

    def values(self, of: Callable[[str], Numbers], steps: int) -> NDArray[np.float32]:
        """``(steps,)`` in 0..1; *of* gives ``(steps,)`` of a name. What is no number is 0."""
        with np.errstate(all="ignore"):
            held = np.minimum(np.maximum(self.made(of), 0.0), 1.0)
        out = np.empty(steps, np.float32)
        out[:] = np.where(np.isnan(held), 0.0, held)
        return out


@lru_cache(maxsize=256)
def parsed(text: str) -> Expression:
    """*text* as an Expression; raises ExpressionError, which says in a sentence what is wrong and where."""
    if len(text) > LONGEST:
        raise ExpressionError(f"An expression has at most {LONGEST} signs", LONGEST + 1)
    allowed = _SIGNS.match(text)
    end = allowed.end() if allowed else 0
    if end < len(text):
        raise ExpressionError(f"“{text[end]}” has no meaning here", end + 1)
    if joined := _JOINED.search(text):
        raise ExpressionError("A number runs into a word", joined.end() + 1)
    lead = len(text) - len(text.lstrip())
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        if error.msg.endswith("never closed"):
            raise ExpressionError("This bracket is never closed", (error.offset or 1) + lead) from error
        place = error.offset + lead if error.offset else len(text) + 1  # 0: it ends too soon
        words = f"“{text[place - 1]}” is not expected" if place <= len(text) else "The expression breaks off"
        raise ExpressionError(words, place) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError("The expression is nested too deep", 1) from error
    if sum(isinstance(node, ast.expr) for node in ast.walk(tree)) > MOST_NODES:
        raise ExpressionError(f"An expression has at most {MOST_NODES} parts", 1)
    reading = _Reading(lead)
    made = reading.made(tree.body, 0)
    return Expression(frozenset(reading.names), made)


class _Reading:
    """Walks a tree once, turns each node it knows into a function, and refuses every other; collects the *names*."""

    def __init__(self, lead: int) -> None:
        self._lead = lead
        self.names: set[str] = set()

    def made(self, node: ast.expr, depth: int) -> Made:
        """How *node* is computed."""
        if depth > DEEPEST:
            raise self._wrong("The expression is nested too deep", node)
        match node:
            case ast.Constant(value=value):
                number = self._number(value, node)
                return lambda _of: number
            case ast.Name(id=name):
                return self._name(name, node)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                turned = self.made(inner, depth + 1)
                return lambda of: -turned(of)
            case ast.UnaryOp(op=ast.UAdd(), operand=inner):
                return self.made(inner, depth + 1)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _TWO:
                if isinstance(op, ast.Pow):
                    self._check_power(right)
                return self._pair(_TWO[type(op)], left, right, depth)
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARED:
                compared = self._pair(_COMPARED[type(op)], left, right, depth)
                return lambda of: np.where(compared(of), 1.0, 0.0)
            case ast.IfExp(test=test, body=body, orelse=other):
                yes, no = self.made(body, depth + 1), self.made(other, depth + 1)
                asked = self.made(test, depth + 1)
                return lambda of: np.where(np.not_equal(asked(of), 0.0), yes(of), no(of))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self._call(name, args, node, depth)
        raise self._wrong("Only numbers, names, + - * / % **, comparisons and functions are known", node)

    def _pair(self, do: Callable[[Any, Any], Any], left: ast.expr, right: ast.expr, depth: int) -> Made:
        one, other = self.made(left, depth + 1), self.made(right, depth + 1)
        return lambda of: do(one(of), other(of))

    def _call(self, name: str, args: list[ast.expr], node: ast.expr, depth: int) -> Made:
        if name not in FUNCTIONS:
            raise self._wrong(f"There is no function “{name}”. There are: {', '.join(FUNCTIONS)}", node)
        do, least, most = FUNCTIONS[name]
        if not least <= len(args) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            raise self._wrong(f"{name}() takes {wanted} {'value' if wanted == '1' else 'values'}", node)
        values = [self.made(arg, depth + 1) for arg in args]
        return lambda of: do(*(value(of) for value in values))

    def _name(self, name: str, node: ast.expr) -> Made:
        if name == "pi":
            return lambda _of: np.pi
        if name not in NAMES:
            what = "needs brackets behind it" if name in FUNCTIONS else "is the name of nothing"
            raise self._wrong(f"“{name}” {what}", node)
        self.names.add(name)
        return lambda of: of(name)

    def _number(self, value: object, node: ast.expr) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
            raise self._wrong(f"A number is at most {LARGEST:,.0f}", node)
        return float(value)

    def _check_power(self, node: ast.expr) -> None:
        inner = node.operand if isinstance(node, ast.UnaryOp) else node
        value = inner.value if isinstance(inner, ast.Constant) else None
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= HIGHEST_POWER:
            raise self._wrong(f"A power is a number, at most {HIGHEST_POWER:g}", node)

    def _wrong(self, sentence: str, node: ast.expr) -> ExpressionError:
        return ExpressionError(sentence, node.col_offset + self._lead + 1)


def _folded(of: Callable[[Any, Any], Any], values: tuple[Any, ...]) -> Any:
    first, *rest = values
    for value in rest:
        first = of(first, value)
    return first
