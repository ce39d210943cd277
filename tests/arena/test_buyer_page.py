import html
import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.grants import Role
from networks import grouping, joining, planning
from procurements import publishing, searching, writing
from procurements.models import Outcome, VersionBuyer, Winner
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(at):
    with time_machine.travel(at + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def lund():
    return make.buyer(name="Lunds kommun", inhabitants=130000, description="Vi bygger trygga hem.")


@pytest.fixture
def boss(lund):
    return make.member(lund, role=Role.ADMIN)


def page_of(organisation, person=None):
    browser = Client()
    if person:
        browser.force_login(person)
    answer = browser.get(organisation.get_absolute_url())
    assert answer.status_code == 200
    return answer


def text(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(answer.content.decode())).split())


def awarded(lund, boss, at, *, supplier=None, value=400000, title="Fallsensorer"):
    notice = make.notice(buyer=lund, by=boss, kind="competition", title=title, deadline_at=at + timedelta(days=60))
    outcome = Outcome.objects.create(
        notice=notice,
        number=1,
        result="awarded",
        text="Bäst i prov.",
        tenders=3,
        decided_on=date(2026, 11, 20),
        recorded_by=boss,
        recorded_at=at,
    )
    outcome.winners.create(organisation=supplier, name="Nordsensor AB", value=value, currency="SEK")
    return notice, outcome


def joint_notice(group, person, *, title="Sensorer tillsammans", at=make.NOW):
    wording = {
        "title": title,
        "summary": "Vi söker tillsammans.",
        "problem": "Larmet kommer sent.",
        "affected": "Äldre.",
        "cost_today": "Två miljoner om året.",
        "tried": "Larmknapp.",
        "desired_effect": "Färre fall.",
        "description": "Åtta kommuner.",
        "cpv": ["33196000"],
        "regions": ["SE224"],
        "contact_email": "upphandling@example.org",
        "deadline_at": at + timedelta(days=40),
    }
    group.participants.update(gives_mandate=True)
    notice = writing.begin(organisation=group.lead, kind="need", by=person, at=at, wording=wording, buyer_group=group)
    return notice, lambda: publishing.publish(notice, by=person, at=at)


def test_the_page_says_who_the_buyer_is(lund, lists):
    page = text(page_of(lund))
    for fact in ("Vi bygger trygga hem.", "130", "Sweden", "Skåne län", "verified buyer"):
        assert fact in page


def test_a_buyer_of_whom_nothing_is_known_has_sections_that_say_so(lund):
    answer = page_of(lund)
    page = text(answer)
    for sentence in (
        "It has told of no plan that you may read.",
        "Nothing is open now.",
        "No outcome with a chosen supplier is published yet.",
        "No joint procurement of this buyer is published.",
        "In no network yet.",
    ):
        assert sentence in page
    assert answer.content.decode().count("<h1") == 1


def test_a_supplier_has_no_empty_buyer_sections():
    assert "It has told of no plan" not in text(page_of(make.supplier()))


def test_plans_are_shown_to_those_whom_they_are_for(lund, boss):
    network = make.network(leader=lund)
    for audience in ("everyone", "buyers", "members"):
        make.plan(organisation=lund, title=f"Plan {audience}", audience=audience, network=network, by=boss)
    seen = {
        "nobody": page_of(lund),
        "supplier": page_of(lund, make.member(make.supplier())),
        "buyer": page_of(lund, make.member(make.buyer())),
        "own": page_of(lund, boss),
    }
    counts = {name: answer.context["plans_count"] for name, answer in seen.items()}
    assert counts == {"nobody": 1, "supplier": 1, "buyer": 2, "own": 3}
    assert "Plan members" not in text(seen["buyer"])


def test_what_is_open_is_shown_and_drafts_never(lund, boss, at):
    make.notice(buyer=lund, by=boss, title="Öppet behov")
    make.notice(buyer=lund, by=boss, title="CNRYutkast", published=False)
    closed = make.notice(buyer=lund, by=boss, title="Stängt behov", deadline_at=at + timedelta(minutes=30))
    answer = page_of(lund)
    page = text(answer)
    assert answer.context["open_count"] == 1
    assert "CNRYutkast" not in page
    assert closed.pk in [row["notice"].pk for row in answer.context["rows"]], "among all that is published"


def test_what_was_bought_names_the_winner_and_the_value_as_published(lund, boss, at):
    supplier = make.supplier(name="Nordsensor AB")
    awarded(lund, boss, at, supplier=supplier)
    answer = page_of(lund)
    assert answer.context["bought_count"] == 1
    assert "Nordsensor AB : 400,000 SEK" in text(answer)
    assert supplier.get_absolute_url() in answer.content.decode()


def test_a_corrected_outcome_counts_as_it_is_now(lund, boss, at):
    notice, first = awarded(lund, boss, at)
    second = Outcome.objects.create(
        notice=notice,
        number=2,
        result="awarded",
        text="Rätt bolag.",
        tenders=3,
        decided_on=first.decided_on,
        recorded_by=boss,
        recorded_at=at,
        reason="Fel namn.",
    )
    second.winners.create(name="Rätt Sensor AB")
    answer = page_of(lund)
    assert answer.context["bought_count"] == 1
    assert "Rätt Sensor AB" in text(answer)
    assert "Nordsensor AB" not in text(answer)


