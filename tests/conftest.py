"""What every test gets: an offscreen Qt, a profile of its own, no network, and a look for threads left behind."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # all three before the first import of Qt or torch
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.fonts=false")

import gc
import ipaddress
import socket
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from tests.patience import PATIENCE

PATIENCE_MS = round(1000 * PATIENCE)
"""How long a test waits for what the window does."""
GRACE = 5.0
"""Seconds a thread may take to end after its test; a loaded machine is slow, a leaked thread never ends."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a graphics card where there is none; torch is only imported when such a test was asked for."""
    wanted = [item for item in items if item.get_closest_marker("gpu")]
    if not wanted:
        return
    import torch

    if not torch.cuda.is_available():
        for item in wanted:
            item.add_marker(pytest.mark.skip(reason="no CUDA device on this machine"))


@pytest.fixture(autouse=True)
def profile(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty profile folder: cache, settings and films of this test alone."""
    folder = tmp_path_factory.mktemp("profile")
    monkeypatch.setenv("ANTHESIS_PROFILE", str(folder))
    return folder


def _is_here(address: Any) -> bool:
    """Is *address* on this machine? Paths of local sockets are."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0]).split("%")[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("", "localhost")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may reach beyond this machine."""
    for name in ("connect", "connect_ex"):
        real = getattr(socket.socket, name)

        def guarded(self: socket.socket, address: Any, real: Any = real) -> Any:
            if not _is_here(address):
                raise RuntimeError(f"a test tried to reach {address!r}: the suite runs without network")
            return real(self, address)

        monkeypatch.setattr(socket.socket, name, guarded)


def _threads() -> set[threading.Thread]:
    """Running Python threads, without the watchers of pytest and the stand-ins that Python makes for Qt's threads."""
    return {
        thread
        for thread in threading.enumerate()
        if not isinstance(thread, threading._DummyThread) and not thread.name.startswith("pytest_timeout")
    }


QTHREADS: "weakref.WeakSet[Any]" = weakref.WeakSet()
"""All that were seen so far: what is frozen is not among the objects of the collector."""


def _qthreads() -> set[Any]:
    """Running QThreads other than the main one, when Qt is in use at all."""
    core = sys.modules.get("PySide6.QtCore")
    app = core.QCoreApplication.instance() if core else None
    if core is None or app is None:
        return set()
    QTHREADS.update(thing for thing in gc.get_objects() if issubclass(type(thing), core.QThread))  # isinstance wakes
    return {thread for thread in QTHREADS if _alive(thread) and thread is not app.thread()}  # proxies


def _alive(thread: Any) -> bool:
    try:
        return bool(thread.isRunning())
    except RuntimeError:  # its C++ half is gone, so it does not run
        return False


def _tidy_qt() -> None:
    """Delete what asked for it, which Qt does in a main loop and tests have none; undress for the next test."""
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtGui import QFontDatabase, QPalette
    from PySide6.QtWidgets import QApplication

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    app = QApplication.instance()
    if isinstance(app, QApplication) and app.styleSheet():
        app.setStyleSheet("")
        app.setPalette(QPalette())
        app.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont))


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread running."""
    uses_qt = "qapp" in request.fixturenames  # qtbot asks for it too; looking through all objects takes a while
    before = _threads()
    yield
    if uses_qt:
        _tidy_qt()
    deadline = time.monotonic() + GRACE
    while (left := _threads() - before) and time.monotonic() < deadline:
        for thread in left:
            thread.join(0.05)
    running = sorted(thread.name for thread in left)
    if uses_qt:
        running += [repr(thread) for thread in _qthreads() if not thread.wait(int(GRACE * 1000))]
        gc.freeze()  # PySide keeps functions that were connected, and so windows: no need to walk them again
    if running:
        pytest.fail(f"left running: {', '.join(running)}")


@pytest.fixture(autouse=True)
def exact_floats() -> Iterator[None]:
    """A Generator flushes denormals on its thread, which in tests is ours; hypothesis needs them back."""
    yield
    if "torch" in sys.modules:
        sys.modules["torch"].set_flush_denormal(False)


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Torch on one thread, and then as it was: two wait for each other on a busy machine, ten times longer."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


class PatientBot(QtBot):
    """Waits PATIENCE_MS, or longer where a test says so, for what the window does."""

    def waitUntil(self, callback: Any, *, timeout: int = PATIENCE_MS) -> None:
        super().waitUntil(callback, timeout=max(timeout, PATIENCE_MS))

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, raising: bool = True, **how: Any) -> Any:
        if raising:  # else it waits for what must not come, as assertNotEmitted does
            timeout = max(timeout, PATIENCE_MS)
        return super().waitSignal(signal, timeout=timeout, raising=raising, **how)

    def waitSignals(self, signals: Any, *, timeout: int = PATIENCE_MS, **how: Any) -> Any:
        return super().waitSignals(signals, timeout=max(timeout, PATIENCE_MS), **how)

    def waitExposed(self, widget: Any, *, timeout: int = PATIENCE_MS) -> Any:
        return super().waitExposed(widget, timeout=max(timeout, PATIENCE_MS))

    def waitActive(self, widget: Any, *, timeout: int = PATIENCE_MS) -> Any:
        return super().waitActive(widget, timeout=max(timeout, PATIENCE_MS))


@pytest.fixture
def qtbot(qapp: Any, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's, with patience."""
    return PatientBot(request)


@pytest.fixture
def show() -> Any:
    """What the studio opens; tests about another Show have a fixture of this name."""
    from tests.ui.fakes import make_document

    return make_document().show


@pytest.fixture
def studio(qtbot: Any, show: Any) -> Iterator[Any]:
    """A Studio with a synthetic song and map, and nothing that runs by itself."""
    from app.ui.document import Document
    from tests.ui.fakes import FakeStudio

    studio = FakeStudio(Document(show))
    yield studio
    studio.close()


@pytest.fixture
def nothing_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file dialog is closed without a choice, before anybody sees it."""
    from PySide6.QtWidgets import QFileDialog

    for ask, nothing in (("getOpenFileName", ("", "")), ("getSaveFileName", ("", "")), ("getExistingDirectory", "")):
        monkeypatch.setattr(QFileDialog, ask, lambda *_a, nothing=nothing, **_k: nothing)
