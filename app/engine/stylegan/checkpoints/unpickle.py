"""Reads a pickle as data: a machine of our own, which can only build what it was given constructors for.

Python's own unpickler is not used, not even restricted: it imports on the file's say-so, sets attributes on what it is
handed, hashes without limit of depth, and makes room for as many memo entries as six bytes ask for.
"""

import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from app.engine.stylegan.checkpoints.foreign import told_by_program

MOST_STEPS = 300_000
"""Four times what the largest published file takes."""
MOST_WIDE_TEXT = 2**22
LONGEST_LINE = 400
LONGEST_INTEGER = 32
STOP = 0x2E
WIDE = re.compile(b"[\xc4-\xff]")
"""A byte that begins a letter beyond Latin-1 in UTF-8."""


class Refused(ValueError):
    """The file asks for something that no network needs; says what."""


class Damaged(ValueError):
    """The bytes are not what they claim to be; says how."""


@dataclass(frozen=True, slots=True)
class Known:
    """A name that may stand in a file, and the constructor of ours that answers to it."""

    name: str
    build: Callable[..., Any]
    copies: int = 0
    """How many more times than once what it is handed will be in memory."""


class Stateful:
    """A thing of ours that a pickle may give a state to, after it was built."""

    __slots__ = ()

    def set_state(self, state: object) -> None:
        """Take what is wanted of *state*, checked."""
        raise NotImplementedError


class Budget:
    """What a file may still cost, all pickles nested in it together: steps, bytes handed to constructors, wide text."""

    __slots__ = ("bytes_left", "left", "wide_left")

    def __init__(self, size: int, steps: int = MOST_STEPS) -> None:
        self.left, self.bytes_left, self.wide_left = steps, 3 * size + 1000, MOST_WIDE_TEXT

    def text(self, raw: memoryview | bytes, encoding: str) -> str:
        """The text in *raw*. With one letter beyond Latin-1 it takes four times as much memory as in the file."""
        if encoding == "utf-8" and WIDE.search(raw):
            self.wide_left -= len(raw)
            if self.wide_left < 0:
                raise Refused("it holds more text than any network")
        return str(raw, encoding)

    def charge(self, arguments: tuple[Any, ...], copies: int = 0) -> None:
        """Pay for what a constructor may look through: the same long list can be handed over again and again."""
        for argument in arguments:
            if type(argument) in (list, tuple):
                self.left -= len(argument)
            elif type(argument) in (str, bytes, memoryview):
                self.bytes_left -= len(argument) * (1 + copies)
        if self.left < 0 or self.bytes_left < 0:
            raise Refused("it takes more steps to read than any network")


def no_storage(_: object) -> NoReturn:
    """Answers persistent ids where there are none."""
    raise Refused("it refers to something outside itself by a persistent id")


