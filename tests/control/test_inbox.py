"""The inbox: newest place of a fader, everything else in order, and never longer than so."""

from app.control.inbox import LONGEST, Inbox


def test_a_fader_is_heard_once_a_turn():
    inbox: Inbox[tuple[str, float]] = Inbox()
    assert inbox.put(("bass", 0.1), "bass")
    assert not inbox.put(("mid", 0.5), "mid")
    assert not inbox.put(("bass", 0.9), "bass")
    assert inbox.take() == [("bass", 0.9), ("mid", 0.5)]
    assert inbox.take() == []
    assert inbox.put(("bass", 0.2), "bass")


def test_what_has_no_key_stays_where_it_was_heard():
    inbox: Inbox[str] = Inbox()
    for heard, key in (("bass 1", "bass"), ("scene 2", None), ("bass 2", "bass"), ("bass 3", "bass")):
        inbox.put(heard, key)
    assert inbox.take() == ["bass 1", "scene 2", "bass 3"]


def test_a_flood_falls_away_and_is_counted():
    inbox: Inbox[int] = Inbox()
    for n in range(LONGEST + 10):
        inbox.put(n)
    assert inbox.lost == 10
    assert inbox.take() == list(range(LONGEST))
