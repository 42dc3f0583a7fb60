"""What each verb of the address table does in the window, whichever hands asked for it."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from PySide6.QtGui import QAction

from app.control.actions import ACTIONS, FLAG
from app.control.addresses import Act, ControlError
from app.control.packets import Argument
from app.engine.show.presets import PRESETS, preset, with_preset
from app.engine.show.show import Path
from app.ui.studio import Studio


class Verbs:
    """Does verbs by the window's own actions, so that keys, menus and hands agree (main thread)."""

    def __init__(self, studio: Studio, actions: Mapping[str, QAction]) -> None:
        self._document, self._studio, self._actions = studio.document, studio, actions
        self._runs: dict[str, Callable[..., None]] = {
            "playing": self._play, "seek": studio.seek, "seek_beat": self._seek_beat,
            "nudge": lambda ms: studio.tempo.nudge(ms / 1000.0), "loop_range": lambda a, b: studio.set_loop((a, b)),
            "scene": self._scene, "scene_named": self._scene_named, "xy": self._xy, "point": self._point,
            "w": self._w, "seed": self._seed, "style": self._style, "preset": self._preset,
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

    def _hold(self, name: str, args: tuple[Argument, ...]) -> None:
        action = self._actions[name]
        if not args or bool(args[0]) != action.isChecked():
            action.trigger()

    def _play(self, on: float = 1) -> None:
        if on:
            self._studio.play()
        else:
            self._studio.pause()

    def _seek_beat(self, beat: float) -> None:
        self._studio.seek(self._studio.tempo.grid.time_of(beat))

    def _scene(self, number: int) -> None:
        show = self._document.show
        if number > len(show.scenes):
            raise ControlError(f"There is no scene {number}; the show has {len(show.scenes)}.")
        self._studio.performing.launch(number - 1)

    def _scene_named(self, name: str) -> None:
        names = [scene.name for scene in self._document.show.scenes]
        if name not in names:
            raise ControlError(f"There is no scene called “{name}”.")
        self._scene(names.index(name) + 1)

    def _xy(self, x: float, y: float) -> None:
        atlas = self._studio.atlas
        if atlas is not None:
            self._studio.go(atlas.w_at(min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)))

    def _point(self, which: float | str) -> None:
        points = self._studio.session.points if self._studio.session is not None else ()
        found = [p for i, p in enumerate(points) if which in (i + 1, p.name)]
        if not found:
            raise ControlError(f"There is no point {which} on the path.")
        self._studio.go(np.asarray(found[0].w, np.float32))

    def _w(self, blob: bytes) -> None:
        atlas = self._studio.atlas
        if atlas is None:
            return
        wide = atlas.lattice.shape[-1]
        if len(blob) not in (wide * 4, wide * 4 * atlas.num_ws):
            raise ControlError(f"A w of this Style is {wide} float32, or {atlas.num_ws} times as many.")
        w = np.frombuffer(blob, ">f4").astype(np.float32).reshape(-1, wide)
        if not np.isfinite(w).all():
            raise ControlError("A w has finite numbers only.")
        self._studio.go(w if len(w) > 1 else w[0])

    def _seed(self, seed: float) -> None:
        if not 0 <= seed < 2**31:
            raise ControlError("A seed is a whole number from 0.")
        self._document.edit_scene("Seed", path=Path(int(seed)))

    def _style(self, which: float | str) -> None:
        found = [style for i, style in enumerate(self._studio.styles) if which in (i + 1, style.name)]
        if not found:
            raise ControlError(f"There is no Style {which} in the list.")
        self._studio.use_style(found[0])

    def _preset(self, name: str) -> None:
        if name not in {known.name for known in PRESETS}:
            raise ControlError(f"There is no Preset called “{name}”.")
        after: Any = with_preset(self._document.show.scene, preset(name))
        self._document.edit_scene(f"Preset {name}", preset=after.preset, react=after.react, routes=after.routes)
