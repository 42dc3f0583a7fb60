"""What may be said on the command line."""

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from app import __version__
from app.engine.show.classes import mixed, problems
from app.engine.show.show import Classes

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]

COMMANDS = ("open", "render", "still", "convert", "analyse", "inspect", "presets", "styles", "bench")

_CLASS_HELP = "class of a network that has classes, or a mix such as 2:0.7,5:0.3 (default: 0)"

_EPILOG = """\
examples:
  anthesis                                open the window with the demo song
  anthesis open song.ogg                  open the window with a song, a Show or a Style
  anthesis --show a.anthesis --perform --output HDMI-1 --on-air
                                          an installation that starts by itself
  anthesis render song.ogg -o film.mp4    make a film without a window
  anthesis still bloom --seed 3 -o 3.png  the picture of a seed
  anthesis analyse song.ogg --json        what Anthesis hears in a song
  anthesis inspect bloom.safetensors      what a file is

Exit status: 0 done, 1 it could not be done (one sentence says why), 2 wrong usage, 130 interrupted.
"""


def parse(argv: list[str]) -> argparse.Namespace:
    """The arguments as a namespace with *command*; without a command the window opens."""
    return _parser().parse_args(_with_command(argv))


def size(text: str) -> tuple[int, int]:
    """``512`` or ``1920x1080`` as width and height."""
    match = re.fullmatch(r"(\d{1,5})(?:[x×](\d{1,5}))?", text.strip().lower())
    if match is None:
        raise argparse.ArgumentTypeError(f"“{text}” is no size; write 512 or 1920x1080")
    width = int(match[1])
    return width, int(match[2] or width)


def seconds(text: str) -> float:
    """``83.5`` or ``1:23.5`` in seconds."""
    match = re.fullmatch(r"(?:(\d+):)?(\d+(?:\.\d*)?)", text.strip())
    if match is None:
        raise argparse.ArgumentTypeError(f"“{text}” is no time; write 83.5 or 1:23.5")
    return 60.0 * int(match[1] or 0) + float(match[2])


