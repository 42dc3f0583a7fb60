"""The desk of the web: what phones and programs ask for is done as OSC's is, and they are told what changes."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.control.addresses import Act, ControlError, Turn
from app.control.packets import Argument
from app.control.params import PARAMS
from app.control.web_guard import Keys
from app.control.web_wish import Crowd, Hear, Wish
from app.control.web_words import Glide, LaunchOn, Meant, Order, Tell, Withdraw, param_facts
from app.engine import paths
from app.engine.errors import AppError
from app.ui.gestures import Gestures
from app.ui.settings import WebSettings
from app.ui.stage import StagePicture
from app.ui.studio import Studio
from app.ui.verbs import Verbs
from app.ui.web_films import WebFilms
from app.ui.web_glides import Glides
from app.ui.web_news import WebNews, scenes
from app.ui.web_pictures import WebPictures

if TYPE_CHECKING:
    from app.control.web import WebPort


class WebDesk(QObject):
    """Owns the port and what its clients know (main thread). The port serves on a thread of its own."""

    changed = Signal()

    def __init__(self, studio: Studio, verbs: Verbs, gestures: Gestures, hear: Hear, parent: QObject) -> None:
        super().__init__(parent)
        self._studio, self._document, self._verbs, self._gestures = studio, studio.document, verbs, gestures
        self._hear = hear
        self.port: WebPort | None = None
        self.problem = ""
        self.crowd: tuple[str, ...] = ()
        self.knob_of: Callable[[str], str] = lambda _name: ""
        self.films: WebFilms | None = None
        self.pictures = WebPictures()
        self._glides = Glides(gestures, lambda: studio.tempo.bpm, self)
        self.news = WebNews(studio, verbs, self._tell, self)
        studio.styles_changed.connect(self._map_changed)

    def join(self, picture: StagePicture, films: WebFilms) -> None:
        """From now on there is a picture to be seen, and films can be ordered."""
        self.pictures.stage, self.films = picture, films
        self._map_changed()

    def open(self, kept: WebSettings) -> None:
        """Open the port as *kept* says, or shut it; what is wrong is the *problem*, and it stays shut."""
        self.close()
        if kept.on:
            from app.control.web import WebPort  # with asyncio, which no window's start has to wait for

            keys, page = Keys(kept.pin, kept.secret), paths.resources() / "remote"
            try:
                self.port = WebPort(kept.port, keys, self._hear, self.pictures, page, lan=kept.lan)
            except ControlError as error:
                self.problem = str(error)
        self.changed.emit()

    def close(self) -> None:
        """Nobody is heard any more, and nobody told."""
        self.news.set_channels(frozenset())
        self._glides.stop()
        if self.port is not None:
            self.port.close()
        self.port, self.problem, self.crowd = None, "", ()

    def came(self, heard: Wish | Crowd) -> None:
        """One wish; what is wrong with it is answered and changes nothing."""
        if isinstance(heard, Crowd):
            if self.port is not None:
                self.crowd = heard.names
                self.news.set_channels(heard.channels & {"state", "audio"})
                self.changed.emit()
            return
        if not heard.stands():  # "Ask again" was said: it would be done twice
            return
        try:
            came = self._do(heard.meant, heard.number)
        except AppError as error:
            came = error
        heard.answer(came)

    def _do(self, meant: Meant, number: int) -> Any:
        match meant:
            case Turn():
                return self._turn(meant, number)
            case Glide(turn, beats):
                self.news.own(turn.name, 0)
                self._glides.begin(turn, beats)
                return self._value(turn.name)
            case Act():
                self._gestures.do(meant, "web")
                return {"ok": True, "rev": self.news.rev}
            case LaunchOn():
                self._launch(meant)
                return {"ok": True, "rev": self.news.rev}
            case Tell(what):
                self._gestures.flush()
                return self._told(what)
        return self._film(meant)

    def _turn(self, turn: Turn, number: int) -> Any:
        self._glides.leave(turn.name)
        self._gestures.do(turn, "web")
        held = self._gestures.value(turn.name) != turn.value
        self.news.own(turn.name, 0 if held else number)
        if number:  # it is put with all that comes in this turn, and is not waited for
            return None
        self._gestures.flush()
        return self._value(turn.name)

    def _value(self, name: str) -> dict[str, Argument]:
        return {"id": name, "value": self._gestures.value(name), "rev": self.news.rev}

    def _launch(self, wanted: LaunchOn) -> None:
        """As a launch, but for once with another *quantum*."""
        performing = self._studio.performing
        launcher, before = performing.launcher, performing.launcher.quantum
        launcher.quantum = wanted.quantum
        try:
            self._gestures.do(Act("scene", (wanted.number,)), "web")
        finally:
            launcher.quantum = before

    def _told(self, what: str) -> Any:
        if what == "params":
            values = self._document.params.values()
            return {"rev": self.news.rev, "params": [
                param_facts(p, values[name], self.knob_of(name)) for name, p in PARAMS.items() if name in values
            ]}  # fmt: skip
        if what == "scenes":
            return {"rev": self.news.rev, "scenes": scenes(self._studio)}
        if what == "styles":
            return {"styles": self._styles()}
        return self._film(Tell(what)) if what == "films" else self.news.whole()

    def _styles(self) -> list[dict[str, Any]]:
        playing = self._studio.style
        return [
            {"id": n, "name": style.name, "resolution": style.resolution, "licence": style.licence,
             "playing": style is playing} for n, style in enumerate(self._studio.styles, 1)
        ]  # fmt: skip

    def _film(self, meant: Tell | Order | Withdraw | Any) -> Any:
        if self.films is None:
            raise ControlError("No film can be made here.")
        match meant:
            case Order():
                with self._document.params.by("web"):
                    return self.films.order(meant)
            case Withdraw(number):
                self.films.withdraw(number)
        return {"films": self.films.listed()}

    def _tell(self, rev: int, news: dict[str, Any], audio: dict[str, float], own: dict[str, int]) -> None:
        if self.port is not None:
            self.port.tell(rev, news, audio, own)

    def _map_changed(self) -> None:
        self.pictures.sheet = self._studio.sheet
