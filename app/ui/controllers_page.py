"""The Controllers page: who may speak by OSC, which MIDI devices are there, and what each knob moves."""

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QWidget

from app.control.addresses import LAYERS, label_of
from app.control.params import PARAMS
from app.control.profiles import Profile, profile_for
from app.ui.controllers import Controllers
from app.ui.heard_line import HeardLine
from app.ui.looking import when_seen
from app.ui.mapping_list import MappingList
from app.ui.mapping_row import MappingRow
from app.ui.over_page import OverPage
from app.ui.params import pop_under
from app.ui.settings import Settings
from app.ui.song_folders import SongFolders
from app.ui.theme import STAGE, font
from app.ui.widgets import Btn, CheckBox, Picker, rule, tint, words

WIDE, TALL = 954, 640
MANY = 8
"""More mappings than so are not seen at a glance, and can be searched."""


class FoundRow(QWidget):
    """A device that nothing is mapped of, and what can be done about it without a dialog (main thread)."""

    map_wanted = Signal()

    def __init__(self, controllers: Controllers) -> None:
        super().__init__()
        self.setObjectName("foundRow")
        self._controllers, self.device = controllers, ""
        self.said = words("", 12, 600, STAGE.learn)
        self.use, self.map = Btn("Use generic", look="primary"), Btn("Map…", look="raised")
        self.leave = Btn(icon="x", look="flat")
        self.leave.setAccessibleName("Leave it alone")
        row = QHBoxLayout(self)
        row.setContentsMargins(42, 0, 20, 12)
        row.setSpacing(8)
        for part in (self.said, self.use, self.map, self.leave):
            row.addWidget(part)
        row.addStretch(1)
        self.use.clicked.connect(lambda: controllers.use_profile(self.device, self._profile))
        self.map.clicked.connect(self.map_wanted)
        self.leave.clicked.connect(lambda: controllers.leave(self.device))
        self.follow()

    @property
    def _profile(self) -> Profile:
        return profile_for(self.device, self._controllers.profiles)

    def follow(self) -> None:
        """Speak of the first stranger."""
        strangers = self._controllers.strangers
        self.setVisible(bool(strangers))
        self.device = strangers[0] if strangers else ""
        self.said.setText(f"{self.device} found")
        self.use.setText(f"Use {self._profile.name}" if self._profile.devices else "Use generic")
        self.use.setToolTip(self._profile.note)


