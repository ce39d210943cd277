"""The owner of a task, and nobody else, is reminded: a week before, on the day, once when it is late (C11)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection

from accounts.grants import Role
from accounts.models import Membership
from networks import dividing_work, grouping, work_news
from networks.dividing_work import Work
from notifications import kinds, sending
from notifications.models import Notification
from tests import make

pytestmark = pytest.mark.django_db
DUE = make.NOW.date() + timedelta(days=20)


@pytest.fixture
def lead():
    return make.buyer(name="Arendal kommune")


@pytest.fixture
def leda(lead):
    return make.member(lead, role=Role.ADMIN, language="en")


@pytest.fixture
def group(lead, leda):
    return make.group(lead=lead, by=leda, name="Fallsensorer i Agder")


@pytest.fixture
def place(group):
    return make.participant(group, make.buyer(name="Risør kommune"))


@pytest.fixture
def risa(place):
    return make.member(place.organisation, language="en")


def give(group, organisation, by, title="Ring brukarrådet", due_on=DUE, at=make.NOW, **more):
    return dividing_work.create(group, Work(title, organisation, due_on=due_on, **more), by=by, at=at)


def on(days):
    """So many days before the day; late when negative."""
    return make.NOW + timedelta(days=20 - days)


def heard(user):
    told = Notification.objects.filter(recipient=user, event__kind="group-task-due").select_related(
        "event", "recipient"
    )
    listed = kinds.with_subjects(told.order_by("pk"))
    return [kinds.line(each, "en").title for each in listed if kinds.may_see(each)]


def mails(at, *, to):
    mail.outbox.clear()
    sending.send_due(lambda: at)
    return [sent for sent in mail.outbox if sent.to == [to.email]]


def test_the_person_hears_when_it_is_given_a_week_before_on_the_day_and_once_when_it_is_late(group, place, leda, risa):
    give(group, place.organisation, leda, person=risa)
    others = [make.member(place.organisation, role=Role.ADMIN), leda]
    for days in (19, 8, 7, 7, 6, 1, 0, 0, -1, -2, -40):
        work_news.remind(on(days))
    assert heard(risa) == [
        "A task for Risør kommune: Ring brukarrådet",
        "To be done by 12 December 2026: Ring brukarrådet",
        "To be done today: Ring brukarrådet",
        "Should have been done by 12 December 2026: Ring brukarrådet",
    ]
    assert [heard(one) for one in others] == [[], []]


def test_a_round_that_comes_late_tells_what_holds_then(group, place, leda, risa):
    give(group, place.organisation, leda, person=risa)
    work_news.remind(on(3))
    work_news.remind(on(-5))
    assert [line.split(":")[0] for line in heard(risa)][1:] == [
        "To be done by 12 December 2026",
        "Should have been done by 12 December 2026",
    ]


def test_without_a_person_the_administrators_hear_and_so_they_do_when_the_person_has_left(group, place, leda, risa):
    admin = make.member(place.organisation, role=Role.ADMIN)
    give(group, place.organisation, leda)
    assert (len(heard(admin)), heard(risa)) == (1, [])
    named = give(group, place.organisation, leda, title="Räkna dörrar", person=risa)
    Membership.objects.filter(user=risa).update(ended_at=make.NOW)
    work_news.remind(on(7))
    assert len(heard(admin)) == 3
    assert admin in [one.user for one in work_news.owners(named)]


def test_who_gives_it_to_oneself_or_has_just_got_it_hears_nothing_more(group, lead, place, leda, risa):
    give(group, lead, leda, person=leda)
    assert heard(leda) == []
    give(group, place.organisation, leda, person=risa, at=on(5))
    work_news.remind(on(5))
    assert len(heard(risa)) == 1


def test_what_is_done_is_not_told_and_what_waits_in_a_digest_goes(group, place, leda, risa):
    task = give(group, place.organisation, leda, person=risa)
    work_news.remind(on(7))
    dividing_work.done(task, by=risa, at=on(7))
    for days in (0, -1):
        work_news.remind(on(days))
    assert len(heard(risa)) == 2
    assert mails(on(-2), to=risa) == []


def test_the_reminders_of_a_day_come_in_one_mail_to_the_owner_alone(group, place, leda, risa):
    for number in range(3):
        give(group, place.organisation, leda, title=f"Uppgift {number}", person=risa)
    work_news.remind(on(7))
    [sent] = mails(on(6) + timedelta(hours=1), to=risa)
    assert all(f"Uppgift {number}" in sent.body for number in range(3))


def test_a_moved_day_is_reminded_of_anew_and_the_old_one_is_silent(group, place, leda, risa):
    task = give(group, place.organisation, leda, person=risa)
    work_news.remind(on(7))
    moved = Work(task.title, place.organisation, person=risa, due_on=DUE + timedelta(days=30))
    dividing_work.edit(task, moved, seen=task.edited_at, by=risa, at=on(6))
    work_news.remind(on(0))
    work_news.remind(on(-23))
    [sent] = mails(on(-25), to=risa)
    assert "11 January 2027" in " ".join(sent.body.split())
    assert "12 December 2026" not in sent.body


def test_who_has_left_the_group_is_reminded_of_nothing(group, place, leda):
    admin = make.member(place.organisation, role=Role.ADMIN)
    give(group, place.organisation, leda)
    grouping.answer(place, state="left", by=admin, at=make.NOW)
    assert work_news.remind(on(7)) == 0
    assert heard(admin) == []


def test_one_that_fails_stops_no_other(group, place, leda, risa, caplog):
    """Poison: the database refuses the reminder of the first task; the other one is told of, and the log names the one."""
    poison = give(group, place.organisation, leda, title="Gift", person=risa)
    give(group, place.organisation, leda, title="Frisk", person=risa)
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE notifications_event ADD CONSTRAINT poison CHECK (key <> %s)",
            [f"group-task:{poison.pk}:{DUE.isoformat()}:week"],
        )
    assert work_news.remind(on(7)) == 1
    assert [line for line in heard(risa) if line.startswith("To be done by")] == [
        "To be done by 12 December 2026: Frisk"
    ]
    assert f"GroupTask {poison.pk} could not be written" in caplog.text
