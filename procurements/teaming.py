"""Who works on a procurement, and in which role (A31). It is never without an owner by anything that is done here.

When the last owner leaves the organisation, nobody has to notice at once: `Procurement.objects.without_owner()` finds it,
and an administrator of the organisation takes it over or hands it to somebody.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.grants import Can
from accounts.models import Membership, Organisation, User
from accounts.rules import Refused
from notifications import telling
from notifications.telling import Recipient
from procurements.models import Procurement, TeamMember, TeamRole
from records.auditing import record


class LastOwner(Refused):
    sentence = _("A procurement always has an owner. Make a colleague owner first.")


class NotAColleague(Refused):
    sentence = _("Choose somebody who is a member of the organisation.")


def colleagues_of(procurement: Procurement) -> QuerySet[User]:
    """Members of the organisation who have no place on the team yet."""
    members = Membership.objects.active().filter(organisation=procurement.organisation_id)
    on_team = procurement.team.values("user")
    return User.objects.filter(pk__in=members.values("user")).exclude(pk__in=on_team).order_by("name", "email")


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
def place(procurement: Procurement, *, user: User, role: TeamRole, by: User, at: datetime) -> TeamMember:
    """Gives a member of the organisation a place on the team, or another role there. Repeating it changes nothing.

    The caller fetched the procurement as one that `by` manages. Who is new is told; when an administrator takes a place, the
    rest of the team is told, for it opens who is interested (quality part 4.2). Raises NotAColleague, LastOwner.
    """
    procurement = _locked(procurement)
    if not _present(procurement).filter(user=user).exists():
        raise NotAColleague
    member = procurement.team.filter(user=user).first()
    if member and member.role == role:
        return member
    if member:
        _keep_an_owner(procurement, member, becomes=role)
        before, member.role = member.role, role
        member.save(update_fields=["role"])
        _record("team.role-changed", procurement, user=user, by=by, at=at, role=[before, role])
        return member
    member = TeamMember.objects.create(procurement=procurement, user=user, role=role, added_at=at, added_by=by)
    _record("team.place-taken" if user.pk == by.pk else "team.added", procurement, user=user, by=by, at=at, role=role)
    new = [member] if user.pk != by.pk else procurement.team.exclude(user=user).select_related("user")
    told = [Recipient(one.user, procurement.organisation) for one in new]
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
    user = standing.user
    standing.delete()
    _record("team.removed", procurement, user=user, by=by, at=at, role=standing.role)


@transaction.atomic
def hand_over(procurement: Procurement, *, to: User, by: User, at: datetime) -> TeamMember:
    """Makes `to` owner; `by`, if an owner, goes on as editor. Raises NotAColleague."""
    procurement = _locked(procurement)
    member = place(procurement, user=to, role=TeamRole.OWNER, by=by, at=at)
    own = procurement.team.filter(user=by, role=TeamRole.OWNER).exclude(user=to).first()
    if own:
        place(procurement, user=by, role=TeamRole.EDITOR, by=by, at=at)
    return member


def _locked(procurement: Procurement) -> Procurement:
    """Two who leave the team at once come one after the other: the second one sees that it would be the last."""
    return Procurement.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=procurement.pk)


def _present(procurement: Procurement) -> QuerySet[Membership]:
    return Membership.objects.active().filter(organisation=procurement.organisation_id)


def _keep_an_owner(procurement: Procurement, member: TeamMember, *, becomes: TeamRole | None) -> None:
    """Somebody who still acts for the organisation must own it afterwards, unless nobody did before."""
    if member.role != TeamRole.OWNER or becomes == TeamRole.OWNER:
        return
    owners = procurement.team.filter(role=TeamRole.OWNER, user__in=_present(procurement).values("user"))
    if owners.filter(pk=member.pk).exists() and not owners.exclude(pk=member.pk).exists():
        raise LastOwner


def _record(action: str, procurement: Procurement, *, user: User, by: User, at: datetime, role: object) -> None:
    details = {"user": user.pk, "role": role}
    record(action, procurement, by=by, at=at, acting_for=procurement.organisation, details=details)
