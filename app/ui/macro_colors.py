"""Colours of macros: each has that of its number until it is given another, wherever it is seen."""

from dataclasses import replace
from functools import partial
from typing import get_args

from PySide6.QtGui import QActionGroup, QColor
from PySide6.QtWidgets import QMenu

from app.engine.show.generators import Tint
from app.engine.show.show import Scene
from app.engine.show.sources import source_words
from app.ui import theme
from app.ui.document import Document
from app.ui.theme import STAGE

NAMES = ("Blue", "Sand", "Green", "Pink", "Yellow", "Turquoise", "Violet", "Rose")
"""What people call the tints of the theme, in their order."""


def macro_color(scene: Scene, number: int) -> QColor:
    """The colour of macro *number* (from 1) of *scene*: a token of the theme."""
    given = scene.macros[number - 1].color if number <= len(scene.macros) else 0
    return STAGE.tints[((given or number) - 1) % len(STAGE.tints)]


def source_color(scene: Scene, source: str) -> QColor:
    """The colour by which *source* is known in *scene*: a macro by its own, all others by what they are."""
    kind, _, number = source.partition("_")
    if kind == "macro" and number.isdigit():
        return macro_color(scene, int(number))
    return theme.source_badge(source)[1]


def set_color(document: Document, number: int, color: Tint) -> None:
    """Give macro *number* of the scene that is edited a *color* of its own, 0 for that of its number; one step."""
    scene = document.show.scene
    if scene.macros[number - 1].color != color:
        macros = tuple(replace(m, color=color) if n == number else m for n, m in enumerate(scene.macros, 1))
        document.edit_scene(f"Colour of {source_words(scene, f'macro_{number}')}", macros=macros)


def offer_colors(document: Document, menu: QMenu, target: str) -> None:
    """Put the colours into *menu* where *target* is a macro, the one it has checked."""
    kind, _, number = target.partition(".")
    macros = document.show.scene.macros
    if kind != "macro" or not number.isdigit() or not 1 <= int(number) <= len(macros):
        return
    has, sub = macros[int(number) - 1].color, menu.addMenu("Colour")
    one_of = QActionGroup(sub)
    for color in get_args(Tint):
        seen = STAGE.tints[(color or int(number)) - 1]
        mark = theme.icon("check" if color == has else "square-fill", seen, 16)
        action = sub.addAction(mark, NAMES[color - 1] if color else "As its number")
        action.setCheckable(True)
        action.setChecked(color == has)
        action.triggered.connect(partial(_chosen, document, int(number), color))
        one_of.addAction(action)
        if not color:
            sub.addSeparator()


def _chosen(document: Document, number: int, color: Tint, _on: bool = True) -> None:
    set_color(document, number, color)
