"""Which class of its network the playing scene draws, or which mix; there to see only for Styles that have classes."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from app.engine.show.classes import MOST, mixed
from app.engine.show.show import Show
from app.ui.document import Document
from app.ui.studio import Studio
from app.ui.theme import STAGE, font
from app.ui.widgets import Btn, NumberField, Slider, Stepper, words

MOST_BY_HAND = 4
"""Classes that can be mixed here; a Show may hold more."""

LEAST = 0.01
LABEL_WIDE, ROOMY = 56, 330
_GESTURE_MS = 600
"""Steps that follow one another this closely are one gesture, so one step of undo."""

Pairs = Sequence[tuple[int, float]]
_KEY_STEPS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}


def with_share(pairs: Pairs, at: int, share: float) -> list[tuple[int, float]]:
    """*pairs* with *share* of the one at *at*; the others keep their proportions and make up the rest."""
    rest = sum(weight for i, (_, weight) in enumerate(pairs) if i != at)
    return [(label, share if i == at else weight / rest * (1.0 - share)) for i, (label, weight) in enumerate(pairs)]


def free_class(pairs: Pairs, wanted: int, step: int, count: int) -> int | None:
    """*wanted*, or the next class in the direction of *step* that is not among *pairs*; None past the ends."""
    taken = {label for label, _ in pairs}
    while wanted in taken:
        wanted += step
    return wanted if 0 <= wanted < count else None


class ClassStepper(Stepper):
    """A class by its number: minus, plus, typed, or by arrow and Page keys. Main thread."""

    def __init__(self) -> None:
        super().__init__(0, 0, 0)
        self.figure.setFixedWidth(44)
        self.figure.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_count(self, count: int) -> None:
        """Let it go from 0 to *count* - 1."""
        self.hi = max(0, count - 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _KEY_STEPS:
            self._move(self.amount + _KEY_STEPS[Qt.Key(event.key())])
            self.figure.setText(str(self.amount))
        else:
            super().keyPressEvent(event)


class ClassRow(QObject):
    """The parts of one class: which, and how much of it where there are several. Main thread."""

    stepped = Signal(int)
    shared = Signal(float)
    released = Signal()
    removed = Signal()

    def __init__(self, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.label, self.stepper = words("" if number else "Class"), ClassStepper()
        self.slider, self.figure = Slider(LEAST, 1.0 - LEAST, 0.5), NumberField(lambda percent: f"{percent:.0f} %")
        self.remove = Btn(icon="x", look="flat")
        self.remove.tall = 24
        self.figure.setFixedWidth(46)
        for widget, name in ((self.stepper, "class"), (self.slider, "share"), (self.remove, "removeClass")):
            widget.setObjectName(f"{name}:{number}")
        self.parts: tuple[QWidget, ...] = (self.label, self.stepper, self.slider, self.figure, self.remove)
        for part in self.parts:
            part.setParent(parent)
        self.stepper.moved.connect(lambda to: self.stepped.emit(round(to)))
        self.slider.moved.connect(self.shared)
        self.slider.released.connect(self.released)
        self.slider.typed.connect(lambda first: self.figure.begin(first, self.slider))
        self.figure.entered.connect(self._typed)
        self.remove.clicked.connect(self.removed)

    def _typed(self, percent: float) -> None:
        self.shared.emit(percent / 100)
        self.released.emit()

    def show_pair(self, pair: tuple[int, float] | None, several: bool) -> None:
        """Show *pair*, a class and its share, which stands alone unless there are *several*; None hides the row."""
        for part in self.parts:
            part.setVisible(pair is not None and (several or part in (self.label, self.stepper)))
        if pair is None:
            return
        label, share = pair
        self.stepper.set_amount(label)
        self.slider.set_amount(share)
        self.figure.set_amount(share * 100)
        self.stepper.name("Class of the mix" if several else "Class")
        for widget, name in ((self.slider, f"How much of class {label}"), (self.figure, f"Per cent of class {label}"),
                             (self.remove, f"Take class {label} out of the mix")):  # fmt: skip
            widget.setAccessibleName(name)
            widget.setToolTip(name)


class ClassMix(QWidget):
    """Owns the rows of classes (main thread). A change is one step of undo; the picture goes on until its map is made.

    A share that is being dragged is told when the hand lets go: each mix has a map of its own, made in about a second.
    """

    def __init__(self, document: Document, studio: Studio, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("classMix")
        self.setAccessibleName("Classes")
        self.document, self.studio = document, studio
        self._pairs: list[tuple[int, float]] = []
        self._gesture = QTimer(self, singleShot=True, interval=_GESTURE_MS)
        self._gesture.timeout.connect(document.end_merge)
        self.rows = [ClassRow(i, self) for i in range(MOST)]
        self.note, self.add = words("", 11, 400, STAGE.text3), Btn("Mix", "plus")
        self.add.setObjectName("addClass")
        self.add.tall, self.add.face = 24, font(12)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(12, 1, 12, 10)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(2, 1)
        for i, row in enumerate(self.rows):
            for column, part in enumerate(row.parts):
                self._grid.addWidget(part, i, column)
        for i, row in enumerate(self.rows):
            row.stepped.connect(partial(self.step, i))
            row.shared.connect(partial(self.share, i))
            row.released.connect(self.let_go)
            row.removed.connect(partial(self.take_out, i))
        self.add.clicked.connect(self.mix_in)
        document.watch(self.show_value, "scene.style", hidden=True)
        studio.styles_changed.connect(self._styles_changed)
        studio.engine_changed.connect(self._show_note)
        self.show_value(document.show)

    # --- document to screen

    def show_value(self, show: Show) -> None:
        """Show the playing scene's classes, or nothing at all where its network has none."""
        style = self.studio.style
        count = 0 if style is None else style.classes
        self.setVisible(count > 0)
        self._pairs = list(show.scene.style.classes) or [(0, 1.0)]
        for row in self.rows:
            row.stepper.set_count(count)
            row.stepper.setToolTip(
                f"Which class the scene draws, 0 to {count - 1}; Points placed earlier stay as they are"
            )
        self.add.setEnabled(len(self._pairs) < min(MOST_BY_HAND, count))
        self.add.setAccessibleName("Mix another class in")
        self.add.setToolTip("Mix another class in")
        self._show_pairs()
        self._show_note()

    def _styles_changed(self) -> None:
        self.show_value(self.document.show)

    def _show_pairs(self) -> None:
        count = len(self._pairs)
        for i, row in enumerate(self.rows):
            row.slider.default = 1.0 / max(count, 2)
            row.show_pair(self._pairs[i] if i < count else None, count > 1)
        foot = count if count > 1 else 0  # beside a class that stands alone, below several
        roomy = count < 2 or self.width() >= ROOMY
        self.rows[0].label.setVisible(roomy)
        self._grid.setColumnMinimumWidth(0, LABEL_WIDE if roomy else 0)
        self._grid.setHorizontalSpacing(8 if roomy else 3)
        self._grid.addWidget(self.note, foot, 2)
        self._grid.addWidget(self.add, foot, 3, 1, 2, Qt.AlignmentFlag.AlignRight)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow column the word before a mix goes."""
        super().resizeEvent(event)
        self._show_pairs()

    def _show_note(self) -> None:
        making = self.studio.atlas is None and self.studio.engine.status == "loading"
        self.note.setText("Making its map …" if making else "")

    # --- hands to document

    def step(self, at: int, to: int) -> None:
        """Another class at row *at*: *to*, or the next one that is not in the mix yet."""
        label = self._pairs[at][0]
        others = [pair for i, pair in enumerate(self._pairs) if i != at]
        found = free_class(others, to, 1 if to > label else -1, self.rows[at].stepper.hi + 1)
        if found is not None:
            self._pairs[at] = (found, self._pairs[at][1])
            self._tell("Change class", f"class:{at}")
        self._show_pairs()

    def share(self, at: int, share: float) -> None:
        """Another share of the class at row *at*, shown here and told when the hand lets go."""
        self._pairs = with_share(self._pairs, at, min(max(share, LEAST), 1.0 - LEAST))
        self._show_pairs()

    def let_go(self) -> None:
        """Tell the document the shares that the hands have left."""
        self._tell("Mix classes", "shares")

    def mix_in(self) -> None:
        """Another class beside those that are drawn, as strong as the average of them."""
        last, count = self._pairs[-1][0], self.rows[0].stepper.hi + 1
        taken = {label for label, _ in self._pairs}
        found = next((label for label in (*range(last + 1, count), *range(last)) if label not in taken), None)
        if found is not None:
            self._pairs = with_share([*self._pairs, (found, 0.0)], len(self._pairs), 1.0 / (len(self._pairs) + 1))
            self._tell("Mix a class in")

    def take_out(self, at: int) -> None:
        """Leave the class at row *at* away; the others keep their proportions."""
        del self._pairs[at]
        self._tell("Take a class out")

    def _tell(self, text: str, merge: str = "") -> None:
        style = self.document.show.scene.style
        classes = mixed(self._pairs)
        if classes != style.classes:
            self.document.edit_scene(text, merge, style=replace(style, classes=classes))
            self._gesture.start()
