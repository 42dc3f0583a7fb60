"""The heads of the lanes: song name, follow sections, the legend of the bands, how the path travels, which curve."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QWidget

from app.engine.show.ends import destination_name
from app.engine.show.show import React, field_meta
from app.ui.document import Document
from app.ui.menus import destination_menu
from app.ui.studio import Studio
from app.ui.theme import STAGE, font, pixmap
from app.ui.wave_colors import FIRST, legend
from app.ui.widgets import paint
from app.ui.widgets.choices import CheckBox

LEFT, WORDS, AIR = 12, 32, 8
"""Where signs begin, where words begin, and what stays free at the right."""


class Heads(QWidget):
    """The column left of the lanes (main thread)."""

    destination_chosen = Signal(str)

    def __init__(self, document: Document, studio: Studio, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("timelineHeads")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.document, self.studio = document, studio
        self.exporting = False
        self.colors = FIRST
        self.destination = "pulse"
        self._spots: Mapping[str, tuple[int, int]] = {}
        self.follow = CheckBox("", self)
        self.follow.setObjectName("followSections")
        self.follow.setAccessibleName("Follow sections")
        self.follow.setToolTip("One look for each part of the song")
        self.follow.clicked.connect(self._toggled)
        document.watch(self._refresh, "scene.react.follow_sections", "scene.react.interpolation")
        studio.song_changed.connect(self.update)
        self._refresh()

    def lay_out(self, spots: Mapping[str, tuple[int, int]]) -> None:
        """Stand beside the lanes: name -> (y, height)."""
        self._spots = spots
        self.follow.setVisible("sections" in spots and not self.exporting)
        if "sections" in spots:
            y, height = spots["sections"]
            self.follow.setGeometry(LEFT, y + (height - 24) // 2, self.width() - LEFT - AIR, 24)
        self.update()

    def set_exporting(self, exporting: bool) -> None:
        """Name what the lanes are for in that workspace."""
        self.exporting = exporting
        self.lay_out(self._spots)

    def set_colors(self, how: str) -> None:
        """Say what the waveform's colours mean."""
        self.colors = how
        self.update()

    def _toggled(self) -> None:
        self.document.set_param("react.follow_sections", self.follow.isChecked(), merge=False)

    def _refresh(self, _show: object = None) -> None:
        self.follow.setChecked(self.document.show.scene.react.follow_sections)
        self.update()

    # --- picture

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), STAGE.bg1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw: dict[str, Callable[[QPainter, QRectF], None]] = {
            "overview": self._draw_song, "ruler": self._draw_beats, "sections": self._draw_sections,
            "wave": self._draw_wave, "path": self._draw_path, "curve": self._draw_curve,
        }  # fmt: skip
        for name, (y, height) in self._spots.items():
            draw[name](painter, QRectF(LEFT, y, self.width() - LEFT - AIR, height))

    def _sign(self, painter: QPainter, row: QRectF, name: str, accent: bool = False) -> None:
        sign = pixmap(name, STAGE.accent if accent else STAGE.text3, 13, self.devicePixelRatioF())
        painter.drawPixmap(QPoint(LEFT, round(row.center().y() - 6.5)), sign)

    def _words(self, painter: QPainter, row: QRectF, words: str) -> None:
        paint.write(painter, row.adjusted(WORDS - LEFT, 0, 0, 0), words, font(11), STAGE.text2)

    def _draw_song(self, painter: QPainter, row: QRectF) -> None:
        name = self.studio.song.name
        face, ink = (font(12, 600), STAGE.text_hi) if name else (font(12), STAGE.text3)
        paint.write(painter, row.adjusted(0, 0, AIR - 2, 0), name or "No song", face, ink)

    def _draw_beats(self, painter: QPainter, row: QRectF) -> None:
        features = self.studio.song.features
        heard = features is not None and len(features.beats) > 1
        self._sign(painter, row, "magnet" if heard else "clock")
        self._words(painter, row, "Beats" if heard else "Seconds")

    def _draw_sections(self, painter: QPainter, row: QRectF) -> None:
        if self.exporting:
            paint.write(painter, row, "Sections", font(11), STAGE.text2)
        else:
            paint.write(painter, row.adjusted(20, 0, 0, 0), "Follow sections", font(11), STAGE.text2)

    def _draw_wave(self, painter: QPainter, row: QRectF) -> None:
        if self.exporting:
            self._sign(painter, row, "clapperboard", accent=True)
            self._words(painter, row, "Export range")
            return
        gap = min(row.height() / 4, 26.0)
        rows = legend(self.colors)
        for i, (words, color) in enumerate(rows):
            y = row.center().y() + (i - (len(rows) - 1) / 2) * gap
            paint.fill(painter, QRectF(LEFT, round(y) - 5, 10, 10), color, 2)
            paint.write(painter, QRectF(LEFT + 17, y - 10, row.width() - 17, 20), words, font(11), STAGE.text2)

    def _draw_path(self, painter: QPainter, row: QRectF) -> None:
        self._sign(painter, row, "spline")
        self._words(painter, row, "Path")
        how = self.document.show.scene.react.interpolation
        paint.write(painter, row, how, font(11), STAGE.text3, paint.RIGHT)

    def _draw_curve(self, painter: QPainter, row: QRectF) -> None:
        paint.dot(painter, QRectF(LEFT, row.y(), 6, row.height()).center(), 3, STAGE.automation)
        label = destination_name(self.destination, self.document.show.scene)
        paint.write(painter, row.adjusted(12, 0, -18, 0), label, font(11), STAGE.text2)
        arrow = pixmap("chevron-down", STAGE.text3, 13, self.devicePixelRatioF())
        painter.drawPixmap(QPoint(round(row.right()) - 13, round(row.center().y() - 6)), arrow)

    # --- hands

    def _row_at(self, y: float) -> str:
        return next((name for name, (top, height) in self._spots.items() if top <= y < top + height), "")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        opens = self._row_at(event.position().y()) in ("path", "curve")
        self.setCursor(Qt.CursorShape.PointingHandCursor if opens else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        name = self._row_at(event.position().y())
        if name in ("path", "curve") and event.button() == Qt.MouseButton.LeftButton:
            y, height = self._spots[name]
            menu = self.path_menu() if name == "path" else self.curve_menu()
            menu.popup(self.mapToGlobal(QRect(LEFT, y, 0, height).bottomLeft()))

    def path_menu(self) -> QMenu:
        """How the path travels."""
        now = self.document.show.scene.react.interpolation
        rows = [(how, how.capitalize()) for how in field_meta(React)["interpolation"]["choices"]]
        return self._menu(rows, now, lambda how: self.document.set_param("react.interpolation", how, merge=False))

    def curve_menu(self) -> QMenu:
        """Which destination the curve lane shows."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        destination_menu(menu, self.document.show.scene, self._choose)
        return menu

    def _menu(self, rows: list[tuple[str, str]], now: str, choose: Callable[[str], None]) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, words in rows:
            row = menu.addAction(words, partial(choose, name))
            row.setCheckable(True)
            row.setChecked(name == now)
        return menu

    def _choose(self, name: str) -> None:
        self.destination = name
        self.destination_chosen.emit(name)
        self.update()
