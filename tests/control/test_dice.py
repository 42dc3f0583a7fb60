"""The dice: what is locked stays, small throws stay near, and the look history folds moves of one kind."""

from dataclasses import fields, replace

from app.control.dice import GROUPS, Dice
from app.control.looks import MOST, Looks, PastLook
from app.control.params import PARAMS
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


HEARS = ("react.bass", "react.mid", "react.treble", "react.gate")


def test_a_group_alone_is_thrown_and_nothing_beside_it():
    dice = Dice(3)
    after = dice.thrown_some(SCENE, HEARS)
    changed = {f"react.{f.name}" for f in fields(SCENE.react)
               if getattr(after.react, f.name) != getattr(SCENE.react, f.name)}  # fmt: skip
    assert changed == set(HEARS)
    assert replace(after, react=SCENE.react) == SCENE


def test_a_group_that_is_locked_stays():
    dice = Dice(3)
    dice.lock("react", on=True)
    assert dice.thrown_some(SCENE, (*HEARS, "finish.hue"), big=True) == SCENE
    dice.lock("finish", on=False)
    assert dice.thrown_some(SCENE, (*HEARS, "finish.hue"), big=True).react == SCENE.react
    assert dice.thrown_part(SCENE, "react") == SCENE


def test_the_amount_counts_for_a_group_too():
    dice = Dice(3)
    dice.amount = 0.0
    assert dice.thrown_some(SCENE, [p for p in PARAMS if p.startswith("react.")], big=True) == SCENE


def test_every_setting_of_a_group_stays_what_it_may_be():
    dice = Dice(4)
    dice.lock("finish", on=False)
    names = [name for name, p in PARAMS.items() if p.scope in ("react", "finish")]
    scene, seen = SCENE, set()
    for _ in range(300):
        scene = dice.thrown_some(scene, names, big=True)
        for name in names:
            scope, _, field = name.partition(".")
            value = getattr(getattr(scene, scope), field)
            assert PARAMS[name].valid(value) == value
        seen.add((scene.react.section_amount, scene.finish.mirror))
    assert len({amount for amount, _ in seen}) > 2
    assert len({mirror for _, mirror in seen}) > 1


def test_a_part_alone_is_thrown():
    dice = Dice(5)
    after = dice.thrown_part(SCENE, "path")
    assert after.path != SCENE.path
    assert replace(after, path=SCENE.path) == SCENE


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
