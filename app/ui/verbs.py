"""What each verb of the address table does in the window, whichever hands asked for it."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtGui import QAction

from app.control.actions import ACTIONS, FLAG
from app.control.addresses import STEPS, Act, ControlError, stepped
from app.control.packets import Argument
from app.control.song_names import song_among
from app.engine.audio.track import SONG_SUFFIXES
from app.engine.own_presets import all_presets
from app.engine.show.presets import preset_changes
from app.ui.going import Going
from app.ui.scene_edits import SceneEdits
from app.ui.settings import Settings
from app.ui.songs import song_files
from app.ui.studio import Studio


class Verbs:
    """Does verbs by the window's own actions, so that keys, menus and hands agree (main thread)."""

    def __init__(self, studio: Studio, actions: Mapping[str, QAction], settings: Settings) -> None:
        self._document, self._studio, self._actions, self._settings = studio.document, studio, actions, settings
        self.going, self._scenes = Going(studio), SceneEdits(studio.document)
        self.first_row: Callable[[], int] = lambda: 0
        """The row of the first pad on the page that is shown."""
        self._runs: dict[str, Callable[..., object]] = {
            "playing": self._play, "seek": self._seek, "seek_beat": self._seek_beat, "song": self._song,
            "nudge": lambda ms: studio.tempo.nudge(ms / 1000.0), "loop_range": lambda a, b: studio.set_loop((a, b)),
            "scene": self._scene, "scene_named": self._scene_named, "style": self._style, "preset": self._preset,
            "pad": lambda n: self._scene(self.first_row() + n), "overwrite": self._overwrite,
            **self.going.table(),
        }  # fmt: skip

    def table(self) -> dict[str, Callable[..., object]]:
        """Of those that have a button as well: what it does."""
        return {
            "add_point": self.going.add_point, "begin_again": self._begin_again,
            "next_style": lambda: self._step_style(1), "previous_style": lambda: self._step_style(-1),
        }  # fmt: skip

    def do(self, act: Act) -> None:
        """Do it; raises an AppError in one sentence when it cannot be done."""
        action, args = ACTIONS[act.verb], act.args
        if action.takes is FLAG and not action.holds and act.verb != "playing":  # the 0 of a button let go is nothing
            own = int(action.numbered)
            if len(args) > own and not args[own]:
                return
            args = args[:own]
        if action.holds:
            self._hold(act.verb, args)
        elif act.verb in self._runs:
            self._runs[act.verb](*args)
        else:
            self._actions[act.verb].trigger()

    def state(self) -> dict[str, Argument]:
        """What can be asked for besides the Show, under the tail of its address."""
        told: dict[str, Argument] = {"transport/play": int(self._studio.playing)}
        told["transport/seek"] = round(self._studio.now(), 3)
        for action in ACTIONS.values():
            if action.holds:
                told[action.address] = int(self._actions[action.id].isChecked())
        return told

    def told(self, tail: str) -> tuple[Argument, ...] | None:
        """What is told of *tail* to who asks, and to nobody else; None where nothing stands there."""
        studio = self._studio
        told: dict[str, Callable[[], tuple[Argument, ...]]] = {
            "transport/toggle": lambda: (int(studio.playing),), "transport/loop/range": lambda: studio.loop or (),
            "transport/seek/beat": lambda: (round(studio.tempo.grid.beat_at(studio.now()), 3),),
            "song/load": lambda: (studio.song.name,) if studio.song.file is not None else (), **self.going.told(),
        }  # fmt: skip
        return (told[tail]() or None) if tail in told else None

    def _hold(self, name: str, args: tuple[Argument, ...]) -> None:
        action = self._actions[name]
        if not args or bool(args[0]) != action.isChecked():
            action.trigger()

    def _play(self, on: float = 1) -> None:
        if on:
            self._studio.play()
        else:
            self._studio.pause()

    def _seek(self, *to: Any) -> None:
        self._studio.seek(_number(to, self._studio.now()))

    def _seek_beat(self, *to: Any) -> None:
        grid = self._studio.tempo.grid
        self._studio.seek(grid.time_of(_number(to, grid.beat_at(self._studio.now()))))

    def _song(self, which: float | str) -> None:
        """One that was played here, or a file in a folder that is allowed: no other file is opened by a word."""
        allowed = self._settings.controllers.song_folders
        file = song_among(which, song_files(self._studio, self._settings), SONG_SUFFIXES, allowed)
        if not file.is_file():
            raise ControlError(f"There is no {file.name} in {file.parent}.")
        self._studio.open_song(file)

    def _scene(self, number: int) -> None:
        show = self._document.show
        if number > len(show.scenes):
            raise ControlError(f"There is no scene {number}; the show has {len(show.scenes)}.")
        self._studio.performing.launch(number - 1)

    def _overwrite(self, pad: int) -> None:
        row = self.first_row() + pad - 1
        self._scenes.store(row if row < len(self._document.show.scenes) else -1)

    def _scene_named(self, name: str) -> None:
        names = [scene.name for scene in self._document.show.scenes]
        if name not in names:
            raise ControlError(f"There is no scene called “{name}”.")
        self._scene(names.index(name) + 1)

    def _style(self, which: float | str) -> None:
        found = [style for i, style in enumerate(self._studio.styles) if which in (i + 1, style.name)]
        if not found:
            raise ControlError(f"There is no Style {which} in the list.")
        self._studio.use_style(found[0])

    def _preset(self, name: str) -> None:
        chosen = next((known for known in all_presets() if known.name == name), None)
        if chosen is None:
            raise ControlError(f"There is no Preset called “{name}”.")
        self._document.edit_scene(f"Preset {name}", **preset_changes(self._document.show.scene, chosen))

    def _step_style(self, by: int) -> None:
        styles, chosen = self._studio.styles, self._studio.shelf.chosen
        if styles:
            at = styles.index(chosen) if chosen in styles else -1
            self._studio.use_style(styles[(at + by) % len(styles)])

    def _begin_again(self) -> None:
        """The Scene as it is by itself; its Style is looked for again where it could not be had."""
        studio, performing = self._studio, self._studio.performing
        studio.shelf.look_again(self._document.show.scene.style)
        performing.looks.begin_again()


def _number(to: tuple[Any, ...], now: float) -> float:
    """The number itself, or from *now* by so much."""
    return stepped(now, to[0], to[1]) if to[0] in STEPS else to[0]
