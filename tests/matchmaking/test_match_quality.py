"""How good the suggestions are (E9), and what the figures may not tell (quality 4.2, 4.3)."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Duty, Membership, User
from matchmaking import quality
from matchmaking.models import Match, Receiver, Subscription
from matchmaking.quality import FEW, share_of, without_few
from notifications.models import Event, Notification
from procurements import interest, publishing
from tests import make

NOW = make.NOW


@pytest.fixture(autouse=True)
def counted_anew():
    cache.clear()


@pytest.fixture
def suggest(db):
    """suggest(notice, number, hits): so many people were told of the notice by searches of their own; returns the matches."""

    def call(notice, number, hits=("cpv:33196", "word:larm"), at=NOW, read=0):
        event, _new = Event.objects.get_or_create(
            key=f"match:{notice.current_version_id}",
            defaults={"kind": "match", "subject_type": "procurements.notice", "subject_id": notice.pk, "at": at},
        )
        people = User.objects.bulk_create(
            User(email=f"reader{next(make.number)}@example.org", name="Anna") for _ in range(number)
        )
        searches = Subscription.objects.bulk_create(
            Subscription(person=person, name="Larm", cpv=["33196000"]) for person in people
        )
        Receiver.objects.bulk_create(
            Receiver(subscription=search, user=person) for search, person in zip(searches, people, strict=True)
        )
        Notification.objects.bulk_create(
            Notification(event=event, recipient=person, created_at=at, read_at=at if place < read else None)
            for place, person in enumerate(people)
        )
        said = {"version": notice.current_version, "score": 50, "hits": list(hits), "created_at": at}
        return Match.objects.bulk_create(Match(subscription=search, **said) for search in searches)

    return call


def rules(at=NOW):
    cache.clear()
    names = {str(label): name for name, label in quality.RULES.items()}
    return {names[str(row.label)]: row for row in quality.quality(at).rules}


def put_away(matches, reason):
    Match.objects.filter(pk__in=[match.pk for match in matches]).update(
        dismissed_at=NOW, dismissed_by=None, dismissed_reason=reason
    )


def test_precision_is_the_part_of_what_was_told_that_nobody_called_wrong(suggest):
    matches = suggest(make.notice(), 20, read=10)
    put_away(matches[:5], "field")
    found = rules()
    assert set(found) == {"cpv-5", "word"}
    row = found["word"]
    assert (row.told, row.opened, row.wrong, row.precision) == (20, 10, 5, 75)
    assert row.reasons[quality.REASONS.index("field")] is None, "nor may it be told by what the other reasons lack"


def test_a_suggestion_that_nobody_was_told_of_does_not_count(suggest):
    suggest(make.notice(), 6)
    Notification.objects.all().delete()
    assert rules() == {}


def test_an_amended_notice_is_one_suggestion(suggest):
    notice = make.notice()
    matches = suggest(notice, 6)
    notice.title = "Nytt namn"
    notice.save()
    publishing.publish(notice, by=notice.edited_by, at=NOW, reason="Tydligare.")
    notice.refresh_from_db()
    for match in matches:
        again = {"version": notice.current_version, "subscription": match.subscription, "score": 1, "hits": ["goal:3"]}
        Match.objects.create(**again, created_at=NOW + timedelta(days=1))
    found = rules(NOW + timedelta(days=2))
    assert set(found) == {"cpv-5", "word"}
    assert found["word"].told == 6


def test_what_people_follow_is_nobodys_to_count(suggest):
    matches = suggest(make.notice(), 6, hits=["buyer:17"])
    Subscription.objects.filter(pk__in=[match.subscription_id for match in matches]).update(follows="B:17")
    assert rules() == {}


def test_no_figure_under_five_is_shown(suggest):
    suggest(make.notice(), FEW - 1)
    row = rules()["word"]
    assert (row.told, row.opened, row.wrong, row.precision) == (None, None, None, None)
    suggest(make.notice(), 16)
    put_away(list(Match.objects.all()[:2]), "field")
    row = rules()["word"]
    assert row.told == 20
    assert (row.wrong, row.precision, set(row.reasons)) == (None, None, {None})


def test_the_months_stand_apart_and_a_small_one_takes_another_with_it(suggest):
    suggest(make.notice(), 2, at=NOW - timedelta(days=70))
    suggest(make.notice(), 7, at=NOW - timedelta(days=35))
    suggest(make.notice(), 9)
    assert [(row.label, row.told) for row in quality.quality(NOW).months] == [
        (date(2026, 11, 1), 9),
        (date(2026, 10, 1), None),
        (date(2026, 9, 1), None),
    ]


def test_what_is_older_than_a_year_is_past(suggest):
    suggest(make.notice(), 6, at=NOW - timedelta(days=400))
    assert rules() == {}


def followed_by_interest(suggest, procurements, of_which):
    """Procurements with one suggestion each that ended with a contract in the last quarter."""
    before, buyer, supplier = NOW - timedelta(days=90), make.buyer(), make.supplier()
    by = make.member(buyer)
    for number in range(procurements):
        notice = make.notice(kind="competition", at=before, buyer=buyer, by=by)
        [match] = suggest(notice, 1, at=before)
        if number < of_which:
            person = match.subscription.person
            Membership.objects.create(user=person, organisation=supplier, role="editor", started_at=before)
            said = {"level": "interested", "message": "", "by": person, "at": before + timedelta(hours=1)}
            interest.register(notice.procurement, organisation=supplier, **said)
        make.awarded(notice, at=before + timedelta(days=1), by=by)


def test_interest_that_followed_is_a_rough_share_where_neither_side_is_few(suggest):
    followed_by_interest(suggest, 9, of_which=4)
    assert rules()["word"].interest is None, "few had interest"
    followed_by_interest(suggest, 1, of_which=1)
    assert rules()["word"].interest == 50
    assert rules(NOW - timedelta(days=60))["word"].interest is None, "the quarter in which they ended is not over"


@given(st.lists(st.integers(0, 40), max_size=8))
def test_what_is_left_out_cannot_be_worked_out_from_the_whole(parts):
    shown = without_few(parts)
    hidden = [number for number, seen in zip(parts, shown, strict=True) if seen is None]
    assert all(seen is None or seen == number >= FEW for number, seen in zip(parts, shown, strict=True))
    if hidden and len(parts) > len(hidden):
        assert len(hidden) > 1
        assert sum(hidden) >= FEW


def test_a_share_is_said_in_whole_tens():
    assert [share_of(share, 5, 5) for share in (0.0, 0.449, 0.96)] == [0, 40, 100]
    assert share_of(0.5, 4, 90) is None
    assert share_of(0.5, 90, 4) is None


@pytest.mark.parametrize(
    ("duty", "status"), [(Duty.ADMIN, 200), (Duty.PROGRAMME, 200), (Duty.SUPPORT, 404), (None, 404)]
)
def test_administrators_and_the_programme_office_see_it(signed_in, suggest, duty, status):
    suggest(make.notice(), 7)
    answer = signed_in(make.user(duty=duty)).get(reverse("matchmaking:match_quality"))
    assert answer.status_code == status
    assert (b"Suggestions by criterion" in answer.content) == (status == 200)


def test_before_anybody_was_told_the_page_says_so(signed_in, db):
    html = signed_in(make.user(duty=Duty.ADMIN)).get(reverse("matchmaking:match_quality")).content.decode()
    assert "Nothing to judge yet" in html
