"""Every page once, as the person it is for, at a telephone's width and a desk's: axe, no sideways scrolling, no error in the console."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.grants import Can, Role
from accounts.models import Organisation, User
from arena import demo
from knowledge import opining
from knowledge.models import Banner, Occasion
from networks import grouping, signing
from networks.models import Approach, BuyerGroup, GroupTask, Letter, Meeting, Plan, SharedFile
from notifications import unsubscribing
from procurements import answering, asking, calling_off, previewing, scheduling, writing
from procurements.models import Interest, Notice, Question
from records import keeping
from tests import copies, make
from tests.browser.hands import Hands
from tests.browser.looking import looked_at

LONGEST = "upphandlare"  # in a file of its own (test_pages_of_a_procurer.py), which another worker takes

ANYONE = (
    "", "search/", "search/?q=felles+anskaffelse", "search/?q=trygg&kind=network", "search/?q=finnsinte", "first-steps/",
    "first-steps/needs/?q=vi+mäter+fallrisk", "first-steps/needs/?field=care", "first-steps/needs/?q=finnsinte", "{opinion}",
    "procurements/", "procurements/?q=fallrisk&state=all", "procurements/?q=finnsinte",
    "procurements/?q=falrisk&kind=need&since=9999-99-99",
    "procurements/?state=all&region=SE3&joint=joint&buyer-words=kommun&cpv-words=larm", "{need}", "{dialogue}",
    "{dialogue}versions/1/", "{dialogue}record/", "{joint}", "{award}", "organisations/fjallviks-kommun/", "networks/", "networks/{network}/",
    "networks/plans/", "networks/plans/?goal=3", "networks/plans/?goal=7", "networks/plans/{plan}/",
    "guidance/", "guidance/{article}/", "guidance/phase/?phase=need", "guidance/?genre=case",
    "guidance/mindre-matsvinn-i-skolkok/", "guidance/effektplan/", "guidance/cases/of/{ended_slug}/",
    "guidance/?q=finnsinte",
    "guidance/beside/?place=problem&phase=need",
    "guidance/events/", "guidance/events/?when=past", "guidance/events/?place=there&audience=leader", "guidance/{event}/",
    "codes/glossary/", "codes/glossary/?q=avtal", "codes/glossary/?q=finnsinte", "about/", "accessibility/", "privacy/", "open-data/",
    "interchange/api/", "embed/", "embed/procurements/", "embed/procurements/?q=finnsinte",
    "{ended}", "{ended}record/", "{preview}", "{less}", "terms/", "account/login/", "account/signup/", "account/password/reset/", "gallery/",
)  # fmt: skip
PAGES = {
    "": ANYONE,
    "upphandlare": (
        "start/", "calendar/", "guidance/{event}/", "{kept}", "inbox/", "inbox/preferences/", "profile/", "interchange/keys/", "procurements/ours/",
        "procurements/new/", "{draft}preview/",
        "interchange/webhooks/", "interchange/webhooks/new/?cpv=33",
        "{draft}edit/need/", "{draft}edit/hearing/", "{draft}edit/time/", "{draft}publish/", "{draft}documents/",
        "{dialogue}rights/", "{dialogue}stages/", "{dialogue}",
        "{dialogue}edit/about/", "{dialogue}edit/procedure/", "{dialogue}edit/participation/", "{dialogue}reuse/", "{similar}", "{likely}",
        "{dialogue}publish/", "{dialogue}close/",
        "{dialogue}questions/", "{dialogue}questions/?state=answered", "{dialogue}questions/{waiting}/",
        "{dialogue}questions/{answered}/", "{dialogue}questions/{answered}/correct/",
        "{ended}", "{ended}outcome/", "{ended}interests/", "{dialogue}interests/answer/?interest={interest}",
        "{dialogue}interests/", "{dialogue}secrecy/", "{dialogue}team/", "{dialogue}review/", "{dialogue}approvals/",
        "{draft}review/", "{draft}preview-links/", "procurements/reviews/", "{draft}procedure/",
        "organisations/fjallviks-kommun/members/", "organisations/fjallviks-kommun/edit/",
        "networks/plans/", "networks/plans/create/", "networks/plans/{plan}/", "networks/plans/{plan}/edit/", "networks/plans/{plan}/withdraw/",
        "networks/approaches/", "networks/approaches/{approach}/", "networks/approaches/{approach}/group/",
        "networks/approaches/create/?organisation=sorvik-kommune", "organisations/sorvik-kommune/",
        "networks/{network}/inside/", "networks/{network}/meetings/", "networks/{network}/files/", "networks/buyer-groups/{group}/meetings/",
        "networks/buyer-groups/{group}/meetings/call/", "networks/buyer-groups/{group}/files/", "networks/meetings/{meeting}/",
        "networks/meetings/{group_meeting}/", "networks/meetings/{group_meeting}/edit/", "networks/meetings/{group_meeting}/minutes/",
        "networks/create/", "networks/buyer-groups/", "networks/buyer-groups/create/",
        "networks/buyer-groups/{group}/", "networks/buyer-groups/{group}/invite/", "networks/buyer-groups/{group}/items/",
        "networks/buyer-groups/{group}/edit/", "networks/buyer-groups/{group}/letters/",
        "networks/buyer-groups/{group}/decide/{asks}/", "networks/buyer-groups/{open_group}/ask/",
        "networks/buyer-groups/{group}/letters/send/", "networks/buyer-groups/{group}/letters/{signed}/",
        "networks/buyer-groups/{group}/letters/{unsigned}/sign/", "networks/buyer-groups/{group}/letters/{unsigned}/decline/",
        "{contract}call-offs/", "{contract}call-offs/{called_off}/",
        "networks/buyer-groups/{group}/cost-key/", "networks/buyer-groups/{group}/tasks/", "networks/buyer-groups/{group}/tasks/{task}/",
        "{dialogue}requirements/", "{dialogue}requirements/?show=differs", "{dialogue}requirements/edit/",
        "{dialogue}requirements/answer/{place}/", "{dialogue}sections/", "{dialogue}message/", "account/email/",
        "account/password/change/", "account/2fa/", "account/2fa/totp/activate/", "account/sessions/",
    ),
    "kollega": ("start/", "{draft}review/", "procurements/reviews/"),
    "leverantor": (
        "start/", "calendar/", "guidance/{event}/",
        "inbox/", "matches/", "matches/offer/", "matches/saved-searches/", "matches/saved-searches/new/?q=fallrisk",
        "matches/following/", "matches/following/?show=muted", "matches/following/reminder/", "matches/following/network/{network}/",
        "{dialogue}", "{dialogue}interest/", "{dialogue}questions/ask/", "procurements/questions/", "procurements/interests/",
        "{need}interest/", "suppliers/nordsensor-ab/", "organisations/new/",
        "organisations/nordsensor-ab/verification/", "procurements/new/",
    ),
    "samordnare": (
        "{contract}", "{contract}call-off/", "{contract}call-offs/",
        "{dialogue}approvals/", "{dialogue}approvals/give/", "{dialogue}team/",
        "networks/{network}/inside/", "networks/{network}/roles/", "networks/{network}/meetings/call/", "networks/files/{shared}/edit/",
    ),
    "redaktor": (
        "start/", "guidance/editing/cases/", "guidance/editing/cases/?q=finnsinte", "guidance/mindre-matsvinn-i-skolkok/case/",
        "guidance/effektplan/files/", "guidance/effektplan/",
        "guidance/editing/", "guidance/editing/bindings/", "guidance/editing/links/",
        "guidance/{event}/event/", "guidance/{event}/event/attendees/", "guidance/banners/", "guidance/banners/new/", "guidance/banners/{banner}/",
        "guidance/editing/new/", "guidance/editing/new/?genre=event", "guidance/editing/?state=public",
        "guidance/{article}/edit/sv/", "guidance/{article}/preview/sv/", "guidance/{article}/pictures/",
        "guidance/{article}/history/sv/", "guidance/{article}/bind/", "guidance/{article}/publish/",
    ),
    "admin": (
        "start/", "overdue/", "reviews/", "reviews/merge/?q=kommun&r=kommun",
        "reviews/merge/nordsensor-ab/into/fjallviks-kommun/", "persons/", "persons/{person}/", "audit-log/",
        "inbox/mail-log/", "interchange/imports/", "interchange/imports/new/", "jobs/", "matches/quality/",
    ),
}  # fmt: skip


@pytest.fixture
def arena(transactional_db):
    """The demonstration, as ./start shows it."""
    copies.demonstration()
    address = {name: notice.get_absolute_url().split("/", 2)[2] for name, notice in notices().items()}  # without /sv/
    return {
        **address,
        "network": "trygg-hemma",
        "group": "fallrisk-i-hemmet",
        "article": first_article(),
        "ended_slug": notices()["ended"].slug,
        "event": Occasion.objects.get(seats=2).article.slug,
        "banner": Banner.objects.get().pk,
        "opinion": opinion(),
        "person": Interest.objects.order_by("received_at")[0].registered_by_id,
        "kept": f"kept/{kept().pk}/",
        "similar": f"matches/similar/{notices()['draft'].slug}/",
        "likely": f"matches/suppliers/{notices()['draft'].slug}/",
        "preview": preview(),
        "less": less_of_this(),
        "interest": Interest.objects.filter(procurement=notices()["dialogue"].procurement)[0].pk,
        **questions(),
        **letters(),
        **asking_for_places(),
        **contract(),
        "meeting": Meeting.objects.get(title="Första träffen").pk,
        "group_meeting": Meeting.objects.get(title="Möte inför dialogen").pk,
        "shared": SharedFile.objects.get().pk,
        "task": GroupTask.objects.filter(section="")[0].pk,
        "place": BuyerGroup.objects.get(slug="fallrisk-i-hemmet")
        .participants.get(organisation__slug="fjallviks-kommun")
        .pk,
        "plan": Plan.objects.get(title__startswith="Tryggare nätter").pk,
        "approach": Approach.objects.get().pk,
    }


def notices():
    fjallvik = Organisation.objects.get(slug="fjallviks-kommun")
    own = Notice.objects.filter(procurement__organisation=fjallvik, source_id=None).select_related("current_version")
    return {
        "need": Notice.objects.get(title__startswith="Mindre läkemedelssvinn"),
        "dialogue": own.get(kind="consultation"),
        "draft": own.get(current_version=None),
        "ended": own.get(kind="competition"),
        "joint": Notice.objects.filter(current_version__buyers__position__gt=1).select_related("current_version")[0],
        "award": Notice.objects.filter(kind="award").select_related("current_version")[0],
    }


def first_article():
    from knowledge.models import Article

    return Article.objects.public().order_by("pk")[0].slug


def less_of_this():
    """What a link in a mail opens: less of a procurement, of a kind, of all."""
    person = User.objects.get(email="leverantor@demo.example")
    names = [f"procurement:{notices()['dialogue'].procurement_id}", "kind:match"]
    return unsubscribing.less_link(person, names, "sv").partition("/sv/")[2]


def opinion():
    """Where one who said whether the first article helped adds a word; an editor reads another's."""
    from knowledge.models import Article

    said = {"language": "sv", "number": 1, "said_at": timezone.now()}
    opinions = Article.objects.get(slug=first_article()).opinions
    opinions.create(**said, helped=False, comment="Det saknas ett exempel.")
    return f"guidance/opinions/{opining.thanks_token(opinions.create(**said, helped=True))}/"


