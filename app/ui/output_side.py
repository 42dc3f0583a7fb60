"""The output side of the window: the audience's screen, the live outputs, the test card, and ON AIR, put together."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app.engine.output.outputs import Kind
from app.ui.air_rules import AirRules, Films
from app.ui.audience import Audience
from app.ui.brightness import NAME as BRIGHTNESS
from app.ui.brightness import Brightness, dimmed_words
from app.ui.display_list import DisplayList
from app.ui.displays import displays
from app.ui.filming import Filming
from app.ui.identify import Identify
from app.ui.output_window import OutputWindow
from app.ui.outputs import Outputs
from app.ui.outputs_page import OutputsPage
from app.ui.picture_shape import picture_size
from app.ui.settings import Settings
from app.ui.stage import StagePicture
from app.ui.studio import Studio


class Foot(Protocol):
    """The row that says what is lost, sent and waited for."""

    def output_lost(self, name: str) -> None: ...

    def outputs(self, told: str, state: str, tip: str) -> None: ...

    def films_wait(self, waiting: bool) -> None: ...

    def recorded(self, told: str) -> None: ...


FITS = ("fit", "crop", "mirror", "stretch", "pixels")


class OutputSide(QObject):
    """Owns them (main thread), and does their actions."""

    changed = Signal()

    def __init__(
        self, studio: Studio, picture: StagePicture, settings: Settings, actions: Mapping[str, QAction],
        window: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._studio, self._settings, self._actions = studio, settings, actions
        self._operator = window
        self.audience = Audience(picture, self)
        self.window = OutputWindow(picture, window, self.audience)
        self.live = Outputs(self.audience, lambda: picture_size(studio), settings, self)
        self.filming = Filming(studio, self.audience, actions["record_video"], window)
        self.page = OutputsPage(self.live, self.window, actions, window, self.choose)
        self.list = DisplayList(self.window, window)
        self.identify = Identify(window)
        self.rules: AirRules | None = None
        self.set_fit(settings.output_fit)
        for kind in self.live.kinds:
            actions[f"send_{kind.id}"].setVisible(kind.at_home())
        params = studio.document.params
        params.keep(BRIGHTNESS, lambda: self.audience.brightness, self._set_brightness)
        brightness = Brightness(params)
        self.page.put(brightness)
        self.changed.connect(brightness.follow)
        self._wire()

    def _wire(self) -> None:
        studio = self._studio
        self.list.chosen.connect(self.choose)
        self.window.opened.connect(self._opened)
        self.window.misplaced.connect(self._misplaced)
        for signal in (self.live.changed, studio.on_air.changed):
            signal.connect(self.changed)
        self.live.changed.connect(self._follow_live)
        self.live.told.connect(studio.told)
        studio.on_air.told.connect(studio.told)
        studio.on_air.changed.connect(self._air)
        studio.stage_changed.connect(lambda: self._actions["blackout_cut"].setChecked(studio.blackout))

    def table(self) -> dict[str, Callable[..., object]]:
        """Action id -> what it does."""
        return {
            "output": lambda _on: self.window.toggle(self._settings.output_screen),
            "blackout_cut": self._cut,
            "choose_output": self.list.toggle,
            "outputs": self.page.toggle,
            "identify": self._identify,
            "test_card": self._show_card,
            "on_air": self._studio.on_air.set,
            "record_video": self.filming.set,
            **{f"send_{kind.id}": partial(self._send, kind) for kind in self.live.kinds},
            **{f"output_{fit}": partial(self._choose_fit, fit) for fit in FITS},
        }

    def join(self, films: Films, set_least_ms: Callable[[int], None], foot: Foot) -> None:
        """From now on ON AIR lets *films* wait and the preview give way by *set_least_ms*; *foot* is told all of it."""
        self.rules = AirRules(self._studio, self._actions, self._operator, films)
        self.rules.set_least_ms = set_least_ms
        films.changed.connect(lambda: foot.films_wait(films.held_up))
        self.changed.connect(lambda: foot.outputs(*self._live_words()))
        self.filming.changed.connect(lambda: foot.recorded(self.filming.words))
        self.window.lost.connect(foot.output_lost)
        self.window.found.connect(lambda _name: foot.output_lost(""))

    def fill(self, bar: QMenuBar) -> None:
        """Put the list of displays into the menu, before its action; it is made anew whenever it opens."""
        menu = bar.findChild(QMenu, "menu:Output")
        assert menu is not None
        choose = QMenu("Display", menu)
        choose.setObjectName("menu:Display")
        menu.insertMenu(self._actions["choose_output"], choose)
        choose.aboutToShow.connect(lambda: self._offer(choose))

    def choose(self, name: str) -> None:
        """Let the audience see it on the display called *name*, now and the next time."""
        self.window.open_on(name)
        if self.window.screen_name == name:
            self._settings.output_screen = self.window.key
        self.changed.emit()

    def set_fit(self, fit: str) -> None:
        """Let the picture meet every other shape so, and check it in the menu."""
        chosen = fit if fit in FITS else FITS[0]
        for name in FITS:
            self._actions[f"output_{name}"].setChecked(name == chosen)
        self.audience.set_fit(chosen)

    def _live_words(self) -> tuple[str, str, str]:
        """What is sent: words and state for a chip, and a tip."""
        running = self.live.running
        broken = [kind for kind in running if self.live.told_of(kind).state == "broken"]
        sent = tuple(kind.label for kind in broken or running)
        dimmed = dimmed_words(self.audience.brightness)
        tips = [f"{kind.label}: {self.live.told_of(kind).problem or 'is sent'}" for kind in running]
        if dimmed:
            tips.append("The audience's picture is darker than it could be: Output, Outputs sets it")
        state = "broken" if broken else "degraded" if dimmed else "plain"
        return " · ".join(filter(None, (*sent, dimmed))), state, "\n".join(tips)

    def stays(self) -> bool:
        """Whether the window must not close yet."""
        return self.rules is not None and self.rules.stays()

    def close(self) -> None:
        """Leave the audience's screen and end what is sent."""
        self.identify.hide()
        self.window.close_output()
        self.live.close()
        self.filming.close()

    def _opened(self, on: bool) -> None:
        self._actions["output"].setChecked(on)
        self.changed.emit()

    def _misplaced(self, name: str) -> None:
        """Where windows may not place themselves (Wayland) a person has to."""
        sentence = "Move it there with your window manager, then press F11."
        self._studio.told.emit("info", f"The output is not on {name}", sentence)

    def _cut(self, on: bool) -> None:
        self._studio.set_blackout(on)
        self.audience.cut()

    def _set_brightness(self, share: float) -> None:
        self.audience.set_brightness(share)
        self.changed.emit()

    def _send(self, kind: Kind, on: bool) -> None:
        missing = kind.why_not()
        if on and missing:
            self._studio.told.emit("info", f"{kind.label} is not sent", missing)
        else:
            self.live.set_on(kind, on)
        self._follow_live()

    def _follow_live(self) -> None:
        for kind in self.live.kinds:
            self._actions[f"send_{kind.id}"].setChecked(kind in self.live.running)

    def _identify(self) -> None:
        if not self._studio.on_air.refuses("Displays are named"):
            self.identify.show()

    def _show_card(self, on: bool) -> None:
        on = on and not self._studio.on_air.refuses("The test card is shown")
        self._actions["test_card"].setChecked(on)
        self.audience.show_card(on)

    def _choose_fit(self, fit: str, _on: bool) -> None:
        self._settings.output_fit = fit
        self.set_fit(fit)

    def _offer(self, menu: QMenu) -> None:
        menu.clear()
        for display in displays():
            act = menu.addAction(display.words, partial(self.choose, display.name))
            act.setCheckable(True)
            act.setChecked(self.window.on and display.name == self.window.screen_name)

    def _air(self) -> None:
        if self._studio.on_air.on:  # what only the operator may ask for is not for the audience
            self.identify.hide()
            self._show_card(False)
