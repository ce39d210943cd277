from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.grants import Role
from accounts.rules import Refused
from networks import approaching
from networks.models import Approach, BuyerGroup
from notifications import kinds
from notifications.models import Notification
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def lund():
    return make.buyer(name="Lunds kommun")


@pytest.fixture
def oslo():
    return make.buyer(name="Oslo kommune", country="NO")


@pytest.fixture
def anna(lund):
    return make.member(lund)


@pytest.fixture
def ola(oslo):
    return make.member(oslo, role=Role.ADMIN, name="Ola Nes")


def sent(lund, oslo, anna, at, **more):
    said = {"wish": "join", "about": "Fallsensorer", "about_path": "networks/plans/7/", "text": "Ska vi?", **more}
    return approaching.approach(sender=lund, receiver=oslo, **said, by=anna, at=at)


def lines(person):
    return [kinds.get(one.event.kind).line(one, "en").title for one in kinds.with_subjects(told(person))]


def told(person):
    return Notification.objects.filter(recipient=person).select_related("event").order_by("pk")


def test_the_administrators_of_the_other_buyer_hear_who_and_about_what(lund, oslo, anna, ola, at):
    made = sent(lund, oslo, anna, at)
    assert lines(ola) == ["Lunds kommun would like to buy together with Oslo kommune: Fallsensorer"]
    assert made.messages.get().text == "Ska vi?"
    event = AuditEvent.objects.get(action="approach.sent")
    assert "Ska vi" not in str(event.details)


def test_a_reader_of_the_other_buyer_is_not_disturbed(lund, oslo, anna, ola, at):
    reader = make.member(oslo, role=Role.READER)
    sent(lund, oslo, anna, at)
    assert not told(reader).exists()


def test_a_second_click_finds_the_first_and_tells_nobody_again(lund, oslo, anna, ola, at):
    first = sent(lund, oslo, anna, at)
    assert sent(lund, oslo, anna, at + timedelta(minutes=1), text="Igen") == first
    assert told(ola).count() == 1
    assert first.messages.count() == 1


