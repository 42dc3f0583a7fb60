"""The main window: menus, transport, the columns, the timeline and the bottom row, in the sizes of the design."""

from pathlib import Path

from PySide6.QtCore import QEvent, QRect, Signal
from PySide6.QtGui import QCloseEvent, QContextMenuEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from app.ui import actions as rows
from app.ui.appearance import Appearance
from app.ui.capturing import Capturing
from app.ui.columns import Columns
from app.ui.commands import Commands
from app.ui.cue_flags import CueFlags
from app.ui.cue_strip import CueStrip
from app.ui.document import Document
from app.ui.downloads import Downloads
from app.ui.drop_overlay import DropOverlay
from app.ui.export_view import ExportView
from app.ui.finish_tab import OPEN, FinishTab
from app.ui.folders import Folders
from app.ui.get_more import GetMore
from app.ui.hands import Hands
from app.ui.history import History
from app.ui.layout import Layout, Part
from app.ui.map_tab import MapTab
from app.ui.menu_row import MenuRow
from app.ui.output_side import OutputSide
from app.ui.perform_view import PerformView
from app.ui.playlist import Playlist
from app.ui.points import PointsPage
from app.ui.preview import PreviewView
from app.ui.react import ReactTab
from app.ui.recents import Recents
from app.ui.regions import Regions
from app.ui.route_commands import RouteCommands
from app.ui.safety import Safety
from app.ui.scenes import ScenesPage
from app.ui.settings import Settings
from app.ui.side import SideColumn
from app.ui.songs import SongsPage
from app.ui.spoken import Spoken
from app.ui.stage import StagePicture
from app.ui.stage_commands import StageCommands
from app.ui.status_bar import BottomRow
from app.ui.studio import Studio
from app.ui.styles_list import StylesPage
from app.ui.tempo_commands import TempoCommands
from app.ui.theme import STAGE
from app.ui.timeline import TimelineView
from app.ui.transport import TransportBar
from app.ui.twins import Tabled, Twins
from app.ui.widgets import grounded
from app.ui.widgets.toast import ToastHost
from app.ui.workspaces import Workspaces


