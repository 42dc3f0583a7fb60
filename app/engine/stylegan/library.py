"""Styles on disk: finds them, reads their cards, and says in one sentence why a file is not one. No torch."""

import hashlib
import json
import os
import tempfile
from collections import deque
from dataclasses import asdict, dataclass, replace
from math import prod
from pathlib import Path
from typing import Any

from app.engine import paths
from app.engine.errors import StyleError
from app.engine.show.classes import file_mark
from app.engine.show.show import Classes, StyleRef
from app.engine.stylegan.cards import AnyCard
from app.engine.stylegan.checkpoints.opening import SUFFIXES, open_checkpoint

MOST_FILES, MOST_ENTRIES, DEEPEST = 200, 20_000, 3
"""How much of a folder is looked at: weights, entries, folders down."""
LONGEST_RECEIPT = 1 << 16


@dataclass(frozen=True)
class Style:
    """A trained generator on disk and what its card says; ``sha256`` is that of the file."""

    name: str
    path: Path
    sha256: str
    resolution: int
    z_dim: int
    w_dim: int
    num_ws: int
    licence: str = ""
    origin: str = ""
    size_bytes: int = 0
    bundled: bool = False
    layers: str = ""
    classes: int = 0
    width: int = 0
    height: int = 0
    kind: str = "stylegan2"
    channels: int = 3
    format: str = ""

    @property
    def ref(self) -> StyleRef:
        """How a Show names this Style."""
        return StyleRef(self.name, self.sha256, "" if self.bundled else str(self.path))

    @property
    def atlas_path(self) -> Path:
        """Where its atlas is, or will be kept."""
        return self.atlas_of(())

    @property
    def sheet_path(self) -> Path:
        """Where the sheet of its atlas's thumbnails is, or will be kept."""
        return self.sheet_of(())

    def atlas_of(self, classes: Classes) -> Path:
        """Where the atlas of *classes* is, or will be kept."""
        return self._companion(".atlas.npz", classes)

    def sheet_of(self, classes: Classes) -> Path:
        """Where the thumbnails of the atlas of *classes* are, or will be kept."""
        return self._companion(".sheet.webp", classes)

    def check(self, classes: Classes) -> None:
        """StyleError unless this network has all of *classes*."""
        if classes and not self.classes:
            raise StyleError(f"{self.name} has no classes to choose from.")
        wrong = next((label for label, _ in classes if not 0 <= label < self.classes), None)
        if wrong is not None:
            raise StyleError(f"{self.name} has the classes 0 to {self.classes - 1}, not {wrong}.")

    def _companion(self, suffix: str, classes: Classes) -> Path:
        beside = self.path.with_suffix(suffix)
        if beside.is_file() and not classes:
            return beside
        return paths.cache() / "atlas" / f"{self.sha256}{file_mark(classes)}{suffix}"


def read_style(path: Path | str) -> Style:
    """The Style in a weights file of any known format; StyleError says what is wrong with any other file."""
    return replace(read_facts(path), sha256=file_sha256(Path(path)))


def read_facts(path: Path | str) -> Style:
    """What ``read_style`` finds but for the hash, which takes seconds where a file is large; it is empty here."""
    path = Path(path)
    opened = open_checkpoint(path)
    card = opened.card
    receipt = {} if card.licence else _receipt(path, opened.size_bytes)
    return Style(
        name=card.name,
        path=path,
        sha256="",
        resolution=card.resolution,
        z_dim=card.z_dim,
        w_dim=card.w_dim,
        num_ws=card.num_ws,
        licence=card.licence or receipt.get("licence", ""),
        origin=receipt.get("page") or card.origin,
        size_bytes=opened.size_bytes,
        bundled=path.resolve().parent == paths.weights().resolve(),
        layers=card.layers,
        classes=card.c_dim,
        width=card.width,
        height=card.height,
        kind=card.kind,
        channels=card.img_channels,
        format=opened.format,
    )


def _receipt(path: Path, size_bytes: int) -> dict[str, str]:
    """What was known of a downloaded file where it came from; a pickle itself says nothing of its licence."""
    from app.engine.stylegan.download import receipt_of

    try:
        with receipt_of(path).open("rb") as file:
            said = json.loads(file.read(LONGEST_RECEIPT))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(said, dict) or said.get("size") != size_bytes:
        return {}
    return {key: text for key, text in said.items() if isinstance(text, str) and len(text) < 200 and text.isprintable()}


def weights_in(folder: Path) -> tuple[Path, ...]:
    """The files in *folder* and the folders in it that are called like weights, by name; hidden ones are left out.

    At most ``MOST_FILES`` of them, ``DEEPEST`` folders down, among ``MOST_ENTRIES`` entries: a home folder dropped by
    mistake must end soon. StyleError when *folder* cannot be read.
    """
    found: list[Path] = []
    waiting, seen = deque([(folder, 0)]), 0
    while waiting and len(found) < MOST_FILES and seen < MOST_ENTRIES:
        place, depth = waiting.popleft()
        try:
            entries = sorted(os.scandir(place), key=lambda entry: entry.name.lower())
        except OSError as cause:
            if place == folder:
                raise StyleError(
                    f"{folder.name} could not be read: {os.strerror(cause.errno or 0).lower()}."
                ) from cause
            continue
        seen += len(entries)
        shown = [entry for entry in entries if not entry.name.startswith(".")]
        found += [Path(entry) for entry in shown if entry.name.lower().endswith(SUFFIXES) and Path(entry).is_file()]
        if depth < DEEPEST:
            waiting += [(Path(entry), depth + 1) for entry in shown if entry.is_dir(follow_symlinks=False)]
    return tuple(found[:MOST_FILES])


def read_card(path: Path | str) -> AnyCard:
    """The card of a weights file, after every tensor's shape has been held against it."""
    return open_checkpoint(Path(path)).card


def bundled_styles() -> tuple[Style, ...]:
    """The Styles that ship with Anthesis, by name."""
    return tuple(read_style(path) for path in sorted(paths.weights().glob("*.safetensors")))


def describe(path: Path | str) -> dict[str, Any]:
    """What ``anthesis inspect`` prints about a weights file: its card, its size, its hash."""
    path = Path(path)
    opened = open_checkpoint(path)
    card = opened.card
    parameters = sum(prod(shape) for name, shape in opened.shapes.items() if "resample_filter" not in name)
    facts = {"file": path.name, "kind": "style", "format": opened.format, "sha256": file_sha256(path)}
    facts["network"] = card.kind
    facts |= asdict(card) | {"width": card.width, "height": card.height, "num_ws": card.num_ws}
    return facts | {"parameters": parameters, "size_bytes": opened.size_bytes}


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, remembered for as long as its path, size and time of change stay the same."""
    try:
        stat = path.stat()
        key = hashlib.sha256(f"{path.resolve()}\n{stat.st_size}\n{stat.st_mtime_ns}".encode()).hexdigest()
        known = paths.cache() / "sha256" / key
        if known.is_file() and len(text := known.read_text("ascii", "replace")) == 64:
            return text
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as cause:
        raise StyleError(f"{path.name} could not be read: {os.strerror(cause.errno or 0).lower()}.") from cause
    _remember(known, digest)
    return digest


def _remember(place: Path, digest: str) -> None:
    """Written whole or not at all; a cache that cannot be written only costs time."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=place.parent, delete=False) as file:
            file.write(digest)
        os.replace(file.name, place)
    except OSError:
        return
