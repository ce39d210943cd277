import re
from pathlib import Path

import pytest
from django.db import transaction

from notifications import doorbell, kinds, telling
from notifications.models import Event, Mail, Notification, Preference, Rhythm
from tests import make
from tests.notifications.conftest import NEWS, a_kind


def test_a_person_is_told_once_however_often_it_is_said(tell, person):
    other = make.user()
    tell("n:1", person)
    tell("n:1", person, other)
    assert Event.objects.count() == 1
    assert sorted(Notification.objects.values_list("recipient", flat=True)) == sorted([person.pk, other.pk])


def test_a_person_who_is_named_twice_is_told_once_with_the_reasons_of_both(person):
    reasons = [[{"text": "CPV"}], [{"text": "CPV"}, {"text": "Region"}]]
    with transaction.atomic():
        telling.tell(
            "test-news", "n:1", person, [telling.Recipient(person, None, each) for each in reasons], at=make.NOW
        )
    assert [reason["text"] for reason in Notification.objects.get().reasons] == ["CPV", "Region"]


def test_a_closed_account_is_not_told(tell, person):
    tell("n:1", make.user(is_active=False), person)
    assert Notification.objects.get().recipient == person


def test_the_preference_decides_when_a_mail_is_due(tell):
    people = {rhythm: make.user() for rhythm in Rhythm}
    for rhythm, person in people.items():
        Preference.objects.create(user=person, kind="test-news", rhythm=rhythm)
    tell("n:1", *people.values())
    due = dict(Notification.objects.values_list("recipient", "mail_due_at"))
    assert due[people[Rhythm.AT_ONCE].pk] == make.NOW
    assert due[people[Rhythm.OFF].pk] is None
    assert make.NOW < due[people[Rhythm.DAILY].pk] <= due[people[Rhythm.WEEKLY].pk]


def test_what_is_told_is_rolled_back_with_what_it_is_about(person, django_capture_on_commit_callbacks):
    def change_that_fails():
        with transaction.atomic():
            telling.tell("test-news", "n:1", person, [telling.Recipient(person)], at=make.NOW)
            raise RuntimeError("after telling")

    with django_capture_on_commit_callbacks() as bells, pytest.raises(RuntimeError):
        change_that_fails()
    assert not Event.objects.exists()
    assert bells == []


def test_a_thousand_people_are_told_in_few_queries(person, django_assert_max_num_queries):
    from accounts.models import User

    people = User.objects.bulk_create(User(email=f"crowd{n}@example.org", password="!") for n in range(1000))
    with transaction.atomic(), django_assert_max_num_queries(10):
        telling.tell("test-news", "n:1", person, [telling.Recipient(each) for each in people], at=make.NOW)
    assert Notification.objects.count() == 1000


def test_a_kind_that_nobody_registered_is_refused(person):
    with pytest.raises(ValueError, match="no-such"), transaction.atomic():
        telling.tell("no-such", "n:1", person, [], at=make.NOW)


@pytest.mark.django_db(transaction=True)
def test_telling_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        telling.tell("test-news", "n:1", make.user(), [], at=make.NOW)


def test_two_kinds_with_one_code_are_refused():
    kinds.register(NEWS)
    with pytest.raises(ValueError, match="test-news"):
        kinds.register(a_kind("test-news", label="Another"))


def test_the_bell_rings_after_the_commit_and_once(tell, person, no_bells, django_capture_on_commit_callbacks):
    from django.core.cache import cache

    cache.delete("bell:send")
    with django_capture_on_commit_callbacks(execute=True):
        tell("n:1", person)
        tell("n:2", person)
        assert no_bells == []
    assert no_bells == ["notifications.send_due"]
    doorbell.answered("send")
    with django_capture_on_commit_callbacks(execute=True):
        tell("n:3", person)
    assert no_bells == ["notifications.send_due"] * 2


def test_a_broker_that_is_down_fails_nobody(tell, person, monkeypatch, django_capture_on_commit_callbacks):
    from celery import current_app
    from django.core.cache import cache

    def down(*args, **options):
        raise ConnectionError("no broker")

    monkeypatch.setattr(current_app, "send_task", down)
    cache.delete("bell:send")
    with django_capture_on_commit_callbacks(execute=True):
        tell("n:1", person)
    assert Notification.objects.exists()
    assert not Mail.objects.exists()


def test_nothing_but_the_doorbell_rings():
    root = Path(__file__).resolve().parents[2]
    rings = re.compile(
        r"\.(delay|apply_async|delay_on_commit|apply_async_on_commit|send_task|send_mail|send_messages)\(|\bsend_mail\("
    )
    allowed = {"notifications/doorbell.py", "notifications/channels.py", "notifications/adapter.py"}
    apps = [path.parent for path in root.glob("*/__init__.py") if path.parent.name not in ("tests", "bench")]
    found = {
        f"{path.relative_to(root)}: {line.strip()}"
        for app in apps
        for path in app.rglob("*.py")
        if str(path.relative_to(root)) not in allowed
        for line in path.read_text().splitlines()
        if rings.search(line)
    }
    assert found == set()
