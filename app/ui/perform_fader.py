"""The decks and the crossfader between them: A and B, what stands on each, how the one becomes the other."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.ui.bound import bind
from app.ui.document import Document
from app.ui.macro_colors import source_color
from app.ui.perform_decks import decks_seen
from app.ui.route_dots import EndsDot
from app.ui.theme import STAGE, font
from app.ui.thumbs import faces
from app.ui.widgets import Btn, Slider, grounded, paint, plain, words

if TYPE_CHECKING:
    from app.ui.studio import Studio

HEIGHT = 44
THUMB, INSET = 28, 4
DETENT = 0.02
"""A fader let go, or drawn, so near to the middle stands in it."""


class Crossfader(Slider):
    """A is at the left, B at the right (main thread). The middle holds it a little; a double click goes there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0.0, 1.0, 0.5, parent)
        self.setObjectName("crossfader")
        self.setAccessibleName(self.tr("Crossfader"))
        self.setFixedHeight(HEIGHT)

    @property
    def held(self) -> bool:
        """Whether a hand has it."""
        return self._from is not None

    def sizeHint(self) -> QSize:
        return QSize(400, HEIGHT)

    def span(self) -> tuple[float, float]:
        return THUMB / 2 - 2.0, self.width() - THUMB / 2 + 2.0

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The thumb is taken where it is; beside it the fader goes where it was pressed."""
        x = event.position().x()
        if abs(x - self.x_of(self.amount)) <= THUMB / 2 and event.button() == Qt.MouseButton.LeftButton:
            self.released.emit()
            self._from = x, self.amount
        else:
            super().mousePressEvent(event)

    def _move(self, amount: float) -> None:
        held = 0.5 if self._from is not None and abs(amount - 0.5) < DETENT else amount
        super()._move(held)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right = (round(x) for x in self.span())
        middle, x = round((left + right) / 2), round(self.x_of(self.amount))
        paint.fill(painter, QRectF(left, 18, right - left, 8), STAGE.track, 4)
        for i in range(1, 16):
            at = round(left + (right - left) * i / 16)
            painter.fillRect(QRectF(at, 33, 1, 4), STAGE.border)
        painter.fillRect(QRectF(middle, 12, 1, 20), STAGE.border_strong)
        if self.pushed is not None:
            pushed = self.x_of(min(max(self.pushed, self.lo), self.hi))
            paint.fill(painter, QRectF(min(x, pushed), 28, abs(pushed - x), 2), self.pushed_color, 1)
            painter.fillRect(QRectF(pushed - 1, 14, 2, 16), self.pushed_color)
        thumb = QRectF(x - THUMB / 2, INSET, THUMB, HEIGHT - 2 * INSET)
        face = STAGE.text if self.isEnabled() else STAGE.border
        paint.fill(painter, thumb, paint.hover(face, self.underMouse(), self._from is not None), 4)
        painter.fillRect(QRectF(x - 1, INSET + 6, 2, HEIGHT - 2 * INSET - 12), STAGE.bg0)
        if self.ringed():
            paint.focus_ring(painter, thumb.adjusted(-2, -2, 2, 2), 6)
        painter.end()


class DeckBtn(Btn):
    """A letter, or a word with its key: 36 px seen, the whole row to be hit (main thread)."""

    def __init__(self, text: str, wide: int, key: str = "") -> None:
        super().__init__(text)
        self.wide, self.hint = wide, key
        self.face = font(16, 700) if len(text) == 1 else font(13, 500)

    def sizeHint(self) -> QSize:
        return QSize(self.wide, HEIGHT)

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box, (ground, ink) = QRectF(self.rect()).adjusted(0, INSET, 0, -INSET), self._colors()
        if ground is not None:
            paint.fill(painter, box, ground, 4)
        wide = QFontMetrics(self.face).horizontalAdvance(self.text())
        key = QFontMetrics(font(12)).horizontalAdvance(self.hint) + 6 if self.hint else 0
        at = box.adjusted((box.width() - wide - key) / 2, 0, 0, 0)
        paint.write(painter, at, self.text(), self.face, ink)
        if self.hint:
            dim = STAGE.text3 if self.isEnabled() else STAGE.text_dis
            paint.write(painter, at.adjusted(wide + 6, 0, 0, 0), self.hint, font(12), dim)
        if self.ringed():
            paint.focus_ring(painter, box)
        painter.end()


class DeckRow(QWidget):
    """Owns the crossfader and the buttons beside it (main thread)."""

    def __init__(self, document: Document, studio: "Studio", actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.setObjectName("deckRow")
        self._document, self._studio, self._performing = document, studio, studio.performing
        self._actions = actions
        self._shown: tuple[object, ...] = ()
        self.fader = Crossfader()
        self.a, self.b = DeckBtn("A", 44), DeckBtn("B", 44)
        self.auto = DeckBtn(self.tr("Auto"), 61, "C")
        self.dot = EndsDot(document, ("fader",), "perform.fader")
        self.dot.setFixedSize(44, HEIGHT)
        self.mode = words("", 12, 400, STAGE.text3)
        self.name_a = words("", 13, 600, STAGE.text_hi)
        self.name_b = words("", 13, 400, STAGE.text2)
        self._lay_out()
        self._wire()
        self.follow()

    def _lay_out(self) -> None:
        grounded(self, STAGE.bg1)
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(12)
        self.mode.setFixedWidth(40)
        self.name_b.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for name in (self.name_a, self.name_b):
            name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        for widget in (self.a, self.name_a, self.fader, self.dot, self.name_b, self.b, self.mode, self.auto):
            row.addWidget(widget, 1 if widget is self.fader else 0)

    def _wire(self) -> None:
        performing = self._performing
        for button, deck, action in ((self.a, "A", "deck_a"), (self.b, "B", "deck_b")):
            button.setObjectName(f"deck{deck}")
            button.setAccessibleName(self.tr("Cut to deck {}").format(deck))
            button.setCheckable(True)
            button.clicked.connect(lambda _on=False, deck=deck: self._cut(deck))
            if action in self._actions:
                button.setProperty("action", self._actions[action].objectName())
        self.auto.setObjectName("autoFade")
        self.auto.setAccessibleName(self.tr("Fade to the other deck"))
        if "auto_fade" in self._actions:
            bind(self.auto, self._actions["auto_fade"])
        else:
            self.auto.clicked.connect(performing.auto_fade)
        self.mode.setObjectName("fadeMode")
        self.fader.moved.connect(performing.set_fader)
        performing.changed.connect(self.follow)
        self._document.watch(self.follow, faces, "active", hidden=True)  # it says which actions are there, too
        self._studio.played.connect(self._played)

    def _cut(self, deck: str) -> None:
        self._performing.cut(deck)
        self.follow()

    def _played(self, t: float) -> None:
        """A fader may be on its way by itself."""
        if not self.isVisible():
            return
        if self.fader.amount != self._performing.fader:
            self._show_fader()
        self._show_push(t)

    def _show_push(self, t: float) -> None:
        """Where routes have pushed it."""
        program = self._studio.program
        crossing = None if program is None else program.crossing
        at = self.fader.amount if crossing is None or not crossing.decks else crossing.at(t)
        sources, scene = self.dot.sources, self._document.show.scene
        self.fader.push_to(at, source_color(scene, sources[0]) if sources else STAGE.text)
        self.dot.show_amount(abs(at - self.fader.amount))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Names take no more than the fader can spare, and always the same, so that it never jumps."""
        wide = 104 if self.width() >= 1280 else 72
        for name in (self.name_a, self.name_b):
            name.setFixedWidth(wide)
        self.follow()

    def follow(self, _show: object = None) -> None:
        """Show the decks and the fader as they are."""
        performing, scenes = self._performing, self._document.show.scenes
        deck_a, deck_b = decks_seen(performing)
        there = deck_b is not None and 0 <= deck_b < len(scenes)
        names = (
            scenes[deck_a].name if 0 <= deck_a < len(scenes) else "",
            scenes[deck_b].name if there and deck_b is not None else self.tr("Empty"),
        )
        shown = (*names, there, performing.mode, performing.mode_words, self.name_a.width())
        self._show_fader()
        if shown == self._shown:
            return
        self._shown = shown
        self._say(self.name_a, names[0])
        self._say(self.name_b, names[1])
        for widget in (self.fader, self.b, self.auto):
            widget.setEnabled(there)
        for name in ("deck_b", "auto_fade"):
            if name in self._actions:
                self._actions[name].setEnabled(there)
        hint = self.tr("Right click a pad: Load on deck B")
        self.fader.setToolTip("" if there else hint)
        self.b.setToolTip(self.tr("Cut to deck B  (X)") if there else hint)
        self.a.setToolTip(self.tr("Cut to deck A  (Z)"))
        self.mode.setText(("Mix" if performing.mode == "mix" else "Morph") if there else "")
        self.mode.setToolTip(plain(performing.mode_words))

    def _show_fader(self) -> None:
        at, there = self._performing.fader, self._performing.deck_b is not None
        if not self.fader.held:
            self.fader.set_amount(at)
        self.a.setChecked(at <= 0.0 or not there)
        self.b.setChecked(there and at >= 1.0)

    def _say(self, label: QLabel, name: str) -> None:
        """*name*, cut where it does not fit; whole in the tip."""
        text = label.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, label.width())
        if text != label.text():
            label.setText(text)
            label.setToolTip(plain(name) if text != name else "")
