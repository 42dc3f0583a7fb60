"""What keeps a show safe, put together: flash guard, the watch over the engine, standby picture, no sleep, memory."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.engine.show.guard import off_reason
from app.engine.show.show import Show
from app.ui.awake import Awake
from app.ui.document import Document
from app.ui.safety_page import SafetyPage
from app.ui.settings import Settings
from app.ui.spare_memory import SpareMemory
from app.ui.stage import StagePicture
from app.ui.standby import Standby

if TYPE_CHECKING:
    from app.ui.studio import Studio


class Safety(QObject):
    """Owns the Safety page, the standby picture, what keeps the computer awake and memory flat (main thread)."""

    changed = Signal()

    def __init__(self, document: Document, picture: StagePicture, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._document, self._settings, self._window = document, settings, window
        self.studio: Studio = picture.studio
        self.standby = Standby(self.studio.watch, settings.standby)
        picture.stand_by(self.standby)
        self.awake = Awake(picture, self.studio.on_air)
        self.spare_memory = SpareMemory(self.studio, self)
        self._reason = document.show.guard_off_reason
        self.page = SafetyPage(self, window)
        self.page.file_wanted.connect(self._ask_file)
        document.watch(self._show_changed, "guard_off_reason")
        for signal in (self.studio.engine_changed, self.standby.changed):
            signal.connect(self.changed)

    @property
    def on(self) -> bool:
        """Whether flashes are softened."""
        return self._document.show.guarded

    @property
    def reason(self) -> str:
        """Why they are not."""
        return self._document.show.guard_off_reason

    @property
    def guarding(self) -> bool:
        """Whether the picture is softened now."""
        return self.on and self.studio.engine.guarding

    @property
    def flashes(self) -> int:
        """In the last second, of the pictures that were meant."""
        return self.studio.engine.flashes

    def table(self) -> dict[str, Callable[..., object]]:
        """Action id -> what it does."""
        return {"flash_guard": self.page.toggle}

    def switch_off(self, reason: str) -> None:
        """Let it flash, for a *reason* that the Show keeps; undoable. Nothing happens without one."""
        if reason.strip():
            self._edit(self.tr("Switch the flash guard off"), off_reason(reason))

    def switch_on(self) -> None:
        """Soften flashes again; undoable."""
        self._edit(self.tr("Switch the flash guard on"), "")

    def _edit(self, text: str, reason: str) -> None:
        self._document.end_merge()
        self._document.edit(text, replace(self._document.show, guard_off_reason=reason))

    def choose_standby(self, chosen: str) -> None:
        """What is seen when the engine fails: LAST, BLACK, or the file of a picture."""
        if not self.standby.choose(chosen):
            sentence = self.tr("The last picture is shown when the engine fails. Choose a PNG or a JPEG.")
            self.studio.told.emit("error", self.tr("This is no picture"), sentence)
        self._settings.standby = self.standby.chosen

    def _ask_file(self) -> None:
        if self.studio.on_air.refuses():
            return
        kinds = self.tr("Pictures (*.png *.jpg *.jpeg *.bmp *.webp)")
        name, _ = QFileDialog.getOpenFileName(self._window, self.tr("Standby picture"), "", kinds)
        if name:
            self.choose_standby(name)

    def _show_changed(self, show: Show) -> None:
        if show.guard_off_reason == self._reason:
            return
        self._reason = show.guard_off_reason
        if self._reason and not self.page.isVisible():  # somebody else's show was opened, or undo went back to it
            sentence = self.tr("The reason in this show: {}").format(self._reason)
            self.studio.told.emit("info", self.tr("The flash guard is off"), sentence)
        self.changed.emit()

    def close(self) -> None:
        """Let the computer sleep."""
        self.awake.close()