class ControllersPage(OverPage):
    """Shows and sets the controllers (main thread)."""

    map_wanted = Signal()

    def __init__(self, controllers: Controllers, settings: Settings, window: QWidget) -> None:
        about = "Every setting can be moved from outside. Right-click one to learn a knob or to copy its address."
        super().__init__("Controllers", about, WIDE, TALL, window)
        self.setObjectName("controllersPage")
        self.setAccessibleName("Controllers")
        self._controllers, self._settings = controllers, settings
        self.osc, self.midi = CheckBox("OSC"), CheckBox("MIDI")
        self.osc_state, self.midi_state = words(""), words("")
        self.found = FoundRow(controllers)
        self.inputs, self.profile = Picker(tall=24), Picker(tall=24)
        self.inputs.setText("Inputs")
        self.inputs.setToolTip(
            "Learn what moves an input, which routes may begin with, what walks over the map, or a button that gives "
            "its device a second layer: Shift while it is held, Mode until it is pressed again"
        )
        self.profile.setText("Profile")
        self.profile.setToolTip(
            "Let a device move what a profile says, in place of all that it moves now; or send it the values back"
        )
        self.port = self._field("Port", "9010", 72, "UDP port to listen on")
        self.port.setValidator(QIntValidator(1, 65_535, self.port))
        self.allowed = self._field("Allowed", "this machine alone", 200, "Addresses of other machines that may speak")
        self.echo = self._field("Echo to", "nobody", 160, "Who is told what changes: address, or address:port")
        self.sound = CheckBox("Sound too")
        self.sound.setToolTip("Tell the curves of the sound and the beat as well, up to 60 times a second")
        self.songs = SongFolders(settings)
        self.heard_osc = HeardLine("OSC", controllers.last_osc)
        self.heard_midi = HeardLine("MIDI", controllers.last.midi)
        self.list = MappingList(controllers)
        self._lay_out()
        self._wire()
        self._follow()

    def _field(self, name: str, hint: str, wide: int, tip: str) -> QLineEdit:
        made = QLineEdit()
        made.setFont(font(12))
        made.setFixedSize(wide, 28)
        made.setPlaceholderText(hint)
        made.setAccessibleName(f"OSC, {name.lower()}")
        made.setToolTip(tip)
        return made

    def _lay_out(self) -> None:
        self.column.addWidget(rule())
        self.column.addLayout(self._line(self.osc, self.osc_state))
        fields = QHBoxLayout()
        fields.setContentsMargins(42, 0, 20, 8)
        fields.setSpacing(8)
        for name, field in (("Port", self.port), ("Allowed", self.allowed), ("Echo to", self.echo)):
            fields.addWidget(words(name))
            fields.addWidget(field)
            fields.addSpacing(12)
        fields.addWidget(self.sound)
        fields.addStretch(1)
        self.column.addLayout(fields)
        self.column.addWidget(self.songs)
        self.column.addLayout(_indented(self.heard_osc))
        self.column.addWidget(rule())
        line = self._line(self.midi, self.midi_state)
        line.addWidget(self.list.search)
        line.addWidget(self.inputs)
        line.addWidget(self.profile)
        self.column.addLayout(line)
        self.column.addLayout(_indented(self.heard_midi))
        self.column.addWidget(self.found)
        self.column.addWidget(self.list, 1)

    def _line(self, box: CheckBox, state: QWidget) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(20, 12, 20, 10)
        line.setSpacing(16)
        box.setFixedWidth(72)
        line.addWidget(box)
        line.addWidget(state, 1)
        return line

    def _wire(self) -> None:
        self.osc.clicked.connect(lambda on: self._controllers.set_osc(bool(on)))
        self.midi.clicked.connect(lambda on: self._controllers.set_midi(bool(on)))
        self.sound.clicked.connect(lambda on: self._controllers.set_osc(self._settings.controllers.osc, sound=bool(on)))
        for name, field in (("port", self.port), ("allowed", self.allowed), ("echo", self.echo)):
            field.editingFinished.connect(partial(self._entered, name, field))
        self.profile.clicked.connect(self._offer_profiles)
        self.inputs.clicked.connect(self._offer_inputs)
        self.found.map_wanted.connect(self._map)
        for answer in (self.found.use, self.found.leave):
            answer.clicked.connect(lambda: self.first_field().setFocus(Qt.FocusReason.OtherFocusReason))
        self._controllers.changed.connect(when_seen(self._follow))  # knobs that wait change it thirty times a second

    def _map(self) -> None:
        self.hide()
        self.map_wanted.emit()

    def _offer_inputs(self) -> None:
        menu = QMenu(self)
        parts = (*([p.id for p in PARAMS.values() if p.scope == scope] for scope in ("input", "map")), [*LAYERS])
        for part in parts:
            for target in part:
                mapped = self._controllers.surface.of(target)
                moved = "" if mapped is None else f" (now {mapped.source_words})"
                menu.addAction(f"Learn {label_of(target)}{moved}", partial(self._controllers.learn, target))
            menu.addSeparator()
        pop_under(menu, self.inputs)

    def _offer_profiles(self) -> None:
        menu = QMenu(self)
        for device in self._controllers.devices:
            sub = menu.addMenu(device)
            for profile in self._controllers.profiles:
                sub.addAction(profile.name, partial(self._controllers.use_profile, device, profile))
            sub.addSeparator()
            back = sub.addAction("Send the values back")
            back.setCheckable(True)
            back.setChecked(self._controllers.returns(device))
            back.toggled.connect(partial(self._controllers.set_returns, device))
        pop_under(menu, self.profile)

    @property
    def rows(self) -> list[MappingRow]:
        """Those of the list."""
        return self.list.rows

    def first_field(self) -> QWidget:
        return self.osc

    def _entered(self, name: str, field: QLineEdit) -> None:
        value: Any = field.text().strip()
        if name == "port":
            value = int(value or 9010)
        kept = self._settings.controllers
        if value != getattr(kept, name):
            self._controllers.set_osc(kept.osc, **{name: value})

    def _follow(self) -> None:
        """Show the controllers as they are."""
        controllers, kept = self._controllers, self._settings.controllers
        self.osc.setChecked(kept.osc)
        self.midi.setChecked(kept.midi)
        self.sound.setChecked(kept.sound)
        self.sound.setEnabled(bool(kept.echo.strip()))  # else there is nobody to tell
        for label, text, bad in (
            (self.osc_state, controllers.osc_words, bool(controllers.osc_problem)),
            (self.midi_state, controllers.midi_words, bool(controllers.midi_problem)),
        ):
            label.setText(text)
            tint(label, STAGE.broken_text if bad else STAGE.text2)
        for field, value in ((self.port, str(kept.port)), (self.allowed, kept.allowed), (self.echo, kept.echo)):
            if not field.hasFocus():
                field.setText(value)
        self.found.follow()
        self.profile.setVisible(bool(controllers.devices))
        self.inputs.setVisible(controllers.midi_on)
        self.heard_midi.setVisible(controllers.midi_on)
        self.list.search.setVisible(len(controllers.surface.mappings) > MANY)
        self.heard_osc.setVisible(controllers.osc_port is not None)


def _indented(line: QWidget) -> QHBoxLayout:
    """*line* below the box that it belongs to."""
    row = QHBoxLayout()
    row.setContentsMargins(42, 0, 20, 12)
    row.addWidget(line)
    return row
