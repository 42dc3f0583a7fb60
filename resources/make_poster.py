"""Draws resources/poster.webp: what the preview shows until the engine has made its first picture."""

from pathlib import Path

import numpy as np
from PIL import Image

from app.engine.audio.demo import demo_song
from app.engine.audio.features import FeatureTrack
from app.engine.render.opened import opener
from app.engine.render.plan import frames
from app.engine.render.session import make_session
from app.engine.show.factory import new_show
from app.engine.stylegan.library import bundled_styles

COUNT, SECONDS = 12, 1.0


def main() -> None:
    """Twelve pictures of the demo's first second, side by side."""
    style = bundled_styles()[0].ref
    renderer = opener(device="cpu", precision="float32")(style)
    atlas, _sheet = renderer.atlas()
    session = make_session(new_show(style), FeatureTrack.load(demo_song()[1]), atlas)
    times = ((i * SECONDS / COUNT, session) for i in range(COUNT))
    strip = np.concatenate([frame.image for frame in frames(times, renderer)], axis=1)
    Image.fromarray(strip).save(Path(__file__).with_name("poster.webp"), quality=88, method=6)


if __name__ == "__main__":
    main()
