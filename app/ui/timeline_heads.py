"""The heads of the lanes: song name, follow sections, the legend of the bands, how the path travels."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QWidget

from app.engine.show.routes import DESTINATIONS
from app.ui.document import Document
from app.ui.studio import Studio
from app.ui.theme import STAGE, font, pixmap
from app.ui.widgets import paint
from app.ui.widgets.choices import CheckBox

LEFT = 12
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Heads(QWidget):
    """The column left of the lanes (main thread)."""

    destination_chosen = Signal(str)

    def __init__(self, document: Document, studio: Studio, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.document, self.studio = document, studio
        self._spots: Mapping[str, tuple[int, int]] = {}
        self._destination = "pulse"
        self.follow = CheckBox("Follow sections", self)
        self.follow.setObjectName("followSections")
        self.follow.setAccessibleName("Follow sections")
        self.follow.clicked.connect(self._toggled)
        document.changed.connect(self._refresh)
        studio.song_changed.connect(self.update)
        self._refresh()

    def lay_out(self, spots: Mapping[str, tuple[int, int]]) -> None:
        """Stand beside the lanes: name -> (y, height)."""
        self._spots = spots
        self.follow.setVisible("sections" in spots)
        if "sections" in spots:
            y, height = spots["sections"]
            self.follow.adjustSize()
            self.follow.move(LEFT, y + (height - self.follow.height()) // 2)
        self.update()

    def _toggled(self) -> None:
        self.document.set_param("react.follow_sections", self.follow.isChecked(), merge=False)

    def _refresh(self) -> None:
        self.follow.setChecked(self.document.show.scene.react.follow_sections)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), STAGE.bg1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dpr = self.devicePixelRatioF()
        for name, (y, height) in self._spots.items():
            row = QRectF(LEFT, y, self.width() - LEFT - 8, height)
            if name == "overview":
                words = self.studio.song.name or "No song"
                fitted = QFontMetricsF(font(12, 600)).elidedText(words, Qt.TextElideMode.ElideRight, row.width())
                paint.write(painter, row, fitted, font(12, 600), STAGE.text_hi)
            elif name == "ruler":
                painter.drawPixmap(LEFT, int(y + (height - 14) / 2), pixmap("activity", STAGE.text3, 14, dpr))
                heard = self.studio.song.features is not None and len(self.studio.song.features.beats) > 1
                paint.write(painter, row.adjusted(22, 0, 0, 0), "Beats" if heard else "Time", font(11), STAGE.text2)
            elif name == "wave":
                self._paint_legend(painter, row)
            elif name == "path":
                painter.drawPixmap(LEFT, int(y + (height - 14) / 2), pixmap("spline", STAGE.text3, 14, dpr))
                paint.write(painter, row.adjusted(22, 0, 0, 0), "Path", font(11), STAGE.text2)
                how = self.document.show.scene.react.interpolation
                paint.write(painter, row, how, font(11), STAGE.text3, _RIGHT)
            elif name == "curve":
                paint.dot(painter, QRectF(LEFT, y, 8, height).center(), 3, STAGE.automation)
                label = DESTINATIONS[self._destination].metadata["label"]
                paint.write(painter, row.adjusted(22, 0, 0, 0), label, font(11), STAGE.text2)
                painter.drawPixmap(
                    self.width() - 22, int(y + (height - 12) / 2), pixmap("chevron-down", STAGE.text3, 12, dpr)
                )

    def _paint_legend(self, painter: QPainter, row: QRectF) -> None:
        gap = 23.0 if row.height() >= 90 else row.height() / 3
        top = row.center().y() - 1.5 * gap
        for i, (label, color) in enumerate((("High", STAGE.high), ("Mid", STAGE.mid), ("Bass", STAGE.bass))):
            y = top + i * gap
            paint.fill(painter, QRectF(LEFT, y + gap / 2 - 5, 10, 10), color, 2)
            paint.write(painter, QRectF(LEFT + 20, y, 80, gap), label, font(11), STAGE.text2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        y, height = self._spots.get("curve", (0, 0))
        if y <= event.position().y() < y + height:
            menu = QMenu(self)
            for name, field in DESTINATIONS.items():
                menu.addAction(str(field.metadata["label"]), partial(self._choose, name))
            menu.exec(event.globalPosition().toPoint())

    def _choose(self, name: str) -> None:
        self._destination = name
        self.destination_chosen.emit(name)
        self.update()
