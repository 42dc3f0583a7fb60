"""Where an engine call becomes a Qt signal: frames through a mailbox, everything else queued to the main thread."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.engine.errors import AppError
from app.engine.latent.atlas import Atlas
from app.engine.render.engine import EngineState
from app.engine.render.frame import Frame
from app.engine.render.mailbox import Mailbox
from app.engine.show.show import StyleRef
from app.engine.stylegan.library import Style


class Bridge(QObject):
    """Hears the engine (any thread) and tells the window (main thread). Owns the mailbox and a few workers.

    ``styles`` are those the window knows, replaced as one; the engine looks there for the file of a Style.
    """

    frame_ready = Signal()
    still = Signal(str, object)
    style = Signal(object, object, object)
    refused = Signal(object, object)
    state = Signal(object)
    error = Signal(object)
    _called = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mailbox: Mailbox[Frame] = Mailbox()
        self._workers = ThreadPoolExecutor(max_workers=3, thread_name_prefix="worker")
        self._called.connect(self._call, Qt.ConnectionType.QueuedConnection)
        self._closed = False
        self.styles: tuple[Style, ...] = ()

    def on_frame(self, frame: Frame) -> None:
        if self.mailbox.put(frame):
            self.frame_ready.emit()

    def on_still(self, key: str, image: NDArray[np.uint8]) -> None:
        self.still.emit(key, image)

    def on_style(self, ref: StyleRef, atlas: Atlas, sheet: NDArray[np.uint8] | None) -> None:
        self.style.emit(ref, atlas, sheet)

    def on_refused(self, ref: StyleRef, error: AppError) -> None:
        self.refused.emit(ref, error)

    def on_state(self, state: EngineState) -> None:
        self.state.emit(state)

    def on_error(self, error: AppError) -> None:
        self.error.emit(error)

    def run(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[AppError], None]) -> None:
        """Run *work* on a worker; then *done* with its value, or *failed* with its AppError, on the main thread."""
        if self._closed:
            return

        def finished(future: "Future[Any]") -> None:
            if future.cancelled():  # the window is closing
                return
            error = future.exception()
            if error is None:
                self.call(lambda: done(future.result()))
            elif isinstance(error, AppError):
                self.call(lambda: failed(error))
            else:
                self.call(lambda: _raise(error))

        self._workers.submit(work).add_done_callback(finished)

    def call(self, what: Callable[[], None]) -> None:
        """Call *what* on the main thread, soon; from any thread."""
        if not self._closed:
            self._called.emit(what)

    @Slot(object)
    def _call(self, what: Callable[[], None]) -> None:
        if not self._closed:
            what()

    def close(self) -> None:
        """Let running work end, and hear nothing more."""
        self._closed = True
        self._workers.shutdown(wait=True, cancel_futures=True)


def _raise(error: BaseException) -> None:
    """A bug in a worker is a bug here: it reaches the crash hook with its own traceback."""
    raise error
