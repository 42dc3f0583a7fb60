"""A side column: a row of tabs over pages that touch its edges."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.ui.theme import STAGE, font, pixmap

ROW = 32


class _Tab(QToolButton):
    """One word of the tab row; the chosen one has the accent line under it."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAccessibleName(text)
        self.setFixedHeight(ROW)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFont(font(12, 600))
        self.setFixedWidth(self.fontMetrics().horizontalAdvance(text) + 20)
        self.opens_a_list = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        chosen = self.isChecked()
        painter.setFont(font(12, 600 if chosen else 400))
        painter.setPen(QColor(STAGE.text_hi if chosen or self.underMouse() else STAGE.text2))
        room = self.rect().adjusted(0, 0, -14 if self.opens_a_list else 0, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self.text())
        if self.opens_a_list:
            arrow = pixmap("chevron-down", STAGE.text3, 12, self.devicePixelRatioF())
            painter.drawPixmap(self.width() - 20, (self.height() - 12) // 2 + 1, arrow)
        if chosen:
            painter.fillRect(8, self.height() - 2, self.width() - 16, 2, QColor(STAGE.accent))
        if self.hasFocus():
            painter.setPen(STAGE.ring)
            painter.drawRect(self.rect().adjusted(2, 3, -3, -4))


class SideColumn(QWidget):
    """Owns the tabs and pages of one side of the window; *current_changed* tells the page that came to the front."""

    current_changed = Signal(QWidget)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        head = QWidget(self)  # before the pages, so that Tab comes to it first
        self._row = QHBoxLayout(head)
        self._row.setContentsMargins(4, 0, 8, 0)
        self._row.setSpacing(0)
        self._row.addStretch(1)
        self._pages = QStackedWidget(self)
        self._tabs: list[_Tab] = []
        self._extras: dict[QWidget, QWidget] = {}
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(head)
        outer.addSpacing(1)
        outer.addWidget(self._pages, 1)
        self._outer = outer
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAutoFillBackground(True)

    def head_with(self, strip: QWidget) -> None:
        """*strip* stands over the tabs, where it is seen."""
        self._outer.insertWidget(0, strip)

    def add(self, text: str, page: QWidget, *, extra: QWidget | None = None) -> None:
        """Another tab called *text*; *extra* stands at the right of the row while its page is shown."""
        tab = _Tab(text, self)
        if any(other.opens_a_list for other in self._tabs):  # one column for all: room is short
            tab.setFixedWidth(tab.width() - 4)
        index = self._pages.addWidget(page)
        self._row.insertWidget(index, tab)
        self._tabs.append(tab)
        tab.clicked.connect(lambda: self.show_page(page))
        if extra is not None:
            extra.setParent(self)
            self._row.addWidget(extra)
            self._extras[page] = extra
        if index == 0:
            self.show_page(page)
        elif extra is not None:
            extra.hide()

    def add_group(self, members: Sequence[tuple[str, QWidget]]) -> None:
        """One tab that holds several pages: pressed again, it lists them."""
        first = len(self._tabs)
        for text, page in members:
            self.add(text, page)
        group = self._tabs[first : first + len(members)]
        for i, tab in enumerate(group):
            tab.opens_a_list = True
            tab.setFixedWidth(tab.width() + 10)
            tab.setVisible(i == 0)
            tab.pressed.connect(lambda tab=tab: self._list(tab, group, members) if tab.isChecked() else None)

    def _list(self, tab: _Tab, group: Sequence[_Tab], members: Sequence[tuple[str, QWidget]]) -> None:
        menu = QMenu(self)
        for other, (text, page) in zip(group, members, strict=True):
            menu.addAction(text, partial(self._turn_to, other, group, page))
        menu.popup(tab.mapToGlobal(tab.rect().bottomLeft()))

    def _turn_to(self, tab: _Tab, group: Sequence[_Tab], page: QWidget) -> None:
        for other in group:
            other.setVisible(other is tab)
        self.show_page(page)

    def show_page(self, page: QWidget) -> None:
        """Bring *page* to the front; where the keys were on the one before, they go to no field of it: Space plays."""
        focused = QApplication.focusWidget()
        on_it = focused is not None and self.isAncestorOf(focused) and not isinstance(focused, _Tab)
        if on_it and page is not self._pages.currentWidget():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._pages.setCurrentWidget(page)
        self._tabs[self._pages.indexOf(page)].setChecked(True)
        for owner, extra in self._extras.items():
            extra.setVisible(owner is page)
        self.current_changed.emit(page)

    def front(self) -> str:
        """The name of the page in front; nothing where there is no page."""
        return next((tab.text() for tab in self._tabs if tab.isChecked()), "")

    def bring(self, name: str) -> None:
        """Bring the page called *name* to the front, if it is here."""
        for tab, page in zip(self._tabs, self.pages(), strict=True):
            if tab.text() == name:
                group = [other for other in self._tabs if other.opens_a_list] if tab.opens_a_list else []
                self._turn_to(tab, group, page)

    def take_all(self) -> list[tuple[str, QWidget, QWidget | None]]:
        """Give away every page with its tab's text and extra, to stand in another column."""
        given = []
        for tab in self._tabs:
            page = self._pages.widget(0)
            assert page is not None
            self._pages.removeWidget(page)
            self._row.removeWidget(tab)
            extra = self._extras.pop(page, None)
            if extra is not None:
                self._row.removeWidget(extra)
            given.append((tab.text(), page, extra))
            tab.deleteLater()
        self._tabs.clear()
        return given

    def pages(self) -> list[QWidget]:
        """The pages in tab order."""
        return [page for i in range(self._pages.count()) if (page := self._pages.widget(i)) is not None]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(STAGE.bg1))
        painter.fillRect(0, ROW, self.width(), 1, QColor(STAGE.line))
