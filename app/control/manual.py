"""The tables of the manual that are read off the code: every key, and every address of OSC."""

from collections.abc import Callable, Mapping
from itertools import groupby
from types import MappingProxyType

from app.control.actions import ACTIONS, MENUS, Action
from app.control.addresses import ALSO, HEARD, OUT, ROOT, address_of, range_words, takes_words
from app.control.params import PARAMS, Param

BEGIN, END = "<!-- from the code: packaging/write_manual.py -->", "<!-- end -->"
_TOLD = {
    **{f"audio/{name}": ("a number from 0 to 1", f"The curve {name.capitalize()} of the sound") for name in HEARD},
    "beat": ("whole number from 1", "Each beat, counted within its bar"),
    "bar": ("whole number", "Each bar"),
    "bpm": ("number", "The tempo"),
    "section": ("text", "The part of the song, as it begins"),
    "fps": ("number, number", "Pictures a second made and shown, twice a second"),
}


def page_with_tables(page: str, tables: str) -> str:
    """*page* with what stands between the two marks put anew."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{tables}\n{END}{tail}"


def keys_tables() -> str:
    """A table of keys for each menu."""
    parts = []
    for menu in (*MENUS, ""):
        rows = [_key_row(action) for action in ACTIONS.values() if action.menu == menu and action.keys]
        if rows:
            parts.append("\n".join((f"## {menu or 'Perform'}", "| key | action | |", "|---|---|---|", *rows)))
    return "\n\n".join(parts)


def _key_row(action: Action) -> str:
    keys = " ".join(f"`{key}`" for key in action.keys)
    keys = keys.replace("```", "`` ` ``")
    where = f", in {action.workspace.capitalize()}" if action.workspace and action.menu else ""
    return f"| {keys}{where} | {action.label} | {action.doc} |"


def osc_tables() -> str:
    """Actions, settings, and what is told."""
    actions = [
        f"| `{ROOT}/{action.address}` | {takes_words(action)} | {action.doc} |"
        for action in ACTIONS.values()
        if action.address
    ]
    told = [f"| `{OUT}/{tail}` | {value} | {doc} |" for tail, (value, doc) in _TOLD.items()]
    parts = ["\n".join(("## Actions", "| address | arguments | |", "|---|---|---|", *actions))]
    for scope, params in groupby((p for p in PARAMS.values() if p.row < 2), lambda p: p.scope):
        rows = [f"| `{_address(p)}` | {range_words(p)}{_unit(p)} | {p.doc} |" for p in params]
        parts.append("\n".join((f"## {scope.capitalize()}", "| address | value | |", "|---|---|---|", *rows)))
    also = [f"| `{ROOT}/{tail}` | `{address_of(name)}` |" for tail, name in ALSO.items()]
    parts.append("\n".join(("## Other names", "| address | the same as |", "|---|---|", *also)))
    parts.append("\n".join(("## What is told", "| address | value | |", "|---|---|---|", *told)))
    return "\n\n".join(parts)


def _address(p: Param) -> str:
    """Its address; that of a row with ``{n}`` for the number."""
    return address_of(p.id).replace("/1", "/{n}", 1) if p.row else address_of(p.id)


def _unit(p: Param) -> str:
    return f" {p.unit}" if p.unit else ""


PAGES: Mapping[str, Callable[[], str]] = MappingProxyType({"keys.md": keys_tables, "osc.md": osc_tables})
"""Page -> its tables."""
