"""The house rules as functions: each reads the source of the app and returns what breaks it, one line a fault."""

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

QT = ("PySide6", "shiboken6", "pyqtgraph")
SOUND_AND_DEVICES = ("torch", "librosa", "sounddevice", "soundfile", "av")

NUMPY_ONLY = ("app.engine.show", "app.engine.latent", "app.engine.render.plan")

NEVER = (
    # who                                    must not import                                       why
    (("app.engine", "app.control", "app.cli"), (*QT, "app.ui"), "only the window knows Qt"),
    (("app.engine",), ("app.control", "app.cli", "app.train", "app.farm"), "the engine knows no room above it"),
    (("app.control",), ("app.cli", "app.train", "app.farm"), "controls know only the engine"),
    (("app.ui",), ("app.cli",), "the window needs no command line"),
    (("app.ui",), ("torch", "librosa", "sounddevice"), "widgets never touch the network or the sound card"),
    (NUMPY_ONLY, SOUND_AND_DEVICES, "what a picture is made of is NumPy only"),
    (("app",), ("app.__main__",), "nothing imports the command line"),
)

OWN_FILES = {
    "app.engine.show.saved": "opens and saves the document",
    "app.engine.show.take_file": "opens and saves a recorded performance",
    "app.engine.latent.atlas": "an atlas is one npz file",
}
"""Modules of the NumPy-only rooms that may touch a file, and which."""

LIGHT = (*NUMPY_ONLY, "app.ui")
"""Rooms whose import must stay light, through whatever they import in turn."""

HEAVY = (*SOUND_AND_DEVICES, "scipy", "sklearn", "numba", "soxr", "PIL", "rich")

BORDERS: dict[str, str] = {
    "app.engine.render.engine": "the engine loop",
    "app.ui.bridge": "a worker's future",
    "app.ui.commands": "the dispatch of an action",
}
"""The three places that catch everything: one broad ``except`` each."""

SHARED_PANELS: dict[str, str] = {
    "app.ui.export_form.ExportForm": "the bar under it shows what its folder has room for",
}
"""Panels that stand in more than one place -> why."""

LONG_FUNCTIONS: dict[str, str] = {}
"""``module:function`` -> why it may have up to 60 lines instead of 50."""

WIDE_FUNCTIONS: dict[str, str] = {
    "app.engine.show.show:_number": "a row of the table of settings",
    "app.engine.show.presets:_react": "a row of the table of presets",
    "app.ui.widgets.paint:write": "drawText, with the font and the colour that belong to it",
}
"""``module:function`` -> why it may take more than 5 positional arguments."""

MAX_FILE, MAX_FUNCTION, MAX_LONG_FUNCTION, MAX_POSITIONAL = 300, 50, 60, 5
BY_NAME = ("import_module", "__import__")
READS_FILES = {"open", "read_text", "write_text", "read_bytes", "write_bytes", "load", "save", "savez", "unlink"}


@dataclass(frozen=True)
class Import:
    """One name a module imports; *late* inside a function, *typing* only for the type checker."""

    name: str
    line: int
    late: bool
    typing: bool


@dataclass(frozen=True, eq=False)
class Module:
    """One source file, parsed."""

    name: str
    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text, str(self.path))

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """All it imports, wherever the statement stands."""
        return tuple(_imports(self.tree, late=False, typing=False))

    def where(self, line: int) -> str:
        """File and line as an editor understands them."""
        return f"{self.path.as_posix()}:{line}"


def load(root: Path) -> dict[str, Module]:
    """Every module of ``root/app`` by its dotted name."""
    modules = {}
    for path in sorted((root / "app").rglob("*.py")):
        inside = path.relative_to(root)
        name = ".".join(inside.with_suffix("").parts).removesuffix(".__init__")
        modules[name] = Module(name, inside, path.read_text(encoding="utf-8"))
    return modules


