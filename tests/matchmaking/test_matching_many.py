"""Many versions at once: no work twice, none held up, and as few questions as for one."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from matchmaking import engine
from matchmaking.models import Attention, MatchFailure, MatchRun, Receiver
from notifications.models import Event, Notification, Preference
from tests import make

pytestmark = pytest.mark.django_db


def heard(user) -> int:
    return Notification.objects.filter(recipient=user, event__kind="match").count()


def test_ten_notices_cost_few_more_questions_than_one(at, django_assert_max_num_queries):
    make.subscription(person=make.user())
    make.notice()
    engine.drain(at)  # what is looked up once a process
    make.notice()
    with django_assert_max_num_queries(40) as one:
        engine.drain(at)
    for _each in range(10):
        make.notice()
    with django_assert_max_num_queries(len(one) + 3):
        engine.drain(at)
    assert MatchRun.objects.count() == 12


def test_what_cannot_be_matched_holds_nobody_up(at):
    anna = make.user()
    make.subscription(person=anna)
    fine, broken, later = (make.notice() for _each in range(3))
    with connection.cursor() as cursor:  # a version that no reader of ours understands
        cursor.execute("SET session_replication_role = replica")  # past the triggers that keep versions as they are
        cursor.execute(
            "UPDATE procurements_noticeversion SET currency = 'SEK', value = 'NaN' WHERE id = %s",
            [broken.current_version_id],
        )
        cursor.execute("SET session_replication_role = origin")
    engine.drain(at)
    assert set(MatchRun.objects.values_list("version", flat=True)) == {
        fine.current_version_id,
        later.current_version_id,
    }
    assert MatchFailure.objects.get().version_id == broken.current_version_id
    assert heard(anna) == 2


@pytest.mark.django_db(transaction=True)
def test_workers_take_different_notices_and_do_not_wait_for_each_other(at, monkeypatch):
    monkeypatch.setattr(engine, "BATCH", 3)
    make.subscription(person=make.user())
    for _each in range(4):
        make.notice()
    held, done, found = threading.Event(), threading.Event(), []

    def hold() -> None:
        try:
            with transaction.atomic():
                found.append(engine.in_nobodys_hands(at))
                held.set()
                done.wait(20)
        finally:
            connection.close()

    other = threading.Thread(target=hold)
    other.start()
    held.wait(20)
    assert engine.drain(at) == 1
    done.set()
    other.join()
    assert MatchRun.objects.exclude(version__in=found[0]).count() == 1
    assert engine.drain(at) == 3


def test_the_rhythm_of_a_search_decides_and_no_mail_wins_over_it(at):
    anna, bo, cia, dan = (make.user() for _each in range(4))
    for person, rhythm in ((anna, "at-once"), (bo, "weekly"), (cia, "at-once"), (dan, "")):
        Receiver.objects.filter(subscription=make.subscription(person=person)).update(rhythm=rhythm)
    Preference.objects.create(user=cia, kind="match", rhythm="off")
    Preference.objects.create(user=dan, kind="match", rhythm="at-once")
    make.notice()
    engine.drain(at)
    due = dict(Notification.objects.values_list("recipient", "mail_due_at"))
    assert due[anna.pk] == at
    assert due[bo.pk] == datetime(2026, 11, 23, 6, tzinfo=UTC)  # Monday at seven in Stockholm
    assert due[cia.pk] is None
    assert due[dan.pk] == at


def test_two_searches_of_a_person_with_different_rhythms_make_one_line_at_the_earlier_time(at):
    anna = make.user()
    for rhythm in ("weekly", "at-once"):
        Receiver.objects.filter(subscription=make.subscription(person=anna, name=rhythm)).update(rhythm=rhythm)
    make.notice()
    engine.drain(at)
    assert Notification.objects.get(recipient=anna).mail_due_at == at


def test_a_zone_that_nobody_knows_counts_as_utc(at):
    anna = make.user(zone="Europe/Nowhere")
    make.subscription(person=anna)
    make.notice()
    engine.drain(at)
    assert Notification.objects.get(recipient=anna).mail_due_at.hour == 7


def test_who_wants_to_hear_no_more_of_a_procurement_is_told_of_none_of_its_notices(at):
    anna = make.user()
    make.subscription(person=anna)
    notice = make.notice()
    Attention.objects.create(user=anna, procurement=notice.procurement, level="muted", at=at)
    engine.drain(at)
    assert heard(anna) == 0
    assert not Event.objects.filter(kind="match").exists()  # a fact that nobody hears of is not kept


def test_a_repeat_writes_nothing(at):
    anna = make.user()
    make.subscription(person=anna)
    version = make.notice().current_version_id
    assert len(engine.match_all([version], at=at)) == 1
    assert engine.match_all([version], at=at) == []
    assert heard(anna) == 1
