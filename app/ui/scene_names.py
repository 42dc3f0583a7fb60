"""Names of new scenes."""


def fresh_name(name: str, taken: set[str]) -> str:
    """*name*, or *name* with the first free number behind it."""
    stem = name.rstrip("0123456789 ") or name
    return next(n for n in (f"{stem} {i}" for i in range(2, len(taken) + 3)) if n not in taken)
