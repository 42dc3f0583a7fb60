"""How the window looks: its theme, its size at the next start, the waveform's colours, and the page that says so."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.over_page import OverPage
from app.ui.settings import SCALES, Settings
from app.ui.tokens import STAGE, THEMES
from app.ui.wave_colors import FIRST, WAVES
from app.ui.widgets import CheckBox, Segmented, label_of, redress, rule, words

WIDE, TALL = 520, 400
_ACTIONS = {"stage_dim": "dim", "high_contrast": "contrast"}


class Appearance(QObject):
    """Owns the theme (main thread): the one place that changes it while windows are open."""

    changed = Signal()

    def __init__(self, settings: Settings, actions: Mapping[str, QAction], window: QWidget) -> None:
        super().__init__(window)
        self._settings, self._actions = settings, actions
        self.page = PreferencesPage(self, settings, window)
        self._follow()

    def table(self) -> dict[str, Callable[..., object]]:
        """Action id -> what it does."""
        return {
            "preferences": self.page.toggle,
            "stage_dim": lambda on: self.wear("dim" if on else "stage"),
            "high_contrast": lambda on: self.wear("contrast" if on else "stage"),
            **{f"wave_{how}": partial(self._color_waves, how) for how in WAVES},
        }

    @property
    def waves(self) -> str:
        """How the waveform is coloured, as in WAVES."""
        return self._settings.waves if self._settings.waves in WAVES else FIRST

    def color_waves(self, how: str) -> None:
        """Colour the waveform as in WAVES, now and at the next start."""
        self._settings.waves = how
        self._follow()
        self.changed.emit()

    def _color_waves(self, how: str, _on: bool) -> None:
        self.color_waves(how)

    def offer_waves(self, *lanes: QWidget) -> None:
        """Let a right click on *lanes* ask how the waveform is coloured."""
        for lane in lanes:
            lane.addActions([self._actions[f"wave_{how}"] for how in WAVES])
            lane.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def wear(self, name: str) -> None:
        """Put on the theme called *name*, now and at the next start."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        if name != STAGE.name:
            theme.dress(app, name)
            redress(app.allWidgets())
        self._settings.theme = STAGE.name
        self._follow()
        self.changed.emit()

    def set_still(self, still: bool) -> None:
        """Let nothing move that need not, now and at the next start."""
        self._settings.still = still
        self.changed.emit()

    @property
    def still(self) -> bool:
        """Whether nothing moves that need not."""
        return self._settings.still

    def _follow(self) -> None:
        for action, name in _ACTIONS.items():
            if action in self._actions:
                self._actions[action].setChecked(STAGE.name == name)
        for how in WAVES:
            if f"wave_{how}" in self._actions:
                self._actions[f"wave_{how}"].setChecked(self.waves == how)
        self.page.follow()


class PreferencesPage(OverPage):
    """Shows how the window looks, and asks Appearance (main thread)."""

    def __init__(self, appearance: Appearance, settings: Settings, window: QWidget) -> None:
        super().__init__(self.tr("Preferences"), self.tr("They belong to this computer, not to the show."),
                         WIDE, TALL, window)  # fmt: skip
        self.setObjectName("preferencesPage")
        self._settings, self._appearance = settings, appearance
        themes = (self.tr("Stage"), self.tr("Stage-dim"), self.tr("High contrast"))
        self.theme = Segmented([(word, "") for word in themes])
        self.theme.setAccessibleName(self.tr("Theme"))
        self.scale = Segmented([(f"{share} %", "") for share in SCALES])
        self.scale.setAccessibleName(self.tr("Size of the window's contents"))
        self.waves = Segmented([(word, "") for word in WAVES.values()])
        self.waves.setAccessibleName(self.tr("Waveform"))
        self.column.addWidget(rule())
        for title, choice, hint in (
            (self.tr("&Theme"), self.theme, self.tr("Stage-dim is for a booth beside the audience: Ctrl+Shift+D")),
            (self.tr("S&ize"), self.scale, self.tr("From the next start on")),
            (self.tr("&Waveform"), self.waves, self.tr("A right click on it asks, too")),
        ):
            part = QVBoxLayout()
            part.setContentsMargins(20, 14, 20, 2)
            part.setSpacing(6)
            part.addWidget(label_of(title, choice, 13, 600, STAGE.text_hi))
            line = QHBoxLayout()
            line.addWidget(choice)
            line.addStretch(1)
            part.addLayout(line)
            part.addWidget(words(hint, 11, 400, STAGE.text3))
            self.column.addLayout(part)
        self.still = CheckBox(self.tr("&Less motion"))
        part = QVBoxLayout()
        part.setContentsMargins(20, 14, 20, 12)
        part.addWidget(self.still)
        part.addWidget(words(self.tr("Of a pad that waits the beats alone tell how long"), 11, 400, STAGE.text3))
        self.column.addLayout(part)
        self.column.addStretch(1)
        self.theme.chosen.connect(lambda index: appearance.wear(tuple(THEMES)[index]))
        self.scale.chosen.connect(self._scaled)
        self.waves.chosen.connect(lambda index: appearance.color_waves(tuple(WAVES)[index]))
        self.still.clicked.connect(appearance.set_still)
        self.follow()

    def _scaled(self, index: int) -> None:
        self._settings.scale = SCALES[index]

    def first_field(self) -> QWidget:
        return self.theme

    def follow(self) -> None:
        """Show what is worn."""
        self.theme.set_index(tuple(THEMES).index(STAGE.name))
        self.scale.set_index(SCALES.index(self._settings.scale))
        self.waves.set_index(tuple(WAVES).index(self._appearance.waves))
        self.still.setChecked(self._settings.still)
