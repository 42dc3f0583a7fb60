"""Over the panels, in amber: edits go to the cue. With its picture, TAKE, and the way back."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.bound import IconBtn
from app.ui.theme import STAGE, font
from app.ui.widgets import Btn, grounded, paint, tint, words

if TYPE_CHECKING:
    from app.ui.studio import Studio

TALL, SIDE = 88, 72


def amber(button: Btn) -> tuple[QColor | None, QColor]:
    """Fill and ink of a toggle that is amber while it is on."""
    return paint.hover(STAGE.warn, button.underMouse(), button.isDown()), STAGE.on_warn


class EditTool(IconBtn):
    """The toggle beside the picture: amber while edits go to the cue (main thread)."""

    def _colors(self) -> tuple[QColor | None, QColor]:
        return amber(self) if self.isChecked() else super()._colors()


class AmberBtn(Btn):
    """A button on an amber ground (main thread)."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        filled = self.look == "primary"
        face = paint.hover(STAGE.on_warn if filled else STAGE.warn, self.underMouse(), self.isDown())
        paint.fill(painter, self.rect(), face, 4)
        paint.outline(painter, self.rect(), STAGE.on_warn)
        self._contents(painter, STAGE.warn if filled else STAGE.on_warn)
        if self.ringed():
            paint.focus_ring(painter, self.rect())
        painter.end()


class _Picture(QWidget):
    """The edited scene as it would be now (main thread)."""

    def __init__(self, studio: "Studio") -> None:
        super().__init__()
        self.setFixedSize(SIDE, SIDE)
        self._cueing = studio.performing.cueing
        self._cueing.seen.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        rounded = QPainterPath()
        rounded.addRoundedRect(QRectF(self.rect()), 4, 4)
        painter.setClipPath(rounded)
        painter.fillRect(self.rect(), STAGE.lane)
        if self._cueing.image is not None:
            painter.drawImage(self.rect(), self._cueing.image)
        painter.end()


class CueStrip(QWidget):
    """Is there while edits go to the cue (main thread)."""

    def __init__(self, studio: "Studio", parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("cueStrip")
        self.setFixedHeight(TALL)
        grounded(self, STAGE.warn)
        self._studio, self._edits = studio, studio.performing.edits
        self.picture = _Picture(studio)
        self.title = words(self.tr("Edits go to the cue"), 13, 600, STAGE.on_warn)
        self.scene = words("", 12, 500, STAGE.on_warn)
        self.back = AmberBtn(self.tr("Back"))
        self.take = AmberBtn("TAKE", look="primary")
        self.take.face = font(12, 700)
        self.back.setToolTip(self.tr("Edit what plays again; the prepared scene stays in the cue"))
        self.take.setToolTip(self.tr("Launch the prepared scene, in time and over the glide"))
        self.back.setAccessibleName(self.tr("Edit what plays again"))
        self.take.setAccessibleName(self.tr("Take the cue now edited"))
        self._lay_out()
        self.back.clicked.connect(lambda: self._edits.set(False))
        self.take.clicked.connect(studio.performing.take)
        studio.performing.changed.connect(self.follow)
        self._edits.changed.connect(self.follow)
        studio.document.watch(self.follow, "scene.name", hidden=True)
        self.follow()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.take)
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(self.title)
        column.addWidget(self.scene)
        column.addStretch(1)
        column.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self.picture)
        row.addLayout(column, 1)

    def sizeHint(self) -> QSize:
        return QSize(240, TALL)

    def follow(self, _show: object = None) -> None:
        """Say which scene is edited, and which plays on meanwhile."""
        on = self._edits.on
        if on:
            scenes, playing = self._studio.document.show.scenes, self._studio.performing.playing
            plays = scenes[playing].name if playing < len(scenes) else ""
            waits = self._studio.performing.queued is not None
            wait = self.tr("{} waits for its time") if waits else self.tr("{} is edited")
            self.scene.setText(f"{wait.format(self._edits.name)} · " + self.tr("{} plays").format(plays))
            self.scene.setMinimumWidth(1)
            tint(self.scene, STAGE.on_warn)
        if on == self.isHidden():
            self.setVisible(on)
