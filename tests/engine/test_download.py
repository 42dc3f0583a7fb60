"""Downloads: over https only, gone on with after a cut, never too large, and kept only when they are right."""

import errno
import hashlib
import json
import shutil
import socket
import threading
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from app.engine import paths
from app.engine.errors import DownloadError, DownloadStoppedError
from app.engine.stylegan import download as module
from app.engine.stylegan.catalogue import Offer, read_catalogue
from app.engine.stylegan.download import Stop, download, receipt_of
from tests.patience import PATIENCE
from tests.servers import Served, Server, trusting

BODY = bytes(range(256)) * 8192  # 2 MB
HALF = 1_000_000
SHA = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def server():
    with Server() as made:
        made.files["/net.pkl"] = Served(BODY)
        yield made


@pytest.fixture
def offer(server) -> Offer:
    some = read_catalogue()[0]
    return replace(some, name="A Network", address=server.address("/net.pkl"), megabytes=len(BODY) / 1e6, sha256=SHA)


def get(offer: Offer, **how) -> Path:
    return download(offer, paths.styles(), tls=how.pop("tls", None) or trusting(), **how)


def here() -> set[str]:
    return {file.name for file in paths.styles().iterdir()}


def asked(server: Server) -> list[str]:
    return [headers.get("range", "") for _path, headers in server.asked]


def cut(server: Server, offer: Offer, at: int = HALF) -> None:
    """A first try that broke off."""
    server.files["/net.pkl"].cut_at = at
    with pytest.raises(DownloadError, match="broke off at 1 MB of 2 MB"):
        get(offer)
    server.files["/net.pkl"].cut_at = 0


def test_a_file_comes_whole_and_tells_how_far_it_is(offer, server):
    told = []
    path = get(offer, told=lambda done, of: told.append((done, of)))
    assert path == paths.styles() / "A Network.pkl"
    assert path.read_bytes() == BODY
    assert told[0] == (0, len(BODY))
    assert told[-1] == (len(BODY), len(BODY))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert len(told) > 3
    assert here() == {"A Network.pkl", "A Network.pkl.from.json"}
    receipt = json.loads(receipt_of(path).read_text())
    assert (receipt["sha256"], receipt["address"], receipt["licence"]) == (SHA, offer.address, offer.terms)


def test_a_cut_leaves_a_part_and_the_next_try_goes_on(offer, server):
    cut(server, offer)
    assert here() == {"A Network.pkl.part", "A Network.pkl.part.json"}
    told = []
    assert get(offer, told=lambda done, of: told.append((done, of))).read_bytes() == BODY
    assert asked(server) == ["", f"bytes={HALF}-"]
    assert server.asked[1][1]["if-range"] == '"one"'
    assert told[0] == (HALF, len(BODY))


def test_a_server_that_ignores_ranges_sends_all_of_it_again(offer, server):
    server.files["/net.pkl"].ranges = False
    cut(server, offer)
    assert get(offer).read_bytes() == BODY


def test_another_file_under_the_same_address_is_not_glued_to_the_old_part(offer, server):
    cut(server, offer)
    other = BODY[::-1]
    server.files["/net.pkl"] = Served(other, etag='"two"')
    assert get(replace(offer, sha256=None, sha256_from=None)).read_bytes() == other


def test_a_part_that_was_given_up_is_not_gone_on_with_as_another_file(offer, server, monkeypatch):
    """The server has another file now, and there is no room for it: the old beginning is no part of the new one."""
    offer = replace(offer, sha256=None, sha256_from=None)
    cut(server, offer)
    other = BODY[::-1]
    server.files["/net.pkl"] = Served(other, etag='"two"')
    usage = namedtuple("usage", "total used free")
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _folder: usage(10**12, 10**12 - 10**8, 10**8))
        with pytest.raises(DownloadError, match="Make room first"):
            get(offer)
    assert get(offer).read_bytes() == other


def test_a_range_of_another_file_is_not_glued_either(offer, server):
    """A server that goes on with what it has now, whatever If-Range said."""
    cut(server, offer)
    served = Served(BODY, headers={"ETag": '"two"'})
    served.etag = '"one"'  # answers the condition as if nothing had changed, and names the other file
    server.files["/net.pkl"] = served
    assert get(offer).read_bytes() == BODY
    assert asked(server) == ["", f"bytes={HALF}-", ""]


def test_another_range_than_the_one_asked_for_is_not_glued(offer, server):
    cut(server, offer)
    server.files["/net.pkl"].headers = {"Content-Range": f"bytes 5-{len(BODY) - 1}/{len(BODY)}"}
    assert get(offer).read_bytes() == BODY
    assert asked(server) == ["", f"bytes={HALF}-", ""]


