"""Who gets which answer where: one row a URL name, method and state of the object; reviewed by hand (quality.md S1).

It is written from the rules (issue 2, quality.md 4.2, accounts/grants.py), not from what the code answers.
A row stands in the module of its namespace, without one in `arena`; `cells` says what stands in it.
"""

from tests.access import (
    accounts,
    api,
    arena,
    feeds,
    interchange,
    knowledge,
    matchmaking,
    networks,
    notifications,
    ocds,
    procurements,
    suppliers,
    taxonomy,
    ui,
)

ROOMS = {
    "": arena.ROWS,
    "accounts": accounts.ROWS,
    "api": api.ROWS,
    "feeds": feeds.ROWS,
    "interchange": interchange.ROWS,
    "knowledge": knowledge.ROWS,
    "matchmaking": matchmaking.ROWS,
    "networks": networks.ROWS,
    "notifications": notifications.ROWS,
    "ocds": ocds.ROWS,
    "procurements": procurements.ROWS,
    "suppliers": suppliers.ROWS,
    "taxonomy": taxonomy.ROWS,
    "ui": ui.ROWS,
}
TABLE = {row: cells for rows in ROOMS.values() for row, cells in rows.items()}

# allauth's own pages, under one rule: an anonymous visitor gets 200 here, and a redirect from every other.
OPEN_ACCOUNT_PAGES = frozenset(
    {
        *("account_login", "account_signup", "account_reset_password", "account_inactive"),
        *("account_password_reset_completed", "account_signup_by_passkey"),
    }
)
