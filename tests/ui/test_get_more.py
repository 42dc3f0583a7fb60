"""Get more: a network from a server on this machine into the list of Styles, by clicks."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from app.engine import paths
from app.engine.stylegan.catalogue import read_catalogue
from app.ui.downloads import Downloads, Progress
from app.ui.get_more import GetMore
from app.ui.offer_row import progress_words
from app.ui.styles_list import StylesPage
from tests.checkpoints import write_ada
from tests.servers import Served, Server, trusting
from tests.vectors.networks import card_of


@pytest.fixture
def server(tmp_path):
    body = write_ada(tmp_path / "net.pkl", card_of("rgb1_32")).read_bytes()
    with Server() as made:
        made.files["/net.pkl"] = Served(body)
        yield made


@pytest.fixture
def page(qtbot, studio, server):
    """The page over a window, with three rows: one that our server has, one with a page alone, one of the list."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1200, 800)
    downloads = Downloads(studio, window)
    downloads.tls = trusting()
    mine, last = read_catalogue()[3], read_catalogue()[-1]
    size = len(server.files["/net.pkl"].body) / 1e6
    here = replace(mine, id="here", name="A Network", address=server.address("/net.pkl"), megabytes=size, sha256=None,
                   sha256_from=None)  # fmt: skip
    downloads.__dict__["offers"] = (here, last, read_catalogue()[0])
    made = GetMore(downloads, window)
    window.show()
    made.toggle()
    yield made
    downloads.close()


