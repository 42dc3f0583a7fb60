"""``anthesis analyse``, ``inspect``, ``presets`` and ``styles``: what things are, for people or as JSON."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.cli.terminal import bars, clock_time, say, say_facts, say_json
from app.engine.audio.features import FeatureTrack, analysed
from app.engine.audio.track import AudioTrack, load_track
from app.engine.output.target import in_words
from app.engine.show.classes import words
from app.engine.show.presets import PRESETS
from app.engine.show.saved import SUFFIX, load_show
from app.engine.show.show import Scene
from app.engine.stylegan.checkpoints.opening import SUFFIXES
from app.engine.stylegan.library import bundled_styles, describe


def analyse(args: argparse.Namespace) -> None:
    """What is heard in a song."""
    with bars() as bar:
        reading, listening = bar.begin("Reading"), bar.begin("Listening")
        track = load_track(args.file, progress=lambda part: reading(part, ""))
        features = analysed(track, progress=lambda part: listening(part, ""))
    if args.json:
        say_json(_song_facts(track) | _heard(features))
        return
    loudest = {name: f"mean {curve.mean():.2f}, most {curve.max():.2f}" for name, curve in features.curves.items()}
    parts = " ".join(f"{s.label} {clock_time(s.start)}" for s in features.sections)
    say_facts(
        _people(_song_facts(track))
        | {"tempo": f"{features.bpm:.1f} bpm, {len(features.beats)} beats", "sections": parts}
        | {name: text for name, text in loudest.items() if not name.startswith("chroma")}
    )


def _heard(features: FeatureTrack) -> dict[str, Any]:
    return {
        "bpm": round(float(features.bpm), 3),
        "beats": [round(float(t), 4) for t in features.beats],
        "downbeats": [round(float(t), 4) for t in features.downbeats],
        "sections": [asdict(section) for section in features.sections],
        "rate": features.rate,
        "curves": {name: [round(float(x), 4) for x in curve] for name, curve in features.curves.items()},
    }


def _song_facts(track: AudioTrack) -> dict[str, Any]:
    return {
        "file": track.path.name,
        "kind": "song",
        "duration": round(track.duration, 3),
        "sample_rate": track.sr,
        "channels": track.samples.shape[1],
        "sha256": track.sha256,
    }


def inspect(args: argparse.Namespace) -> None:
    """What a file is, by what it holds."""
    path: Path = args.file
    if path.suffix.lower() in SUFFIXES:
        facts = describe(path)
    elif path.suffix.lower() == SUFFIX:
        facts = _show_facts(path)
    else:
        facts = _song_facts(load_track(path))
    if args.json:
        say_json(facts)
    else:
        say_facts(_people(facts))


def _show_facts(path: Path) -> dict[str, Any]:
    show = load_show(path)
    return {
        "file": path.name,
        "kind": "show",
        "name": show.name,
        "version": show.version,
        "song": show.song.file if show.song else None,
        "playing": show.scene.name,
        "scenes": [_scene_facts(scene) for scene in show.scenes],
        "sections": len(show.sections),
        "film": asdict(show.film),
    }


def _scene_facts(scene: Scene) -> dict[str, Any]:
    facts = {"name": scene.name, "style": scene.style.name, "preset": scene.preset}
    return facts | ({"classes": dict(scene.style.classes)} if scene.style.classes else {})


def _people(facts: dict[str, Any]) -> dict[str, Any]:
    """*facts* with values as people read them."""
    said = {name: value for name, value in facts.items() if value not in (None, "", [], {})}
    if "size_bytes" in said:
        said["size"] = in_words(said.pop("size_bytes"))
    if "duration" in said:
        said["duration"] = f"{clock_time(said['duration'])} ({said['duration']:g} s)"
    if "parameters" in said:
        said["parameters"] = f"{said['parameters'] / 1e6:.1f} million"
    if "c_dim" in said:
        count = said.pop("c_dim")
        said |= {"classes": f"{count}, numbered 0 to {count - 1}"} if count else {}
    if "scenes" in said:
        said["scenes"] = ", ".join(_scene_words(scene) for scene in said["scenes"])
    if "film" in said:
        said["film"] = ", ".join(f"{name} {value}" for name, value in said["film"].items())
    return said


def _scene_words(scene: dict[str, Any]) -> str:
    style = (
        f"{scene['style']} {words(tuple(scene['classes'].items())).lower()}" if "classes" in scene else scene["style"]
    )
    return f"{scene['name']} ({style}, {scene['preset']})"


def presets(args: argparse.Namespace) -> None:
    """The factory Presets."""
    if args.json:
        say_json([asdict(preset) for preset in PRESETS])
        return
    say_facts({preset.name: preset.suits for preset in PRESETS})


def styles(args: argparse.Namespace) -> None:
    """The Styles that are here."""
    known = bundled_styles()
    if args.json:
        say_json([asdict(style) | {"path": str(style.path)} for style in known])
        return
    for style in known:
        size = f"{style.width}x{style.height}, {in_words(style.size_bytes)}"
        say(f"{style.name}  {size}, {style.licence or 'licence unknown'}")
