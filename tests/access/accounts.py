"""A person's own pages, and an organisation's."""

from tests.access.cells import (
    ADMIN,
    ADMIN_DOES,
    DONE_BY_ALL,
    EVERYONE,
    MEMBERS,
    NO_PERSON,
    OWN_ADM_DOES,
    OWN_ADMIN,
    PERSONS,
    STRANGER,
    STRANGER_DO,
)

ROWS: dict[tuple[str, str, str], str] = {
    ("accounts:profile", "GET", ""): PERSONS,
    ("accounts:profile", "POST", ""): DONE_BY_ALL,
    ("accounts:data_export", "GET", ""): PERSONS,
    ("accounts:kept_post", "GET", ""): STRANGER,  # who wrote it
    ("accounts:kept_discard", "POST", ""): STRANGER_DO,
    ("accounts:second_factor_needed", "GET", ""): PERSONS,
    ("accounts:totp_qr", "GET", ""): NO_PERSON,  # nothing to show unless an authenticator is being added
    ("accounts:terms", "GET", ""): EVERYONE,
    #                                             anon strg srdr sedt osup brdr bedt badm obuy nmem nlea cura prog supp admn susp
    (
        "accounts:terms",
        "POST",
        "",
    ): "             200  302  302  302  302  302  302  302  302  302  302  302  302  302  302  200",
    ("accounts:acting_for", "POST", ""): MEMBERS.replace("200", "302"),
    ("accounts:organisation_create", "GET", ""): PERSONS,
    ("accounts:organisation_create", "POST", ""): DONE_BY_ALL,
    ("accounts:organisation_describe", "GET", ""): DONE_BY_ALL,  # without the first step: back to it
    ("accounts:organisation_describe", "POST", ""): DONE_BY_ALL,
    ("accounts:organisation_edit", "GET", ""): OWN_ADMIN,
    ("accounts:organisation_edit", "POST", ""): OWN_ADM_DOES,
    ("accounts:member_list", "GET", ""): MEMBERS,
    ("accounts:member_role", "POST", ""): OWN_ADM_DOES,
    # A reader may end its own membership; a colleague who is no administrator is told so.
    (
        "accounts:member_end",
        "POST",
        "",
    ): "        log  404  404  404  404  302  ref  302  404  404  404  404  404  404  404  log",
    ("accounts:invitation_revoke", "POST", ""): OWN_ADM_DOES,
    (
        "accounts:invitation_open",
        "GET",
        "",
    ): "    302  302  302  302  302  302  302  302  302  302  302  302  302  302  302  302",
    ("accounts:invitation_accept", "GET", ""): NO_PERSON,  # without the link
    ("accounts:invitation_accept", "POST", ""): NO_PERSON,
    # --- duties -----------------------------------------------------------------------------------------------------------
    ("accounts:person_list", "GET", ""): ADMIN,
    ("accounts:person_detail", "GET", ""): ADMIN,
    ("accounts:person_lock", "POST", ""): ADMIN_DOES,
    ("accounts:person_unlock", "POST", ""): ADMIN_DOES,
    ("accounts:duty_give", "POST", ""): ADMIN_DOES,
    ("accounts:duty_take", "POST", ""): ADMIN_DOES,
}
