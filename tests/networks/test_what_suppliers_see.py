"""A published notice of a buyer group, as suppliers read it (B25), and what the lead sees when volumes change after it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.grants import Role
from procurements import publishing, writing
from tests import make

pytestmark = pytest.mark.django_db


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
def notice(group, lead, leda):
    wording = {
        "title": "Tidig upptäckt av fall", "summary": "Vi söker sätt.", "problem": "Larmet kommer sent.",
        "affected": "Äldre.", "cost_today": "Mycket.", "desired_effect": "Färre fall.", "tried": "Larmknapp.",
        "cpv": ["33196000"], "regions": ["SE224"], "goals": [3], "contact_email": "upphandling@example.org",
        "deadline_at": make.NOW + timedelta(days=30),
    }  # fmt: skip
    made = writing.begin(organisation=lead, kind="need", by=leda, at=make.NOW, wording=wording, buyer_group=group)
    publishing.publish(made, by=leda, at=make.NOW + timedelta(hours=1))
    made.refresh_from_db()
    return made


def test_suppliers_see_who_buys_and_the_signed_volumes_apart_and_no_budget(client, notice):
    page = client.get(notice.get_absolute_url()).content.decode()
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
    ):
        assert words in page
    assert "1,311" not in page  # the committed and those who may join are never added
    assert "765,432" not in page
    assert "SEK" not in page


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


def test_the_lead_alone_is_told_that_volumes_changed_after_publication(client, notice, group, lead):
    def flagged(person):
        client.force_login(person)
        return "may be a material change" in client.get(group.get_absolute_url()).content.decode()

    boss, grimstad = make.member(lead, role=Role.ADMIN), group.participants.get(organisation__name="Grimstad")
    assert not flagged(boss)
    risor = group.participants.get(organisation__name="Risør")
    said = {"volumes": {group.items.get(): 3}, "sign_by": make.NOW.date() + timedelta(days=3)}
    make.letter(risor, **said, at=make.NOW + timedelta(hours=2))
    assert flagged(boss)
    assert not flagged(make.member(grimstad.organisation, role=Role.ADMIN))
