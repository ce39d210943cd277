"""What was learnt stands on the page of its subscription, and one click takes it back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import exporting
from accounts.grants import Role
from matchmaking import dismissing
from matchmaking.lessons_said import lessons_of
from matchmaking.models import Lesson
from tests import make

pytestmark = pytest.mark.django_db
OFFER = "/en/matches/offer/"


@pytest.fixture
def supplier():
    return make.supplier()


@pytest.fixture
def anna(supplier):
    return make.member(supplier, name="Anna Berg")


@pytest.fixture
def offer(supplier, anna):
    return make.subscription(organisation=supplier, by=anna)


@pytest.fixture
def lesson(offer, anna):
    now = timezone.now()
    match = make.match(offer, make.notice(buyer=make.buyer(name="Lunds kommun")), at=now - timedelta(days=1))
    dismissing.dismiss(match, reason="buyer", by=anna, at=now)
    return Lesson.objects.get()


def forget(client, lesson):
    return client.post(reverse("matchmaking:lesson_forget", args=[lesson.pk]), follow=True)


def test_a_colleague_reads_what_it_does_since_when_and_by_whom_and_takes_it_back(lesson, offer, supplier, signed_in):
    client = signed_in(make.member(supplier))
    page = client.get(OFFER).text
    for said in ("Notices from Lunds kommun are no longer suggested.", "Anna Berg", "1 thing learnt"):
        assert said in page
    assert "Of the one suggestion of the 30 days before, it would have left out 1." in page
    after = forget(client, lesson)
    assert after.redirect_chain[-1][0] == OFFER
    assert "no longer suggested" not in after.text
    assert not offer.lessons.exists()


def test_a_reader_reads_it_and_has_no_button(lesson, supplier, signed_in):
    client = signed_in(make.member(supplier, role=Role.READER))
    page = client.get(OFFER).text
    assert "Notices from Lunds kommun are no longer suggested." in page
    assert reverse("matchmaking:lesson_forget", args=[lesson.pk]) not in page
    assert forget(client, lesson).status_code == 404


def test_a_saved_search_shows_its_own(anna, signed_in):
    search = make.subscription(person=anna)
    lesson = Lesson.objects.create(
        subscription=search, about="field", value="3319", points=15, by=anna, at=timezone.now()
    )
    client = signed_in(anna)
    address = f"/en/matches/saved-searches/{search.pk}/"
    assert "are rated lower: they come only when more fits." in client.get(address).text
    assert forget(client, lesson).redirect_chain[-1][0] == address


def test_nobody_else_takes_it_back(lesson, signed_in):
    assert forget(signed_in(make.member(make.supplier())), lesson).status_code == 404
    assert Lesson.objects.exists()


def test_each_fact_is_said_in_words(offer, at, lists):
    for about, value, points in (
        ("field", "3319", 30), ("field", "48", 100), ("place", "SE224", 100), ("place", "NO", 100),
        ("larger", "1200000", 30), ("smaller", "5000", 30), ("buyer", "999999", 100),
    ):  # fmt: skip
        Lesson.objects.create(subscription=offer, about=about, value=value, points=points, at=at)
    said = [each.effect for each in reversed(lessons_of(offer))]
    assert said[0].startswith("Notices in CPV 3319 ")
    assert said[0].endswith(" are rated lower: they come only when more fits.")
    assert said[1].endswith(" are no longer suggested.")
    assert said[2:] == [
        "Notices for Skåne län are no longer suggested.",
        "Notices for Norway are no longer suggested.",
        "Notices worth about 1,200,000 euro or more are rated lower: they come only when more fits.",
        "Notices worth about 5,000 euro or less are rated lower: they come only when more fits.",
        "Notices from a buyer that is no longer here are not suggested.",
    ]


def test_what_it_would_have_left_out_is_counted_among_what_came_before_it(offer, anna, at):
    writer = make.member(make.buyer())
    told = [(1, 40, "33196000"), (2, 50, "33190000"), (3, 40, "48000000"), (31, 40, "33196000")]
    for n, (days, score, cpv) in enumerate(told):
        notice = make.notice(by=writer, buyer=writer.memberships.get().organisation, title=f"{n}", cpv=[cpv])
        make.match(offer, notice, score=score, at=at - timedelta(days=days))
    Lesson.objects.create(subscription=offer, about="field", value="3319", points=15, by=anna, at=at)
    [shown] = lessons_of(offer)
    assert (shown.put_away, shown.suggested) == (1, 3)


def test_the_list_costs_the_same_for_one_and_for_many(offer, anna, at):
    counts = []
    for most in (2, 30):
        for n in range(most):
            about, value = ("buyer", str(n)) if n % 2 else ("field", str(3300 + n))
            Lesson.objects.get_or_create(
                subscription=offer, about=about, value=value, defaults={"points": 100, "by": anna, "at": at}
            )
        with CaptureQueriesContext(connection) as queries:
            lessons_of(offer)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


def test_what_a_person_taught_is_in_its_own_export(lesson, anna):
    [taught] = exporting.everything_about(anna, at=timezone.now())["matchmaking"]["taught"]
    assert (taught["about"], taught["points"], taught["search"]) == ("buyer", 100, lesson.subscription.name)
