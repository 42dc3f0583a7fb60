"""The Map tab: the map, what is next to here, and what sound does to each band of layers."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from app.ui.atlas_view import AtlasView
from app.ui.document import Document
from app.ui.layer_lanes import LayerLanes
from app.ui.neighbour_strip import NeighbourStrip
from app.ui.point_table import PointTable
from app.ui.studio import Studio
from app.ui.widgets import Btn


class MapTab(QWidget):
    """Owns the parts of the tab (main thread); ``more`` stands in the row of tabs."""

    tabled_changed = Signal()

    def __init__(self, document: Document, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("latentTab")
        self.atlas = AtlasView(document, studio)
        self.table = PointTable(document, studio)
        self.strip = NeighbourStrip(document, studio)
        self.lanes = LayerLanes(document, studio)
        self.more = Btn("", "ellipsis", "flat", self)
        self.more.setObjectName("mapMore")
        self.more.setAccessibleName("More of the map")
        self.more.setToolTip("More of the map")
        self.more.hide()
        self.more.clicked.connect(lambda: self.menu().popup(self.more.mapToGlobal(self.more.rect().bottomLeft())))
        self._front = QStackedWidget()
        self._front.addWidget(self.atlas)
        self._front.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 7, 8, 7)
        column.setSpacing(0)
        column.addWidget(self._front, 1)
        column.addWidget(self.strip)
        column.addSpacing(9)
        column.addWidget(self.lanes)
        self._front.currentChanged.connect(self.tabled_changed)
        self.atlas.table_wanted.connect(self.show_table)
        self.table.closed.connect(self.show_map)

    def runs(self) -> dict[str, Callable[..., object]]:
        """Action id -> what it does."""
        return {"neighbour_back": lambda: self.strip.step(-1), "neighbour_on": lambda: self.strip.step(1)}

    def show_table(self) -> None:
        """The Points as a table."""
        self._front.setCurrentWidget(self.table)
        self.table.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_map(self) -> None:
        """The Points on the map."""
        self._front.setCurrentWidget(self.atlas)
        self.atlas.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def tabled(self) -> bool:
        """Whether the Points stand in a table."""
        return self._front.currentWidget() is self.table

    def put_in_front(self, tabled: bool) -> None:
        """The table or the map, without the keys."""
        self._front.setCurrentWidget(self.table if tabled else self.atlas)

    def menu(self) -> QMenu:
        """What can be shown here."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        text, show = ("Points on the map", self.show_map) if self.tabled else ("Points as a table", self.show_table)
        menu.addAction(text, show)
        menu.addAction("Show the whole map", self.atlas.show_all)
        menu.addAction("Centre the live point", self.atlas.centre_live)
        return menu
