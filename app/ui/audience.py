"""What the audience sees at this moment, whichever way it is shown: on a screen, over the network, as a camera."""

from dataclasses import dataclass

from PySide6.QtCore import QEasingCurve, QObject, QRectF, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QImage, QPainter

from app.ui.card import draw_card
from app.ui.picture_shape import draw
from app.ui.stage import StagePicture

FADE_MS = 150
DISSOLVE_MS = 200


@dataclass(frozen=True, eq=False, slots=True)
class Seen:
    """One instant of it. *leaving* is what FREEZE held, of which *share* is gone; *black*: how much light is taken.

    A value of pictures that nobody changes: it may be painted on any thread.
    """

    image: QImage | None = None
    leaving: QImage | None = None
    share: float = 1.0
    black: float = 0.0
    fit: str = "fit"
    card: bool = False

    def paint(self, painter: QPainter, size: QSize, name: str) -> None:
        """Fill *size* device pixels, from the origin on, of the screen or output called *name*."""
        if self.card:
            draw_card(painter, size, name)
            return
        room = QRectF(0, 0, size.width(), size.height())
        painter.fillRect(room, Qt.GlobalColor.black)
        if self.image is None or self.black >= 1.0:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        draw(painter, self.image, room, self.fit)
        if self.leaving is not None:
            painter.setOpacity(1.0 - self.share)
            draw(painter, self.leaving, room, self.fit)
        if self.black > 0.0:
            painter.setOpacity(self.black)
            painter.fillRect(room, Qt.GlobalColor.black)
        painter.setOpacity(1.0)


class Audience(QObject):
    """Owns the fades of BLACKOUT and FREEZE, the brightness, the fit and the test card (main thread)."""

    changed = Signal()

    def __init__(self, picture: StagePicture, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._picture = picture
        self.fit = "fit"
        self.card = False
        self.brightness = 1.0
        self._leaving: QImage | None = None
        self._held: QImage | None = picture.held
        self.shade, self.mix = self._fade(FADE_MS), self._fade(DISSOLVE_MS)
        picture.changed.connect(self.changed)
        picture.standby_changed.connect(self.changed)
        picture.stage_changed.connect(self._stage)
        self._stage()

    def _fade(self, duration: int) -> QVariantAnimation:
        fade = QVariantAnimation(self, duration=duration, startValue=0.0, endValue=1.0)
        fade.setEasingCurve(QEasingCurve.Type.OutQuad)
        fade.valueChanged.connect(self.changed)
        return fade

    @property
    def number(self) -> int:
        """The newest frame."""
        return self._picture.number

    @property
    def black(self) -> float:
        """How much of the light BLACKOUT and the brightness have taken, 0..1."""
        return 1.0 - (1.0 - float(self.shade.currentValue() or 0.0)) * self.brightness

    @property
    def seen(self) -> Seen:
        """As it is now; where the engine failed for good, what was chosen for that."""
        standby, last = self._picture.standby, self._picture.shown
        if standby is not None and standby.share > 0.0 and self._picture.held is None:
            return Seen(standby.image, last, standby.share, self.black, self.fit, self.card)
        going = self.mix.state() == QVariantAnimation.State.Running
        leaving = self._leaving if going else None
        share = float(self.mix.currentValue()) if going else 1.0
        return Seen(last, leaving, share, self.black, self.fit, self.card)

    def set_brightness(self, share: float) -> None:
        """Let so much of the light through, 0..1."""
        if share != self.brightness:
            self.brightness = share
            self.changed.emit()

    def cut(self) -> None:
        """BLACKOUT is there, or gone, without the rest of its fade."""
        forward = self.shade.direction() == QVariantAnimation.Direction.Forward
        self.shade.setCurrentTime(FADE_MS if forward else 0)

    def set_fit(self, fit: str) -> None:
        """How the picture meets another shape, as a film's *fit* says it."""
        self.fit = fit
        self.changed.emit()

    def show_card(self, on: bool) -> None:
        """The test card in place of the picture."""
        if on != self.card:
            self.card = on
            self.changed.emit()

    def _stage(self) -> None:
        _run(self.shade, self._picture.blackout_at is not None)
        if self._held is not None and self._picture.held is None:
            self._leaving = self._held  # it goes out over what ran on underneath
            self.mix.stop()
            self.mix.start()
        self._held = self._picture.held
        self.changed.emit()


def _run(fade: QVariantAnimation, on: bool) -> None:
    """Go to 1 when *on*, back to 0 when not, from wherever it stands."""
    target = QVariantAnimation.Direction.Forward if on else QVariantAnimation.Direction.Backward
    if float(fade.currentValue() or 0.0) != float(on) or fade.state() == QVariantAnimation.State.Running:
        fade.setDirection(target)
        if fade.state() != QVariantAnimation.State.Running:
            fade.start()
