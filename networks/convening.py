"""Meetings of a network or a buyer group: called, changed, cancelled, and what was said there (C2, C10).

Every verb locks the room first, then the meeting, and is harmless when repeated. Each raises `Refused` with a sentence for
the person. Who saves over what somebody else has saved in the meantime gets `Stale`, and nothing is overwritten.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.rules import Refused
from networks import room_news, rooms
from networks.models import Meeting, NetworkMember, Participant
from networks.rooms import IN_A_GROUP, Act, Room
from records import auditing

IN_CALENDARS = {"title", "starts_at", "ends_at", "zone"}
WORTH_TELLING = IN_CALENDARS | {"place", "link"}  # a new agenda is read when one comes


@dataclass(frozen=True)
class Said:
    """What a meeting says before it is held. Moments are aware; `zone` is the IANA name in which people mean them."""

    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str = ""
    link: str = ""
    agenda: str = ""


class Stale(Exception):
    """Somebody saved since the page was opened. `meeting` is what stands there now; nothing was overwritten."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__("The meeting was saved by somebody else.")
        self.meeting = meeting


@transaction.atomic
def call(room: Room, said: Said, *, organisation: Organisation, by: User, at: datetime) -> Meeting:
    """A new meeting, of which everybody in the room hears, unless it is over already. A second click finds the first."""
    room = rooms.locked(room)
    rooms.require(room, Act.CONVENE, organisation, by)
    same = room.meetings().filter(title=said.title, starts_at=said.starts_at, ends_at=said.ends_at)
    if existing := same.filter(created_by=by, cancelled_at=None).first():
        return existing
    meeting = Meeting.objects.create(
        network=room.network, group=room.group, **asdict(said), created_by=by, created_at=at
    )
    auditing.record("meeting.called", meeting, by=by, at=at, acting_for=organisation)
    if meeting.ends_at > at:
        room_news.tell_room("meeting-called", meeting, f"meeting:{meeting.pk}:called", but=by, at=at)
    return meeting


@transaction.atomic
def change(
    meeting: Meeting, said: Said, *, revision: int, organisation: Organisation, by: User, at: datetime
) -> Meeting:
    """Another time, place or agenda. `revision` is the one that the writer's page showed; raises Stale for an older one."""
    meeting = _locked(meeting, organisation, by)
    changed = {name for name, value in asdict(said).items() if getattr(meeting, name) != value}
    if not changed:
        return meeting
    _require_newest(meeting, revision)
    for name in changed:
        setattr(meeting, name, getattr(said, name))
    if changed & IN_CALENDARS:
        meeting.changed_at = at
    meeting.revision += 1
    meeting.save()
    details = {"changed": sorted(changed)}
    auditing.record("meeting.changed", meeting, by=by, at=at, acting_for=organisation, details=details)
    if changed & WORTH_TELLING and meeting.ends_at > at:
        key = f"meeting:{meeting.pk}:changed:{meeting.revision}"
        room_news.tell_room("meeting-changed", meeting, key, but=by, at=at)
    return meeting


@transaction.atomic
def cancel(meeting: Meeting, *, organisation: Organisation, by: User, at: datetime) -> Meeting:
    """The meeting will not be held. It stays in the list as cancelled, and in calendars, too."""
    room = rooms.locked(rooms.room_of(meeting))
    meeting = _again(meeting)
    if meeting.cancelled_at:
        return meeting
    rooms.require(room, Act.CONVENE, organisation, by)
    if meeting.ends_at <= at:
        raise Refused(_("The meeting is over, so it can no longer be cancelled."))
    meeting.cancelled_at, meeting.cancelled_by, meeting.changed_at = at, by, at
    meeting.revision += 1
    meeting.save()
    auditing.record("meeting.cancelled", meeting, by=by, at=at, acting_for=organisation)
    room_news.tell_room("meeting-cancelled", meeting, f"meeting:{meeting.pk}:cancelled", but=by, at=at)
    return meeting


@transaction.atomic
def write_minutes(
    meeting: Meeting, *, minutes: str, revision: int, organisation: Organisation, by: User, at: datetime
) -> Meeting:
    """What was said and decided. The room hears of it at most once a day, and never the words themselves."""
    meeting = _locked(meeting, organisation, by)
    if meeting.minutes == minutes:
        return meeting
    _require_newest(meeting, revision)
    meeting.minutes, meeting.minutes_by, meeting.minutes_at = minutes, by, at
    meeting.revision += 1
    meeting.save()
    auditing.record("meeting.minutes_written", meeting, by=by, at=at, acting_for=organisation)
    key = f"meeting:{meeting.pk}:minutes:{at:%Y-%m-%d}"
    room_news.tell_room("minutes-written", meeting, key, but=by, at=at)
    return meeting


def clashes(
    room: Room, *, starts_at: datetime, ends_at: datetime, to: User, but: Meeting | None = None
) -> list[Meeting]:
    """Meetings at that time which share an organisation with the room. None that `to` may not see: not even that it is."""
    inside = room.organisations().values("pk")
    joined = NetworkMember.objects.joined().filter(organisation__in=inside)
    places = Participant.objects.filter(state__in=IN_A_GROUP[Act.READ], organisation__in=inside)
    shared = Q(network__in=joined.values("network")) | Q(group__in=places.values("group"))
    found = Meeting.objects.filter(
        rooms.seen_by(to), shared, cancelled_at=None, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    if but:
        found = found.exclude(pk=but.pk)
    return list(found.select_related("network", "group"))


def _locked(meeting: Meeting, organisation: Organisation, by: User) -> Meeting:
    """The meeting as it is now that its room is locked, for one who may change it. Raises Refused when it is cancelled."""
    room = rooms.locked(rooms.room_of(meeting))
    rooms.require(room, Act.CONVENE, organisation, by)
    meeting = _again(meeting)
    if meeting.cancelled_at:
        raise Refused(_("The meeting is cancelled. Call a new one."))
    return meeting


def _again(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_for_update(of=("self",)).select_related("network", "group").get(pk=meeting.pk)


def _require_newest(meeting: Meeting, revision: int) -> None:
    if meeting.revision != revision:
        raise Stale(meeting)
