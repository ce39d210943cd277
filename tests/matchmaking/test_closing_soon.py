"""closing_soon: one reminder a person and notice, so many days before the deadline as the person chose (B9)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaking import closing_soon, engine, following
from matchmaking.models import Attention, ClosingReminder
from notifications import kinds, sending
from notifications.models import Notification, Preference, Rhythm
from procurements import closing, interest
from tests import make
from tests.matchmaking.test_matching import amend
from tests.matchmaking.test_next_steps import published_next

pytestmark = pytest.mark.django_db
# Noon in Stockholm, Tuesday 22 December; the usual seven days before it is Tuesday 15 December, at seven.
DEADLINE = datetime(2026, 12, 22, 11, 0, tzinfo=UTC)
DUE = datetime(2026, 12, 15, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def anna():
    return make.member(make.supplier(), language="en")


@pytest.fixture
def notice():
    made = make.notice(title="Färre fall", deadline_at=DEADLINE)
    engine.drain(make.NOW)
    return made


@pytest.fixture
def followed(notice, anna):
    following.follow(notice.procurement, by=anna, at=make.NOW)
    return notice


def reminded(user, at=None):
    """The lines of the person's reminders, after a round at `at`."""
    if at:
        closing_soon.remind(at)
    told = Notification.objects.filter(recipient=user, event__kind="closing-soon").select_related("event", "recipient")
    return [kinds.line(each, "en") for each in kinds.with_subjects(told) if kinds.may_see(each)]


def interested(notice, person, at=make.NOW):
    supplier = person.memberships.get().organisation
    return interest.register(
        notice.procurement, organisation=supplier, level="interested", message="", by=person, at=at
    )


def mailed(person, at) -> list[str]:
    mail.outbox.clear()
    sending.send_due(lambda: at)
    return [message.subject for message in mail.outbox if message.to == [person.email]]


def test_who_follows_is_reminded_once_in_the_morning_seven_days_before(followed, anna):
    assert reminded(anna, DUE - MINUTE) == []
    [line] = reminded(anna, DUE)
    assert line.title == "Closes Tuesday 22 December 2026, 12:00 (Swedish time): Färre fall"
    assert list(line.reasons) == ["you follow it"]
    assert len(reminded(anna, DUE + timedelta(days=3))) == 1
    assert mailed(anna, DUE + MINUTE) == [line.title]


def test_who_is_interested_is_reminded_and_hears_once_when_following_too(followed, anna):
    interested(followed, anna)
    [line] = reminded(anna, DUE)
    assert list(line.reasons) == ["you follow it", "you have registered interest"]
    assert len(reminded(anna, DUE + timedelta(hours=1))) == 1


@pytest.mark.parametrize(("days", "due"), [(1, 21), (2, 20), (14, 8)])
def test_the_person_says_how_many_days_before(followed, anna, at, days, due):
    for _again in range(2):
        closing_soon.choose(days, by=anna, at=at)
    moment = datetime(2026, 12, due, 6, 0, tzinfo=UTC)
    assert reminded(anna, moment - MINUTE) == []
    assert len(reminded(anna, moment)) == 1


def test_who_wants_no_reminder_gets_none(followed, anna, at):
    interested(followed, anna)
    closing_soon.choose(0, by=anna, at=at)
    assert reminded(anna, DEADLINE - MINUTE) == []


def test_the_day_is_that_of_the_persons_own_clock(followed, at):
    """Noon in Stockholm is past midnight in Auckland: its day begins there, and so does the reminder's."""
    far = make.user(zone="Pacific/Auckland")
    following.follow(followed.procurement, by=far, at=at)
    due = datetime(2026, 12, 15, 18, 0, tzinfo=UTC)  # seven in the morning of 16 December, a week before the 23rd
    assert reminded(far, due - MINUTE) == []
    assert len(reminded(far, due)) == 1


def test_the_clock_that_is_turned_between_reminder_and_deadline_moves_neither(anna, at):
    """Summer time begins on 28 March 2027; seven in the morning stays seven."""
    assert closing_soon.due_at(datetime(2027, 4, 1, 10, 0, tzinfo=UTC), "Europe/Stockholm", 7) == datetime(
        2027, 3, 25, 6, 0, tzinfo=UTC
    )
    assert closing_soon.due_at(datetime(2027, 4, 1, 10, 0, tzinfo=UTC), "Europe/Stockholm", 2) == datetime(
        2027, 3, 30, 5, 0, tzinfo=UTC
    )
    assert closing_soon.due_at(DEADLINE, "nowhere", 7) == datetime(2026, 12, 15, 7, 0, tzinfo=UTC)


def test_the_reminder_moves_with_the_deadline(followed, anna):
    amend(followed, deadline_at=DEADLINE + timedelta(days=5))
    assert reminded(anna, DUE) == []
    assert len(reminded(anna, DUE + timedelta(days=5))) == 1


def test_a_deadline_that_comes_nearer_reminds_at_once(followed, anna, at):
    amend(followed, deadline_at=at + timedelta(days=11), at=at + timedelta(days=6))
    assert len(reminded(anna, at + timedelta(days=6, hours=1))) == 1


def test_a_deadline_that_moves_after_the_reminder_does_not_remind_again(followed, anna):
    closing_soon.remind(DUE)
    amend(followed, deadline_at=DEADLINE + timedelta(days=20), at=DUE + timedelta(hours=1))
    assert len(reminded(anna, DUE + timedelta(days=20))) == 1


