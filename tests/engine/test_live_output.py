"""Live outputs: nobody waits for one, the newest picture wins, and a device that goes leaves everything else alone."""

import sys
import threading
from collections.abc import Callable
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from app.engine.errors import OutputError
from app.engine.output import camera, ndi, spout, syphon
from app.engine.output.camera import CameraOutput
from app.engine.output.live_output import Outlet, Picture
from app.engine.output.ndi import NdiOutput
from app.engine.output.outputs import OUTPUTS
from app.engine.output.spout import SpoutOutput
from app.engine.output.syphon import SyphonOutput
from tests.patience import PATIENCE


def picture(shade: int = 0, width: int = 8, height: int = 6) -> Picture:
    made = np.full((height, width, 4), 255, np.uint8)
    made[..., :3] = shade
    return made


class Device:
    """A device that keeps what it was sent, and is as slow as a test wants."""

    def __init__(self) -> None:
        self.shades: list[int] = []
        self.here, self.go = threading.Semaphore(0), threading.Semaphore(0)
        self.closed = threading.Event()
        self.fails = ""
        self.thread = ""

    def send(self, picture: Picture) -> None:
        self.here.release()
        assert self.go.acquire(timeout=PATIENCE)
        if self.fails:
            raise OutputError(self.fails)
        self.shades.append(int(picture[0, 0, 0]))
        self.thread = threading.current_thread().name

    def receivers(self) -> str:
        return "2 watching"

    def close(self) -> None:
        self.closed.set()


def outlet(device: Device, open_output: Callable[[], Device] | None = None, rate: float | None = None) -> Outlet[int]:
    return Outlet("NDI", open_output or (lambda: device), lambda shade: picture(shade), rate)


def arrived(device: Device) -> None:
    """The device was given a picture, and waits to be let go."""
    assert device.here.acquire(timeout=PATIENCE)


def test_the_newest_picture_wins_and_the_others_are_counted() -> None:
    device = Device()
    out = outlet(device)
    out.put(1)
    arrived(device)  # it is busy with the first
    for shade in (2, 3, 4):
        out.put(shade)
    device.go.release()
    arrived(device)
    device.go.release()
    arrived(device)  # the last once more: it stands still
    assert device.shades == [1, 4]
    told = out.told
    assert (told.state, told.dropped, told.size, told.receivers) == ("on", 2, (8, 6), "2 watching")
    assert told.fps > 0
    device.go.release(9)
    out.close()
    assert device.closed.is_set()
    assert out.told.state == "off"
    assert device.thread == "output NDI"


def test_a_picture_that_stands_still_is_sent_again() -> None:
    device = Device()
    out = outlet(device)
    out.put(7)
    device.go.release(9)
    for _ in range(3):
        arrived(device)
    out.close()
    assert set(device.shades) == {7}


def test_a_fixed_rate_goes_on_without_new_pictures() -> None:
    device = Device()
    out = outlet(device, rate=200.0)
    out.put(7)
    device.go.release(99)
    for _ in range(5):
        arrived(device)
    out.close()
    assert set(device.shades) == {7}
    assert out.told.dropped < 5


def test_a_device_that_goes_is_told_and_closed() -> None:
    device = Device()
    device.fails = "The cable is out."
    out = outlet(device)
    out.put(1)
    device.go.release()
    assert device.closed.wait(PATIENCE)
    out.put(2)  # nobody minds
    out.close()
    assert (out.told.state, out.told.problem, out.told.sent) == ("broken", "The cable is out.", 0)


def test_what_cannot_be_opened_says_why() -> None:
    def refuse() -> Device:
        raise OutputError("It is not here.")

    out = outlet(Device(), refuse)
    out.close()
    assert (out.told.state, out.told.problem) == ("broken", "It is not here.")


