"""Tables of colours for the Scene that plays: read by a worker, used where they can be read, missed aloud."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.engine.render.lut import Lut, read_lut
from app.engine.show.show import LutRef
from app.ui.bridge import Bridge

if TYPE_CHECKING:
    from app.ui.studio import Studio


class Luts(QObject):
    """Owns nothing but the way from a ``.cube`` file into the Show (main thread)."""

    def __init__(self, studio: "Studio", bridge: Bridge) -> None:
        super().__init__(studio)
        self._studio, self._bridge = studio, bridge
        self._missed = ""
        studio.session_changed.connect(self._say)

    @property
    def trouble(self) -> str:
        """Why the table of the Scene that plays is left out; empty where it is not."""
        session = self._studio.session
        return "" if session is None else session.lut_trouble

    def choose(self, file: Path) -> None:
        """Let the Scene use the table in *file*; one that cannot be read changes nothing, and why is told."""

        def refused(error: Exception) -> None:
            self._studio.told.emit("error", f"{file.name} was not used", str(error))

        self._bridge.run(lambda: read_lut(file), lambda lut: self._use(file, lut), refused)

    def leave(self) -> None:
        """The Scene uses none."""
        document = self._studio.document
        document.edit_scene("No table of colours", finish=replace(document.show.scene.finish, lut=None))

    def _use(self, file: Path, lut: Lut) -> None:
        document = self._studio.document
        finish = replace(document.show.scene.finish, lut=LutRef(str(file), lut.sha256))
        document.edit_scene(f"Use {file.name}", finish=finish)

    def _say(self) -> None:
        missed, self._missed = self._missed, self.trouble
        if self.trouble not in ("", missed):
            self._studio.told.emit("error", "The table of colours is left out", self.trouble)
