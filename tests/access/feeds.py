"""What programs and other web sites fetch of the public lists."""

from tests.access.cells import EVERYONE, NOBODY

ROWS: dict[tuple[str, str, str], str] = {
    ("feeds:notice_feed", "GET", ""): EVERYONE,
    ("feeds:search_calendar", "GET", ""): EVERYONE,
    ("feeds:notice_changes", "GET", "published"): EVERYONE,
    ("feeds:notice_changes", "GET", "draft"): NOBODY,
    ("feeds:notice_calendar", "GET", "published"): EVERYONE,
    ("feeds:notice_calendar", "GET", "draft"): NOBODY,
    ("feeds:event_feed", "GET", ""): EVERYONE,
    ("feeds:event_calendar", "GET", "published"): EVERYONE,
    ("feeds:event_calendar", "GET", "draft"): NOBODY,
    ("feeds:embed_guide", "GET", ""): EVERYONE,
    ("feeds:embed_list", "GET", ""): EVERYONE,
}
