"""What the window draws of a Style's latent space."""

from dataclasses import dataclass

from PySide6.QtGui import QImage

from app.engine.latent.atlas import Atlas


@dataclass(frozen=True, eq=False)
class Map:
    """A Style's latent space as it is drawn: its Atlas and the sheet of its thumbnails."""

    atlas: Atlas
    sheet: QImage | None
