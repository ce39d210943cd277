"""The room that buyers share, a network's or a buyer group's: who reads in it, who writes in it, who calls its meetings.

| room    | READ                                           | WRITE (files, notes)           | CONVENE (meetings, minutes)  |
|---------|------------------------------------------------|--------------------------------|------------------------------|
| network | its members                                    | its members                    | its leader and core members  |
| group   | lead, committed, holders of options, observers | lead, committed, option        | the lead and the committed   |

READ is for everybody in those organisations, the rest for those who may write for them. Whoever is invited, has asked or has
left is not in the room, and an archived network is only read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.grants import Can
from accounts.models import Membership, Organisation, User
from accounts.rules import Refused
from networks import grouping, joining
from networks.models import BuyerGroup, Meeting, Network, NetworkMember, Participant, SharedFile

State = Participant.State
Role = NetworkMember.Role


class Act(Enum):
    READ = "read"
    WRITE = "write"
    CONVENE = "convene"


IN_A_GROUP = {
    Act.READ: Participant.INSIDE,
    Act.WRITE: Participant.STANDING,
    Act.CONVENE: (State.COMMITTED,),
}
IN_A_NETWORK = {Act.READ: list(Role), Act.WRITE: list(Role), Act.CONVENE: [Role.LEADER, Role.CORE]}


@dataclass(frozen=True)
class Room:
    """One of the two; the other is None."""

    network: Network | None = None
    group: BuyerGroup | None = None

    @property
    def of(self) -> Network | BuyerGroup:
        found = self.network or self.group
        assert found is not None, "a room is somebody's"
        return found

    @property
    def name(self) -> str:
        return self.of.name

    @property
    def rows(self) -> Q:
        """The meetings, or the files, of this room."""
        return Q(network=self.network, group=self.group)

    @property
    def is_open(self) -> bool:
        return self.network is None or self.network.archived_at is None

    @property
    def url(self) -> str:
        return reverse("networks:network_inside" if self.network else "networks:group_detail", args=[self.of.slug])

    @property
    def meetings_url(self) -> str:
        return reverse("networks:meeting_list" if self.network else "networks:group_meeting_list", args=[self.of.slug])

    @property
    def call_url(self) -> str:
        name = "networks:meeting_create" if self.network else "networks:group_meeting_create"
        return reverse(name, args=[self.of.slug])

    @property
    def files_url(self) -> str:
        return reverse("networks:file_list" if self.network else "networks:group_file_list", args=[self.of.slug])

    def meetings(self) -> QuerySet[Meeting]:
        return Meeting.objects.filter(self.rows)

    def files(self) -> QuerySet[SharedFile]:
        return SharedFile.objects.filter(self.rows).select_related("file", "organisation", "added_by", "meeting")

    def organisations(self, act: Act = Act.READ) -> QuerySet[Organisation]:
        """Those whose people may do it here today."""
        if self.network:
            joined = NetworkMember.objects.joined().filter(network=self.network, role__in=IN_A_NETWORK[act])
            return Organisation.objects.filter(pk__in=joined.values("organisation"))
        places = Participant.objects.filter(group=self.group, state__in=IN_A_GROUP[act])
        return Organisation.objects.filter(pk__in=places.values("organisation"))

    def of_user(self, user: User, act: Act) -> list[Organisation]:
        """The organisations for which the person may do it here: none in an archived network, except to read."""
        if act != Act.READ and not self.is_open:
            return []
        own = Organisation.objects.of(user, Can.READ if act == Act.READ else Can.WRITE)
        return list(self.organisations(act).filter(pk__in=own.values("pk")).order_by("name", "pk"))

    def people(self) -> QuerySet[Membership]:
        """Everybody who may read here, once for each organisation."""
        inside = Membership.objects.active().filter(organisation__in=self.organisations())
        return inside.select_related("user", "organisation")


def room_of(thing: Meeting | SharedFile) -> Room:
    return Room(network=thing.network, group=thing.group)


def networks_open_to(user: User) -> QuerySet[Network]:
    """Networks whose members' area the person may read; archived ones, too."""
    return Network.objects.with_member(user)


def groups_open_to(user: User) -> QuerySet[BuyerGroup]:
    """Groups whose room the person may read: whoever is only invited, or has asked, may not."""
    inside = Participant.objects.filter(state__in=IN_A_GROUP[Act.READ], organisation__in=Organisation.objects.of(user))
    return BuyerGroup.objects.filter(pk__in=inside.values("group"))


def seen_by(user: User) -> Q:
    """The meetings, or the files, of all rooms that the person may read."""
    return Q(network__in=networks_open_to(user)) | Q(group__in=groups_open_to(user))


def locked(room: Room) -> Room:
    """The room, its row locked until the end of the transaction. Raises Refused for an archived network."""
    if room.network:
        return Room(network=joining.lock(room.network))
    assert room.group is not None
    return Room(group=grouping.lock(room.group))


def require(room: Room, act: Act, organisation: Organisation, by: User) -> None:
    """Raises Refused unless `by` may do it in the room for the organisation."""
    if organisation not in room.of_user(by, act):
        if act == Act.CONVENE and room.network:
            raise Refused(_("Only the network's leader and core members call meetings and write minutes."))
        if act == Act.CONVENE:
            raise Refused(_("Only the lead and those who are committed call meetings and write minutes."))
        raise Refused(_("Only those who take part write here."))