def test_a_device_that_cannot_even_be_closed_leaves_no_light_lit(monkeypatch: pytest.MonkeyPatch) -> None:
    device, lost = Device(), threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda _args: lost.set())

    def close() -> None:
        raise RuntimeError("driver")

    device.close, device.fails = close, "Unplugged."  # type: ignore[method-assign]
    out = outlet(device)
    out.put(1)
    arrived(device)
    device.go.release()
    assert lost.wait(PATIENCE)
    out.close()
    assert (out.told.state, out.told.problem) == ("broken", "Unplugged.")


def test_a_bug_leaves_no_light_lit(monkeypatch: pytest.MonkeyPatch) -> None:
    hooked: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: hooked.append(args.exc_type))
    device = Device()
    out: Outlet[int] = Outlet("NDI", lambda: device, lambda _shade: 1 / 0)  # type: ignore[arg-type, return-value]
    out.put(1)
    assert device.closed.wait(PATIENCE)
    out.close()
    assert hooked == [ZeroDivisionError]
    assert (out.told.state, out.told.problem) == ("broken", "It stopped unexpectedly. Switch it on again.")


def test_closing_wakes_one_that_waits() -> None:
    device = Device()
    out = outlet(device)
    out.close()
    assert device.closed.is_set()
    assert not device.shades


# what is missing, in one sentence


