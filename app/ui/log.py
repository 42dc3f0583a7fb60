"""The log: a file of what went wrong, for the day after the show."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

from app.engine import paths

MOST_BYTES = 1_000_000


@contextmanager
def logged() -> Iterator[Path]:
    """Meanwhile what the app logs stands in a file of the user's profile, beside the one before it."""
    file = paths.config() / "anthesis.log"
    handler = RotatingFileHandler(file, maxBytes=MOST_BYTES, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log = logging.getLogger("app")
    before = log.level
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    try:
        yield file
    finally:
        log.removeHandler(handler)
        log.setLevel(before)
        handler.close()
