"""Open data, and imports."""

from tests.access.cells import EVERYONE, IMPORT_DUTY, NOBODY

ROWS: dict[tuple[str, str, str], str] = {
    ("interchange:notice_ocds", "GET", "published"): EVERYONE,
    ("interchange:notice_ocds", "GET", "draft"): NOBODY,
    ("interchange:import_list", "GET", ""): IMPORT_DUTY,
    ("interchange:import_detail", "GET", ""): IMPORT_DUTY,
}