def test_the_database_holds_one_open_conversation_about_one_thing(lund, oslo, anna, ola, at):
    first = sent(lund, oslo, anna, at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approach.objects.create(
            sender=lund, receiver=oslo, about="x", about_path=first.about_path, sent_by=anna, sent_at=at
        )


def test_a_closed_conversation_can_be_begun_anew(lund, oslo, anna, ola, at):
    first = sent(lund, oslo, anna, at)
    approaching.close(first, organisation=oslo, by=ola, at=at)
    approaching.close(first, organisation=oslo, by=ola, at=at)
    assert AuditEvent.objects.filter(action="approach.closed").count() == 1
    with pytest.raises(Refused, match="closed"):
        approaching.reply(first, organisation=lund, text="Hallå?", by=anna, at=at)
    assert sent(lund, oslo, anna, at) != first


def test_one_does_not_turn_to_oneself_or_to_somebody_who_is_no_buyer(lund, anna, ola, at):
    with pytest.raises(Refused, match="own organisation"):
        sent(lund, lund, anna, at)
    with pytest.raises(Refused, match="Only verified buyers"):
        sent(lund, make.supplier(), anna, at)


def test_one_who_leads_a_published_notice_can_be_reached_when_somebody_is_there(lund, anna, at):
    claimed = make.organisation(name="Bergen kommune")
    with pytest.raises(Refused, match="account here yet"):
        sent(lund, claimed, anna, at, is_vouched_for=True)
    make.member(claimed, role=Role.ADMIN)
    assert sent(lund, claimed, anna, at, is_vouched_for=True).receiver == claimed


@pytest.mark.parametrize("who", ["reader", "supplier", "stranger"])
def test_only_those_who_write_for_a_verified_buyer_turn_to_others(who, lund, oslo, ola, at):
    person = {
        "reader": lambda: make.member(lund, role=Role.READER),
        "supplier": lambda: make.member(make.supplier(), role=Role.ADMIN),
        "stranger": make.user,
    }[who]()
    with pytest.raises(Refused, match="write for a verified buyer"):
        sent(lund, oslo, person, at)


def test_an_answer_is_heard_by_who_wrote_and_by_the_administrators(lund, oslo, anna, ola, at):
    boss, silent = make.member(lund, role=Role.ADMIN), make.member(lund)
    made = sent(lund, oslo, anna, at)
    approaching.reply(made, organisation=oslo, text="Gärna.", by=ola, at=at)
    approaching.reply(made, organisation=oslo, text="Gärna.", by=ola, at=at)
    for person in (anna, boss):
        assert lines(person) == ["Oslo kommune has answered about: Fallsensorer"]
    assert not told(silent).exists()
    assert made.messages.count() == 2


def test_a_third_organisation_has_no_word_in_it(lund, oslo, anna, ola, at):
    made, other = sent(lund, oslo, anna, at), make.buyer()
    person = make.member(other, role=Role.ADMIN)
    for verb in (approaching.reply, approaching.close):
        more = {"text": "Hej"} if verb is approaching.reply else {}
        with pytest.raises(Refused):
            verb(made, organisation=other, by=person, at=at, **more)
        with pytest.raises(Refused):
            verb(made, organisation=lund, by=person, at=at, **more)
    with pytest.raises(Refused):
        approaching.found_group(made, lead=other, name="Vi", purpose="Vi", by=person, at=at)


def test_a_group_is_founded_and_the_other_invited_in_one_step(lund, oslo, ola, at):
    boss = make.member(lund, role=Role.ADMIN)
    made = sent(lund, oslo, boss, at)
    for _click in range(2):
        group = approaching.found_group(made, lead=oslo, name="Fallsensorer", purpose="Samma behov", by=ola, at=at)
    assert BuyerGroup.objects.get() == group
    assert group.lead == oslo
    assert {one.organisation: one.state for one in group.participants.all()} == {oslo: "committed", lund: "invited"}


def test_what_waits_for_us_stands_first_and_is_counted(lund, oslo, anna, ola, at):
    closed = sent(lund, oslo, anna, at, about_path="networks/plans/1/")
    approaching.close(closed, organisation=oslo, by=ola, at=at)
    answered = sent(lund, oslo, anna, at, about_path="networks/plans/2/")
    approaching.reply(answered, organisation=oslo, text="Ja", by=ola, at=at + timedelta(hours=1))
    fresh = sent(lund, oslo, anna, at, about_path="networks/plans/3/")
    assert [(one, one.waits) for one in approaching.for_list(ola)] == [
        (fresh, True),
        (answered, False),
        (closed, False),
    ]
    assert [(one, one.waits) for one in approaching.for_list(anna)][:2] == [(answered, True), (fresh, False)]
    assert approaching.waiting(ola) == 1


def test_a_link_says_what_it_is_about_and_cannot_be_forged_or_kept_for_long(oslo, at):
    with time_machine.travel(at, tick=False):
        link = approaching.invitation_link(receiver=oslo, about="Dialog om fall", path="procurements/dialog-abc/")
        token = link.partition("invitation=")[2]
        subject = approaching.subject_of(token)
        assert (subject.receiver, subject.about, subject.path) == (oslo, "Dialog om fall", "procurements/dialog-abc/")
        assert approaching.subject_of(token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    with time_machine.travel(at + timedelta(days=8), tick=False):
        assert approaching.subject_of(token) is None


@pytest.mark.parametrize("path", ["//evil.example/", "https://evil.example/", "/sv/x/", "", "x?y=/"])
def test_a_link_leads_nowhere_but_to_our_own_pages(path, oslo):
    with pytest.raises(ValueError, match="local path"):
        approaching.invitation_link(receiver=oslo, about="x", path=path)