def press(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_click_brings_a_network_into_the_list(page, qtbot, studio):
    row, playing = page.row("here"), studio.style
    assert row.act.text() == "Download"
    press(qtbot, row.act)
    qtbot.waitUntil(lambda: row.state.state == "here")
    (added,) = [style for style in studio.styles if style.name == "A Network"]
    assert added.path == paths.styles() / "A Network.pkl"
    assert added.licence == "NVIDIA Source Code License-NC, not for commercial use"
    assert added.origin == "https://github.com/NVlabs/stylegan2"
    assert studio.style == playing
    assert not row.act.isVisibleTo(page)
    assert row.accessibleDescription() == "in your list"
    page._choose(2)
    assert shown(page) == ["here"]
    library = studio.shelf.library
    library.remove(next(entry for entry in library.entries if entry.style == added))
    assert (row.state.state, row.act.text()) == ("idle", "Download")
    page._choose(0)
    press(qtbot, row.act)
    qtbot.waitUntil(lambda: row.state.state == "here")
    assert added in studio.styles


def test_a_failure_stands_in_the_row_and_retry_goes_on(page, qtbot, server):
    row, served = page.row("here"), server.files["/net.pkl"]
    served.cut_at = len(served.body) // 2
    press(qtbot, row.act)
    qtbot.waitUntil(lambda: row.state.state == "failed")
    assert "broke off" in row.accessibleDescription()
    assert (row.act.text(), row.act.accessibleName()) == ("Retry", "Retry A Network")
    served.cut_at = 0
    press(qtbot, row.act)
    qtbot.waitUntil(lambda: row.state.state == "here")
    assert server.asked[-1][1]["range"] == f"bytes={len(served.body) // 2}-"


def test_cancel_by_a_click_keeps_what_came(page, qtbot, server):
    row, served = page.row("here"), server.files["/net.pkl"]
    served.holds_at = len(served.body) // 2
    press(qtbot, row.act)
    part = paths.styles() / "A Network.pkl.part"
    qtbot.waitUntil(lambda: part.is_file() and part.stat().st_size > 0)
    qtbot.waitUntil(lambda: row.state.state == "running")
    assert row.act.accessibleName() == "Cancel A Network"
    press(qtbot, row.act)
    qtbot.waitUntil(lambda: row.state.state == "idle")
    assert row.act.text() == "Resume"
    assert "goes on from there" in row.accessibleDescription()
    assert part.exists()


def test_three_at_a_time_and_one_that_waits_is_cancelled_at_once(page, qtbot, server):
    body, first = server.files["/net.pkl"].body, page.row("here").offer
    offers = []
    for n in range(4):
        server.files[f"/{n}.pkl"] = Served(body, holds_at=1000)
        offers.append(replace(first, id=f"n{n}", name=f"Network {n}", address=server.address(f"/{n}.pkl")))
    downloads = page._downloads
    for offer in offers:
        downloads.start(offer)

    def states():
        return [downloads.of(offer).state for offer in offers]

    qtbot.waitUntil(lambda: states() == ["running"] * 3 + ["waiting"])
    downloads.cancel(offers[3])
    assert states()[3] == "idle"
    downloads.start(offers[3])
    assert states()[3] == "waiting"
    server.go.set()
    qtbot.waitUntil(lambda: states() == ["here"] * 4)


def test_what_came_before_a_restart_is_gone_on_with(page, qtbot, server, studio):
    row, served = page.row("here"), server.files["/net.pkl"]
    served.cut_at = len(served.body) // 2
    press(qtbot, row.act)
    qtbot.waitUntil(lambda: row.state.state == "failed")
    later = Downloads(studio)
    assert later.of(row.offer).state == "idle"
    assert "are here. Resume" in later.of(row.offer).message


def test_it_goes_on_while_the_page_is_closed(page, qtbot, server, studio):
    row, served, told = page.row("here"), server.files["/net.pkl"], []
    studio.told.connect(lambda *news: told.append(news))
    served.holds_at = 1000
    press(qtbot, row.act)
    qtbot.waitUntil(lambda: row.state.state == "running")
    press(qtbot, page.close_button)
    assert not page.isVisible()
    server.go.set()
    qtbot.waitUntil(lambda: bool(told))
    assert told[0][1] == "A Network is in your list"


def test_a_failure_is_told_when_nobody_looks(page, qtbot, server, studio):
    server.files.clear()
    page.hide()
    with qtbot.waitSignal(studio.told) as news:
        page.row("here").act.click()
    assert news.args[:2] == ["error", "A Network was not downloaded"]


def test_a_file_that_is_no_network_is_told_by_its_row(page, qtbot, server, studio):
    server.files["/net.pkl"] = Served(b"cos\nsystem\n(S'echo harm'\ntR.")
    before, row = studio.styles, page.row("here")
    press(qtbot, row.act)
    qtbot.waitUntil(lambda: row.state.state == "failed")
    assert "cannot be opened" in row.state.message
    assert "os.system" in row.state.message
    assert studio.styles == before


def test_each_row_says_what_is_known(page):
    row = page.row("here")
    for words in ("1024 × 1024", "Not for commercial use", "no published hash", "TensorFlow pickle"):
        assert words in row.accessibleName()
    free = page.row("lhq-256-t")
    assert "Commercial use allowed" in free.accessibleName()
    assert "SHA-256 known from its page" in free.accessibleName()
    assert "cdf396b1" in free.toolTip()


def test_without_an_address_only_its_page_is_opened(page, qtbot, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    row = page.row("cakes-256")
    assert not row.act.isVisibleTo(page)
    assert "size unknown" in row.accessibleName()
    press(qtbot, row.page)
    assert opened == [row.offer.page]


def shown(page):
    return [row.offer.id for row in page.rows if row.isVisibleTo(page)]


def test_search_and_filters(page, qtbot):
    qtbot.keyClicks(page.search, "cakes 256")
    assert shown(page) == ["cakes-256"]
    page.search.setText("nothing of the kind")
    assert shown(page) == []
    assert page.empty.isVisibleTo(page)
    page.search.clear()
    page.filter.chosen.emit(1)
    assert shown(page) == ["lhq-256-t"]
    page.filter.chosen.emit(2)
    assert shown(page) == []
    page.filter.chosen.emit(0)
    assert len(shown(page)) == 3


def test_escape_closes_and_tab_reaches_the_buttons(page, qtbot):
    page.activateWindow()
    page.search.setFocus()
    reached = set()
    for _ in range(12):
        qtbot.keyClick(page.window().focusWidget(), Qt.Key.Key_Tab)
        reached.add(page.window().focusWidget())
    assert {page.row("here").act, page.row("here").page, page.folder} <= reached
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.isVisible()


def test_the_styles_page_asks_for_it(studio, qtbot):
    styles = StylesPage(studio.document, studio)
    qtbot.addWidget(styles)
    with qtbot.waitSignal(styles.more_wanted):
        press(qtbot, styles.more)
    assert styles.more.accessibleName() == "Get more styles"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (Progress("waiting"), "Waiting…"),
        (Progress("running"), "Connecting…"),
        (Progress("running", 120_000_000, 382_000_000, 8_200_000), "120 of 382 MB · 8.2 MB/s · 0:32 left"),
        (Progress("running", 3_000_000, 382_000_000), "3 of 382 MB"),
        (Progress("running", 3_000_000, None, 1_000_000), "3 MB · 1.0 MB/s"),
        (Progress("running", 382, 382), "Checking…"),
    ],
)
def test_progress_in_words(state, words):
    assert progress_words(state) == words
