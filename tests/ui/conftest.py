"""What tests of widgets share."""

import pytest

from tests.ui.fakes import FakeStudio, make_document


@pytest.fixture
def studio(qtbot):
    """The Studio with a synthetic song and map, and nothing that runs by itself."""
    studio = FakeStudio(make_document())
    yield studio
    studio.close()
