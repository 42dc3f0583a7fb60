"""All keys on one page, over the window or on paper; over the window any key or click closes it."""

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.control.actions import ACTIONS, MENUS, Action
from app.ui.keys import Keys
from app.ui.theme import STAGE, fade, font
from app.ui.widgets import paint

COLUMN, LINE, MOST_COLUMNS = 330, 24, 4
MORE = (
    (
        "Map",
        (
            ("Click", "Glide there"),
            ("Shift+click", "Add a point"),
            ("Wheel", "Zoom"),
            ("Arrows, Enter", "Move, go there"),
        ),
    ),
    (
        "Timeline",
        (("Click", "Go to that time"), ("Wheel", "Zoom"), ("S, M", "Split, merge sections"), ("Del", "Remove a point")),
    ),
)

Group = tuple[str, list[tuple[str, str]]]


def groups(keys: Keys) -> list[Group]:
    """Title -> (keys, what they do), from the key map and the two canvases."""
    listed = []
    for title in (*MENUS, ""):
        rows = [row for row in ACTIONS.values() if row.button and _title(row) == title]
        lines = [(keys.words(row.id), row.label) for row in rows if keys.map.keys(row.id)]
        if lines:
            listed.append((title or "Perform", lines))
    return [*listed, *((title, list(lines)) for title, lines in MORE)]


def _title(row: Action) -> str:
    """What counts in Perform alone stands there, whatever its menu."""
    return "" if row.workspace == "perform" else row.menu


def draw_keys(painter: QPainter, size: QSize, keys: Keys, *, on_paper: bool = False) -> None:
    """The sheet on a page of *size*, in as many columns as it has room for and with lines that fit its height."""
    listed = groups(keys)
    on_screen = STAGE.text_hi, STAGE.accent, STAGE.text2
    inks = (QColor("black"), QColor("black"), QColor("#444")) if on_paper else on_screen
    columns = max(1, min(MOST_COLUMNS, (size.width() - 16) // (COLUMN if not on_paper else 300)))
    wide = min(COLUMN, (size.width() - 16) / columns)
    left = (size.width() - columns * wide) / 2
    paint.write(painter, QRectF(left, 24, 400, 32), "Keys", font(20, 600), inks[0])
    parts, line = _parted(listed, columns, size.height() - 90)
    for at, part in enumerate(parts):
        y = 72.0
        for title, lines in part:
            y = _group(painter, QRectF(left + at * wide, y, wide - 16, line), (title, lines), inks)


def _parted(listed: list[Group], columns: int, tall: int) -> tuple[list[list[Group]], float]:
    """The groups in columns of like length, and the height of a line at which the longest fits."""
    total = sum(len(lines) + 2 for _title, lines in listed)
    for most in range(-(-total // columns), total + 1):
        parts: list[list[Group]] = [[]]
        used = 0
        for group in listed:
            need = len(group[1]) + 2
            if used and used + need > most + 1:
                parts.append([])
                used = 0
            parts[-1].append(group)
            used += need
        if len(parts) <= columns:
            longest = max(sum(len(lines) + 2 for _title, lines in part) for part in parts)
            return parts, min(float(LINE), tall / longest)
    return [listed], tall / max(total, 1)


def _group(painter: QPainter, box: QRectF, group: Group, inks: tuple[QColor, QColor, QColor]) -> float:
    """Draw *group* from the top of *box*, whose height is a line's; gives back where the next may begin."""
    title, lines = group
    small = 12 if box.height() >= 18 else 10
    paint.write(painter, box, title, font(13, 600), inks[1])
    for keys, what in lines:
        box = box.translated(0, box.height())
        face = font(small, 600)
        paint.write(painter, box.adjusted(0, 0, 140 - box.width(), 0), _fitting(keys, face, 140), face, inks[0])
        paint.write(painter, box.adjusted(146, 0, 0, 0), what, font(small), inks[2])
    return box.bottom() + box.height() * 0.6


def _fitting(keys: str, face: QFont, room: int) -> str:
    """As many of *keys*, which a dot parts, as there is room for; the first in any case."""
    some = keys.split(" · ")
    while len(some) > 1 and QFontMetrics(face).horizontalAdvance(" · ".join(some)) > room:
        some.pop()
    return " · ".join(some)


class KeysSheet(QWidget):
    """Covers its window while it is shown (main thread)."""

    def __init__(self, keys: Keys, window: QWidget) -> None:
        super().__init__(window)
        self._window, self._keys = window, keys
        self.setObjectName("keysSheet")
        self.setAccessibleName("Keys")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()

    def toggle(self) -> None:
        """Show or hide."""
        if self.isVisible():
            self.hide()
            return
        self._window.installEventFilter(self)
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        self._window.removeEventFilter(self)
        super().hideEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._window.rect())
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress):
            self.hide()
            return True
        return super().event(event)

    def groups(self) -> list[Group]:
        """What is on the sheet."""
        return groups(self._keys)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), fade(QColor(STAGE.bg0), 0.95))
        draw_keys(painter, self.size(), self._keys)
        painter.end()
