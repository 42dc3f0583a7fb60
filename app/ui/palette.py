"""The command palette: anything by a few letters of its name, actions first; a setting takes a value as well."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from app.control.actions import ACTIONS, EMERGENCY
from app.control.addresses import Act, range_words
from app.control.finding import score
from app.control.params import PARAMS, Param
from app.engine.errors import AppError
from app.ui.document import Document
from app.ui.findable import Thing
from app.ui.keys import Keys
from app.ui.listing import ROW_ROLE, Rows
from app.ui.panel import Panel
from app.ui.theme import STAGE, font
from app.ui.widgets import SearchField, paint, words

WIDE, ROW, SHOWN, MOST = 620, 32, 11, 60
AHEAD_EMERGENCY, AHEAD_ACTION, AHEAD_SETTING = 0.06, 0.04, 0.02
"""How much more what is to be done counts than what is to be found: more than a shorter name, less than a letter."""
_SWITCH = {"on": True, "off": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True)
class Offer:
    """One line: an action, a parameter with the value that would be set where one was typed, or a *thing*."""

    name: str
    title: str
    about: str
    right: str
    value: Any = None
    thing: Thing | None = None


def typed_value(p: Param, text: str) -> Any:
    """What *text* says for *p*; None when it says nothing."""
    if p.kind == "flag":
        return _SWITCH.get(text)
    if p.kind == "choice":
        return next((choice for choice in p.choices if str(choice) == text), None)
    try:
        return p.valid(float(text.replace(",", ".")))
    except (ValueError, AppError):
        return None


def _ahead(asked: str, label: str, by: float) -> float | None:
    """How well *asked* stands for *label*, which counts so much more; where nothing is asked, all are alike."""
    fit = score(asked, label)
    return fit if fit is None or not asked else fit + by


class _Painter(QStyledItemDelegate):
    """Draws one offer: its name, what it is, and its key or its value."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        offer, box = index.data(ROW_ROLE), QRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            paint.fill(painter, box.adjusted(8, 1, -8, -1), STAGE.bg3, 4)
        inner = box.adjusted(20, 0, -20, 0)
        face = font(13)
        paint.write(painter, inner, offer.title, face, STAGE.text_hi)
        wide = painter.fontMetrics().horizontalAdvance(offer.title)
        right = painter.fontMetrics().horizontalAdvance(offer.right)
        paint.write(painter, inner, offer.right, font(12), STAGE.accent, paint.RIGHT)
        room = inner.adjusted(wide + 12, 0, -right - 16, 0)
        if room.width() > 40:
            painter.setFont(font(12))
            cut = painter.fontMetrics().elidedText(offer.about, Qt.TextElideMode.ElideRight, room.width())
            paint.write(painter, room, cut, font(12), STAGE.text3)


