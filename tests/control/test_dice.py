"""The dice: what is locked stays, small throws stay near, and the look history folds moves of one kind."""

from dataclasses import replace

from app.control.dice import GROUPS, Dice
from app.control.looks import MOST, Looks, PastLook
from app.engine.show.performance import Launch, Performance
from app.engine.show.routes import Route
from app.engine.show.show import Scene

SCENE = replace(Scene(), routes=(Route("bass", "hue", 0.5),))


def test_what_is_locked_stays():
    for group in GROUPS:
        dice = Dice(1)
        for other in GROUPS:
            dice.lock(other, on=other != group)
        after = dice.thrown(SCENE, big=True)
        assert {name for name in GROUPS if getattr(after, name) != getattr(SCENE, name)} == {group}


def test_a_small_throw_stays_near_and_every_throw_in_range():
    dice = Dice(2)
    for group in GROUPS:
        dice.lock(group, on=False)
    scene = SCENE
    for _ in range(200):
        scene = dice.thrown(scene, big=True)
        assert 0.0 <= scene.react.bass <= 3.0
        assert 0.1 <= scene.react.pulse <= 2.0
        assert -1.0 <= scene.routes[0].depth <= 1.0
    near = [dice.thrown(SCENE).react.bass for _ in range(200)]
    assert max(abs(bass - SCENE.react.bass) for bass in near) <= 0.3 * SCENE.react.bass
    dice.amount = 0.0
    assert dice.thrown(SCENE).react == SCENE.react


def look(row: int) -> PastLook:
    return PastLook(Performance((Launch(row),)))


def test_moves_of_one_kind_are_one_look_and_the_oldest_are_forgotten():
    looks = Looks()
    for i in range(10):
        looks.keep("fader", look(i), 0.1 * i)
    assert len(looks) == 1
    looks.keep("fader", look(20), 5.0)
    looks.keep("launch", look(21), 5.1)
    assert [looks.back().performance.a[0].row for _ in range(3)] == [21, 20, 0]
    assert looks.back() is None
    for i in range(2 * MOST):
        looks.keep(f"launch {i}", look(i), float(i))
    assert len(looks) == MOST


def test_looks_follow_their_scenes():
    looks = Looks()
    looks.keep("a", look(0), 0.0)
    looks.keep("b", look(1), 5.0)
    looks.moved_rows({0: 3})
    assert looks.back().performance.a[0].row == 3
    assert looks.back() is None
