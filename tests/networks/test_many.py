"""Hundreds take part: a page asks the database as often as for ten (quality: the number of queries never depends on the rows)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.grants import Role
from accounts.models import Organisation
from networks.models import Letter, LetterVolume, NetworkMember, Participant
from networks.views import MEMBERS_A_PAGE
from tests import make

pytestmark = pytest.mark.django_db

GROUP_PAGES = ("group_detail", "letter_list", "letter_send", "cost_key", "group_items", "group_invite", "group_edit")


def url(name, *args):
    return reverse(f"networks:{name}", args=args)


def buyers(many):
    """Rows at once: a hundred people with passwords would take longer than the pages."""
    first = next(make.number) * 1000
    return Organisation.objects.bulk_create(
        Organisation(
            name=f"Kommun {n:05}", slug=f"kommun-{n}", country="SE", kind="municipality", buyer_verified_at=make.NOW
        )
        for n in range(first, first + many)
    )


def take_part(group, many):
    """So many more: of ten, six are committed with signed letters of two volumes, two hold options, one observes, one has asked."""
    states = ["committed"] * 6 + ["option"] * 2 + ["observer", "asked"]
    places = Participant.objects.bulk_create(
        Participant(group=group, organisation=each, state="invited", since=make.NOW) for each in buyers(many)
    )
    for number, place in enumerate(places):
        place.state = states[number % 10]
        if place.state == "asked":
            place.state = "left"
    Participant.objects.bulk_update(places, ["state"])
    asking = [place for number, place in enumerate(places) if states[number % 10] == "asked"]
    Participant.objects.filter(pk__in=[one.pk for one in asking]).update(state="asked", wished_state="observer")
    letters = Letter.objects.bulk_create(
        Letter(participant=place, number=1, sent_at=make.NOW, sign_by=make.NOW.date() + timedelta(days=30))
        for place in places
        if place.state in ("committed", "option")
    )
    LetterVolume.objects.bulk_create(
        LetterVolume(letter=letter, item=item, volume=Decimal(10)) for letter in letters for item in group.items.all()
    )
    signed = {"signed_at": make.NOW, "signer_name": "Nina", "signer_title": "Chef", "text": "Avsikt.", "language": "sv"}
    Letter.objects.filter(pk__in=[letter.pk for letter in letters]).update(**signed, budget=1000, currency="SEK")


def join(network, many):
    NetworkMember.objects.bulk_create(
        NetworkMember(network=network, organisation=each, asked_at=make.NOW, joined_at=make.NOW)
        for each in buyers(many)
    )


def queries(client, page):
    client.get(page)  # what is cached from the first visit on
    with CaptureQueriesContext(connection) as seen:
        assert client.get(page).status_code == 200
    return len(seen)


@pytest.fixture
def lead():
    return make.buyer(name="Arendal kommune")


@pytest.fixture
def leda(lead):
    return make.member(lead, role=Role.ADMIN)


@pytest.fixture
def group(lead, leda):
    group = make.group(lead=lead, by=leda)
    for position, name in enumerate(("Sensor", "Timme")):
        group.items.create(name=name, unit="st", position=position)
    return group


@pytest.mark.parametrize("who", ["lead", "committed", "observer"])
def test_the_pages_of_a_group_of_a_hundred_cost_as_much_as_of_ten(client, group, leda, who):
    people = {"lead": lambda: leda}
    for state in ("committed", "observer"):
        people[state] = lambda state=state: make.member(
            make.participant(group, make.buyer(), state=state).organisation, role=Role.ADMIN
        )
    client.force_login(people[who]())
    pages = {"lead": GROUP_PAGES, "committed": ("group_detail", "letter_list", "cost_key"), "observer": GROUP_PAGES[:1]}
    take_part(group, 10)
    few = {page: queries(client, url(page, group.slug)) for page in pages[who]}
    take_part(group, 90)
    many = {page: queries(client, url(page, group.slug)) for page in pages[who]}
    assert many == few
    assert max(many.values()) <= 40


def test_the_history_of_a_large_group_comes_a_page_at_a_time(client, group, leda):
    take_part(group, 100)
    client.force_login(leda)
    first = client.get(group.get_absolute_url())
    assert len(first.context["page_obj"].object_list) == 25
    assert client.get(group.get_absolute_url(), {"page": "2"}).context["page_obj"].number == 2


@pytest.mark.parametrize("who", ["anonymous", "leader", "member"])
def test_the_pages_of_a_network_of_three_hundred_cost_as_much_as_of_thirty(client, lead, leda, who):
    network = make.network(leader=lead, by=leda)
    if who != "anonymous":
        other = make.buyer()
        make.joined(network, other)
        client.force_login(leda if who == "leader" else make.member(other, role=Role.ADMIN))
    pages = [
        "network_detail",
        *(["network_inside"] if who != "anonymous" else []),
        *(["network_invite"] if who == "leader" else []),
    ]
    join(network, 28)
    few = {page: queries(client, url(page, network.slug)) for page in pages}
    join(network, 270)
    many = {page: queries(client, url(page, network.slug)) for page in pages}
    assert many == few


def test_the_members_of_a_large_network_come_a_page_at_a_time_with_the_leader_first(client, lead, leda):
    network = make.network(leader=lead, by=leda)
    join(network, 299)
    page = client.get(network.get_absolute_url())
    assert page.context["page_obj"].paginator.count == 300
    assert len(page.context["page_obj"].object_list) == MEMBERS_A_PAGE
    assert page.context["page_obj"].object_list[0].organisation == lead
    last = client.get(network.get_absolute_url(), {"page": "6"})
    assert len(last.context["page_obj"].object_list) == 50
    assert "300" in page.content.decode()
