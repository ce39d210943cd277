"""Who gets which answer where (quality.md S1, S15). The answers are in `tests/access`; a URL without a row fails."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import ERROR, get_messages
from django.db import transaction
from django.test import Client, override_settings
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from knowledge import opining
from knowledge.models import CaseFacts
from networks import signing
from notifications.kinds import all_kinds
from procurements import requiring
from tests import make
from tests import world as worlds
from tests.access import OPEN_ACCOUNT_PAGES, ROOMS, TABLE
from tests.world.base import PEOPLE, World

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


def url_names(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"
        else:
            yield from url_names(
                pattern.url_patterns, f"{namespace}{pattern.namespace or ''}{':' * bool(pattern.namespace)}"
            )


def is_allauth(name: str) -> bool:
    return name.startswith(("account_", "mfa_", "usersessions_"))


NAMES = sorted(set(url_names(get_resolver().url_patterns)))
OURS = [name for name in NAMES if not is_allauth(name)]


def test_every_page_has_a_row():
    assert sorted({name for name, _method, _state in TABLE}) == OURS


def test_a_row_stands_with_its_namespace():
    """So that a row is looked for in one place, and none replaces another unseen."""
    assert [row for room, rows in ROOMS.items() for row in rows if row[0].rpartition(":")[0] != room] == []


def test_every_row_has_an_answer_for_everyone():
    assert [row for row, cells in TABLE.items() if len(cells.split()) != len(PEOPLE)] == []


@pytest.fixture(scope="module")
def built(loaded, django_db_blocker):
    """The world, and a client for each person; sessions stand in the database alone, so that what a page writes is undone."""
    from django.utils import timezone

    with (
        override_settings(SESSION_ENGINE="django.contrib.sessions.backends.db"),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        world = worlds.build(at=timezone.now() - timedelta(minutes=20))
        for person, user in world.people.items():
            world.clients[person] = Client(raise_request_exception=False)
            if user:
                world.clients[person].force_login(user)
        world.things["strict"] = Client(enforce_csrf_checks=True)
        world.strict.force_login(world.people["admin"])
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(built, db):
    return built


NO_NOTICE = (
    "cpv_suggestions",
    "buyer_suggestions",
    "question_mine",
    "interest_own",
    "review_list",
    "group_hand_over",
    "preview_open",
    "notice_list",
    "procurement_list",
    "notice_create",
    "network_notices",
    "group_requirement_list",
)


# Addresses of the API without anything in them.
NO_ARGUMENT = [
    *(f"api:{page}" for page in ("start", "openapi_json", "openapi_yaml", "match_list", "import_create")),
    *(f"api:{page}_list" for page in ("notice", "change", "organisation", "network", "plan", "code_list")),
]
# The question that each page is about; the state says which notice.
OF_A_QUESTION = {"question_detail": "question", "question_open": "question", "question_assign": "question"}
OF_A_QUESTION |= {"question_decline": "question", "question_correct": "answered"}


def arguments(world: World, name: str, state: str) -> list[Any]:
    """What stands in the address of the page, for the object in that state."""
    app, _colon, page = name.rpartition(":")
    if app == "procurements" and page not in NO_NOTICE:
        if page in OF_A_QUESTION:
            return [getattr(world, state or "published").slug, getattr(world, OF_A_QUESTION[page]).pk]
        notice = getattr(world, {"stale": "draft", "nonsense": "draft", "working": "published"}.get(state, state))
        if page == "document_download":
            return [notice.slug, world.files[state].pk]
        beside = {
            "notice_version": 1,
            "notice_edit": "need",
            "notice_autosave": "need",
            "comment_done": world.remark.pk,
            "preview_link_revoke": world.preview.pk,
            "call_off_decide": world.called_off.pk,
            "call_off_withdraw": world.called_off.pk,
            "requirement_answer": world.committed.pk,
            "team_remove": (world.seat if notice == world.draft else notice.procurement.team.get()).pk,
        }
        return [notice.slug, beside[page]] if page in beside else [notice.slug]
    if name == "matchmaking:name_suggestions":
        return [state or "buyers"]
    if name in ("matchmaking:similar_needs", "matchmaking:likely_suppliers"):
        return [getattr(world, state).slug]
    if name in ("matchmaking:follow_panel", "matchmaking:attention_set"):
        return [getattr(world, state).slug]
    if name in ("matchmaking:subject_panel", "matchmaking:subject_set"):
        followed = {"buyer": world.buyer.slug, "network": world.network.slug, "field": "33196000"}
        return [state, followed[state]] if state in followed else ["buyer", world.supplier.slug]
    if page == "preview_open":
        return [world.preview_secret if not state else world.preview_secret[::-1]]
    if name == "picture_detail":
        return [world.pictures[state].file_id]
    if (
        app == "knowledge"
        and page.startswith("article_")
        and page not in ("article_list", "article_review_list", "article_create")
    ):
        article = {"published": world.article, "archived": world.archived}.get(state, world.article_draft)
        if page in ("article_edit", "article_preview", "article_history"):
            return [article.slug, "sv"]
        return [article.slug, world.article_version.pk] if page == "article_restore" else [article.slug]
    if name in ("knowledge:template_file_list", "knowledge:template_follow", "knowledge:template_download"):
        row = world.template_files[state]
        return [row.article.slug, row.pk] if page == "template_download" else [row.article.slug]
    if page.startswith("publication_") and app == "knowledge":
        return [world.publication.article.slug, world.publication.pk]
    if name == "knowledge:case_edit":
        return [world.case.slug]
    if name == "knowledge:procurement_case":
        return [getattr(world, state).slug]
    if name == "knowledge:opinion_say":
        return [(world.article_draft if state == "draft" else world.article).slug]
    if name == "knowledge:opinion_comment":
        return [state or opining.thanks_token(world.bare_opinion)]
    if name == "knowledge:link_vouch":
        return [world.link.pk]
    if name == "knowledge:opinion_settle":
        return [world.opinion.pk]
    if page.startswith("event_") and app in ("knowledge", "feeds") and page not in ("event_list", "event_feed"):
        return [world.events["draft" if state == "stale" else state].article.slug]
    if page.startswith("banner_") and page not in ("banner_list", "banner_create"):
        return [world.banner.pk]
    if name.startswith("networks:meeting_") and page not in ("meeting_list", "meeting_create"):
        return [world.meetings["group" if state == "group" else "network"].pk]
    if name.startswith("networks:file_") and page != "file_list":
        return [world.shared[state or "network"].pk]
    if name in ("networks:meeting_list", "networks:meeting_create", "networks:file_list"):
        return [world.network.slug]
    places = {
        "networks:network_answer": world.asking,
        "networks:network_leave": world.leader_place if state == "leader" else world.place,
        "networks:group_answer": world.invited,
        "networks:group_decide": world.asks,
        "networks:group_mandate": world.committed,
        **{f"networks:group_task_{act}": world.task for act in ("edit", "done", "reopen", "remove")},
        "networks:letter_detail": world.letter,
        "networks:letter_sign": world.letter,
        "networks:letter_decline": world.letter,
        "accounts:member_role": world.memberships["buyer_reader"],
        "accounts:member_end": world.memberships["buyer_reader"],
        "accounts:invitation_revoke": world.invitation,
    }
    slugs = {
        "accounts:organisation": world.buyer.slug,
        "accounts:member": world.buyer.slug,
        "accounts:invitation_revoke": world.buyer.slug,
        "networks:network": world.network.slug,
        "procurements:network_notices": world.network.slug,
        "networks:group_ask": (world.group if state == "hidden" else world.open_group).slug,
        "networks:group": world.group.slug,
        "procurements:group_requirement_list": world.group.slug,
        "procurements:group_hand_over": world.group.slug,
        "networks:letter": world.group.slug,
        "networks:cost_key": world.group.slug,
    }
    if name in ("networks:plan_list", "networks:plan_create", "networks:approach_list", "networks:approach_create"):
        return []
    if name.startswith("networks:plan"):
        return [world.plans[state or "buyers"].pk]
    if name.startswith("networks:approach"):
        return [world.approach.pk]
    if name in ("networks:network_list", "networks:network_create", "networks:group_list", "networks:group_create"):
        return []
    if name in ("accounts:organisation_create", "accounts:organisation_describe"):
        return []
    found = [slug for start, slug in slugs.items() if name.startswith(start)]
    if found:
        return [found[0], places[name].pk] if name in places else [found[0]]
    organisations = {"unclaimed": world.unclaimed, "personal": world.sole_trader, "merged": world.merged}
    if name in ("verification_request", "invitation_send", "organisation_detail"):
        return [organisations.get(state, world.buyer).slug]
    if app == "api" and name not in NO_ARGUMENT:
        if page in ("organisation_detail", "network_detail"):
            return [(world.network if page == "network_detail" else world.sole_trader if state else world.buyer).slug]
        words = {"problem": "not-found", "code_list": "cpv"}
        if page in words:
            return [words[page]]
        code = getattr(world, state).code
        return [code, 1] if page == "version_detail" else [code]
    if name == "interchange:notice_download":
        return ["csv"]
    if name == "ocds:dump_download":
        return ["2026-01-01-releases.jsonl.gz"]
    if name.startswith("ocds:procurement_"):
        return [getattr(world, state).procurement.ocid]
    if name == "sitemap_part":
        return [state or "notices", 1]
    if name in (
        "interchange:notice_ocds",
        "interchange:notice_eforms",
        "interchange:result_eforms",
        "feeds:notice_changes",
        "feeds:notice_calendar",
    ):
        return [getattr(world, state).slug]
    if name == "organisation_merge_confirm":
        return [world.buyer.slug, world.unclaimed.slug]
    if name == "suppliers:supplier_detail":
        return [(world.other if state == "public" else world.supplier).slug]
    if name.startswith("failure_"):
        return ["match", world.failure.pk]
    if name in ("notifications:unsubscribe", "notifications:less"):
        token = world.unsubscribe if name == "notifications:unsubscribe" else world.less
        return [token if not state else token[:-1] + "!"]
    if name == "calendar_feed":
        return [world.calendar_secret[::-1] if state == "forged" else world.calendar_secret]
    if name == "accounts:invitation_open":
        return [world.token]
    if name in ("interchange:webhook_list", "interchange:webhook_create"):
        return []
    if name == "interchange:delivery_again":
        return [world.webhook.pk, world.delivery.pk]
    numbers = {
        "interchange:webhook_": world.webhook,
        "notifications:notification": world.line,
        "notifications:mail_release_held": None,
        "notifications:mail_release": world.mail,
        "notifications:mail_give_up": world.mail,
        "matchmaking:match_dismiss": world.match,
        "matchmaking:match_restore": world.match,
        "matchmaking:lesson_forget": world.lesson,
        "matchmaking:follow_list": None,
        "matchmaking:reminder_edit": None,
        "matchmaking:subscription_list": None,
        "matchmaking:subscription_create": None,
        "matchmaking:subscription": world.search,
        "interchange:import_list": None,
        "interchange:import_new": None,
        "interchange:api_key_revoke": world.api_key,
        "interchange:import_": world.job,
        "verification_decide": world.verification,
        "accounts:person_list": None,
        "accounts:person": world.people["stranger"],
        "accounts:kept": world.kept,
        "accounts:duty": world.people["stranger"],
    }
    for start, thing in numbers.items():
        if name.startswith(start):
            return [thing.pk] if thing is not None else []
    return []


def typed(world: World, name: str, state: str) -> dict[str, Any]:
    """A form as somebody who may would fill it in."""
    edit = {
        "revision": 1,
        "title": "Ett bättre namn",
        "language": "sv",
        "zone": "Europe/Stockholm",
        "cpv": ["33196000"],
        "regions": ["SE224"],
        "goals": ["3"],
    }
    meeting = {
        "title": "Ett möte",
        "zone": "Europe/Oslo",
        "starts_at_day": "2040-01-15",
        "starts_at_clock": "10:00",
        "ends_at_day": "2040-01-15",
        "ends_at_clock": "11:00",
        "revision": 1 if state == "stale" else 2,
    }
    if state == "stale":
        edit = {**edit, "revision": 17}
    if state == "nonsense":
        edit = {**edit, "title": "", "contact_email": "nobody"}
    next_year = (world.at + timedelta(days=365)).date().isoformat()
    text = {"revision": 1, "title": "Nytt", "summary": "Nytt.", "body": "Nytt."}
    texts = {f"text_{code}": "Temavecka" for code in ("sv", "nb", "en")}
    moments = {name: meeting[name] for name in meeting if name.startswith(("starts", "ends"))}
    event_seen = "" if state == "stale" else world.events["draft"].edited_at.isoformat()
    event = {**moments, "zone": "Europe/Oslo", "place": "Aulan", "seen": event_seen}
    case_seen = CaseFacts.objects.get(article=world.case).edited_at.isoformat()
    plan = {"title": "Ny plan", "starts_on": "2027-07-01", "audience": "everyone"}
    forms: dict[str, dict[str, Any]] = {
        "networks:plan_create": plan,
        "networks:plan_edit": plan,
        "networks:approach_create": {"organisation": world.other_buyers.slug, "wish": "contact", "text": "Hej."},
        "networks:approach_reply": {"text": "Gärna."},
        "networks:approach_group": {"name": "Vi två", "purpose": "Vi köper tillsammans."},
        "knowledge:opinion_comment": {"comment": "Ett exempel hade hjälpt."},
        "knowledge:opinion_settle": {"done": "yes"},
        "knowledge:case_create": {"procurement": world.awarded.procurement.ocid},
        "knowledge:case_edit": {"buyer_name": "Vi", "seen": "" if state == "stale" else case_seen},
        "knowledge:template_file_list": {"do": "withdraw", "file": world.template_files["published"].pk},
        "knowledge:template_follow": {"language": "sv"},
        "procurements:notice_create": {"title": "Ett nytt behov"},
        "procurements:notice_edit": edit,
        "procurements:notice_publish": {"reason": "Tydligare ord."},
        "procurements:notice_go_on": {"kind": "consultation"},
        "procurements:notice_close": {"way": "early", "reason": "Behovet är löst."},
        "procurements:review_ask": {"reviewer": world.person("buyer_reader").pk, "message": "Läs gärna."},
        "procurements:approval_give": {"revision": world.joint.revision, "verdict": "approved"},
        "procurements:review_decide": {"revision": 1, "verdict": "approved"},
        "procurements:comment_add": {"field": "title", "text": "Kortare."},
        "procurements:preview_links": {"label": "Brukarrådet", "days": 7},
        "procurements:preview_open": {"name": "Brukare", "text": "Bra."},
        "procurements:team_place": {"user": world.seat.user_id, "role": "editor"},
        "procurements:team_hand_over": {"place": world.seat.pk},
        "procurements:outcome_edit": {"result": "stopped", "text": "Vi går inte vidare.", "decided_on": "2026-01-02"},
        "procurements:feedback_give": {"interest": world.seen.pk, "text": "Tack för era exempel."},
        "procurements:procedure_advice": {"solution": "market", "talks": "no"},
        "procurements:secrecy_edit": {"act": "decide", "ground": "osl-31-16", "motive": "Affärsuppgifter."},
        "procurements:question_ask": {"key": "4a1c3d5e-0d53-4b86-9f52-5f7a4f0c2f10", "text": "Hur många?"},
        "procurements:question_detail": {"revision": 1, "question_text": "Hur många?", "answer": "Femtio."},
        "procurements:question_assign": {"to": world.person("buyer_editor").pk, "due_on": next_year},
        "procurements:question_decline": {"reason": "Det går inte att svara på."},
        "procurements:question_release": {"question": f"{world.drafted.pk}:{world.drafted.draft_revision}"},
        "procurements:question_correct": {"version": 1, "question_text": "Hur?", "answer": "Så.", "reason": "Fel."},
        "procurements:supplier_message_send": {
            "number": 2,
            "language": "sv",
            "subject": "Nytt",
            "text": "Visningen flyttas.",
            "then": "send",
        },
        "procurements:requirement_edit": {
            "new": "Ett nytt krav",
            "seen": requiring.fingerprint([world.requirement]),
            f"text-{world.requirement.pk}": world.requirement.text,
        },
        "procurements:requirement_answer": {f"stand-{world.requirement.pk}": "should"},
        "procurements:section_share": {"need": world.leader_buyer.pk},
        "procurements:call_off": {f"volume-{world.option_item.pk}": "40"},
        "procurements:call_off_decide": {"verdict": "approve"},
        "procurements:asset_edit": {"revision": 1, "assets-count": 0},
        "procurements:stage_edit": {"revision": 1, "stages-count": 0},
        "procurements:document_list": {"do": "up", "lineage": world.files["draft"].pk},
        "procurements:interest_register": {"level": "interested", "message": "Hej"},
        "notifications:preferences": {kind.code: "daily" for kind in all_kinds()},
        "networks:network_create": {"name": "Nytt", "subject": "Nytt", "description": "", "goals": ["3"]},
        "networks:network_edit": {"name": "Nytt", "subject": "Nytt", "description": "", "goals": ["3"]},
        "networks:network_post": {"text": "Hej"},
        "networks:network_join": {"message": "Vi vill vara med."},
        "networks:network_invite": {"organisation": world.buyer.pk},
        "networks:network_answer": {"answer": "yes"},
        "networks:network_hand_over": {"member": world.place.pk},
        "networks:network_roles": {"member": world.place.pk, "role": "core"},
        "networks:meeting_create": meeting,
        "networks:group_meeting_create": meeting,
        "networks:meeting_edit": meeting,
        "networks:meeting_minutes": {"minutes": "Vi sågs.", "revision": 1 if state == "stale" else 2},
        "networks:file_edit": {"title": "Nytt namn"},
        "networks:group_create": {"name": "Ny grupp", "purpose": "Vi köper tillsammans."},
        "networks:group_invite": {"organisation": world.other_buyers.pk},
        "networks:group_answer": {"state": "committed"},
        "networks:group_ask": {"wished_state": "observer"},
        "networks:group_decide": {"answer": "yes"},
        "networks:group_edit": {"name": "Gruppen", "purpose": "Vi köper tillsammans."},
        "networks:group_mandate": {"gives": "yes"},
        "procurements:group_hand_over": {"participant": world.committed.pk},
        **{
            f"networks:group_task_{page}": {"title": "Ring", "phase": "need", "organisation": world.leader_buyer.pk}
            for page in ("list", "edit")
        },
        "networks:group_items": {"name-new0": "Larm", "unit-new0": "stycken"},
        "networks:letter_send": {"to": world.committed.pk, "sign_by": next_year},
        "networks:letter_sign": {
            f"volume-{world.item.pk}": "12",
            "name": "Nina",
            "title": "Chef",
            "seen": signing.fingerprint([world.item]),
        },
        "networks:letter_decline": {"reason": "Vi har inte råd."},
        "networks:cost_key": {"total": "1000", "currency": "SEK", "method": "equal"},
        "knowledge:event_edit": event,
        "knowledge:event_recording": {"url": "https://video.example.org/1"},
        **{f"knowledge:banner_{page}": {**texts, **moments, "weight": "news"} for page in ("create", "edit")},
        "knowledge:publication_send_back": {"remark": "Källan saknas."},
        "knowledge:article_create": {
            "genre": "guide",
            "language": "sv",
            "title": "Ny",
            "phases": ["need"],
            "review_by": next_year,
        },
        "knowledge:article_edit": {**text, "revision": 17} if state == "stale" else text,
        "knowledge:article_bind": {
            "slug": "ny-adress",
            "genre": "guide",
            "phases": ["need"],
            "role": "curator",
            "review_by": next_year,
        },
        "knowledge:article_publish": {"languages": ["sv"], "when": "now", "seen": "sv:1"},
        "knowledge:article_review": {"next_by": next_year},
        "interchange:api_key_list": {"name": "Skript", "scopes": ["read"], "days": "90"},
        **{
            f"interchange:webhook_{page}": {
                "name": "Vårt system",
                "url": "https://receiver.example.org/",
                "happenings": ["published"],
            }
            for page in ("create", "edit")
        },
        "accounts:profile": {"name": "Nytt namn", "language": "sv", "zone": "Europe/Oslo"},
        "accounts:acting_for": {"organisation": world.buyer.pk},
        "accounts:organisation_create": {"country": "SE", "number": "556703-7485"},
        "accounts:organisation_edit": {"name": "Köparens kommun", "kind": "municipality", "region": "SE224"},
        "accounts:member_role": {"role": "editor"},
        "accounts:duty_give": {"duty": "support"},
        "accounts:duty_take": {"duty": "support"},
        "verification_request": {"evidence": "Ring vår växel.", "wants_to_buy": "on"},
        "verification_decide": {"decision": "refuse", "reason": "Vi kunde inte nå er."},
        "invitation_send": {"email": "ny@example.org", "role": "editor"},
        "matchmaking:match_dismiss": {"reason": "field"},
        "matchmaking:offer_edit": {"cpv": ["33196000"], "offer": "Sensorer", "rhythm": "daily"},
        "matchmaking:offer_receive": {"wants": "yes"},
        "matchmaking:attention_set": {"do": "follow"},
        "matchmaking:subject_set": {"do": "follow"},
        "matchmaking:reminder_edit": {"days": "3"},
        "matchmaking:subscription_create": {"name": "Ny", "cpv": ["33196000"], "rhythm": "daily"},
        "matchmaking:subscription_edit": {"name": "Ny", "cpv": ["33196000"], "rhythm": "daily"},
    }
    return forms.get(name, {})


QUERIES = {
    ("knowledge:phase_guidance", ""): {"phase": "need"},
    ("knowledge:phase_guidance", "unknown"): {"phase": "nothing"},
    ("taxonomy:cpv_suggestions", ""): {"q": "sensor"},
}


def asked(world: World, name: str, state: str) -> dict[str, Any]:
    """What stands after the question mark."""
    if name == "procurements:feedback_give":
        return {"interest": world.seen.pk}
    if name == "networks:approach_create":
        return {"organisation": world.other_buyers.slug}
    return QUERIES.get((name, state), {})


def answer_to(world: World, person: str, name: str, method: str, state: str) -> str:
    """The cell: what the person gets. What a POST changed is undone."""
    client = world.clients[person]
    cookies, point = deepcopy(client.cookies), transaction.savepoint()
    address = reverse(name, args=arguments(world, name, state))
    try:
        data = asked(world, name, state) if method == "GET" else typed(world, name, state)
        response = (client.get if method == "GET" else client.post)(address, data)
        if response.streaming:
            response.getvalue()  # which closes the file
    finally:
        transaction.savepoint_rollback(point)
        client.cookies = cookies
    if response.status_code != 302:
        return str(response.status_code)
    if response["Location"].startswith(reverse("account_login")):
        return "log"
    refused = any(message.level == ERROR for message in get_messages(response.wsgi_request))
    return "ref" if refused else "302"


@pytest.mark.parametrize(("name", "method", "state"), list(TABLE), ids=["-".join(filter(None, row)) for row in TABLE])
def test_everyone_gets_the_answer_of_the_table(name, method, state, world):
    expected = dict(zip(PEOPLE, TABLE[name, method, state].split(), strict=True))
    if len(set(expected.values())) == 1:  # all alike: some are enough to see it
        expected = {person: expected[person] for person in PEOPLE[::4]}
    answered = {person: answer_to(world, person, name, method, state) for person in expected}
    assert {
        person: (answered[person], wanted) for person, wanted in expected.items() if answered[person] != wanted
    } == {}


@pytest.mark.parametrize("name", OURS)
def test_a_method_that_has_no_row_is_refused(name, world):
    """405, to a person who has every duty: nobody else could tell it from a page that does not exist."""
    [state, *_rest] = [state for other, _method, state in TABLE if other == name]
    allowed = {method for other, method, _state in TABLE if other == name}
    address = reverse(name, args=arguments(world, name, state))
    client = world.clients["admin"]
    wrong = [method for method in ("GET", *UNSAFE, "TRACE") if method not in allowed]
    answered = {method: client.generic(method, address).status_code for method in wrong}
    assert {method: status for method, status in answered.items() if status != 405} == {}


@pytest.mark.parametrize("name", sorted({name for name, method, _state in TABLE if method == "POST"}))
def test_a_form_without_its_token_is_refused(name, world):
    """S15: but for the links of mails, whose signature is their authority."""
    [state, *_rest] = [state for other, method, state in TABLE if (other, method) == (name, "POST")]
    response = world.strict.post(reverse(name, args=arguments(world, name, state)), typed(world, name, state))
    assert response.status_code == {
        "notifications:unsubscribe": 200,
        "notifications:less": 302,
        "knowledge:banner_hide": 302,  # hides a line of news from who sends it, and nothing else
        "api:import_create": 401,
    }.get(name, 403)


@pytest.mark.parametrize("name", [name for name in NAMES if is_allauth(name)])
def test_account_pages_open_for_a_visitor_only_where_one_logs_in(name, db):
    arguments = [1] if name in ("mfa_remove_webauthn", "mfa_edit_webauthn") else []
    response = Client().get(reverse(name, args=arguments))
    assert response.status_code == (200 if name in OPEN_ACCOUNT_PAGES else 302)


@pytest.mark.parametrize(
    "person",
    [
        "buyer_reader",
        "admin",
        *(pytest.param(each, marks=pytest.mark.slow) for each in ("network_leader", "curator", "programme", "support")),
    ],
)
def test_without_a_second_factor_buyers_and_people_on_duty_reach_only_its_set_up(person, world, settings):
    settings.MFA_REQUIRED = True
    client = Client()
    client.force_login(world.people[person])
    needed, opened = reverse("accounts:second_factor_needed")[3:], []  # in whichever language
    for name, method, state in TABLE:
        if method == "GET" and state != "forged":
            address = reverse(name, args=arguments(world, name, state))
            response = client.get(address, QUERIES.get((name, state), {}))
            if not response.headers.get("Location", "").endswith(needed):
                opened.append(name)
    always = {"healthz", "readyz", "robots", "sitemap", "accessibility", "privacy"}
    opened = [name for name in opened if not name.startswith("api:")]  # where no session is known
    assert set(opened) == always | {"accounts:second_factor_needed", "accounts:totp_qr", "accounts:terms"}
    assert client.get(reverse("mfa_activate_totp")).status_code in (200, 302)


@pytest.mark.parametrize("person", ["stranger", "supplier_editor"])
def test_suppliers_are_not_made_to_have_a_second_factor(person, world, settings):
    settings.MFA_REQUIRED = True
    client = Client()
    client.force_login(world.people[person])
    assert client.get(reverse("start")).status_code == 200


def test_a_buyer_with_a_second_factor_reaches_its_pages(world, settings):
    settings.MFA_REQUIRED = True
    client = Client()
    make.second_factor(world.people["buyer_editor"])
    client.force_login(world.people["buyer_editor"])
    assert client.get(reverse("start")).status_code == 200
