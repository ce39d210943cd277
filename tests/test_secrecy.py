"""What is secret is found nowhere by those who may not know it (quality.md S2), and changes nothing that they see (S3)."""

import html
import io
import re
from collections import deque
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from interchange import dumping
from interchange.models import Delivery
from interchange.webhooks import saying
from networks.models import Letter
from procurements import publishing, writing
from tests import make
from tests import world as worlds
from tests.answers import body_of, masked
from tests.world.base import BUDGET, DOWNLOADS, DRAFT_TEXTS, PEOPLE, canary

PAGES = 300  # a person; what a crawl cannot reach in so many pages is asked for by its address in test_access.py
LINK = re.compile(r"""(?:href|src|action|data-hx-get)="(/[^"#]*)|<loc>https?://[^/<]+(/[^<]*)""")
SKIPPED = re.compile(r"^/(static|nb|en)/|/account/|/gallery/|/acting-for/")
CRAWLERS = ("anonymous", "stranger", "other_supplier", "other_buyer", "network_member", "curator")
LATER = {"stranger", "other_supplier", "network_member", "curator"}  # in the second tier

# Each secret with those of the crawlers who may read it (quality.md 4.2).
SECRETS: dict[str, set[str]] = {
    **{canary(f"draft{name}"): set() for name in DRAFT_TEXTS},
    canary("workingtext"): set(),
    canary("workingtitle"): set(),
    canary("nexttitle"): set(),
    canary("draftdocument"): set(),  # titles and names of files
    canary("workingdocument"): set(),
    str(DOWNLOADS)[:7]: set(),  # how often a document was fetched is the team's (4.2)
    **{canary(name): set() for name in ("asset", "motive", "stage", "decision")},
    canary("interest"): set(),  # what suppliers wrote to the buyer
    canary("feedback"): set(),  # what the buyer answered each of them
    canary("crowd"): set(),  # the names of those who did
    canary("secrecymotive"): set(),  # why another ground than the usual holds
    canary("question"): set(),  # what suppliers asked in private
    canary("asker"): set(),
    canary("questiondraft"): set(),
    canary("answerdraft"): set(),
    canary("declinereason"): set(),
    canary("reviewmessage"): set(),  # around a draft: what the team and its reader say of it
    canary("remark"): set(),
    canary("previewlabel"): set(),
    canary("previewremark"): set(),
    **{canary(name): set() for name in ("jointtitle", "approvalmessage", "approvalcomment")},
    canary("askmessage"): set(),
    canary("networkpost"): {"network_member"},
    **{
        canary(f"network{name}"): {"network_member"}
        for name in ("meeting", "agenda", "minutes", "link", "filetitle", "filename", "filecontent")
    },
    **{
        canary(f"group{name}"): set()  # the network's member is only invited to the group
        for name in ("meeting", "agenda", "minutes", "link", "filetitle", "filename", "filecontent")
    },
    canary("group"): {"network_member"},
    canary("grouppurpose"): {"network_member"},
    canary("placemessage"): set(),  # from one who asks to those inside of the group
    canary("planbuyers"): {"other_buyer", "network_member"},
    **{canary(name): {"network_member"} for name in ("planmembers", "planmemberstext")},
    **{canary(name): set() for name in ("approachabout", "approachtext")},  # between two others
    **{canary(name): set() for name in ("letterreason", "lettersigner")},
    **{word: set() for word in (str(BUDGET)[:7], "765 432")},  # budgets and costs of those who buy together
    **{canary(name): set() for name in ("requirement", "stand", "task", "tasktext")},  # of those who buy together
    canary("calloffmessage"): {"network_member"},  # who wrote it, in its own export; else the lead alone
    canary("calloffreason"): {"network_member"},  # who called off
    canary("evidence"): {"stranger"},  # who wrote it
    canary("kepttext"): {"stranger"},
    canary("keyname"): set(),  # of an organisation's keys: its owner, its administrators
    canary("savedsearch"): {"stranger"},
    canary("savedword"): {"stranger"},
    canary("privateoffer"): {"other_buyer", "network_member"},
    canary("privatereferences"): {"other_buyer", "network_member"},
    canary("opinion"): {"curator"},
    canary("articletitle"): {"curator"},
    canary("articlesummary"): {"curator"},
    canary("articlebody"): {"curator"},
    **{canary(name): {"curator"} for name in ("askedtitle", "remark")},  # what one editor asks another to read
    **{canary(name): {"curator"} for name in ("templatetitle", "templatename", "templatefile")},  # drafts, withdrawn
    **{canary(name): {"curator"} for name in ("casemeasure", "casesupplier")},  # of a case that is not public
    canary("eventneeds"): {"stranger", "curator"},  # who comes, and the editors
    canary("eventaddress").lower(): {"stranger", "curator"},
    canary("webhook"): set(),
    canary("webhookaddress").lower(): set(),
    canary("mailsubject"): set(),
    canary("mailtext"): set(),
    "987654321": set(),  # the draft's value
    "987 654 321": set(),
    "cnrydraftmail": set(),
    "cnryinvited": set(),
    "cnrymaillog": set(),
    "8001011239": set(),  # a sole trader's number is a person's
    "800101-1239": set(),
    **{f"cnrymail{name.replace('_', '')}@": {name} for name in PEOPLE if name not in ("anonymous", "suspended")},
}
# Who reads a secret, and on which pages.
READERS = {
    "buyer_admin": "/ours/|/(approvals|preview|requirements|review|secrecy)/$|/call-offs/|/members/|/buyer-groups/|/webhooks/|/interchange/keys/",
    "buyer_editor": "/documents/$|/questions/.*|/interests/|/webhooks/",
    "network_leader": "/inside/|/suppliers/|/approaches/|/meetings/|/files/",
    "network_member": "/inside/|/buyer-groups/|/plans/|/call-offs/",
    "curator": "/guidance/.+",
    "admin": "/reviews/|/persons/|/mail-log/",
    "stranger": "/saved-searches/|/export/|/kept/",
}
LISTS = ("search", "procurements:notice_list", "networks:network_list", "knowledge:article_list")


