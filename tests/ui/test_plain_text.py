"""Names from files are shown as they are written, never as HTML: it could be large, invisible, or ask for a picture."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel

from app.ui.listing import Rows
from app.ui.style_facts import FactsPanel, about
from app.ui.widgets import Toast, plain

EVIL = '<b>Bloom</b> <img src="http://127.0.0.1:9/x.png">\nline & more'


def seen(tip: str) -> str:
    """What a tool tip shows, as Qt reads it."""
    if not tip.startswith("<qt>"):
        assert "<" not in tip
        return tip
    document = QTextDocument()
    document.setHtml(tip)
    return document.toPlainText()


@pytest.mark.parametrize("text", [EVIL, "<a href='x'>y</a>", "a < b and b > a", "R&B", "<!DOCTYPE html>", "", "<qt>"])
def test_a_tool_tip_shows_every_sign(text):
    assert seen(plain(text)) == text
    assert "￼" not in seen(plain(text))  # where a picture would stand


def test_a_style_with_a_hostile_name(studio, qtbot):
    name = "<h1>Big</h1><img src=x>"
    style = replace(studio.styles[0], name=name, licence="<i>free</i>", path=Path("<b>x</b>.pkl"))
    rows = Rows(lambda row: row.name)
    rows.tip = about
    rows.set_rows([style])
    assert seen(rows.data(rows.index(0, 0), Qt.ItemDataRole.ToolTipRole)) == about(style)
    assert name in about(style)
    panel = FactsPanel()
    qtbot.addWidget(panel)
    panel.tell(style)
    labels = panel.findChildren(QLabel)
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    assert name in {label.text() for label in labels}
    assert all("<b>" not in label.toolTip() for label in labels)


def test_a_toast_shows_what_is_written(qtbot):
    toast = Toast("error", EVIL, f"{EVIL} was refused.")
    qtbot.addWidget(toast)
    labels = toast.findChildren(QLabel)
    assert len(labels) >= 2
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
