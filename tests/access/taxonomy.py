"""Code lists."""

from tests.access.cells import EVERYONE

ROWS: dict[tuple[str, str, str], str] = {
    ("taxonomy:cpv_suggestions", "GET", ""): EVERYONE,
    ("taxonomy:glossary", "GET", ""): EVERYONE,
}
