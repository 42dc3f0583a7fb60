"""How the scene reacts, kept under a name: a field and a button under the menu of the React tab."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.engine.errors import AppError
from app.engine.own_presets import LONGEST_NAME, preset_of, save_preset
from app.ui.document import Document
from app.ui.theme import STAGE
from app.ui.widgets import Btn, paint, words

_WIDE = 300


class PresetPopover(QFrame):
    """Owns the name while it is typed (main thread); *saved* hears it when it is kept. A press outside closes it."""

    def __init__(self, document: Document, saved: Callable[[str], None], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("presetPopover")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Save as preset")
        self.setFixedWidth(_WIDE)
        self.document, self._saved = document, saved
        self.name, self.save = QLineEdit(), Btn("Save")
        self.name.setObjectName("presetName")
        self.name.setAccessibleName("Name of the preset")
        self.name.setPlaceholderText("Name")
        self.name.setMaxLength(LONGEST_NAME)
        self.trouble = words("", 11, 400, STAGE.warn)
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self._lay_out()
        self.name.textChanged.connect(self._typed)
        self.name.returnPressed.connect(self.keep)
        self.save.clicked.connect(self.keep)
        self._typed("")

    def _lay_out(self) -> None:
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(6)
        note = words("Its settings and routes, and how their sources are made. Macros stay with the scene.",
                     11, 400, STAGE.text3)  # fmt: skip
        note.setWordWrap(True)
        row.setSpacing(6)
        row.addWidget(self.name, 1)
        row.addWidget(self.save)
        column.addWidget(words("Save as preset", 12, 600, STAGE.text_hi))
        column.addWidget(note)
        column.addLayout(row)
        column.addWidget(self.trouble)

    def _typed(self, text: str) -> None:
        self.save.setEnabled(bool(text.strip()))
        self.trouble.hide()
        self.adjustSize()

    def keep(self) -> None:
        """Save it, or say why not."""
        if not self.name.text().strip():
            return
        scene = self.document.show.scene
        made = preset_of(scene, self.name.text())
        try:
            save_preset(made)
        except AppError as error:
            self.trouble.setText(str(error))
            self.trouble.show()
            self.adjustSize()
            return
        self.close()
        self._saved(made.name)

    def open_under(self, widget: QWidget) -> None:
        """Open under *widget*, its right ends together."""
        self.adjustSize()
        corner = widget.mapToGlobal(QPoint(widget.width() - self.width(), widget.height() + 2))
        room = widget.screen().availableGeometry()
        self.move(min(max(corner.x(), room.left()), room.right() - self.width()), corner.y())
        self.show()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), STAGE.bg1)
        paint.outline(painter, self.rect(), STAGE.border_strong, 0)
