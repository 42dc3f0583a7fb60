"""The "Get more" page: public networks with what is known of each, and a button that brings one into the list."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.engine import paths
from app.engine.errors import AppError
from app.engine.stylegan.catalogue import Offer
from app.ui.downloads import Downloads
from app.ui.offer_row import OfferRow
from app.ui.over_page import OverPage
from app.ui.theme import STAGE
from app.ui.widgets import Btn, Scroller, SearchField, Segmented, rule, words

WIDE, TALL = 880, 780
_FILTERS = (("All", ""), ("Commercial use", ""), ("Downloaded", ""))


class GetMore(OverPage):
    """Stands over its window while it is shown (main thread). Downloads go on when it is closed."""

    def __init__(self, downloads: Downloads, window: QWidget) -> None:
        about = "Public networks, each the work of others. Its licence says what its pictures may be used for."
        self._downloads = downloads  # first: to be hidden is to tell it
        super().__init__("Get more", about, WIDE, TALL, window)
        self.setObjectName("getMorePage")
        self.setAccessibleName("Get more styles")
        self.rows: list[OfferRow] = []
        self.search, self.filter = SearchField("Find a network"), Segmented(_FILTERS, 28)
        self.filter.setAccessibleName("Which networks")
        self.empty = words("", 12, 400, STAGE.text3)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._list = QWidget()
        self._list.setAutoFillBackground(False)
        self._lay_out()
        self.search.textChanged.connect(lambda _text: self._sift())
        self.filter.chosen.connect(self._choose)
        downloads.changed.connect(self._changed)

    def _lay_out(self) -> None:
        column = self.column
        tools = QHBoxLayout()
        tools.setContentsMargins(20, 0, 20, 14)
        tools.setSpacing(12)
        tools.addWidget(self.search, 1)
        tools.addWidget(self.filter)
        column.addLayout(tools)
        column.addWidget(rule())
        stack = QVBoxLayout(self._list)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addWidget(self.empty)
        stack.addStretch(1)
        self.scroller = Scroller(self._list)
        self.scroller.viewport().setAutoFillBackground(False)
        column.addWidget(self.scroller, 1)
        column.addWidget(rule())
        column.addLayout(self._foot())

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 10, 12, 10)
        foot.addWidget(
            words("Downloads go on when this page is closed, and where they were cut off.", 11, 400, STAGE.text3)
        )
        foot.addStretch(1)
        self.folder = Btn("Open folder", "folder-open", "flat")
        self.folder.setToolTip("Where downloaded networks are kept")
        self.folder.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(paths.styles()))))
        foot.addWidget(self.folder)
        return foot

    def first_field(self) -> QWidget:
        return self.search

    def about_to_show(self) -> None:
        """The rows, when the page is first shown."""
        if self.rows:
            return
        try:
            offers = self._downloads.offers
        except AppError as error:
            self.empty.setText(str(error))
            return
        stack = self._list.layout()
        assert isinstance(stack, QVBoxLayout)
        for offer in offers:
            row = OfferRow(offer, self._downloads)
            self.rows.append(row)
            stack.insertWidget(stack.count() - 1, row)
        self._sift()

    def row(self, id_: str) -> OfferRow:
        """The row of one network."""
        return next(row for row in self.rows if row.offer.id == id_)

    def _choose(self, index: int) -> None:
        self.filter.set_index(index)
        self._sift()

    def _sift(self) -> None:
        """Show the rows that are looked for."""
        wanted, kept = self.search.text().casefold().split(), self.filter.index
        for row in self.rows:
            found = all(word in row.spoken.casefold() for word in wanted)
            row.setVisible(found and (kept == 0 or self._belongs(row.offer, kept)))
        if self.rows:
            self.empty.setText("No network like that is listed.")
        self.empty.setContentsMargins(20, 40, 20, 40)
        self.empty.setVisible(not any(row.isVisibleTo(self) for row in self.rows))

    def _belongs(self, offer: Offer, kept: int) -> bool:
        return offer.commercial == "allowed" if kept == 1 else self._downloads.of(offer).state == "here"

    def _changed(self, id_: str) -> None:
        for row in self.rows:
            if id_ in ("", row.offer.id):
                row.follow()
        if self.filter.index == 2:
            self._sift()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._downloads.watched = True

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._downloads.watched = False
