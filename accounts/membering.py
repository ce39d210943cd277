"""Who acts for an organisation: invite, accept, change a role, end.

Every verb locks the organisation's row first, so that two of them never count its administrators at the same time.
An ended membership stays as a row: it is the fact from which the person's procurements are found and handed over.
"""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.grants import Can, Role, roles_that
from accounts.models import Invitation, Membership, Organisation, User, hash_of, new_token
from accounts.rules import LastAdministrator, Refused, require_administrator
from records.auditing import record

INVITATION_LASTS = timedelta(days=14)
MOST_INVITATIONS_A_DAY = 100  # nobody uses the arena to send mails to a list of strangers


class InvitationGone(Refused):
    sentence = _("This invitation does not hold any more. Ask the person who invited you for a new one.")


class InvitationForAnother(Refused):
    sentence = _(
        "This invitation was sent to another e-mail address. Log in with the address that received it, "
        "or ask for an invitation to yours."
    )


class AlreadyMember(Refused):
    sentence = _("This person is a member of the organisation already.")


class TooMany(Refused):
    sentence = _("Your organisation has sent very many invitations today. Please go on tomorrow.")


@transaction.atomic
def invite(organisation: Organisation, *, email: str, role: Role, by: User, at: datetime) -> tuple[Invitation, str]:
    """An invitation and its token, which is not stored. The token is empty when the same invitation is open already.

    The caller writes the mail with the link. The answer never tells whether the address has an account.
    Raises NotYours, AlreadyMember, TooMany.
    """
    organisation = _locked(organisation)
    require_administrator(organisation, by)
    email = email.strip().lower()
    if Membership.objects.active().filter(organisation=organisation, user__email__iexact=email).exists():
        raise AlreadyMember  # no secret: administrators see the addresses of the members
    standing = organisation.invitations.filter(email__iexact=email, accepted_at=None, revoked_at=None)
    same = standing.open(at).filter(role=role).first()
    if same:
        return same, ""
    if organisation.invitations.filter(invited_at__gt=at - timedelta(days=1)).count() >= MOST_INVITATIONS_A_DAY:
        raise TooMany
    standing.update(revoked_at=at)
    token = new_token()
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email,
        role=role,
        token_hash=hash_of(token),
        invited_by=by,
        invited_at=at,
        expires_at=at + INVITATION_LASTS,
    )
    record("member.invited", invitation, by=by, at=at, acting_for=organisation, details={"role": role})
    return invitation, token


@transaction.atomic
def revoke(invitation: Invitation, *, by: User, at: datetime) -> None:
    organisation = _locked(invitation.organisation)
    require_administrator(organisation, by)
    if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(revoked_at=at):
        return
    record("member.invitation-revoked", invitation, by=by, at=at, acting_for=organisation)


def invitation_for(token: str, *, at: datetime) -> Invitation:
    """The open invitation that the token opens. Raises InvitationGone."""
    found = Invitation.objects.open(at).select_related("organisation", "invited_by").filter(token_hash=hash_of(token))
    if invitation := found.first():
        return invitation
    raise InvitationGone


def is_for(invitation: Invitation, user: User) -> bool:
    """Whether the person has shown to own the address that was invited."""
    return bool(EmailAddress.objects.filter(user=user, verified=True, email__iexact=invitation.email).exists())


@transaction.atomic
def accept(token: str, *, by: User, at: datetime) -> Membership:
    """Makes `by` a member. Only the owner of the invited, verified address; a second click returns the membership.

    Raises InvitationGone, InvitationForAnother.
    """
    invitation = Invitation.objects.filter(token_hash=hash_of(token)).first()
    if invitation is None:
        raise InvitationGone
    organisation = _locked(invitation.organisation)
    invitation.refresh_from_db()
    if not is_for(invitation, by):
        raise InvitationForAnother
    membership = Membership.objects.active().filter(user=by, organisation=organisation).first()
    if invitation.accepted_at and membership:
        return membership
    if invitation.accepted_at or invitation.revoked_at or invitation.expires_at <= at or organisation.merged_into_id:
        raise InvitationGone
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    if membership is None:
        membership = Membership.objects.create(user=by, organisation=organisation, role=invitation.role, started_at=at)
    record("member.joined", membership, by=by, at=at, acting_for=organisation, details={"role": membership.role})
    return membership


@transaction.atomic
def change_role(membership: Membership, *, role: Role, by: User, at: datetime) -> Membership:
    """Raises NotYours, LastAdministrator."""
    organisation = _locked(membership.organisation)
    require_administrator(organisation, by)
    membership = Membership.objects.get(pk=membership.pk)
    if membership.ended_at or membership.role == role:
        return membership
    _keep_an_administrator(membership, becomes=role)
    before, membership.role = membership.role, role
    membership.save(update_fields=["role"])
    details = {"role": [before, role], "user": membership.user_id}
    record("member.role-changed", membership, by=by, at=at, acting_for=organisation, details=details)
    return membership


@transaction.atomic
def end(membership: Membership, *, by: User, at: datetime) -> Membership:
    """Ends the membership: anyone their own, an administrator anyone's. Raises NotYours, LastAdministrator."""
    organisation = _locked(membership.organisation)
    if membership.user_id != by.pk:
        require_administrator(organisation, by)
    membership = Membership.objects.get(pk=membership.pk)
    if membership.ended_at:
        return membership
    _keep_an_administrator(membership, becomes=None)
    membership.ended_at = at
    membership.save(update_fields=["ended_at"])
    record("member.ended", membership, by=by, at=at, acting_for=organisation, details={"user": membership.user_id})
    return membership


def _locked(organisation: Organisation) -> Organisation:
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _keep_an_administrator(membership: Membership, *, becomes: Role | None) -> None:
    if membership.role not in roles_that(Can.ADMINISTER) or becomes in roles_that(Can.ADMINISTER):
        return
    others = Membership.objects.administrators().filter(organisation=membership.organisation_id)
    if not others.exclude(pk=membership.pk).exists():
        raise LastAdministrator