@pytest.fixture(scope="module")
def built(loaded, django_db_blocker):
    with (
        django_db_blocker.unblock(),
        time_machine.travel(make.NOW + timedelta(hours=1), tick=False),
        transaction.atomic(),
    ):
        yield worlds.build(at=make.NOW)
        transaction.set_rollback(True)


@pytest.fixture
def world(built, db):
    cache.clear()
    return built


def addresses_of_the_api(world):
    lists = ("change_list", "organisation_list", "network_list", "plan_list")
    yield from (reverse(f"api:{name}") for name in lists)
    yield reverse("api:notice_list") + "?state=all&size=100"
    yield from (reverse("interchange:notice_download", args=[form]) + "?state=all" for form in ("csv", "json"))
    yield reverse("interchange:api_key_list")
    for notice in (world.draft, world.published, world.closed, world.next, world.joint):
        yield from (reverse(f"api:{page}", args=[notice.code]) for page in ("notice_detail", "version_list"))
    yield from (reverse("api:organisation_detail", args=[one.slug]) for one in (world.buyer, world.supplier))
    yield reverse("api:network_detail", args=[world.network.slug])


def starting_points(world):
    names = ["home", "start", "sitemap", "robots", "readyz", "procurements:procurement_list", "notifications:inbox"]
    names += [
        "matchmaking:match_list",
        "matchmaking:offer_edit",
        "matchmaking:subscription_list",
        "networks:group_list",
    ]
    names += ["accounts:profile", "accounts:data_export", "knowledge:article_review_list", *LISTS]
    names += ["accounts:person_list", "notifications:mail_log", "review_queue", "interchange:import_list"]
    names += ["job_list", "matchmaking:match_quality", "interchange:webhook_list"]
    yield reverse("interchange:webhook_detail", args=[world.webhook.pk])
    of_organisations = [world.buyer, world.supplier, world.other, world.sole_trader, *world.crowd[:1]]
    yield from (reverse(name) for name in names)
    yield reverse("procurements:notice_list") + "?state=all"
    yield from (reverse("suppliers:supplier_detail", args=[one.slug]) for one in (world.supplier, world.other))
    yield from (one.get_absolute_url() for one in of_organisations[:4])
    yield reverse("verification_request", args=[world.unclaimed.slug])
    yield reverse("organisation_merge_confirm", args=[world.supplier.slug, world.other.slug])
    for page in ("approval_list", "approval_give"):
        yield reverse(f"procurements:{page}", args=[world.joint.slug])
    for notice in (world.draft, world.published, world.closed, world.next, world.joint):
        for page in ("detail", "edit", "preview", "publish"):
            yield reverse(f"procurements:notice_{page}", args=[notice.slug])
        yield reverse("procurements:interest_list", args=[notice.slug])
        yield from (
            reverse(f"matchmaking:{page}", args=[notice.slug]) for page in ("similar_needs", "likely_suppliers")
        )
        yield reverse("procurements:secrecy_edit", args=[notice.slug])
        yield reverse("procurements:procedure_advice", args=[notice.slug])
        for page in ("review_detail", "preview_links", "team_edit"):
            yield reverse(f"procurements:{page}", args=[notice.slug])
        for page in ("document_list", "asset_edit", "stage_edit"):
            yield reverse(f"procurements:{page}", args=[notice.slug])
        yield reverse("procurements:notice_version", args=[notice.slug, 1])
        yield reverse("procurements:interest_register", args=[notice.slug])
        yield from (reverse(f"procurements:{page}", args=[notice.slug]) for page in ("question_list", "question_ask"))
        yield reverse("procurements:question_list", args=[notice.slug]) + "?state=all"
        yield reverse("procurements:notice_record", args=[notice.slug])
        yield from (reverse(f"feeds:{page}", args=[notice.slug]) for page in ("notice_changes", "notice_calendar"))
    yield from (f"{reverse(f'feeds:{page}')}?state=all" for page in ("notice_feed", "search_calendar", "embed_list"))
    yield from (f"/sitemap-{part}-1.xml" for part in ("notices", "organisations", "networks", "articles"))
    yield reverse("catalogue")
    yield reverse("ocds:release_list") + "?state=all"
    for notice in (world.draft, world.published, world.closed, world.next, world.joint, world.awarded):
        yield from (
            reverse(f"ocds:procurement_{what}", args=[notice.procurement.ocid]) for what in ("releases", "record")
        )
        yield from (reverse(f"interchange:{what}_eforms", args=[notice.slug]) for what in ("notice", "result"))
    yield from addresses_of_the_api(world)
    for page in ("notice_detail", "call_off", "call_off_list", "packet_download"):
        yield reverse(f"procurements:{page}", args=[world.awarded.slug])
    yield reverse("procurements:call_off_decide", args=[world.awarded.slug, world.called_off.pk])
    for question in world.published.questions.all():
        yield reverse("procurements:question_detail", args=[world.published.slug, question.pk])
    yield reverse("procurements:question_mine")
    yield reverse("matchmaking:follow_list")
    yield reverse("accounts:kept_post", args=[world.kept.pk])
    yield reverse("calendar")
    for state, notice in (("draft", world.draft), ("working", world.published), ("published", world.published)):
        yield reverse("procurements:document_download", args=[notice.slug, world.files[state].pk])
    yield reverse("accounts:member_list", args=[world.buyer.slug])
    yield reverse("networks:network_inside", args=[world.network.slug])
    yield from (reverse(f"networks:{page}") for page in ("plan_list", "approach_list"))
    yield from (f"{reverse('networks:plan_list')}?{query}" for query in ("goal=14", "region=NO", "sort=newest"))
    for plan in world.plans.values():
        yield from (reverse(f"networks:plan_{page}", args=[plan.pk]) for page in ("detail", "edit", "withdraw"))
        yield f"{reverse('networks:approach_create')}?plan={plan.pk}"
    yield from (reverse(f"networks:approach_{page}", args=[world.approach.pk]) for page in ("detail", "group"))
    yield reverse("networks:group_detail", args=[world.group.slug])
    yield reverse("networks:group_detail", args=[world.open_group.slug])
    yield from (
        reverse(f"networks:{page}", args=[world.group.slug]) for page in ("group_ask", "group_edit", "letter_list")
    )
    yield reverse("networks:group_decide", args=[world.group.slug, world.asks.pk])
    yield from (reverse(f"networks:{page}", args=[world.network.slug]) for page in ("meeting_list", "file_list"))
    yield from (reverse(f"networks:group_{page}", args=[world.group.slug]) for page in ("meeting_list", "file_list"))
    for room in ("network", "group"):
        yield from (
            reverse(f"networks:meeting_{page}", args=[world.meetings[room].pk])
            for page in ("detail", "edit", "minutes")
        )
        yield from (reverse(f"networks:file_{page}", args=[world.shared[room].pk]) for page in ("download", "edit"))
    for letter in Letter.objects.filter(participant__group=world.group):
        yield from (
            reverse(f"networks:letter_{page}", args=[world.group.slug, letter.pk]) for page in ("detail", "sign")
        )
    yield from (reverse(f"networks:{page}", args=[world.group.slug]) for page in ("cost_key", "cost_key_download"))
    yield reverse("networks:group_task_list", args=[world.group.slug])
    yield reverse("networks:group_task_edit", args=[world.group.slug, world.task.pk])
    yield reverse("procurements:group_requirement_list", args=[world.group.slug])
    for page in ("requirement_list", "requirement_edit", "requirement_download", "section_share"):
        yield reverse(f"procurements:{page}", args=[world.joint.slug])
    yield reverse("procurements:requirement_answer", args=[world.joint.slug, world.committed.pk])
    yield reverse("knowledge:article_preview", args=[world.article_draft.slug, "sv"])
    yield reverse("knowledge:article_publish", args=[world.publication.article.slug])
    yield reverse("knowledge:case_edit", args=[world.case.slug])
    yield reverse("knowledge:procurement_case", args=[world.awarded.slug])
    for row in world.template_files.values():
        yield reverse("knowledge:template_file_list", args=[row.article.slug])
        yield reverse("knowledge:template_download", args=[row.article.slug, row.pk])
    yield from (reverse(f"knowledge:{page}") for page in ("event_list", "banner_list", "opinion_list"))
    for event in world.events.values():
        yield from (reverse(f"knowledge:event_{page}", args=[event.article.slug]) for page in ("edit", "attendee_list"))
        yield reverse("knowledge:event_attendee_download", args=[event.article.slug])
        yield reverse("feeds:event_calendar", args=[event.article.slug])
    yield reverse("feeds:event_feed")


