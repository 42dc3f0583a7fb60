"""One public network on the "Get more" page: what it draws, what is known of it, how its download stands."""

from PySide6.QtCore import QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.engine.stylegan.catalogue import Offer
from app.ui.downloads import Downloads, Progress
from app.ui.export_presets import clock
from app.ui.theme import STAGE, fade, font, pixmap
from app.ui.widgets import Btn, paint

TALL, LEFT, RIGHT = 104, 20, 20
_BUTTONS = 148
_BADGES = {
    "forbidden": ("Not for commercial use", STAGE.warn),
    "allowed": ("Commercial use allowed", STAGE.ok),
    "unknown": ("Commercial use: ask its author", STAGE.text2),
}


def size_words(offer: Offer) -> str:
    """``382 MB``, or that it is not known."""
    return "size unknown" if offer.megabytes is None else f"{offer.megabytes:.0f} MB"


def facts(offer: Offer) -> str:
    """Pixels, megabytes, kind and format."""
    form = offer.format or "format unknown"
    return f"{offer.width} × {offer.height} · {size_words(offer)} · {offer.kind} · {form}"


def hash_words(offer: Offer) -> str:
    """What the file can be checked against."""
    if offer.address is None:
        return "downloaded with a browser, then dropped here"
    return f"SHA-256 known from {offer.sha256_from}" if offer.sha256 else "no published hash"


def progress_words(state: Progress) -> str:
    """``120 of 382 MB · 8.2 MB/s · 0:32 left``; what is not known is not said."""
    if state.state == "waiting":
        return "Waiting…"
    if state.of is None and not state.done:
        return "Connecting…"
    if state.of and state.done >= state.of:
        return "Checking…"
    done = f"{state.done / 1e6:.0f} of {state.of / 1e6:.0f} MB" if state.of else f"{state.done / 1e6:.0f} MB"
    rate = f"{state.rate / 1e6:.1f} MB/s" if state.rate else ""
    left = f"{clock(state.left)} left" if state.left is not None else ""
    return " · ".join(filter(None, (done, rate, left)))


class OfferRow(QWidget):
    """Paints one network and has its two buttons (main thread)."""

    def __init__(self, offer: Offer, downloads: Downloads) -> None:
        super().__init__()
        self.offer, self._downloads = offer, downloads
        self.setObjectName(f"offer:{offer.id}")
        self.setFixedHeight(TALL)
        badge = _BADGES[offer.commercial][0]
        self.spoken = ", ".join((offer.name, offer.subject, facts(offer), badge, offer.licence, hash_words(offer)))
        address = offer.address or "No address that can be downloaded from; its page has the link."
        known = f"SHA-256 {offer.sha256}" if offer.sha256 else ""
        self.setToolTip("\n".join(filter(None, (f"{offer.name}, by {offer.author}", address, known))))
        self.act = Btn("Download", "download", parent=self)
        self.page = Btn("Its page", "external-link", "link", self)
        self.page.setAccessibleName(f"Open the page of {offer.name}")
        self.page.setToolTip(offer.page)
        self.act.clicked.connect(self._act)
        self.page.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(offer.page)))
        self.state = Progress()
        self.follow()

    def follow(self) -> None:
        """Show how the download stands now."""
        self.state = state = self._downloads.of(self.offer)
        busy = state.state in ("waiting", "running")
        word = "Cancel" if busy else "Retry" if state.state == "failed" else "Resume" if state.message else "Download"
        if word != self.act.text():
            self.act.setText(word)
            self.act.set_mark({"Cancel": "x", "Retry": "refresh-cw"}.get(word, "download"))
        self.act.setAccessibleName(f"{word} {self.offer.name}")
        self.act.setVisible(self.offer.address is not None and state.state != "here")
        told = {"here": "in your list", "idle": state.message, "failed": state.message}.get(state.state)
        self.setAccessibleName(self.spoken)
        self.setAccessibleDescription(progress_words(state) if told is None else told)
        self._place()
        self.update()

    def _act(self) -> None:
        if self.state.state in ("waiting", "running"):
            self._downloads.cancel(self.offer)
        else:
            self._downloads.start(self.offer)

    def _place(self) -> None:
        right = self.width() - RIGHT
        for button, y, out in ((self.act, 14, 0), (self.page, 60, 8)):
            size = button.sizeHint()
            button.setGeometry(right - size.width() + out, y, size.width(), size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        offer, state = self.offer, self.state
        line = QRectF(LEFT, 12, self.width() - LEFT - RIGHT - _BUTTONS, 20)
        paint.write(painter, line, offer.name, font(14, 600), STAGE.text_hi)
        self._paint_badge(painter, line, QFontMetricsF(font(14, 600)).horizontalAdvance(offer.name))
        paint.write(painter, line.translated(0, 21), f"{offer.subject} · {offer.author}", font(12), STAGE.text2)
        third, fourth = line.translated(0, 42), line.translated(0, 62)
        if state.state in ("waiting", "running"):
            paint.write(painter, third, progress_words(state), font(12), STAGE.text)
            self._paint_bar(painter, fourth, state)
        elif state.message and state.state != "here":
            ink = STAGE.broken_text if state.state == "failed" else STAGE.text2
            painter.setFont(font(12))
            painter.setPen(ink)
            room = QRectF(third.x(), third.y() + 2, third.width(), 40)
            painter.drawText(room, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop, state.message)
        else:
            paint.write(painter, third, facts(offer), font(12), STAGE.text3)
            paint.write(painter, fourth, f"{offer.licence} · {hash_words(offer)}", font(12), STAGE.text3)
        if state.state == "here":
            self._paint_here(painter)
        painter.fillRect(LEFT, self.height() - 1, self.width() - LEFT - RIGHT, 1, STAGE.line)

    def _paint_badge(self, painter: QPainter, line: QRectF, after: float) -> None:
        text, ink = _BADGES[self.offer.commercial]
        face = font(11, 600)
        box = QRectF(line.x() + after + 12, line.y() + 1, QFontMetricsF(face).horizontalAdvance(text) + 14, 18)
        paint.fill(painter, box, fade(QColor(ink), 0.12), 9)
        paint.write(painter, box, text, face, ink, paint.CENTER)

    def _paint_bar(self, painter: QPainter, line: QRectF, state: Progress) -> None:
        bar = QRectF(line.x(), line.y() + 8, line.width(), 4)
        paint.fill(painter, bar, STAGE.bg3, 2)
        if state.share:
            paint.fill(painter, QRectF(bar.x(), bar.y(), max(4.0, bar.width() * state.share), 4), STAGE.accent, 2)

    def _paint_here(self, painter: QPainter) -> None:
        face, text = font(12), "In your list"
        wide = QFontMetricsF(face).horizontalAdvance(text) + 2
        box = QRectF(self.width() - RIGHT - wide - 10, 18, wide, 20)
        paint.write(painter, box, text, face, STAGE.ok)
        shown = pixmap("check", STAGE.ok, 14, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(box.x() - 20, box.y() + 3), shown)
