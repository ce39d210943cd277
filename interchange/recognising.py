"""The same notice from two sources (G4). By BT-701 it is known at once; a copy under another identifier is found by what it says.

Doffin's notices from before eForms were made again as eForms with Doffin's own numbers ("2022-319091") where TED has a UUID.
Only such a pair can be one notice: two UUIDs are two notices, and so are two of Doffin's numbers.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import Organisation
from interchange import linking
from interchange.eforms.facts import NoticeFacts
from interchange.eforms.values import UUID, is_uuid
from interchange.identifying import clean
from interchange.models import ChangeOf, Seen
from interchange.wording import columns_of_money, kind_of
from procurements import changing
from procurements.models import NoticeVersion, VersionBuyer
from records.auditing import record

A_DAY = timedelta(days=1)
ON_ITS_WAY = timedelta(days=10)  # from one publisher to the other


def copy_of(facts: NoticeFacts, buyers: list[Organisation], *, key: str) -> NoticeVersion | None:
    """The version that the notice tells again under another identifier, if one and only one is that.

    `buyers` are those of its buyers that are here.
    """
    if not buyers or facts.dispatched_at is None:
        return None
    span = facts.dispatched_at - ON_ITS_WAY, facts.dispatched_at + ON_ITS_WAY
    theirs = VersionBuyer.objects.filter(organisation__in=buyers).values("version")
    near = NoticeVersion.objects.filter(pk__in=theirs, dispatched_at__range=span, source_version=key)
    other = Q(notice__source_id__iregex=f"^{UUID.pattern}$")
    near = near.exclude(other) if is_uuid(facts.identifier) else near.filter(other)
    found = [
        version
        for version in near.select_related("notice__procurement__organisation")
        if version.notice.kind == kind_of(facts)
        and ChangeOf.objects.filter(version=version).exists() == bool(facts.change)
        and (_is_numbered_alike(version, facts) or _says_the_same(version, facts))
        and not _has_a_copy(version, facts)
    ]
    return found[0] if len(found) == 1 else None


def _is_numbered_alike(version: NoticeVersion, facts: NoticeFacts) -> bool:
    number = linking.own_publication_number(facts)
    return bool(number) and number == version.publication_number


def _says_the_same(version: NoticeVersion, facts: NoticeFacts) -> bool:
    """Sent on one day, with one deadline, subject and value, under one title or in one procedure, and no number against it."""
    assert facts.dispatched_at is not None
    assert version.dispatched_at is not None
    numbers = {version.publication_number, linking.own_publication_number(facts)} - {""}
    own, theirs = linking.procedure_id(facts), version.notice.procurement.source_id or ""
    deadlines: set[datetime | None] = {moment for lot in facts.lots for moment in lot.deadlines.closing} or {None}
    value = columns_of_money(facts.value)
    if (
        len(numbers) > 1
        or (is_uuid(own) and is_uuid(theirs) and own != theirs)
        or abs(facts.dispatched_at - version.dispatched_at) >= A_DAY
        or version.deadline_at not in deadlines
        or version.cpv[:1] != list(facts.cpv[:1])
        or (version.value, version.currency) != (value["value"], value["currency"])
    ):
        return False
    titles = {clean(words).casefold() for _, words in facts.title.versions}
    return clean(version.title).casefold() in titles or (is_uuid(own) and own == theirs)


def _has_a_copy(version: NoticeVersion, facts: NoticeFacts) -> bool:
    """Another identifier of the same make came for it before."""
    names = version.seen.values_list("name", flat=True)
    alike = {
        name for name in names if is_uuid(name) == is_uuid(facts.identifier) and not linking.TED_NUMBER.match(name)
    }
    return bool(alike - {facts.identifier})


def merge(version: NoticeVersion, facts: NoticeFacts, *, source: str, at: datetime) -> None:
    """The copy's names become names of the version; a UUID comes before a number of Doffin's, as BT-701 and as BT-04.

    What the version says stays: it is frozen, and says the same.
    """
    notice, before = version.notice, (version.notice.source_id, version.seen.count())
    if is_uuid(facts.identifier):
        Seen.objects.get_or_create(
            version=version,
            name=notice.source_id or "",
            defaults={"source": notice.procurement.source, "at": version.published_at},
        )
        notice.source_id = facts.identifier
        notice.save(update_fields=["source_id"])
        changing.touch(notice)
    ties = linking.ties_of(facts)
    notice.procurement = linking.procurement_of(facts, ties, now=notice.procurement) or notice.procurement
    linking.link(notice, version, facts, ties, at=at)
    linking.settle(notice, at=at)
    linking.also_known(version, facts, source=source, at=at)
    if before != (notice.source_id, version.seen.count()):
        details = {"version": version.number, "source": source, "name": facts.identifier}
        record("notice.merged", notice, by=None, at=at, acting_for=notice.procurement.organisation, details=details)
