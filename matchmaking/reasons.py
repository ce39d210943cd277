"""Reasons in words: "CPV 33196 Medical aids", "the region Skåne län", "the word fallsensor", "your saved search Falls".

A reason is kept as "kind:value" ("cpv:33196", "search:17"), as matchmaking.scoring writes it; what only people bring about
(interest, a question) and what an older release wrote is {"kind": ..., "value": ...}.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Organisation
from matchmaking.models import Subscription
from networks.models import Network
from notifications.models import Notification
from procurements.models import Kind
from taxonomy.models import CpvCode, Goal, Region

Kept = str | dict[str, Any]  # as it stands in a row
Reason = dict[str, Any]  # {"kind": "cpv", "value": "33196", "label": {"sv": "Hjälpmedel"}}; `label` after `with_labels`
# Whose label is looked up under another name than the reason's own.
LOOKED_UP = {"near": "cpv", "country": "region"}


def parsed(reason: Kept) -> Reason:
    """`{"kind": ..., "value": ...}` of either form; the value is text. A string without a colon is a kind without a value."""
    if isinstance(reason, dict):
        return {**reason, "kind": str(reason.get("kind", "")), "value": str(reason.get("value", ""))}
    kind, _colon, value = reason.partition(":")
    return {"kind": kind, "value": value}


def with_labels(many: Sequence[Sequence[Kept]], languages: Iterable[str]) -> list[list[Reason]]:
    """The same lists, parsed, each reason with `label`: {language: label}. Six queries at most, however many there are."""
    listed = [[parsed(reason) for reason in reasons] for reasons in many]
    asked: dict[str, set[str]] = defaultdict(set)
    for reason in (reason for reasons in listed for reason in reasons):
        kind, value = _looked_up(reason)
        asked[kind].add(value)
    languages = list(languages)
    found = {kind: LABELS[kind](values, languages) for kind, values in asked.items() if kind in LABELS}
    return [
        [{**reason, "label": found.get(_looked_up(reason)[0], {}).get(_looked_up(reason)[1], {})} for reason in reasons]
        for reasons in listed
    ]


def prepare(notifications: Sequence[Notification]) -> None:
    """Gives the reasons of all these lines their labels in every language, so that no line asks for its own."""
    languages = [code for code, _name in settings.LANGUAGES]
    explained = with_labels([each.reasons for each in notifications], languages)
    for notification, reasons in zip(notifications, explained, strict=True):
        notification.reasons = reasons


def sentence(reason: Kept, language: str) -> str:
    """One reason as a phrase that can stand alone, in the active language; empty for a search that is gone."""
    reason = parsed(reason)
    kind, value = reason["kind"], reason["value"]
    label = reason.get("label", {}).get(language, "")
    words = {"value": value, "label": label, "name": label or value}
    if kind == "cpv":
        return (_("CPV %(value)s %(label)s") % words).strip()
    if kind == "near":
        return _("CPV %(value)s %(label)s, which is wider than your field") % words
    if kind == "word":
        return _("the word %(value)s") % words
    if kind == "goal":
        return (_("goal %(value)s %(label)s") % words).strip()
    if kind == "region":
        return _("the region %(label)s") % {"label": label or value}
    if kind == "country":
        return _("all of %(label)s") % {"label": label or value}
    if kind == "buyer":
        return _("the buyer %(name)s") % words if label else _("a buyer that you chose")
    if kind == "network":
        return _("the network %(name)s") % words if label else _("a network that you chose")
    return _other(kind, value, label)


def _other(kind: str, value: str, label: str) -> str:
    if kind == "level":
        return _level(value)
    if kind == "kind":
        return _("the kind of notice: %(kind)s") % {"kind": Kind(value).label if value in Kind else value}
    if kind == "search":
        return label
    if kind == "question":
        return _("you have asked a question")
    if kind == "follow":
        return _("you follow it")
    return _("you have registered interest") if kind == "interest" else value


def _level(level: str) -> str:
    """How sure the arena is that something new is bought; the phrases of the list's own filter, as reasons."""
    if level == "A":
        return _("the buyer declares it as innovation")
    return _("strong signs of innovation") if level == "B" else _("some signs of innovation")


def sentences(reasons: Iterable[Kept], language: str) -> list[str]:
    return [said for reason in reasons if (said := sentence(reason, language))]


def _looked_up(reason: Reason) -> tuple[str, str]:
    kind: str = reason["kind"]
    return LOOKED_UP.get(kind, kind), reason["value"]


# Each: the values of one kind and the languages, to {value: {language: label}}, in one query; none for what is unknown.


def _cpv(values: set[str], languages: list[str]) -> dict[str, dict[str, str]]:
    rows = CpvCode.objects.in_bulk([value.ljust(8, "0") for value in values])
    return {
        value: {language: row.label(language) for language in languages}
        for value in values
        if (row := rows.get(value.ljust(8, "0")))
    }


def _regions(values: set[str], languages: list[str]) -> dict[str, dict[str, str]]:
    rows = Region.objects.in_bulk(list(values))
    return {pk: {language: row.label(language) for language in languages} for pk, row in rows.items()}


def _goals(values: set[str], languages: list[str]) -> dict[str, dict[str, str]]:
    rows = Goal.objects.filter(number__in=_ids(values))
    return {str(row.number): {language: row.label(language) for language in languages} for row in rows}


def _buyers(values: set[str], languages: list[str]) -> dict[str, dict[str, str]]:
    names = Organisation.objects.filter(pk__in=_ids(values)).values_list("pk", "name")
    return {str(pk): dict.fromkeys(languages, name) for pk, name in names}


def _networks(values: set[str], languages: list[str]) -> dict[str, dict[str, str]]:
    names = Network.objects.filter(pk__in=_ids(values)).values_list("pk", "name")
    return {str(pk): dict.fromkeys(languages, name) for pk, name in names}


def _searches(values: set[str], languages: list[str]) -> dict[str, dict[str, str]]:
    """Whole phrases: what found it may be an organisation's offer, a saved search, or what somebody follows by a click."""
    rows = Subscription.objects.filter(pk__in=_ids(values)).select_related("organisation")
    found: dict[str, dict[str, str]] = {str(row.pk): {} for row in rows}
    for language in languages:
        with override(language):
            for row in rows:
                found[str(row.pk)][language] = _search(row)
    return found


def _search(row: Subscription) -> str:
    if row.organisation:
        return _("what %(name)s offers") % {"name": row.organisation.name}
    if row.follows:
        return _("you follow %(name)s") % {"name": row.name}
    return _("your saved search %(name)s") % {"name": row.name}


def _ids(values: Iterable[str]) -> list[int]:
    return [int(value) for value in values if value.isascii() and value.isdigit()]


LABELS = {
    "cpv": _cpv,
    "region": _regions,
    "goal": _goals,
    "buyer": _buyers,
    "network": _networks,
    "search": _searches,
}
