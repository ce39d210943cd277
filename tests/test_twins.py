"""The twin test (quality.md S3): two worlds that differ in nothing but the secrets look the same, byte for byte."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from matchmaking import counting
from procurements import concluding, secrecy
from procurements.models import Notice
from tests import make
from tests import world as worlds
from tests.answers import masked

SORTS = ("", "deadline", "newest", "popular", "relevance", "interest")  # also such as nobody should ever offer


def requests_of(world):
    for name in ("home", "start", "about", "sitemap", "robots", "healthz", "readyz", "networks:network_list"):
        yield reverse(name)
    for name in ("knowledge:article_list", "notifications:inbox", "matchmaking:match_list", "matchmaking:offer_edit"):
        yield reverse(name)
    yield from (
        reverse(f"procurements:{page}") for page in ("interest_own", "question_mine", "review_list", "procurement_list")
    )
    yield from (reverse(page) for page in ("calendar", "overdue_list"))
    yield f"{reverse('procurements:cpv_suggestions')}?q=fallsensor"
    yield from (reverse(f"api:{page}") for page in ("notice_list", "change_list", "organisation_list", "plan_list"))
    yield from (f"{reverse(f'feeds:{page}')}?state=all" for page in ("notice_feed", "search_calendar", "embed_list"))
    yield from (reverse("sitemap_part", args=[part, 1]) for part in ("notices", "organisations", "networks"))
    browse = reverse("procurements:notice_list")
    yield from (f"{browse}?state={state}&sort={sort}" for state in ("open", "all") for sort in SORTS)
    yield from (f"{browse}?{query}" for query in ("q=fall", "kind=need", "region=SE224", "goal=3", "page=2"))
    # A draft's address follows its secret title, but its code alone is what counts.
    for slug in (
        *(f"utkast-{one.code}" for one in (world.draft, world.next, world.joint)),
        world.published.slug,
        world.closed.slug,
    ):
        pages = (
            "notice_detail",
            "notice_edit",
            "notice_preview",
            "interest_register",
            "interest_list",
            "outcome_edit",
            "feedback_give",
            "question_list",
            "question_ask",
            "notice_record",
            "notice_copy",
            "notice_publish",
            "notice_close",
            "review_detail",
            "preview_links",
            "team_edit",
            "approval_list",
            "requirement_list",
            "requirement_edit",
            "requirement_download",
            "section_share",
            "supplier_message_send",
            "approval_give",
            "secrecy_edit",
            "procedure_advice",
        )
        yield from (reverse(f"procurements:{page}", args=[slug]) for page in pages)
        yield reverse("procurements:notice_version", args=[slug, 1])
        yield from (reverse(f"feeds:{page}", args=[slug]) for page in ("notice_changes", "notice_calendar"))
        yield from (reverse(f"api:{page}", args=[slug]) for page in ("notice_detail", "version_list"))
        yield reverse("procurements:notice_edit", args=[slug, "need"])
        pages = ("similar_needs", "likely_suppliers", "follow_panel")
        yield from (reverse(f"matchmaking:{page}", args=[slug]) for page in pages)
    for page in ("notice_detail", "call_off", "call_off_list", "packet_download"):
        yield reverse(f"procurements:{page}", args=[world.awarded.slug])
    yield reverse("procurements:call_off_decide", args=[world.awarded.slug, world.called_off.pk])
    for state, slug in (
        ("draft", f"utkast-{world.draft.code}"),
        *[(one, world.published.slug) for one in ("published", "working")],
    ):
        yield reverse("procurements:document_download", args=[slug, world.files[state].pk])
        yield from (
            reverse(f"procurements:{page}", args=[slug]) for page in ("document_list", "asset_edit", "stage_edit")
        )
    for organisation in (world.buyer, world.supplier, world.other, world.unclaimed, *world.crowd[:2]):
        yield organisation.get_absolute_url()
        yield reverse("suppliers:supplier_detail", args=[organisation.slug])
    yield reverse("matchmaking:follow_list")
    for kind, slug in (("buyer", world.buyer.slug), ("network", world.network.slug), ("field", "33196000")):
        yield reverse("matchmaking:subject_panel", args=[kind, slug])
    yield world.network.get_absolute_url()
    yield reverse("networks:network_inside", args=[world.network.slug])
    yield from (reverse(f"networks:{page}") for page in ("plan_list", "approach_list"))
    yield from (plan.get_absolute_url() for plan in world.plans.values())
    yield world.approach.get_absolute_url()
    yield world.group.get_absolute_url()
    yield world.article.get_absolute_url()
    yield reverse("knowledge:phase_guidance") + "?phase=need"
    yield world.events["published"].article.get_absolute_url()
    yield from (reverse(page) for page in ("knowledge:event_list", "feeds:event_feed"))


def of_those_on_duty(world):
    names = (
        "start",
        "overdue_list",
        "notifications:mail_log",
        "interchange:import_list",
        "job_list",
        "matchmaking:match_quality",
    )
    yield from (reverse(name) for name in names)
    asked = f"{reverse('notifications:mail_log')}?address={world.person('supplier_editor').email}"
    yield asked
    yield f"{asked}&words={world.published.get_absolute_url()}"
    yield from (
        reverse(f"procurements:{page}", args=[world.published.slug]) for page in ("notice_detail", "interest_list")
    )


def seen_by(people, *, interests, secret, then=lambda world: None, asked=requests_of, only=None):
    """Everything that the people see of a world that is built, looked at, and gone again. `then` goes on with it first.

    `only`: for some of them, parts of the addresses that they are to look at, and no others.
    """
    parts = dict.fromkeys(people, ("",)) | (only or {})
    point = transaction.savepoint()
    cache.clear()
    world = worlds.build(at=make.NOW, interests=interests, secret=secret)
    then(world)
    with translation.override("sv"):  # a page leaves its language behind; the addresses are the same in both worlds
        addresses = list(asked(world))
    clients = {person: world.client(person) for person in people}
    answers = {
        (person, address): masked(clients[person].get(address))
        for person in people
        for address in addresses
        if any(part in address for part in parts[person])
    }
    transaction.savepoint_rollback(point)
    return answers


def test_seven_interests_look_like_none_to_everyone_but_the_team(loaded, db):
    outsiders, secret_places = ("anonymous", "other_supplier", "other_buyer"), ("/interests/", "/questions/")
    only = {"buyer_editor": secret_places}  # who is there to show that the test has eyes
    with time_machine.travel(make.NOW + timedelta(hours=1), tick=False):
        none = seen_by((*outsiders, "buyer_editor"), interests=0, secret="one", only=only)
        seven = seen_by((*outsiders, "buyer_editor"), interests=7, secret="another and longer", only=only)
    differing = [key for key in none if none[key] != seven[key]]
    assert none.keys() == seven.keys()
    assert [key for key in differing if key[0] in outsiders] == []
    for place in secret_places:
        assert any(place in address for _person, address in differing), "the team sees the difference"


@pytest.mark.slow
def test_those_on_duty_for_the_arena_cannot_tell_seven_interests_from_none(loaded, db):
    """Their own lists look the same in both worlds, the mail log and the overdue list too (4.2: break-glass alone)."""
    duties = ("curator", "programme", "support", "admin")
    with time_machine.travel(make.NOW + timedelta(hours=1), tick=False):
        none = seen_by(duties, interests=0, secret="one", asked=of_those_on_duty)
        seven = seen_by(duties, interests=7, secret="another and longer", asked=of_those_on_duty)
    assert [key for key in none if none[key] != seven[key]] == []


def release_the_number(world):
    """The closed need has ended, and its team tells how many were interested. Of the one that is open it tells nothing."""
    said = {"by": world.person("buyer_editor"), "at": make.NOW + timedelta(minutes=50)}
    words = {"result": "stopped", "text": "Vi gick inte vidare.", "decided_on": make.NOW.date()}
    concluding.record_outcome(world.closed, **words, **said)
    motive = {"what": "number", "ground": "osl-19-3", "motive": "Ärendet är avslutat."}
    secrecy.release(world.closed.procurement, **motive, **said)


@pytest.mark.slow
def test_what_was_released_is_seen_where_it_was_released_and_nowhere_else(loaded, db):
    outsiders = ("anonymous", "other_supplier", "other_buyer")
    with time_machine.travel(make.NOW + timedelta(hours=1), tick=False):
        none = seen_by(outsiders, interests=0, secret="one", then=release_the_number)
        seven = seen_by(outsiders, interests=7, secret="another and longer", then=release_the_number)
    differing = {key for key in none if none[key] != seven[key]}
    assert {person for person, _address in differing} == set(outsiders)
    assert len({address for _person, address in differing}) == 1
    assert "cxsed222/" in next(iter(differing))[1]
    shown = [str(seven[key]) for key in differing]
    assert all("7 leverantörer" in page or "7 suppliers" in page for page in shown)
    assert not any("CNRYcrowd" in page for page in shown), "the number was released, not the names"


def with_a_need_of_the_other_buyer(world):
    """A draft and a published need, both like what the first buyer has published; all words are counted."""
    for code, published in (("drft9999", False), ("publ9999", True)):
        buyer = world.person("other_buyer")
        made = make.notice(buyer=buyer.memberships.get().organisation, by=buyer, published=published, at=make.NOW)
        Notice.objects.filter(pk=made.pk).update(code=code)
    counting.refresh()


def others_with_the_need(_world):
    yield from (reverse("matchmaking:similar_needs", args=[f"behov-{code}"]) for code in ("drft9999", "publ9999"))


def test_nobody_can_tell_from_the_others_with_a_need_what_a_buyer_writes_and_has_not_published(loaded, db):
    """Neither its drafts nor the text it works on over a published need move a row, a point or a count of another's page."""
    asked = {"then": with_a_need_of_the_other_buyer, "asked": others_with_the_need}
    with time_machine.travel(make.NOW + timedelta(hours=1), tick=False):
        one = seen_by(("other_buyer",), interests=0, secret="one", **asked)
        two = seen_by(("other_buyer",), interests=0, secret="fallsensor larm i hemmet", **asked)
    assert one == two
    assert all(status == 200 and "publ2222" in page for status, _headers, page in one.values()), "others were found"
