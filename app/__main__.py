"""Composition root and command line: ``anthesis [open|render|still|convert|analyse|inspect|presets|styles|bench]``."""

import argparse
import os
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

from app.cli.arguments import parse
from app.cli.terminal import complain
from app.engine.errors import AppError

INTERRUPTED = 130


def main(argv: list[str] | None = None) -> int:
    """Do what *argv* says; the exit status."""
    args = parse(sys.argv[1:] if argv is None else argv)
    if args.profile_dir is not None:
        os.environ["ANTHESIS_PROFILE"] = str(args.profile_dir.absolute())
    try:
        return _run(args)
    except AppError as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        complain("Interrupted; nothing was kept.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our answer has seen enough; Python must not try to write the rest when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def open_window(argv: list[str] | None = None) -> int:
    """What an icon on the desktop starts."""
    return main(["open", *(sys.argv[1:] if argv is None else argv)])


def _run(args: argparse.Namespace) -> int:
    """The command itself. Each imports what it needs here: the window must not wait for torch, nor a film for Qt."""
    if args.command == "open":
        return _open(args)
    signal.signal(signal.SIGTERM, _terminated)
    if args.command == "render":
        from app.cli.render import render

        render(args)
        return 0
    from app.cli import bench, still, tell

    commands: dict[str, Callable[[argparse.Namespace], None]] = {
        "still": still.still,
        "convert": still.convert,
        "analyse": tell.analyse,
        "inspect": tell.inspect,
        "presets": tell.presets,
        "styles": tell.styles,
        "bench": bench.bench,
    }
    commands[args.command](args)
    sys.stdout.flush()
    return 0


def _open(args: argparse.Namespace) -> int:
    try:
        from app.ui.window import Options, run
    except ImportError as error:
        raise AppError(f"The window cannot open: {error}. “make run” installs what is missing.") from error
    if args.show is not None and not args.show.is_file():
        raise AppError(f"{args.show} is not there.")
    return run(Options(file=args.file, silent=args.silent, size=args.size, device=args.device,
                       precision=args.precision, test_hooks=args.test_hooks, show=args.show, perform=args.perform,
                       output=args.output, on_air=args.on_air, safe=args.safe_mode, listen=args.listen))  # fmt: skip


def _terminated(number: int, _: object) -> NoReturn:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
