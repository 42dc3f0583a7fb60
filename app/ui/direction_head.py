"""The head of the neighbour strip: which direction of W is shown, how far the picture is pushed along it, its star."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.ui.direction_edits import LONGEST_NAME
from app.ui.document import Document
from app.ui.params import ParamRow
from app.ui.sound_page import SoundPage
from app.ui.studio import Studio
from app.ui.theme import STAGE, font, pixmap
from app.ui.widgets import Btn, NameField, paint, words

TITLE, NARROW, EVERY = 32, 340, 1 / 30


class Word(Btn):
    """A word and a chevron in a title."""

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(font(11)).horizontalAdvance(self.text()) + 28, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = STAGE.text_hi if self.underMouse() else STAGE.text3
        paint.write(painter, QRectF(8, 0, self.width(), self.height()), self.text(), font(11), ink)
        arrow = pixmap("chevron-down", ink, 14, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(self.width() - 18, (self.height() - 14) / 2 + 0.5), arrow)
        if self.ringed():
            paint.focus_ring(painter, self.rect())


class Star(Btn):
    """A star, filled when it is on."""

    def sizeHint(self) -> QSize:
        return QSize(24, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = STAGE.accent if self.isChecked() else STAGE.text_hi if self.underMouse() else STAGE.text3
        mark = "star-fill" if self.isChecked() else "star"
        painter.drawPixmap(
            QPointF(self.width() - 14, (self.height() - 14) / 2), pixmap(mark, ink, 14, self.devicePixelRatioF())
        )
        if self.ringed():
            paint.focus_ring(painter, self.rect())


class _Title(QLabel):
    """The name, as much of it as fits; a double click asks for another."""

    rename_wanted = Signal()

    def minimumSizeHint(self) -> QSize:
        return QSize(48, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fitting = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        paint.write(painter, self.rect(), fitting, self.font(), STAGE.text_hi)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.rename_wanted.emit()


class DirectionHead(SoundPage):
    """Owns the title, the row of the direction's own parameter, and the star (main thread).

    ``renamed`` tells the name that was typed.
    """

    renamed = Signal(str)

    def __init__(self, document: Document, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, EVERY, parent)
        self.document = document
        self.setFixedHeight(TITLE)
        self.setMinimumWidth(0)
        self.title = _Title()
        self.title.setFont(font(12, 600))
        self.title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.name = NameField(self)
        self.name.setAccessibleName("Name of the direction")
        self.name.setMaxLength(LONGEST_NAME)
        self.name.hide()
        self.pick, self.star = Word("PC 1"), Star()
        self.star.setCheckable(True)
        self.row: ParamRow | None = None
        self.trouble = words("", 11, 400, STAGE.warn)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(0)
        for part in (self.title, self.pick, self.trouble):
            self._line.addWidget(part)
        self._line.addStretch(1)
        self._line.addWidget(self.star)
        self._name_parts()
        self.title.rename_wanted.connect(self.ask_name)
        self.name.editingFinished.connect(self._named)

    def _name_parts(self) -> None:
        self.pick.setObjectName("directionPick")
        self.pick.setAccessibleName("Direction")
        self.pick.setToolTip("Directions of W: PC 1 changes the picture most; those that you keep come after")
        self.star.setObjectName("directionStar")
        self.name.setObjectName("directionName")

    def show_direction(self, title: str, word: str, number: int, *, kept: bool, trouble: str = "") -> None:
        """Show the direction *number* called *title*; 0 is one that is nobody's parameter yet."""
        self.title.setText(title)
        self.title.setToolTip(f"{title}. Double click: name" if kept else title)
        self.pick.setText(word)
        self.pick.updateGeometry()
        self.star.setChecked(kept)
        tip = "Let go of this direction" if kept else "Keep this direction under a name: routes and macros move it"
        self.star.setToolTip(tip)
        self.star.setAccessibleName(tip)
        self.trouble.setText(trouble)
        self.trouble.setVisible(bool(trouble))
        name = f"direction.{number}" if number and not trouble else ""
        if (self.row.name if self.row is not None else "") != name:
            self._set_row(name)
        if self.row is not None and self.row.control.accessibleName() != title:
            self.row.control.setAccessibleName(title)

    def _set_row(self, name: str) -> None:
        if self.row is not None:
            self._line.removeWidget(self.row)
            self.row.hide()
            self.row.deleteLater()
            self.row = None
        if name:
            self.row = ParamRow(self.document, name, self, label_wide=0)
            self.row.label.hide()
            layout = self.row.layout()
            assert layout is not None
            layout.setContentsMargins(4, 0, 0, 0)
            self._line.insertWidget(3, self.row, 100)
            self._fit()
            self.row.show()
        self.redraw()

    def _fit(self) -> None:
        """In a narrow column the line gives way to the number."""
        if self.row is not None:
            self.row.control.setVisible(self.width() >= NARROW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def draw_sound(self, t: float) -> None:
        if self.row is not None and self.studio.session is not None:
            self.row.show_push(self.studio.session.score.at(t))

    # --- its name

    def ask_name(self) -> None:
        """Let a name be typed in place of the title."""
        if not self.star.isChecked():
            return
        self.name.setGeometry(0, 4, max(140, self.title.width() + 8), 24)
        self.name.setText(self.title.text())
        self.name.selectAll()
        self.name.show()
        self.name.raise_()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _named(self) -> None:
        if self.name.isHidden():
            return
        typed = self.name.text() if self.name.isModified() else ""
        self.name.setModified(False)
        if self.name.hasFocus():
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # else the next button would have it, and Space press that
        self.name.hide()
        if typed:
            self.renamed.emit(typed)