class Machine:
    """Owns the stack and the memo of one pickle. ``at`` is where in *raw* the next byte is read."""

    def __init__(
        self,
        raw: memoryview,
        known: Mapping[str, Known],
        budget: Budget,
        stored: Callable[[object], object] = no_storage,
    ) -> None:
        self.raw, self.at = raw, 0
        self._known, self._budget, self.stored = known, budget, stored
        self._stack: list[Any] = []
        self._below: list[list[Any]] = []
        self._memo: dict[int, Any] = {}

    def load(self) -> object:
        """The next pickle in ``raw``; Refused or Damaged says why there is none."""
        self._stack, self._below, self._memo = [], [], {}
        budget = self._budget
        while True:
            budget.left -= 1
            if budget.left < 0:
                raise Refused("it takes more steps to read than any network")
            opcode = self.take(1)[0]
            if opcode == STOP:
                return self.pop()
            step = STEPS.get(opcode)
            if step is None:
                raise Damaged("it holds bytes that mean nothing")
            step(self)

    def take(self, count: int) -> memoryview:
        """The next *count* bytes, not copied."""
        end = self.at + count
        if count < 0 or end > len(self.raw):
            raise Damaged("it is cut short")
        piece = self.raw[self.at : end]
        self.at = end
        return piece

    def line(self) -> str:
        """Text up to the end of the line."""
        text = bytes(self.raw[self.at : self.at + LONGEST_LINE])
        length = text.find(b"\n")
        if length < 0:
            raise Damaged("it is cut short, or has a line without an end")
        self.at += length + 1
        return self.text(text[:length])

    def text(self, raw: memoryview | bytes, encoding: str = "utf-8") -> str:
        """What *raw* spells, paid for."""
        return self._budget.text(raw, encoding)

    def push(self, value: object) -> None:
        self._stack.append(value)

    def pop(self) -> Any:
        if not self._stack:
            raise Damaged("it takes more than it holds")
        return self._stack.pop()

    def top(self, kind: type) -> Any:
        """What lies uppermost, which must be a *kind*."""
        if not self._stack or type(self._stack[-1]) is not kind:
            raise Damaged(f"it fills something that is no {kind.__name__}")
        return self._stack[-1]

    def mark(self) -> None:
        self._below.append(self._stack)
        self._stack = []

    def since_mark(self) -> list[Any]:
        if not self._below:
            raise Damaged("it closes what was never opened")
        items, self._stack = self._stack, self._below.pop()
        return items

    def drop(self) -> None:
        """Forget the uppermost value, or the mark if there is nothing above it."""
        if self._stack:
            self._stack.pop()
        else:
            self.since_mark()

    def remember(self, place: int | None = None) -> None:
        if not self._stack:
            raise Damaged("it remembers nothing")
        self._memo[len(self._memo) if place is None else place] = self._stack[-1]

    def recall(self, place: int) -> None:
        if place not in self._memo:
            raise Damaged("it recalls what it never held")
        self._stack.append(self._memo[place])

    def find(self, module: object, name: object) -> Known:
        """What stands for ``module.name`` here: something of ours or nothing at all."""
        if type(module) is not str or type(name) is not str:
            raise Damaged("it names something without text")
        known = self._known.get(f"{module}.{name}")
        if known is None:
            asked = printable(f"{module}.{name}")
            raise Refused(f"it asks for {asked}{told_by_program(asked)}")
        return known

    def call(self, known: object, arguments: object) -> object:
        if type(known) is not Known or type(arguments) is not tuple:
            raise Refused("it calls something that is no constructor")
        self._budget.charge(arguments, known.copies)
        return known.build(*arguments)

    def give_state(self, state: object) -> None:
        thing = self._stack[-1] if self._stack else None
        if type(state) is tuple:
            self._budget.charge(state)
        if isinstance(thing, Stateful):
            thing.set_state(state)
        elif type(thing) is not dict:  # what a state dict notes about itself is of no use
            raise Refused("it changes something that has no state")

    def refer(self, token: object) -> None:
        self._stack.append(self.stored(token))


def printable(text: str) -> str:
    """*text* from a file as one short piece of a sentence."""
    return "".join(c if c.isprintable() else "?" for c in text[:80])


def keys(items: list[Any]) -> list[Any]:
    """*items*, which must be plain enough to be looked up: deep tuples would be hashed to the bottom of the stack."""
    if any(type(item) not in (str, int, float, bool, type(None)) for item in items):
        raise Refused("it has keys that are neither text nor numbers")
    return items


def _constant(value: object) -> Callable[[Machine], None]:
    return lambda machine: machine.push(value)


def _empty(kind: type) -> Callable[[Machine], None]:
    return lambda machine: machine.push(kind())


def _unpacked(machine: Machine, form: struct.Struct) -> Any:
    return form.unpack(machine.take(form.size))[0]


def _number(form: str) -> Callable[[Machine], None]:
    packed = struct.Struct(form)
    return lambda machine: machine.push(_unpacked(machine, packed))


def _sized(form: str, make: Callable[[memoryview], object]) -> Callable[[Machine], None]:
    length = struct.Struct(form)
    return lambda machine: machine.push(make(machine.take(_unpacked(machine, length))))


def _text(form: str, encoding: str = "utf-8") -> Callable[[Machine], None]:
    length = struct.Struct(form)
    return lambda machine: machine.push(machine.text(machine.take(_unpacked(machine, length)), encoding))


def _integer(raw: memoryview) -> int:
    if len(raw) > LONGEST_INTEGER:
        raise Refused("it holds a number of more digits than any network")
    return int.from_bytes(raw, "little", signed=True)


def _read_number(machine: Machine) -> None:
    text = machine.line().removesuffix("L")
    if len(text) > 2 * LONGEST_INTEGER:
        raise Refused("it holds a number of more digits than any network")
    machine.push({"00": False, "01": True}[text] if text in ("00", "01") else int(text))


def _quoted(machine: Machine) -> None:
    text = machine.line()
    if len(text) < 2 or text[0] != text[-1] or text[0] not in "'\"" or "\\" in text:
        raise Damaged("it holds text without quotes")
    machine.push(text[1:-1])


def _tuple(count: int) -> Callable[[Machine], None]:
    return lambda machine: machine.push(tuple(reversed([machine.pop() for _ in range(count)])))


def _pairs(items: list[Any]) -> dict[Any, Any]:
    if len(items) % 2:
        raise Damaged("it has a key without a value")
    return dict(zip(keys(items[::2]), items[1::2], strict=True))


