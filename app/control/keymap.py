"""The key map: which computer keys press what, where a person wants it otherwise than the table of actions."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from app.control.actions import ACTIONS
from app.control.addresses import ControlError

VERSION = 1
LONGEST = 4
"""Keys that one action may have."""

_KEY = re.compile(r"(?:(?:Ctrl|Shift|Alt|Meta)\+)*(?:[^\s+]+|\+)")
_NEVER = ("Esc", "Tab", "Shift+Tab", "Backtab")
"""Keys that every window has for itself."""


@dataclass(frozen=True)
class Keymap:
    """What was changed of the table: action id -> keys in Qt's portable form. A frozen value."""

    changed: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def keys(self, name: str) -> tuple[str, ...]:
        """The keys of action *name*, the first one named in tips."""
        return self.changed.get(name, ACTIONS[name].keys)

    def having(self, name: str, keys: tuple[str, ...]) -> "Keymap":
        """Action *name* has *keys*; raises ControlError for one that cannot be given away."""
        for key in keys:
            if key not in ACTIONS[name].keys and (not _KEY.fullmatch(key) or key in _NEVER):
                raise ControlError(f"“{key}” cannot be given to an action.")
        if len(keys) > LONGEST:
            raise ControlError(f"An action has at most {LONGEST} keys.")
        others = {other: had for other, had in self.changed.items() if other != name}
        own = {} if keys == ACTIONS[name].keys else {name: tuple(dict.fromkeys(keys))}
        return replace(self, changed=MappingProxyType(others | own))

    def holders(self, key: str, name: str) -> tuple[str, ...]:
        """The other actions that *key* presses wherever it could press *name*."""
        where = ACTIONS[name].workspace
        return tuple(
            other.id
            for other in ACTIONS.values()
            if other.id != name and key in self.keys(other.id) and (not where or other.workspace in ("", where))
        )

    def given(self, name: str, key: str) -> "Keymap":
        """*key* presses *name* as well as the keys it has, and nothing else any more."""
        after = self
        for other in self.holders(key, name):
            after = after.having(other, tuple(k for k in self.keys(other) if k != key))
        return after.having(name, (*(k for k in after.keys(name) if k != key), key))

    def to_json(self) -> str:
        """The map as text."""
        return json.dumps({"version": VERSION, "keys": dict(self.changed)}, indent=2)


def from_json(text: str, *, own: bool = False) -> Keymap:
    """The key map in *text*; raises ControlError when it is none, or when one key would press two things.

    Of one's *own*, kept by an older window, a key goes on to press what it did, were it another's by now in the table.
    """
    try:
        kept = json.loads(text)
        if kept["version"] != VERSION:
            raise ControlError("The keys were kept by a newer Anthesis.")
        made = Keymap()
        for name, keys in kept["keys"].items():
            if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
                raise ControlError("These are no keys.")
            if name in ACTIONS and ACTIONS[name].button:  # else of another version
                made = made.having(name, tuple(keys))
    except (ValueError, TypeError, KeyError, AttributeError) as err:
        raise ControlError("The keys could not be read.") from err
    said = tuple(made.changed)
    for name in said:
        for key in made.keys(name):
            for other in made.holders(key, name):
                if own and other not in said:
                    made = made.having(other, tuple(k for k in made.keys(other) if k != key))
                    continue
                labels = f"{ACTIONS[name].label} and {ACTIONS[other].label}"
                raise ControlError(f"“{key}” would press two things: {labels}.")
    return made
