"""The whole window, opened for a test."""

from app.ui.main_window import MainWindow
from app.ui.settings import Settings
from app.ui.studio import Studio


def opened(qtbot, studio: Studio, size: tuple[int, int] = (1440, 900)) -> MainWindow:
    """The window around *studio*, shown and active; qtbot closes it."""
    window = MainWindow(studio.document, studio, Settings())
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()
    qtbot.waitActive(window)
    return window
