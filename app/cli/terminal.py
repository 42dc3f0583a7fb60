"""What the command line says, and its progress bars."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

Tell = Callable[[float, str], None]
"""Hears how far a piece of work is (0..1), and a note about it."""


def say(text: str) -> None:
    """One line of the answer; what a pipe of Windows has no letters for is escaped."""
    letters = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(letters, "backslashreplace").decode(letters) + "\n")


def say_json(answer: Any) -> None:
    """The answer for programs."""
    plain = not (sys.stdout.encoding or "utf-8").lower().startswith("utf")
    say(json.dumps(answer, indent=1, ensure_ascii=plain, allow_nan=False))


def say_facts(facts: Mapping[str, Any]) -> None:
    """The answer for people: one fact a line."""
    width = max(map(len, facts))
    for name, value in facts.items():
        say(f"{name.replace('_', ' '):<{width}}  {value}")


def complain(sentence: str) -> None:
    """Why it could not be done."""
    sys.stderr.write(f"anthesis: {sentence}\n")


class Bars:
    """Owns the progress bars on stderr, one for each piece of work; main thread."""

    def __init__(self, progress: Any) -> None:
        self._progress = progress

    def begin(self, what: str) -> Tell:
        """A new bar; what it gives is called as the work goes on."""
        bar = self._progress.add_task(what, total=1.0, note="")

        def tell(part: float, note: str = "") -> None:
            self._progress.update(bar, completed=part, note=note)

        return tell


@contextmanager
def bars() -> Iterator[Bars]:
    """Progress bars where somebody watches; silence in a pipe."""
    from rich.console import Console  # here, because the window must not wait for it
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (
        TextColumn("{task.description:<16}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[note]}"),
    )
    console = Console(stderr=True)
    # Drawing the bars takes 3 ms, in which no frame is made: ten times a second would cost a film 3 %.
    with Progress(*columns, console=console, disable=not console.is_terminal, refresh_per_second=4) as progress:
        yield Bars(progress)


def clock_time(seconds: float) -> str:
    """Seconds as m:ss, or h:mm:ss."""
    whole = int(seconds + 0.5)
    minutes, rest = divmod(whole, 60)
    return f"{minutes}:{rest:02d}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
