"""Who comes to an event: seats, the waiting list, what people hear, and what is forgotten (D8)."""

from datetime import timedelta

import pytest

from accounts.models import Duty
from accounts.rules import Refused
from knowledge import attending, occasions, publishing
from knowledge.models import Attendance, Occasion
from notifications import kinds
from notifications.models import Notification
from records.models import AuditEvent
from tests import make
from tests.threads import at_once

pytestmark = pytest.mark.django_db


def lines_of(user, kind):
    """What the person reads in the inbox of this kind, as title and text."""
    mine = Notification.objects.filter(recipient=user, event__kind=kind).select_related("event", "recipient")
    shown = [each for each in kinds.with_subjects(mine) if kinds.may_see(each)]
    return [(line.title, line.text) for line in (kinds.line(each, "en") for each in shown)]


def still_wanted(user):
    """The kinds that a mail made now would carry."""
    mine = Notification.objects.filter(recipient=user).select_related("event", "recipient")
    shown = [each for each in kinds.with_subjects(mine) if kinds.may_see(each)]
    wanted = kinds.still_wanted(shown)
    return {each.event.kind for each in shown if each.pk in wanted}


def come(occasion, *, at, needs="", user=None):
    return attending.register(occasion, needs=needs, by=user or make.user(), at=at)


@pytest.fixture
def editor():
    return make.user(duty=Duty.CURATOR)


def changed(occasion, editor, *, at, **facts):
    occasion = Occasion.objects.get(pk=occasion.pk)
    standing = {name: getattr(occasion, name) for name in occasions.Facts.__dataclass_fields__}
    said = occasions.Facts(**{**standing, **facts})
    return occasions.set_facts(occasion.article, said, seen=occasion.edited_at, by=editor, at=at)


class TestSeats:
    def test_who_registers_has_a_seat_and_gets_the_address(self, at):
        place = come(make.event(title="Frukost", place="Folkets hus"), at=at)
        assert place.seated_at == at
        [(title, text)] = lines_of(place.user, "event-registered")
        assert title == "You have a seat: Frukost"
        assert "https://meet.example.org/rum" in text
        assert "Folkets hus" in text

    def test_a_second_click_keeps_the_place_and_changes_what_is_needed(self, at):
        occasion = make.event()
        first = come(occasion, at=at)
        again = come(occasion, user=first.user, needs="Teckentolk", at=at + timedelta(hours=1))
        assert (again.pk, again.registered_at, again.needs) == (first.pk, at, "Teckentolk")
        assert Attendance.objects.count() == Notification.objects.count() == 1

    def test_when_all_seats_are_taken_people_wait_in_line_and_get_no_address(self, at):
        occasion = make.event(seats=1)
        come(occasion, at=at)
        waiting = [come(occasion, at=at) for _one in range(2)]
        assert [place.seated_at for place in waiting] == [None, None]
        assert [attending.place_in_line(place) for place in waiting] == [1, 2]
        [(title, text)] = lines_of(waiting[0].user, "event-registered")
        assert title.startswith("You are on the waiting list")
        assert "meet.example.org" not in text

    def test_a_seat_that_comes_free_goes_to_whoever_waits_first_who_is_told(self, at):
        occasion = make.event(seats=1)
        seated, first, second = (come(occasion, at=at) for _one in range(3))
        attending.leave(occasion, by=seated.user, at=at)
        attending.leave(occasion, by=seated.user, at=at)  # a second click
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.seated_at, second.seated_at) == (at, None)
        [(title, text)] = lines_of(first.user, "event-seated")
        assert title.startswith("You have got a seat")
        assert "meet.example.org" in text
        assert lines_of(second.user, "event-seated") == lines_of(seated.user, "event-registered") == []

    def test_whoever_waited_hears_of_the_seat_alone(self, at):
        occasion = make.event(seats=1)
        seated, waiting = come(occasion, at=at), come(occasion, at=at)
        assert still_wanted(waiting.user) == {"event-registered"}
        attending.leave(occasion, by=seated.user, at=at)
        assert still_wanted(waiting.user) == {"event-seated"}

    def test_who_comes_back_waits_behind_the_others(self, at):
        occasion = make.event(seats=1)
        first, _second, third = (come(occasion, at=at) for _one in range(3))
        attending.leave(occasion, by=first.user, at=at)
        again = come(occasion, user=first.user, at=at + timedelta(minutes=1))
        assert [attending.place_in_line(place) for place in (third, again)] == [1, 2]

    def test_more_seats_are_given_to_those_who_wait(self, at, editor):
        occasion = make.event(seats=1)
        places = [come(occasion, at=at) for _one in range(4)]
        changed(occasion, editor, seats=3, at=at)
        assert [bool(Attendance.objects.get(pk=one.pk).seated_at) for one in places] == [True, True, True, False]
        changed(occasion, editor, seats=1, at=at)
        assert Attendance.objects.filter(seated_at__isnull=False).count() == 3  # nobody loses a seat

    def test_nobody_registers_too_late(self, at, editor):
        until = at + timedelta(days=5)
        occasion = make.event(register_until=until)
        come(occasion, at=until)
        with pytest.raises(Refused, match="last moment"):
            come(occasion, at=until + timedelta(seconds=1))
        with pytest.raises(Refused, match="has begun"):
            come(occasion, at=occasion.starts_at)
        occasions.cancel(occasion, by=editor, at=at)
        with pytest.raises(Refused, match="cancelled"):
            come(occasion, at=at)
        with pytest.raises(Refused, match="do not register here"):
            come(make.event(takes_registrations=False), at=at)

    def test_what_somebody_needs_is_in_no_log(self, at):
        come(make.event(), needs="Teckentolk", at=at)
        assert "Teckentolk" not in "".join(f"{event.details}" for event in AuditEvent.objects.all())
        assert "Teckentolk" not in "".join(f"{one.event.facts}" for one in Notification.objects.all())


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_time_never_get_one_seat_nor_leave_two_with_one(at):
    last, occasion = make.event(seats=1), make.event(seats=2)
    people = [make.user() for _one in range(4)]
    places = at_once(*[lambda user=user: attending.register(last, by=user, at=at) for user in people[:2]])
    assert sorted(bool(place.seated_at) for place in places) == [False, True]
    places = [attending.register(occasion, by=user, at=at) for user in people]
    at_once(*[lambda one=one: attending.leave(occasion, by=one.user, at=at) for one in places[:2]])
    assert attending.registered(occasion).filter(seated_at__isnull=False).count() == 2

    # Nobody gets a seat at what is archived at that moment.
    occasion, editor = make.event(), make.user(duty=Duty.CURATOR)
    results = at_once(
        lambda: come(occasion, user=people[0], at=at),
        lambda: publishing.archive(occasion.article, by=editor, at=at),
    )
    assert [isinstance(result, Refused) for result in results].count(True) == 1


