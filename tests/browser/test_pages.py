"""Every page once, as the person it is for, at a telephone's width and a desk's: axe, no sideways scrolling, no error in the console."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from accounts.models import Organisation, User
from arena import demo
from procurements import answering, asking
from procurements.models import Interest, Notice, Question
from records import keeping
from tests.browser.hands import Hands

WIDTHS = (320, 1280)
# Best-practice rules too; what axe cannot decide is not a violation, and is looked at by eye.
OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

ANYONE = (
    "", "procurements/", "procurements/?q=fallrisk&state=all", "procurements/?q=finnsinte", "{need}", "{dialogue}",
    "{dialogue}versions/1/", "{dialogue}record/", "{joint}", "{award}", "organisations/fjallviks-kommun/", "networks/", "networks/{network}/",
    "guidance/", "guidance/{article}/", "guidance/phase/?phase=need", "about/", "accessibility/", "privacy/", "open-data/",
    "terms/", "account/login/", "account/signup/", "account/password/reset/", "gallery/",
)  # fmt: skip
PAGES = {
    "": ANYONE,
    "upphandlare": (
        "start/", "calendar/", "{kept}", "inbox/", "inbox/preferences/", "profile/", "procurements/ours/", "procurements/new/", "{draft}preview/",
        "{draft}edit/need/", "{draft}edit/hearing/", "{draft}edit/time/", "{draft}publish/", "{draft}documents/",
        "{dialogue}rights/", "{dialogue}stages/", "{dialogue}",
        "{dialogue}edit/about/", "{dialogue}edit/procedure/", "{dialogue}edit/participation/", "{dialogue}reuse/",
        "{dialogue}publish/", "{dialogue}close/",
        "{dialogue}questions/", "{dialogue}questions/?state=answered", "{dialogue}questions/{waiting}/",
        "{dialogue}questions/{answered}/", "{dialogue}questions/{answered}/correct/",
        "{dialogue}interests/", "{dialogue}secrecy/", "{dialogue}team/", "{dialogue}review/", "{draft}review/", "{draft}preview-links/", "procurements/reviews/", "{draft}procedure/",
        "organisations/fjallviks-kommun/members/", "organisations/fjallviks-kommun/edit/",
        "networks/{network}/inside/", "networks/create/", "networks/buyer-groups/", "networks/buyer-groups/create/",
        "networks/buyer-groups/{group}/", "networks/buyer-groups/{group}/invite/", "account/email/",
        "account/password/change/", "account/2fa/", "account/2fa/totp/activate/", "account/sessions/",
    ),
    "leverantor": (
        "start/", "calendar/", "inbox/", "matches/", "matches/offer/", "matches/saved-searches/", "matches/saved-searches/new/?q=fallrisk",
        "{dialogue}", "{dialogue}interest/", "{dialogue}questions/ask/", "procurements/questions/",
        "{need}interest/", "suppliers/nordsensor-ab/", "organisations/new/",
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
        "person": Interest.objects.order_by("received_at")[0].registered_by_id,
        "kept": f"kept/{kept().pk}/",
        **questions(),
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


def kept():
    """What a person wrote when the session had ended, with a long text and a file that was too large."""
    person = User.objects.get(email="upphandlare@demo.example")
    fields = [("title", ["Ett behov"]), ("problem", ["Larmet kommer först när olyckan har skett. " * 20])]
    post = keeping.keep(person, path="/sv/procurements/new/", fields=fields, files={}, at=timezone.now())
    post.missing = ["En stor bilaga.pdf"]
    post.save()
    return post


def questions():
    """One that waits with a draft, and one that everybody reads, corrected once."""
    asker, at = User.objects.get(email="leverantor@demo.example"), timezone.now()
    notice = notices()["dialogue"]
    asked = [
        asking.ask(notice, organisation=Organisation.objects.of(asker)[0], text=text, by=asker, at=at)
        for text in ("Räknas fall i trappor?", "Hur många hem gäller det?")
    ]
    said = {"by": User.objects.get(email="upphandlare@demo.example"), "at": at}
    for one in asked:
        answering.draft(one, question_text=one.text, answer="Ja, i alla hem.", revision=1, **said)
    answering.release(list(Question.objects.filter(pk=asked[1].pk)), **said)
    answering.correct(asked[1], question_text="Hur många?", text="Femtio.", reason="Fel.", version=1, **said)
    return {"waiting": asked[0].pk, "answered": asked[1].pk}


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
