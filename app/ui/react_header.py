"""The head of the React tab: which Style, which Preset, the dice, and what can be done to the whole reaction."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QSizePolicy, QWidget

from app.engine.errors import AppError
from app.engine.own_presets import all_presets, own_presets, remove_preset
from app.engine.show.presets import PRESETS, Preset, preset, preset_changes
from app.engine.show.show import Scene, Show
from app.ui.bound import IconBtn
from app.ui.dice_popover import DicePopover
from app.ui.document import Document
from app.ui.params import pop_under
from app.ui.picture_shape import in_short
from app.ui.preset_popover import PresetPopover
from app.ui.route_edits import set_muted
from app.ui.studio import Studio
from app.ui.widgets import Btn, Picker

NARROW = 340


def changed_since(scene: Scene, chosen: Preset) -> bool:
    """Whether *scene* reacts otherwise than its Preset says."""
    return any(getattr(scene, name) != after for name, after in preset_changes(scene, chosen).items())


def sheet_thumb(sheet: QImage | None, side: int) -> QPixmap | None:
    """A cell of the atlas sheet that stands for the whole Style."""
    if sheet is None or sheet.isNull():
        return None
    cell = sheet.width() // 32
    part = sheet.copy(cell * 13, cell * 17, cell, cell)
    mode = Qt.TransformationMode.SmoothTransformation
    return QPixmap.fromImage(part.scaled(QSize(side, side), Qt.AspectRatioMode.IgnoreAspectRatio, mode))


class ReactHeader(QWidget):
    """Style, Preset, dice, and what else can be done to the whole reaction."""

    presets_changed = Signal()

    def __init__(self, document: Document, studio: Studio) -> None:
        super().__init__()
        self.document, self.studio = document, studio
        self._looks = studio.performing.looks
        self.style_picker, self.preset_picker = Picker(36, 600, 13), Picker(36, 600, 13)
        self.dice, self.more = Btn(icon="dices"), Btn(icon="ellipsis-vertical", look="flat")
        self.dice_more = IconBtn("chevron-down", "What the dice may change", 14)
        for widget, name, spoken in (
            (self.style_picker, "stylePicker", "Style"), (self.preset_picker, "presetPicker", "Preset"),
            (self.dice, "diceButton", "Roll the dice"), (self.dice_more, "diceMore", "What the dice may change"),
            (self.more, "reactMore", "More"),
        ):  # fmt: skip
            widget.setObjectName(name)
            widget.setAccessibleName(spoken)
            widget.setToolTip(spoken)
        self._lay_out()
        self.style_picker.clicked.connect(lambda: pop_under(self.style_menu(), self.style_picker))
        self.preset_picker.clicked.connect(lambda: pop_under(self.preset_menu(), self.preset_picker))
        self.more.clicked.connect(lambda: pop_under(self.more_menu(), self.more))
        self.dice.clicked.connect(self.roll)
        self.dice_more.clicked.connect(self.open_dice)
        self._looks.locks.changed.connect(self._show_locks)
        document.watch(self.show_value, "scene.style", "scene.preset")
        studio.styles_changed.connect(self._show_thumb)
        studio.sessions.watch(self._show_thumb, "atlas")
        self.show_value(document.show)
        self._show_thumb()
        self._show_locks()

    def _lay_out(self) -> None:
        self.setFixedHeight(57)
        self.setMinimumWidth(280)
        self.style_picker.setMinimumWidth(44)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 9)
        row.setSpacing(8)
        wide = QSizePolicy.Policy.Expanding
        self.style_picker.setSizePolicy(wide, QSizePolicy.Policy.Fixed)
        self.style_picker.tall = self.preset_picker.tall = self.dice.tall = 36
        self.more.setFixedSize(28, 36)
        self.dice_more.room = QSize(24, 36)
        dice = QHBoxLayout()
        dice.setSpacing(0)
        dice.addWidget(self.dice)
        dice.addWidget(self.dice_more)
        row.addWidget(self.style_picker)
        row.addWidget(self.preset_picker)
        row.addLayout(dice)
        row.addWidget(self.more)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow column the name of the Style is worth more than its picture."""
        super().resizeEvent(event)
        self.preset_picker.setFixedWidth(112 if self.width() >= NARROW else 84)
        self._show_thumb()

    def show_value(self, show: Show) -> None:
        """Show what *show* says."""
        self.style_picker.setText(show.scene.style.name)
        self.preset_picker.setText(show.scene.preset)

    def _show_thumb(self, _session: object = None) -> None:
        side = round(28 * self.devicePixelRatioF())
        self.style_picker.set_thumb(sheet_thumb(self.studio.sheet, side) if self.width() >= NARROW else None)

    def roll(self) -> None:
        """Another look near this one, with Shift anywhere; one step of undo, and the look history has it too."""
        shift = QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier
        self._looks.throw(big=bool(shift))

    def open_dice(self) -> None:
        """What the dice may change, and how far they throw."""
        DicePopover(self._looks, self).open_at(self.dice_more)

    def _show_locks(self) -> None:
        locked = self._looks.locks.words()
        self.dice.setToolTip(f"Roll the dice: another look near this one, with Shift anywhere.\n{locked}")
        self.dice.setAccessibleDescription(locked)

    def style_menu(self) -> QMenu:
        """The Styles to choose from."""
        menu, playing = QMenu(self), self.studio.style
        for style in self.studio.styles:
            act = menu.addAction(f"{style.name}\t{in_short(style.width, style.height)}")
            act.setCheckable(True)
            act.setChecked(style == playing)
            act.triggered.connect(partial(self._use_style, style.sha256))
        return menu

    def _use_style(self, sha256: str, _checked: bool = False) -> None:
        style = next((s for s in self.studio.styles if s.sha256 == sha256), None)
        if style is not None:
            self.studio.use_style(style)

    def preset_menu(self) -> QMenu:
        """The factory Presets, each with the music it is for, then one's own."""
        menu, own = QMenu(self), own_presets()
        for chosen in (*PRESETS, None, *own) if own else PRESETS:
            if chosen is None:
                menu.addSeparator()
                continue
            act = menu.addAction(f"{chosen.name}\t{chosen.suits}")
            act.setCheckable(True)
            act.setChecked(chosen.name == self.document.show.scene.preset)
            act.triggered.connect(partial(self.use_preset, chosen.name))
        menu.addSeparator()
        menu.addAction("Save as preset…", self.ask_name)
        return menu

    def use_preset(self, name: str, _checked: bool = False) -> None:
        """React as the Preset called *name*; one step of undo."""
        try:
            chosen = preset(name, all_presets())
        except AppError as error:
            self.studio.told.emit("error", "Nothing was changed", str(error))
            return
        scene = self.document.show.scene
        self.document.edit_scene(f"Preset {name}", **preset_changes(scene, chosen))

    def ask_name(self) -> None:
        """Ask for the name under which to keep how the scene reacts."""
        PresetPopover(self.document, self._keep, self).open_under(self.more)

    def _keep(self, name: str) -> None:
        self.document.edit_scene(f"Save preset {name}", preset=name)
        self.presets_changed.emit()

    def _remove(self, name: str) -> None:
        try:
            remove_preset(name)
        except AppError as error:
            self.studio.told.emit("error", "Nothing was deleted", str(error))
        self.presets_changed.emit()

    def more_menu(self) -> QMenu:
        """What else can be done."""
        menu, scene = QMenu(self), self.document.show.scene
        menu.addAction(f"Back to {scene.preset} as it was", partial(self.use_preset, scene.preset))
        menu.addAction("Save as preset…", self.ask_name)
        if any(own.name == scene.preset for own in own_presets()):
            menu.addAction(f"Delete preset {scene.preset}", partial(self._remove, scene.preset))
        menu.addAction("Another path", self.other_path)
        act = menu.addAction("Mute all routes", lambda: set_muted(self.document, not scene.muted))
        act.setCheckable(True)
        act.setChecked(scene.muted)
        return menu

    def other_path(self) -> None:
        """Other places from another seed; the scene's own Points, where it has some, give way. One step of undo."""
        path = self.document.show.scene.path
        self.document.edit_scene("Another path", path=replace(path, seed=path.seed + 1, points=()))
