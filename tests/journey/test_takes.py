"""Through the real engine thread: a performed stretch, its Take played again, and the Take's film show the same."""

import signal
import threading
from dataclasses import replace

import numpy as np
import pytest
import soundfile
from PIL import Image

from app.__main__ import main
from app.engine.audio.features import CURVES
from app.engine.audio.grid import Grid
from app.engine.audio.inputs import Input
from app.engine.audio.minute import Minute
from app.engine.audio.track import load_track
from app.engine.render.ladder import Ladder
from app.engine.show.factory import new_show
from app.engine.show.performance import Launch, Performance
from app.engine.show.routes import Route
from app.engine.show.saved import save_show
from app.engine.show.show import Film, Path, SongRef
from app.engine.show.take import Moment, Take
from app.engine.show.take_file import save_take
from app.engine.stylegan.library import bundled_styles
from app.ui.document import Document
from app.ui.engines import open_engine
from app.ui.studio import Studio
from tests.ui.fakes import FakePlayer, make_song
from tests.ui.test_live_in import FakeEar

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
FPS = 8
SOON = 60_000


class Firm(Ladder):
    """Gives nothing up, however slow the machine is at the moment: whole pictures are compared."""

    def spent(self, _seconds: float, _now: float) -> bool:
        return False


@pytest.fixture(autouse=True)
def whole_pictures(monkeypatch):
    monkeypatch.setattr("app.engine.render.live.Ladder", Firm)


class Stage:
    """A Studio with the real engine, whose song goes on when the test says so."""

    def __init__(self, qtbot) -> None:
        self.qtbot, self.wall = qtbot, 0.0
        style = bundled_styles()[0]
        show = new_show(style.ref)
        scenes = tuple(replace(show.scene, name=name, path=Path(i + 1)) for i, name in enumerate("abc"))
        document = Document(replace(show, scenes=scenes, song=SongRef("song.wav", "0" * 64)))
        self.studio = Studio(document, FakePlayer(), open_engine("cpu", None), (style,))
        self.studio.taking.clock = lambda: self.wall
        self.frames = {}
        self.arrived = threading.Condition()
        deliver = self.studio._bridge.on_frame

        def keep(frame) -> None:
            with self.arrived:
                self.frames.setdefault(frame.t, []).append(frame.image)
                self.arrived.notify_all()
            deliver(frame)

        self.studio._bridge.on_frame = keep
        self.studio.song = make_song()
        self.studio.player.load(self.studio.song.track)
        self.studio._engine.open_style(style.ref)
        self.studio.start()
        self.studio._timer.stop()
        qtbot.waitUntil(lambda: self.studio.session is not None, timeout=SOON)

    def at(self, t: float) -> None:
        """Song time is *t*, and the window has noticed."""
        self.wall += max(0.0, t - self.studio.player.t)
        self.studio.player.t = t
        self.studio._turn()
        self.qtbot.waitUntil(lambda: not self.studio.staging.busy and self.studio.replaying._wanted < 0, timeout=SOON)

    def picture(self, t: float) -> np.ndarray:
        """What is seen at *t* seconds."""
        self.at(t)
        with self.arrived:
            self.frames.clear()
        for count in (1, 2):  # the frame that is being drawn may be of the Session before
            self.studio._engine.set_session(replace(self.studio.session))
            with self.arrived:
                assert self.arrived.wait_for(lambda count=count: len(self.frames.get(t, ())) >= count, 30.0)
        return self.frames[t][-1]


@pytest.fixture
def stage(qtbot):
    made = Stage(qtbot)
    yield made
    made.studio.close()


def perform(stage: Stage, start: float, gestures, seconds: float) -> dict[float, np.ndarray]:
    """The pictures at each frame of a film of so many *seconds*, while hands do *gestures* at their frames."""
    seen = {}
    for i in range(round(seconds * FPS)):
        t = start + i / FPS
        stage.at(t)
        gestures.get(i, lambda: None)()
        seen[i / FPS] = stage.picture(t)
    return seen


