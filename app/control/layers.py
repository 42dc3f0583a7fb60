"""The second layer of a controller: what its knobs and pads are for while its Shift is held, or after its Mode."""

from collections.abc import Iterable

from app.control.addresses import HELD
from app.control.mapping import Touch

Source = tuple[str, int, str, int]


class Layers:
    """Owns which devices have their second layer in front, and on which one each pad went down (one thread)."""

    def __init__(self) -> None:
        self.second: frozenset[str] = frozenset()
        self._down: dict[Source, int] = {}

    def of(self, touch: Touch) -> int:
        """The layer that *touch* is of, 0 or 1: the one in front; where a pad is let go, that on which it went down."""
        front = int(touch.device in self.second)
        if touch.kind != "note":
            return front
        if touch.value > 0.0:
            self._down[touch.source] = front
            return front
        return self._down.pop(touch.source, front)

    def press(self, target: str, device: str, down: bool) -> bool:
        """The button of *device* for its layers went down, or up; is another one in front now?"""
        before = self.second
        if target == HELD:
            self.second = before | {device} if down else before - {device}
        elif down:
            self.second = before ^ {device}
        return self.second != before

    def keep(self, devices: Iterable[str]) -> None:
        """Only *devices* can have their second layer in front: others are gone, or have no button for it."""
        self.second &= frozenset(devices)
