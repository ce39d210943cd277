from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.grants import Role
from matchmaking import engine
from matchmaking.models import Match
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "/en/matches/"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def supplier():
    return make.supplier()


@pytest.fixture
def anna(supplier, client):
    anna = make.member(supplier)
    client.force_login(anna)
    return anna


def suggest(number, now, **wording):
    buyer = make.buyer()
    writer = make.member(buyer)
    for n in range(number):
        make.notice(buyer=buyer, by=writer, at=now - timedelta(hours=1), title=f"Behov {n}", **wording)
    engine.drain(now)


def test_an_anonymous_visitor_is_asked_to_log_in(client):
    assert client.get(PAGE).status_code == 302


def test_a_person_without_an_offer_is_led_to_it(client, anna):
    page = client.get(PAGE)
    assert page.status_code == 200
    assert reverse("matchmaking:offer_edit") in page.text


def test_each_suggestion_says_why(client, anna, supplier, now):
    make.subscription(organisation=supplier, by=anna, cpv=["33000000"], words=["fall"], regions=["SE2"])
    suggest(1, now)
    page = client.get(PAGE).text
    for reason in ("CPV 33196", "the word fall", "SE224"):
        assert reason in page


def test_two_subscriptions_of_mine_show_a_notice_once(client, anna, supplier, now):
    make.subscription(organisation=supplier, by=anna)
    make.subscription(person=anna, goals=[3])
    suggest(1, now)
    assert Match.objects.count() == 2
    assert client.get(PAGE).context["page_obj"].paginator.count == 1


def test_another_supplier_sees_nothing_of_it(client, anna, now):
    make.subscription()
    suggest(1, now)
    assert client.get(PAGE).context["page_obj"].paginator.count == 0


def test_not_relevant_puts_it_away_and_a_click_brings_it_back(client, anna, supplier, now):
    make.subscription(organisation=supplier, by=anna)
    make.subscription(person=anna, goals=[3])
    suggest(1, now)
    match = Match.objects.best_for(anna).get()
    client.post(reverse("matchmaking:match_dismiss", args=[match.pk]), {"reason": "size"})
    assert client.get(PAGE).context["page_obj"].paginator.count == 0
    away = client.get(PAGE, {"show": "dismissed"})
    assert "Too large or too small" in away.text
    client.post(reverse("matchmaking:match_restore", args=[match.pk]))
    assert client.get(PAGE).context["page_obj"].paginator.count == 1


def test_an_unknown_reason_changes_nothing(client, anna, supplier, now):
    make.subscription(organisation=supplier, by=anna)
    suggest(1, now)
    client.post(reverse("matchmaking:match_dismiss", args=[Match.objects.get().pk]), {"reason": "because"})
    assert not Match.objects.dismissed().exists()


def test_a_match_of_others_cannot_be_put_away(client, anna, now):
    make.subscription()
    suggest(1, now)
    match = Match.objects.get()
    for page in ("match_dismiss", "match_restore"):
        assert client.post(reverse(f"matchmaking:{page}", args=[match.pk]), {"reason": "size"}).status_code == 404


def test_a_reader_sees_but_does_not_put_away(client, supplier, now):
    make.subscription(organisation=supplier)
    suggest(1, now)
    client.force_login(make.member(supplier, role=Role.READER))
    page = client.get(PAGE)
    assert page.context["page_obj"].paginator.count == 1
    assert "/dismiss/" not in page.text
    assert (
        client.post(reverse("matchmaking:match_dismiss", args=[Match.objects.get().pk]), {"reason": "size"}).status_code
        == 404
    )


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(client, anna, supplier, now):
    make.subscription(organisation=supplier, by=anna)
    client.get(PAGE)  # the first request of a session writes it
    counts = []
    for more in (3, 27):
        suggest(more, now)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(PAGE)
        assert len(page.context["rows"]) == min(25, 3 if more == 3 else 30)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16
