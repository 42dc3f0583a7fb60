"""The Shortcuts page: every key, found by typing, changed by pressing another, kept in a file or on paper."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, QSortFilterProxyModel, Qt
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from app.control.actions import ACTIONS, MENUS, Action
from app.control.addresses import ControlError
from app.control.keymap import Keymap, from_json
from app.ui.key_catcher import KeyCatcher
from app.ui.keys import Keys, native
from app.ui.keys_sheet import draw_keys
from app.ui.over_page import OverPage
from app.ui.theme import STAGE, font
from app.ui.widgets import Btn, SearchField, rule, words

WIDE, TALL, ROW = 880, 640, 26
_ID = Qt.ItemDataRole.UserRole + 1
_COLUMNS = (("Action", 250), ("Keys", 190), ("Where", 90), ("What it does", 280))


class _Tall(QStyledItemDelegate):
    """Rows with room to breathe."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width(), ROW)


class ShortcutsPage(OverPage):
    """Shows and sets the key map (main thread)."""

    def __init__(self, keys: Keys, window: QWidget) -> None:
        super().__init__("Shortcuts", "Choose an action, then press the key it should have.", WIDE, TALL, window)
        self.setObjectName("shortcutsPage")
        self.setAccessibleName("Shortcuts")
        self._keys = keys
        self.refuses: Callable[[], bool] = lambda: False
        """Whether no file may be asked for now."""
        self._asked: tuple[str, str] | None = None
        self.search = SearchField("Find an action or a key")
        self.model = QStandardItemModel(0, len(_COLUMNS))
        self.model.setHorizontalHeaderLabels([title for title, _wide in _COLUMNS])
        self.found = QSortFilterProxyModel()
        self.found.setSourceModel(self.model)
        self.found.setRecursiveFilteringEnabled(True)
        self.found.setFilterKeyColumn(-1)
        self.found.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.tree = QTreeView()
        self.tree.setModel(self.found)
        self.catcher = KeyCatcher()
        self.change, self.clear = Btn("Press a key…", look="primary"), Btn("No key", look="raised")
        self.reset, self.replace = Btn("As it was", look="raised"), Btn("Replace", look="primary")
        self.keep = Btn("Keep", look="raised")
        self.all, self.import_, self.export = Btn("Reset all", look="flat"), Btn("Import…"), Btn("Export…")
        self.sheet = Btn("Save as PDF…")
        self._lay_out()
        self._wire()
        self._fill()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(20, 0, 20, 12)
        head.setSpacing(8)
        head.addWidget(self.search, 1)
        for button in (self.all, self.import_, self.export, self.sheet):
            head.addWidget(button)
        self.column.addLayout(head)
        self.column.addWidget(rule())
        tree = self.tree
        tree.setAccessibleName("Actions and their keys")
        tree.setFont(font(12))
        tree.setUniformRowHeights(True)
        tree.setRootIsDecorated(False)
        tree.setItemsExpandable(False)
        tree.setIndentation(20)
        tree.setItemDelegate(_Tall(tree))
        tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        tree.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for at, (_title, wide) in enumerate(_COLUMNS):
            tree.setColumnWidth(at, wide)
        body = QHBoxLayout()
        body.setContentsMargins(14, 0, 0, 0)
        body.addWidget(tree)
        self.column.addLayout(body, 1)
        self.column.addWidget(rule())
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 10, 20, 12)
        foot.setSpacing(8)
        self.chosen = words("", 13, 600, STAGE.text_hi)
        foot.addWidget(self.chosen)
        foot.addWidget(self.catcher, 1)
        for button in (self.replace, self.keep, self.change, self.clear, self.reset):
            foot.addWidget(button)
        self.column.addLayout(foot)

    def _wire(self) -> None:
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(self._ask)
        self.tree.selectionModel().currentChanged.connect(lambda *_rows: self._choose())
        self.tree.activated.connect(lambda _index: self._ask())
        self.change.clicked.connect(self._ask)
        self.catcher.caught.connect(self._caught)
        self.catcher.let_go.connect(self._let_go)
        self.replace.clicked.connect(self._replaced)
        self.keep.clicked.connect(self._let_go)
        self.clear.clicked.connect(lambda: self._put(self._keys.map.having(self.action, ())))
        self.reset.clicked.connect(self._reset)
        self.all.clicked.connect(lambda: self._put(Keymap()))
        self.import_.clicked.connect(self._import)
        self.export.clicked.connect(self._export)
        self.sheet.clicked.connect(self._print)
        self._keys.changed.connect(self._show_keys)

    def first_field(self) -> QWidget:
        return self.search

    @property
    def action(self) -> str:
        """The id of the chosen action; empty when none is."""
        index = self.tree.currentIndex()
        return str(index.siblingAtColumn(0).data(_ID) or "") if index.isValid() else ""

    def select(self, name: str) -> None:
        """Choose the action *name*."""
        found = self.found.match(
            self.found.index(0, 0), _ID, name, 1, Qt.MatchFlag.MatchRecursive | Qt.MatchFlag.MatchExactly
        )
        if found:
            self.tree.setCurrentIndex(found[0])

    # rows

    def _fill(self) -> None:
        for title in (*MENUS, ""):
            rows = [row for row in ACTIONS.values() if row.button and row.menu == title]
            if rows:
                group = QStandardItem(title or "Perform")
                group.setFont(font(12, 600))
                group.setForeground(STAGE.accent)
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
                self.model.appendRow(group)
                for row in rows:
                    group.appendRow(_items(row))
        self._show_keys()

    def _show_keys(self) -> None:
        for at in range(self.model.rowCount()):
            group = self.model.item(at)
            for row in range(group.rowCount()):
                name = group.child(row, 0).data(_ID)
                item = group.child(row, 1)
                item.setText(self._keys.words(name))
                item.setForeground(STAGE.accent if name in self._keys.map.changed else STAGE.text_hi)
        self.tree.expandAll()
        self._choose()

    def _find(self, text: str) -> None:
        """Show what has *text* in it, the first of it chosen."""
        self.found.setFilterFixedString(text)
        self.tree.expandAll()
        group = self.found.index(0, 0)
        if text and group.isValid():
            self.tree.setCurrentIndex(self.found.index(0, 0, group))

    def _choose(self) -> None:
        self._asked = None
        self.catcher.say("")
        name = self.action
        self.chosen.setText(ACTIONS[name].label if name else "")
        for button in (self.change, self.clear, self.reset):
            button.setVisible(True)
            button.setEnabled(bool(name))
        self.reset.setEnabled(name in self._keys.map.changed)
        self.clear.setEnabled(bool(name) and bool(self._keys.map.keys(name)))
        self.replace.hide()
        self.keep.hide()

    # what is asked for

    def _ask(self) -> None:
        if self.action:
            self.catcher.ask(ACTIONS[self.action].label)

    def _caught(self, key: str) -> None:
        """Give it, or say who has it."""
        holders = self._keys.map.holders(key, self.action)
        if not holders:
            self._put_one(key)
            return
        self._asked = self.action, key
        labels = " and ".join(ACTIONS[name].label for name in holders)
        self.catcher.say(f"{native(key)} is the key of {labels}.")
        for button in (self.change, self.clear, self.reset):
            button.hide()
        for button in (self.replace, self.keep):
            button.show()
        self.replace.setFocus(Qt.FocusReason.OtherFocusReason)

    def _replaced(self) -> None:
        if self._asked is not None:
            self._put_one(self._asked[1])

    def _put_one(self, key: str) -> None:
        """*key* in place of the first key that the action has; its others stay."""
        name = self.action
        try:
            given = self._keys.map.given(name, key)
            rest = tuple(k for k in given.keys(name)[1:] if k != key)
            self._put(given.having(name, (key, *rest)))
        except ControlError as error:
            self.catcher.say(str(error))

    def _let_go(self) -> None:
        self._choose()
        self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def _reset(self) -> None:
        """The keys of the table, taken back from who has them now."""
        name, after = self.action, self._keys.map.having(self.action, ())
        for key in ACTIONS[name].keys:
            after = after.given(name, key)
        self._put(after)

    def _put(self, keymap: Keymap) -> None:
        self._keys.put(keymap)
        self._choose()

    # files

    def _import(self) -> None:
        if self.refuses():
            return
        name, _ = QFileDialog.getOpenFileName(self, "Import keys", "", "Keys (*.json)")
        if name:
            self.import_file(Path(name))

    def import_file(self, file: Path) -> None:
        """Let the keys in *file* count; one that is spoilt is told and changes nothing."""
        try:
            self._put(from_json(file.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError):
            self._keys.told.emit("error", f"{file.name} was not imported", "The file cannot be read.")
        except ControlError as error:
            self._keys.told.emit("error", f"{file.name} was not imported", str(error))

    def _export(self) -> None:
        if self.refuses():
            return
        name, _ = QFileDialog.getSaveFileName(self, "Export keys", "anthesis-keys.json", "Keys (*.json)")
        if name:
            self._write(Path(name))

    def _write(self, file: Path) -> None:
        try:
            file.write_text(self._keys.map.to_json(), encoding="utf-8")
        except OSError:
            self._keys.told.emit("error", "The keys were not exported", f"{file.parent} cannot be written.")

    def _print(self) -> None:
        if self.refuses():
            return
        name, _ = QFileDialog.getSaveFileName(self, "Save the key sheet", "anthesis-keys.pdf", "PDF (*.pdf)")
        if name:
            self.print_to(Path(name))

    def print_to(self, file: Path) -> None:
        """The key sheet as a page of A4, dark on white."""
        writer = QPdfWriter(str(file))
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        writer.setResolution(96)
        writer.setTitle("Anthesis keys")
        painter = QPainter()
        if not painter.begin(writer):
            self._keys.told.emit("error", "The key sheet was not saved", f"{file.parent} cannot be written.")
            return
        draw_keys(painter, writer.pageLayout().paintRectPixels(96).size(), self._keys, on_paper=True)
        painter.end()


def _items(row: Action) -> list[QStandardItem]:
    texts = (row.label, "", row.workspace.capitalize(), row.doc)
    made = [QStandardItem(text) for text in texts]
    made[0].setData(row.id, _ID)
    for at, color in ((0, STAGE.text), (2, STAGE.text3), (3, STAGE.text3)):
        made[at].setForeground(color)
    return made
