"""The one-slot mailbox: newest wins, drops are counted, a reader is told once."""

from app.engine.render.mailbox import Mailbox


def test_the_newest_wins_and_the_rest_are_counted():
    box: Mailbox[int] = Mailbox()
    assert box.put(1)
    assert not box.put(2)
    assert not box.put(3)
    assert box.take() == 3
    assert box.dropped == 2
    assert box.take() is None
    assert box.take(timeout=0.01) is None
    assert box.put(4)
