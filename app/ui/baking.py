"""Sessions in the making: on a worker, one at a time; while one is made the next waits, and the newest wins."""

from collections.abc import Callable
from typing import Any

from app.engine.errors import AppError
from app.ui.bridge import Bridge

Order = Callable[[], Callable[[], Any]]
"""Called on the main thread when its turn has come; what it gives back makes the Sessions on a worker."""


class Baking:
    """Owns the turn (main thread); *baked* and *failed* hear how it went."""

    def __init__(self, bridge: Bridge, baked: Callable[[Any], None], failed: Callable[[str, str, str], None]) -> None:
        self._bridge, self._baked, self._tell = bridge, baked, failed
        self.busy = False
        self._next: Order | None = None

    def ask(self, order: Order) -> None:
        """Make what *order* says, in its turn."""
        if self.busy:
            self._next = order
        else:
            self.busy = True
            make = order()

            def made() -> Any:
                try:
                    return make()
                except AppError:
                    raise
                except BaseException:  # a bug goes on to the crash hook; edits that come after it still count
                    self._bridge.call(self._go_on)
                    raise

            self._bridge.run(made, self._done, self._failed)

    def _done(self, made: Any) -> None:
        self._baked(made)
        self._go_on()

    def _failed(self, error: AppError) -> None:
        self._tell("error", "Nothing was changed", str(error))
        self._go_on()

    def _go_on(self) -> None:
        self.busy = False
        if self._next is not None:
            order, self._next = self._next, None
            self.ask(order)