def crawl(client, addresses, *, pages=PAGES):
    """Every page that can be reached: its address with all that was answered, headers and body."""
    waiting = deque(addresses)
    seen = set(waiting)
    while waiting:
        address = waiting.popleft()
        response = client.get(address)
        body = body_of(response)
        assert response.status_code < 500, address
        yield address, f"{response.status_code}\n{response.headers}\n{html.unescape(body)}".replace("\xa0", " ")
        found = [html.unescape(one or other) for one, other in LINK.findall(body)]
        if response.status_code in (301, 302) and response["Location"].startswith("/"):
            found.append(response["Location"])
        for link in found:
            if link not in seen and len(seen) < pages and not SKIPPED.search(link) and link.count("=") < 2:
                seen.add(link)
                waiting.append(link)


@pytest.mark.parametrize(
    "person", [pytest.param(each, marks=[pytest.mark.slow] if each in LATER else []) for each in CRAWLERS]
)
def test_nobody_finds_what_it_may_not_know(person, world):
    forbidden = [secret for secret, who in SECRETS.items() if person not in who]
    found = [
        (address, secret)
        for address, answered in crawl(world.client(person), list(starting_points(world)))
        for secret in forbidden
        if secret in answered
    ]
    assert found == []


def test_the_files_of_the_day_hold_no_secret(world):
    file = io.BytesIO()
    assert min(dumping.write_releases(file), dumping.write_table(file)) >= 3
    written = file.getvalue().decode()
    assert [secret for secret in SECRETS if secret in written] == []


