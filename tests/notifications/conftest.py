import pytest
from django.urls import reverse

from notifications import kinds
from notifications.kinds import Kind, Line
from notifications.models import Rhythm
from tests import make

hidden_from: set[int] = set()  # recipients who may not see any more
poisoned: set[str] = set()  # keys whose words cannot be made


def line(notification, language):
    if notification.event.key in poisoned:
        raise RuntimeError("poison")
    words = {"sv": "Nytt", "nb": "Nytt (nb)", "en": "New"}[language]
    facts = notification.event.facts
    return Line(
        title=facts.get("title", f"{words} {notification.event.key}"),
        url=facts.get("url", f"{reverse('notifications:inbox')}?{notification.event.key}"),
        text=facts.get("text", ""),
        reasons=[reason["text"] for reason in notification.reasons],
    )


def a_kind(code, **fields):
    return Kind(
        **{
            "code": code,
            "label": f"Kind {code}",
            "description": "Comes in tests.",
            "default_rhythm": Rhythm.AT_ONCE,
            "may_see": lambda notification: notification.recipient_id not in hidden_from,
            "line": line,
            **fields,
        }
    )


NEWS = a_kind("test-news", shown_to_support=True)
ALARM = a_kind("test-alarm", is_pressing=True)
MUST = a_kind("test-must", at_least_once=True)
DAILY = a_kind("test-daily", default_rhythm=Rhythm.DAILY)


@pytest.fixture(autouse=True)
def test_kinds(monkeypatch):
    """Kinds of the tests' own; what they hide and poison is forgotten after each test."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    for kind in (NEWS, ALARM, MUST, DAILY):
        kinds.register(kind)
    yield
    hidden_from.clear()
    poisoned.clear()


@pytest.fixture
def person(db):
    return make.user(name="Anna Berg", language="sv")


@pytest.fixture
def tell(db):
    """tell("key", person, kind="test-news", **facts): one event for the persons."""
    from django.db import transaction

    from notifications import telling

    def call(key, *people, kind="test-news", at=make.NOW, organisation=None, reasons=(), subject=None, **facts):
        with transaction.atomic():
            return telling.tell(
                kind,
                key,
                subject or people[0],
                [telling.Recipient(each, organisation, list(reasons)) for each in people],
                at=at,
                facts=facts,
            )

    return call


@pytest.fixture
def send():
    from notifications import sending

    return lambda at=make.NOW: sending.send_due(lambda: at)


@pytest.fixture(autouse=True)
def no_bells(request, monkeypatch):
    """No worker listens in most tests; a bell to the broker would wait for the next one."""
    from celery import current_app

    if "real_bells" not in request.fixturenames:
        rung = []
        monkeypatch.setattr(current_app, "send_task", lambda name, **options: rung.append(name))
        return rung
    return []


@pytest.fixture
def real_bells():
    """This test rings on the real broker."""
