"""Pages without a namespace: they are made of several rooms, or of none."""

from tests.access.cells import (
    ADMIN,
    ADMIN_DOES,
    DONE_BY_ALL,
    EDITORS,
    EVERYONE,
    IMPORT_DUTY,
    MAIL_DUTY,
    MAIL_DUTY_DO,
    NO_PERSON,
    NOBODY,
    OWN_ADM_DOES,
    OWN_ADMIN,
    PERSONS,
)

ROWS: dict[tuple[str, str, str], str] = {
    # --- what everyone may open ---------------------------------------------------------------------------------------
    ("healthz", "GET", ""): EVERYONE,
    ("readyz", "GET", ""): EVERYONE,
    ("robots", "GET", ""): EVERYONE,
    ("sitemap", "GET", ""): EVERYONE,
    ("sitemap_part", "GET", ""): EVERYONE,
    ("sitemap_part", "GET", "unknown"): NOBODY,
    ("catalogue", "GET", ""): EVERYONE,
    ("picture_detail", "GET", "published"): EVERYONE,
    ("picture_detail", "GET", "draft"): EDITORS.replace("log", "404"),
    ("home", "GET", ""): EVERYONE,
    ("search", "GET", ""): EVERYONE,
    ("first_steps", "GET", ""): EVERYONE,
    ("first_needs", "GET", ""): EVERYONE,
    ("about", "GET", ""): EVERYONE,
    ("accessibility", "GET", ""): EVERYONE,
    ("privacy", "GET", ""): EVERYONE,
    ("open_data", "GET", ""): EVERYONE,
    ("start", "GET", ""): PERSONS,
    ("calendar", "GET", ""): PERSONS,
    ("calendar_key_make", "POST", ""): DONE_BY_ALL,
    ("calendar_key_revoke", "POST", ""): DONE_BY_ALL,
    ("calendar_feed", "GET", ""): EVERYONE,  # the secret in the address is the authority
    ("calendar_feed", "GET", "forged"): NOBODY,
    # --- organisations ----------------------------------------------------------------------------------------------------
    ("verification_request", "GET", "unclaimed"): PERSONS,
    ("verification_request", "POST", "unclaimed"): DONE_BY_ALL,
    ("verification_request", "GET", "claimed"): OWN_ADMIN,
    ("verification_request", "POST", "claimed"): OWN_ADM_DOES.replace("302", "ref"),  # a verified buyer already
    ("verification_request", "GET", "personal"): NO_PERSON,
    ("verification_request", "POST", "personal"): NO_PERSON,
    ("invitation_send", "POST", ""): OWN_ADM_DOES,
    ("organisation_detail", "GET", ""): EVERYONE,
    ("organisation_detail", "GET", "unclaimed"): EVERYONE,
    ("organisation_detail", "GET", "merged"): EVERYONE.replace("200", "301"),
    # --- duties -----------------------------------------------------------------------------------------------------------
    ("overdue_list", "GET", ""): IMPORT_DUTY,
    ("review_queue", "GET", ""): ADMIN,
    ("verification_decide", "POST", ""): ADMIN_DOES,
    ("organisation_merge", "GET", ""): ADMIN,
    ("organisation_merge_confirm", "GET", ""): ADMIN,
    ("organisation_merge_confirm", "POST", ""): ADMIN_DOES.replace("302", "ref"),  # the one that goes on may not buy
    ("job_list", "GET", ""): MAIL_DUTY,
    ("failure_retry", "POST", ""): MAIL_DUTY_DO,
    ("failure_give_up", "POST", ""): MAIL_DUTY_DO,
    ("metrics", "GET", ""): NOBODY,  # for a machine with a token, which tests/arena/test_metrics.py shows
    ("audit_log", "GET", ""): ADMIN,
}
