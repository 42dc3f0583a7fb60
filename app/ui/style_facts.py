"""What is known of a Style, in words: on its card, in its tip, in a search, and in the panel under the list."""

import re

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.engine.stylegan.library import Style
from app.ui.picture_shape import in_short
from app.ui.theme import STAGE
from app.ui.widgets import Btn, plain
from app.ui.widgets.colored import tint
from app.ui.widgets.fields import words

KINDS = {"stylegan2": "StyleGAN2", "stylegan3-t": "StyleGAN3-t", "stylegan3-r": "StyleGAN3-r"}
CHANNELS = {1: "grey", 3: "colour", 4: "colour with transparency"}
UNKNOWN, FORBIDS = "Licence unknown", "no commercial use"
_NOT_FOR_SALE = re.compile(r"\bnc\b|non-?\s?commercial|nvidia source code licen[cs]e|research only", re.IGNORECASE)
_SHORT_HASH = 12


def megabytes(count: int) -> str:
    """A file's size for people."""
    return f"{count / 1e6:.0f} MB" if count >= 1e6 else f"{max(1, round(count / 1e3))} kB"


def kind(style: Style) -> str:
    """The kind of network, as it is called."""
    return KINDS.get(style.kind, style.kind)


def drawn(style: Style) -> str:
    """The kind, the classes and the channels where they are not the usual ones, and the size of the file."""
    classes = f"{style.classes} classes" if style.classes else ""
    channels = CHANNELS.get(style.channels, "") if style.channels != 3 else ""
    return " · ".join(filter(None, (kind(style), classes, channels, megabytes(style.size_bytes))))


def forbids_selling(licence: str) -> bool:
    """Whether *licence* plainly forbids commercial use; False says nothing."""
    return bool(_NOT_FOR_SALE.search(licence.replace("_", " ")))


def licence(style: Style) -> str:
    """The licence in words; a forbidden use is said, and so is that nothing is known."""
    known = style.licence or UNKNOWN
    return f"{known} · {FORBIDS}" if forbids_selling(style.licence) else known


def facts(style: Style, *, unread: bool = False) -> tuple[tuple[str, str], ...]:
    """All that is known, as pairs of a word and what there is to say; *unread*: its hash will never be known."""
    classes = f" · {style.classes} classes" if style.classes else ""
    rows = (
        ("Network", f"{kind(style)}{classes} · {style.num_ws} layers"),
        ("Picture", f"{style.width} × {style.height} · {CHANNELS.get(style.channels, '')}"),
        ("Licence", licence(style)),
        ("Origin", style.origin if style.origin != style.format else ""),
        ("Layers", style.layers),
        ("File", f"{megabytes(style.size_bytes)} · {style.format}" if style.format else megabytes(style.size_bytes)),
        ("Path", str(style.path)),
        ("Hash", style.sha256[:_SHORT_HASH] or ("" if unread else "being read")),
    )
    empty = ("Network", "Picture", "File", "Licence") if not style.num_ws else ()
    return tuple((word, said) for word, said in rows if said and word not in empty)


def about(style: Style) -> str:
    """Everything known of *style*, in lines."""
    return "\n".join((style.name, *(f"{word}: {said}" for word, said in facts(style))))


def found_by(style: Style) -> str:
    """What a search looks through."""
    origin = "bundled" if style.bundled else "mine"
    sizes = f"{in_short(style.width, style.height)} {style.width}x{style.height} {style.width} × {style.height}"
    classes = "classes conditional" if style.classes else ""
    return " ".join((style.name, licence(style), drawn(style), sizes, classes, style.format, origin, style.path.name))


class FactsPanel(QWidget):
    """Shows the facts of one Style under the list (main thread)."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("styleFacts")
        self.setAccessibleName("Facts of the style")
        self.style_shown: Style | None = None
        self._trouble = ""
        self.name = words("", 13, 600, STAGE.text_hi)
        self.copy, self.close_button = Btn("Copy hash", "copy"), Btn("", "x", "flat")
        self.copy.setObjectName("copyHash")
        self.close_button.setAccessibleName("Close the facts")
        self.close_button.setToolTip("Close the facts")
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(10)
        self._rows.setVerticalSpacing(2)
        self._rows.setColumnStretch(1, 1)
        top = QHBoxLayout()
        top.addWidget(self.name, 1)
        top.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 8, 10)
        column.setSpacing(4)
        column.addLayout(top)
        column.addLayout(self._rows)
        column.addWidget(self.copy)
        self.copy.clicked.connect(self.copy_hash)
        self.close_button.clicked.connect(self.closed)
        self.hide()

    def tell(self, style: Style, trouble: str = "") -> None:
        """Show what is known of *style*, after what is wrong with it."""
        if (style, trouble) == (self.style_shown, self._trouble):
            return
        self.style_shown, self._trouble = style, trouble
        self.name.setText(style.name)
        self.copy.setVisible(bool(style.sha256))
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        wrong = (("Problem", trouble),) if trouble else ()
        for row, (word, said) in enumerate((*wrong, *facts(style, unread=bool(trouble)))):
            self._rows.addWidget(words(word, 11, 400, STAGE.text3), row, 0, Qt.AlignmentFlag.AlignTop)
            self._rows.addWidget(_said(word, said, forbids_selling(style.licence)), row, 1)

    def copy_hash(self) -> None:
        """Put the whole hash on the clipboard."""
        if self.style_shown is not None:
            copy_hash(self.style_shown)

    def sizeHint(self) -> QSize:
        return QSize(264, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, STAGE.line)


def copy_hash(style: Style) -> None:
    """Put the whole hash of *style* on the clipboard."""
    QGuiApplication.clipboard().setText(style.sha256)


def _said(word: str, said: str, warn: bool) -> QLabel:
    label = words(_breakable(said), 11, 400, STAGE.text, mono=word in ("Hash", "Path"))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setToolTip(plain(said) if word == "Path" else "")
    if word == "Licence" and (warn or UNKNOWN in said):
        tint(label, STAGE.warn)
    return label


def _breakable(text: str) -> str:
    """*text* with places where a long path may break."""
    return re.sub(r"([/\\_-])", "\\1\u200b", text)