def test_a_performed_stretch_its_take_and_its_film_are_the_same(stage, qtbot, tmp_path):
    studio, performing = stage.studio, stage.studio.performing
    studio.player.playing = True
    stage.at(2.0)
    performing.set_glide(1)
    performing.set_quantum("1/4")
    gestures = {
        1: lambda: performing.launch(1),
        8: lambda: studio.document.set_param("react.truncation", 0.4),
        9: lambda: studio.document.set_param("react.truncation", 0.5),
        11: lambda: studio.go(studio.atlas.lattice[5, 5]),
        15: lambda: performing.load("B", 2),
        16: lambda: performing.set_fader(0.3),
        17: lambda: performing.set_fader(0.6),
    }
    studio.taking.set_recording(True)
    seen = perform(stage, 2.0, gestures, 2.5)
    stage.at(4.5)
    studio.taking.set_recording(False)
    qtbot.waitUntil(lambda: studio.taking.newest is not None, timeout=SOON)
    take = studio.taking.newest
    assert len({image.tobytes() for image in seen.values()}) == len(seen)

    studio.replaying.play(take)
    qtbot.waitUntil(lambda: studio.replaying._wanted < 0, timeout=SOON)
    for p, image in seen.items():
        assert np.array_equal(stage.picture(2.0 + p), image), f"played again, {p} s is not what it was"
    stage.at(4.6)
    assert not studio.replaying.on

    studio.replaying.film(take, tmp_path / "take", Film(fps=FPS, format="png"))
    qtbot.waitUntil(lambda: studio.export.state in ("done", "failed"), timeout=120_000)
    assert studio.export.state == "done", studio.export.message
    files = sorted(studio.export.path.glob("*.png"))
    assert len(files) == len(seen)
    for file, (p, image) in zip(files, sorted(seen.items()), strict=True):
        film = np.asarray(Image.open(file).convert("RGB"))
        assert np.array_equal(film, image), f"in the film, {p} s is not what it was"


