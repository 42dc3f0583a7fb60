"""Peers: their beat on our clock, and Ableton Link where its package is installed."""

import importlib.util
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from app.control.addresses import ControlError
from app.control.link import LinkPeer, system_link
from app.control.peer import PeerGrid
from tests.patience import PATIENCE


def test_a_peer_is_followed_smoothly_through_the_jitter_of_both_clocks():
    rng, follow = np.random.default_rng(2), PeerGrid("link")
    late = []
    for k in range(200):
        t = 3.0 + k * 0.05
        grid = follow.follow((t - 1.0) * 2.1 + rng.uniform(-0.006, 0.006) * 2.1, 126.0, t)
        late.append(grid.time_of(0) - 1.0)
    assert np.abs(late[60:]).max() < 0.004
    assert np.abs(np.diff(late[1:])).max() < 0.0015
    assert (grid.source, grid.confidence, grid.bpm) == ("link", 1.0, 126.0)


def test_a_peer_that_jumps_is_followed_at_once():
    follow = PeerGrid("midi")
    follow.follow(10.0, 120.0, 5.0)
    assert follow.follow(0.0, 120.0, 5.05).beat_at(5.05) == pytest.approx(0.0)
    follow.forget()
    assert follow.follow(0.02, 120.0, 5.1).beat_at(5.1) == pytest.approx(0.02)


def test_another_tempo_of_a_peer_moves_no_beat():
    follow = PeerGrid("link")
    follow.follow(10.0, 120.0, 5.0)
    assert follow.follow(10.1, 126.0, 5.05).beat_at(5.05) == pytest.approx(10.1)


class Alone:
    """The package where nobody else is in the network."""

    Link = lambda self, _bpm: SimpleNamespace(numPeers=lambda: 0)  # noqa: E731


def test_a_peer_alone_says_nothing():
    peer = LinkPeer(Alone())
    assert (peer.peers, peer.now()) == (0, None)
    assert peer._link.startStopSyncEnabled is False


def test_a_missing_package_is_explained(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(ControlError, match=r"anthesis\[link\]"):
        system_link()


@pytest.mark.skipif(importlib.util.find_spec("link") is None, reason="LinkPython-extern is not installed")
def test_two_peers_find_each_other_and_agree():
    package = system_link()
    other = package.Link(133.0)
    other.enabled = True
    peer = LinkPeer()
    try:
        until, wait = time.monotonic() + PATIENCE, threading.Event()
        while not (peer.peers and other.numPeers()) and time.monotonic() < until:
            wait.wait(0.02)
        if not peer.peers:
            pytest.skip("peers on this machine do not see each other: no multicast")
        while abs(peer.now()[1] - other.captureSessionState().tempo()) > 0.01 and time.monotonic() < until:
            wait.wait(0.02)
        beat, bpm = peer.now()
        phase = other.captureSessionState().phaseAtTime(other.clock().micros(), 4.0)
        assert bpm == pytest.approx(other.captureSessionState().tempo(), abs=0.01)
        away = (phase - beat + 2) % 4 - 2
        assert abs(away) < 0.05
    finally:
        peer.close()
        other.enabled = False
