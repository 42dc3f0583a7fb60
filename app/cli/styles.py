"""Styles by the name or the file that somebody typed."""

from pathlib import Path

from app.engine.errors import StyleError
from app.engine.stylegan.checkpoints.opening import SUFFIXES
from app.engine.stylegan.library import Style, bundled_styles, read_style


def named_style(name: str) -> Style:
    """The Style called *name* in any case, or the one in the file *name*; StyleError lists what there is."""
    known = bundled_styles()
    for style in known:
        if style.name.lower() == name.strip().lower():
            return style
    if name.lower().endswith(SUFFIXES) or Path(name).exists():
        return read_style(Path(name))
    raise StyleError(f"There is no Style called “{name}”. There are: {', '.join(s.name for s in known) or 'none'}.")
