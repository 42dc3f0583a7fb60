"""NDI for real, on this machine alone: sender, finder, receiver. Needs cyndilib, and on Linux avahi-daemon."""

import threading
import time

import numpy as np
import pytest

from app.engine.output import ndi
from app.engine.output.live_output import Outlet, Picture
from tests.patience import PATIENCE

pytest.importorskip("cyndilib", reason="needs the package cyndilib")
pytestmark = [
    pytest.mark.skipif(bool(ndi.hint()), reason="needs avahi-daemon, or NDI sources are not found"),
    pytest.mark.slow,
]
NAME = "Anthesis test"


def bands(shade: int, width: int = 320, height: int = 192) -> Picture:
    """Three bands whose colours are told apart: blue, green, red; the red one is *shade*."""
    made = np.full((height, width, 4), 255, np.uint8)
    for i, bgr in enumerate(((200, 20, 20), (20, 200, 20), (20, 20, shade))):
        made[:, i * width // 3 : (i + 1) * width // 3, :3] = bgr
    return made


class Watcher:
    """Finds a source and takes its pictures."""

    def __init__(self) -> None:
        from cyndilib.finder import Finder
        from cyndilib.receiver import Receiver
        from cyndilib.video_frame import VideoFrameSync
        from cyndilib.wrapper.ndi_recv import RecvBandwidth, RecvColorFormat

        self.finder = Finder()
        self.receiver = Receiver(color_format=RecvColorFormat.BGRX_BGRA, bandwidth=RecvBandwidth.highest)
        self.frame = VideoFrameSync()
        self.receiver.frame_sync.set_video_frame(self.frame)

    def find(self, name: str) -> bool:
        self.finder.open()
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self.finder.wait_for_sources(0.5)
            for source in self.finder.iter_sources():
                if name in source.name:
                    self.receiver.set_source(source)
                    return True
        return False

    def picture(self) -> np.ndarray | None:
        self.receiver.frame_sync.capture_video()
        width, height = self.frame.get_resolution()
        return self.frame.get_array().reshape(height, width, 4).copy() if min(width, height) > 0 else None

    def close(self) -> None:
        self.receiver.disconnect()
        self.finder.close()


def test_what_is_sent_arrives_in_its_colours_size_and_rate() -> None:
    out: Outlet[int] = Outlet("NDI", lambda: ndi.NdiOutput(NAME, 60), bands)
    watcher = Watcher()
    pause = threading.Event()
    try:
        out.put(0)
        assert watcher.find(NAME)
        got, shown, until = None, 0, time.monotonic() + PATIENCE
        while time.monotonic() < until and (got is None or out.told.sent < 90):
            shown = (shown + 4) % 256
            out.put(shown)
            pause.wait(1 / 60)
            got = watcher.picture()
        assert got is not None
        out.put(180)
        while abs(int(got[96, 300, 2]) - 180) > 4 and time.monotonic() < until:
            pause.wait(0.02)
            got = watcher.picture()
        assert got.shape == (192, 320, 4)
        for x, colour in ((50, (200, 20, 20)), (160, (20, 200, 20)), (270, (20, 20, 180))):
            assert np.abs(got[96, x, :3].astype(int) - colour).max() <= 12  # it is compressed on the way
        told = out.told
        assert told.state == "on"
        assert told.fps > 20
        assert told.receivers == "1 watching"
        assert float(watcher.frame.get_frame_rate()) == 60.0
    finally:
        watcher.close()
        out.close()
    assert out.told.state == "off"


def test_another_size_is_sent_as_well() -> None:
    output = ndi.NdiOutput(NAME, 50)
    for size in ((64, 48), (128, 96)):
        output.send(bands(9, *size))
        output.send(bands(9, *size))
    assert output.receivers() == "nobody watches"
    output.close()
