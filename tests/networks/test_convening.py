"""Meetings: who calls them, who hears of them, and what two who write at once do to each other (C2, C10)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.grants import Role
from accounts.rules import Refused
from networks import convening, joining
from networks.convening import Said, Stale
from networks.models import Meeting
from networks.rooms import Room
from notifications import kinds
from notifications.models import Notification, Rhythm
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db


def said(at, **fields):
    whole = {
        "title": "Vårmöte",
        "starts_at": at + timedelta(days=7),
        "ends_at": at + timedelta(days=7, hours=2),
        "zone": "Europe/Stockholm",
    }
    return Said(**{**whole, **fields})


def told(person):
    return [one.event.kind for one in Notification.objects.filter(recipient=person).order_by("pk")]


def test_the_leader_calls_and_every_member_but_the_caller_is_told(network, leader, lena, mona, at):
    reader = make.member(leader, role=Role.READER)
    meeting = convening.call(Room(network=network), said(at), organisation=leader, by=lena, at=at)
    assert (told(mona), told(reader)) == (["meeting-called"], ["meeting-called"])
    assert "meeting-called" not in told(lena)
    [written] = AuditEvent.objects.filter(action="meeting.called")
    assert (written.subject_id, written.acting_for_id) == (str(meeting.pk), leader.pk)


def test_a_second_click_calls_no_second_meeting(network, leader, lena, mona, at):
    for _click in range(2):
        convening.call(Room(network=network), said(at), organisation=leader, by=lena, at=at)
    assert Meeting.objects.count() == 1
    assert told(mona) == ["meeting-called"]


def test_an_ordinary_member_calls_none_until_the_leader_makes_it_core(network, other, mona, lena, at):
    room = Room(network=network)
    with pytest.raises(Refused, match="core members"):
        convening.call(room, said(at), organisation=other, by=mona, at=at)
    joining.appoint(network.members.get(organisation=other), role="core", by=lena, at=at)
    assert convening.call(room, said(at), organisation=other, by=mona, at=at).created_by == mona


def test_nobody_calls_for_an_organisation_that_is_not_theirs(network, leader, mona, at):
    with pytest.raises(Refused):
        convening.call(Room(network=network), said(at), organisation=leader, by=mona, at=at)


@pytest.mark.parametrize(("state", "may"), [("committed", True), ("option", False), ("observer", False)])
def test_in_a_group_those_who_are_committed_call_and_the_others_read(state, may, at):
    group, organisation = make.group(), make.buyer()
    make.participant(group, organisation, state=state)
    editor = make.member(organisation)
    if may:
        assert convening.call(Room(group=group), said(at), organisation=organisation, by=editor, at=at)
    else:
        with pytest.raises(Refused, match="committed"):
            convening.call(Room(group=group), said(at), organisation=organisation, by=editor, at=at)
        make.meeting(group)
        assert "meeting-called" in told(editor)


def test_who_is_invited_to_a_group_hears_of_no_meeting(at):
    group, invited = make.group(), make.buyer()
    make.participant(group, invited, state="invited")
    editor = make.member(invited)
    make.meeting(group)
    assert told(editor) == []


def test_a_meeting_that_moves_is_told_at_once_and_a_new_agenda_is_not(network, leader, lena, mona, at):
    meeting = make.meeting(network, by=lena, title="Vårmöte")
    words = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at}
    meeting = convening.change(
        meeting, said(at, agenda="1. Fallsensorer", **words), revision=1, organisation=leader, by=lena, at=at
    )
    assert told(mona) == ["meeting-called"]
    moved = said(at, agenda="1. Fallsensorer", starts_at=at + timedelta(days=8), ends_at=at + timedelta(days=9))
    meeting = convening.change(meeting, moved, revision=2, organisation=leader, by=lena, at=at)
    assert (meeting.revision, told(mona)) == (3, ["meeting-called", "meeting-changed"])
    assert Notification.objects.filter(event__kind="meeting-changed").first().mail_due_at <= at
    [first, second] = AuditEvent.objects.filter(action="meeting.changed").order_by("pk")
    assert (first.details, second.details) == ({"changed": ["agenda"]}, {"changed": ["ends_at", "starts_at"]})


def test_rhythms_are_a_digest_for_what_can_wait_and_at_once_for_what_cannot():
    rhythm = {code: kinds.get(code).default_rhythm for code in ("meeting-called", "minutes-written")}
    assert set(rhythm.values()) == {Rhythm.DAILY}
    assert {kinds.get(f"meeting-{word}").default_rhythm for word in ("changed", "cancelled")} == {Rhythm.AT_ONCE}


def test_who_read_an_older_meeting_overwrites_nothing(network, leader, lena, at):
    meeting = make.meeting(network, by=lena)
    convening.change(meeting, said(at, title="Nytt namn"), revision=1, organisation=leader, by=lena, at=at)
    with pytest.raises(Stale) as stale:
        convening.change(meeting, said(at, title="Mitt namn"), revision=1, organisation=leader, by=lena, at=at)
    assert stale.value.meeting.title == "Nytt namn"
    meeting.refresh_from_db()
    assert (meeting.title, meeting.revision) == ("Nytt namn", 2)
    again = convening.change(meeting, said(at, title="Nytt namn"), revision=1, organisation=leader, by=lena, at=at)
    assert again.revision == 2  # the same said twice is no conflict


def test_minutes_are_guarded_and_told_at_most_once_a_day_without_their_words(network, leader, lena, mona, at):
    meeting = make.meeting(network, by=lena)
    written = convening.write_minutes(meeting, minutes="CNRY beslut", revision=1, organisation=leader, by=lena, at=at)
    assert (written.minutes_by, written.minutes_at, written.revision) == (lena, at, 2)
    with pytest.raises(Stale) as stale:
        convening.write_minutes(meeting, minutes="Annat", revision=1, organisation=leader, by=lena, at=at)
    assert stale.value.meeting.minutes == "CNRY beslut"
    convening.write_minutes(meeting, minutes="CNRY beslut 2", revision=2, organisation=leader, by=lena, at=at)
    assert told(mona) == ["meeting-called", "minutes-written"]
    line = line_of(mona, "minutes-written")
    assert meeting.title in line.title
    assert "CNRY" not in f"{line}"
    assert not AuditEvent.objects.filter(details__icontains="CNRY").exists()


def line_of(person, kind):
    rows = Notification.objects.filter(recipient=person, event__kind=kind).select_related("event", "recipient")
    [row] = kinds.with_subjects(rows)
    assert kinds.may_see(row)
    return kinds.get(kind).line(row, "en")


def test_a_cancelled_meeting_stays_cancelled_and_its_call_is_not_mailed_any_more(network, leader, lena, mona, at):
    meeting = make.meeting(network, by=lena)
    cancelled = convening.cancel(meeting, organisation=leader, by=lena, at=at)
    later = at + timedelta(hours=1)
    assert convening.cancel(meeting, organisation=leader, by=lena, at=later).cancelled_at == cancelled.cancelled_at
    assert told(mona) == ["meeting-called", "meeting-cancelled"]
    rows = kinds.with_subjects(Notification.objects.filter(recipient=mona).select_related("event", "recipient"))
    assert kinds.get("meeting-called").still_wanted(rows[:1]) == set()
    with pytest.raises(Refused, match="cancelled"):
        convening.write_minutes(meeting, minutes="x", revision=2, organisation=leader, by=lena, at=at)


def test_what_is_over_is_not_cancelled_and_nobody_is_called_to_it(network, leader, lena, mona, at):
    words = {"starts_at": at - timedelta(days=2), "ends_at": at - timedelta(days=1)}
    meeting = convening.call(Room(network=network), said(at, **words), organisation=leader, by=lena, at=at)
    assert told(mona) == []
    with pytest.raises(Refused, match="over"):
        convening.cancel(meeting, organisation=leader, by=lena, at=at)


def test_in_an_archived_network_no_meeting_changes(network, leader, lena, at):
    meeting = make.meeting(network, by=lena)
    joining.archive(network, by=lena, at=at)
    for act in (
        lambda: convening.call(Room(network=network), said(at), organisation=leader, by=lena, at=at),
        lambda: convening.change(meeting, said(at), revision=1, organisation=leader, by=lena, at=at),
        lambda: convening.cancel(meeting, organisation=leader, by=lena, at=at),
        lambda: convening.write_minutes(meeting, minutes="x", revision=1, organisation=leader, by=lena, at=at),
    ):
        with pytest.raises(Refused, match="archived"):
            act()


def test_whoever_left_does_not_see_the_line_any_more(network, lena, other, mona, at):
    make.meeting(network, by=lena)
    joining.leave(network.members.get(organisation=other), by=make.member(other, role=Role.ADMIN), at=at)
    [row] = kinds.with_subjects(Notification.objects.filter(recipient=mona).select_related("event", "recipient"))
    assert not kinds.may_see(row)


def test_the_database_refuses_a_meeting_that_ends_before_it_begins_or_has_two_rooms(network, at):
    group = make.group()
    times = {"title": "x", "starts_at": at, "ends_at": at + timedelta(hours=1), "created_at": at}
    for wrong in (
        {"network": network, "ends_at": at},
        {"network": network, "group": group},
        {},
        {"network": network, "minutes": "x"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Meeting.objects.create(**{**times, **wrong})


class TestClashes:
    @pytest.fixture
    def neighbour(self, other, at):
        """Another network with the same member, and a meeting at the same time."""
        network = make.network(name="Grannätverket")
        make.joined(network, other)
        return make.meeting(network, title="Grannmöte")

    def found(self, network, to, at, **times):
        words = said(at, **times)
        room = Room(network=network)
        return [one.title for one in convening.clashes(room, starts_at=words.starts_at, ends_at=words.ends_at, to=to)]

    def test_a_meeting_of_one_s_own_room_at_that_time_is_named(self, network, lena, at):
        make.meeting(network, by=lena, title="Samma tid")
        assert self.found(network, lena, at) == ["Samma tid"]
        assert self.found(network, lena, at, starts_at=at + timedelta(days=7, hours=1)) == []  # one begins as one ends

    def test_a_meeting_elsewhere_is_named_to_those_who_may_see_it_alone(self, network, neighbour, mona, lena, at):
        assert self.found(network, mona, at) == ["Grannmöte"]
        assert self.found(network, lena, at) == []

    def test_a_meeting_of_a_room_that_shares_nobody_is_no_clash(self, network, mona, other, at):
        apart = make.buyer(name="Helt annan")
        far = make.network(leader=apart)
        make.meeting(far, title="Långt borta")
        anna = make.member(apart)
        assert self.found(network, anna, at) == []

    def test_what_is_cancelled_and_the_meeting_itself_are_no_clash(self, network, leader, lena, at):
        first = make.meeting(network, by=lena, title="Själv")
        convening.cancel(make.meeting(network, by=lena, title="Inställt"), organisation=leader, by=lena, at=at)
        times = {"starts_at": first.starts_at, "ends_at": first.ends_at}
        assert convening.clashes(Room(network=network), **times, to=lena, but=first) == []
