"""The colours of the window in its three themes; painting reads them from here, each by what it means."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from PySide6.QtGui import QColor

Paints = Mapping[str, str | tuple[str, ...]]


@dataclass(eq=False)
class Theme:
    """The tokens that are worn now, on the main thread.

    A token is one colour for as long as the program runs: another theme fills it anew, so whoever holds it follows.
    """

    # surfaces, from the canvas to a raised control, and dividers
    bg0: QColor
    bg1: QColor
    bg2: QColor
    bg3: QColor
    sel: QColor
    lane: QColor
    pad: QColor
    gutter: QColor
    track: QColor
    line: QColor
    border: QColor
    border_strong: QColor
    # text, from figures that are read from afar to what cannot be used now
    text_hi: QColor
    text: QColor
    text2: QColor
    text3: QColor
    text_dis: QColor
    # states; on_* is text on a full fill of that colour
    accent: QColor
    on_accent: QColor
    live: QColor
    on_live: QColor
    warn: QColor
    on_warn: QColor
    on_warn_key: QColor
    ok: QColor
    learn: QColor
    ring: QColor
    mark: QColor
    # stage buttons, queued names, chips
    freeze: QColor
    freeze_text: QColor
    blackout: QColor
    blackout_text: QColor
    blackout_key: QColor
    queued: QColor
    queued_text: QColor
    broken_text: QColor
    energy: QColor
    running: QColor
    drop_text: QColor
    # sound and song
    bass: QColor
    mid: QColor
    high: QColor
    onset: QColor
    beat: QColor
    downbeat: QColor
    loop: QColor
    cue: QColor
    automation: QColor
    sections: tuple[QColor, ...]
    tints: tuple[QColor, ...]
    name: str = "stage"
    edge: int = 1
    """How wide outlines are at least; more than 1 gives everything that can be pressed one."""

    def wear(self, name: str) -> None:
        """Be the theme called *name*; one that is not known is Stage."""
        self.name = name if name in THEMES else "stage"
        self.edge = 2 if self.name == "contrast" else 1
        for token, paint in THEMES[self.name].items():
            pots = getattr(self, token)
            for pot, color in zip(*((pots, paint) if isinstance(pots, tuple) else ((pots,), (paint,))), strict=True):
                pot.setRgba(QColor(color).rgba())

    def token_of(self, color: QColor) -> str:
        """By which name *color* is known; nothing for a colour that is no token."""
        return next((token.name for token in fields(self) if getattr(self, token.name) is color), "")


_STAGE: Paints = {
    "bg0": "#0B0D10", "bg1": "#14171C", "bg2": "#1C2027", "bg3": "#272C35", "sel": "#103A52",
    "lane": "#0F1216", "pad": "#101318", "gutter": "#0B0D10", "track": "#272C35",
    "line": "#22272F", "border": "#3A424E", "border_strong": "#737E8E",
    "text_hi": "#F2F4F7", "text": "#D5DAE2", "text2": "#A3ACB9", "text3": "#8A94A3", "text_dis": "#5F6875",
    "accent": "#4CC2FF", "on_accent": "#06131C", "live": "#FF5C5C", "on_live": "#1A0000",
    "warn": "#FFB547", "on_warn": "#1A0F00", "on_warn_key": "#573A0C", "ok": "#4ED8A0", "learn": "#F06CD8",
    "ring": "#FFFFFF", "mark": "#FFFFFF",
    "freeze": "#1B3E52", "freeze_text": "#CDEBFF", "blackout": "#641E22", "blackout_text": "#FFDCDC",
    "blackout_key": "#E0A9AB", "queued": "#4A3512", "queued_text": "#FFD79A", "broken_text": "#FFB9B9",
    "energy": "#206A91", "running": "#191E25", "drop_text": "#A9D8F2",
    "bass": "#E0562B", "mid": "#F0E442", "high": "#56B4E9", "onset": "#FFFFFF", "beat": "#6B7686",
    "downbeat": "#D5DAE2", "loop": "#4ED8A0", "cue": "#FFB547", "automation": "#F29BD4",
    "sections": ("#2E4A66", "#5A3E2B", "#2F5744", "#5B2F4C", "#4D4A23", "#27505A", "#49356B", "#5C3636"),
    "tints": ("#7FB2E5", "#D9A577", "#7CCBA2", "#D487BD", "#C9C35F", "#6FBFCF", "#AE95E0", "#DB9292"),
}  # fmt: skip
_DIM: Paints = {
    "bg0": "#07080A", "bg1": "#0D0F12", "bg2": "#121519", "bg3": "#181B20", "sel": "#0C2A3B",
    "lane": "#090B0E", "pad": "#0A0C0F", "gutter": "#07080A", "track": "#1E2229",
    "line": "#171A1F", "border": "#2A3039", "border_strong": "#646D7A",
    "text_hi": "#B4BAC4", "text": "#9AA1AB", "text2": "#8A919C", "text3": "#7F8793", "text_dis": "#4B525C",
    "accent": "#3A93C2", "on_accent": "#04090D", "live": "#D25353", "on_live": "#0A0000",
    "warn": "#C48A36", "on_warn": "#120A00", "on_warn_key": "#2B1B02", "ok": "#3DA97D", "learn": "#BC55A9",
    "ring": "#C8CDD6", "mark": "#C8CDD6",
    "freeze": "#132C3B", "freeze_text": "#93B3C6", "blackout": "#471619", "blackout_text": "#D0A4A4",
    "blackout_key": "#BB8A8C", "queued": "#36270E", "queued_text": "#C9A877", "broken_text": "#D09A9A",
    "energy": "#174C68", "running": "#101317", "drop_text": "#7EA3B8",
    "bass": "#D5542B", "mid": "#B0A733", "high": "#4388B0", "onset": "#C8CDD6", "beat": "#525A66",
    "downbeat": "#9AA1AB", "loop": "#3DA97D", "cue": "#C48A36", "automation": "#B4749E",
    "sections": ("#223749", "#432F21", "#234133", "#442339", "#3A381B", "#1E3C43", "#372850", "#452929"),
    "tints": ("#5F86AC", "#A37C5A", "#5D9879", "#9F658E", "#979247", "#538F9B", "#8370A8", "#A46D6D"),
}  # fmt: skip
_CONTRAST: Paints = {
    **_STAGE,
    "bg0": "#000000", "bg1": "#000000", "bg2": "#000000", "bg3": "#262626", "sel": "#004A7A",
    "lane": "#000000", "pad": "#000000", "gutter": "#FFFFFF", "track": "#6B6B6B",
    "line": "#FFFFFF", "border": "#FFFFFF", "border_strong": "#FFFFFF",
    "text_hi": "#FFFFFF", "text": "#FFFFFF", "text2": "#FFFFFF", "text3": "#E6E6E6", "text_dis": "#A0A0A0",
    "on_accent": "#000000", "on_live": "#000000", "on_warn": "#000000", "on_warn_key": "#000000",
    "live": "#FF6E6E", "learn": "#FF8AE8", "ring": "#FFE600",
    "freeze": "#000000", "freeze_text": "#FFFFFF", "blackout": "#600000", "blackout_text": "#FFFFFF",
    "blackout_key": "#FFFFFF", "queued": "#000000", "queued_text": "#FFD79A", "running": "#000000",
    "drop_text": "#FFFFFF", "energy": "#2B83B3", "beat": "#C8C8C8", "downbeat": "#FFFFFF",
}  # fmt: skip
THEMES: Mapping[str, Paints] = MappingProxyType({"stage": _STAGE, "dim": _DIM, "contrast": _CONTRAST})
"""Dark, grey, one accent, one red, one amber; the same for a booth beside the audience; black and white."""


def _pots(paint: str | tuple[str, ...]) -> QColor | tuple[QColor, ...]:
    return QColor(paint) if isinstance(paint, str) else tuple(map(QColor, paint))


STAGE = Theme(**{token: _pots(paint) for token, paint in _STAGE.items()})  # type: ignore[arg-type]
"""What is worn: the theme that everything is painted in."""
