"""The folded network on a processor as a program of torch, recorded once: a picture is one call of it.

A picture of 256 px is some 400 operations. Called one by one from Python they take a third longer, and each asks for
the lock that the window's thread holds whenever it paints. A program asks for it once, and computes the same to the
bit.
"""

import threading
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import _C, Tensor
from torch.jit import TracerWarning, optimized_execution  # type: ignore[attr-defined]

from app.engine.errors import first_line
from app.engine.stylegan.card import Card
from app.engine.stylegan.folded import Asked, FoldedSynthesis, Kernels, State

_Tensors = tuple[Tensor, ...]
_Row = tuple[range, bool]
"""Steps, and whether they have noise."""
_There = tuple[bool, bool, bool, bool]
"""Which of its four tensors a State has."""
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True, eq=False)
class _Program:
    """Steps in a row. ``run`` takes ws, the strength of noise, the tensors of the state before, and packed weights."""

    run: Callable[..., _Tensors]
    weights: Kernels
    """Those that are packed: a program cannot hold them, so they go in."""
    left: tuple[_There, ...]
    """What each step leaves."""

    def __call__(self, state: State, ws: Tensor, noise: Tensor) -> list[State]:
        """What each step leaves, the first one upon *state*."""
        rest = self.run(ws, noise, *_tensors(state), *self.weights)
        states = []
        for there in self.left:
            state, rest = _state(there, rest)
            states.append(state)
        return states


class TracedSynthesis(FoldedSynthesis):
    """Owns, beside what a folded network owns, a program for each step, and of those one for each row of steps.

    What ``prepare`` has not recorded is recorded while pictures need it, one step a picture, so that none is late;
    until then they are drawn without. So are pictures whose noise is drawn anew. ``refused`` says why nothing can be
    recorded, in words for the status bar; empty where it can. One thread, no gradients.
    """

    def __init__(self, card: Card, tensors: Mapping[str, Tensor], *, dtype: torch.dtype) -> None:
        """As a folded network on the CPU."""
        super().__init__(card, tensors, device="cpu", dtype=dtype)
        self.refused = ""
        self._singles: dict[tuple[int, bool], _Program] = {}
        self._rows: dict[_Row, _Program] = {}

    def prepare(self, *, noisy: bool = True) -> None:
        """Record whole pictures, with noise or without. That takes as long as two or three of them."""
        steps, ws = range(self.count(None)), torch.zeros(self.card.num_ws, self.card.w_dim)
        with optimized_execution(False):
            states = super()._drawn(steps, self.start, ws, Asked(ws, float(noisy), None))
            self._record((steps, noisy), [self.start, *states], ws, most=len(steps) + 1)

    def _drawn(self, steps: range, state: State, ws: Tensor, asked: Asked) -> list[State]:
        if asked.noise_seed is not None or self.refused:
            return super()._drawn(steps, state, ws, asked)
        row = steps, asked.noise != 0.0
        with optimized_execution(False):  # nothing is fused, so nothing is rounded otherwise
            if row in self._rows:
                return self._rows[row](state, ws, torch.tensor(asked.noise))
            states = super()._drawn(steps, state, ws, asked)  # and memory that stays is taken
            self._record(row, [state, *states], ws, most=1)
        return states

    def _record(self, row: _Row, states: Sequence[State], ws: Tensor, *, most: int) -> None:
        """At most *most* of what *row* is made of, then *row*; *states* is what lies before and after each step."""
        steps, noisy = row
        missing = [i for i in steps if (i, noisy) not in self._singles]
        try:
            for i in missing[:most]:
                before, after = states[i - steps.start], states[i - steps.start + 1]
                self._singles[i, noisy] = self._single(i, before, after, ws, noisy)
            if len(missing) < most:
                self._rows[row] = _in_a_row([self._singles[i, noisy] for i in steps], states[0], ws)
        except RuntimeError as cause:
            self.refused = f"Drawn operation by operation: {first_line(cause)}"
            self._singles, self._rows = {}, {}

    def _single(self, i: int, before: State, after: State, ws: Tensor, noisy: bool) -> _Program:
        there, weights = _there(before), self.packed(i)

        def draw(ws: Tensor, noise: Tensor, *rest: Tensor) -> _Tensors:
            upon, own = _state(there, rest)
            return _tensors(self.step(i, upon, ws, noise if noisy else None, own or None))

        return _Program(_recorded(draw, ws, torch.ones(()), *_tensors(before), *weights), weights, (_there(after),))


def _in_a_row(programs: Sequence[_Program], before: State, ws: Tensor) -> _Program:
    """Each upon what the one before it leaves, the first upon *before*."""
    count = len(_tensors(before))

    def draw(ws: Tensor, noise: Tensor, *rest: Tensor) -> _Tensors:
        left, rest = rest[:count], rest[count:]
        every: _Tensors = ()
        for program in programs:
            weights, rest = rest[: len(program.weights)], rest[len(program.weights) :]
            left = program.run(ws, noise, *left, *weights)
            every += left
        return every

    weights = tuple(weight for program in programs for weight in program.weights)
    run = _recorded(draw, ws, torch.ones(()), *_tensors(before), *weights)
    return _Program(run, weights, tuple(there for program in programs for there in program.left))


def _recorded(draw: Callable[..., _Tensors], *arguments: Tensor) -> Callable[..., _Tensors]:
    """*draw* as a program that stands alone; RuntimeError where torch cannot.

    What ``torch.jit.trace`` does, but for its list of all functions ever traced, which keeps them and their weights.
    """
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore", TracerWarning)  # that sizes are recorded as they are: they stay
        graph, _ = _C._create_graph_by_tracing(draw, arguments, _nameless, True, False)
    _C._jit_pass_inline(graph)
    program: Callable[..., _Tensors] = _C._create_function_from_graph("draw", graph)
    return program


def _nameless(_tensor: Tensor) -> str:
    return ""


def _tensors(state: State) -> _Tensors:
    every = state.x, state.pending, state.image, state.beside
    return tuple(tensor for tensor in every if tensor is not None)


def _there(state: State) -> _There:
    return True, state.pending is not None, state.image is not None, state.beside is not None


def _state(there: _There, tensors: _Tensors) -> tuple[State, _Tensors]:
    """The State whose tensors are the first of *tensors*, and the rest."""
    count = sum(there)
    taken = iter(tensors[:count])
    x, pending, image, beside = (next(taken) if here else None for here in there)
    assert x is not None
    return State(x, pending, image, beside), tensors[count:]