class MainWindow(QMainWindow):
    """Owns the widgets (main thread). They meet in Document and Studio, never in one another."""

    closed = Signal()

    def __init__(self, document: Document, studio: Studio, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setMinimumSize(1024, 640)
        self.resize(1440, 900)
        grounded(self, STAGE.gutter)
        self.document, self.studio, self.settings = document, studio, settings
        self.picture = StagePicture(studio, self)
        self.commands = Commands(self, document, studio, self.picture, settings)
        self.actions_by_id = rows.build(self)
        rows.connect(self.actions_by_id, self.commands.table(), studio.told.emit)
        self._make()
        self._lay_out()
        self._wire()
        self.hands.remote.stand_in(self)
        self._show_changed()

    def _make(self) -> None:
        document, studio = self.document, self.studio
        self.outputs = OutputSide(studio, self.picture, self.settings, self.actions_by_id, self)
        self.output = self.outputs.window
        self.safety = Safety(document, self.picture, self.settings, self)
        self.tempo = TempoCommands(studio, self.actions_by_id, self.settings, self)
        self.stage_commands = StageCommands(studio, self.actions_by_id, self)
        self.capturing = Capturing(studio, self.settings, self)
        self.appearance = Appearance(self.settings, self.actions_by_id, self)
        self.history = History(document, self)
        self.transport = TransportBar(document, studio, self.actions_by_id, self)
        self.preview = PreviewView(document, studio, self.picture, self.actions_by_id, self)
        self.left, self.right = SideColumn(self), SideColumn(self)
        self.right.head_with(CueStrip(studio, self.right))
        self.scenes = ScenesPage(document, studio)
        self.styles = StylesPage(document, studio)
        self.points = PointsPage(document, studio)
        self.songs = SongsPage(document, studio)
        self.playlist = Playlist(studio, self.settings, self.actions_by_id, self)
        self.map, self.react = MapTab(document, studio), ReactTab(document, studio)
        self.finish = FinishTab(document, studio)
        left = (("Scenes", self.scenes), ("Styles", self.styles), ("Points", self.points), ("Songs", self.songs))
        right = (("Map", self.map), ("React", self.react), ("Finish", self.finish))
        extras: dict[QWidget, QWidget] = {self.react: self.react.level_switch, self.map: self.map.more}
        self.columns = Columns((self.left, self.right), (left, right), extras)
        self.timeline = TimelineView(document, studio, self)
        self.export = ExportView(document, studio, self.picture, self.actions_by_id, self)
        self.perform = PerformView(document, studio, self.picture, self.actions_by_id, self)
        self.workspaces = Workspaces(self)
        tabled: dict[str, Tabled] = {"point_table": self.map, "cue_table": self.timeline, "route_table": self.react}
        self.twins = Twins(tabled, self.actions_by_id, self.workspaces, self.columns)
        self.bottom = BottomRow(document, studio, self, self.actions_by_id)
        self.bottom.look_after(self.safety)
        self.toasts = ToastHost(self, over=self.perform.program)
        self.downloads = Downloads(studio, self)
        self.get_more = GetMore(self.downloads, self)
        self.spoken = Spoken(studio, self)
        self.hands = Hands(studio, self.actions_by_id, self.settings, self)
        self.routing = RouteCommands(document, self.actions_by_id, self)
        self.routing.lead(self.finish.rows, self._show_routes)
        self.hands.learning.offers.append(self.routing.offer)
        self.drop = DropOverlay(self, self._drop_regions)
        foot, export, perform = self.bottom, self.export, self.perform
        self.regions = Regions(self, {
            "create": (self.transport, self.left, self.preview, self.right, self.timeline, foot),
            "perform": (perform.pads, perform.cue, perform.macros, perform.decks, perform.song, perform.stage, foot,
                        perform.bar),
            "export": (export.left, export.form, export.bar, export.right, self.timeline, foot, self.transport),
        })  # fmt: skip

    def _lay_out(self) -> None:
        self.menus = MenuRow(self, self.document, self.actions_by_id)
        self.outputs.fill(self.menuBar())
        self.stage_commands.fill(self.menuBar(), self.settings)
        self.recents = Recents(self.studio, self.settings, self.commands.open_file, self.menuBar())
        self.recents.seen = lambda: self.picture.shown
        self.recents.stand_before(self.actions_by_id["save"])
        create = grounded(QWidget(self), STAGE.gutter)
        self.columns.lay_out(create, self.preview)
        self.workspaces.set_timeline = self.timeline.set_mode
        self.workspaces.hold((create, self.perform, self.export), (self.menuBar(), self.transport, self.timeline))
        middle = grounded(QWidget(self), STAGE.gutter)
        stack = QVBoxLayout(middle)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(1)
        for widget, stretch in ((self.transport, 0), (self.workspaces.stack, 1), (self.timeline, 0), (self.bottom, 0)):
            stack.addWidget(widget, stretch)
        self.setCentralWidget(middle)
        self._arrange()
        self.standing = self._stand()
        self.regions.in_workspace("create")

    def _wire(self) -> None:
        document, studio, commands = self.document, self.studio, self.commands
        document.watch(self._show_changed, "name", "loop")
        document.watch(lambda show: self.actions_by_id["remove_scene"].setEnabled(len(show.scenes) > 1), "scenes")
        document.file_changed.connect(self._show_changed)
        studio.told.connect(self.toasts.tell)
        studio.song_changed.connect(self._song_changed)
        studio.stage_changed.connect(self._stage_changed)
        studio.export_changed.connect(self._export_changed)
        self.drop.dropped.connect(lambda _kind, file: commands.open_file(file))
        self.folders = Folders(studio, self)
        self.drop.collected.connect(self.folders.look)
        self.folders.songs_found.connect(self.playlist.take)
        self.drop.lined_up.connect(self.playlist.take)
        self.playlist.changed.connect(self.songs.show_songs)
        self.drop.refused.connect(lambda title, sentence: studio.told.emit("info", title, sentence))
        self.transport.song_chosen.connect(commands.open_file)
        for chosen in (self.bottom.workspace_chosen, commands.workspace_wanted):
            chosen.connect(self.workspaces.show)
        self.workspaces.changed.connect(self.bottom.show_workspace)
        self.perform.busy = lambda: bool(self.hands.controllers.learning or self.hands.maps.kind)
        self.perform.listen(self.hands.controllers)
        rows.connect(self.actions_by_id, self.perform.runs(), studio.told.emit)
        commands.hud_wanted.connect(self.preview.show_hud)
        self.preview.hud.output_fps = lambda: self.output.fps
        rows.connect(self.actions_by_id, self.hands.table(), studio.told.emit)
        for workspace_changed in (self.hands.keys.in_workspace, self.regions.in_workspace, self._lock_layout):
            self.workspaces.changed.connect(workspace_changed)
        commands.about_wanted.connect(self._about)
        for wanted in (commands.more_wanted, self.styles.more_wanted):
            wanted.connect(self.get_more.toggle)
        self.hands.chips.connect(self.bottom.controllers)
        for pads in (self.scenes, self.perform.pads):
            pads.offer = lambda menu, row: self.hands.learning.offer(menu, f"do:scene:{row + 1}")
        self._wire_hot_cues()
        self._follow_look()
        commands.set_rate = self._rate
        self._rate(self.settings.live_rate)
        commands.export_now = self.export.export_now
        of_parts = {**self.outputs.table(), **self.safety.table(), **self.tempo.table(), **self.stage_commands.table(),
                    **self.routing.table(), **self.capturing.table(), **self.appearance.table(),
                    **self.regions.table(), **self.timeline.table(), **self.map.runs(),
                    **self.playlist.table(), **self.history.table(), **self.twins.table(),
                    "reset_layout": self._reset_layout}  # fmt: skip
        rows.connect(self.actions_by_id, of_parts, studio.told.emit)
        self.outputs.join(self.export.queue, self.preview.set_least_ms, self.bottom)
        self.transport.set_recent(self.settings.recent("songs"))
        self.capturing.kept.connect(self._captured)
        self._stage_changed()
        self._export_changed()

    def _wire_hot_cues(self) -> None:
        cues, learning = self.timeline.hot_cues, self.hands.learning
        cues.offer = lambda menu, target: learning.offer(menu, target)
        CueFlags(cues, self.perform.song.wave)
        for name in cues.jumps():
            rows.keep_within(self.timeline, self.actions_by_id[name])

    # sizes

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Put columns and timeline into the design's sizes; below 1240 one column holds every tab."""
        wanted = self.columns.fit(self.width(), self.height())
        if wanted is not None:
            self.workspaces.fit(wanted.timeline)

    def _stand(self) -> Layout:
        hud = self.actions_by_id["hud"]

        def show_hud(on: bool) -> None:
            hud.setChecked(on)
            self.preview.show_hud(on)

        return Layout(self, self.settings, {
            "fronts": Part(self.columns.fronts, self.columns.bring, self.columns.first),
            "level": Part(lambda: self.react.level, self.react.show_level, 0),
            "folds": Part(self.finish.opened, self.finish.open_only, list(OPEN)),
            "tables": Part(self.twins.shown, self.twins.put, []),
            "hud": Part(hud.isChecked, show_hud, False),
        })  # fmt: skip

    def _lock_layout(self, workspace: str) -> None:
        """On stage nothing of the window is moved by mistake."""
        self.actions_by_id["reset_layout"].setEnabled(workspace != "perform")

    def _reset_layout(self) -> None:
        self.workspaces.show("create")
        self.standing.reset()
        self.timeline.axis.begin_again()

    def _drop_regions(self) -> tuple[QRect, QRect]:
        def place(widget: QWidget) -> QRect:
            return QRect(widget.mapTo(self, widget.rect().topLeft()), widget.size())

        if self.perform.isVisible():
            return place(self.perform.program), place(self.perform.pads)
        picture = self.export if self.export.isVisible() else self.preview
        return place(picture), place(self.left if self.left.isVisible() else self.right)

    # what happens

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.actions_by_id["fullscreen"].setChecked(self.isFullScreen())

    def _show_routes(self, destination: str) -> None:
        self.right.show_page(self.react)
        self.react.show_destination(destination)

    def show_workspace(self, name: str) -> None:
        """``create``, ``perform`` or ``export``."""
        self.workspaces.show(name)

    def _show_changed(self, _show: object = None) -> None:
        self.menus.show_name()
        self.setWindowTitle(f"{self.studio.song.name or self.document.show.name} — Anthesis")
        self.actions_by_id["loop"].setChecked(self.document.show.loop is not None)
        self.actions_by_id["remove_scene"].setEnabled(len(self.document.show.scenes) > 1)

    def _song_changed(self) -> None:
        song = self.studio.song
        if song.file is not None and song.track is not None and song.progress is None:
            self.settings.remember("songs", song.file)
            self.transport.set_recent(self.settings.recent("songs"))
        self._show_changed()

    def _captured(self) -> None:
        self.transport.set_recent(self.settings.recent("songs"))
        self.songs.show_songs()

    def _stage_changed(self) -> None:
        self.actions_by_id["freeze"].setChecked(self.studio.frozen)
        self.actions_by_id["blackout"].setChecked(self.studio.blackout)

    def _export_changed(self) -> None:
        self.actions_by_id["cancel_export"].setEnabled(self.studio.export.state == "running")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.hands.learning.open_at(event):
            event.accept()
        else:
            super().contextMenuEvent(event)

    def _follow_look(self) -> None:
        self.appearance.changed.connect(self._look_changed)
        self.appearance.offer_waves(self.timeline.wave, self.timeline.overview)
        self._look_changed()

    def _look_changed(self) -> None:
        self.perform.pads.grid.faces.still = self.appearance.still
        for part in (self.timeline, self.perform.song):
            part.set_colors(self.appearance.waves)

    def _rate(self, rate: str) -> None:
        """Hold *rate* frames a second live, or "free", and check it in the menu."""
        for name, action in self.actions_by_id.items():
            if name.startswith("rate_"):
                action.setChecked(name == f"rate_{rate}")
        self.studio.set_rate(None if rate == "free" else float(rate))

    def _about(self) -> None:
        from app import __version__

        engine = self.studio.engine
        self.toasts.tell("info", f"Anthesis {__version__}",
                         f"Apache-2.0. Pictures on {engine.device or 'no device yet'} in {engine.precision or '…'}, "
                         f"sound by {self.studio.clock}.")  # fmt: skip

    def open_file(self, file: Path) -> None:
        """A file given on the command line or dropped."""
        self.commands.open_file(file)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.outputs.stays():
            event.ignore()
            return
        self.standing.keep()
        self.settings.volume = self.studio.volume
        self.settings.sync()
        self.outputs.close()
        self.safety.close()
        self.downloads.close()
        self.hands.controllers.close()
        self.closed.emit()
        super().closeEvent(event)
