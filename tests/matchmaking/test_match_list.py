from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.grants import Role
from matchmaking.models import Match, Subscription
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


def suggest(number, now, *, hits=("cpv:33196", "region:SE224"), **wording):
    """Notices of one buyer, each found by every subscription there is."""
    writer = make.member(make.buyer(name="Lunds kommun"))
    found = []
    for n in range(number):
        wording = {"title": f"Behov {n}", **wording}
        notice = make.notice(
            buyer=writer.memberships.get().organisation, by=writer, at=now - timedelta(hours=1), **wording
        )
        found += [
            make.match(each, notice, hits=hits, at=now - timedelta(minutes=n)) for each in Subscription.objects.all()
        ]
    return found


def test_an_anonymous_visitor_is_asked_to_log_in(client):
    assert client.get(PAGE).status_code == 302


def test_a_person_without_an_offer_is_led_to_it(client, anna):
    page = client.get(PAGE)
    assert page.status_code == 200
    assert reverse("matchmaking:offer_edit") in page.text


def test_each_suggestion_says_why(client, anna, supplier, now):
    make.subscription(organisation=supplier, by=anna, cpv=["33000000"], words=["fall"], regions=["SE2"])
    suggest(1, now, hits=["cpv:33196", "word:fall", "region:SE224"])
    page = client.get(PAGE).text
    for reason in ("CPV 33196", "the word fall", "SE224", f"what {supplier.name} offers"):
        assert reason in page
    assert "risken för <mark>fall</mark> innan olyckan sker" in page


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
    client.post(reverse("matchmaking:match_dismiss", args=[match.pk]), {"reason": "large"})
    assert client.get(PAGE).context["page_obj"].paginator.count == 0
    away = client.get(PAGE, {"show": "dismissed"})
    assert "Too large for us" in away.text
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
        assert client.post(reverse(f"matchmaking:{page}", args=[match.pk]), {"reason": "large"}).status_code == 404


def test_a_reader_sees_but_does_not_put_away(client, supplier, now):
    make.subscription(organisation=supplier)
    suggest(1, now)
    client.force_login(make.member(supplier, role=Role.READER))
    page = client.get(PAGE)
    assert page.context["page_obj"].paginator.count == 1
    assert "/dismiss/" not in page.text
    assert (
        client.post(
            reverse("matchmaking:match_dismiss", args=[Match.objects.get().pk]), {"reason": "large"}
        ).status_code
        == 404
    )


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(client, anna, supplier, now):
    make.subscription(organisation=supplier, by=anna, words=["fall"])
    client.get(PAGE)  # the first request of a session writes it
    counts = []
    for more in (3, 27):
        suggest(more, now, hits=["cpv:33196", "word:fall"])
        with CaptureQueriesContext(connection) as queries:
            page = client.get(PAGE)
        assert len(page.context["rows"]) == min(25, 3 if more == 3 else 30)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 17


def dismiss(client, match, reason):
    return client.post(reverse("matchmaking:match_dismiss", args=[match.pk]), {"reason": reason}, follow=True)


def test_after_the_click_the_page_says_what_follows_and_one_click_takes_it_back(client, anna, supplier, now):
    subscription = make.subscription(organisation=supplier, by=anna)
    near, _broad = suggest(2, now), suggest(1, now, cpv=["33000000"], hits=["cpv:33"])
    Match.objects.filter(hits=["cpv:33196", "region:SE224"]).update(score=40)
    said = dismiss(client, near[0], "field").text
    assert "Notices in CPV 3319" in said
    assert "are rated lower: they come only when more fits." in said
    assert "Of the 3 suggestions of the 30 days before, it would have left out 2." in said
    undone = client.post(reverse("matchmaking:match_restore", args=[near[0].pk]), follow=True)
    assert undone.context["page_obj"].paginator.count == 3
    assert not subscription.lessons.exists()


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("buyer", "Notices from Lunds kommun are no longer suggested."),
        ("place", "are no longer suggested."),
        ("large", "The notice does not state its value, so nothing else is rated differently."),
        ("other", "Nothing else is rated differently."),
    ],
)
def test_each_reason_says_its_own_effect(client, anna, supplier, now, reason, said):
    make.subscription(organisation=supplier, by=anna)
    [match] = suggest(1, now)
    assert said in dismiss(client, match, reason).text


def test_what_follows_is_shown_to_nobody_else_and_to_no_nonsense(client, anna, supplier, now):
    make.subscription(organisation=supplier, by=anna)
    [match] = suggest(1, now)
    address = dismiss(client, match, "buyer").redirect_chain[0][0]
    assert client.get(address).context["put_away"]
    for nonsense in ("x", "-1", "9" * 40, "²", ""):
        assert client.get(PAGE, {"away": nonsense}).context["put_away"] is None
    client.force_login(make.user())
    assert client.get(address).context["put_away"] is None
