"""What the page of a notice says of who buys: as its version keeps it, how it came to be so, and what has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from networks.models import BuyerGroup, Participant
from procurements import buyer_list
from procurements.buyer_list import Buyer, Standing, Thing
from procurements.models import NoticeVersion
from ui import moments

State = Participant.State


@dataclass
class WhoBuys:
    """For the section of the page; there is none where one organisation buys alone."""

    rows: list[tuple[Buyer, list[Decimal | None]]]
    standing: Standing
    has_states: bool  # written here, so that everybody's place is known
    lead_stated: bool
    may_join_until: date | None = None
    fixed_at: datetime | None = None
    over_time: list[tuple[NoticeVersion, Standing]] = field(default_factory=list)  # the oldest first
    since: list[str] = field(default_factory=list)  # what has changed after the newest publication, a sentence each
    told_at: datetime | None = None  # when that was


def who_buys(version: NoticeVersion, buyers: Sequence[Buyer], published: Iterable[NoticeVersion]) -> WhoBuys | None:
    """`buyers` are the version's own; `published` are all versions of the procurement, the newest first, with their buyers.

    What has changed since is told beside what stands now: not on the page of a version that was replaced, nor of a draft.
    """
    group = version.notice.procurement.buyer_group
    if group is None and len(buyers) < 2:
        return None
    standing = buyer_list.add(buyers)
    found = WhoBuys(
        rows=[(buyer, [buyer.volumes.get(thing) for thing in standing.things]) for buyer in buyers],
        standing=standing,
        has_states=any(buyer.state for buyer in buyers),
        lead_stated=any(buyer.is_lead for buyer in buyers),
    )
    if group is None:
        return found
    found.may_join_until = group.option_until if standing.option else None
    found.fixed_at = group.list_fixed_at
    told = [(one, buyer_list.frozen(one)) for one in published]
    told = [(one, named) for one, named in told if any(buyer.state for buyer in named)]
    found.over_time = [(one, buyer_list.add(named)) for one, named in reversed(told)]
    if told and version.pk and version.pk == version.notice.current_version_id:
        newest, named = told[0]
        found.since, found.told_at = since(named, group), newest.published_at
    return found


def since(before: Sequence[Buyer], group: BuyerGroup) -> list[str]:
    """What differs between a published list and the group as it stands, a whole sentence each, in the reader's language.

    Only what the public may know: no invitation, no letter that is not signed, no budget.
    """
    was, now = buyer_list.changed(before, buyer_list.live(group))
    places = {one.organisation_id: one for one in group.participants.all()}
    former = {buyer.organisation.pk: buyer for buyer in was}
    standing = {buyer.organisation.pk for buyer in now}
    gone = [_left(buyer, places.get(buyer.organisation.pk)) for buyer in was if buyer.organisation.pk not in standing]
    lines = [
        line
        for buyer in now
        for line in _moved(former.get(buyer.organisation.pk), buyer, places[buyer.organisation.pk])
    ]
    return gone + lines


def _left(buyer: Buyer, place: Participant | None) -> str:
    said = {"name": buyer.organisation.name, "day": moments.say_day_here(place.since) if place else ""}
    return (_("%(name)s left on %(day)s.") if place else _("%(name)s is not on the list any more.")) % said


def _moved(before: Buyer | None, now: Buyer, place: Participant) -> list[str]:
    said = {"name": now.organisation.name, "day": moments.say_day_here(place.since)}
    lines = []
    if before is None or before.state != now.state:
        if place.called_off_at:
            lines.append(_("%(name)s used its option on %(day)s, and is committed.") % said)
        elif now.state == State.COMMITTED:
            lines.append(_("%(name)s committed itself on %(day)s.") % said)
        elif now.state == State.OPTION:
            lines.append(_("%(name)s holds an option to join since %(day)s.") % said)
        else:
            lines.append(_("%(name)s observes since %(day)s, and does not buy.") % said)
    if now.is_lead and before and not before.is_lead:
        lines.append(_("%(name)s leads now.") % said)
    if now.state == State.OBSERVER:  # who does not buy has no volume, which is said already
        return lines
    stated = dict(before.volumes) if before else {}
    things = [*stated, *(thing for thing in now.volumes if thing not in stated)]
    return lines + [
        line for thing in things if (line := _volume(now, thing, stated.get(thing), now.volumes.get(thing)))
    ]


def _volume(buyer: Buyer, thing: Thing, before: Decimal | None, now: Decimal | None) -> str:
    if before == now:
        return ""
    language = get_language() or "en"
    said = {
        "name": buyer.organisation.name,
        "item": thing[0],
        "unit": thing[1],
        "before": moments.number(before, language) if before is not None else "",
        "now": moments.number(now, language) if now is not None else "",
    }
    if before is None:
        return _("%(name)s intends to buy %(now)s %(unit)s: %(item)s.") % said
    if now is None:
        return _("%(name)s no longer states a volume: %(item)s.") % said
    if now > before:
        return _("%(name)s needs more: %(item)s went from %(before)s to %(now)s %(unit)s.") % said
    return _("%(name)s needs less: %(item)s went from %(before)s to %(now)s %(unit)s.") % said