@pytest.mark.parametrize("name", ["draft", "published", "closed", "next", "joint", "awarded"])
def test_a_webhook_tells_no_secret(name, world):
    """Nothing at all of what is not public, and of those who buy together no more than who leads."""
    notice = getattr(world, name)
    delivery = Delivery(webhook=world.webhook, notice=notice, happening="published", created_at=world.at)
    body = saying.body_of(delivery)
    assert (body is None) == (notice.current_version_id is None)
    told = body.decode() if body else ""
    group = notice.procurement.buyer_group
    assert [secret for secret in [*SECRETS, *([group.name] if group else [])] if secret in told] == []


def test_whom_to_ask_is_told_on_the_page_alone_also_when_it_changes(client, db):
    """In no heap of data: neither as it was nor as it is."""
    was, now = (
        {"contact_name": canary(name), "contact_email": f"{canary(name)}@example.org"} for name in ("was", "now")
    )
    notice = make.notice(**was)
    saved = writing.save(notice, wording=now, revision=notice.revision, by=notice.edited_by, at=make.NOW)
    publishing.publish(saved, by=notice.edited_by, at=make.NOW, reason="Ny kontakt.")
    heaps = [reverse(f"feeds:{page}", args=[notice.slug]) for page in ("notice_changes", "notice_calendar")]
    heaps += [reverse(f"api:{page}", args=[notice.code]) for page in ("notice_detail", "version_list")]
    heaps += [reverse("api:version_detail", args=[notice.code, number]) for number in (1, 2)]
    heaps += [reverse("interchange:notice_ocds", args=[notice.slug])]
    for address in heaps:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert canary("was") not in body_of(answer), address
        assert canary("now") not in body_of(answer), address
    for number, name in ((1, "was"), (2, "now")):  # the test has eyes
        assert canary(name) in body_of(client.get(reverse("procurements:notice_version", args=[notice.slug, number])))


