"""Channels: which of an input's many are listened to, two that stand side by side or one alone."""

MOST = 64
"""Who says to have more is no interface, but a way to any."""


def choices(count: int) -> tuple[str, ...]:
    """Every pair of *count* channels, then each alone, as people read them: 1/2, 3/4, 1, 2, 3, 4."""
    pairs = (f"{i}/{i + 1}" for i in range(1, count, 2))
    return (*pairs, *map(str, range(1, count + 1)))


def picked(channels: str, count: int) -> slice | None:
    """Where the *channels* stand among *count*, the first two without a word; None where they are not there."""
    if not channels:
        return slice(0, min(2, count))
    if channels not in choices(count):
        return None
    first, _, second = channels.partition("/")
    return slice(int(first) - 1, int(second or first))
