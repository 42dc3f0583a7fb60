"""The lower half of an open route: its ends, what is reckoned with its source, and what can be done at once."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from app.engine.errors import AppError
from app.engine.show.expression import FUNCTIONS, LONGEST, parsed
from app.engine.show.routes import Route
from app.engine.show.show import Scene
from app.engine.show.sources import source_words
from app.ui import theme
from app.ui.expert_places import target_words
from app.ui.menus import destination_menu, pop_under, source_menu
from app.ui.theme import STAGE
from app.ui.widgets import Btn, Picker, tint, words

_HELP = (
    "Reckons with the source before anything else.\n"
    "x is the source, t the time in seconds, beats and bars are counted; every source goes by its id: bass, lfo_1, "
    f"macro_2.\n+ - * / % **, comparisons, a if b else c, and {', '.join(FUNCTIONS)}.\nFor example: x * 0.5 + 0.2"
)


class RouteMore(QWidget):
    """Source, destination, expression, and buttons to learn, freeze and solo (main thread).

    ``changed`` tells (field, value, whether it goes on), as the rest of an open route does.
    """

    changed = Signal(str, object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source, self.target = Picker(24), Picker(24)
        self.expression = QLineEdit()
        self.learn, self.freeze, self.solo = Btn("Learn range", "scan"), Btn("Freeze", "snowflake"), Btn("Solo")
        self.trouble = words("", 11, 400, STAGE.warn)
        self.trouble.setWordWrap(True)
        self._route, self._scene = Route("bass", "pulse"), Scene()
        self._lay_out()
        self._wire()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        ends, reckoned, done = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for row in (ends, reckoned, done):
            row.setSpacing(6)
        arrow = words("→", 12, 400, STAGE.text3)
        for part in (self.source, arrow, self.target):
            ends.addWidget(part)
        ends.addStretch(1)
        label = words("x =", 12, 400, STAGE.text2, mono=True)
        label.setBuddy(self.expression)
        self.expression.setFont(theme.font(12, mono=True))
        self.expression.setFixedHeight(24)
        reckoned.addWidget(label)
        reckoned.addWidget(self.expression, 1)
        for button in (self.learn, self.freeze, self.solo):
            button.tall = 24
            done.addWidget(button)
        done.addStretch(1)
        column.addLayout(ends)
        column.addLayout(reckoned)
        column.addWidget(self.trouble)  # beside what is typed, so that it is seen where the page ends below
        column.addLayout(done)
        self.trouble.hide()

    def _wire(self) -> None:
        for part, name, tip in (
            (self.source, "Source", "What moves it"), (self.target, "Destination", "What it moves"),
            (self.learn, "Learn range", "Let the range be what the source does in four bars"),
            (self.freeze, "Freeze", "Hold what the route gives now"),
            (self.solo, "Solo", "Hear only the routes that are solo"), (self.expression, "Expression", _HELP),
        ):  # fmt: skip
            part.setAccessibleName(name)
            part.setToolTip(tip)
            part.setObjectName(f"route:{name.lower().split(' ')[0]}")
        self.expression.setMaxLength(LONGEST)
        self.expression.setPlaceholderText("x")
        self.freeze.setCheckable(True)
        self.solo.setCheckable(True)
        self.source.clicked.connect(self._choose_source)
        self.target.clicked.connect(self._choose_target)
        self.learn.clicked.connect(lambda: self.changed.emit("learn", True, False))
        self.freeze.clicked.connect(lambda: self.changed.emit("freeze", True, False))
        self.solo.clicked.connect(lambda on: self.changed.emit("solo", bool(on), False))
        self.expression.textEdited.connect(lambda _text: self._read())
        self.expression.editingFinished.connect(self._entered)

    def _choose_source(self) -> None:
        menu = QMenu(self)
        source_menu(menu, self._scene, lambda source: self.changed.emit("source", source, False))
        pop_under(menu, self.source)

    def _choose_target(self) -> None:
        menu = QMenu(self)
        destination_menu(menu, self._scene, lambda name: self.changed.emit("destination", name, False))
        pop_under(menu, self.target)

    def _read(self) -> str | None:
        """What stands in the field, when it can be read; else why not is said below."""
        text = self.expression.text().strip()
        try:
            if text and text != "x":
                parsed(text)
        except AppError as error:
            self.say(str(error))
            return None
        self.say("")
        return "" if text == "x" else text

    def _entered(self) -> None:
        text = self._read()
        if text is not None and text != self._route.expression:
            self.changed.emit("expression", text, False)

    def say(self, trouble: str) -> None:
        """Show what is wrong, or nothing."""
        self.trouble.setText(trouble)
        self.trouble.setVisible(bool(trouble))

    def show_route(self, route: Route, scene: Scene, trouble: str) -> None:
        """Show *route* of *scene* as it is now; *trouble* is what is wrong with it."""
        self._route, self._scene = route, scene
        self.source.setText(source_words(scene, route.source))
        self.target.setText(target_words(scene, route))
        for picker in (self.source, self.target):
            picker.updateGeometry()
        if not self.expression.hasFocus():
            self.expression.setText(route.expression)
            self.say(trouble)
        self.freeze.setChecked(route.frozen is not None)
        self.freeze.setText("Frozen" if route.frozen is not None else "Freeze")
        self.freeze.updateGeometry()
        self.solo.setChecked(route.solo)
        tint(self.trouble, STAGE.warn)
