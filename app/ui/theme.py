"""The look of the window: colours, type, icons, and the small style sheet that Fusion needs."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from app.engine import paths
from app.engine.show.sources import GROUPS, SOURCES
from app.ui.tokens import STAGE as STAGE
from app.ui.tokens import Theme


def fade(color: QColor, alpha: float) -> QColor:
    """*color* with *alpha* between 0 (nothing) and 1 (solid)."""
    faded = QColor(color)
    faded.setAlphaF(alpha)
    return faded


def blend(a: QColor, b: QColor, share: float) -> QColor:
    """*a* with *share* of *b* mixed in."""
    pairs = ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    return QColor(*(round(x + (y - x) * share) for x, y in pairs))


def section_tint(label: str) -> QColor:
    """The bright colour of the song's parts called *label* (A, B, C ...), also of scene bars."""
    return STAGE.tints[(ord(label[0].upper()) - ord("A")) % len(STAGE.tints) if label else 0]


_LETTERS = {"mid": "M", "high": "H", "level": "L", "section": "S", "bass": "B", "sub": "B", "kick": "B", "hat": "H"}
_FAMILIES = {
    "bass": "bass", "sub": "bass", "kick": "bass", "bass_drums": "bass", "bass_melody": "bass",
    "mid": "mid", "mid_drums": "mid", "mid_melody": "mid", "presence": "high",
    "high": "high", "hat": "high", "high_drums": "high", "high_melody": "high",
    **dict.fromkeys(GROUPS["Notes"], "mid"), **dict.fromkeys(GROUPS["Tempo and song"], "tempo"),
    **dict.fromkeys(GROUPS["Made up"], "made"), **dict.fromkeys((*GROUPS["Macros"], *GROUPS["Inputs"]), "hands"),
}  # fmt: skip


def source_badge(source: str) -> tuple[str, QColor]:
    """Letter and colour by which a source is known: B, M, H by band, O onset, ♩ tempo, ~ made up, a number by hand."""
    family = _FAMILIES.get(source, "other")
    if family in ("bass", "mid", "high"):
        return family[0].upper(), getattr(STAGE, family)
    if family == "tempo":
        return "♩", STAGE.text2
    if family == "made":
        return "~", STAGE.ok
    if family == "hands":
        return source[-1], STAGE.automation
    letter = "L" if source == "level" else SOURCES.get(source, "Onset")[0]
    return ("O" if source in ("onset", "flux", "snare") else letter), STAGE.text


@cache
def _families() -> tuple[str, str]:
    """Families of the two bundled fonts; the system's own where they are missing."""
    found = []
    for pattern, default in (("Inter-*.ttf", "sans-serif"), ("JetBrainsMono-*.ttf", "monospace")):
        names = [QFontDatabase.addApplicationFont(str(f)) for f in sorted((paths.resources() / "fonts").glob(pattern))]
        families = [QFontDatabase.applicationFontFamilies(i)[0] for i in names if i >= 0]
        found.append(families[0] if families else default)
    return found[0], found[1]


def font(size: int, weight: int = 400, mono: bool = False) -> QFont:
    """Inter (or JetBrains Mono) at *size* pixels, with figures that do not tremble; the caller's to change."""
    return QFont(_font(size, weight, mono))


@cache
def _font(size: int, weight: int, mono: bool) -> QFont:
    made = QFont(_families()[1 if mono else 0])
    made.setPixelSize(size)
    made.setWeight(QFont.Weight(weight))
    made.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    if not mono and hasattr(made, "setFeature"):  # Qt 6.7
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


@cache
def _svg(name: str) -> str:
    base = name.removesuffix("-fill")
    text = (paths.resources() / "icons" / f"{base}.svg").read_text(encoding="utf-8")
    return text.replace('fill="none"', 'fill="currentColor"', 1) if base != name else text


