import pytest


@pytest.fixture
def at():
    """The clock of a test."""
    from tests import make

    return make.NOW
