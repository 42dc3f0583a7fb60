"""The cue: the scene that is prepared, its picture, and TAKE."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QAction, QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.engine.show.show import Scene, Show
from app.ui.bound import bind
from app.ui.cue_strip import amber
from app.ui.document import Document
from app.ui.theme import STAGE, font
from app.ui.thumbs import Thumbs, faces, smooth
from app.ui.widgets import Btn, grounded, paint

if TYPE_CHECKING:
    from app.ui.studio import Studio

HEIGHT = 100


class BigBtn(Btn):
    """Cancel (main thread)."""

    def __init__(self, text: str, wide: int, tall: int = 56) -> None:
        super().__init__(text)
        self.wide, self.tall = wide, tall
        self.face = font(13, 600)

    def sizeHint(self) -> QSize:
        return QSize(self.wide, self.tall)

    minimumSizeHint = sizeHint


class TakeBtn(BigBtn):
    """TAKE with its key, amber: what comes next (main thread)."""

    def __init__(self) -> None:
        super().__init__("TAKE", 132)
        self.setObjectName("takeButton")
        self.setAccessibleName(self.tr("Take the cue"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        able = self.isEnabled()
        face = paint.hover(STAGE.warn, self.underMouse(), self.isDown()) if able else STAGE.bg2
        paint.fill(painter, self.rect(), face, 4)
        word, hint = font(16, 700), font(12, 500)
        wide, key = QFontMetrics(word).horizontalAdvance("TAKE"), self.tr("Enter")
        left = (self.width() - wide - 8 - QFontMetrics(hint).horizontalAdvance(key)) / 2
        box = QRectF(left, 0, self.width() - left, self.height())
        paint.write(painter, box, "TAKE", word, STAGE.on_warn if able else STAGE.text_dis)
        ink = STAGE.on_warn_key if able else STAGE.text_dis
        paint.write(painter, box.adjusted(wide + 8, 0, 0, 0), key, hint, ink)
        if self.ringed():
            paint.focus_ring(painter, self.rect())
        painter.end()


class EditBtn(BigBtn):
    """The toggle of the cue: amber while edits go there (main thread)."""

    def _colors(self) -> tuple[QColor | None, QColor]:
        return amber(self) if self.isChecked() else super()._colors()


class CuePicture(QWidget):
    """The prepared scene: its picture and what it is (main thread)."""

    def __init__(self, studio: "Studio") -> None:
        super().__init__()
        self.setObjectName("cuePicture")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.scene: Scene | None = None
        self._edits = studio.performing.edits
        self._edits.changed.connect(self.update)
        self.thumbs = Thumbs(studio, self)
        self.thumbs.changed.connect(self.update)
        self._cueing = studio.performing.cueing
        self._cueing.seen.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(200, 80)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        scene, side = self.scene, self.height()
        box = QRectF(0, 0, side, side)
        words = QRectF(side + 10, 0, self.width() - side - 12, 18)
        if scene is None:
            paint.fill(painter, box, STAGE.pad, 4)
            paint.outline(painter, box, STAGE.line, 4)
            middle = words.translated(0, side / 2 - 18)
            paint.write(painter, middle, self.tr("Nothing in cue"), font(12), STAGE.text2)
            hint = self.tr("Right click a pad to prepare it")
            paint.write(painter, middle.translated(0, 18), hint, font(11), STAGE.text3)
            painter.end()
            return
        rounded = QPainterPath()
        rounded.addRoundedRect(box, 4, 4)
        painter.save()
        painter.setClipPath(rounded)
        painter.fillRect(box, STAGE.lane)
        live = self._cueing.image
        picture = self.thumbs.of_scene(scene) if live is None else QPixmap.fromImage(live)
        if picture is not None and not picture.isNull():
            painter.drawPixmap(0, 0, smooth(picture, side, self.devicePixelRatioF()))
        painter.restore()
        paint.outline(painter, box, STAGE.warn, 4, 2)
        edited = self._edits.on
        top = words.translated(0, side / 2 - 28)
        paint.write(painter, top, self.tr("Edits go here") if edited else self.tr("Cue"), font(11, 600), STAGE.warn)
        paint.write(painter, top.translated(0, 19), scene.name, font(14, 600), STAGE.text_hi)
        said = f"{scene.style.name} · {scene.preset}"
        if QFontMetrics(font(12)).horizontalAdvance(said) > words.width():
            said = scene.preset
        paint.write(painter, top.translated(0, 38), said, font(12), STAGE.text2)
        painter.end()


def _presets(show: Show) -> tuple[str, ...]:
    """The names of how each Scene reacts: they stand here, and on no pad."""
    return tuple(scene.preset for scene in show.scenes)


class CueRow(QWidget):
    """Owns the row of 100 under the picture (main thread)."""

    def __init__(self, document: Document, studio: "Studio", actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.setObjectName("cueRow")
        self._document, self._performing = document, studio.performing
        self.picture = CuePicture(studio)
        self.cancel, self.take = BigBtn(self.tr("Cancel"), 72), TakeBtn()
        self.edit = EditBtn(self.tr("Edit"), 60)
        self.edit.setObjectName("cueEdits")
        self.cancel.setObjectName("cancelCue")
        self.cancel.setAccessibleName(self.tr("Put the cue away"))
        grounded(self, STAGE.bg0)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(10, 10, 12, 10)
        for widget in (self.picture, self.edit, self.cancel, self.take):
            row.addWidget(widget)
        self.cancel.clicked.connect(lambda: self._performing.set_cue(None))
        if "cue_edits" in actions:
            bind(self.edit, actions["cue_edits"])
        else:
            self.edit.hide()
        if "take_cue" in actions:
            bind(self.take, actions["take_cue"])
        else:
            self.take.clicked.connect(self._performing.take)
        self._performing.changed.connect(self.follow)
        document.watch(self.follow, faces, _presets, hidden=True)  # it says whether the action is there, too
        self._action = actions.get("take_cue")
        self.set_height(HEIGHT)
        self.follow()

    def set_height(self, tall: int) -> None:
        """100, or less where the window is low."""
        self.setFixedHeight(tall)
        self.picture.setFixedHeight(tall - 20)
        self._low = tall < 90
        self.edit.wide, self.cancel.wide, self.take.wide = (44, 58, 98) if self._low else (60, 72, 132)
        self._row.setSpacing(6 if self._low else 12)
        for button in (self.edit, self.cancel, self.take):
            button.tall = min(56, tall - 20)
            button.updateGeometry()

    def follow(self, _show: object = None) -> None:
        """Show what is prepared; without anything there is nothing to take or to put away."""
        there = self._performing.cue is not None
        self.cancel.setVisible(there and not (self._low and self._performing.edits.on))  # Edit is a way back as well
        self.take.setVisible(there)
        if self._action is not None and self._action.isEnabled() != there:
            self._action.setEnabled(there)
        cue, scenes = self._performing.cue, self._document.show.scenes
        prepared = cue is not None and cue < len(scenes)
        name = scenes[cue].name if cue is not None and prepared else self.tr("nothing")
        shown = scenes[cue] if cue is not None and prepared else None
        if shown is not self.picture.scene or not self.picture.accessibleName():
            self.picture.scene = shown
            self.picture.setAccessibleName(self.tr("Cue: {}").format(name))
            self.picture.update()
