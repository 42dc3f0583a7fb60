"""The folded network on a processor as a program of torch, recorded once: a picture is one call of it.

A picture of 256 px is some 400 operations. Called one by one from Python they take a third longer, and each asks for
the lock that the window's thread holds whenever it paints. A program asks for it once, and computes the same to the
bit.
"""

import threading
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor
from torch.jit import TracerWarning, optimized_execution, trace  # type: ignore[attr-defined]

from app.engine.stylegan.card import Card
from app.engine.stylegan.folded import Asked, FoldedSynthesis, Kernels, State

_Tensors = tuple[Tensor, ...]
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

    They are recorded where a picture first needs them, which takes as long as two or three pictures. ``refused`` says
    why there are none, in words for the status bar; empty while there are. Noise that is drawn anew for a picture is
    drawn without. One thread, no gradients.
    """

    def __init__(self, card: Card, tensors: Mapping[str, Tensor], *, dtype: torch.dtype) -> None:
        """As a folded network on the CPU."""
        super().__init__(card, tensors, device="cpu", dtype=dtype)
        self.refused = ""
        self._steps_recorded: dict[tuple[int, bool], _Program] = {}
        self._rows: dict[tuple[range, bool], _Program] = {}

    def _drawn(self, steps: range, state: State, ws: Tensor, asked: Asked) -> list[State]:
        if asked.noise_seed is not None or self.refused:
            return super()._drawn(steps, state, ws, asked)
        key, noise = (steps, asked.noise != 0.0), torch.tensor(asked.noise)
        with optimized_execution(False):  # nothing is fused, so nothing is rounded otherwise
            if key in self._rows:
                return self._rows[key](state, ws, noise)
            states = super()._drawn(steps, state, ws, asked)  # and the memory that stays is taken
            try:
                self._rows[key] = self._row(key, [state, *states], ws, noise)
            except RuntimeError as cause:
                self.refused = f"Drawn operation by operation: {str(cause).splitlines()[0]}"
                self._steps_recorded, self._rows = {}, {}
        return states

    def _row(self, key: tuple[range, bool], states: list[State], ws: Tensor, noise: Tensor) -> _Program:
        """The programs of single steps one after the other; *states* is what lies before and after each."""
        steps, noisy = key
        programs = []
        for i, (before, after) in zip(steps, pairwise(states), strict=True):
            if (i, noisy) not in self._steps_recorded:
                self._steps_recorded[i, noisy] = self._step(i, before, after, ws, noise if noisy else None)
            programs.append(self._steps_recorded[i, noisy])
        count = len(_tensors(states[0]))

        def draw(ws: Tensor, noise: Tensor, *rest: Tensor) -> _Tensors:
            left, rest = rest[:count], rest[count:]
            every: _Tensors = ()
            for program in programs:
                weights, rest = rest[: len(program.weights)], rest[len(program.weights) :]
                left = program.run(ws, noise, *left, *weights)
                every += left
            return every

        weights = tuple(weight for program in programs for weight in program.weights)
        run = _recorded(draw, ws, noise, *_tensors(states[0]), *weights)
        return _Program(run, weights, tuple(_there(state) for state in states[1:]))

    def _step(self, i: int, before: State, after: State, ws: Tensor, noise: Tensor | None) -> _Program:
        there, weights, noisy = _there(before), self.packed(i), noise is not None

        def draw(ws: Tensor, noise: Tensor, *rest: Tensor) -> _Tensors:
            upon, own = _state(there, rest)
            return _tensors(self.step(i, upon, ws, noise if noisy else None, own or None))

        run = _recorded(draw, ws, torch.ones(()) if noise is None else noise, *_tensors(before), *weights)
        return _Program(run, weights, (_there(after),))


def _recorded(draw: Callable[..., _Tensors], *arguments: Tensor) -> Callable[..., _Tensors]:
    """*draw* as a program; RuntimeError where torch cannot."""
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*torch.jit.trace.* is deprecated", DeprecationWarning)
        warnings.simplefilter("ignore", TracerWarning)  # that sizes are recorded as they are: they stay
        program: Callable[..., _Tensors] = trace(draw, arguments, check_trace=False)  # type: ignore[no-untyped-call]
    return program


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
