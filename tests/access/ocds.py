"""Open data by the Open Contracting Data Standard."""

from tests.access.cells import EVERYONE, NOBODY

ROWS: dict[tuple[str, str, str], str] = {
    ("ocds:release_list", "GET", ""): EVERYONE,
    ("ocds:procurement_releases", "GET", "published"): EVERYONE,
    ("ocds:procurement_releases", "GET", "draft"): NOBODY,
    ("ocds:procurement_record", "GET", "published"): EVERYONE,
    ("ocds:procurement_record", "GET", "draft"): NOBODY,
    ("ocds:dump_download", "GET", "unknown"): NOBODY,  # a file that is there: tests/interchange/test_dumping.py
}
