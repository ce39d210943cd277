"""Guidance: read by everyone, written by its editors."""

from tests.access.cells import EDITORS, EDITORS_DO, EVERYONE, NOBODY

ROWS: dict[tuple[str, str, str], str] = {
    ("knowledge:article_list", "GET", ""): EVERYONE,
    ("knowledge:phase_guidance", "GET", ""): EVERYONE,
    ("knowledge:phase_guidance", "GET", "unknown"): NOBODY,
    ("knowledge:article_detail", "GET", "published"): EVERYONE,
    ("knowledge:article_detail", "GET", "draft"): NOBODY,  # its editors have the preview
    ("knowledge:article_detail", "GET", "archived"): NOBODY,
    ("knowledge:article_review_list", "GET", ""): EDITORS,
    ("knowledge:article_create", "GET", ""): EDITORS,
    ("knowledge:article_create", "POST", ""): EDITORS_DO,
    ("knowledge:article_edit", "GET", "published"): EDITORS,
    ("knowledge:article_edit", "GET", "draft"): EDITORS,
    ("knowledge:article_edit", "POST", "draft"): EDITORS_DO,
    ("knowledge:article_edit", "POST", "stale"): EDITORS.replace("200", "409"),
    ("knowledge:article_preview", "GET", "draft"): EDITORS,
    ("knowledge:article_history", "GET", "published"): EDITORS,
    ("knowledge:article_bind", "GET", "published"): EDITORS,
    ("knowledge:article_bind", "POST", "published"): EDITORS_DO,
    ("knowledge:article_publish", "GET", "draft"): EDITORS,
    ("knowledge:article_publish", "POST", "draft"): EDITORS_DO,
    ("knowledge:article_archive", "POST", "published"): EDITORS_DO,
    ("knowledge:article_review", "POST", "published"): EDITORS_DO,
    ("knowledge:article_restore", "POST", "published"): EDITORS_DO,
}
