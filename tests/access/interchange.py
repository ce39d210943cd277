"""Open data, and imports."""

from tests.access.cells import (
    DONE_BY_ALL,
    EVERYONE,
    IMPORT_DOES,
    IMPORT_DUTY,
    IMPORT_TOLD,
    KEY_HOLDERS,
    NOBODY,
    PERSONS,
    TEAM,
    TEAM_DOES,
)

ROWS: dict[tuple[str, str, str], str] = {
    ("interchange:notice_ocds", "GET", "published"): EVERYONE,
    ("interchange:notice_ocds", "GET", "draft"): NOBODY,
    ("interchange:notice_eforms", "GET", "published"): EVERYONE,
    ("interchange:notice_eforms", "GET", "draft"): NOBODY,
    ("interchange:result_eforms", "GET", "published"): NOBODY,  # it has no outcome
    ("interchange:result_eforms", "GET", "draft"): NOBODY,
    ("interchange:import_list", "GET", ""): IMPORT_DUTY,
    ("interchange:import_detail", "GET", ""): IMPORT_DUTY,
    ("interchange:import_new", "GET", ""): IMPORT_DUTY,
    ("interchange:import_new", "POST", ""): IMPORT_TOLD,  # no file was chosen
    ("interchange:import_cancel", "POST", ""): IMPORT_DOES,
    ("interchange:import_report", "GET", ""): IMPORT_DUTY,
    ("interchange:api_description", "GET", ""): EVERYONE,
    ("interchange:notice_download", "GET", ""): EVERYONE,
    ("interchange:api_key_list", "GET", ""): PERSONS,
    ("interchange:api_key_list", "POST", ""): DONE_BY_ALL,
    (
        "interchange:api_key_revoke",
        "POST",
        "",
    ): KEY_HOLDERS,  # of a key that acts for the buyer: its owner, the administrator
    ("interchange:webhook_list", "GET", ""): PERSONS,
    ("interchange:webhook_create", "GET", ""): PERSONS,
    ("interchange:webhook_create", "POST", ""): DONE_BY_ALL,
    ("interchange:webhook_detail", "GET", ""): TEAM,  # who made it, and who administers the organisation whose it is
    ("interchange:webhook_edit", "GET", ""): TEAM,
    ("interchange:webhook_edit", "POST", ""): TEAM_DOES,
    ("interchange:webhook_pause", "POST", ""): TEAM_DOES,
    ("interchange:webhook_resume", "POST", ""): TEAM_DOES,
    ("interchange:webhook_test", "POST", ""): TEAM_DOES,
    ("interchange:webhook_reveal", "POST", ""): TEAM_DOES,
    ("interchange:webhook_rotate", "POST", ""): TEAM_DOES,
    ("interchange:webhook_delete", "GET", ""): TEAM,
    ("interchange:webhook_delete", "POST", ""): TEAM_DOES,
    ("interchange:delivery_again", "POST", ""): TEAM_DOES,
}