@pytest.mark.parametrize("kind", OUTPUTS, ids=lambda kind: kind.id)
def test_what_is_missing_is_said_in_one_sentence(kind, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, system in ((ndi, ""), (camera, ""), (spout, "Windows"), (syphon, "Darwin")):
        monkeypatch.setattr(module, "find_spec", lambda _name: None)
        if system:
            monkeypatch.setattr(module.platform, "system", lambda: "Linux")
    why = kind.why_not()
    assert why.endswith(".")
    assert why.count(".") == 1
    assert "pip install" in why or "NDI does the same" in why


def test_spout_and_syphon_name_their_package_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, system, package in ((spout, "Windows", "[spout]"), (syphon, "Darwin", "[syphon]")):
        monkeypatch.setattr(module.platform, "system", lambda system=system: system)
        monkeypatch.setattr(module, "find_spec", lambda _name: None)
        assert package in module.why_not()
        monkeypatch.setattr(module, "find_spec", lambda _name: object())
        assert module.why_not() == ""


@pytest.mark.parametrize(
    ("package", "make"),
    [
        ("cyndilib", lambda: NdiOutput("A", 60)),
        ("pyvirtualcam", lambda: CameraOutput(30)),
        ("SpoutGL", lambda: SpoutOutput("A")),
        ("syphon", lambda: SyphonOutput("A")),
    ],
)
def test_without_its_package_an_output_is_refused(package, make, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (package, *[name for name in sys.modules if name.startswith(f"{package}.")]):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(OutputError, match=r"\.$"):
        make()


def test_ndi_on_linux_says_when_nobody_can_find_it(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(ndi.platform, "system", lambda: "Linux")
    monkeypatch.setattr(ndi, "_AVAHI", (tmp_path / "socket",))
    assert "avahi-daemon" in ndi.hint()
    (tmp_path / "socket").touch()
    assert ndi.hint() == ""


# the devices, with a fake of their library


def fake(monkeypatch: pytest.MonkeyPatch, name: str, **contents: object) -> None:
    module = ModuleType(name)
    for key, value in contents.items():
        setattr(module, key, value)
    monkeypatch.setitem(sys.modules, name, module)


class FakeCamera:
    made: list["FakeCamera"]

    def __init__(self, width: int, height: int, rate: float, fmt: str) -> None:
        if height > 1080:
            raise RuntimeError("no such mode")
        self.size, self.rate, self.fmt, self.device = (width, height), rate, fmt, "/dev/video7"
        self.sent: list[np.ndarray] = []
        self.open = True
        FakeCamera.made.append(self)

    def send(self, frame: np.ndarray) -> None:
        assert frame.flags["C_CONTIGUOUS"]
        self.sent.append(frame)

    def close(self) -> None:
        self.open = False


def test_the_camera_gets_bgr_of_even_size_and_opens_again_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeCamera.made = []
    fake(monkeypatch, "pyvirtualcam", Camera=FakeCamera, PixelFormat=SimpleNamespace(BGR="bgr"))
    out = CameraOutput(30.0)
    sent = picture(0, 9, 7)
    sent[..., 0], sent[..., 2] = 10, 200  # blue first
    out.send(sent)
    out.send(sent)
    first = FakeCamera.made[0]
    assert (first.size, first.rate, first.fmt, len(first.sent)) == ((8, 6), 30.0, "bgr", 2)
    assert first.sent[0].shape == (6, 8, 3)
    assert first.sent[0][0, 0].tolist() == [10, 0, 200]
    assert out.receivers() == "/dev/video7"
    out.send(picture(0, 16, 16))
    assert not first.open
    with pytest.raises(OutputError, match="no virtual camera on this machine"):
        out.send(picture(0, 8, 2000))
    out.close()
    assert not any(made.open for made in FakeCamera.made)


class FakeSpout:
    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.takes = True

    def createOpenGL(self) -> bool:
        return self.takes

    def setSenderName(self, name: str) -> None:
        self.calls.append(("name", name))

    def sendImage(self, pixels: np.ndarray, width: int, height: int, form: int, flip: bool, fbo: int) -> bool:
        self.calls.append(("image", pixels.shape, width, height, form, flip, fbo))
        return self.takes

    def setFrameSync(self, name: str) -> None: ...

    def releaseSender(self) -> None:
        self.calls.append(("release",))

    def closeOpenGL(self) -> None:
        self.calls.append(("close",))


def test_spout_sends_bgra_and_lets_go(monkeypatch: pytest.MonkeyPatch) -> None:
    made = FakeSpout()
    fake(monkeypatch, "SpoutGL", SpoutSender=lambda: made)
    fake(monkeypatch, "SpoutGL.enums", GL_BGRA_EXT=0x80E1)
    out = SpoutOutput("Anthesis")
    out.send(picture(3, 8, 6))
    assert made.calls == [("name", "Anthesis"), ("image", (6, 8, 4), 8, 6, 0x80E1, False, 0)]
    made.takes = False
    with pytest.raises(OutputError, match="Switch it on again"):
        out.send(picture())
    out.close()
    out.close()
    assert made.calls[-2:] == [("release",), ("close",)]
    with pytest.raises(OutputError, match="OpenGL"):
        SpoutOutput("Anthesis")


class FakeSyphon:
    device = "metal"

    def __init__(self, name: str) -> None:
        self.name, self.published, self.stopped, self.has_clients = name, [], False, True

    def publish_frame_texture(self, texture: object, is_flipped: bool) -> None:
        self.published.append((texture, is_flipped))

    def stop(self) -> None:
        self.stopped = True


def test_syphon_publishes_a_texture_of_the_pictures_size(monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[tuple[int, object]] = []
    made: list[FakeSyphon] = []
    fake(monkeypatch, "syphon", SyphonMetalServer=lambda name: made.append(FakeSyphon(name)) or made[-1])
    fake(monkeypatch, "Metal", MTLPixelFormatBGRA8Unorm=80)
    fake(monkeypatch, "syphon.utils")
    fake(monkeypatch, "syphon.utils.raw", create_mtl_texture=lambda *what: what,
         copy_bytes_to_mtl_texture=lambda data, texture: copied.append((len(data), texture)))  # fmt: skip
    out = SyphonOutput("Anthesis")
    out.send(picture(3, 8, 6))
    assert copied == [(8 * 6 * 4, ("metal", 8, 6, 80))]
    assert made[0].published == [(("metal", 8, 6, 80), True)]
    assert out.receivers() == "watched"
    out.close()
    out.close()
    assert made[0].stopped