def _imports(node: ast.AST, *, late: bool, typing: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Import(names=names):
                yield from (Import(a.name, child.lineno, late, typing) for a in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (Import(f"{module}.{a.name}", child.lineno, late, typing) for a in names)
            case ast.Call(args=[ast.Constant(value=str(name)), *_]) if _called(child) in (
                "import_module",
                "__import__",
            ):
                yield Import(name, child.lineno, late, typing)
        inside = late or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        checked = typing or (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test))
        yield from _imports(child, late=inside, typing=checked)


def _called(call: ast.Call) -> str:
    """The last part of what is called: ``open`` of ``open()``, ``load`` of ``np.load()``."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _within(name: str, rooms: tuple[str, ...]) -> bool:
    return any(name == room or name.startswith(room + ".") for room in rooms)


def _calls(module: Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))


def arrows(modules: dict[str, Module]) -> list[str]:
    """Imports that point where none may, function-level ones included."""
    return [
        f"{module.where(found.line)}: {module.name} imports {found.name}: {why}"
        for module in modules.values()
        for who, never, why in NEVER
        if _within(module.name, who)
        for found in module.imports
        if _within(found.name, never) and not (found.typing and not found.name.startswith("app."))
    ]


def files_touched(modules: dict[str, Module]) -> list[str]:
    """Files opened in the rooms that compute and nothing else."""
    return [
        f"{module.where(call.lineno)}: {module.name} calls {_called(call)}(): it computes, and touches no file"
        for module in modules.values()
        if _within(module.name, NUMPY_ONLY) and module.name not in OWN_FILES
        for call in _calls(module)
        if _called(call) in READS_FILES
    ]


def _edges(modules: dict[str, Module]) -> dict[str, set[str]]:
    """Module -> what of ours it imports as it is imported itself."""
    graph: dict[str, set[str]] = {name: set() for name in modules}
    for module in modules.values():
        for found in module.imports:
            target = found.name if found.name in modules else found.name.rpartition(".")[0]
            if target in modules and target != module.name and not (found.late or found.typing):
                graph[module.name].add(target)
    return graph


def _reach(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    todo = [start]
    while todo:
        for target in graph[todo.pop()] - seen:
            seen.add(target)
            todo.append(target)
    return seen


def cycles(modules: dict[str, Module]) -> list[str]:
    """Modules that import themselves by way of others."""
    graph = _edges(modules)
    return [f"{name} imports itself by way of others" for name in graph if name in _reach(graph, name)]


def weight(modules: dict[str, Module]) -> list[str]:
    """Heavy libraries that come along when a light room is imported, and through which module."""
    graph = _edges(modules)
    problems = []
    for light in (name for name in modules if _within(name, LIGHT)):
        for name in sorted({light} | _reach(graph, light)):
            heavy = [i for i in modules[name].imports if _within(i.name, HEAVY) and not (i.late or i.typing)]
            problems += [f"{modules[name].where(i.line)}: {light} brings in {i.name} by way of {name}" for i in heavy]
    return problems


def _docstring_lines(node: ast.AST) -> set[int]:
    if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return set()
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return set()


def code_lines(module: Module) -> set[int]:
    """Lines that hold code: no blanks, comments or docstrings."""
    empty = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        if token.type not in empty:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(module.tree):
        lines -= _docstring_lines(node)
    return lines


def sizes(modules: dict[str, Module]) -> list[str]:
    """Files, functions and argument lists that hold more than one idea."""
    problems = []
    for module in modules.values():
        code = code_lines(module)
        if len(code) > MAX_FILE:
            problems.append(f"{module.path.as_posix()}: {len(code)} lines of code, at most {MAX_FILE}")
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            length = len(code & set(range(node.lineno, (node.end_lineno or node.lineno) + 1)))
            most = MAX_LONG_FUNCTION if f"{module.name}:{node.name}" in LONG_FUNCTIONS else MAX_FUNCTION
            if length > most:
                problems.append(f"{module.where(node.lineno)}: {node.name} has {length} lines, at most {most}")
            names = [a.arg for a in node.args.posonlyargs + node.args.args if a.arg not in ("self", "cls")]
            if len(names) > MAX_POSITIONAL and f"{module.name}:{node.name}" not in WIDE_FUNCTIONS:
                problems.append(f"{module.where(node.lineno)}: {node.name} takes {len(names)} positional arguments")
    return problems


def _is_broad(handler: ast.ExceptHandler) -> bool:
    """Does *handler* catch everything and keep it? One that ends in a bare ``raise`` only tidies up."""
    if isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None:
        return False
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or getattr(kind, "id", "") in ("Exception", "BaseException") for kind in kinds)


def broad_excepts(modules: dict[str, Module]) -> list[str]:
    """``except Exception`` anywhere but at the three borders, where there is one each."""
    problems = []
    for module in modules.values():
        broad = [n.lineno for n in ast.walk(module.tree) if isinstance(n, ast.ExceptHandler) and _is_broad(n)]
        for line in broad[1 if module.name in BORDERS else 0 :]:
            problems.append(f"{module.where(line)}: catches everything; only the three borders do")
    return problems


def _has_parent(call: ast.Call) -> bool:
    given = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "parent")]
    return any(not (isinstance(value, ast.Constant) and value.value is None) for value in given)


MODAL = ("QMessageBox", "QInputDialog", "QColorDialog", "QFontDialog", "QErrorMessage", "QProgressDialog", "QWizard",
         "QPrintDialog", "QPrintPreviewDialog", "QPageSetupDialog")  # fmt: skip
WAITS = ("exec", "exec_", "setModal", "setWindowModality")
MAY_WAIT = ("app", "drag")
"""Who may have an event loop: the application, and what is dragged."""


def dialogs(modules: dict[str, Module]) -> list[str]:
    """Message boxes and their like, whatever waits for an answer, and dialogs that belong to no window."""
    classes = [n for m in modules.values() for n in ast.walk(m.tree) if isinstance(n, ast.ClassDef)]
    own = {n.name for n in classes if any(ast.unparse(base).rpartition(".")[2] == "QDialog" for base in n.bases)}
    problems = []
    for module in modules.values():
        for call in _calls(module):
            name = ast.unparse(call.func)
            first, _, last = name.rpartition(".")
            if name.partition(".")[0] in MODAL:
                problems.append(f"{module.where(call.lineno)}: {name}: nothing is modal but the file dialogs")
            if first and last in WAITS and first not in MAY_WAIT:
                problems.append(f"{module.where(call.lineno)}: {name}: nothing waits for an answer")
            needs_parent = name in ("QDialog", "QFileDialog", *own) or name.startswith("QFileDialog.get")
            if needs_parent and not _has_parent(call):
                problems.append(f"{module.where(call.lineno)}: {name} without a parent")
    return problems


def _panels(module: Module) -> Iterator[str]:
    """Dotted names of the widgets in *module* that are built from the document and the studio."""
    for node in (n for n in ast.walk(module.tree) if isinstance(n, ast.ClassDef)):
        inits = (n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__")
        if any({"document", "studio"} <= {a.arg for a in init.args.args} for init in inits):
            yield f"{module.name}.{node.name}"


def meetings(modules: dict[str, Module]) -> list[str]:
    """Panels known to more than the one place they stand in: they meet in the document, not each other."""
    classes = [n for m in modules.values() for n in ast.walk(m.tree) if isinstance(n, ast.ClassDef)]
    bases = {ast.unparse(base).rpartition(".")[2] for node in classes for base in node.bases}
    panels = {name for module in modules.values() if _within(module.name, ("app.ui",)) for name in _panels(module)}
    panels = {name for name in panels if name.rpartition(".")[2] not in bases}  # to build on one is not to know it
    users = {name: [m.name for m in modules.values() if name in {i.name for i in m.imports}] for name in panels}
    return [
        f"{name} is known to {' and '.join(places)}; a panel stands in one place"
        for name, places in sorted(users.items())
        if len(places) > 1 and name not in SHARED_PANELS
    ]


def executed(modules: dict[str, Module]) -> list[str]:
    """Files run instead of read, and names shared by ``global``."""
    problems = []
    for module in modules.values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Global):
                problems.append(f"{module.where(node.lineno)}: global {', '.join(node.names)}")
        for call in _calls(module):
            if isinstance(call.func, ast.Name) and call.func.id in ("eval", "exec"):
                problems.append(f"{module.where(call.lineno)}: {call.func.id}(): files are data, never code")
            if any(k.arg == "allow_pickle" and ast.unparse(k.value) != "False" for k in call.keywords):
                problems.append(f"{module.where(call.lineno)}: allow_pickle: files are data, never code")
        for found in module.imports:
            if found.name.split(".")[0] in ("pickle", "marshal", "dill", "joblib"):
                problems.append(f"{module.where(found.line)}: imports {found.name}: files are data, never code")
    return problems


def owners(modules: dict[str, Module]) -> list[str]:
    """Widgets asked for what PySide 6.11 then takes for another's child, and forgets together with that one."""
    return [
        f"{module.where(call.lineno)}: {_called(call)}(): PySide forgets whose that is; walk up by parentWidget"
        for module in modules.values()
        if _within(module.name, ("app.ui",))
        for call in _calls(module)
        if _called(call).rpartition(".")[2] in ("window", "nextInFocusChain", "previousInFocusChain")
        and isinstance(call.func, ast.Attribute)
    ]


RULES = (arrows, files_touched, cycles, weight, sizes, broad_excepts, dialogs, meetings, executed, owners)
