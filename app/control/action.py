"""One row of the table of actions: what it is called, which keys press it, how it is reached from outside."""

from dataclasses import dataclass

FLAG = ("", "i")
"""1 is a press; 0 lets go."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do. What is left empty it does not have: no *text*, no button; no *address*, no way to it by OSC.

    *keys* in Qt's portable form, which count in *workspace* alone where one is named. *menu* names the menu it stands
    in, *gap_before* with a line above. A *checkable* one is on or off. *takes*: the arguments its address may come
    with, a letter each. ``{n}`` in an address is a number from 1, which stands before the arguments.
    """

    id: str
    text: str = ""
    keys: tuple[str, ...] = ()
    menu: str = ""
    checkable: bool = False
    gap_before: bool = False
    doc: str = ""
    address: str = ""
    takes: tuple[str, ...] = FLAG
    key: bool = False
    """May a key of a MIDI controller do it?"""
    holds: bool = False
    """Has it a state that 1 and 0 set, and that changes where neither is said?"""
    steps: bool = False
    """May its number be said from where it is, as that of a setting may?"""
    streams: bool = False
    """Does the newest of many count alone?"""
    first: bool = False
    """Is it on at first?"""
    workspace: str = ""

    @property
    def label(self) -> str:
        """What a person calls it."""
        return self.text.rstrip("…")

    @property
    def numbered(self) -> bool:
        """Does it need to be told which one?"""
        return "{n}" in self.address

    @property
    def button(self) -> bool:
        """Can it be pressed as it is, in a menu or by a key?"""
        return bool(self.text) and not self.numbered