def test_without_a_mark_there_is_nothing_to_go_on_with(offer, server):
    server.files["/net.pkl"].etag = ""
    cut(server, offer)
    assert get(offer).read_bytes() == BODY
    assert asked(server) == ["", ""]


def test_a_part_of_another_address_is_begun_again(offer, server):
    cut(server, offer)
    server.files["/moved.pkl"] = Served(BODY)
    assert get(replace(offer, address=server.address("/moved.pkl"))).read_bytes() == BODY
    assert asked(server)[-1] == ""


def test_a_part_that_is_complete_is_only_checked(offer, server):
    cut(server, offer)
    (paths.styles() / "A Network.pkl.part").write_bytes(BODY)
    assert get(offer).read_bytes() == BODY
    assert asked(server) == ["", f"bytes={len(BODY)}-"]


def test_a_wrong_hash_keeps_nothing(offer, server):
    with pytest.raises(DownloadError, match=r"is not “A Network”: its SHA-256 is .* as published"):
        get(replace(offer, sha256="0" * 64))
    assert here() == set()


def test_the_first_download_is_the_measure_where_no_hash_is_published(offer, server):
    unknown = replace(offer, sha256=None, sha256_from=None)
    path = get(unknown)
    path.unlink()
    server.files["/net.pkl"] = Served(BODY[::-1])
    with pytest.raises(DownloadError, match="not what it was at the first download"):
        get(unknown)
    server.files["/moved.pkl"] = Served(BODY[::-1])
    assert get(replace(unknown, address=server.address("/moved.pkl"))).read_bytes() == BODY[::-1]
    path.unlink()
    receipt_of(path).unlink()
    assert get(unknown).read_bytes() == BODY[::-1]


def test_what_is_here_already_is_not_fetched_again(offer, server):
    get(offer)
    assert get(offer).read_bytes() == BODY
    assert len(server.asked) == 1


def test_another_file_of_that_name_is_left_alone(offer, server):
    mine = paths.styles() / "A Network.pkl"
    mine.write_bytes(b"mine")
    with pytest.raises(DownloadError, match=r"Another file called A Network\.pkl"):
        get(offer)
    assert mine.read_bytes() == b"mine"
    assert server.asked == []


def test_more_than_the_list_says_is_refused_before_it_comes(offer, server):
    told = []
    with pytest.raises(DownloadError, match="too large: it is listed with 1 MB"):
        get(replace(offer, megabytes=1.0), told=lambda done, _of: told.append(done))
    assert told == []
    assert here() == set()


def test_more_than_the_list_says_is_refused_while_it_comes(offer, server):
    server.files["/net.pkl"].says_size = False
    told = []
    with pytest.raises(DownloadError, match="too large"):
        get(replace(offer, megabytes=1.0), told=lambda done, _of: told.append(done))
    assert 1e6 < max(told) < 1.5e6
    assert here() == set()


def test_nothing_is_larger_than_two_gigabytes(offer, server):
    server.files["/net.pkl"].headers = {"Content-Length": "3000000000"}
    server.files["/net.pkl"].says_size = False
    with pytest.raises(DownloadError, match="2 GB are the most"):
        get(replace(offer, megabytes=None))


def test_a_file_that_nothing_is_known_of_must_have_a_size(offer, server):
    server.files["/net.pkl"].says_size = False
    with pytest.raises(DownloadError, match="does not say how large"):
        get(replace(offer, sha256=None, sha256_from=None))
    assert get(offer).read_bytes() == BODY  # its hash says that it is whole


def test_only_https(offer, server):
    for address in (None, offer.address.replace("https", "http"), "file:///etc/hostname", "ftp://127.0.0.1/net.pkl"):
        with pytest.raises(DownloadError, match="no https address"):
            get(replace(offer, address=address))
    assert server.asked == []


def test_a_redirect_over_https_is_followed(offer, server):
    server.files["/old.pkl"] = Served(b"", status=302, location=server.address("/net.pkl"))
    assert get(replace(offer, address=server.address("/old.pkl"))).read_bytes() == BODY


@pytest.mark.parametrize("to", ["http://127.0.0.1:1/net.pkl", "file:///etc/hostname", "ftp://127.0.0.1/net.pkl"])
def test_a_redirect_away_from_https_is_refused(offer, server, to):
    server.files["/net.pkl"] = Served(b"", status=302, location=to)
    with pytest.raises(DownloadError, match=r"without https|not on the web"):
        get(offer)
    assert here() == set()


