"""One buyer turns to another through the portal (C6, C17). The two organisations read it, and nobody else.

Each verb raises `Refused` with a sentence for the person when its rule says no, and does nothing when it is repeated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.db.models import BooleanField, Case, OuterRef, Q, Subquery, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.grants import Can
from accounts.models import Membership, Organisation, User
from accounts.rules import Refused
from networks import approach_news, grouping
from networks.models import Approach, ApproachMessage, BuyerGroup, Network
from networks.models.finding import ApproachQuerySet
from records import auditing

SALT = "networks.approaching"
LASTS = timedelta(days=7)  # the page that a link stands on may have been left open for some days
LOCAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_/-]*/")


@dataclass(frozen=True)
class Subject:
    """What somebody turns to a buyer about. `path` is its local address without the language, as in "networks/plans/7/"."""

    receiver: Organisation
    about: str
    path: str
    is_signed: bool = False  # by a room above this one, which vouches for the receiver


def local_path(address: str) -> str:
    """/sv/networks/plans/7/ without its language."""
    return address.lstrip("/").partition("/")[2]


def invitation_link(*, receiver: Organisation, about: str, path: str) -> str:
    """The address of the form that turns to `receiver` about something; for rooms above this one.

    Whoever calls it vouches that `receiver` answers for what stands at `path` (a local path without the language) and that
    the reader may know of it. Signed, so that nobody says what it is about but us; it lasts a week.
    """
    if not LOCAL.fullmatch(path):
        raise ValueError(f"Not a local path without its language: {path!r}.")
    token = signing.dumps({"to": receiver.slug, "about": about[:500], "path": path[:300]}, salt=SALT, compress=True)
    return f"{reverse('networks:approach_create')}?invitation={token}"


def subject_of(token: str) -> Subject | None:
    """What `invitation_link` signed; None when it is too old, not ours, or the organisation is gone."""
    try:
        said = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    receiver = Organisation.objects.filter(slug=said["to"], merged_into=None).first()
    return Subject(receiver, said["about"], said["path"], is_signed=True) if receiver else None


def can_be_reached(organisation: Organisation) -> bool:
    """Somebody here would hear of it: a page that was made from imported notices has nobody behind it."""
    return Membership.objects.administrators().filter(organisation=organisation).exists()


@transaction.atomic
def approach(
    *,
    sender: Organisation,
    receiver: Organisation,
    wish: str,
    about: str,
    about_path: str,
    text: str,
    by: User,
    at: datetime,
    is_vouched_for: bool = False,
) -> Approach:
    """`sender`, a verified buyer that `by` writes for, turns to `receiver`. While it is open, a second click finds it.

    `receiver` is a verified buyer, or `is_vouched_for`: the room that signed the link says that it leads a published notice.
    """
    sender = Organisation.objects.select_for_update(no_key=True).get(pk=sender.pk)  # the second click waits here
    if not Organisation.objects.of(by, Can.WRITE).verified_buyers().filter(pk=sender.pk).exists():
        raise Refused(_("Only those who write for a verified buyer can turn to other buyers here."))
    if sender.pk == receiver.pk:
        raise Refused(_("This is your own organisation."))
    if receiver.merged_into_id or not (receiver.is_buyer or is_vouched_for):
        raise Refused(_("Only verified buyers can be reached here."))
    if existing := open_between(sender, receiver, about_path):
        return existing
    if not can_be_reached(receiver):
        raise Refused(_("Nobody at this organisation has an account here yet. Use the contact in its notice instead."))
    made = Approach.objects.create(
        sender=sender, receiver=receiver, wish=wish, about=about, about_path=about_path, sent_by=by, sent_at=at
    )
    made.messages.create(organisation=sender, by=by, text=text, at=at)
    details = {"to": receiver.pk, "wish": wish, "about": about_path}
    auditing.record("approach.sent", made, by=by, at=at, acting_for=sender, details=details)
    approach_news.sent(made, at=at)
    return made


def open_between(sender: Organisation, receiver: Organisation, about_path: str) -> Approach | None:
    return Approach.objects.filter(sender=sender, receiver=receiver, about_path=about_path, closed_at=None).first()


@transaction.atomic
def reply(approach: Approach, *, organisation: Organisation, text: str, by: User, at: datetime) -> ApproachMessage:
    """A word from one of the two. The same words twice in a row are one message."""
    approach = _lock(approach)
    _require_writer(approach, organisation, by)
    latest = approach.messages.last()
    if latest and (latest.text, latest.by_id, latest.organisation_id) == (text, by.pk, organisation.pk):
        return latest
    if approach.closed_at:
        raise Refused(_("This conversation is closed. Begin a new one if there is more to say."))
    message = approach.messages.create(organisation=organisation, by=by, text=text, at=at)
    auditing.record("approach.replied", message, by=by, at=at, acting_for=organisation)
    approach_news.replied(message, at=at)
    return message


@transaction.atomic
def close(approach: Approach, *, organisation: Organisation, by: User, at: datetime) -> Approach:
    """One of the two says that it is dealt with. Both can still read it."""
    approach = _lock(approach)
    _require_writer(approach, organisation, by)
    if approach.closed_at:
        return approach
    approach.closed_at, approach.closed_by = at, by
    approach.save()
    auditing.record("approach.closed", approach, by=by, at=at, acting_for=organisation)
    return approach


@transaction.atomic
def found_group(
    approach: Approach,
    *,
    lead: Organisation,
    name: str,
    purpose: str,
    by: User,
    at: datetime,
    network: Network | None = None,
) -> BuyerGroup:
    """A buyer group of the two: `lead`, one of them that `by` administers, creates it and invites the other."""
    approach = _lock(approach)
    if lead.pk not in (approach.sender_id, approach.receiver_id):
        raise Refused(_("Only the two organisations of a conversation can found a group from it."))
    group = grouping.create(name=name, purpose=purpose, lead=lead, network=network, by=by, at=at)
    grouping.invite(group, organisation=other_side(approach, lead), by=by, at=at)
    return group


def other_side(approach: Approach, organisation: Organisation) -> Organisation:
    return approach.receiver if approach.sender_id == organisation.pk else approach.sender


def for_list(user: User) -> ApproachQuerySet:
    """The conversations of the user's organisations: those that wait for an answer of theirs first, the closed ones last."""
    own = Organisation.objects.of(user).values("pk")
    latest = ApproachMessage.objects.filter(approach=OuterRef("pk")).order_by("-at", "-pk")
    waits = Q(closed_at=None) & ~Q(latest_from__in=own)
    return (
        Approach.objects.of(user)
        .select_related("sender", "receiver")
        .annotate(latest_from=Subquery(latest.values("organisation")[:1]), latest_at=Subquery(latest.values("at")[:1]))
        .annotate(
            waits=Case(When(waits, then=Value(True)), default=Value(False), output_field=BooleanField()),
            is_open=Case(When(closed_at=None, then=Value(True)), default=Value(False), output_field=BooleanField()),
        )
        .order_by("-waits", "-is_open", "-latest_at", "-pk")
    )


def waiting(user: User) -> int:
    """How many conversations wait for an answer of the user's organisations."""
    return for_list(user).filter(Q(waits=True)).count()


def _lock(approach: Approach) -> Approach:
    Approach.objects.select_for_update().get(pk=approach.pk)  # without joins: either of the two may become another
    return Approach.objects.select_related("sender", "receiver").get(pk=approach.pk)


def _require_writer(approach: Approach, organisation: Organisation, by: User) -> None:
    is_one = organisation.pk in (approach.sender_id, approach.receiver_id)
    if not is_one or not Organisation.objects.of(by, Can.WRITE).filter(pk=organisation.pk).exists():
        raise Refused(_("Only those who write for one of the two organisations can do this."))
