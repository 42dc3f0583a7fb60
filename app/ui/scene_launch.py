"""What a Scene says about its own launch: the menus that set it, the words, and the small marks on its pad."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QMenu

from app.control.launcher import QUANTA
from app.engine.show.show import Scene
from app.ui.document import Document
from app.ui.theme import STAGE, font, pixmap
from app.ui.widgets import paint

BARS = (1, 2, 4, 8, 16, 32, 64)
_WORDS = {"off": "Off", "1": "1 bar", "2": "2 bars", "4": "4 bars", "8": "8 bars", "section": "Section",
          "1/4": "1/4 bar", "1/2": "1/2 bar"}  # fmt: skip
_SHORT = {"off": "Off", "1/4": "¼", "1/2": "½", "section": "§"}
_THEN = {"": "Nothing of its own", "next": "The next scene", "random": "Any other scene", "first": "The first scene"}
_ICONS = {"next": "arrow-right", "random": "dices", "first": "skip-back"}
_TALL = 14


def launch_words(quantum: str) -> str:
    """What a launch waits for, as it stands on the button."""
    return _WORDS[quantum]


def bars_words(bars: int) -> str:
    """``1 bar`` or ``8 bars``."""
    return f"{bars} bar{'' if bars == 1 else 's'}"


def launch_facts(scene: Scene) -> tuple[str, ...]:
    """What is the Scene's own about its launch, in words; nothing where it does as all do."""
    waits = f"launch {launch_words(scene.quantum)}" if scene.quantum else ""
    then = f"then {_THEN[scene.then].lower()} after {bars_words(scene.then_bars)}" if scene.then else ""
    return tuple(filter(None, (waits, then)))


def add_launch_menus(menu: QMenu, document: Document, row: int, *, all_wait: str) -> None:
    """Into *menu* what the Scene at *row* waits for and what comes after it; *all_wait* is what the others wait for."""
    scene, launch, then = document.show.scenes[row], menu.addMenu("Launch"), menu.addMenu("Then")
    launch.setObjectName("launchMenu")
    then.setObjectName("thenMenu")
    waits = partial(_set, document, row, "Launch of the scene")
    comes = partial(_set, document, row, "What follows the scene")
    for quantum in ("", *QUANTA):
        words = launch_words(quantum) if quantum else f"As the others ({launch_words(all_wait)})"
        _choice(launch, words, quantum == scene.quantum, partial(waits, quantum=quantum))
        if not quantum:
            launch.addSeparator()
    for kind, words in _THEN.items():
        _choice(then, words, kind == scene.then, partial(comes, then=kind))
    then.addSeparator()
    for bars in BARS:  # how long is of no use alone: then the next one is meant
        chosen = bool(scene.then) and bars == scene.then_bars
        _choice(then, f"After {bars_words(bars)}", chosen, partial(comes, then=scene.then or "next", then_bars=bars))


def _choice(menu: QMenu, words: str, chosen: bool, act: partial[None]) -> None:
    choice = menu.addAction(words, act)
    choice.setCheckable(True)
    choice.setChecked(chosen)


def _set(document: Document, row: int, text: str, **changes: str | int) -> None:
    show = document.show
    scene = replace(show.scenes[row], **changes)  # type: ignore[arg-type]
    if scene != show.scenes[row]:
        document.end_merge()
        document.edit(text, replace(show, scenes=(*show.scenes[:row], scene, *show.scenes[row + 1 :])))


def draw_launch_marks(painter: QPainter, corner: QPointF, scene: Scene, dpr: float) -> None:
    """Leftwards of *corner*, the lower right one: an arrow where another follows, and a quantum of its own."""
    right, top = corner.x(), corner.y() - _TALL
    if scene.then:
        place = QRectF(right - 16, top, 16, _TALL)
        paint.fill(painter, place, STAGE.bg0, 3)
        painter.drawPixmap(place.center() - QPointF(6, 6), pixmap(_ICONS[scene.then], STAGE.text_hi, 12, dpr))
        right = place.left() - 2
    if scene.quantum:
        words = _SHORT.get(scene.quantum, scene.quantum)
        wide = 22 if len(words) > 1 else 14
        place = QRectF(right - wide, top, wide, _TALL)
        paint.fill(painter, place, STAGE.bg0, 3)
        paint.write(painter, place, words, font(10, 700), STAGE.text_hi, paint.CENTER)