class Palette(Panel):
    """Opens over the window with the keys in its field (main thread); Esc or a click beside it closes it."""

    beside = True

    def __init__(self, actions: Mapping[str, QAction], document: Document, keys: Keys, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("palette")
        self.setAccessibleName("Find an action, a setting, a scene, a style or a song")
        self._actions, self._document, self._keys = actions, document, keys
        self._recent: list[str] = []
        self.things: Callable[[], Iterable[Thing]] = lambda: ()
        self.do: Callable[[Act], object] = lambda _act: None
        self.field = SearchField("An action, a scene, a style, a song, or a setting and its value: bass 1.2")
        self.rows = Rows(lambda offer: f"{offer.title}. {offer.about}")
        self.list = QListView()
        self.list.setModel(self.rows)
        self.list.setItemDelegate(_Painter(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("Found")
        self.foot = words("", 11, 400, STAGE.text3)
        self.foot.setContentsMargins(20, 6, 20, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 12, 1, 1)
        column.setSpacing(8)
        head = QVBoxLayout()
        head.setContentsMargins(12, 0, 12, 0)
        head.addWidget(self.field)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        column.addWidget(self.foot)
        self.field.textChanged.connect(self._find)
        self.list.clicked.connect(lambda index: self._run(index.row()))

    def place(self, room: QRect) -> QRect:
        rows = min(max(len(self.rows.rows), 1), SHOWN)
        wide, tall = min(WIDE, room.width() - 48), min(ROW * rows + 92, room.height() - 120)
        return QRect(room.center().x() - wide // 2, room.top() + 84, wide, tall)

    def about_to_show(self) -> None:
        self.field.clear()
        self._find("")

    def first_field(self) -> QWidget:
        return self.field

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        """A key for the list, before the field has it."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -SHOWN, Qt.Key.Key_PageDown: SHOWN}
        key = Qt.Key(event.key())
        if key in steps:
            self._choose(self.list.currentIndex().row() + steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.list.currentIndex().row())
        elif key == Qt.Key.Key_Escape:
            self.hide()
        else:
            return False
        return True

    def _choose(self, row: int) -> None:
        if self.rows.rows:
            index = self.rows.index(min(max(row, 0), len(self.rows.rows) - 1))
            self.list.setCurrentIndex(index)
            offer = self.rows.rows[index.row()]
            p = PARAMS.get(offer.name)
            self.foot.setText(offer.about if p is None else f"{p.doc}. It takes {range_words(p)} {p.unit}".strip())
        else:
            self.foot.setText("There is nothing of this name.")

    def _find(self, asked: str) -> None:
        """Offer what *asked* may mean, the best first; among equals what was used last."""
        found = [(fit, offer) for offer, fit in self._offers(asked.strip()) if fit is not None]
        used = {name: place for place, name in enumerate(self._recent, 1)}
        found.sort(key=lambda pair: (-pair[0] - 0.001 * used.get(pair[1].name, 0),))
        self.rows.set_rows([offer for _fit, offer in found[:MOST]])
        if self.isVisible():
            self.setGeometry(self.place(self._window.rect()))
        self._choose(0)

    def _offers(self, asked: str) -> Iterator[tuple[Offer, float | None]]:
        head, _, tail = asked.rpartition(" ")
        for name, action in self._actions.items():
            row = ACTIONS[name]
            if action.isEnabled():
                offer = Offer(f"do:{name}", row.label, row.doc, self._keys.words(name))
                yield offer, _ahead(asked, row.label, AHEAD_EMERGENCY if name in EMERGENCY else AHEAD_ACTION)
        for name in self._document.params.names():
            p, now = PARAMS[name], self._document.params.value(name)
            value = typed_value(p, tail) if head else None
            words_now = f"{p.text(now)} {p.unit}".strip()
            if value is None:
                offered = bool(asked) or name in self._recent
                yield Offer(name, p.label, p.doc, words_now), _ahead(asked, p.label, AHEAD_SETTING) if offered else None
            else:
                then = f"{words_now} → {p.text(value)} {p.unit}".strip()
                yield Offer(name, p.label, p.doc, then, value), score(head, p.label)
        for thing in self.things():
            if asked or thing.name in self._recent:
                kind = thing.about.partition(":")[0]
                fits = (score(asked, thing.title), score(asked, f"{kind} {thing.title}"))
                best = max((fit for fit in fits if fit is not None), default=None)
                yield Offer(thing.name, thing.title, thing.about, "", thing=thing), best

    def _run(self, row: int) -> None:
        """Do it; a setting without a value waits for one, and a switch goes over."""
        if not 0 <= row < len(self.rows.rows):
            return
        offer: Offer = self.rows.rows[row]
        if offer.name in self._recent:
            self._recent.remove(offer.name)
        self._recent.append(offer.name)
        if offer.thing is not None:
            self.hide()
            self.do(offer.thing.act)
            return
        if offer.name.startswith("do:"):
            self.hide()
            self._actions[offer.name[3:]].trigger()
            return
        value = offer.value
        if value is None and PARAMS[offer.name].kind == "flag":
            value = not self._document.params.value(offer.name)
        if value is None:
            self.field.setText(f"{PARAMS[offer.name].label} ")
            return
        self.hide()
        self._document.end_merge()
        self._document.params.set(offer.name, value, "key")
