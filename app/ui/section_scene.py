"""The scene that a part of the song calls for: its words, its mark on the lane, and the menu that sets it."""

from functools import partial

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu

from app.engine.show.show import Scene, Section, Show
from app.ui.section_edits import SectionEdits
from app.ui.theme import STAGE, blend, font
from app.ui.widgets import paint

_NUMBER, _NAME = 44, 104
"""Pixels that a part must have for the number, and for the name, of what it calls for."""
_TALL, _ROOM = 14, 6
_INK = QColor(0, 0, 0)


def called_scene(section: Section, scenes: tuple[Scene, ...]) -> Scene | None:
    """The Scene that *section* calls for."""
    return scenes[section.scene] if section.scene is not None and section.scene < len(scenes) else None


def scene_words(section: Section, scenes: tuple[Scene, ...]) -> str:
    """``3 Peony Burst``: number and name of what *section* calls for; nothing where it calls for none."""
    scene = called_scene(section, scenes)
    return "" if scene is None or section.scene is None else f"{section.scene + 1} {scene.name}"


def called_words(show: Show) -> tuple[str, ...]:
    """What the parts of *show* call for, in words: a part of it to watch."""
    return tuple(scene_words(part, show.scenes) for part in show.sections)


def row_of(text: str, scenes: tuple[Scene, ...]) -> int | None:
    """The row of the Scene that *text* says by number or name; None for nothing, ValueError where there is none."""
    first, _, name = text.strip().partition(" ")
    if not first:
        return None
    named = [row for row, scene in enumerate(scenes) if scene.name.lower() == text.strip().lower()]
    if named:
        return named[0]
    row = int(first) - 1
    if not 0 <= row < len(scenes) or (name and scenes[row].name.lower() != name.strip().lower()):
        raise ValueError(text)
    return row


def draw_scene_mark(painter: QPainter, box: QRectF, section: Section, scenes: tuple[Scene, ...]) -> QRectF:
    """What *section* calls for, at the right of *box*; what room is left of it for other words."""
    words, row = scene_words(section, scenes), section.scene
    if not words or row is None or box.width() < _NUMBER:
        return box
    face = font(10, 700)
    shown = words if box.width() >= _NAME else str(row + 1)
    wide = min(QFontMetrics(face).horizontalAdvance(shown) + 2 * _ROOM, box.width() - 2 * _ROOM - 20)
    pill = QRectF(box.right() - wide - 4, box.center().y() - _TALL / 2, wide, _TALL)
    colour = STAGE.tints[row % 4]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint.fill(painter, pill, colour, _TALL / 2)
    paint.write(painter, pill.adjusted(_ROOM, 0, -_ROOM + 2, 0), shown, face, blend(colour, _INK, 0.86))
    return box.adjusted(0, 0, -wide - 8, 0)


def add_scene_menu(menu: QMenu, edits: SectionEdits, scenes: tuple[Scene, ...], index: int) -> None:
    """Into *menu* the Scenes that part *index* can call for."""
    called, section = menu.addMenu("Scene"), edits.sections[index]
    called.setObjectName("sectionSceneMenu")
    none = called.addAction("None, what plays goes on", partial(edits.call, index, None))
    none.setCheckable(True)
    none.setChecked(called_scene(section, scenes) is None)
    called.addSeparator()
    for row, scene in enumerate(scenes):
        action = called.addAction(_swatch(row), f"{row + 1}  {scene.name}".replace("&", "&&"))
        action.triggered.connect(partial(_call, edits, index, row))
        action.setCheckable(True)
        action.setChecked(row == section.scene)


def _call(edits: SectionEdits, index: int, row: int, _checked: bool = False) -> None:
    edits.call(index, row)


def _swatch(row: int) -> QIcon:
    """The colour that the Scene at *row* has in lists and on pads."""
    face = QPixmap(12, 12)
    face.fill(STAGE.tints[row % 4])
    return QIcon(face)
