"""Sources: everything that a route can begin with, by id, with its name on screen."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.engine.show.show import Scene

_NOTES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")

GROUPS: dict[str, dict[str, str]] = {
    "Bands": {"level": "Level", "sub": "Sub", "bass": "Bass", "mid": "Mid", "high": "High", "presence": "Presence"},
    "Hits": {"onset": "Onset", "kick": "Kick", "snare": "Snare", "hat": "Hat"},
    "Tone": {"harmonic": "Harmonic", "percussive": "Percussive", "centroid": "Centroid", "flux": "Flux"},
    "Drums and melody": {
        "bass_drums": "Bass, drums", "mid_drums": "Mid, drums", "high_drums": "High, drums",
        "bass_melody": "Bass, melody", "mid_melody": "Mid, melody", "high_melody": "High, melody",
    },
    "Notes": {f"chroma_{i}": f"Chroma {name}" for i, name in enumerate(_NOTES)},
    "Tempo and song": {
        "beat": "Beat", "bar": "Bar", "phrase": "Phrase", "section": "Section",
        "beat_saw": "Beat saw", "beat_triangle": "Beat triangle", "beat_pulse": "Beat pulse",
        "beat_random": "Beat random", "bar_triangle": "Bar triangle", "bar_pulse": "Bar pulse",
        "phrase_triangle": "Phrase triangle", "phrase_pulse": "Phrase pulse",
    },
    "Made up": {
        **{f"lfo_{i}": f"LFO {i}" for i in range(1, 5)},
        "follow_1": "Follower 1", "follow_2": "Follower 2", "walk_1": "Noise 1", "walk_2": "Noise 2",
        "steps_1": "Steps 1", "steps_2": "Steps 2", "expression": "Expression",
    },
    "Macros": {f"macro_{i}": f"Macro {i}" for i in range(1, 9)},
    "Inputs": {f"input_{i}": f"Input {i}" for i in range(1, 9)},
}  # fmt: skip
"""Sources by kind, for menus. Bands to notes are heard; the rest follows the tempo, is made up, or is set by hand."""

SOURCES: dict[str, str] = {source: name for group in GROUPS.values() for source, name in group.items()}
"""Source id -> its name on screen."""

HEARD = tuple(source for group in tuple(GROUPS)[:5] for source in GROUPS[group])
"""Curves of the FeatureTrack, in their order."""

HANDS = (*GROUPS["Macros"], *GROUPS["Inputs"])
"""Sources that stand still until a hand moves them: nothing to smooth."""

OLD_NAMES = {"lfo": "lfo_1", "walk": "walk_1"}
"""What sources were called in the first version."""


def source_words(scene: "Scene", source: str) -> str:
    """What a person calls *source* in *scene*: a macro by the name it was given."""
    kind, _, number = source.partition("_")
    if kind in ("macro", "input") and number.isdigit():
        given = (scene.macros if kind == "macro" else scene.inputs)[int(number) - 1 :][:1]
        if given and given[0].name:
            return given[0].name
    return SOURCES.get(source, source)