def test_those_who_may_know_find_it(world):
    """The crawl has eyes: whatever is forbidden to the others is read by somebody."""
    answered = "".join(
        text
        for person, where in READERS.items()
        for _address, text in crawl(
            world.client(person), [one for one in starting_points(world) if re.search(where, one)], pages=0
        )
    )
    unread = [secret for secret in SECRETS if secret not in answered]
    # Nobody's to read on a page: the words of a mail; a number that its owner alone may see; either way to write a value.
    assert set(unread) <= {
        canary("mailsubject"),
        canary("mailtext"),
        "8001011239",
        "800101-1239",
        "987654321",
        "987 654 321",
    }


SUBJECTS = re.compile(r'\s*<div class="subjects">.*?</div>\s*|\s+(?=<)', re.DOTALL)


@pytest.mark.parametrize(
    "person", [pytest.param(each, marks=[pytest.mark.slow] if each in LATER else []) for each in CRAWLERS]
)
@pytest.mark.parametrize("page", LISTS)
def test_a_search_for_a_secret_finds_as_much_as_a_search_for_nothing(page, person, world):
    client = world.client(person)

    def found(words):
        *said, body = masked(client.get(reverse(page), {"q": words}), words)
        return said, SUBJECTS.sub("", body)  # which codes a word may mean is told by the public code lists alone

    nothing = found("qqzzxyy")
    telling = [
        secret
        for secret in (
            *(canary(f"draft{name}") for name in ("title", "problem")),
            *(
                canary(name)
                for name in (
                    "workingtext",
                    "interest0",
                    "networkpost",
                    "networkminutes",
                    "groupfiletitle",
                    "articletitle",
                    "articlebody",
                    "group",
                )
            ),
        )
        if found(secret) != nothing
    ]
    assert telling == []