def kept():
    """What a person wrote when the session had ended, with a long text and a file that was too large."""
    person = User.objects.get(email="upphandlare@demo.example")
    fields = [("title", ["Ett behov"]), ("problem", ["Larmet kommer först när olyckan har skett. " * 20])]
    post = keeping.keep(person, path="/sv/procurements/new/", fields=fields, files={}, at=timezone.now())
    post.missing = ["En stor bilaga.pdf"]
    post.save()
    return post


def preview():
    """What somebody without an account reads."""
    person, notice = User.objects.get(email="upphandlare@demo.example"), notices()["draft"]
    _link, token = previewing.create(notice, label="Brukarrådet", days=7, by=person, at=timezone.now())
    return f"procurements/preview/{token}/"


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


def letters():
    """The demonstration's own that is signed, with a budget in another currency than the cost, and one that waits for the lead itself."""
    group, at = BuyerGroup.objects.get(slug="fallrisk-i-hemmet"), timezone.now()
    lead = User.objects.get(email="upphandlare@demo.example")
    own = group.participants.filter(organisation=group.lead)
    [unsigned] = signing.send(group, to=own, sign_by=timezone.localdate(at) + timedelta(days=20), by=lead, at=at)
    return {"signed": Letter.objects.get(participant__group=group, currency="NOK").pk, "unsigned": unsigned.pk}


