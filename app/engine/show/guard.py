"""Switching the flash guard off: only with a reason, in words, that the Show and its films keep."""

from app.engine.errors import ShowError

LONGEST = 200
"""Letters of a reason."""


def off_reason(text: str) -> str:
    """*text* as a Show keeps it, on one line; raises ShowError where nobody said why."""
    reason = " ".join(text.split())
    if not reason:
        raise ShowError("The flash guard stays on: say why it is to be off. The Show and its films keep the reason.")
    if len(reason) > LONGEST:
        raise ShowError(f"The flash guard stays on: the reason is longer than {LONGEST} letters.")
    return reason
