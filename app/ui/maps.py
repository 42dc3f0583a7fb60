"""What the window draws of a Style's latent space."""

from dataclasses import dataclass

from PySide6.QtGui import QImage

from app.engine.latent.atlas import Atlas


@dataclass(frozen=True, eq=False)
class Map:
    """A Style's latent space as it is drawn: its Atlas, the sheet of its thumbnails, and the share of them drawn."""

    atlas: Atlas
    sheet: QImage | None
    drawn: float = 1.0
