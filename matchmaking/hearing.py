"""Who hears of what happens to a notice after it was published: those who were told of it, are interested or follow it.

Who has muted its procurement hears nothing, with one exception: when it ends before its time, those who have spoken for an
organisation whose interest stands are told, because they may be writing a tender.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from accounts.grants import Can, roles_that
from accounts.models import Membership, Organisation
from matchmaking.models import Attention, Receiver
from notifications.models import Notification
from notifications.telling import Recipient
from procurements.buyer_list import insiders_of
from procurements.models import Interest, Notice, NoticeVersion, Question

# Why a person hears, as matchmaking.reasons says it in words.
INTERESTED, FOLLOWS = {"kind": "interest", "value": ""}, {"kind": "follow", "value": ""}


def buyers(version: NoticeVersion) -> set[int]:
    return insiders_of(version)


def inside(version: NoticeVersion) -> set[int]:
    """The buyers' own people, who are told of nothing that is theirs."""
    present = Membership.objects.active().filter(organisation__in=buyers(version))
    return set(present.values_list("user", flat=True))


def told(notice: Notice) -> set[int]:
    """Who has ever been told that the notice is there."""
    lines = Notification.objects.filter(
        event__kind__in=["match", "amendment"],
        event__subject_type=notice._meta.label_lower,
        event__subject_id=str(notice.pk),
    )
    return set(lines.values_list("recipient", flat=True))


def muted(notice: Notice) -> set[int]:
    """Who has said to hear no more of the procurement."""
    said = Attention.objects.filter(procurement=notice.procurement_id, level=Attention.Level.MUTED)
    return set(said.values_list("user", flat=True))


def hearers(notice: Notice, *, among: set[int], without: set[int], is_end: bool = False) -> list[Recipient]:
    """Those who were told (`among`) and still hear of it, those whose interest stands (their own people, nobody else), and
    those who follow it. `is_end`: it ends before its time.
    """
    away = without | muted(notice)
    heard = (
        Receiver.objects.hearing()
        .filter(
            user__in=among - away,
            subscription__matches__version__notice=notice.pk,
            subscription__matches__dismissed_at=None,
        )
        .select_related("user", "subscription__organisation")
        .distinct()
        .order_by("pk")
    )
    people = [
        Recipient(each.user, each.subscription.organisation, [{"kind": "search", "value": str(each.subscription_id)}])
        for each in heard
    ]
    interests = Interest.objects.active().filter(procurement=notice.procurement_id).order_by("received_at")
    spoke = [(each.organisation_id, each.registered_by_id) for each in interests]
    for members in answering_for(spoke):
        for member in members:
            if member.user_id not in (without if is_end else away):
                people.append(Recipient(member.user, member.organisation, [INTERESTED]))
    follow = Attention.objects.filter(procurement=notice.procurement_id, level=Attention.Level.FOLLOWS)
    for each in follow.select_related("user").order_by("pk"):
        if each.user_id not in away:
            people.append(Recipient(each.user, None, [FOLLOWS]))
    return people


def askers(notice: Notice, *, numbers: Sequence[int], without: set[int]) -> list[Recipient]:
    """Those who asked about the notice. The reason names the number, where their question is among `numbers`."""
    away = without | muted(notice)
    questions = list(Question.objects.filter(notice=notice).select_related("asked_by").order_by("received_at", "pk"))
    of_organisations = [each for each in questions if each.organisation_id]
    spoke = answering_for([(each.organisation_id or 0, each.asked_by_id) for each in of_organisations])
    found: list[tuple[Question, Any, Organisation | None]] = [
        (question, member.user, member.organisation)
        for question, members in zip(of_organisations, spoke, strict=True)
        for member in members
    ]
    found += [(each, each.asked_by, None) for each in questions if each.organisation_id is None and each.asked_by]
    return [
        Recipient(
            user, organisation, [{"kind": "question", "value": question.number if question.number in numbers else ""}]
        )
        for question, user, organisation in found
        if user.pk not in away
    ]


def answering_for(spoke: Iterable[tuple[int, int | None]]) -> list[list[Membership]]:
    """For each (organisation, person who spoke for it): that person, while a member; when gone, its administrators."""
    spoke = list(spoke)
    members: dict[int, list[Membership]] = defaultdict(list)
    present = Membership.objects.active().filter(organisation__in={organisation for organisation, _person in spoke})
    for member in present.select_related("user", "organisation").order_by("started_at", "pk"):
        members[member.organisation_id].append(member)
    found = []
    for organisation, person in spoke:
        known = members[organisation]
        by = [member for member in known if member.user_id == person]
        found.append(by or [member for member in known if member.role in roles_that(Can.ADMINISTER)])
    return found
