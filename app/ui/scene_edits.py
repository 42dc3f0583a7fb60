"""What can be done to the scenes of the Show, each a step of undo; what plays goes on playing."""

from dataclasses import replace

from app.engine.show.show import Scene
from app.ui.document import Document
from app.ui.scene_names import fresh_name


class SceneEdits:
    """Edits the list of scenes (main thread)."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def rename(self, row: int, name: str) -> None:
        """Call the scene at *row* *name*."""
        self._change("Rename scene", row, replace(self._document.show.scenes[row], name=name))

    def store(self, row: int) -> None:
        """Put a copy of what plays in place of the scene at *row*, under its name; -1: behind the last."""
        show = self._document.kept
        if row < 0:
            self._insert("Add scene", len(show.scenes), show.scene)
        elif row != show.active:
            self._change("Overwrite scene", row, replace(show.scene, name=show.scenes[row].name))

    def duplicate(self, row: int) -> None:
        """A copy of the scene at *row*, right behind it."""
        self._insert("Duplicate scene", row + 1, self._document.show.scenes[row])

    def move(self, row: int, to: int) -> None:
        """Let the scene at *row* stand at *to*; those between make room."""
        scenes = list(self._document.show.scenes)
        if row != to and 0 <= row < len(scenes) and 0 <= to < len(scenes):
            scenes.insert(to, scenes.pop(row))
            order = list(range(len(scenes)))
            order.insert(to, order.pop(row))
            self._put("Move scene", tuple(scenes), order.index(self._document.show.active))

    def remove(self, row: int) -> None:
        """Take the scene at *row* away; the last one stays."""
        show = self._document.show
        if len(show.scenes) > 1 and 0 <= row < len(show.scenes):
            scenes = (*show.scenes[:row], *show.scenes[row + 1 :])
            self._put("Delete scene", scenes, min(show.active - (row < show.active), len(scenes) - 1))

    def _insert(self, text: str, at: int, like: Scene) -> None:
        show = self._document.show
        copy = replace(like, name=fresh_name(like.name, {scene.name for scene in show.scenes}))
        scenes = (*show.scenes[:at], copy, *show.scenes[at:])
        self._put(text, scenes, show.active + (at <= show.active))

    def _change(self, text: str, row: int, scene: Scene) -> None:
        show = self._document.show
        scenes = (*show.scenes[:row], scene, *show.scenes[row + 1 :])
        self._document.end_merge()
        self._document.edit(text, replace(show, scenes=scenes))

    def _put(self, text: str, scenes: tuple[Scene, ...], active: int) -> None:
        self._document.end_merge()
        self._document.edit(text, replace(self._document.show, scenes=scenes, active=active))