@cache
def _pixmap(name: str, color: str, size: int, dpr: float) -> QPixmap:
    side = round(size * dpr)
    made = QPixmap(side, side)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    renderer = QSvgRenderer(QByteArray(_svg(name).replace("currentColor", color).encode()))
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    made.setDevicePixelRatio(dpr)
    return made


def pixmap(name: str, color: QColor | str | None = None, size: int = 20, dpr: float = 1.0) -> QPixmap:
    """The icon *name* (``-fill`` at its end: filled) in *color*, drawn once for each size and screen."""
    return _pixmap(name, QColor(color if color is not None else STAGE.text2).name(), size, dpr)


def icon(name: str, color: QColor | str | None = None, size: int = 20) -> QIcon:
    """The icon *name* for menus and buttons, for every pixel ratio, grey where disabled."""
    made = QIcon()
    for dpr in (1.0, 2.0):
        made.addPixmap(pixmap(name, color, size, dpr))
        made.addPixmap(pixmap(name, STAGE.text_dis, size, dpr), QIcon.Mode.Disabled)
    return made


def _palette(t: Theme) -> QPalette:
    role, palette = QPalette.ColorRole, QPalette()
    for group, color in (
        (role.Window, t.bg1), (role.WindowText, t.text), (role.Base, t.bg0), (role.AlternateBase, t.bg1),
        (role.Text, t.text), (role.Button, t.bg3), (role.ButtonText, t.text), (role.BrightText, t.text_hi),
        (role.Highlight, t.sel), (role.HighlightedText, t.text_hi), (role.Link, t.accent), (role.LinkVisited, t.accent),
        (role.ToolTipBase, t.bg2), (role.ToolTipText, t.text), (role.PlaceholderText, t.text3),
        (role.Light, t.border), (role.Midlight, t.bg3), (role.Mid, t.bg2), (role.Dark, t.bg0), (role.Shadow, t.bg0),
    ):  # fmt: skip
        palette.setColor(group, color)
    if hasattr(role, "Accent"):  # Qt 6.6
        palette.setColor(role.Accent, t.accent)
    for text in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, text, t.text_dis)
    return palette