def test_who_begins_late_is_reminded_on_the_last_morning_but_one(notice, anna):
    following.follow(notice.procurement, by=anna, at=DUE + timedelta(hours=2))
    last = datetime(2026, 12, 21, 6, 0, tzinfo=UTC)
    assert reminded(anna, last - MINUTE) == []
    assert len(reminded(anna, last)) == 1


def test_who_begins_on_the_last_day_is_not_reminded_of_what_it_just_read(notice, anna):
    following.follow(notice.procurement, by=anna, at=DEADLINE - timedelta(hours=20))
    assert reminded(anna, DEADLINE - MINUTE) == []


def test_a_next_step_that_closes_soon_counts_from_its_publication(followed, anna):
    competition = published_next(followed, "competition", deadline_at=make.NOW + timedelta(days=6))
    assert reminded(anna, make.NOW + timedelta(days=3)) == []
    [line] = reminded(anna, make.NOW + timedelta(days=5))
    assert line.url == competition.get_absolute_url()
    assert len(reminded(anna, DUE)) == 1  # the need before it can be answered no more


def let_go(notice, person):
    following.unfollow(notice.procurement, by=person, at=DUE)


def mute(notice, person):
    following.mute(notice.procurement, by=person, at=DUE)


def close(notice, person):
    closing.close(notice, by=notice.edited_by, at=DUE, reason="Behovet är löst.")


def no_deadline(notice, person):
    amend(notice, deadline_at=None, at=DUE)


@pytest.mark.parametrize("change", [let_go, mute, close, no_deadline])
def test_nobody_is_reminded_of_what_is_over_or_let_go_of(followed, anna, change):
    change(followed, anna)
    assert reminded(anna, DUE + timedelta(hours=1)) == []


@pytest.mark.parametrize("change", [let_go, mute, close, no_deadline])
def test_what_is_over_or_let_go_of_before_the_mail_is_not_mailed(followed, anna, change):
    assert len(reminded(anna, DUE)) == 1
    change(followed, anna)
    assert not [subject for subject in mailed(anna, DUE + MINUTE) if subject.startswith("Closes")]


def test_who_stopped_following_is_not_mailed_though_a_search_still_finds_it(anna, at):
    make.subscription(person=anna)
    notice = make.notice(deadline_at=DEADLINE)
    engine.drain(at)
    following.follow(notice.procurement, by=anna, at=at)
    mailed(anna, at + timedelta(days=1))
    assert len(reminded(anna, DUE)) == 1
    following.unfollow(notice.procurement, by=anna, at=DUE)
    assert mailed(anna, DUE + MINUTE) == []


def test_a_withdrawn_interest_is_not_reminded_of(notice, anna, at):
    interest.withdraw(interested(notice, anna), by=anna, at=at + timedelta(hours=1))
    assert reminded(anna, DUE) == []


def test_a_muted_interest_is_not_reminded_of(notice, anna, at):
    interested(notice, anna)
    following.mute(notice.procurement, by=anna, at=at)
    assert reminded(anna, DUE) == []


def test_the_buyers_own_people_are_not_reminded_of_what_is_theirs(followed, at):
    following.follow(followed.procurement, by=followed.edited_by, at=at)
    assert reminded(followed.edited_by, DUE) == []


def test_a_digest_that_would_come_after_the_deadline_comes_at_once(followed, anna, at):
    Preference.objects.create(user=anna, kind="closing-soon", rhythm=Rhythm.WEEKLY)
    closing_soon.choose(1, by=anna, at=at)
    assert len(reminded(anna, DEADLINE - timedelta(hours=20))) == 1
    assert len(mailed(anna, DEADLINE - timedelta(hours=20))) == 1


def test_one_notice_that_fails_stops_no_other(followed, anna, at, monkeypatch, caplog):
    other = make.notice(deadline_at=DEADLINE)
    following.follow(other.procurement, by=anna, at=at)
    real = closing_soon.hearing.inside

    def inside(version):
        if version.notice_id == followed.pk:
            raise RuntimeError("poison")
        return real(version)

    monkeypatch.setattr(closing_soon.hearing, "inside", inside)
    assert [line.url for line in reminded(anna, DUE)] == [other.get_absolute_url()]
    assert "could not be written" in caplog.text


def test_a_round_costs_no_query_a_follower_and_goes_in_batches(notice, at, monkeypatch):
    counts = []
    for number in (3, 20):
        made = make.notice(deadline_at=DEADLINE)
        people = [make.user() for _each in range(number)]
        Attention.objects.bulk_create(
            Attention(user=person, procurement=made.procurement, level="follows", at=at) for person in people
        )
        ClosingReminder.objects.bulk_create(ClosingReminder(user=person, days=9) for person in people[::2])
        with CaptureQueriesContext(connection) as queries:
            closing_soon.remind(DUE)
        counts.append(len(queries))
        assert Notification.objects.filter(event__key=f"closing-soon:{made.pk}").count() == number
    assert counts[0] == counts[1]
    monkeypatch.setattr(closing_soon, "BATCH", 7)
    Notification.objects.all().delete()
    closing_soon.remind(DUE)
    assert Notification.objects.filter(event__kind="closing-soon").count() == 23


def test_a_round_that_has_nothing_to_tell_costs_two_queries(followed, django_assert_num_queries):
    with django_assert_num_queries(2):
        closing_soon.remind(make.NOW)
