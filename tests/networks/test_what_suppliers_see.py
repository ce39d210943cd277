"""A published notice of a buyer group, as suppliers read it (B25): frozen at its publication, with what has changed since."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.grants import Role
from networks import grouping
from procurements import publishing
from procurements.models import VersionBuyer
from tests import make

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def lead():
    return make.buyer(name="Arendal kommune", inhabitants=46000)


@pytest.fixture
def leda(lead):
    return make.member(lead, role=Role.ADMIN)


@pytest.fixture
def group(lead, leda):
    """One committed and one option holder have signed; a third has a letter that waits."""
    made = make.group(lead=lead, by=leda)
    first = make.participant(made, make.buyer(name="Grimstad"))
    make.letter(first, by=leda)
    item = made.items.get()
    make.letter(first, by=leda, volumes={item: 1234}, budget=Decimal(765432), sign_by=make.NOW.date())
    make.letter(make.participant(made, make.buyer(name="Oslo"), state="option"), by=leda, volumes={item: 77})
    make.letter(make.participant(made, make.buyer(name="Risør")), by=leda)
    return made


@pytest.fixture
def notice(group, leda):
    return make.notice(group=group, by=leda, at=make.NOW + HOUR)


@pytest.fixture
def page(client, notice):
    def read(address=""):
        return client.get(address or notice.get_absolute_url()).content.decode()

    return read


def place(group, name):
    return group.participants.get(organisation__name=name)


def moved(group, name, state, *, hours=2):
    one = place(group, name)
    by = make.member(one.organisation, role=Role.ADMIN)
    grouping.answer(one, state=state, by=by, at=make.NOW + hours * HOUR)


def test_suppliers_see_who_buys_and_the_signed_volumes_apart_and_no_budget(page):
    shown = page()
    for words in (
        "Arendal kommune",
        "46,000",
        "Grimstad",
        "1,234",
        "Oslo",
        "77",
        "Risør",
        "Personer med sensor",
        "not binding",
        "3 buyers are committed",
        "1 more may join",
    ):
        assert words in shown
    assert "1,311" not in shown  # the committed and those who may join are never added
    assert "765,432" not in shown
    assert "SEK" not in shown
    assert "What has changed since" not in shown


def test_a_hundred_participants_cost_the_same_queries_as_four(client, notice, group):
    client.get(notice.get_absolute_url())
    with CaptureQueriesContext(connection) as few:
        client.get(notice.get_absolute_url())
    item = group.items.get()
    for _one in range(5):
        make.letter(make.participant(group, make.buyer()), volumes={item: 5})
    with CaptureQueriesContext(connection) as many:
        client.get(notice.get_absolute_url())
    assert len(many) == len(few)


def test_what_has_changed_since_is_told_to_suppliers_as_plain_facts(page, group, lead):
    moved(group, "Oslo", "left")
    moved(group, "Risør", "observer")
    froland = make.participant(group, make.buyer(name="Froland"), at=make.NOW + 2 * HOUR)
    make.letter(froland, volumes={group.items.get(): 15}, at=make.NOW + 2 * HOUR)
    make.participant(group, make.buyer(name="Bygland"), state="invited")
    said = {"volumes": {group.items.get(): 1500}, "sign_by": make.NOW.date() + timedelta(days=3)}
    make.letter(place(group, "Grimstad"), **said, at=make.NOW + 3 * HOUR)
    shown = page()
    for words in (
        "Oslo left on",
        "Risør observes since",
        "Froland committed itself on",
        "Froland intends to buy 15 personer",
        "Grimstad needs more: Personer med sensor went from 1,234 to 1,500 personer.",
    ):
        assert words in shown
    assert "material change" not in shown
    assert "Bygland" not in shown
    rows = shown[shown.index('id="who-buys"') : shown.index("What has changed since")]
    assert "Oslo" in rows, "the list that was published stands"
    assert "Froland" not in rows


def test_the_whole_team_is_told_that_it_may_be_a_material_change_and_what_to_do(client, notice, group, lead):
    def told(person):
        client.force_login(person)
        shown = client.get(notice.get_absolute_url()).content.decode()
        return "may be a material change" in shown and "article 72" in shown and "FOA § 28-1" in shown

    boss, grimstad = make.member(lead, role=Role.ADMIN), make.member(place(group, "Grimstad").organisation)
    stranger, supplier = make.user(), make.member(make.supplier())
    assert not told(boss)
    moved(group, "Oslo", "left")
    assert [told(one) for one in (boss, grimstad, stranger, supplier)] == [True, True, False, False]


def test_all_who_buy_together_see_on_the_page_of_the_group_what_has_changed(client, notice, group, lead):
    def flagged(person):
        client.force_login(person)
        shown = client.get(group.get_absolute_url()).content.decode()
        return "may be a material change" in shown and "Risør signed a letter of intent on" in shown

    boss, grimstad = make.member(lead, role=Role.ADMIN), make.member(place(group, "Grimstad").organisation)
    assert not flagged(boss)
    said = {"volumes": {group.items.get(): 3}, "sign_by": make.NOW.date() + timedelta(days=3)}
    make.letter(place(group, "Risør"), **said, at=make.NOW + 2 * HOUR)
    assert flagged(boss)
    assert flagged(grimstad)


def test_an_amendment_freezes_anew_and_the_old_page_keeps_its_own_list(page, notice, group, leda):
    moved(group, "Oslo", "left")
    make.approved(notice, at=make.NOW + 3 * HOUR)
    publishing.publish(notice, by=leda, at=make.NOW + 3 * HOUR, reason="Oslo har lämnat.")
    now, before = page(), page(f"{notice.get_absolute_url()}versions/1/")
    assert "What has changed since" not in now
    assert "How it has changed over time" in now
    assert "0 personer" in now  # of those who may join, now
    assert "1 more may join" not in now
    assert "1 more may join" in before
    assert "What has changed since" not in before


def test_an_imported_notice_that_does_not_say_who_leads_is_shown_so(page, db):
    alone = make.notice()
    for position, name in enumerate(("Bergen", "Voss"), start=1):
        row = {"organisation": make.buyer(name=name), "position": position}
        VersionBuyer.objects.create(version=alone.current_version, is_lead=None, **row)
    shown = page(alone.get_absolute_url())
    assert "The notice does not say who leads." in shown
    assert shown.count("not stated") == 2
    assert "committed" not in shown


def test_one_that_buys_alone_has_no_such_section(page):
    assert 'id="who-buys"' not in page(make.notice().get_absolute_url())
