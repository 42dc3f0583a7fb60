"""Two real networks in one picture: live and in a film it is the blend of what each draws alone."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from app.engine.render.decks import Troupe
from app.engine.render.engine import Engine
from app.engine.render.opened import opener
from app.engine.render.plan import frames
from app.engine.render.session import make_session
from app.engine.render.staging import staged
from app.engine.show.performance import Launch, Performance, Ramp
from app.engine.show.show import Path, Scene, Section, Show, StyleRef
from app.engine.stylegan.library import bundled_styles
from tests.checkpoints import write_ada
from tests.engine.test_engine import Heap, ManualClock
from tests.heard import Heard
from tests.vectors.networks import card_of

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


def test_a_mix_is_what_both_draw_blended(tmp_path, one_thread):
    file = write_ada(tmp_path / "paintings.pkl", card_of("rgb1_32"))
    refs = (bundled_styles()[0].ref, StyleRef("paintings", "", str(file)))
    open_renderer, heap, clock = opener(device="cpu", precision="float32"), Heap(), ManualClock()
    built = [open_renderer(ref) for ref in refs]
    show = Show(
        sections=(Section(0.0, 16.0, "A"),),
        scenes=tuple(Scene(ref.name, ref, Path(i + 1)) for i, ref in enumerate(refs)),
    )
    baked = {row: make_session(replace(show, active=row), Heard(), built[row].atlas()[0]) for row in range(2)}
    alone = [next(frames([(3.0, baked[row])], built[row], size=(256, 256))).image.astype(float) for row in range(2)]

    mixed = staged(Performance((Launch(0),), (Launch(1),), Ramp(0.3, 0.3)), baked.get, 3.0)
    troupe = Troupe(built[0], refs[0].network, open_renderer)
    (film,) = frames([(3.0, mixed)], troupe)
    assert film.image.shape == (256, 256, 3)
    assert np.abs(film.image - (0.7 * alone[0] + 0.3 * alone[1])).max() < 4.0
    (again,) = frames([(3.0, baked[0])], troupe)
    assert np.array_equal(again.image, alone[0].astype(np.uint8))

    engine = Engine(clock, heap, open_renderer)
    clock.t = 3.0
    engine.start()
    engine.set_session(mixed)
    try:
        heap.wait(lambda: len(heap.styles) == 2, 60.0)
        engine.set_session(replace(mixed))
        heap.wait(lambda: any(np.array_equal(frame.image, film.image) for frame in heap.frames), 60.0)
    finally:
        engine.stop()
        troupe.close()
        for renderer in built:
            renderer.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "engine"]