def setting(text: str) -> tuple[str, str]:
    """``react.bass=2`` as name and text of the value."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise argparse.ArgumentTypeError(f"“{text}” sets nothing; write react.bass=2.0")
    return name.strip().lower(), value.strip()


def classes(text: str) -> Classes:
    """``2`` or ``2:0.7,5:0.3`` as classes and how much of each."""
    match = [re.fullmatch(r"(\d{1,6})(?::(\d{0,6}(?:\.\d*)?))?", part.strip()) for part in text.split(",")]
    try:
        pairs = [(int(part[1]), float(part[2] or 1)) for part in match if part is not None]
    except ValueError:
        pairs = []
    if len(pairs) != len(match):
        raise argparse.ArgumentTypeError(f"“{text}” is no class; write 2, or 2:0.7,5:0.3 for a mix")
    for problem in problems(tuple(pairs)):
        raise argparse.ArgumentTypeError(problem)
    return mixed(pairs)


def _with_command(argv: list[str]) -> list[str]:
    first = argv[0] if argv else ""
    if first in (*COMMANDS, "-h", "--help", "--version"):
        return argv
    opens = not first or first.startswith("-") or "." in first or Path(first).exists()
    return ["open", *argv] if opens else argv


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="anthesis",
        description="Music plays and a StyleGAN2 network blooms to it.",
        epilog=_EPILOG,
        formatter_class=raw,
    )
    parser.add_argument("--version", action="version", version=f"Anthesis {__version__}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--profile-dir", type=Path, metavar="DIR", help="keep cache, settings and films in DIR")
    network = argparse.ArgumentParser(add_help=False)
    network.add_argument("--device", metavar="NAME", help="cpu, cuda:0, mps (default: the fastest that is here)")
    network.add_argument("--precision", choices=("float32", "bf16", "fp16"), help="(default: the fastest that is good)")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_open(commands.add_parser("open", parents=[common, network], help="open the window (the same as no command)"))
    _add_render(commands.add_parser("render", parents=[common, network], help="make a film of a song"))
    _add_still(commands.add_parser("still", parents=[common, network], help="draw the picture of one seed"))
    _add_convert(commands.add_parser("convert", parents=[common], help="make safetensors of any weights file"))
    _add_telling(commands, common)
    return parser


def _add_open(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a song, a Show or a Style")
    parser.add_argument("--silent", action="store_true", help="play no sound; time comes from the clock on the wall")
    parser.add_argument("--no-audio", dest="silent", action="store_true", help="the same as --silent")
    parser.add_argument("--cpu", dest="device", action="store_const", const="cpu", help="the same as --device cpu")
    parser.add_argument("--size", type=size, metavar="WxH", help="size of the window")
    stage = parser.add_argument_group("an installation, or a show that starts by itself")
    stage.add_argument("--show", type=Path, metavar="FILE", help="open a Show and play it")
    stage.add_argument("--listen", metavar="NAME", help="follow this input, and no song: its name, default or system")
    stage.add_argument("--perform", action="store_true", help="begin in the Perform workspace")
    stage.add_argument("--output", metavar="NAME", help="show the picture on this display, as soon as it is there")
    stage.add_argument("--on-air", action="store_true", help="begin ON AIR: nothing may disturb the show")
    stage.add_argument("--safe-mode", action="store_true", help="no MIDI, no OSC, no outputs and nothing of last time")
    parser.add_argument("--test-hooks", action="store_true", help="let tests read the numbers behind the window")


def _add_render(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("song", type=Path, metavar="SONG", help="wav, flac, ogg, opus, mp3, m4a, or a film's sound")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="the film; a folder for pictures")
    look = parser.add_argument_group("the picture")
    look.add_argument("--style", metavar="NAME", help="name or file of the Style (default: bloom)")
    look.add_argument("--preset", metavar="NAME", help="how it reacts (default: pulse)")
    look.add_argument("--show", type=Path, metavar="FILE", help="take everything from a Show saved in the window")
    look.add_argument("--scene", metavar="NAME", help="this Scene alone, by its name or number (default: what plays)")
    look.add_argument("--take", type=Path, metavar="FILE", help="film a recorded performance, whole, as it was played")
    look.add_argument("--seed", type=int, metavar="N", help="another path through the Style")
    look.add_argument("--class", type=classes, metavar="N", dest="classes", help=_CLASS_HELP)
    look.add_argument("--flash-guard-off", metavar="REASON", help="let it flash; the film says why")
    look.add_argument("--set", type=setting, action="append", default=[], metavar="NAME=VALUE", dest="settings",
                      help="change one setting, such as react.bass=2.0; may be repeated")  # fmt: skip
    film = parser.add_argument_group("the film")
    film.add_argument("--size", type=size, metavar="WxH", help="512 or 1920x1080 (default: the Style's own)")
    film.add_argument("--fit", choices=("crop", "fit", "mirror", "stretch"), help="how the picture meets another shape")
    film.add_argument("--fps", type=int, metavar="N", help="frames a second, 1 to 120 (default: 30)")
    film.add_argument("--start", type=seconds, metavar="T", help="where in the song it begins, in seconds or m:ss")
    film.add_argument("--end", type=seconds, metavar="T", help="where it ends (default: with the song)")
    film.add_argument("--format", choices=("mp4", "png"), help="H.264 film, or a folder of pictures")
    film.add_argument("--no-audio", action="store_true", help="leave the song out")
    film.add_argument("--overwrite", action="store_true", help="replace a film of the same name")


def _add_still(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("style", metavar="STYLE", help="name or file of the Style")
    parser.add_argument("--seed", type=int, required=True, metavar="N", help="as in the published tools")
    parser.add_argument("--psi", type=float, default=1.0, metavar="X", help="how far from the average (default: 1)")
    parser.add_argument("--class", type=classes, metavar="N", dest="classes", help=_CLASS_HELP)
    parser.add_argument("--noise", choices=("const", "none"), default="const", help="fine grain (default: const)")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="the picture, a .png")


def _add_convert(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="IN", help="a .pkl, .pt or .safetensors")
    parser.add_argument("output", type=Path, metavar="OUT", help="the .safetensors to write")


def _add_telling(commands: "_Commands", common: argparse.ArgumentParser) -> None:
    telling = argparse.ArgumentParser(add_help=False, parents=[common])
    telling.add_argument("--json", action="store_true", help="for programs")
    analyse = commands.add_parser("analyse", parents=[telling], help="say what Anthesis hears in a song")
    analyse.add_argument("file", type=Path, metavar="SONG")
    inspect = commands.add_parser("inspect", parents=[telling], help="say what a Style, Show or song is")
    inspect.add_argument("file", type=Path, metavar="FILE")
    commands.add_parser("presets", parents=[telling], help="list the Presets")
    commands.add_parser("styles", parents=[telling], help="list the Styles")
    bench = commands.add_parser("bench", parents=[telling], help="measure how fast this machine draws")
    bench.add_argument("--style", metavar="NAME", default="bloom", help="name or file of the Style (default: bloom)")
    bench.add_argument("--device", metavar="NAME", help="cpu, cuda:0, mps (default: the fastest that is here)")
    bench.add_argument("--seconds", type=float, metavar="N", default=75.0, help="about how long (default: 75)")
