"""Files that the members of a network, or the participants of a group, keep together; also those of a meeting (C2, C10).

Files arrive before, through `files.receiving`, outside of any transaction. Every verb locks the room first and raises
`Refused` with a sentence for the person. Bytes that no room points to any more are swept away by `files`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.grants import Can
from accounts.models import Organisation, User
from accounts.rules import Refused
from files.models import StoredFile
from networks import rooms
from networks.models import Meeting, SharedFile
from networks.rooms import Act, Room
from records import auditing

MOST = 500  # files in one room


@transaction.atomic
def add(
    room: Room,
    files: Iterable[StoredFile],
    *,
    organisation: Organisation,
    by: User,
    at: datetime,
    meeting: Meeting | None = None,
) -> list[SharedFile]:
    """Those that are new to the room, titled after their names. One that is there, by name and content, is not added twice."""
    room = rooms.locked(room)
    rooms.require(room, Act.WRITE, organisation, by)
    if meeting and rooms.room_of(meeting) != room:
        raise Refused(_("The meeting is not one of this room."))
    there = set(room.files().filter(meeting=meeting).values_list("file__name", "file__sha256"))
    new = [one for one in {one.pk: one for one in files}.values() if (one.name, one.sha256) not in there]
    if new and room.files().count() + len(new) > MOST:
        raise Refused(too_many())
    made = []
    for file in new:
        shared = SharedFile.objects.create(
            network=room.network,
            group=room.group,
            meeting=meeting,
            title=file.name.rpartition(".")[0] or file.name,
            file=file,
            organisation=organisation,
            added_by=by,
            added_at=at,
        )
        auditing.record("room_file.added", shared, by=by, at=at, acting_for=organisation)
        made.append(shared)
    return made


@transaction.atomic
def rename(shared: SharedFile, *, title: str, by: User, at: datetime) -> SharedFile:
    """Another title; the file keeps its own name."""
    shared, organisation = _changeable(shared, by)
    if shared.title != title:
        shared.title = title
        shared.save()
        auditing.record("room_file.renamed", shared, by=by, at=at, acting_for=organisation)
    return shared


@transaction.atomic
def remove(shared: SharedFile, *, by: User, at: datetime) -> None:
    """Takes the file away for everybody in the room. One that is gone already is no error."""
    rooms.locked(rooms.room_of(shared))
    if not SharedFile.objects.filter(pk=shared.pk).exists():
        return
    shared, organisation = _changeable(shared, by)
    details = {"organisation": shared.organisation_id, "sha256": shared.file.sha256}
    auditing.record("room_file.removed", shared, by=by, at=at, acting_for=organisation, details=details)
    shared.delete()


def changers(room: Room, user: User) -> tuple[set[int], list[Organisation]]:
    """Whose files the person may rename and take away (ids of organisations), and for whom any file of the room."""
    if not room.is_open:
        return set(), []
    writing = {one.pk for one in room.of_user(user, Act.WRITE)}
    return writing, room.of_user(user, Act.CONVENE)


def too_many() -> str:
    return _("There are %(most)s files here, and no more fit. Take one away first, or put several in one file.") % {
        "most": MOST
    }


def _changeable(shared: SharedFile, by: User) -> tuple[SharedFile, Organisation]:
    """The file now that its room is locked, and for whom `by` may change it: its own organisation, or who convenes here."""
    room = rooms.locked(rooms.room_of(shared))
    found = SharedFile.objects.select_related("file", "organisation").filter(pk=shared.pk).first()
    if found is None:
        raise Refused(_("Somebody took the file away in the meantime."))
    shared = found
    own, convening = changers(room, by)
    if shared.organisation_id in own:
        return shared, Organisation.objects.of(by, Can.WRITE).get(pk=shared.organisation_id)
    if convening:
        return shared, convening[0]
    raise Refused(_("Only the organisation that added the file, and those who call meetings here, can change it."))