class TestReminders:
    def test_those_who_have_a_seat_are_reminded_once_a_day_before(self, at):
        occasion = make.event(seats=1)
        seated, waiting = come(occasion, at=at), come(occasion, at=at)
        soon = occasion.starts_at - timedelta(days=1)
        assert attending.remind(soon - timedelta(minutes=1)) == 0
        assert attending.remind(soon) == 1
        assert attending.remind(soon + timedelta(hours=1)) == 0
        assert len(lines_of(seated.user, "event-soon")) == 1
        assert lines_of(waiting.user, "event-soon") == []

    def test_who_registers_on_the_last_day_needs_no_reminder(self, at):
        occasion = make.event()
        late = occasion.starts_at - timedelta(hours=3)
        place = come(occasion, at=late)
        attending.remind(late)
        assert lines_of(place.user, "event-soon") == []

    def test_after_a_move_the_reminder_comes_a_day_before_the_new_time(self, at, editor):
        occasion = make.event()
        place = come(occasion, at=at)
        attending.remind(occasion.starts_at - timedelta(days=1))
        later = occasion.starts_at + timedelta(days=7)
        changed(
            occasion, editor, starts_at=later, ends_at=later + timedelta(hours=1), at=occasion.starts_at - timedelta(1)
        )
        assert attending.remind(later - timedelta(days=2)) == 0
        assert attending.remind(later - timedelta(days=1)) == 1
        assert len(lines_of(place.user, "event-soon")) == 2

    def test_nobody_is_reminded_of_what_is_cancelled(self, at, editor):
        occasion = make.event()
        place = come(occasion, at=at)
        attending.remind(occasion.starts_at - timedelta(days=1))
        occasions.cancel(occasion, by=editor, at=occasion.starts_at - timedelta(hours=2))
        assert still_wanted(place.user) == {"event-changed"}

    def test_needs_are_forgotten_after_a_month_and_who_came_after_a_year(self, at):
        occasion = make.event()
        place = come(occasion, needs="Teckentolk", at=at)
        attending.forget(occasion.ends_at + timedelta(days=30))
        assert Attendance.objects.get(pk=place.pk).needs == "Teckentolk"
        attending.forget(occasion.ends_at + timedelta(days=31))
        assert Attendance.objects.get(pk=place.pk).needs == ""
        attending.forget(occasion.ends_at + timedelta(days=366))
        assert not Attendance.objects.exists()
