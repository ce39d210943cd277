import os
from pathlib import Path

import pytest


@pytest.fixture
def codes(loaded, db):
    """What loading the starter lists did; they are in the database."""
    return loaded


@pytest.fixture(scope="session")
def reference():
    """The full lists beside the project; a test that needs them says so where they are missing."""
    beside = Path(os.environ.get("ARENA_CASES_DIR", Path(__file__).parents[3] / "shared")) / "reference"
    if not beside.is_dir():
        pytest.skip(f"The full code lists are not at {beside}; set ARENA_CASES_DIR to where reference/ is.")
    return beside
