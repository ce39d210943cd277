"""Each person's own; the mail log is for support."""

from tests.access.cells import (
    ANYONE_DOES,
    BUYER_EDITOR,
    DONE_BY_ALL,
    EVERYONE,
    MAIL_DUTY,
    MAIL_DUTY_DO,
    NOBODY,
    PERSONS,
)

ROWS: dict[tuple[str, str, str], str] = {
    ("notifications:inbox", "GET", ""): PERSONS,
    ("notifications:inbox_read", "POST", ""): DONE_BY_ALL,
    ("notifications:notification_open", "POST", ""): BUYER_EDITOR,
    ("notifications:notification_put_away", "POST", ""): BUYER_EDITOR,
    ("notifications:notification_take_back", "POST", ""): BUYER_EDITOR,
    ("notifications:preferences", "GET", ""): PERSONS,
    ("notifications:preferences", "POST", ""): DONE_BY_ALL,
    ("notifications:mail_allow", "POST", ""): DONE_BY_ALL,
    ("notifications:unsubscribe", "GET", ""): EVERYONE,  # the signed link is the authority
    ("notifications:unsubscribe", "POST", ""): EVERYONE,
    ("notifications:unsubscribe", "GET", "forged"): NOBODY,
    ("notifications:unsubscribe", "POST", "forged"): NOBODY,
    ("notifications:less", "GET", ""): EVERYONE,  # the same
    ("notifications:less", "POST", ""): ANYONE_DOES,
    ("notifications:less", "GET", "forged"): NOBODY,
    ("notifications:less", "POST", "forged"): NOBODY,
    ("notifications:mail_log", "GET", ""): MAIL_DUTY,
    ("notifications:mail_release_held", "POST", ""): MAIL_DUTY_DO,
    ("notifications:mail_release", "POST", ""): MAIL_DUTY_DO,
    ("notifications:mail_give_up", "POST", ""): MAIL_DUTY_DO,
}
