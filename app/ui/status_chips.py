"""Chips at the foot of the window: what is so, with its reason; some stand for an action."""

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.engine.render.flash import MOST
from app.ui.theme import STAGE, font, pixmap
from app.ui.widgets import Chip, paint, plain
from app.ui.workspace_bar import HEIGHT

if TYPE_CHECKING:
    from app.ui.safety import Safety
    from app.ui.studio import Studio

_TURN_MS = 100


def written(file: Path) -> str:
    """When *file* was written: the time of today, else the day."""
    try:
        when = datetime.fromtimestamp(file.stat().st_mtime)
    except OSError:  # it is gone, or its disk
        return ""
    return f"{when:%H:%M}" if when.date() == datetime.now().date() else f"{when:%Y-%m-%d}"


class Fact(Chip):
    """A chip that only says something, unless it stands for an action (main thread)."""

    def __init__(self, name: str, action: QAction | None, parent: QWidget) -> None:
        super().__init__(parent=parent)
        self.setObjectName(f"{name}Chip")
        self._acts = action is not None
        if action is None:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        else:
            self.clicked.connect(action.trigger)

    def underMouse(self) -> bool:
        return self._acts and super().underMouse()


class SafetyFact(Fact):
    """The flash guard, or why the picture holds (main thread)."""

    need = 2
    """How much it is needed where room is short."""

    def tell_guard(self, safety: "Safety") -> None:
        """✓, how many flashes a second are softened, or why it is off."""
        self.need = 2 if safety.on and not safety.guarding else 8
        tip = self.tr("No more than three flashes a second, live and in films")
        if not safety.on:
            tip = self.tr("The flash guard is off: {}").format(safety.reason)
            reason = safety.reason if len(safety.reason) <= 24 else safety.reason[:23] + "…"
            self.tell(self.tr("Flash guard off: {}").format(reason), state="degraded", icon="triangle-alert")
        elif safety.guarding:
            often = self.tr(" · {} flashes/s").format(safety.flashes) if safety.flashes > MOST else ""
            self.tell(self.tr("Guarding") + often, state="degraded", icon="shield-check")
        else:
            self.tell(self.tr("Flash guard"), state="good", icon="shield-check")
        self.setToolTip(plain(tip))

    def tell_trouble(self, words: str) -> None:
        """Why nothing new is drawn; nothing while it is."""
        self.tell(words if len(words) <= 72 else words[:71] + "…", state="broken", icon="octagon-alert")
        self.setToolTip(plain(words))


class LatchChip(QWidget):
    """BLACKOUT or FREEZE once more, with the time since (main thread); there only while one is latched."""

    def __init__(self, studio: "Studio", parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("latchChip")
        self._studio = studio
        self._since: dict[str, float] = {}
        self._face = font(11, 700)
        self._face.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 104)
        self._timer = QTimer(self, interval=_TURN_MS)
        self._timer.timeout.connect(self.update)
        self.follow()

    @property
    def word(self) -> str:
        """What is latched; BLACKOUT wins."""
        return "BLACKOUT" if self._studio.blackout else "FREEZE" if self._studio.frozen else ""

    def follow(self) -> None:
        """Look at the stage."""
        for word, on in (("BLACKOUT", self._studio.blackout), ("FREEZE", self._studio.frozen)):
            if on:
                self._since.setdefault(word, time.monotonic())
            else:
                self._since.pop(word, None)
        if self.word:
            self._timer.start()
        else:
            self._timer.stop()
        self.setAccessibleName(self.word)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self._face).horizontalAdvance(f"{self.word} 00:00") + 38, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.word:
            return
        painter, black = QPainter(self), self._studio.blackout
        ink = STAGE.on_live if black else STAGE.on_accent
        painter.fillRect(self.rect(), STAGE.live if black else STAGE.accent)
        mark = pixmap("square-fill" if black else "snowflake", ink, 12, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(10, (self.height() - 12) / 2), mark)
        minutes, seconds = divmod(int(time.monotonic() - self._since[self.word]), 60)
        box = QRectF(28, 0, self.width() - 28, self.height())
        paint.write(painter, box, f"{self.word} {minutes}:{seconds:02}", self._face, ink)
        painter.end()
