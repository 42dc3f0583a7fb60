"""What can be found by its name besides actions and settings: scenes, Styles, Presets and songs."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.control.addresses import Act
from app.engine.own_presets import all_presets
from app.ui.settings import Settings
from app.ui.songs import song_files
from app.ui.studio import Studio


@dataclass(frozen=True, slots=True)
class Thing:
    """One of them: its name, what it is, and what is done with it when it is chosen."""

    title: str
    about: str
    act: Act

    @property
    def name(self) -> str:
        """Told from all others."""
        return f"{self.act.verb}:{self.title}:{self.about}"


def things(studio: Studio, settings: Settings) -> Iterator[Thing]:
    """All there are, nearest first; two of one name differ in what is said of them."""
    for number, scene in enumerate(studio.document.show.scenes, 1):
        yield Thing(scene.name, f"Scene {number}: play it", Act("scene", (number,)))
    for preset in all_presets():
        yield Thing(preset.name, "Preset: react like this", Act("preset", (preset.name,)))
    for number, style in enumerate(studio.styles, 1):
        yield Thing(style.name, f"Style, {style.resolution} px: use it", Act("style", (number,)))
    for number, file in enumerate(song_files(studio, settings), 1):
        yield Thing(file.stem, f"Song, {file.suffix[1:]}: play it", Act("song", (number,)))
