"""The Styles page: the networks there are, each with a few of its pictures, and what can be done with one."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.engine.show.show import Show
from app.engine.stylegan.checkpoints.opening import SUFFIXES
from app.ui.document import Document
from app.ui.listing import Listing, Rows
from app.ui.params import pop_under
from app.ui.studio import Studio
from app.ui.style_card import GAP, PICTURE, TEXT, Card, CardPainter, card
from app.ui.style_facts import FactsPanel, about, copy_hash, found_by
from app.ui.style_library import READING
from app.ui.widgets import Btn, SearchField

_WHERE, _INSTEAD = "Where is {} now?", "Which file in place of {}?"
_KINDS = f"Styles ({' '.join(f'*{kind}' for kind in SUFFIXES)});;All files (*)"


class StylesPage(QWidget):
    """Owns the list of Styles (main thread). A double click lets the playing scene use one."""

    more_wanted = Signal()

    def __init__(self, document: Document, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stylesPage")
        self.document, self.studio = document, studio
        self.rows = Rows(lambda card: card.style.name)
        self.rows.tip = lambda card: "\n".join(filter(None, (card.entry.trouble, about(card.style))))
        self.rows.found_by = lambda card: f"{found_by(card.style)} {card.state}"
        self.rows.spoken = lambda card: card.spoken
        self.list = Listing(self.rows, lambda *what: self._cards.draw(*what), PICTURE + TEXT + GAP, "styleList")
        self.list.setAccessibleName("Styles")
        self._cards = CardPainter(studio.shelf, self.list)
        self.search, self.add, self.more = SearchField("Find a style"), Btn(icon="plus"), Btn(icon="download")
        self.add.setObjectName("addStyle")
        self.add.setAccessibleName("Add styles from files or a folder")
        self.add.setToolTip("Add styles from files or a folder")
        self.more.setObjectName("getMore")
        self.more.setAccessibleName("Get more styles")
        self.more.setToolTip("Get more: public networks to download")
        self.facts = FactsPanel()
        self._lay_out()
        self._wire()
        self.show_value(document.show)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(12)
        top = QHBoxLayout()
        top.setContentsMargins(12, 0, 12, 0)
        top.setSpacing(8)
        top.addWidget(self.search)
        top.addWidget(self.add)
        top.addWidget(self.more)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        column.addWidget(self.facts)

    def _wire(self) -> None:
        self.search.textChanged.connect(self.list.search)
        self.add.clicked.connect(lambda: pop_under(self.add_menu(), self.add))
        self.more.clicked.connect(self.more_wanted)
        self.list.doubleClicked.connect(lambda index: self.use(self.list.row_of(index)))
        self.list.opened.connect(self.use)
        self.list.removed.connect(self.remove)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.list.selectionModel().currentChanged.connect(lambda *_: self._show_facts())
        self.facts.closed.connect(self.facts.hide)
        copied = QShortcut(QKeySequence.StandardKey.Copy, self.list, context=Qt.ShortcutContext.WidgetShortcut)
        copied.activated.connect(lambda: self.copy_hash(self.list.current_row()))
        self.document.watch(self._show_changed, "scene.style")
        self.studio.styles_changed.connect(self._styles_changed)

    # what is shown

    def show_value(self, show: Show) -> None:
        """Show the Styles, the playing scene's marked."""
        shelf, playing = self.studio.shelf, self.studio.style
        self._playing = playing
        self.rows.set_rows([card(entry, shelf, playing) for entry in shelf.library.entries])
        self._show_facts()

    def _show_changed(self, show: Show) -> None:
        """A hand on a slider must not wait for a long list: of a Show it tells only what plays."""
        if self.studio.style != self._playing:
            self.show_value(show)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.studio.shelf.library.arrange()
        if not self.studio.on_air.on:
            self.studio.shelf.library.look()

    def _styles_changed(self) -> None:
        self._cards.forget()
        self.show_value(self.document.show)
        self.list.viewport().update()

    def _show_facts(self) -> None:
        chosen = self._at(self.list.current_row())
        if chosen is not None:
            self.facts.tell(chosen.style, chosen.entry.trouble)
        else:
            self.facts.hide()

    def _at(self, row: int) -> Card | None:
        return self.rows.rows[row] if 0 <= row < len(self.rows.rows) else None

    # what hands do

    def use(self, row: int) -> None:
        """Let the playing scene use the Style at *row*; a missing one is looked for, a refused one is read again."""
        chosen = self._at(row)
        if chosen is None or chosen.entry.state == READING:
            return
        if chosen.refused:
            self.studio.shelf.read_instead(chosen.entry, chosen.style.path)
        elif chosen.missing:
            self.locate(row)
        else:
            self.studio.use_style(chosen.style)

    def locate(self, row: int) -> None:
        """Ask where the file of the Style at *row* is now."""
        chosen = self._at(row)
        if chosen is not None and not self.studio.on_air.refuses():
            title = (_INSTEAD if chosen.refused else _WHERE).format(chosen.style.name)
            file, _kind = QFileDialog.getOpenFileName(self, title, str(chosen.style.path.parent), _KINDS)
            if file and chosen.refused:
                self.studio.shelf.read_instead(chosen.entry, Path(file))
            elif file:
                self.studio.shelf.library.locate(chosen.entry, Path(file))

    def remove(self, row: int) -> None:
        """Take the Style at *row* off the list; undo brings it back."""
        chosen = self._at(row)
        if chosen is not None:
            self.studio.shelf.remove(chosen.entry)

    def copy_hash(self, row: int) -> None:
        """Put the hash of the Style at *row* on the clipboard."""
        chosen = self._at(row)
        if chosen is not None:
            copy_hash(chosen.style)

    def show_facts(self, row: int) -> None:
        """Show all that is known of the Style at *row*, under the list."""
        self.list.set_current(row)
        self._show_facts()
        self.facts.show()

    def menu(self, row: int) -> QMenu:
        """What can be done with the Style at *row*."""
        menu, chosen = QMenu(self), self.rows.rows[row]
        ready = not chosen.missing and chosen.entry.state != READING
        again = chosen.refused or (bool(chosen.entry.trouble) and not chosen.playing)
        menu.addAction("Try again" if again else "Use", partial(self.use, row)).setEnabled(ready and not chosen.playing)
        menu.addAction("Show facts", partial(self.show_facts, row))
        menu.addAction("Copy hash", partial(self.copy_hash, row)).setEnabled(bool(chosen.style.sha256))
        menu.addAction("Open its folder", partial(_open_folder, chosen.style.path.parent))
        menu.addAction("Locate…", partial(self.locate, row)).setEnabled(chosen.missing or chosen.refused)
        menu.addSeparator()
        menu.addAction("Remove from the list", partial(self.remove, row)).setEnabled(not chosen.style.bundled)
        return menu

    def add_menu(self) -> QMenu:
        """Where Styles come from."""
        menu = QMenu(self)
        menu.addAction("Add files…", self._ask_files)
        menu.addAction("Add a folder…", self._ask_folder)
        return menu

    def _open_menu(self, at: QPoint) -> None:
        row = self.list.row_of(self.list.indexAt(at))
        menu = self.menu(row) if row >= 0 else self.add_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.list.viewport().mapToGlobal(at))

    def _ask_files(self) -> None:
        if self.studio.on_air.refuses():
            return
        files, _kind = QFileDialog.getOpenFileNames(self, "Add styles", "", _KINDS)
        if len(files) == 1:
            self.studio.add_style(Path(files[0]))
        elif files:
            self.studio.shelf.library.add_all([Path(file) for file in files])

    def _ask_folder(self) -> None:
        if self.studio.on_air.refuses():
            return
        folder = QFileDialog.getExistingDirectory(self, "Add the styles of a folder")
        if folder:
            self.studio.shelf.library.add_all([Path(folder)])


def _open_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
