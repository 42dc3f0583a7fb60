"""Every action as one row: its id, words, keys and place in the menus. Buttons, menus and the key sheet share them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenuBar, QWidget


@dataclass(frozen=True, slots=True)
class Row:
    """One action as a person meets it. *keys* in Qt's portable form; *menu* names the menu it stands in."""

    id: str
    text: str
    keys: tuple[str, ...] = ()
    menu: str = ""
    checkable: bool = False
    gap_before: bool = False
    doc: str = ""


ROWS: tuple[Row, ...] = (
    Row("new", "New show", ("Ctrl+N",), "File", doc="Start again with the factory scenes"),
    Row("open", "Open song…", ("Ctrl+O", "Ctrl+I"), "File", doc="Bring in a song and play it"),
    Row("open_show", "Open show…", ("Ctrl+Shift+O",), "File", doc="Open saved work"),
    Row("save", "Save", ("Ctrl+S",), "File", gap_before=True, doc="Save the work"),
    Row("save_as", "Save as…", ("Ctrl+Shift+S",), "File", doc="Save the work under another name"),
    Row("quit", "Quit", ("Ctrl+Q",), "File", gap_before=True, doc="Leave Anthesis"),
    Row("undo", "Undo", ("Ctrl+Z",), "Edit", doc="Take the last edit back"),
    Row("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Edit", doc="Do it again after all"),
    Row("fullscreen", "Full screen window", ("Ctrl+F11",), "View", checkable=True, doc="The window without its frame"),
    Row("hud", "Frame times", ("F6",), "View", checkable=True, doc="Frame rate, frame times and device on the picture"),
    Row("controllers", "Controllers…", ("Ctrl+M",), "View", doc="OSC, MIDI and what each knob moves"),
    Row("create", "Create", ("Ctrl+1",), "View", gap_before=True, doc="The workspace for making"),
    Row("export", "Export", ("Ctrl+E", "Ctrl+3"), "View", doc="The workspace for films"),
    Row("add_style", "Add style…", (), "Style", doc="Add a network from a file"),
    Row("get_more", "Get more styles…", (), "Style", doc="Public networks to download"),
    Row("play", "Play or pause", ("Space",), "Song", doc="Play or pause"),
    Row("stop", "Stop", (), "Song", doc="Pause and go to the start"),
    Row("to_start", "To the start", ("Ctrl+Home",), "Song", doc="Go to the start"),
    Row("loop", "Loop", ("L",), "Song", checkable=True, doc="Loop the marked range, or the whole song"),
    Row("add_scene", "Add scene", ("Ctrl+Shift+N",), "Scene", doc="Copy the playing scene"),
    Row("remove_scene", "Remove scene", (), "Scene", doc="Take the playing scene away"),
    Row("next_scene", "Next scene", ("PgDown",), "Scene", gap_before=True, doc="Play the next scene"),
    Row("previous_scene", "Previous scene", ("PgUp",), "Scene", doc="Play the scene before"),
    Row("dice", "Roll the dice", ("D",), "Scene", doc="Another path and other settings, by chance"),
    Row("back", "Back onto the path", ("Shift+Home",), "Scene", doc="End a detour on the map"),
    Row("freeze", "Freeze", ("F7",), "Output", checkable=True, doc="Hold the picture"),
    Row("blackout", "Blackout", ("F8", "B"), "Output", checkable=True, doc="Black on the output"),
    Row("output", "Output window", ("F11",), "Output", checkable=True, doc="The picture alone, full screen"),
    Row("output_fit", "Whole picture", (), "Output", checkable=True, gap_before=True, doc="Black beside the picture"),
    Row("output_crop", "Fill the screen", (), "Output", checkable=True, doc="Its edges fall outside the screen"),
    Row("output_mirror", "Mirror the edges", (), "Output", checkable=True, doc="Its reflections fill the screen"),
    Row("output_stretch", "Stretch", (), "Output", checkable=True, doc="The picture takes the screen's shape"),
    Row("rate_free", "Rate as it comes", (), "Output", checkable=True, gap_before=True, doc="30 to 60 frames a second"),
    Row("rate_60", "Hold 60 fps", (), "Output", checkable=True, doc="Smaller pictures where 60 a second need it"),
    Row("rate_50", "Hold 50 fps", (), "Output", checkable=True, doc="Smaller pictures where 50 a second need it"),
    Row("rate_30", "Hold 30 fps", (), "Output", checkable=True, doc="An even 30 frames a second"),
    Row("rate_25", "Hold 25 fps", (), "Output", checkable=True, doc="An even 25 frames a second"),
    Row("rate_24", "Hold 24 fps", (), "Output", checkable=True, doc="An even 24 frames a second, as in the cinema"),
    Row("export_now", "Export now", ("Ctrl+Return",), "Export", doc="Make the film"),
    Row("cancel_export", "Cancel export", (), "Export", doc="Stop making the film"),
    Row("still", "Still picture", ("Ctrl+P",), "Export", doc="Save what is seen as a PNG"),
    Row("keys", "Keys", ("F1", "?"), "Help", doc="All keys on one page"),
    Row("about", "About Anthesis", (), "Help", doc="Version, device and licences"),
)
MENUS = ("File", "Edit", "View", "Style", "Song", "Scene", "Output", "Export", "Help")


def build(window: QWidget, run: Mapping[str, Callable[..., None]]) -> dict[str, QAction]:
    """A QAction for each row, running what *run* has under its id; raises KeyError when one has nothing to run."""
    actions = {}
    for row in ROWS:
        action = QAction(row.text, window, checkable=row.checkable)
        action.setObjectName(f"action:{row.id}")
        action.setShortcuts([QKeySequence(k) for k in row.keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        keys = f"  ({QKeySequence(row.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)})" if row.keys else ""
        action.setToolTip(f"{row.doc}{keys}")
        action.setStatusTip(row.doc)
        action.triggered.connect(run[row.id])
        actions[row.id] = action
        window.addAction(action)
    return actions


def fill(bar: QMenuBar, actions: Mapping[str, QAction]) -> None:
    """Put *actions* into *bar*, menu by menu."""
    for title in MENUS:
        menu = bar.addMenu(title)
        menu.setObjectName(f"menu:{title}")
        for row in ROWS:
            if row.menu == title:
                if row.gap_before:
                    menu.addSeparator()
                menu.addAction(actions[row.id])
