"""Who works on a procurement, in which role, and for which organisation (A31, C10). Nothing done here takes its last owner.

A place is for the organisation that answers for the procurement, or for one that buys it together with that one: committed,
or with an option. Any role can be given to any of their people, for the one who gives it decides who is let in; but one
owner at least acts for the organisation that answers, for that one publishes. A place ends by itself when the membership
ends, or when the organisation buys no more; when that one comes back, so does the place, until somebody takes it away.

When the last owner leaves the organisation, or the lead of the group goes to another one, nobody has to notice at once:
`Procurement.objects.without_owner()` finds it, and an administrator takes it over or hands it to somebody.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.grants import Can
from accounts.models import Membership, Organisation, User
from accounts.rules import Refused
from networks.models import Participant
from notifications import telling
from notifications.telling import Recipient
from procurements.grants import TeamCan
from procurements.models import Procurement, TeamMember, TeamRole
from procurements.models.chain import TeamMemberQuerySet
from records.auditing import record


class LastOwner(Refused):
    sentence = _(
        "Somebody who acts for the responsible organisation always owns a procurement. Make a colleague owner first."
    )


class NotAColleague(Refused):
    sentence = _("Choose somebody who is a member of an organisation that buys here.")


class ForWhom(Refused):
    sentence = _("This person acts for several of the organisations that buy here. Choose for which one the place is.")


def organisations_of(procurement: Procurement) -> QuerySet[Organisation]:
    """Whose people may work on it: the organisation that answers for it, and those that buy or may buy with it."""
    standing = Participant.objects.standing().filter(group=procurement.buyer_group_id)
    together = Q(pk=procurement.organisation_id) | Q(pk__in=standing.order_by().values("organisation"))
    return Organisation.objects.filter(together).order_by("name", "pk")


def colleagues_of(procurement: Procurement) -> QuerySet[Membership]:
    """Everyone who could get a place: a person once for each of the organisations, unless a place of hers counts."""
    taken = places_of(procurement).values("user")
    return members_of(procurement).exclude(user__in=taken)


def members_of(procurement: Procurement) -> QuerySet[Membership]:
    """Everyone who acts for an organisation that buys here, on the team or not, by organisation and name."""
    return (
        Membership.objects.active()
        .filter(organisation__in=organisations_of(procurement).order_by().values("pk"), user__is_active=True)
        .select_related("user", "organisation")
        .order_by("organisation__name", "organisation_id", "user__name", "user__email")
    )


def places_of(procurement: Procurement) -> TeamMemberQuerySet:
    """The places that count now: the organisation buys, and the person acts for it."""
    acting = Membership.objects.active().filter(user=OuterRef("user"), organisation=OuterRef("organisation"))
    return TeamMember.objects.still_buying().filter(Exists(acting), procurement=procurement)


def recipients(procurement: Procurement, can: TeamCan) -> list[Recipient]:
    """Those of the team whose role lets them do that, each to hear of it for the organisation it acts for here."""
    places = procurement.team.who(can).still_buying()
    return [Recipient(place.user, place.organisation) for place in places]


def recipient(procurement: Procurement, user: User) -> Recipient:
    """The person, to hear of it for the organisation of its place; without a place, for the one that answers."""
    place = procurement.team.still_buying().filter(user=user).select_related("organisation").first()
    return Recipient(user, place.organisation if place else procurement.organisation)


def orphans_of(user: User) -> QuerySet[Procurement]:
    """Procurements of the organisations that the person administers, that nobody owns any more."""
    administered = Organisation.objects.of(user, Can.ADMINISTER)
    return (
        Procurement.objects.without_owner()
        .filter(organisation__in=administered)
        .select_related("organisation")
        .prefetch_related("notices__current_version")
    )


@transaction.atomic
def place(
    procurement: Procurement,
    *,
    user: User,
    role: TeamRole,
    by: User,
    at: datetime,
    organisation: Organisation | None = None,
) -> TeamMember:
    """Gives somebody of an organisation that buys here a place, or another role there. Repeating it changes nothing.

    `organisation` is whom the person acts for; without it, the one of its place, or the only one that there is.
    The caller fetched the procurement as one that `by` manages. Who is new is told; when an administrator takes a place, the
    rest of the team is told, for it opens who is interested (quality part 4.2). Raises NotAColleague, ForWhom, LastOwner.
    """
    procurement = _locked(procurement)
    member = procurement.team.filter(user=user).select_related("organisation").first()
    acting_for = _acting_for(procurement, user, organisation, member)
    if member and (member.role, member.organisation_id) == (role, acting_for.pk):
        return member
    if member and member.organisation_id != acting_for.pk:  # a place for another organisation is another place
        _keep_an_owner(procurement, member, becomes=None)
        member.delete()
        _record("team.removed", procurement, member, by=by, at=at, role=member.role)
    elif member:
        _keep_an_owner(procurement, member, becomes=role)
        before, member.role = member.role, role
        member.save(update_fields=["role"])
        _record("team.role-changed", procurement, member, by=by, at=at, role=[before, role])
        return member
    member = TeamMember.objects.create(
        procurement=procurement, user=user, organisation=acting_for, role=role, added_at=at, added_by=by
    )
    _record("team.place-taken" if user.pk == by.pk else "team.added", procurement, member, by=by, at=at, role=role)
    others = [one for one in recipients(procurement, TeamCan.READ) if one.user.pk != user.pk]
    told = [Recipient(user, acting_for)] if user.pk != by.pk else others
    telling.tell("team", f"team:{member.pk}", member, told, at=at)
    return member


@transaction.atomic
def remove(member: TeamMember, *, by: User, at: datetime) -> None:
    """Takes the place away; a second click changes nothing. Raises LastOwner."""
    procurement = _locked(member.procurement)
    standing = procurement.team.filter(pk=member.pk).select_related("user").first()
    if standing is None:
        return
    _keep_an_owner(procurement, standing, becomes=None)
    standing.delete()
    _record("team.removed", procurement, standing, by=by, at=at, role=standing.role)


@transaction.atomic
def hand_over(procurement: Procurement, *, to: User, by: User, at: datetime) -> TeamMember:
    """Makes `to` owner; `by`, if an owner, goes on as editor. Raises NotAColleague."""
    procurement = _locked(procurement)
    member = place(procurement, user=to, role=TeamRole.OWNER, by=by, at=at)
    own = places_of(procurement).filter(user=by, role=TeamRole.OWNER).exclude(user=to).first()
    if own:
        place(procurement, user=by, role=TeamRole.EDITOR, by=by, at=at)
    return member


def _locked(procurement: Procurement) -> Procurement:
    """Two who leave the team at once come one after the other: the second one sees that it would be the last."""
    return Procurement.objects.locked(procurement.pk)


def _acting_for(
    procurement: Procurement, user: User, organisation: Organisation | None, member: TeamMember | None
) -> Organisation:
    """Whom the place is for. Raises NotAColleague, ForWhom."""
    found = [one.organisation for one in members_of(procurement).filter(user=user)]
    if organisation or (member and any(one.pk == member.organisation_id for one in found)):
        wanted = organisation.pk if organisation else member and member.organisation_id
        found = [one for one in found if one.pk == wanted]
    if not found:
        raise NotAColleague
    if len(found) > 1:
        raise ForWhom
    return found[0]


def _keep_an_owner(procurement: Procurement, member: TeamMember, *, becomes: TeamRole | None) -> None:
    """Somebody who acts for the organisation that answers must own it afterwards, unless nobody did before."""
    if member.role != TeamRole.OWNER or becomes == TeamRole.OWNER:
        return
    owners = places_of(procurement).filter(role=TeamRole.OWNER, organisation=procurement.organisation_id)
    if owners.filter(pk=member.pk).exists() and not owners.exclude(pk=member.pk).exists():
        raise LastOwner


def _record(action: str, procurement: Procurement, member: TeamMember, *, by: User, at: datetime, role: object) -> None:
    details = {"user": member.user_id, "organisation": member.organisation_id, "role": role}
    record(action, procurement, by=by, at=at, acting_for=procurement.organisation, details=details)