def test_what_ended_without_a_supplier_was_not_bought(lund, boss, at):
    notice = make.notice(buyer=lund, by=boss)
    went_on = {"result": Outcome.Result.WENT_ON, "text": "Vidare.", "decided_on": at.date(), "recorded_at": at}
    Outcome.objects.create(notice=notice, number=1, **went_on)
    assert page_of(lund).context["bought_count"] == 0


def test_an_award_that_was_read_in_is_shown_as_it_says(at):
    oslo = make.organisation(name="Oslo kommune", country="NO")
    notice = make.notice(buyer=make.buyer(), kind="need")
    notice.procurement.organisation = oslo
    notice.procurement.save()
    notice.kind = "award"
    notice.save()
    Winner.objects.create(
        version=notice.current_version, organisation=make.supplier(name="Sensor AS"), value=900000, currency="NOK"
    )
    searching.index(notice.current_version)
    page = text(page_of(oslo))
    assert "Sensor AS : 900,000 NOK" in page


def test_joint_procurements_say_who_leads_and_as_what_one_takes_part(lund, boss, at):
    oslo, bergen, malmo = (make.buyer(name=name) for name in ("Oslo kommune", "Bergen kommune", "Malmö stad"))
    group = make.group(lead=lund, by=boss)
    make.participant(group, oslo)
    make.participant(group, bergen, state="observer")
    make.participant(group, malmo, state="invited")
    _notice, publish = joint_notice(group, boss)
    assert page_of(lund).context["joint_count"] == 0, "a draft is the team's alone"
    publish()
    roles = {one.name: [each.role for each in page_of(one).context["joint"]] for one in (lund, oslo, bergen, malmo)}
    assert roles == {
        "Lunds kommun": ["Leads"],
        "Oslo kommune": ["Committed"],
        "Bergen kommune": ["Observer"],
        "Malmö stad": [],
    }


def test_who_was_published_as_a_buyer_stays_it_in_that_version(lund, boss, at):
    oslo = make.buyer(name="Oslo kommune")
    group = make.group(lead=lund, by=boss)
    place = make.participant(group, oslo)
    _notice, publish = joint_notice(group, boss)
    publish()
    assert VersionBuyer.objects.filter(organisation=oslo).exists()
    grouping.answer(place, state="left", by=make.member(oslo, role=Role.ADMIN), at=at)
    assert [one.role for one in page_of(oslo).context["joint"]] == ["Committed"]


def test_networks_are_listed_and_requests_to_join_are_not(lund):
    network = make.network(name="Trygga hem")
    make.joined(network, lund)
    assert "Trygga hem" in text(page_of(lund))
    other = make.buyer()
    joining.ask_to_join(network, organisation=other, by=make.member(other, role=Role.ADMIN), at=make.NOW)
    assert "Trygga hem" not in text(page_of(other))


def test_another_buyer_can_get_in_touch_and_nobody_else(lund, boss):
    other = make.buyer()
    seen = {
        "buyer": page_of(lund, make.member(other)),
        "reader": page_of(lund, make.member(other, role=Role.READER)),
        "own": page_of(lund, boss),
        "supplier": page_of(lund, make.member(make.supplier(), role=Role.ADMIN)),
        "nobody": page_of(lund),
    }
    assert {name for name, answer in seen.items() if answer.context["contact_url"]} == {"buyer"}
    assert page_of(make.buyer(), make.member(other)).context["contact_url"] == "", "nobody there would hear of it"


def test_a_buyer_that_is_not_verified_is_reached_by_a_signed_link_when_it_has_published(boss, at):
    notice = make.notice()
    oslo = notice.procurement.organisation
    make.member(oslo, role=Role.ADMIN)
    oslo.buyer_verified_at = None
    oslo.save()
    link = page_of(oslo, boss).context["contact_url"]
    assert "invitation=" in link
    browser = Client()
    browser.force_login(boss)
    assert oslo.name in browser.get(link).content.decode()


def test_the_page_costs_the_same_however_much_there_is(lund, boss, at, django_assert_num_queries, lists):
    def more(number):
        make.plan(organisation=lund, by=boss, title=f"Plan {number}")
        make.notice(buyer=lund, by=boss, title=f"Behov {number}")
        awarded(lund, boss, at, supplier=make.supplier(), title=f"Köp {number}")
        group = make.group(lead=lund, by=boss)
        make.participant(group, make.buyer())
        joint_notice(group, boss, title=f"Tillsammans {number}")[1]()
        make.joined(make.network(), lund)

    more(0)
    visitor = Client()
    visitor.get(lund.get_absolute_url())
    with CaptureQueriesContext(connection) as few:
        visitor.get(lund.get_absolute_url())
    for number in range(1, 4):
        more(number)
    with django_assert_num_queries(len(few)):
        visitor.get(lund.get_absolute_url())
    assert planning.seen_by(boss).count() == 4


def test_what_came_of_it_is_told(lund, boss, at):
    assert "No report of the effect of a purchase is published yet." in text(page_of(lund))
    report = make.notice(buyer=lund, by=boss, kind="effect", title="Färre fall efter ett år")
    answer = page_of(lund)
    assert [notice.pk for notice in answer.context["effects"]] == [report.pk]
    assert "1 report of what was achieved" in text(answer)


def test_everything_on_the_page_can_be_taken_along(lund, boss):
    make.notice(buyer=lund, by=boss)
    page = html.unescape(page_of(lund).content.decode())
    for address in ("procurements/feed.atom", "procurements/calendar.ics", "embed/"):
        [link] = set(re.findall(rf'href="([^"]*/{address}[?]buyer={lund.pk}[^"]*)"', page))
        assert Client().get(link).status_code == 200
