"""Why another need is like this one, in words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matchmaking.likeness import Reason
from taxonomy import labels


def in_words(many: Sequence[tuple[Reason, ...]], language: str) -> list[list[str]]:
    """Each list of reasons as phrases that can stand alone. Three queries, however many there are."""
    every = [reason for reasons in many for reason in reasons]
    cpv = labels.cpv_labels([_code(reason) for reason in every if reason.kind == "cpv"], language)
    regions = labels.region_labels([reason.values[0] for reason in every if reason.kind == "region"], language)
    goals = labels.goal_labels([int(value) for each in every if each.kind == "goal" for value in each.values], language)
    known = {**cpv, **regions, **{str(goal): label for goal, label in goals.items()}}
    return [[_phrase(reason, known) for reason in reasons] for reasons in many]


def _code(reason: Reason) -> str:
    return reason.values[0].ljust(8, "0")


def _phrase(reason: Reason, known: dict[str, str]) -> str:
    values = ", ".join(reason.values)
    if reason.kind == "cpv":
        code = _code(reason)
        label = known.get(code, code)
        return _("the same field: %(label)s") % {"label": f"{label} ({code})" if label != code else code}
    if reason.kind == "words":
        words = {"words": values}
        return ngettext("the same word: %(words)s", "the same words: %(words)s", len(reason.values)) % words
    if reason.kind == "meaning":
        return _("another language, the same thing: %(words)s") % {"words": values}
    if reason.kind == "goal":
        return _("the same goal: %(goals)s") % {"goals": ", ".join(known.get(value, value) for value in reason.values)}
    if reason.kind == "region":
        return _("the same region: %(region)s") % {"region": known.get(values, values)}
    if reason.kind == "country":
        return _("the same country")
    number = number_format(int(values), force_grouping=True)
    return _("about the same size: %(number)s inhabitants") % {"number": number}