def test_a_server_that_cannot_prove_who_it_is_is_refused(offer, server):
    import ssl

    with pytest.raises(DownloadError, match="could not prove who it is"):
        get(offer, tls=ssl.create_default_context())
    assert server.asked == []


@pytest.mark.parametrize(
    ("status", "words"), [(404, "no longer has the file"), (403, "without signing in"), (503, r"now \(503\)")]
)
def test_a_refusal_is_told_in_words(offer, server, status, words):
    server.files["/net.pkl"].status = status
    with pytest.raises(DownloadError, match=words):
        get(offer)


def test_a_server_that_is_not_there(offer):
    with pytest.raises(DownloadError, match=r"127\.0\.0\.1 broke off|cannot be reached"):
        get(replace(offer, address="https://127.0.0.1:9/net.pkl"))


def test_packed_bodies_are_refused(offer, server):
    server.files["/net.pkl"].headers = {"Content-Encoding": "gzip"}
    with pytest.raises(DownloadError, match="packed"):
        get(offer)


@pytest.mark.parametrize(
    ("headers", "status", "location"),
    [
        ({"Content-Length": "9" * 5000}, 0, ""),
        ({}, 302, "https://[::1"),
        ({}, 302, "https://\u00fc..example/"),
    ],
)
def test_answers_without_meaning_are_told_too(offer, server, headers, status, location):
    server.files["/net.pkl"] = Served(b"", says_size=False, headers=headers, status=status, location=location)
    with pytest.raises(DownloadError):
        get(replace(offer, sha256=None, sha256_from=None))


def test_a_tag_that_no_header_can_hold_is_no_mark(offer, server):
    cut(server, offer)
    kept = paths.styles() / "A Network.pkl.part.json"
    kept.write_text(json.dumps({"address": offer.address, "etag": "a\r\nHost: evil"}))
    assert get(offer).read_bytes() == BODY
    assert asked(server) == ["", ""]


def test_a_disk_without_room_is_told_before(offer, server, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(10**12, 10**12 - 10**8, 10**8))
    with pytest.raises(DownloadError, match=r"needs 202 MB of room and .* has 100 MB"):
        get(offer)


def test_a_disk_that_fills_up_is_told_and_keeps_the_part(offer, server, monkeypatch):
    def full(_fd):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(module.os, "fsync", full)
        with pytest.raises(DownloadError, match="is full"):
            get(offer)
    assert "A Network.pkl.part" in here()


def test_cancel_keeps_the_part_for_later(offer, server):
    stop = Stop()
    with pytest.raises(DownloadStoppedError, match="goes on from there"):
        get(offer, stop=stop, told=lambda done, _of: stop.press() if done > HALF else None)
    size = (paths.styles() / "A Network.pkl.part").stat().st_size
    assert HALF < size < len(BODY)
    assert get(offer).read_bytes() == BODY
    assert asked(server) == ["", f"bytes={size}-"]


def test_cancel_does_not_wait_for_a_silent_server(offer, server):
    server.files["/net.pkl"].holds_at = HALF
    stop, silent, found = Stop(), threading.Event(), []

    def run() -> None:
        try:
            get(offer, stop=stop, told=lambda done, _of: silent.set() if done > HALF - module.CHUNK else None)
        except DownloadError as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert silent.wait(PATIENCE)
    stop.press()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert isinstance(found[0], DownloadStoppedError)


def test_cancel_does_not_wait_for_a_server_that_shakes_no_hands(offer):
    """It takes the connection, and says nothing at all."""
    stop, ended = Stop(), []

    def bring(address):
        with pytest.raises(DownloadStoppedError):
            get(replace(offer, address=address), stop=stop)
        ended.append(True)

    with socket.create_server(("127.0.0.1", 0)) as silent:
        thread = threading.Thread(target=bring, args=(f"https://localhost:{silent.getsockname()[1]}/net.pkl",))
        thread.start()
        line, _ = silent.accept()
        with line:
            assert line.recv(1), "it has said hello"
            stop.press()
            thread.join(PATIENCE)
            at_once = list(ended)
    thread.join(PATIENCE)
    assert at_once


def test_cancel_before_the_beginning(offer, server):
    stop = Stop()
    stop.press()
    with pytest.raises(DownloadStoppedError):
        get(offer, stop=stop)
    assert "A Network.pkl" not in here()


def test_a_broken_mark_is_no_mark(offer, server):
    cut(server, offer)
    (paths.styles() / "A Network.pkl.part.json").write_text('{"address": 3, "etag": [')
    assert get(offer).read_bytes() == BODY
    assert asked(server) == ["", ""]
