"""What needs a person in its buyer groups: invitations, requests, letters and call-offs stand on its first page, once each."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.grants import Role
from procurements import approving, calling_off, publishing, todo
from procurements.things import Urgency
from tests import make
from tests.procurements.joint import HOUR, joint

pytestmark = pytest.mark.django_db
SOON = make.NOW + timedelta(days=1)


def things_of(user, at=SOON):
    return [(str(thing.text), thing.title, thing.url) for thing in todo.for_person(user, at=at)]


def test_an_administrator_of_an_invited_buyer_sees_the_invitation_and_an_editor_does_not():
    place = make.participant(make.group(name="Fall"), invited := make.buyer(), state="invited")
    page = place.group.get_absolute_url()
    assert things_of(make.member(invited, role=Role.ADMIN)) == [("You are invited", "Fall", page)]
    assert things_of(make.member(invited, role=Role.EDITOR)) == []


def test_the_lead_sees_who_asks_to_take_part_until_it_has_answered():
    group = make.group(name="Fall")
    place = make.participant(group, make.buyer(name="Oslo kommune"), state="asked")
    [(text, title, url)] = things_of(make.member(group.lead, role=Role.ADMIN))
    assert (text, title) == ("Oslo kommune asks to take part", "Fall")
    assert url.endswith(f"/decide/{place.pk}/")


def test_a_letter_to_sign_is_to_be_done_by_its_day_and_urgent_when_that_has_passed():
    place = make.participant(make.group(name="Fall"), make.buyer())
    letter = make.letter(place)
    signer = make.member(place.organisation, role=Role.ADMIN)
    assert things_of(signer) == [("Sign the letter of intent", "Fall", letter.get_absolute_url())]
    [thing] = todo.for_person(signer, at=SOON)
    assert (thing.urgency, thing.is_task) == (Urgency.SOON, True)
    [thing] = todo.for_person(signer, at=SOON + timedelta(days=60))
    assert thing.urgency == Urgency.NOW


def test_a_signed_letter_is_nothing_to_do():
    place = make.participant(make.group(name="Fall"), make.buyer())
    letter = make.letter(place)
    make.letter(place, volumes={place.group.items.get(): 4}, sign_by=letter.sign_by + timedelta(days=1))
    assert things_of(make.member(place.organisation, role=Role.ADMIN)) == []


def test_the_lead_sees_a_call_off_until_it_is_decided():
    shared = joint()
    notice, at = shared.awarded(), make.NOW + 6 * HOUR
    asked = calling_off.ask(
        notice.procurement,
        organisation=shared.buyers["Oslo"],
        volumes={shared.item.pk: Decimal(4)},
        message="",
        by=shared.people["Oslo"],
        at=at,
    )
    [url] = [url for text, _title, url in things_of(shared.leda, at) if "wants to use its option" in text]
    assert url.endswith(f"/call-offs/{asked.pk}/")
    calling_off.approve(asked, by=shared.leda, at=at)
    assert not [text for text, *_more in things_of(shared.leda, at) if "option" in text]


def test_two_groups_cost_what_one_does():
    buyer = make.buyer()
    signer = make.member(buyer, role=Role.ADMIN)

    def queries():
        make.letter(make.participant(make.group(), buyer))
        make.participant(make.group(), buyer, state="invited")
        with CaptureQueriesContext(connection) as found:
            todo.for_person(signer, at=SOON)
        return len(found)

    assert queries() == queries()


def test_the_lead_is_told_to_publish_when_everyone_has_approved_the_text_as_it_stands():
    shared = joint()
    notice = make.notice(group=shared.group, by=shared.leda, published=False, title="Fallsensor")
    approving.ask(notice, message="", answer_by=None, by=shared.leda, at=make.NOW)
    assert "Approved, and not published yet" not in [text for text, _title, _url in things_of(shared.leda)]
    make.approved(notice)
    assert [text for text, _title, _url in things_of(shared.leda)] == ["Approved, and not published yet"]
    publishing.publish(notice, by=shared.leda, at=make.NOW + HOUR)
    assert things_of(shared.leda) == []


def test_who_takes_its_approval_back_stops_that():
    shared = joint()
    notice = make.notice(group=shared.group, by=shared.leda, published=False)
    approving.ask(notice, message="", answer_by=None, by=shared.leda, at=make.NOW)
    make.approved(notice)
    said = {"verdict": "changes", "comment": "Dagen är fel.", "revision": notice.revision}
    grimstad = {"organisation": shared.buyers["Grimstad"], "by": shared.people["Grimstad"]}
    approving.give(notice, **grimstad, **said, at=make.NOW + HOUR)
    assert [text for text, _title, _url in things_of(shared.leda)] == ["Someone who buys with you asks for changes"]
