"""Matches and offers."""

from tests.access.cells import (
    DONE_BY_ALL,
    EVERYONE,
    IMPORT_DUTY,
    NO_PERSON,
    NOBODY,
    PERSONS,
    STRANGER,
    STRANGER_DO,
    SUP_EDITOR,
    TEAM,
)

ROWS: dict[tuple[str, str, str], str] = {
    ("matchmaking:match_list", "GET", ""): PERSONS,
    ("matchmaking:match_dismiss", "POST", ""): SUP_EDITOR,
    ("matchmaking:match_restore", "POST", ""): SUP_EDITOR,
    ("matchmaking:lesson_forget", "POST", ""): SUP_EDITOR,
    ("matchmaking:similar_needs", "GET", "draft"): TEAM,
    #                                             anon strg srdr sedt osup brdr bedt badm obuy nmem nlea cura prog supp admn susp
    ("matchmaking:similar_needs", "GET", "published"): (
        "                                         log  404  404  404  404  200  200  200  200  200  200  404  404  404  404  log"
    ),
    ("matchmaking:likely_suppliers", "GET", "draft"): TEAM,
    ("matchmaking:likely_suppliers", "GET", "published"): TEAM,
    ("matchmaking:offer_edit", "GET", ""): PERSONS,
    (
        "matchmaking:offer_edit",
        "POST",
        "",
    ): "     log  404  404  302  302  404  302  302  302  302  302  404  404  404  404  log",
    (
        "matchmaking:offer_receive",
        "POST",
        "",
    ): "  log  404  302  302  404  404  404  404  404  404  404  404  404  404  404  log",
    ("matchmaking:name_suggestions", "GET", ""): PERSONS,
    ("matchmaking:name_suggestions", "GET", "unknown"): NO_PERSON,
    ("matchmaking:follow_list", "GET", ""): PERSONS,
    ("matchmaking:reminder_edit", "GET", ""): PERSONS,
    ("matchmaking:reminder_edit", "POST", ""): DONE_BY_ALL,
    ("matchmaking:follow_panel", "GET", "published"): EVERYONE,
    ("matchmaking:follow_panel", "GET", "draft"): NOBODY,  # its team, too: there is nothing to hear of yet
    ("matchmaking:attention_set", "POST", "published"): DONE_BY_ALL,
    ("matchmaking:attention_set", "POST", "draft"): NO_PERSON,
    **{("matchmaking:subject_panel", "GET", kind): EVERYONE for kind in ("buyer", "network", "field")},
    ("matchmaking:subject_panel", "GET", "supplier"): NOBODY,
    **{("matchmaking:subject_set", "POST", kind): DONE_BY_ALL for kind in ("buyer", "network", "field")},
    ("matchmaking:subject_set", "POST", "supplier"): NO_PERSON,
    ("matchmaking:subscription_list", "GET", ""): PERSONS,
    ("matchmaking:subscription_create", "GET", ""): PERSONS,
    ("matchmaking:subscription_create", "POST", ""): DONE_BY_ALL,
    ("matchmaking:subscription_edit", "GET", ""): STRANGER,
    ("matchmaking:subscription_edit", "POST", ""): STRANGER_DO,
    ("matchmaking:subscription_delete", "GET", ""): STRANGER,
    ("matchmaking:subscription_delete", "POST", ""): STRANGER_DO,
    ("matchmaking:subscription_pause", "POST", ""): STRANGER_DO,
    ("matchmaking:subscription_resume", "POST", ""): STRANGER_DO,
    ("matchmaking:match_quality", "GET", ""): IMPORT_DUTY,
}
