import pytest


@pytest.fixture
def media(settings, tmp_path):
    """A place for bytes that is this test's own."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
