"""What stands on the decks as it is seen: what waits has not come yet."""

from app.ui.performing import Performing


def decks_seen(performing: Performing) -> tuple[int, int | None]:
    """The rows of the Scenes on A and B; where the next one waits, still the one that plays."""
    waiting = -1 if performing.queued is None else performing.queued.row
    a, b = (performing.playing if row == waiting else row for row in (performing.deck_a, performing.deck_b))
    return (performing.playing if a is None else a), b
