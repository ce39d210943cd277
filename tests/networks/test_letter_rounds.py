"""What happens to letters by itself and from outside: reminders, and two records of one organisation that become one."""

from datetime import timedelta

import pytest
from django.db import connection

from accounts import merging as accounts_merging
from accounts.grants import Role
from accounts.models import Duty
from accounts.rules import NotOnDuty, Refused
from networks import merging, reminding, signing, summing
from notifications.models import Notification
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    return make.group(name="Fallsensorer")


@pytest.fixture
def place(group):
    return make.participant(group, make.buyer(name="Grimstad"))


@pytest.fixture
def anna(place):
    return make.member(place.organisation, role=Role.ADMIN, name="Anna")


def reminders(person):
    return Notification.objects.filter(recipient=person, event__kind="letter-due").count()


def test_a_reminder_comes_a_week_and_a_day_before_and_once_each(place, anna, at):
    make.letter(place, sign_by=at.date() + timedelta(days=10))
    came = []
    for day in range(12):
        for hour in (0, 5):
            reminding.remind(at + timedelta(days=day, hours=hour))
        came.append(reminders(anna))
    assert came == [0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2]
    line = Notification.objects.filter(event__kind="letter-due").first()
    assert line is not None


def test_a_round_that_comes_late_tells_only_what_is_left(place, anna, at):
    make.letter(place, sign_by=at.date() + timedelta(days=10))
    reminding.remind(at + timedelta(days=10))
    assert reminders(anna) == 1


def test_one_letter_that_fails_stops_no_other(place, group, anna, at, caplog):
    """Poison: the database refuses the reminder of the first letter; the other one is told of, and the log names the one."""
    other = make.participant(group, make.buyer(name="Risør"))
    berit = make.member(other.organisation, role=Role.ADMIN)
    poison = make.letter(place, sign_by=at.date() + timedelta(days=10))
    make.letter(other, sign_by=at.date() + timedelta(days=10))
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE notifications_event ADD CONSTRAINT poison CHECK (key <> %s)", [f"letter:{poison.pk}:due:7"]
        )
    assert reminding.remind(at + timedelta(days=3)) == 1
    assert (reminders(anna), reminders(berit)) == (0, 1)
    assert f"Letter {poison.pk} could not be written" in caplog.text
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE notifications_event DROP CONSTRAINT poison")
    assert reminding.remind(at + timedelta(days=3)) == 2
    assert (reminders(anna), reminders(berit)) == (1, 1)


def test_a_letter_that_just_came_is_no_reason_to_remind(place, anna, at):
    make.letter(place, sign_by=at.date() + timedelta(days=4))
    reminding.remind(at)
    assert reminders(anna) == 0
    reminding.remind(at + timedelta(days=3))
    assert reminders(anna) == 1


@pytest.mark.parametrize("end", ["signed", "declined", "left"])
def test_nobody_is_reminded_of_what_is_answered(place, anna, at, end):
    from networks import grouping

    letter = make.letter(place, sign_by=at.date() + timedelta(days=10))
    if end == "signed":
        intent = signing.Intent({place.group.items.get().pk: 1}, "Anna", "Rektor")
        seen = signing.fingerprint(place.group.items.all())
        signing.sign(letter, intent, seen=seen, language="sv", by=anna, at=at)
    elif end == "declined":
        signing.decline(letter, reason="Nej.", by=anna, at=at)
    else:
        grouping.answer(place, state="left", by=anna, at=at)
    assert reminding.remind(at + timedelta(days=9)) == 0
    assert reminders(anna) == 0


@pytest.fixture
def admin():
    return make.user(duty=Duty.ADMIN)


def merge(organisation, into, admin, at):
    accounts_merging.merge(organisation, into=into, by=admin, at=at)
    merging.carry_over(organisation, into=into, by=admin, at=at)
    connection.check_constraints()


def sensors(group):
    return summing.sums(group).totals[0].committed


def test_a_place_and_its_letter_go_to_the_organisation_that_it_became(group, place, anna, admin, at):
    sensor = make.letter(place).participant.group.items.get()
    make.letter(place, volumes={sensor: 5}, sign_by=at.date() + timedelta(days=2))
    new = make.buyer(name="Nya Grimstad")
    for _again in range(2):
        merge(place.organisation, new, admin, at)
    place.refresh_from_db()
    assert (place.organisation, place.state, sensors(group)) == (new, "committed", 5)
    sent = make.letter(place)
    signing.decline(sent, reason="Nej.", by=anna, at=at)  # her membership moved along
    assert "Grimstad" in place.letters.get(signed_at__isnull=False).text


def test_two_places_that_become_one_are_counted_once(group, place, anna, admin, at):
    other = make.participant(group, make.buyer(name="Landvik"))
    make.letter(place)
    sensor = group.items.get()
    make.letter(other, volumes={sensor: 3})
    make.letter(place, volumes={sensor: 5}, sign_by=at.date() + timedelta(days=2))
    assert sensors(group) == 8
    merge(place.organisation, other.organisation, admin, at)
    place.refresh_from_db()
    assert (place.state, sensors(group)) == ("left", 3)


def test_the_lead_becomes_another_organisation_and_leads_on(group, admin, at):
    old, new = group.lead, make.buyer()
    merge(old, new, admin, at)
    group.refresh_from_db()
    assert group.lead == new


def test_a_lead_is_not_lost_in_a_place_that_is_there_already(group, place, admin, at):
    with pytest.raises(Refused, match="Hand over the lead"):
        merging.carry_over(group.lead, into=place.organisation, by=admin, at=at)


def test_a_place_goes_to_no_one_who_may_not_buy(place, admin, at):
    with pytest.raises(Refused, match="verified"):
        merging.carry_over(place.organisation, into=make.supplier(), by=admin, at=at)
    with pytest.raises(NotOnDuty):
        merging.carry_over(place.organisation, into=make.buyer(), by=make.user(), at=at)