_SHEET = """
QMainWindow, QDialog {{ background: {bg1}; }}
QMainWindow::separator {{ background: {bg0}; width: 1px; height: 1px; }}
QDockWidget {{ border: none; }}
QToolTip {{ background: {bg2}; color: {text}; border: {edge}px solid {border}; padding: 4px 8px; }}
QMenuBar {{ background: {bg1}; color: {text2}; padding: 0 4px; spacing: 0; border: none;
    border-bottom: 1px solid {bg0}; }}
QMenuBar::item {{ background: transparent; padding: 5px 8px; }}
QMenuBar::item:selected {{ background: {bg3}; color: {text_hi}; }}
QMenu {{ background: {bg2}; border: {edge}px solid {border}; padding: 4px 0; }}
QMenu::item {{ padding: 5px 28px 5px 12px; color: {text}; }}
QMenu::icon {{ padding-left: 12px; }}
QMenu::item:selected {{ background: {sel}; color: {text_hi}; }}
QMenu::item:disabled {{ color: {text_dis}; background: transparent; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 4px 0; }}
QMenu::indicator {{ width: 8px; height: 8px; left: 6px; border-radius: 4px; }}
QMenu::indicator:checked {{ background: {accent}; }}
QToolBar {{ background: {bg1}; border: none; spacing: 4px; padding: 0; }}
QStatusBar {{ background: {bg1}; color: {text2}; border: none; }}
QStatusBar::item {{ border: none; }}
QTabWidget::pane {{ border: none; }}
QTabBar {{ background: {bg1}; qproperty-drawBase: 0; border: none; }}
QTabBar::tab {{ background: transparent; color: {text2}; padding: 0 10px; height: 30px; border: none;
    border-top: 2px solid transparent; border-bottom: 2px solid transparent; }}
QTabBar::tab:hover {{ color: {text_hi}; }}
QTabBar::tab:selected {{ background: {tab}; color: {on_tab}; font-weight: 600; border-bottom: 2px solid {accent}; }}
QTabBar::tab:focus {{ color: {text_hi}; }}
QTabBar::tab:selected:focus {{ color: {on_tab}; }}
QScrollArea {{ border: none; background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: 8px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 8px; margin: 0; }}
QScrollBar::handle {{ background: {bg3}; border-radius: 3px; margin: 1px; }}
QScrollBar::handle:vertical {{ min-height: 24px; }}
QScrollBar::handle:horizontal {{ min-width: 24px; }}
QScrollBar::handle:hover {{ background: {border}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: none; border: none; width: 0; height: 0; }}
QLineEdit {{ background: {bg0}; color: {text}; border: {edge}px solid {border}; border-radius: 4px; padding: 0 8px;
    min-height: 26px; selection-background-color: {sel}; }}
QLineEdit:hover {{ border-color: {border_strong}; }}
QLineEdit:focus {{ border-color: {text_hi}; }}
QLineEdit:disabled {{ color: {text_dis}; border-color: {bg3}; }}
NumberField {{ background: transparent; color: {text_hi}; border: {edge}px solid transparent; padding: 0;
    min-height: 0; }}
NumberField:disabled {{ color: {text_dis}; border-color: transparent; }}
NumberField:hover {{ background: {bg2}; border-color: transparent; }}
NumberField:focus {{ background: {bg0}; border-color: {text_hi}; }}
QComboBox {{ background: {bg3}; color: {text}; border: {edge}px solid {control}; border-radius: 4px; padding: 0 8px;
    min-height: 26px; }}
QComboBox:hover {{ background: {over}; }}
QComboBox:focus {{ border-color: {text_hi}; }}
QComboBox::drop-down {{ border: none; width: 20px; }}
QComboBox::down-arrow {{ image: url({arrow}); width: 14px; height: 14px; }}
QComboBox QAbstractItemView {{ background: {bg2}; border: {edge}px solid {border}; selection-background-color: {sel};
    outline: none; padding: 4px 0; }}
QSpinBox, QDoubleSpinBox {{ background: {bg0}; color: {text}; border: {edge}px solid {border}; border-radius: 4px;
    padding: 0 8px; min-height: 26px; }}
QSpinBox:focus, QDoubleSpinBox:focus {{ border-color: {text_hi}; }}
QListView, QTableView, QTreeView {{ background: {bg1}; border: none; outline: none; }}
QHeaderView::section {{ background: {bg1}; color: {text3}; border: none; border-bottom: 1px solid {line};
    padding: 4px; }}
QProgressBar {{ background: {bg3}; border: none; border-radius: 2px; max-height: 4px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 2px; }}
"""


def _sheet(t: Theme) -> str:
    names = {k: v.name() for k, v in vars(t).items() if isinstance(v, QColor)}
    lined = t.edge > 1
    return _SHEET.format(
        arrow=(paths.resources() / "icons" / "chevron-down-grey.svg").as_posix(),
        edge=t.edge,
        control=(t.border if lined else t.bg3).name(),
        over=(t.bg3 if lined else t.border).name(),
        tab=t.text.name() if lined else "transparent",
        on_tab=(t.bg0 if lined else t.text_hi).name(),
        **names,
    )


def apply(app: QApplication, name: str = "stage") -> None:
    """Dress *app*: Fusion, fonts, the theme called *name*. Before the first window, so that nothing flashes white."""
    app.setStyle("Fusion")
    app.setFont(font(12))
    dress(app, name)


def dress(app: QApplication, name: str) -> None:
    """Put the theme called *name* on *app*; what its widgets keep of the one before is not looked at."""
    STAGE.wear(name)
    app.setStyleSheet("")  # from one sheet to the next Qt takes half a second, by way of none a tenth
    app.setPalette(_palette(STAGE))
    app.setStyleSheet(_sheet(STAGE))
