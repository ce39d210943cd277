"""The gallery of components."""

from tests.access.cells import EVERYONE

ROWS: dict[tuple[str, str, str], str] = {
    ("ui:gallery", "GET", ""): EVERYONE,  # 404 in production
}
