"""The API: no session opens anything there, so everybody is an anonymous visitor; keys are tried in tests/interchange/api."""

from tests.access.cells import EVERYONE, NOBODY

NO_KEY = EVERYONE.replace("200", "401")
LEADS_ON = EVERYONE.replace("200", "302")

ROWS: dict[tuple[str, str, str], str] = {
    ("api:start", "GET", ""): EVERYONE,
    ("api:openapi_json", "GET", ""): EVERYONE,
    ("api:openapi_yaml", "GET", ""): EVERYONE,
    ("api:problem", "GET", ""): LEADS_ON,
    ("api:notice_list", "GET", ""): EVERYONE,
    ("api:notice_detail", "GET", "published"): EVERYONE,
    ("api:notice_detail", "GET", "draft"): NOBODY,
    ("api:version_list", "GET", "published"): EVERYONE,
    ("api:version_list", "GET", "draft"): NOBODY,
    ("api:version_detail", "GET", "published"): EVERYONE,
    ("api:version_detail", "GET", "draft"): NOBODY,
    ("api:change_list", "GET", ""): EVERYONE,
    ("api:organisation_list", "GET", ""): EVERYONE,
    ("api:organisation_detail", "GET", ""): EVERYONE,
    ("api:organisation_detail", "GET", "personal"): NOBODY,
    ("api:network_list", "GET", ""): EVERYONE,
    ("api:network_detail", "GET", ""): EVERYONE,
    ("api:plan_list", "GET", ""): EVERYONE,
    ("api:code_list_list", "GET", ""): EVERYONE,
    ("api:code_list", "GET", ""): EVERYONE,
    ("api:match_list", "GET", ""): NO_KEY,
    ("api:import_create", "POST", ""): NO_KEY,
}