class Ear(FakeEar):
    """Hears noise, and remembers its sound."""

    rate, rng = 8000, np.random.default_rng(4)

    def hear_until(self, t: float) -> None:
        self.minute = self.minute or Minute(self.rate)
        count = round(100 * t) + 1 - self.heard.steps
        self.heard.append(self.rng.random((count, len(CURVES)), np.float32), Grid(0.05, 123.0))
        self.minute.add(self.rng.uniform(-0.5, 0.5, (count * self.rate // 100, 2)).astype(np.float32))
        self.minute.mark(self.heard.steps / 100, 0)
        self.t, self.listening = (self.heard.steps - 1) / 100, True
        if self.score is not None:
            self.score.extend()


class LiveStage(Stage):
    """The real engine, and an input in place of the song."""

    def __init__(self, qtbot) -> None:
        super().__init__(qtbot)
        self.studio.live._listen = Ear
        self.studio.listen(Input("Desk"))
        self.qtbot.waitUntil(lambda: self.studio.session is not None and self.studio.session.live)

    def at(self, t: float) -> None:
        """So much has been heard, and the window has noticed."""
        ear = self.studio.live._ear
        if ear.t < t - 0.005:
            self.wall += t - ear.t
            ear.hear_until(t)
        self.studio._turn()
        self.qtbot.waitUntil(lambda: not self.studio.staging.busy)


def test_the_film_of_a_take_of_an_input_is_what_was_seen(qtbot, tmp_path):
    stage = LiveStage(qtbot)
    studio, performing, fps = stage.studio, stage.studio.performing, 10
    scenes = studio.document.show.scenes
    shaken = (Route("bass", "pulse", 0.8), Route("lfo_1", "hue", 0.6), Route("onset", "glitch", 0.6))
    studio.document.open(replace(studio.document.show, scenes=tuple(replace(one, routes=shaken) for one in scenes)))
    stage.at(3.0)
    performing.set_glide(1)
    gestures = {
        3: lambda: performing.launch(1, now=True),
        8: lambda: studio.document.set_param("react.truncation", 0.4),
        9: lambda: studio.document.set_param("react.truncation", 0.5),
        11: lambda: performing.load("B", 2),
        12: lambda: performing.set_fader(0.3),
    }
    studio.taking.set_recording(True)
    seen = []
    for i in range(16):
        if i in gestures:
            stage.at(3.0 + i / fps - 0.05)
            gestures[i]()
        stage.at(3.0 + i / fps)
        seen.append(stage.picture(studio.now()))
    stage.at(3.0 + 16 / fps)
    studio.taking.set_recording(False)
    qtbot.waitUntil(lambda: studio.taking.newest is not None)
    take, file = studio.taking.takes[-1]
    assert len({image.tobytes() for image in seen}) == len(seen)

    studio.open_song(file.with_suffix(".wav"), play=False)
    qtbot.waitUntil(lambda: studio.song.features is not None and studio.song.name == file.stem)
    studio.replaying.film(take, tmp_path / "take", Film(fps=fps, format="png"))
    qtbot.waitUntil(lambda: studio.export.state in ("done", "failed"), timeout=120_000)
    assert studio.export.state == "done", studio.export.message
    film = [np.asarray(Image.open(one).convert("RGB")) for one in sorted(studio.export.path.glob("*.png"))]
    studio.close()
    assert len(film) == len(seen)
    assert [i for i, image in enumerate(seen) if not np.array_equal(film[i], image)] == []


@pytest.fixture
def sigterm_as_it_was():
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def test_the_command_line_films_a_take_in_any_size(tmp_path, capsys, sigterm_as_it_was):
    song, file = tmp_path / "Song.wav", tmp_path / "mine.take"
    t = np.arange(2 * 22050) / 22050
    soundfile.write(song, (0.3 * np.sin(2 * np.pi * 110 * t)).astype(np.float32), 22050)
    first = new_show(bundled_styles()[0].ref)
    show = replace(first, song=SongRef(str(song), load_track(song).sha256))
    glide = Performance((Launch(0),)).launched(Launch(1, 0.5, 0.5), 0.25)
    moments = (Moment(0.0, 0.0, show, Performance()), Moment(0.25, 0.25, show, glide),
               Moment(1.25, 1.25, show, glide, blackout=True))  # fmt: skip
    save_take(Take("Take 1", 1.75, moments), file)
    exact = ("--device", "cpu", "--precision", "float32", "--fps", "4")
    argv = ["render", str(song), "--take", str(file), "--size", "48x48", "--format", "png", *exact]
    assert main([*argv, "-o", str(tmp_path / "film")]) == 0
    assert "7 frames of 48x48, 1.75 s" in capsys.readouterr().out
    film = [np.asarray(Image.open(picture)) for picture in sorted((tmp_path / "film").iterdir())]
    save_show(show, tmp_path / "a.anthesis")
    save_show(replace(show, active=1), tmp_path / "b.anthesis")
    alone = {}
    for name in "ab":
        argv = ["render", str(song), "--show", str(tmp_path / f"{name}.anthesis"), "--size", "48x48", "--format", "png"]
        assert main([*argv, *exact, "--end", "1.75", "-o", str(tmp_path / name)]) == 0
        alone[name] = [np.asarray(Image.open(picture)) for picture in sorted((tmp_path / name).iterdir())]
    assert [np.array_equal(film[i], alone["a"][i]) for i in range(7)] == [True, True, True, *[False] * 4]
    assert np.array_equal(film[4], alone["b"][4])
    assert not film[6].any()
    capsys.readouterr()
    for more in (["--seed", "3"], ["--show", str(tmp_path / "a.anthesis")]):
        assert main(["render", str(song), "--take", str(file), *more]) == 1
        assert "as it was played" in capsys.readouterr().err
    soundfile.write(song, np.zeros(22050, np.float32), 22050)
    assert main(["render", str(song), "--take", str(file)]) == 1
    assert "another song" in capsys.readouterr().err
