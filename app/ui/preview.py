"""The picture as it is now, the largest thing in the window, with its tools in the dark beside it."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt, QTimer
from PySide6.QtGui import QAction, QFont, QFontMetricsF, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.beats import beat_place
from app.ui.bound import IconBtn, bind
from app.ui.cue_strip import EditTool
from app.ui.document import Document
from app.ui.hud import Hud
from app.ui.mouse_input import MouseInput
from app.ui.notice import HEIGHT as NOTICE_HEIGHT
from app.ui.notice import WIDTH as NOTICE_WIDTH
from app.ui.notice import Notice, NoticeRow
from app.ui.picture_shape import fitted
from app.ui.poster import Poster, spinner
from app.ui.stage import StagePicture
from app.ui.theme import STAGE, fade, font, pixmap
from app.ui.widgets import paint
from app.ui.widgets.buttons import Btn

if TYPE_CHECKING:
    from app.ui.studio import Studio

MARGIN, RAIL, EDGE = 8, 96, 12
RUNNING = 184
DIMMED = 0.32
_LATCH_MS, _WARM_MS = 250, 60


class PreviewView(QWidget):
    """Paints the newest picture (main thread). Tools stand in the letterbox; a wide picture gives way to them."""

    def __init__(
        self,
        document: Document,
        studio: "Studio",
        picture: StagePicture | None = None,
        actions: Mapping[str, QAction] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("previewView")
        self.setAccessibleName(self.tr("Picture"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 200)
        self._studio, self._actions = studio, actions or {}
        self.picture = picture or StagePicture(studio, self)
        self.painted_frame_id = 0
        self.fits = True
        self._least_ms, self._drawn_at = 0, 0.0
        self._size = QSize()
        self._stands: tuple[tuple[object, ...], QRectF] = ((), QRectF())
        self._bares: tuple[tuple[object, ...], list[QRect]] = ((), [])
        self._poster = Poster(studio)
        self.hud = Hud(studio, self)
        self.notice = NoticeRow(self)
        self._make_tools()
        if "mouse_input" in self._actions:
            MouseInput(document, self, self._actions["mouse_input"])
        self._latch = QTimer(self, interval=_LATCH_MS)
        self._latch.timeout.connect(self.update)
        self._warm = QTimer(self, interval=_WARM_MS)
        self._warm.timeout.connect(self._turn_poster)
        self.picture.changed.connect(self._picture_changed)
        self.picture.stage_changed.connect(self._stage_changed)
        if self.warming:
            self._warm.start()
        self._stage_changed()

    def _make_tools(self) -> None:
        self.fit = Btn(self.tr("Fit"), look="flat", parent=self)
        self.fit.face = font(12)
        self.fit.setToolTip(self.tr("Whole picture, or one pixel for one"))
        self.fit.clicked.connect(self._toggle_fit)
        self.full = IconBtn("maximize", self.tr("Output window"), parent=self)
        self.camera = IconBtn("camera", self.tr("Still picture"), parent=self)
        self.gauge = IconBtn("gauge", self.tr("Frame times"), parent=self)
        self.cue = EditTool("pencil", self.tr("Edits go to the cue"), parent=self)
        self.mouse = IconBtn("crosshair", self.tr("Mouse as input"), parent=self)
        tools = (("output", self.full), ("still", self.camera), ("hud", self.gauge), ("cue_edits", self.cue),
                 ("mouse_input", self.mouse))  # fmt: skip
        for key, tool in tools:
            if key in self._actions:
                bind(tool, self._actions[key])
            else:
                tool.hide()

    @property
    def warming(self) -> bool:
        """Whether the engine has not shown anything yet."""
        return self.picture.image is None

    # what others ask

    def show_hud(self, on: bool) -> None:
        """Show or hide the figures of the engine."""
        self.hud.setVisible(on)

    def set_least_ms(self, least: int) -> None:
        """Let so many milliseconds at least pass between two pictures; 0 draws them all."""
        self._least_ms = least

    def tell(self, notice: Notice) -> None:
        """Show one row of words over the lower edge of the picture."""
        self.notice.tell(notice)
        self._place_children()

    def first_hint(self) -> None:
        """What to try first."""
        texts = [self.tr("Drop a song anywhere"), self.tr("Click the map to travel")]
        blackout = self._actions.get("blackout")
        keys = [] if blackout is None else [key.toString() for key in blackout.shortcuts()]
        if keys:
            texts.append(self.tr("[{}] = blackout").format(min(keys, key=len)))
        self.tell(Notice("first", "music", tuple(texts)))

    # geometry

    def picture_rect(self) -> QRectF:
        """Where the picture stands."""
        image = self.picture.shown
        size = QSize(1, 1) if image is None else image.size()
        key = (self.size(), size, self.fits or image is None, self.devicePixelRatioF())
        if key != self._stands[0]:
            self._stands = key, self._stand(QSizeF(size), whole=key[2])
        return self._stands[1]

    def _stand(self, size: QSizeF, *, whole: bool) -> QRectF:
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        if room.width() > 2 * RAIL + 100:
            room.adjust(RAIL - MARGIN, 0, MARGIN - RAIL, 0)
        if whole:
            return _snapped(fitted(size, room))
        place = QRectF(QPointF(), size / self.devicePixelRatioF())
        place.moveCenter(room.center())
        return _snapped(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place_children()

    def _place_children(self) -> None:
        for i, tool in enumerate((self.fit, self.full, self.camera, self.gauge, self.cue, self.mouse)):
            wide = max(tool.minimumSizeHint().width(), 32)
            tool.setGeometry(self.width() - EDGE - 16 - wide // 2, MARGIN + 36 * i, wide, 32)
        place = self.picture_rect().toRect()
        self.hud.move(place.left() + 12, place.top() + 12)
        wide = min(NOTICE_WIDTH, max(self.width() - 16, 240))
        left = place.center().x() - wide // 2 + 1
        self.notice.setGeometry(left, place.bottom() + 1 - 8 - NOTICE_HEIGHT, wide, NOTICE_HEIGHT)

    def _toggle_fit(self) -> None:
        self.fits = not self.fits
        self.fit.setText(self.tr("Fit") if self.fits else "1:1")
        self._place_children()
        self.update()

    # what happens

    def _picture_changed(self) -> None:
        self._warm.stop()
        now = time.monotonic()
        if not self.isVisible() or (now - self._drawn_at) * 1000 < self._least_ms:
            return
        self._drawn_at = now
        if self.picture.shown is not None and self.picture.shown.size() != self._size:
            self._size = self.picture.shown.size()  # a Style of another shape: where the old picture stood is bare
            self._place_children()
            self.update()
        place = self.picture_rect().toAlignedRect().adjusted(-3, -3, 3, 3)
        self.update(place)
        if self.picture.held is not None:
            self.update(self._running_rect().toAlignedRect())

    def _turn_poster(self) -> None:
        self.update(self.picture_rect().toAlignedRect())

    def _stage_changed(self) -> None:
        latched = self._studio.frozen or self._studio.blackout
        if latched:
            self._latch.start()
        else:
            self._latch.stop()
        self.update()

    def _running_rect(self) -> QRectF:
        """Lower left: what runs on under a held picture."""
        return QRectF(EDGE, self.height() - MARGIN - RUNNING, RUNNING, RUNNING)

    # picture

    def paintEvent(self, event: QPaintEvent) -> None:
        began = time.perf_counter()
        painter = QPainter(self)
        place = self.picture_rect()
        for bare in self._bare(event.rect(), place):
            painter.fillRect(bare, STAGE.bg0)
        self._paint_picture(painter, place)
        if event.rect().left() < place.left() - 3 or self._studio.frozen or self._studio.blackout:
            self._paint_rail(painter)
        painter.end()
        if self.picture.number != self.painted_frame_id:
            self.painted_frame_id = self.picture.number
            self.hud.frame_painted(self.picture.copy_ms, (time.perf_counter() - began) * 1000)
            self.picture.painted()

    def _bare(self, rect: QRect, place: QRectF) -> list[QRect]:
        """What of *rect* the picture at *place* leaves bare; its edge counts, for it may lie between two pixels."""
        key = (rect, place, self.picture.shown is None)
        if key != self._bares[0]:
            covered = place.toRect().intersected(self._clip().toRect()).adjusted(1, 1, -1, -1)
            bare = QRegion(rect) if self.picture.shown is None else QRegion(rect) - QRegion(covered)
            self._bares = key, list(bare)  # type: ignore[call-overload]  # it iterates, its stubs do not say so
        return self._bares[1]

    def _clip(self) -> QRectF:
        """What a picture never leaves, however large it is."""
        return QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)

    def _paint_picture(self, painter: QPainter, place: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.fits)
        image = self.picture.shown
        if image is None:
            self._poster.paint(painter, place)
            self._paint_warming(painter, place.topLeft() + QPointF(12, 12))
            return
        clip, latched = self._clip(), self._studio.blackout or self._studio.frozen
        if not latched and clip.contains(place):
            painter.drawImage(place, image)
            return
        painter.save()
        painter.setClipRect(clip)
        if self._studio.blackout:
            painter.fillRect(place, Qt.GlobalColor.black)
            painter.setOpacity(DIMMED)
        painter.drawImage(place, image)
        painter.restore()
        if latched:
            self._paint_frame(painter, place.intersected(clip).adjusted(-3, -3, 3, 3))

    def _paint_frame(self, painter: QPainter, around: QRectF) -> None:
        """What is latched is framed in its colour."""
        paint.outline(painter, around, STAGE.live if self._studio.blackout else STAGE.accent, 0, 3)

    def _paint_warming(self, painter: QPainter, at: QPointF) -> None:
        face, words = font(12, 600), self.tr("Warming up…")
        chip = QRectF(at.x(), at.y(), QFontMetricsF(face).horizontalAdvance(words) + 42, 28)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint.fill(painter, chip, fade(STAGE.bg0, 0.9), 4)
        spinner(painter, QRectF(chip.left() + 10, chip.top() + 7, 14, 14))
        paint.write(painter, chip.adjusted(32, 0, 0, 0), words, face, STAGE.text_hi)

    def _paint_rail(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._studio.blackout:
            self._paint_tag(painter, "BLACKOUT", "square-fill", self.picture.blackout_for())
        elif self._studio.frozen:
            self._paint_tag(painter, "FREEZE", "snowflake", self.picture.frozen_for())
        else:
            paint.dot(painter, QPointF(16, 24), 4, STAGE.accent)
            paint.write(painter, QRectF(25, 14, 80, 20), self.tr("Program"), font(12, 600), STAGE.text_hi)
        if self._studio.frozen:
            self._paint_running(painter)
        else:
            self._paint_size(painter)

    def _paint_tag(self, painter: QPainter, word: str, icon: str, since: float) -> None:
        face = font(12, 700)
        face.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 104)
        black = word == "BLACKOUT"
        ink = STAGE.on_live if black else STAGE.on_accent
        words, room = QFontMetricsF(face).horizontalAdvance(word), self.picture_rect().left() - EDGE - 3
        marked = words + 35 <= room  # a narrow rail has room for the word alone
        tag = QRectF(EDGE, EDGE, words + (35 if marked else 16), 24)
        paint.fill(painter, tag, STAGE.live if black else STAGE.accent, 4)
        if marked:
            painter.drawPixmap(QPointF(EDGE + 8, EDGE + 6), pixmap(icon, ink, 12, self.devicePixelRatioF()))
        paint.write(painter, tag.adjusted(26 if marked else 8, 0, 0, 0), word, face, ink)
        minutes, seconds = divmod(int(since), 60)
        paint.write(painter, QRectF(EDGE, 43, room, 28), f"{minutes}:{seconds:02}", font(20, 600), STAGE.text_hi)
        painter.setFont(font(12))
        painter.setPen(STAGE.text2)
        lines = "\n".join(self._blackout_lines() if black else self._freeze_lines())
        painter.drawText(QRectF(EDGE, 74, room - 4, 120), Qt.TextFlag.TextWordWrap, lines)

    def _blackout_lines(self) -> tuple[str, ...]:
        back = self.tr("F8 brings it back")
        return (
            (self.tr("{} shows black").format(self.picture.output_name), back) if self.picture.output_name else (back,)
        )

    def _freeze_lines(self) -> tuple[str, ...]:
        features = self._studio.song.features
        place = beat_place(self.picture.frozen_t, features.beats, features.downbeats) if features else None
        return () if place is None else (self.tr("since bar {}").format(place),)

    def _paint_running(self, painter: QPainter) -> None:
        """The picture that runs on; it stands over the corner of the held one where there is no room beside it."""
        box, image = self._running_rect(), self.picture.image
        if image is None:
            return
        label = QRectF(box.left(), box.top() - 20, box.width(), 18)
        paint.fill(painter, label.united(box).adjusted(-EDGE, -4, 6, MARGIN), STAGE.bg0)
        paint.write(painter, label, self.tr("Running underneath"), font(11), STAGE.text3)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(fitted(QSizeF(image.size()), box), image)

    def _paint_size(self, painter: QPainter) -> None:
        image = self.picture.image
        if image is None:
            return
        share = self.picture_rect().width() * self.devicePixelRatioF() / image.width()
        mode = self.tr("Fit") if self.fits else "1:1"
        lines = (f"{image.width()} × {image.height()}", f"{mode} · {share * 100:.0f} %")
        room = max(self.picture_rect().left() - EDGE - 4, 60)
        for i, line in enumerate(lines):
            box = QRectF(EDGE, self.height() - 44 + 17 * i, room, 18)
            paint.write(painter, box, line, font(11), STAGE.text3)


def _snapped(place: QRectF) -> QRectF:
    """On whole pixels, so that scaling does not blur an edge."""
    return QRectF(QRect(round(place.left()), round(place.top()), round(place.width()), round(place.height())))
