"""What a subscription asks for, in words: a few short phrases, each of which can stand alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matchmaking.models import Subscription
from procurements import choosing
from procurements.filters_shown import INNOVATION
from procurements.models import Kind
from taxonomy import labels
from ui.moments import number

LEVELS = list(INNOVATION.items())  # as the list of notices says it
LANGUAGES = [("sv", gettext_lazy("Swedish")), ("nb", gettext_lazy("Norwegian")), ("en", gettext_lazy("English"))]
SHOWN = 6  # of each kind; the form has them all


def in_words(subscriptions: Sequence[Subscription], language: str) -> list[list[str]]:
    """For each subscription, what it asks for. Five queries at most, however many there are."""
    cpv = labels.cpv_labels(_shown_of(subscriptions, "cpv"), language)
    regions = labels.region_labels(_shown_of(subscriptions, "regions"), language)
    goals = labels.goal_labels(_shown_of(subscriptions, "goals"), language)
    buyers = _names(choosing.BUYERS, _shown_of(subscriptions, "buyers"))
    networks = _names(choosing.NETWORKS, _shown_of(subscriptions, "networks"))
    levels, languages, kinds = dict(LEVELS), dict(LANGUAGES), dict(Kind.choices)
    return [
        [
            *_some([_("“%(word)s”") % {"word": word} for word in each.words]),
            *_some([f"{code} {cpv.get(code, '')}" for code in each.cpv]),
            *([_("both a field and a word")] if each.needs_all and each.cpv and each.words else []),
            *_some([regions.get(code, code) for code in each.regions]),
            *_some([f"{goal}. {goals.get(goal, '')}" for goal in each.goals]),
            *_some([_("without “%(word)s”") % {"word": word} for word in each.excluded_words]),
            *_some([str(kinds.get(kind, kind)) for kind in each.kinds]),
            *_value(each, language),
            *_some([buyers.get(id, _("a buyer that is gone")) for id in each.buyers]),
            *_some([networks.get(id, _("a network that is gone")) for id in each.networks]),
            *_some([str(levels.get(level, level)) for level in each.levels]),
            *_some([str(languages.get(code, code)) for code in each.languages]),
        ]
        for each in subscriptions
    ]


def _shown_of(subscriptions: Iterable[Subscription], name: str) -> set[Any]:
    return {value for each in subscriptions for value in getattr(each, name)[:SHOWN]}


def _names(things: choosing.Things, ids: set[int]) -> dict[int, str]:
    return things.names(ids) if ids else {}


def _some(phrases: list[str]) -> list[str]:
    """The first few, and how many more there are."""
    more = len(phrases) - SHOWN
    if more <= 0:
        return phrases
    return [*phrases[:SHOWN], ngettext("and %(more)d more", "and %(more)d more", more) % {"more": more}]


def _value(subscription: Subscription, language: str) -> list[str]:
    words = {
        "low": number(subscription.value_from or 0, language),
        "high": number(subscription.value_to or 0, language),
        "currency": subscription.currency,
    }
    if subscription.value_from is not None and subscription.value_to is not None:
        return [_("%(low)s to %(high)s %(currency)s") % words]
    if subscription.value_from is not None:
        return [_("from %(low)s %(currency)s") % words]
    return [_("up to %(high)s %(currency)s") % words] if subscription.value_to is not None else []
