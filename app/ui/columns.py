"""The columns beside the picture: how wide they are in a window of a size, and which pages stand in which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.side import SideColumn

Pages = Sequence[tuple[str, QWidget]]


@dataclass(frozen=True, slots=True)
class Sizes:
    """Widths of the columns and height of the timeline at one size of window; *left* 0: one column holds all tabs."""

    left: int
    right: int
    timeline: int


def sizes(width: int, height: int) -> Sizes:
    """The design's sizes for a window of *width* x *height*: 1024 x 640, 1440 x 900, 1920 x 1080 and between."""
    if width < 1240 or height < 760:
        return Sizes(0, 296, 120)
    if width < 1680 or height < 980:
        return Sizes(264, 420, 232)
    return Sizes(300, 520, 292)


class Columns:
    """Owns where the pages stand (main thread): at the left and at the right, or all of them in one column."""

    def __init__(self, columns: tuple[SideColumn, SideColumn], pages: tuple[Pages, Pages],
                 extras: Mapping[QWidget, QWidget]) -> None:  # fmt: skip
        self.left, self.right = columns
        self.pages, self._extras = pages, extras
        self.first = [side[0][0] for side in pages]
        """The names of the pages that are in front at first."""
        self._row = QHBoxLayout()
        self._now = Sizes(-1, 0, 0)

    def lay_out(self, holder: QWidget, middle: QWidget) -> None:
        """Stand in *holder*, at either side of *middle*."""
        self._row = QHBoxLayout(holder)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(1)
        self._row.addWidget(self.left)
        self._row.addWidget(middle, 1)
        self._row.addWidget(self.right)

    def fit(self, width: int, height: int) -> Sizes | None:
        """Be as wide as a window of *width* x *height* wants; None where nothing has changed."""
        wanted = sizes(width, height)
        if wanted == self._now:
            return None
        merged, was_merged = wanted.left == 0, self._now.left == 0
        if merged != was_merged or self._now.left < 0:
            fronts = self.first if self._now.left < 0 else self.fronts()
            self._put(merged)
            self.bring(fronts)
        self._now = wanted
        self.left.setFixedWidth(max(wanted.left, 1))
        self.right.setFixedWidth(wanted.right)
        return wanted

    def _put(self, merged: bool) -> None:
        self.left.take_all()
        self.right.take_all()
        left, right = self.pages
        if merged:
            self.right.add_group(left)
        else:
            for text, page in left:
                self.left.add(text, page)
        for text, page in right:
            self.right.add(text, page, extra=self._extras.get(page))
        self.left.setVisible(not merged)
        self._row.removeWidget(self.right)
        self._row.insertWidget(0 if merged else self._row.count(), self.right)

    def fronts(self) -> list[str]:
        """The names of the pages in front; nothing for a column that has none."""
        return [self.left.front(), self.right.front()]

    def bring(self, names: Sequence[str]) -> None:
        """Bring the pages of the left and of the right to the front; where both share one column, the left's."""
        for name in reversed(names):
            self.left.bring(name)
            self.right.bring(name)
