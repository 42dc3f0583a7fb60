"""What the audience sees when the engine fails for good: its last picture, black, or a picture of one's own."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QObject, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QImage, Qt

if TYPE_CHECKING:
    from app.ui.watch import Watch

LAST, BLACK = "", "black"
"""What else may be chosen is the file of a picture."""
AFTER_MS = 2000
FADE_MS = 500


class Standby(QObject):
    """Owns that picture and its fade (main thread). The last picture holds for two seconds before anything else."""

    changed = Signal()

    def __init__(self, watch: "Watch", chosen: str = LAST) -> None:
        super().__init__(watch)
        self._watch = watch
        self.chosen = LAST
        self.image: QImage | None = None
        self._after = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._after.timeout.connect(lambda: self._go(seen=True))
        self._seen = False  # or on its way to be
        self._fade = QVariantAnimation(self, duration=FADE_MS, startValue=0.0, endValue=1.0)
        self._fade.setEasingCurve(QEasingCurve.Type.InOutQuad)
        self._fade.valueChanged.connect(self.changed)
        watch.changed.connect(self._follow)
        self.choose(chosen)

    @property
    def share(self) -> float:
        """How much of it is seen, 0..1."""
        return float(self._fade.currentValue() or 0.0) if self.image is not None else 0.0

    def choose(self, chosen: str) -> bool:
        """LAST, BLACK or the file of a picture. Whether it can be shown; else the last picture stays."""
        image: QImage | None = None
        if chosen == BLACK:
            image = QImage(1, 1, QImage.Format.Format_RGB32)
            image.fill(Qt.GlobalColor.black)
        elif chosen:
            image = QImage(chosen)
        good = image is None or not image.isNull()
        self.chosen, self.image = (chosen, image) if good else (LAST, None)
        self._follow()
        self.changed.emit()
        return good

    @property
    def words(self) -> str:
        """What is chosen."""
        return {LAST: self.tr("Last picture"), BLACK: self.tr("Black")}.get(self.chosen, Path(self.chosen).name)

    def _follow(self) -> None:
        if not self._watch.holds:
            self._after.stop()
            self._go(seen=False)
        elif self.image is not None and not self._after.isActive() and not self._seen:
            self._after.start()

    def _go(self, *, seen: bool) -> None:
        self._seen = seen
        at, running = float(self._fade.currentValue() or 0.0), self._fade.state() == QVariantAnimation.State.Running
        if running or at != float(seen):
            self._fade.setDirection(
                QVariantAnimation.Direction.Forward if seen else QVariantAnimation.Direction.Backward
            )
            if not running:
                self._fade.start()