def asking_for_places():
    """One who asks for a place in our group, and a group of others that is published with its list fixed, in which we could ask."""
    group, at = BuyerGroup.objects.get(slug="fallrisk-i-hemmet"), timezone.now()
    other = make.buyer(name="Nattvik kommun")
    said = {"wished_state": "option", "message": "Vi har samma behov.", "since": at}
    asks = group.participants.create(organisation=other, state="asked", **said)
    lead = make.member(other, role=Role.ADMIN)
    theirs = make.group(lead=other, by=lead, at=at, name="Tysta nätter")
    BuyerGroup.objects.filter(pk=theirs.pk).update(published_at=at, list_fixed_at=at)
    return {"asks": asks.pk, "open_group": theirs.slug}


def contract():
    """A joint competition with a contract: one option is to be used, another waits, and one has left since."""
    at = timezone.now()
    lead, holder = (User.objects.get(email=f"{name}@demo.example") for name in ("upphandlare", "samordnare"))
    group = make.group(lead=Organisation.objects.get(slug="fjallviks-kommun"), by=lead, at=at, name="Larm ihop")
    BuyerGroup.objects.filter(pk=group.pk).update(option_until=timezone.localdate(at) + timedelta(days=200))
    group.refresh_from_db()
    item = group.items.create(name="Personer med sensor", unit="personer", position=0)
    others = [make.buyer(name=name, inhabitants=9000) for name in ("Nordvik kommun", "Lillån kommun")]
    own = Organisation.objects.of(holder, Can.ADMINISTER).verified_buyers()[0]
    for organisation in (own, *others):
        make.letter(make.participant(group, organisation, state="option", at=at), volumes={item: 1200}, at=at)
    notice = make.notice(group=group, kind="competition", by=lead, at=at, title="Larm som varnar i tid")
    make.awarded(notice, by=lead, at=at)
    person, gone = (make.member(one, role=Role.ADMIN) for one in others)
    said = {"volumes": {item.pk: Decimal(800)}, "message": "Från i höst.", "by": person, "at": at}
    asked = calling_off.ask(notice.procurement, organisation=others[0], **said)
    grouping.answer(group.participants.get(organisation=others[1]), state="left", by=gone, at=at)
    return {"contract": notice.get_absolute_url().split("/", 2)[2], "called_off": asked.pk}


