"""Expected failures: each carries one sentence for the person at the screen."""


class AppError(Exception):
    """What went wrong, where, and what to do, as one sentence a user can read.

    Raised where the file name is known, ``from`` its cause, and caught at three borders only: the engine loop, a
    worker's future, the dispatch of an action. Anything else is a bug.
    """


class SongError(AppError):
    """A song could not be opened or played."""


class StyleError(AppError):
    """A Style (weights file) could not be opened or used."""


class LockedStyleError(StyleError):
    """A weights file asks for what no network needs: it stays locked, and nothing of it runs."""


class ShowError(AppError):
    """A Show, Preset or other document of ours is not valid."""


class LutError(AppError):
    """A table of colours could not be read."""


class FilmError(AppError):
    """A film could not be written."""


class OutputError(AppError):
    """A live output cannot be opened, or what it sends to is gone."""


class DownloadError(AppError):
    """A network could not be downloaded; what has come so far is kept where it can be gone on with."""


class DownloadStoppedError(DownloadError):
    """Somebody pressed Cancel."""


def first_line(cause: BaseException) -> str:
    """The first line of what *cause* says; what kind it is where it says nothing."""
    return (str(cause).strip() or type(cause).__name__).splitlines()[0]
