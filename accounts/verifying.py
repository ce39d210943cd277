"""Verified buyers: ask, grant, refuse. Nobody gives the right to buy to themselves.

The same door serves whoever claims an imported organisation: a decision makes them its administrator.
The decided row is the fact; the roof tells the person who asked (`arena/reviewing.py`).
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.grants import Can, Role
from accounts.models import Membership, Organisation, User, VerificationRequest
from accounts.rules import NotYours, Refused, require_duty
from records.auditing import record

MOST_WAITING = 5  # of one person: nobody lays a hand on every imported buyer


class TooManyAtOnce(Refused):
    sentence = _("You have asked for several organisations already. Please wait for the answers.")


class NothingToAsk(Refused):
    sentence = _("The organisation is a verified buyer already.")


class OwnRequest(Refused):
    sentence = _("You asked for this yourself. Another administrator of the arena must decide.")


class SomebodyElseCameFirst(Refused):
    sentence = _(
        "The organisation has an administrator now. "
        "Refuse this request, and ask the person to be invited by a colleague."
    )


class NoReason(Refused):
    sentence = _("Write why, so that the person who asked knows what to do.")


@transaction.atomic
def ask(
    organisation: Organisation, *, evidence: str, by: User, at: datetime, wants_to_buy: bool = True
) -> VerificationRequest:
    """Asks for the organisation to be verified, and for an unclaimed one: to become its administrator.

    One open request a person and organisation: a second one returns the first. Raises NotYours, NothingToAsk, TooManyAtOnce.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    is_unclaimed = Organisation.objects.unclaimed().filter(pk=organisation.pk).exists()
    if not is_unclaimed and not Organisation.objects.of(by, Can.ADMINISTER).filter(pk=organisation.pk).exists():
        raise NotYours
    if not is_unclaimed and (organisation.is_buyer or not wants_to_buy):
        raise NothingToAsk
    if waiting := organisation.verification_requests.waiting().filter(requested_by=by).first():
        return waiting
    if VerificationRequest.objects.waiting().filter(requested_by=by).count() >= MOST_WAITING:
        raise TooManyAtOnce
    request = VerificationRequest.objects.create(
        organisation=organisation, requested_by=by, requested_at=at, evidence=evidence, wants_to_buy=wants_to_buy
    )
    details = {"claim": is_unclaimed, "wants_to_buy": wants_to_buy}
    record("verification.asked", request, by=by, at=at, details=details)
    return request


@transaction.atomic
def grant(request: VerificationRequest, *, by: User, at: datetime) -> VerificationRequest:
    """Raises NotOnDuty, OwnRequest, SomebodyElseCameFirst. Decided already: returned as it is."""
    organisation, request = _to_decide(request, by=by)
    if request.decided_at:
        return request
    if Organisation.objects.unclaimed().filter(pk=organisation.pk).exists():
        # A locked person may hold an ended or sleeping membership here; the new one is a row of its own.
        Membership.objects.filter(organisation=organisation, user=request.requested_by, ended_at=None).update(
            ended_at=at
        )
        Membership.objects.create(user=request.requested_by, organisation=organisation, role=Role.ADMIN, started_at=at)
    elif not Membership.objects.active().filter(organisation=organisation, user=request.requested_by).exists():
        raise SomebodyElseCameFirst
    if request.wants_to_buy and not organisation.is_buyer:
        organisation.buyer_verified_at, organisation.buyer_verified_by = at, by
        organisation.save(update_fields=["buyer_verified_at", "buyer_verified_by"])
    request.decided_by, request.decided_at, request.is_granted = by, at, True
    request.save(update_fields=["decided_by", "decided_at", "is_granted"])
    record("verification.granted", request, by=by, at=at, details={"organisation": organisation.pk})
    return request


@transaction.atomic
def refuse(request: VerificationRequest, *, reason: str, by: User, at: datetime) -> VerificationRequest:
    """Raises NotOnDuty, OwnRequest, NoReason. Decided already: returned as it is."""
    if not reason.strip():
        raise NoReason
    organisation, request = _to_decide(request, by=by)
    if request.decided_at:
        return request
    request.decided_by, request.decided_at, request.is_granted, request.reason = by, at, False, reason.strip()
    request.save(update_fields=["decided_by", "decided_at", "is_granted", "reason"])
    record("verification.refused", request, by=by, at=at, details={"organisation": organisation.pk})
    return request


def _to_decide(request: VerificationRequest, *, by: User) -> tuple[Organisation, VerificationRequest]:
    require_duty(by)
    organisation = Organisation.objects.select_for_update().get(pk=request.organisation_id)
    request = VerificationRequest.objects.select_related("requested_by").get(pk=request.pk)
    if request.requested_by_id == by.pk:
        raise OwnRequest
    return organisation, request
