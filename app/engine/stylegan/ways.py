"""Which way a network is drawn: the device and the precision, what a self-test said, remembered for the next start."""

import hashlib
import platform
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

import app
from app.engine.remembered import recalled, remember
from app.engine.stylegan.openvino_path import installed

KIND = "devices"
VERSION = 1
OPENVINO = "OpenVINO"
REDUCED_FROM = 32
"""Where half precision fails a network's self-test, blocks smaller than this are tried in float32."""


@dataclass(frozen=True, slots=True)
class Way:
    """precision: "float32", "bf16" or "fp16", from blocks of *reduced_from* pixels on; smaller ones are float32.

    engine: ``OPENVINO``, or "" for torch.
    """

    device: str
    precision: str
    reduced_from: int = 4
    engine: str = ""

    @property
    def name(self) -> str:
        """The precision in words, and the engine where it is not torch."""
        precision = self.precision if self.reduced_from <= 4 else f"{self.precision} from {self.reduced_from} px"
        return f"{precision} · {self.engine}" if self.engine else precision


@dataclass(frozen=True, slots=True)
class Choice:
    """A way that was taken: how near it comes to float32, and why not a better one."""

    way: Way
    fidelity: str
    note: str


def ways(device: str, *, apart: bool, bf16: bool, openvino: bool = False) -> Iterator[Way]:
    """What to try, best first; the last can always be taken.

    apart: whether the network's small blocks may have a precision of their own. bf16: whether the CPU multiplies it in
    hardware. openvino: whether OpenVINO can be asked.
    """
    if device.startswith("cuda"):
        yield Way(device, "fp16")
        if apart:
            yield Way(device, "fp16", REDUCED_FROM)
    if device != "cpu":
        yield Way(device, "float32")
    for precision in ("bf16", "float32") if bf16 else ("float32",):
        if openvino:
            yield Way("cpu", precision, engine=OPENVINO)
        yield Way("cpu", precision)


def circumstances(sha256: str, tried: tuple[Way, ...], least: float) -> dict[str, Any] | None:
    """All that a choice depends on; None where the device cannot even say what it is.

    *sha256*: of the network's file. *tried*: best first. *least*: what likeness is good enough.
    """
    try:
        machines = sorted({_described(way.device) for way in tried} | {_timed_on() for way in tried if way.engine})
    except (RuntimeError, AssertionError):  # what torch raises for a device that is not there
        return None
    versions = f"{VERSION} {app.__version__} torch {torch.__version__}"
    return {
        "versions": versions, "machines": machines, "network": sha256, "tried": [asdict(way) for way in tried],
        "least": least,
    }  # fmt: skip


def recalled_choice(under: dict[str, Any]) -> Choice | None:
    """What was chosen under the same circumstances before; None if nothing was, or it is not what was written."""
    known = recalled(KIND, _name(under))
    if not isinstance(known, dict) or known.get("under") != under or known.get("way") not in under["tried"]:
        return None
    fidelity, note = known.get("fidelity"), known.get("note")
    if not isinstance(fidelity, str) or not isinstance(note, str):
        return None
    return Choice(Way(**known["way"]), fidelity, note)


def remember_choice(under: dict[str, Any], choice: Choice) -> None:
    """For the next start."""
    remember(KIND, _name(under), {"under": under} | asdict(choice))


def _name(under: dict[str, Any]) -> str:
    return hashlib.sha256(repr(sorted(under.items())).encode()).hexdigest()


def _described(device: str) -> str:
    """The model of *device*, and the version of the driver that it is used through."""
    if device.startswith("cuda"):
        found = torch.cuda.get_device_properties(device)
        driver = torch._C._cuda_getDriverVersion()  # type: ignore[attr-defined]
        libraries = f"CUDA {torch.version.cuda} cuDNN {torch.backends.cudnn.version()}"  # type: ignore[no-untyped-call]
        return f"{device} {found.name} {found.major}.{found.minor} driver {driver} {libraries}"
    if device == "mps":
        return f"mps {platform.machine()} macOS {platform.mac_ver()[0]}"
    return f"{device} {platform.machine()} {torch.backends.cpu.get_cpu_capability()}"


def _timed_on() -> str:
    """All that OpenVINO's speed depends on."""
    return f"{OPENVINO} {installed()}, {torch.get_num_threads()} threads, {processor()}"


def processor() -> str:
    """The model of the CPU as the system names it."""
    known = Path("/proc/cpuinfo")
    lines = known.read_text("utf-8", "replace").splitlines() if known.is_file() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor())