@pytest.mark.parametrize("who", [who for who in PAGES if who != LONGEST], ids=lambda who: who or "anyone")
def test_every_page(who, arena, live_server, open_page):
    assert faults_of_every_page(who, arena, live_server, open_page) == []


def faults_of_every_page(who, arena, live_server, open_page):
    found, errors = [], []
    page = open_page()
    hands = Hands(page, live_server.url)
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    if who:
        hands.log_in(f"{who}@demo.example", demo.PASSWORD, "sv")
    for path in PAGES[who]:
        hands.go(f"/sv/{path.format(**arena)}")
        found += looked_at(page, path)
    return found + errors


# What a person gets wrong: whose page, where, and what is filled in before the button is pressed.
MISTAKES = (
    ("upphandlare", "{draft}edit/time/", {"contact_email": "ingen adress"}),
    ("upphandlare", "{draft}preview-links/", {"days": "900"}),
    ("upphandlare", "{dialogue}close/", {"reason": ""}),
    ("upphandlare", "{dialogue}message/", {"subject": "", "text": "Vi ses."}),
    ("upphandlare", "networks/buyer-groups/{group}/tasks/", {"title": "", "due_on": "2001-01-01"}),
    ("upphandlare", "{dialogue}stages/", {"stages-0-max_cost": "mycket"}),
    ("upphandlare", "{ended}outcome/", {"text": "", "decided_on": ""}),
    ("kollega", "{draft}review/", {"comment": ""}),
    ("leverantor", "{dialogue}questions/ask/", {"text": ""}),
)


def test_every_kind_of_form_that_went_wrong(arena, live_server, open_page):
    found = []
    for who in dict.fromkeys(who for who, _path, _typed in MISTAKES):
        page = open_page()
        hands = Hands(page, live_server.url)
        hands.log_in(f"{who}@demo.example", demo.PASSWORD, "sv")
        for _who, path, typed in (one for one in MISTAKES if one[0] == who):
            hands.go(f"/sv/{path.format(**arena)}")
            for name, text in typed.items():
                page.fill(f"main [name={name}]", text)
            page.keyboard.press("Tab")  # what saves itself does so now, and not under the click
            page.wait_for_timeout(1000)
            page.wait_for_load_state("networkidle")
            hands.press("main form.form .actions button[type=submit]")
            assert page.locator("main .problems").count(), path
            found += looked_at(page, f"{path} gone wrong")
    assert found == []


def test_a_text_that_a_colleague_changed_and_one_that_is_locked(arena, live_server, open_page):
    notice, at = Notice.objects.at_address(arena["dialogue"].rstrip("/").rpartition("/")[2]).get(), timezone.now()
    page = open_page()
    hands = Hands(page, live_server.url)
    hands.log_in("upphandlare@demo.example", demo.PASSWORD, "sv")
    hands.go(f"/sv/{arena['dialogue']}edit/about/")
    colleague = User.objects.get(email="kollega@demo.example")
    notice = writing.save(notice, wording={"title": "Dialog om fall"}, revision=notice.revision, by=colleague, at=at)
    page.fill("[name=title]", "Dialog om fallrisk")
    hands.press("main form.form .actions button[type=submit]")
    assert page.locator("main .conflict").count()
    found = looked_at(page, "two texts")
    make.approved(notice, at=at)
    soon = at + timedelta(days=1)
    scheduling.schedule(notice, publish_at=soon, revision=notice.revision, reason="Rubriken.", by=colleague, at=at)
    hands.go(f"/sv/{arena['dialogue']}edit/about/")
    found += looked_at(page, "locked")
    hands.go(f"/sv/{arena['dialogue']}publish/")
    found += looked_at(page, "waits to be published")
    assert found == []
