"""Everything between a fresh clone and a running Anthesis: ``python3 packaging/setup.py run|test|lint|docs``.

Only the standard library, because nothing is installed yet. The first call makes ``.venv`` and fills it; later calls
see from a stamp that nothing has changed, and start at once and without network.
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "anthesis-stamp"

TORCH = "torch==2.13.0"
TORCH_INDEX = os.environ.get("ANTHESIS_TORCH_INDEX")  # an index of PyTorch's own, such as the one for CUDA on Windows

LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libportaudio.so.2": "libportaudio2",
}
"""What Qt and the sound card need on Linux -> the Debian package it comes in."""

PULSE = "libasound2-plugins"  # lets PortAudio play through PulseAudio and PipeWire; a plug-in, so nothing to load


def say(text: str) -> None:
    """Tell the person at the terminal what happens."""
    print(f"anthesis: {text}", flush=True)


def run(*command: object, quiet: bool = False) -> bool:
    """Run *command* in the repository; did it succeed?"""
    call = [str(part) for part in command]
    out = subprocess.DEVNULL if quiet else None
    try:
        done = subprocess.run(call, cwd=str(ROOT), stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False)
    except OSError:  # there is no such program
        return False
    return done.returncode == 0


def need(done: bool, otherwise: str) -> None:
    """Stop with one sentence when a step that nothing can replace did not succeed."""
    if not done:
        sys.exit(f"anthesis: {otherwise}")


def missing_packages() -> "list[str]":
    """Debian packages whose libraries this system cannot load."""
    if not sys.platform.startswith("linux"):
        return []
    missing = []
    for library, package in LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def apt_install(packages: "list[str]") -> bool:
    """Install *packages* where this user may and apt exists; never asks for a password."""
    if not shutil.which("apt-get"):
        return False
    root = os.geteuid() == 0
    if not root and not (shutil.which("sudo") and run("sudo", "-n", "true", quiet=True)):
        return False
    apt = [*([] if root else ["sudo", "-n"]), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    say(f"installing system libraries: {' '.join(packages)}")
    return run(*install, quiet=True) or (run(*apt, "update") and run(*install))


def system_libraries(may_install: bool) -> None:
    """See to the libraries that pip cannot bring; without rights to, print the one line that does."""
    missing = missing_packages()
    if not missing or (may_install and apt_install([*missing, PULSE]) and not missing_packages()):
        return
    say("some system libraries are missing; the window or the sound may not start. On Debian and Ubuntu:")
    print(f"  sudo apt-get install {' '.join([*missing, PULSE])}", flush=True)


def fingerprint() -> str:
    """Changes when the environment has to be made again: dependencies, Python, or the place of the repository."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = repr((project["build-system"], project["project"], TORCH, TORCH_INDEX, sys.version_info[:2], str(VENV)))
    return hashlib.sha256(wanted.encode()).hexdigest()


def is_ready() -> bool:
    """Is the environment there, and made from the pyproject.toml of now?"""
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") == fingerprint()


def make_venv() -> None:
    """An empty environment; Debian keeps the module that makes one in a package of its own."""
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        advice = f"Python's venv module is missing. On Debian and Ubuntu: sudo apt-get install {package}"
        need(apt_install([package]), advice)
    say("making .venv")
    need(run(sys.executable, "-m", "venv", "--clear", VENV), f"could not make {VENV}")


def has_torch() -> bool:
    """Is there already a torch, such as one with CUDA from PyTorch's own index?"""
    return run(PYTHON, "-c", "import importlib.metadata as m; m.version('torch')", quiet=True)


def install() -> None:
    """Make the environment and fill it. Stamped last, so that what was interrupted is done again."""
    STAMP.unlink(missing_ok=True)
    if not run(PYTHON, "-c", f"import sys, pip; assert sys.version_info[:2] == {sys.version_info[:2]}", quiet=True):
        make_venv()
    pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    advice = "see the lines above; is there a network?"
    if not has_torch():
        say("installing PyTorch: the largest part, once")
        index = ["--index-url", TORCH_INDEX] if TORCH_INDEX else []
        need(run(*pip, *index, TORCH), f"could not install PyTorch: {advice}")
    say("installing Anthesis and what it stands on")
    need(run(*pip, "-e", ".[dev]"), f"could not install Anthesis: {advice}")
    say("compiling the analysis, so that the first song opens as fast as the next")
    run(PYTHON, ROOT / "packaging" / "warm_up.py", quiet=True)
    STAMP.write_text(fingerprint(), encoding="utf-8")


def prepare() -> None:
    """Do what is left to do, which is mostly nothing."""
    ready = is_ready()
    system_libraries(may_install=not ready)
    if not ready:
        install()


def become(*command: object) -> None:
    """Hand this process over to *command*."""
    call = [str(part) for part in command]
    if os.name == "nt":
        sys.exit(subprocess.run(call, check=False).returncode)
    sys.stdout.flush()
    os.execv(call[0], call)


def lint() -> None:
    """Format, rules and types; says all it finds before it fails."""
    results = [
        run(PYTHON, "-m", "ruff", "format", "--check", "."),
        run(PYTHON, "-m", "ruff", "check", "."),
        run(PYTHON, "-m", "mypy"),
    ]
    sys.exit(0 if all(results) else 1)


def docs() -> None:
    """The documentation as a site in site/."""
    if not run(PYTHON, "-c", "import material", quiet=True):
        need(run(PYTHON, "-m", "pip", "install", "-q", "-e", ".[docs]"), "could not install MkDocs")
    become(PYTHON, "-m", "mkdocs", "build", "--strict")


def suitable_python() -> None:
    """Go on under a newer Python when this one is too old and there is one."""
    if sys.version_info < (3, 11):  # noqa: UP036  (the one file that an older Python may meet)
        for minor in (13, 12, 11):
            newer = shutil.which(f"python3.{minor}")
            if newer:
                become(newer, Path(__file__).resolve(), *sys.argv[1:])
        sys.exit("anthesis: Python 3.11 or newer is needed, and this is " + sys.version.split()[0])


def main() -> None:
    """What the command line says."""
    suitable_python()
    wanted, rest = (sys.argv[1] if len(sys.argv) > 1 else "setup"), sys.argv[2:]
    prepare()
    if wanted == "run":
        become(BIN / ("anthesis.exe" if os.name == "nt" else "anthesis"), *rest)
    os.chdir(str(ROOT))
    if wanted == "test":
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        become(PYTHON, "-m", "pytest", *rest)
    elif wanted == "lint":
        lint()
    elif wanted == "docs":
        docs()
    elif wanted != "setup":
        sys.exit(f"anthesis: run, test, lint, docs or setup, not {wanted}")


if __name__ == "__main__":
    main()
