"""Every page once, as the person it is for, at a telephone's width and a desk's: axe, no sideways scrolling, no error in the console."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from accounts.models import Organisation
from arena import demo
from procurements.models import Interest, Notice
from tests.browser.hands import Hands

WIDTHS = (320, 1280)
# Best-practice rules too; what axe cannot decide is not a violation, and is looked at by eye.
OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

ANYONE = (
    "", "procurements/", "procurements/?q=fallrisk&state=all", "procurements/?q=finnsinte", "{need}", "{dialogue}",
    "{dialogue}versions/1/", "{joint}", "{award}", "organisations/fjallviks-kommun/", "networks/", "networks/{network}/",
    "guidance/", "guidance/{article}/", "guidance/phase/?phase=need", "about/", "accessibility/", "privacy/", "open-data/",
    "terms/", "account/login/", "account/signup/", "account/password/reset/", "gallery/",
)  # fmt: skip
PAGES = {
    "": ANYONE,
    "upphandlare": (
        "start/", "inbox/", "inbox/preferences/", "profile/", "procurements/ours/", "procurements/new/", "{draft}preview/",
        "{draft}edit/", "{draft}publish/", "{dialogue}", "{dialogue}edit/", "{dialogue}publish/", "{dialogue}close/",
        "{dialogue}interests/", "organisations/fjallviks-kommun/members/", "organisations/fjallviks-kommun/edit/",
        "networks/{network}/inside/", "networks/create/", "networks/buyer-groups/", "networks/buyer-groups/create/",
        "networks/buyer-groups/{group}/", "networks/buyer-groups/{group}/invite/", "account/email/",
        "account/password/change/", "account/2fa/", "account/2fa/totp/activate/", "account/sessions/",
    ),
    "leverantor": (
        "start/", "inbox/", "matches/", "matches/offer/", "matches/saved-searches/", "matches/saved-searches/new/?q=fallrisk",
        "{dialogue}", "{dialogue}interest/", "{need}interest/", "suppliers/nordsensor-ab/", "organisations/new/",
        "organisations/nordsensor-ab/verification/", "procurements/new/",
    ),
    "redaktor": (
        "start/", "guidance/editing/", "guidance/editing/new/", "guidance/{article}/edit/sv/", "guidance/{article}/preview/sv/",
        "guidance/{article}/history/sv/", "guidance/{article}/bind/", "guidance/{article}/publish/",
    ),
    "admin": (
        "start/", "reviews/", "persons/", "persons/{person}/", "audit-log/", "inbox/mail-log/", "interchange/imports/",
    ),
}  # fmt: skip


@pytest.fixture
def arena(transactional_db):
    """The demonstration, as ./start shows it."""
    from taxonomy import loading

    loading.load()
    demo.load(timezone.now())
    address = {name: notice.get_absolute_url().split("/", 2)[2] for name, notice in notices().items()}  # without /sv/
    return {
        **address,
        "network": "trygg-hemma",
        "group": "fallrisk-i-hemmet",
        "article": first_article(),
        "person": Interest.objects.get().registered_by_id,
    }


def notices():
    fjallvik = Organisation.objects.get(slug="fjallviks-kommun")
    own = Notice.objects.filter(procurement__organisation=fjallvik, source_id=None).select_related("current_version")
    return {
        "need": Notice.objects.get(title__startswith="Mindre läkemedelssvinn"),
        "dialogue": own.get(kind="consultation"),
        "draft": own.get(current_version=None),
        "joint": Notice.objects.filter(current_version__buyers__position__gt=1).select_related("current_version")[0],
        "award": Notice.objects.filter(kind="award").select_related("current_version")[0],
    }


def first_article():
    from knowledge.models import Article

    return Article.objects.public().order_by("pk")[0].slug


@pytest.mark.parametrize("who", PAGES, ids=lambda who: who or "anyone")
def test_every_page(who, arena, live_server, open_page):
    found = []
    for width in WIDTHS:
        page = open_page(width=width)
        hands = Hands(page, live_server.url)
        errors = []
        page.on(
            "console", lambda message, errors=errors: errors.append(message.text) if message.type == "error" else None
        )
        if who:
            hands.log_in(f"{who}@demo.example", demo.PASSWORD, "sv")
        for path in PAGES[who]:
            hands.go(f"/sv/{path.format(**arena)}")
            page.wait_for_load_state("networkidle")
            for violation in Axe().run(page, options=OPTIONS).response["violations"]:
                where = "; ".join(str(node["target"]) for node in violation["nodes"][:3])
                found.append(f"{width} {path}: {violation['id']} {where}")
            if (scroll := page.evaluate("document.documentElement.scrollWidth")) > width:
                found.append(f"{width} {path}: scrolls sideways to {scroll}")
        found += [f"{width} console: {error}" for error in errors]
    assert found == []
