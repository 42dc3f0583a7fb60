"""The one table of actions: menus, keys, the key sheet, the palette, OSC, MIDI and the manual are all read off it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

FLAG = ("", "i")
"""1 is a press; 0 lets go."""

MENUS = ("File", "Edit", "View", "Style", "Song", "Hot cues", "Scene", "Output", "Export", "Help")

INSIDE: Mapping[str, str] = MappingProxyType({"Hot cues": "Song"})
"""Menus that stand within another."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do. What is left empty it does not have: no *text*, no button; no *address*, no way to it by OSC.

    *keys* in Qt's portable form, which count in *workspace* alone where one is named. *menu* names the menu it stands
    in, *gap_before* with a line above. A *checkable* one is on or off. *takes*: the arguments its address may come
    with, a letter each. ``{n}`` in an address is a number from 1, which stands before the arguments.
    """

    id: str
    text: str = ""
    keys: tuple[str, ...] = ()
    menu: str = ""
    checkable: bool = False
    gap_before: bool = False
    doc: str = ""
    address: str = ""
    takes: tuple[str, ...] = FLAG
    key: bool = False
    """May a key of a MIDI controller do it?"""
    holds: bool = False
    """Has it a state that 1 and 0 set, and that changes where neither is said?"""
    steps: bool = False
    """May its number be said from where it is, as that of a setting may?"""
    streams: bool = False
    """Does the newest of many count alone?"""
    first: bool = False
    """Is it on at first?"""
    workspace: str = ""

    @property
    def label(self) -> str:
        """What a person calls it."""
        return self.text.rstrip("…")

    @property
    def numbered(self) -> bool:
        """Does it need to be told which one?"""
        return "{n}" in self.address

    @property
    def button(self) -> bool:
        """Can it be pressed as it is, in a menu or by a key?"""
        return bool(self.text) and not self.numbered


_FILE = (
    Action("new", "New show", ("Ctrl+N",), "File", doc="Start again with the factory scenes"),
    Action("open", "Open song…", ("Ctrl+O", "Ctrl+I"), "File", doc="Bring in a song and play it"),
    Action("open_show", "Open show…", ("Ctrl+Shift+O",), "File", doc="Open saved work"),
    Action("save", "Save", ("Ctrl+S",), "File", gap_before=True, doc="Save the work"),
    Action("save_as", "Save as…", ("Ctrl+Shift+S",), "File", doc="Save the work under another name"),
    Action("quit", "Quit", ("Ctrl+Q",), "File", gap_before=True, doc="Leave Anthesis"),
    Action("undo", "Undo", ("Ctrl+Z",), "Edit", doc="Take the last edit back"),
    Action("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Edit", doc="Do it again after all"),
    Action("history", "History…", ("Ctrl+Shift+H",), "Edit", gap_before=True, doc="Every step of undo by its name"),
    Action("preferences", "Preferences…", ("Ctrl+,",), "Edit", gap_before=True, doc="Theme and size of the window"),
)
_VIEW = (
    Action("fullscreen", "Full screen window", ("Ctrl+F11",), "View", checkable=True,
           doc="The window without its frame"),
    Action("hud", "Frame times", ("F6",), "View", checkable=True,
           doc="Frame rate, frame times and device on the picture"),
    Action("palette", "Find…", ("Ctrl+Shift+P", "Ctrl+F", "F3"), "View",
           doc="Any action, setting, scene, style or song, by typing its name"),
    Action("map_mode", "Map MIDI", ("Ctrl+M",), "View", checkable=True, gap_before=True,
           doc="Click a control, then move a knob"),
    Action("key_map", "Map keys", ("Ctrl+K",), "View", checkable=True, doc="Click a button, then press a key"),
    Action("controllers", "Controllers…", ("Ctrl+Shift+M",), "View", doc="OSC, MIDI and what each knob moves"),
    Action("remote", "Phone remote…", (), "View", doc="A page for phones and tablets: its address, PIN and switch"),
    Action("shortcuts", "Shortcuts…", ("Ctrl+Shift+K",), "View", doc="Every key, to be changed"),
    Action("stage_dim", "Stage-dim", ("Ctrl+Shift+D",), "View", checkable=True, gap_before=True,
           doc="Darker colours, for a booth beside the audience"),
    Action("high_contrast", "High contrast", (), "View", checkable=True,
           doc="Black and white, with an outline round all that can be pressed"),
    Action("whole_song", "Whole song", ("Ctrl+0",), "View", gap_before=True, doc="All of the song on the timeline"),
    Action("zoom_in", "Closer", ("Ctrl+=", "Ctrl++"), "View", doc="Less of the song on the timeline, and larger"),
    Action("zoom_out", "Farther", ("Ctrl+-",), "View", doc="More of the song on the timeline"),
    Action("follow", "Follow the playhead", ("F",), "View", doc="Turn the pages of the timeline with it again"),
    Action("snap", "Snap to the beat", ("N",), "View", checkable=True, first=True,
           doc="What is dragged in time stops at beats and bars; Alt drags freely"),
    Action("wave_bands", "Waveform in three bands", (), "View", checkable=True, gap_before=True, first=True,
           doc="Bass before mid before high, each in its colour"),
    Action("wave_mono", "Waveform in one colour", (), "View", checkable=True, doc="How loud it is, and no more"),
    Action("wave_rgb", "Waveform in mixed colours", (), "View", checkable=True,
           doc="One colour an instant, of the bands that sound; not for those who tell few colours apart"),
    Action("create", "Create", ("Ctrl+1",), "View", gap_before=True, doc="The workspace for making"),
    Action("perform", "Perform", ("Ctrl+2",), "View", doc="The workspace for playing live"),
    Action("export", "Export", ("Ctrl+E", "Ctrl+3"), "View", doc="The workspace for films"),
    Action("next_part", "Next part of the window", ("Ctrl+Tab",), "View", gap_before=True,
           doc="Keys go to the next part of the window"),
    Action("previous_part", "Part before", ("Ctrl+Shift+Tab", "Ctrl+Shift+Backtab"), "View",
           doc="Keys go to the part of the window before"),
    Action("reset_layout", "Reset layout", (), "View", gap_before=True,
           doc="The window as it was at first: its size and what is in front; what the audience sees stays"),
    Action("add_style", "Add style…", (), "Style", doc="Add a network from a file"),
    Action("get_more", "Get more styles…", (), "Style", doc="Public networks to download"),
    Action("next_style", "Next style", (), "Style", gap_before=True, doc="Use the next Style of the list",
           address="style/next", key=True),
    Action("previous_style", "Previous style", (), "Style", doc="Use the Style before it in the list",
           address="style/previous", key=True),
    Action("style", doc="Use a Style of the list, by name or by number from 1", address="style/load", takes=("s", "i")),
    Action("preset", doc="React as this Preset does", address="preset/load", takes=("s",)),
)  # fmt: skip
_SONG = (
    Action("play", "Play or pause", ("Space",), "Song", doc="Play or pause", address="transport/toggle", key=True),
    Action("playing", doc="Play; 0 pauses", address="transport/play"),
    Action("stop", "Stop", (), "Song", doc="Pause and go to the start", address="transport/stop", key=True),
    Action("to_start", "To the start", ("Ctrl+Home",), "Song", doc="Go to the start"),
    Action("song", doc="Play a song of the list, by name or number, or a file beside one of them", address="song/load",
           takes=("s", "i")),
    Action("seek", doc="Go to this second of the song", address="transport/seek", takes=("f",), steps=True),
    Action("seek_beat", doc="Go to this beat of the song, counted from its first 1", address="transport/seek/beat",
           takes=("f",), steps=True),
    Action("nudge", doc="Each beat so many milliseconds later", address="tempo/nudge", takes=("f",)),
    Action("loop", "Loop", ("L",), "Song", checkable=True, doc="Loop the part that plays, or the whole song",
           address="transport/loop", key=True, holds=True),
    Action("loop_range", doc="Loop from one second to another", address="transport/loop/range", takes=("ff",)),
    Action("next_song", "Next song", ("Ctrl+PgDown",), "Song", gap_before=True,
           doc="Play the next song of the playlist", address="song/next", key=True),
    Action("previous_song", "Previous song", ("Ctrl+PgUp",), "Song", doc="Play the song before it in the playlist",
           address="song/previous", key=True),
    Action("end_stop", "Stop at the end", (), "Song", checkable=True, gap_before=True, address="song/end/stop",
           doc="Where a song ends the picture holds, until it is played again", key=True),
    Action("end_repeat", "Repeat the song", (), "Song", checkable=True, address="song/end/repeat",
           doc="Where a song ends it begins again", key=True),
    Action("end_next", "Go on with the next song", (), "Song", checkable=True, address="song/end/next",
           doc="Where a song of the playlist ends, the next one begins; it stops after the last", key=True),
    Action("end_round", "Repeat the playlist", (), "Song", checkable=True, address="song/end/round",
           doc="Where a song of the playlist ends, the next one begins; after the last, the first", key=True),
    Action("clear_playlist", "Forget the playlist", (), "Song", doc="No song comes after another; the files stay"),
    Action("capture", "Keep the last minute as a song", (), "Song", gap_before=True,
           doc="Write what came in live as a file, which is a song", address="song/capture", key=True),
)  # fmt: skip
_TEMPO = (
    Action("tap", "Tap", ("T",), "Song", gap_before=True, doc="Tap four times or more in time with the music",
           address="tempo/tap", key=True),
    Action("resync", "Resync", ("R",), "Song", doc="This is the 1", address="tempo/resync", key=True),
    Action("nudge_back", "Beat earlier", (",",), "Song", doc="Each beat 10 ms earlier; held, 2 % faster",
           address="tempo/nudge/back", key=True),
    Action("nudge_on", "Beat later", (".",), "Song", doc="Each beat 10 ms later; held, 2 % slower",
           address="tempo/nudge/on", key=True),
    Action("nudge_back_fine", "Beat a little earlier", ("Shift+,", "<"), "Song", doc="Each beat 1 ms earlier"),
    Action("nudge_on_fine", "Beat a little later", ("Shift+.", ">"), "Song", doc="Each beat 1 ms later"),
    Action("half_time", "Half the tempo", (";",), "Song", doc="Half as many beats", address="tempo/half", key=True),
    Action("double_time", "Double the tempo", ("'",), "Song", doc="Twice as many beats", address="tempo/double",
           key=True),
    Action("tempo_lock", "Keep the tempo", (), "Song", checkable=True, gap_before=True,
           doc="Keep the tempo as it is, whatever is heard; off, the music or a peer decides again",
           address="tempo/lock", key=True, holds=True),
    Action("link", "Ableton Link", (), "Song", checkable=True, doc="Follow the beat of the others in the network"),
    Action("calibrate", "Calibrate sound and picture…", (), "Song", gap_before=True,
           doc="Tap with the beat, so that both meet"),
)  # fmt: skip
_HOT_CUES = (
    *(Action(f"hot_cue_{n}", f"Hot cue {n}", (f"{n}",), "Hot cues",
             doc=f"Jump to hot cue {n}, timed as a launch is; its key counts while the timeline has the focus",
             address=f"hotcue/{n}/jump", key=True, workspace="create") for n in range(1, 9)),
    *(Action(f"set_hot_cue_{n}", f"Set hot cue {n}", (f"Shift+{n}",), "Hot cues", gap_before=n == 1,
             doc="Put it where the song is; take it away where it is set", address=f"hotcue/{n}/set", key=True,
             workspace="create") for n in range(1, 9)),
)  # fmt: skip
_SCENE = (
    Action("add_scene", "Add scene", ("Ctrl+Shift+N",), "Scene", doc="Copy the playing scene"),
    Action("remove_scene", "Remove scene", (), "Scene", doc="Take the playing scene away"),
    Action("scene", "Play scene", doc="Play the scene of this number", address="scene/{n}/launch", key=True),
    Action("pad", "Play pad", doc="Play the scene on this pad of the page that is shown; 1 is the first",
           address="pad/{n}/launch", key=True),
    Action("overwrite", "Overwrite pad", doc="Put what plays in place of the scene on this pad of the page that is "
           "shown; on an empty one, behind the last scene", address="pad/{n}/store", key=True),
    Action("scene_named", doc="Play the scene of this name", address="scene/launch", takes=("s",)),
    Action("next_scene", "Next scene", ("PgDown",), "Scene", gap_before=True, doc="Play the next scene",
           address="scene/next", key=True, workspace="create"),
    Action("previous_scene", "Previous scene", ("PgUp",), "Scene", doc="Play the scene before",
           address="scene/previous", key=True, workspace="create"),
    Action("dice", "Roll the dice", ("D",), "Scene", doc="Another path and other settings, by chance",
           address="scene/dice", key=True),
    Action("dice_big", "Roll the dice, far", ("Shift+D",), "Scene", doc="As the dice, and anywhere",
           address="scene/dice/far", key=True),
    *(Action(f"dice_{part}", f"Roll the {word}", (), doc=f"Of all that the dice change only the {word}",
             address=f"scene/dice/{part}", key=True)
      for part, word in (("path", "path"), ("react", "reaction"), ("finish", "finish"), ("routes", "routes"))),
    Action("begin_again", "Begin the scene again", ("F5",), "Scene",
           doc="As it is by itself, where hands led it elsewhere; its Style is looked for again", address="scene/again",
           key=True),
    Action("back", "Back onto the path", ("Shift+Home",), "Scene", doc="Glide back onto the path",
           address="latent/back", key=True),
    Action("add_point", "Add a point", (), "Scene", doc="Keep the place where the picture is as a point of the path, "
           "at this second of the song or at the one that is said", address="latent/waypoint/add", takes=("", "f"),
           key=True),
    Action("direction_named", doc="Push the picture so many deviations, −3 to 3, along the direction of this name",
           address="latent/dir", takes=("sf",)),
    Action("neighbour_back", "Neighbour before", ("[",), "Scene", gap_before=True,
           doc="One deviation back along the direction of the map", address="latent/neighbour/before", key=True),
    Action("neighbour_on", "Next neighbour", ("]",), "Scene", doc="One deviation on along the direction of the map",
           address="latent/neighbour/next", key=True),
    Action("xy", doc="Go to a place on the map: across and down, 0 to 1 each", address="latent/xy", takes=("ff",),
           streams=True),
    *(Action(f"xy_{band}", doc=f"Let the {what} alone go to a place on the map", address=f"layer/{band}/xy",
             takes=("ff",), streams=True)
      for band, what in (("coarse", "shape"), ("mid", "parts"), ("fine", "texture and colour"))),
    Action("point", doc="Go to a point of the path, by number from 1 or by name, over so many beats, else over one",
           address="latent/goto", takes=("i", "s", "if", "sf")),
    Action("w", doc="Go to this w: as many float32 as the Style has, big-endian", address="latent/w", takes=("b",),
           streams=True),
    Action("seed", doc="Place the path from this seed", address="latent/seed", takes=("i",)),
    Action("mute_routes", "Mute all routes", ("Shift+M",), "Scene", checkable=True, gap_before=True,
           doc="Let no sound move the picture, until it is pressed again", address="routes/mute", key=True, holds=True),
)  # fmt: skip
_PADS = (
    *(Action(f"launch_{n}", f"Pad {n}", (f"{n}",), doc=f"Launch pad {n} of the line that keys launch",
             workspace="perform") for n in range(1, 9)),
    Action("line_up", "Line above", ("Ctrl+Up",), doc="Let 1 to 8 launch the line above", workspace="perform"),
    Action("line_down", "Line below", ("Ctrl+Down",), doc="Let 1 to 8 launch the line below", workspace="perform"),
    Action("page_up", "Page before", ("PgUp",), doc="The page of pads before", address="scene/page/before", key=True,
           workspace="perform"),
    Action("page_down", "Next page", ("PgDown",), doc="The next page of pads", address="scene/page/next", key=True,
           workspace="perform"),
    Action("keys_are_pads", "Keys = pads", ("`",), checkable=True, doc="Let four rows of keys launch 32 pads",
           workspace="perform"),
    Action("glide", "Glide on or off", ("G",), doc="Cut from scene to scene, or glide as long as before",
           workspace="perform"),
    Action("unqueue", "Launch nothing", ("Esc",), doc="Let what waits not come", workspace="perform"),
)  # fmt: skip
_STAGE = (
    Action("take_cue", "Take the cue", ("Return",), "Scene", gap_before=True, doc="Launch the scene that was prepared",
           address="mix/take", key=True, workspace="perform"),
    Action("cue_edits", "Edits go to the cue", ("Q",), "Scene", checkable=True,
           doc="Edit the prepared scene, or a copy, while what plays stays as it is", address="cue/edits", key=True,
           holds=True),
    Action("deck_a", "Cut to deck A", ("Z",), "Scene", doc="Show deck A alone", address="deck/a", key=True,
           workspace="perform"),
    Action("deck_b", "Cut to deck B", ("X",), "Scene", doc="Show deck B alone", address="deck/b", key=True,
           workspace="perform"),
    Action("auto_fade", "Fade to the other deck", ("C",), "Scene",
           doc="Let the fader go to its other end, over the glide", address="deck/fade", key=True, workspace="perform"),
    Action("look_back", "Look before", ("Backspace",), "Scene", doc="Go back to what was performed before",
           address="scene/back", key=True, workspace="perform"),
    Action("panic", "Panic", ("Shift+Esc",), "Scene",
           doc="Nothing waits, nothing shakes, macros as they were; twice, the scene begins anew",
           address="panic", key=True),
    Action("record", "Record a take", ("Ctrl+R",), "Scene", checkable=True, gap_before=True,
           doc="Keep everything that hands do from here on, to be played and filmed again", address="take/record",
           key=True, holds=True),
    Action("keep_last", "Keep the last 16 bars", ("Ctrl+Shift+R",), "Scene",
           doc="Make a take of what was played, after the fact", address="take/keep", key=True),
    Action("record_video", "Record video", ("Ctrl+Alt+R",), "Scene", checkable=True,
           doc="Write what the audience sees as a film while it plays, with the sound", address="video/record",
           key=True, holds=True),
    Action("replay", "Play the newest take", (), "Scene", checkable=True,
           doc="The song goes to its start and hands are off; any gesture ends it", address="take/play", key=True,
           holds=True),
    Action("open_take", "Open take…", (), "Scene", doc="A take that was kept before"),
)  # fmt: skip
_OUTPUT = (
    Action("freeze", "Freeze", ("F7",), "Output", checkable=True, doc="Hold the picture",
           address="output/freeze", key=True, holds=True),
    Action("blackout", "Blackout", ("F8", "B"), "Output", checkable=True, doc="Black on the output",
           address="output/blackout", key=True, holds=True),
    Action("blackout_cut", "Blackout, cut", ("Shift+F8",), "Output", checkable=True,
           doc="Black at once, without a fade", address="output/blackout/cut", key=True, holds=True),
    Action("output", "Output window", ("F11",), "Output", checkable=True, doc="The picture alone, full screen",
           address="output/fullscreen", key=True, holds=True),
    Action("on_air", "On air", ("F9",), "Output", checkable=True, doc="Nothing may disturb the show until it is over",
           address="output/onair", key=True, holds=True),
    Action("choose_output", "Choose display…", ("Shift+F11",), "Output", gap_before=True,
           doc="The screen the audience sees, from a list"),
    Action("outputs", "Outputs…", (), "Output", doc="Displays, NDI, Spout, Syphon and virtual camera"),
    *(Action(f"send_{id_}", text, (), "Output", checkable=True, gap_before=id_ == "ndi", doc=doc,
             address=f"output/{id_}", key=True, holds=True)
      for id_, text, doc in (("ndi", "NDI", "Send what the audience sees to any machine on the network"),
                             ("spout", "Spout", "Send what the audience sees to programs on this machine"),
                             ("syphon", "Syphon", "Send what the audience sees to programs on this machine"),
                             ("camera", "Virtual camera", "Show what the audience sees as a webcam"))),
    Action("identify", "Identify displays", (), "Output", gap_before=True,
           doc="The name of each display on it, for three seconds"),
    Action("test_card", "Test card", (), "Output", checkable=True, doc="Grid, circles and size, to set a projector up"),
    Action("flash_guard", "Safety…", (), "Output", doc="Flash guard, and what is seen when the engine fails"),
    Action("output_fit", "Whole picture", (), "Output", checkable=True, gap_before=True,
           doc="Black beside the picture"),
    Action("output_crop", "Fill the screen", (), "Output", checkable=True, doc="Its edges fall outside the screen"),
    Action("output_mirror", "Mirror the edges", (), "Output", checkable=True, doc="Its reflections fill the screen"),
    Action("output_stretch", "Stretch", (), "Output", checkable=True, doc="The picture takes the screen's shape"),
    Action("rate_free", "Rate as it comes", (), "Output", checkable=True, gap_before=True,
           doc="30 to 60 frames a second"),
    Action("rate_60", "Hold 60 fps", (), "Output", checkable=True, doc="Smaller pictures where 60 a second need it"),
    Action("rate_50", "Hold 50 fps", (), "Output", checkable=True, doc="Smaller pictures where 50 a second need it"),
    Action("rate_30", "Hold 30 fps", (), "Output", checkable=True, doc="An even 30 frames a second"),
    Action("rate_25", "Hold 25 fps", (), "Output", checkable=True, doc="An even 25 frames a second"),
    Action("rate_24", "Hold 24 fps", (), "Output", checkable=True, doc="An even 24 frames a second, as in the cinema"),
    Action("export_now", "Export now", ("Ctrl+Return",), "Export", doc="Make the film"),
    Action("film_take", "Film of the newest take", (), "Export", doc="Make a film of it, in the size set there"),
    Action("cancel_export", "Cancel export", (), "Export", doc="Stop making the film"),
    Action("still", "Still picture", ("Ctrl+P",), "Export", doc="Save what is seen as a PNG"),
    Action("keys", "Keys", ("F1", "?"), "Help", doc="All keys on one page"),
    Action("about", "About Anthesis", (), "Help", doc="Version, device and licences"),
    Action("sync", doc="Everything that can be asked for, told to who asks", address="sync/all"),
)  # fmt: skip

ACTIONS: Mapping[str, Action] = MappingProxyType({
    action.id: action for action in (*_FILE, *_VIEW, *_SONG, *_TEMPO, *_HOT_CUES, *_SCENE, *_PADS, *_STAGE, *_OUTPUT)
})  # fmt: skip
"""Every action by its id, menu by menu."""

EMERGENCY = ("freeze", "blackout", "blackout_cut", "on_air", "output", "panic")
"""Their keys act whatever has the focus, an open menu too."""

FORMER_IDS: Mapping[str, str] = MappingProxyType({"toggle": "play", "go_on": "end_next"})
"""What an action was called in mappings that older windows kept."""
