"""The picture and the map as JPEG for the web, made from the images that are there; nothing is rendered for it."""

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QImage

from app.ui.stage import StagePicture

QUALITY = 72


class WebPictures:
    """Reads the newest picture and the map, each one reference to an image that nobody changes (any thread)."""

    def __init__(self) -> None:
        self.stage: StagePicture | None = None
        self.sheet: QImage | None = None

    @property
    def _shown(self) -> QImage | None:
        return None if self.stage is None else self.stage.shown

    @property
    def number(self) -> int:
        """Another one for another picture; 0 for none."""
        shown = self._shown
        return 0 if shown is None else shown.cacheKey()

    def preview(self, wide: int) -> bytes | None:
        """What the audience sees when the stage is not black."""
        return jpeg(self._shown, wide)

    def map(self, wide: int) -> bytes | None:
        """All thumbnails of the Style's map."""
        return jpeg(self.sheet, wide)


def jpeg(image: QImage | None, wide: int) -> bytes | None:
    """*image* no wider and no taller than *wide*; None for none."""
    if image is None or image.isNull():
        return None
    if max(image.width(), image.height()) > wide:
        image = image.scaled(wide, wide, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPG", QUALITY)  # type: ignore[call-overload]
    return bytes(buffer.data().data())
