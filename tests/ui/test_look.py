"""Look and layout of the window (ux.md section 8, check 19): every view, at every size, theme and length of word."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.engine.show.show import Path
from app.ui import theme
from app.ui.keys_sheet import KeysSheet
from app.ui.main_window import MainWindow
from app.ui.panel import Panel
from app.ui.settings import Settings
from app.ui.theme import STAGE, font
from app.ui.widgets import Btn, grounded, paint, words
from tests.ui import look
from tests.ui.fakes import FakeStudio, make_document

PAGES = ("preferences", "flash_guard", "outputs", "controllers", "shortcuts", "keys", "get_more", "palette",
         "choose_output", "calibrate", "remote")  # fmt: skip
LANES = {"rulerView", "sectionsView", "partsLane"}
"""Ruler and lanes of the timeline are as high as the design has them; what they do keys and larger targets do too."""
Open = Callable[..., MainWindow]


@pytest.fixture
def open_window(qtbot, qapp, monkeypatch) -> Iterator[Open]:
    """Opens a window with twenty scenes that plays, of a size and in a theme; the words two fifths *longer* or not."""
    longer, made = look.Longer(), []

    def opened(size: tuple[int, int] = (1440, 900), worn: str = "stage", *, long: bool = False) -> MainWindow:
        if long:
            qapp.installTranslator(longer)
        theme.apply(qapp, worn)
        document = make_document()
        scene = document.show.scene
        scenes = tuple(replace(scene, name=f"Scene {i + 1}", path=Path(7 * i + 3)) for i in range(20))
        document.show = replace(document.show, scenes=scenes)
        studio = FakeStudio(document)
        studio.performing.set_quantum("1")
        window = MainWindow(document, studio, Settings())
        qtbot.addWidget(window)
        made.append((window, studio))
        window.resize(*size)
        window.show()
        qtbot.waitActive(window)
        studio.player.playing = True
        studio.at(1.0)
        studio.give_frame()
        look.settle()
        return window

    yield opened
    qapp.removeTranslator(longer)
    STAGE.wear("stage")
    for window, studio in made:
        window.close()
        studio.close()


def views(window: MainWindow) -> Iterator[str]:
    """Everything there is to see, one after the other."""
    performing = window.studio.performing
    for name, page in [page for side in window.columns.pages for page in side]:
        (window.left if window.left.isAncestorOf(page) else window.right).show_page(page)
        look.settle()
        yield f"create, {name}"
    window.right.show_page(window.react)
    window.react.show_level(1)
    look.settle()
    yield "create, React in Expert"
    for workspace in ("perform", "export"):
        window.show_workspace(workspace)
        look.settle()
        yield workspace
    window.show_workspace("perform")
    performing.set_cue(4)
    performing.load("B", 5)
    performing.launch(3)
    window.studio.set_blackout(True)
    look.settle()
    yield "perform, all of it in use"
    window.studio.set_blackout(False)
    window.show_workspace("create")
    for action in PAGES:
        window.actions_by_id[action].trigger()
        look.settle()
        yield f"page {action}"
        window.actions_by_id[action].trigger()


def never_hidden(window: MainWindow) -> list[str]:
    """What of FREEZE, BLACKOUT and the rate is not whole."""
    stage = window.perform.stage
    must = (stage.freeze, stage.blackout, stage.rate) if window.perform.isVisible() else (
        window.transport.freeze, window.transport.blackout, window.bottom.fps)  # fmt: skip
    return [look.name(w) for w in must if not w.isVisible() or w.visibleRegion().boundingRect() != w.rect()]


def least(view: str) -> int:
    """How large a target of this view is at least: in Perform as large as a finger."""
    return 44 if view.startswith("perform") else 24


CONFIGS = (
    ((1440, 900), "stage", False), ((1920, 1080), "stage", False), ((1024, 640), "stage", False),
    ((1280, 720), "stage", False), ((1440, 900), "dim", False), ((1440, 900), "contrast", False),
    ((1440, 900), "stage", True),
)  # fmt: skip
"""1280 x 720 is what a scale of 150 % leaves of 1920 x 1080."""


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("size", "worn", "long"), CONFIGS)
def test_every_view_can_be_read_and_hit(open_window: Open, monkeypatch, size, worn, long) -> None:
    window = open_window(size, worn, long=long)
    writing = look.Writing(monkeypatch)
    found: list[tuple[str, str]] = []
    for view in views(window):
        writing.lines.clear()
        over = [*look.seen(window, Panel), *look.seen(window, KeysSheet)] if view.startswith("page") else []
        hit = over[-1] if over else window.perform if view.startswith("perform") else window
        shown = hit if over else window
        image = shown.grab().toImage()
        lanes = tuple(f"{lane}:" for lane in LANES)
        faults = {
            "clipped": look.clipped(shown), "cut": writing.cut(), "over one another": look.overlaps(shown),
            "hidden": [] if over else never_hidden(window),
            "too small": [s for s in look.small(hit, least(view)) if not s.startswith(lanes)],
            "nameless": look.nameless(shown),
            "unreadable": [*writing.unreadable(shown, image), *look.dim_labels(shown, image)],
        }  # fmt: skip
        found += [(view, f"{what}: {fault}") for what, of in faults.items() for fault in dict.fromkeys(of)]
    assert found == []


def test_from_right_to_left_nothing_lies_over_another_and_nothing_is_lost(open_window: Open, qapp) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        window = open_window()
        found = [
            (view, fault)
            for view in views(window)
            for fault in (*look.overlaps(window), *([] if view.startswith("page") else never_hidden(window)))
        ]
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert found == []


@pytest.mark.parametrize("size", [(1440, 900), (1024, 640)])
def test_tab_comes_round_to_every_stop_of_every_workspace(open_window: Open, size) -> None:
    window = open_window(size)
    for workspace in ("create", "perform", "export"):
        window.show_workspace(workspace)
        look.settle()
        if QApplication.focusWidget() is None:
            QTest.keyClick(window, Qt.Key.Key_Tab)
        first, seen = QApplication.focusWidget(), []
        for _ in range(200):
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
            seen.append(QApplication.focusWidget())
            if seen[-1] is first:
                break
        assert seen[-1] is first, workspace
        by_tab = [w for w in look.stops(window) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.focusProxy() is None]
        missed = [w for w in by_tab if w not in seen and w is not window and not _by_arrows(w, seen)]
        assert [look.name(w) for w in missed] == [], workspace


def _by_arrows(widget: QWidget, seen: list[QWidget]) -> bool:
    """Whether arrows go on to *widget* from one of *seen*, as among buttons of which one is on."""
    parent = widget.parentWidget()
    one_of_few = isinstance(widget, Btn) and widget.autoExclusive()
    return one_of_few and any(other.parentWidget() is parent for other in seen)


def test_in_perform_pads_come_first_and_the_rest_follows_the_hands(open_window: Open) -> None:
    window = open_window()
    window.show_workspace("perform")
    look.settle()
    perform, parts = window.perform, []
    around = (perform.pads, perform.cue, perform.macros, perform.decks, perform.song, perform.stage, window.bottom,
              perform.bar)  # fmt: skip
    assert QApplication.focusWidget() is perform.pads.grid
    for _ in range(80):
        focused = QApplication.focusWidget()
        part = next(part for part in around if part.isAncestorOf(focused))
        if not parts or parts[-1] is not part:
            parts.append(part)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    there = [part for part in around if part in parts]
    assert parts[: len(there)] == there
    assert len(there) == len(around)


@pytest.mark.parametrize(
    ("workspace", "parts"),
    [("create", ("transport", "left", "preview", "right", "timeline", "bottom")),
     ("export", ("left", "form", "bar", "right", "timeline", "bottom", "transport"))],
)  # fmt: skip
def test_ctrl_tab_goes_through_the_parts_and_comes_back_to_where_it_was(open_window: Open, workspace, parts) -> None:
    window = open_window()
    window.show_workspace(workspace)
    look.settle()
    owner = window.export if workspace == "export" else window
    wanted = [getattr(owner, part, None) or getattr(window, part) for part in parts]
    wanted[0].setFocus()
    visited = []
    for _ in parts:
        window.actions_by_id["next_part"].trigger()
        visited.append(next(i for i, part in enumerate(wanted) if part.isAncestorOf(QApplication.focusWidget())))
    start = visited[0]
    assert visited == [(start + i) % len(parts) for i in range(len(parts))]
    before = QApplication.focusWidget()
    window.actions_by_id["next_part"].trigger()
    window.actions_by_id["previous_part"].trigger()
    assert QApplication.focusWidget() is before


def test_a_theme_is_put_on_at_once_and_remembered(open_window: Open, qapp) -> None:
    window = open_window()
    window.show_workspace("perform")
    look.settle()
    grounds = []
    for action, worn in (("stage_dim", "dim"), ("high_contrast", "contrast"), ("high_contrast", "stage")):
        window.actions_by_id[action].trigger()
        look.settle()
        assert (STAGE.name, Settings().theme) == (worn, worn)
        checked = {name: window.actions_by_id[name].isChecked() for name in ("stage_dim", "high_contrast")}
        assert checked == {"stage_dim": worn == "dim", "high_contrast": worn == "contrast"}
        image = window.grab().toImage()
        pads = window.perform.pads
        grounds.append(image.pixelColor(pads.mapTo(window, pads.rect().bottomLeft())))
        assert grounds[-1] == STAGE.bg1
        assert pads.title.palette().color(pads.title.foregroundRole()) == STAGE.text_hi
    assert len({ground.rgb() for ground in grounds}) == 3


def test_in_high_contrast_a_scene_has_more_of_an_outline_than_an_empty_pad(open_window: Open) -> None:
    window = open_window(worn="contrast")
    window.show_workspace("perform")
    look.settle()
    grid = window.perform.pads.grid
    image = grid.viewport().grab().toImage()
    edges = [grid.faces.box(grid.visualRect(grid.table.index(line, 2))) for line in (1, 4)]
    scene, empty = (image.pixelColor(box.left() + 1, box.center().y()) for box in edges)
    assert scene == STAGE.line
    assert empty.lightness() < scene.lightness()


def test_esc_closes_a_page_wherever_the_keys_are(open_window: Open) -> None:
    window = open_window()
    page = window.appearance.page
    window.show_workspace("perform")
    pads = window.perform.pads.grid
    window.actions_by_id["preferences"].trigger()
    pads.setFocus()
    QTest.keyClick(pads, Qt.Key.Key_Escape, Qt.KeyboardModifier.ShiftModifier)
    assert page.isVisible(), "that is panic"
    QTest.keyClick(pads, Qt.Key.Key_Escape)
    assert not page.isVisible()
    assert QApplication.focusWidget() is pads


def test_preferences_show_the_theme_and_the_size_and_keep_them(open_window: Open) -> None:
    window = open_window()
    page = window.appearance.page
    window.actions_by_id["preferences"].trigger()
    assert page.isVisible()
    page.theme.chosen.emit(1)
    assert STAGE.name == "dim"
    assert page.theme.index == 1
    page.scale.chosen.emit(4)
    assert Settings().scale == 150
    page.still.click()
    assert Settings().still
    assert window.perform.pads.grid.faces.still, "its ring drains no more"


# --- the checks themselves


class Bad(QWidget):
    """Everything that must not be."""

    def __init__(self) -> None:
        super().__init__()
        grounded(self, STAGE.bg1)
        column = QVBoxLayout(self)
        self.label = words("A long line that has no room", 12, 400, STAGE.line)
        self.label.setFixedWidth(40)
        self.button = Btn("Far too long")
        self.button.setFixedSize(30, 20)
        self.field = QLineEdit()
        for widget in (self.label, self.button, self.field):
            column.addWidget(widget)
        self.over = QLabel("over", self)

    def paintEvent(self, event: object) -> None:
        painter = paint.QPainter(self)
        paint.write(painter, self.rect().adjusted(0, 0, 0, -self.height() + 12), "dim", font(12), STAGE.border)
        paint.write(painter, self.rect().adjusted(0, 0, -self.width() + 20, 0), "cut, for sure", font(12), STAGE.text)
        painter.end()


def test_each_fault_is_found(qtbot, qapp, monkeypatch) -> None:
    theme.apply(qapp)
    writing = look.Writing(monkeypatch)
    bad = Bad()
    qtbot.addWidget(bad)
    bad.resize(300, 200)
    bad.show()
    look.settle()
    bad.field.setGeometry(bad.button.geometry().translated(4, 4))
    image = bad.grab().toImage()
    assert [line.split("'")[1] for line in look.clipped(bad)] == ["A long line that has no room", "Far too long"]
    assert any("cut, for sure" in line for line in writing.cut())
    assert look.overlaps(bad) == ["Btn and QLineEdit"]
    assert look.nameless(bad) == ["QLineEdit "]
    assert look.small(bad, 24) == ["Btn: (30, 20)"]
    assert any("dim" in line for line in writing.unreadable(bad, image))
    assert any("A long line" in line for line in look.dim_labels(bad, image))
