"""What the group buys together, and the letters of intent about it: items, sending, signing, declining (C4).

Every verb locks the group's row first; each raises `Refused` with a sentence for the person. Letters once answered are frozen
by the triggers of migration 0004, which also end the letters of a participant that leaves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import ProtectedError
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import Refused, require_administrator
from networks import letter_news
from networks.grouping import lock, require_lead
from networks.models import MOST_ITEMS, BuyerGroup, GroupItem, Letter, LetterVolume, Participant
from records import auditing


class ItemsChanged(Refused):
    """The lead changed what is bought while somebody was reading the letter."""


@dataclass(frozen=True)
class Intent:
    """What a signer fills in. `volumes` by the item's id, in its unit; a budget has a currency (ISO 4217)."""

    volumes: Mapping[int, Decimal]
    name: str
    title: str
    budget: Decimal | None = None
    currency: str = ""


@transaction.atomic
def set_items(group: BuyerGroup, rows: Iterable[tuple[int | None, str, str]], *, by: User, at: datetime) -> None:
    """What is bought together from now on: rows of (id or None for a new one, name, unit), in order; what is not named goes.

    What a signed letter names keeps its name and unit, and stays; so does what the cost is shared by, or was called off.
    """
    group = lock(group)
    require_lead(group, by)
    rows = list(rows)
    if len(rows) > MOST_ITEMS:
        raise Refused(_("At most twenty things can be bought together in one group."))
    known = {item.pk: item for item in group.items.all()}
    signed = set(LetterVolume.objects.filter(item__in=known).values_list("item_id", flat=True))
    kept = {pk for pk, _name, _unit in rows if pk in known}
    before = [(item.name, item.unit) for item in known.values()]
    for pk, name, unit in rows:
        if pk in signed and (known[pk].name, known[pk].unit) != (name, unit):
            raise Refused(
                _("A signed letter names “%(item)s”, so it keeps its name and unit.") % {"item": known[pk].name}
            )
    if gone := [known[pk].name for pk in signed - kept]:
        raise Refused(_("A signed letter names “%(item)s”, so it stays.") % {"item": min(gone)})
    if before == [(name, unit) for _pk, name, unit in rows]:
        return
    try:
        group.items.exclude(pk__in=kept).delete()
    except ProtectedError as why:
        used = min(str(one.item.name) for one in why.protected_objects)  # type: ignore[attr-defined]
        raise Refused(
            _("“%(item)s” stays: the cost is shared by it, or somebody has called it off.") % {"item": used}
        ) from why
    for position, (pk, name, unit) in enumerate(rows):
        item = known.get(pk) if pk else None
        item = item or GroupItem(group=group)
        item.name, item.unit, item.position = name, unit, position
        item.save()
    auditing.record(
        "group.items_set",
        group,
        by=by,
        at=at,
        acting_for=group.lead,
        details={"before": len(before), "after": len(rows)},
    )


@transaction.atomic
def send(group: BuyerGroup, *, to: Iterable[Participant], sign_by: date, by: User, at: datetime) -> list[Letter]:
    """A letter to each of the participants, to be signed by a day; returns the new ones.

    One that waits with the same day stays; with another day it is replaced. A signed one stands until the new one is answered.
    """
    group = lock(group)
    require_lead(group, by)
    if not group.items.exists():
        raise Refused(_("Say first what you buy together: without it there is nothing to sign."))
    if sign_by < timezone.localdate(at):
        raise Refused(_("The day to sign by has passed. Choose a later one."))
    chosen = {participant.pk for participant in to}
    sent = []
    for participant in group.participants.standing().filter(pk__in=chosen).select_related("organisation", "group"):
        letters = list(participant.letters.all())  # the newest first
        waiting = next((letter for letter in letters if letter.is_waiting), None)
        if waiting and waiting.sign_by == sign_by:
            continue
        if waiting:
            _end([waiting], at=at)
        number = letters[0].number + 1 if letters else 1
        letter = Letter.objects.create(participant=participant, number=number, sent_at=at, sent_by=by, sign_by=sign_by)
        details = {"number": number, "sign_by": sign_by.isoformat()}
        auditing.record("letter.sent", letter, by=by, at=at, acting_for=group.lead, details=details)
        letter_news.sent(letter, at=at)
        sent.append(letter)
    return sent


