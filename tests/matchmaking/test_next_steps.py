"""Whose interest stands hears of the next step, and of what is announced again, with or without a search that fits it."""

from datetime import timedelta

import pytest

from matchmaking import engine
from notifications import kinds
from notifications.models import Notification
from procurements import closing, interest, publishing, writing
from tests import make

pytestmark = pytest.mark.django_db
AFTER = make.NOW + timedelta(days=2)


@pytest.fixture
def supplier():
    return make.supplier()


@pytest.fixture
def person(supplier):
    return make.member(supplier, language="en")


def interested(notice, supplier, person):
    return interest.register(
        notice.procurement, organisation=supplier, level="interested", message="", by=person, at=make.NOW
    )


def published_next(notice, kind, **wording):
    by = notice.procurement.team.get().user
    draft = writing.go_on(notice, kind=kind, by=by, at=AFTER)
    text = {"deadline_at": AFTER + timedelta(days=40), "procedure": "open", **wording}
    writing.save(draft, wording=text, revision=draft.revision, by=by, at=AFTER)
    version = publishing.publish(draft, by=by, at=AFTER)
    engine.match(version.pk, at=AFTER)
    return version.notice


def heard(user, kind="next-step"):
    told = Notification.objects.filter(recipient=user, event__kind=kind).select_related("event", "recipient")
    return [kinds.line(each, "en").title for each in kinds.with_subjects(told) if kinds.may_see(each)]


def test_a_need_that_becomes_a_competition_is_told_to_who_is_interested(supplier, person):
    need = make.notice(title="Färre fall")
    interested(need, supplier, person)
    published_next(need, "competition")
    assert heard(person) == ["The next step is here: Färre fall"]


def test_what_is_announced_again_says_so(supplier, person):
    first = make.notice(kind="competition", title="Färre fall")
    interested(first, supplier, person)
    by = first.procurement.team.get().user
    closing.close(first, by=by, at=AFTER, reason="Fel i underlaget.", way=closing.Closing.CANCELLED, code="other")
    first.refresh_from_db()
    published_next(first, "competition")
    assert heard(person) == ["Announced again: Färre fall"]


def test_who_hears_of_it_by_a_search_hears_once(supplier, person):
    make.subscription(person=person)
    need = make.notice()
    interested(need, supplier, person)
    published_next(need, "competition")
    assert heard(person) == []
    assert len(heard(person, "match")) == 1


def test_who_withdrew_hears_nothing(supplier, person):
    need = make.notice()
    interest.withdraw(interested(need, supplier, person), by=person, at=make.NOW + timedelta(hours=1))
    published_next(need, "competition")
    assert heard(person) == []


def test_a_first_notice_has_nobody_to_tell(supplier, person):
    engine.match(make.notice().current_version_id, at=make.NOW)
    assert not Notification.objects.filter(event__kind="next-step").exists()