def _set_item(machine: Machine) -> None:
    value, key = machine.pop(), machine.pop()
    machine.top(dict).update(_pairs([key, value]))


def _set_items(machine: Machine) -> None:
    items = machine.since_mark()
    machine.top(dict).update(_pairs(items))


def _append(machine: Machine) -> None:
    item = machine.pop()
    machine.top(list).append(item)


def _append_all(machine: Machine) -> None:
    items = machine.since_mark()
    machine.top(list).extend(items)


def _add_all(machine: Machine) -> None:
    items = machine.since_mark()
    machine.top(set).update(keys(items))


def _stack_global(machine: Machine) -> None:
    name, module = machine.pop(), machine.pop()
    machine.push(machine.find(module, name))


def _inst(machine: Machine) -> None:
    known = machine.find(machine.line(), machine.line())
    machine.push(machine.call(known, tuple(machine.since_mark())))


def _object(machine: Machine) -> None:
    known, *arguments = machine.since_mark() or (None,)
    machine.push(machine.call(known, tuple(arguments)))


def _reduce(machine: Machine) -> None:
    arguments, known = machine.pop(), machine.pop()
    machine.push(machine.call(known, arguments))


def _new_with_names(machine: Machine) -> None:
    if machine.pop() != {}:
        raise Refused("it builds something with arguments by name")
    _reduce(machine)


def _extension(form: str) -> Callable[[Machine], None]:
    packed = struct.Struct(form)

    def refuse(machine: Machine) -> NoReturn:
        raise Refused(f"it asks for the registered extension {_unpacked(machine, packed)}")

    return refuse


STEPS: Mapping[int, Callable[[Machine], object]] = {
    0x80: lambda m: m.take(1), 0x95: lambda m: m.take(8),  # protocol and frame: nothing to do
    ord("("): Machine.mark, ord("0"): Machine.drop, ord("1"): lambda m: m.since_mark(),
    ord("2"): lambda m: m.push(m._stack[-1]),
    ord("N"): _constant(None), 0x88: _constant(True), 0x89: _constant(False),
    ord("K"): _number("<B"), ord("M"): _number("<H"), ord("J"): _number("<i"), ord("G"): _number(">d"),
    ord("I"): _read_number, ord("L"): _read_number, ord("F"): lambda m: m.push(float(m.line())),
    0x8A: _sized("<B", _integer), 0x8B: _sized("<I", _integer),
    ord("X"): _text("<I"), 0x8C: _text("<B"), 0x8D: _text("<Q"),
    ord("V"): lambda m: m.push(m.line()), ord("S"): _quoted,
    ord("T"): _text("<I", "latin-1"), ord("U"): _text("<B", "latin-1"),
    ord("B"): _sized("<I", lambda raw: raw), ord("C"): _sized("<B", lambda raw: raw),
    0x8E: _sized("<Q", lambda raw: raw), 0x96: _sized("<Q", lambda raw: raw),
    ord(")"): _empty(tuple), ord("]"): _empty(list), ord("}"): _empty(dict), 0x8F: _empty(set),
    ord("t"): lambda m: m.push(tuple(m.since_mark())), 0x85: _tuple(1), 0x86: _tuple(2), 0x87: _tuple(3),
    ord("l"): lambda m: m.push(m.since_mark()), ord("a"): _append, ord("e"): _append_all,
    ord("d"): lambda m: m.push(_pairs(m.since_mark())), ord("s"): _set_item, ord("u"): _set_items,
    0x90: _add_all, 0x91: lambda m: m.push(frozenset(keys(m.since_mark()))),
    ord("p"): lambda m: m.remember(int(m.line())), ord("q"): lambda m: m.remember(m.take(1)[0]),
    ord("r"): lambda m: m.remember(_unpacked(m, struct.Struct("<I"))), 0x94: Machine.remember,
    ord("g"): lambda m: m.recall(int(m.line())), ord("h"): lambda m: m.recall(m.take(1)[0]),
    ord("j"): lambda m: m.recall(_unpacked(m, struct.Struct("<I"))),
    ord("c"): lambda m: m.push(m.find(m.line(), m.line())), 0x93: _stack_global,
    ord("i"): _inst, ord("o"): _object, ord("R"): _reduce, 0x81: _reduce, 0x92: _new_with_names,
    ord("b"): lambda m: m.give_state(m.pop()),
    ord("P"): lambda m: m.refer(m.line()), ord("Q"): lambda m: m.refer(m.pop()),
    0x82: _extension("<B"), 0x83: _extension("<H"), 0x84: _extension("<i"),
}  # fmt: skip
"""What each byte of a pickle does."""