@transaction.atomic
def sign(letter: Letter, intent: Intent, *, seen: str, language: str, by: User, at: datetime) -> Letter:
    """Signs for the organisation. A second signature, of the same person or another, is harmless: the first one stands.

    `seen` is the `fingerprint` of the items that the person read, `language` the one in which the letter was read.
    """
    group, letter = _locked(letter, by)
    if letter.signed_at:
        return letter
    _require_waiting(letter)
    items = list(group.items.all())
    if fingerprint(items) != seen:
        raise ItemsChanged(_("What is bought together was changed in the meantime. Read the letter again, then sign."))
    if not intent.volumes or not set(intent.volumes) <= {item.pk for item in items}:
        raise Refused(_("Say how much you intend to buy of at least one thing."))
    _end(letter.participant.letters.filter(signed_at__isnull=False, ended_at=None), at=at)
    LetterVolume.objects.bulk_create(
        LetterVolume(letter=letter, item_id=pk, volume=volume) for pk, volume in intent.volumes.items()
    )
    letter.signed_at, letter.signed_by = at, by
    letter.signer_name, letter.signer_title = intent.name, intent.title
    letter.budget, letter.currency, letter.language = intent.budget, intent.currency, language
    letter.text = wording(letter, items, intent, language=language, on=timezone.localdate(at))
    letter.save()
    organisation = letter.participant.organisation
    details = {"number": letter.number}  # neither volumes nor budget: they stand in the letter alone
    auditing.record("letter.signed", letter, by=by, at=at, acting_for=organisation, details=details)
    letter_news.answered("letter-signed", letter, at=at)
    return letter


@transaction.atomic
def decline(letter: Letter, *, reason: str, by: User, at: datetime) -> Letter:
    """Says no for the organisation. The last answer counts: a letter that it signed earlier is no longer in force."""
    _group, letter = _locked(letter, by)
    if letter.declined_at:
        return letter
    if letter.signed_at:
        raise Refused(_("This letter is signed. Ask the lead for a new one if something has changed."))
    _require_waiting(letter)
    _end(letter.participant.letters.filter(signed_at__isnull=False, ended_at=None), at=at)
    letter.declined_at, letter.declined_by, letter.reason = at, by, reason
    letter.save()
    organisation = letter.participant.organisation
    auditing.record("letter.declined", letter, by=by, at=at, acting_for=organisation, details={"number": letter.number})
    letter_news.answered("letter-declined", letter, at=at)
    return letter


def wording(letter: Letter, items: list[GroupItem], intent: Intent | None, *, language: str, on: date | None) -> str:
    """The letter in words, in the language; without an intent, with its blanks open."""
    volumes = intent.volumes if intent else {}
    context = {
        "letter": letter,
        "group": letter.participant.group,
        "organisation": letter.participant.organisation,
        "items": [(item, volumes.get(item.pk)) for item in items if intent is None or item.pk in volumes],
        "intent": intent,
        "on": on,
    }
    with translation.override(language):
        return render_to_string("networks/letter.txt", context).strip()


def fingerprint(items: Iterable[GroupItem]) -> str:
    """Two lists of items have the same one when a reader of a letter saw the same."""
    seen = "\n".join(f"{item.pk}\t{item.name}\t{item.unit}" for item in items)
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def _locked(letter: Letter, by: User) -> tuple[BuyerGroup, Letter]:
    """The group, locked, and the letter as it is now; for an administrator of the organisation alone."""
    group = lock(letter.participant.group)
    letter = Letter.objects.select_related("participant__organisation", "participant__group__lead").get(pk=letter.pk)
    require_administrator(letter.participant.organisation, by)
    return group, letter


def _require_waiting(letter: Letter) -> None:
    if letter.declined_at:
        raise Refused(_("This letter was declined. The lead can send a new one."))
    if letter.ended_at:
        raise Refused(_("This letter is no longer in force. Look for a newer one on the group's page."))
    if letter.participant.state not in Participant.STANDING:
        raise Refused(_("Only those who are committed or hold an option sign a letter. Answer the group first."))


def _end(letters: Iterable[Letter], *, at: datetime) -> None:
    for letter in letters:
        letter.ended_at = at
        letter.save(update_fields=["ended_at"])
