"""What the map costs on the main thread: full repaint, repaint of what moves, live point, zoom, at 404 x 368."""

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QApplication

from app.engine.latent.atlas import Atlas
from app.engine.show.show import Section
from app.engine.stylegan.library import bundled_styles
from app.ui import theme
from app.ui.map_tab import MapTab
from tests.ui.fakes import FakeStudio, make_document

RUNS = 200


def timed(name: str, run: Callable[[int], object], runs: int = RUNS) -> None:
    """Print median and 95th percentile of *run* in milliseconds."""
    spent = []
    for i in range(runs):
        began = time.perf_counter()
        run(i)
        spent.append(1000 * (time.perf_counter() - began))
    print(f"{name:28s} median {statistics.median(spent):6.2f} ms   95 % {sorted(spent)[int(runs * 0.95)]:6.2f} ms")


def main() -> None:
    """Build the tab with the bundled Style's real atlas and measure it."""
    app = QApplication([])
    theme.apply(app)
    style = bundled_styles()[0]
    document = make_document()
    parts = tuple(Section(8.0 * i, 8.0 * (i + 1), label) for i, label in enumerate("ABCD"))
    document.open(replace(document.show, sections=parts))
    studio = FakeStudio(document)
    studio.set_map(style.ref, Atlas.load(style.atlas_path), QImage(str(style.sheet_path)))
    tab = MapTab(document, studio)
    tab.resize(420, 531)
    tab.show()
    app.processEvents()
    view = tab.atlas
    for i in range(240):
        studio.at(12.0 + i / 60)
    target = QPixmap(view.size())
    atlas, live, w = studio.session.atlas, view.live, studio.session.ws_at(3.0).mean(axis=0)
    print(f"{view.width()} x {view.height()}, {len(view.points)} Points, trail of {len(view.trail.spots)}")
    timed("full repaint", lambda _i: view.render(target))
    area = view._moving()
    timed(f"repaint of {area.width()} x {area.height()}", lambda _i: view.render(target, area.topLeft(), area))
    timed("live point", lambda i: live.at(10 + i * 0.01))
    timed("atlas.locate", lambda _i: atlas.locate(w))
    timed("played", lambda i: studio.at(16.0 + i / 60))

    def zoom(i: int) -> None:
        view.port.zoom_about(QPointF(200, 180), 1.02 if i % 2 else 1 / 1.02)
        view.render(target)

    timed("zoom and repaint", zoom, 60)
    timed("lanes", lambda _i: tab.lanes.render(QPixmap(tab.lanes.size())))
    timed("lanes, four times a second", lambda i: (setattr(studio.player, "t", 5 + i * 0.05), tab.lanes.refresh()), 60)
    studio.close()


main()
