"""What a list shows of each notice; labels, buyers and marked words come in one query a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from procurements import lot_times, marking
from procurements.innovation import recognise_version
from procurements.meaning import Question
from procurements.models import Notice, VersionBuyer
from taxonomy import labels

LEVELS = {
    "A": _("Innovation, declared by the buyer"),
    "B": _("Strong signs of innovation"),
    "C": _("Some signs of innovation"),
}
MOST_REGIONS = 3


def rows(notices: Sequence[Notice], question: Question | None = None) -> list[dict[str, Any]]:
    """They come with `current_version`, procurement and organisation; `question`: the words that are marked in them."""
    language = get_language() or "sv"
    versions = [notice.current_version for notice in notices if notice.current_version]
    regions = labels.region_labels({code for version in versions for code in version.regions}, language)
    goals = labels.goal_labels({goal for version in versions for goal in version.goals}, language)
    buyers = _buyers([version.pk for version in versions])
    lots_close = lot_times.closing_early(notices)
    words = marking.marked(question, versions) if question else {}
    return [
        {
            "notice": notice,
            "version": version,
            "regions": [regions.get(code, code) for code in version.regions[:MOST_REGIONS]],
            "more_regions": max(0, len(version.regions) - MOST_REGIONS),
            "goals": [goals.get(goal, str(goal)) for goal in version.goals],
            "buyers": _named(notice.procurement.organisation.name, buyers.get(version.pk, 1)),
            "is_joint": buyers.get(version.pk, 1) > 1 or notice.procurement.buyer_group_id is not None,
            "lots_close": lots_close.get(version.pk, []),
            "marked": words.get(version.pk),
            **_innovation(version),
        }
        for notice in notices
        if (version := notice.current_version)
    ]


def _buyers(versions: list[int]) -> dict[int, int]:
    counted = VersionBuyer.objects.filter(version__in=versions).values("version").order_by()
    return dict(counted.annotate(buyers=Count("organisation", distinct=True)).values_list("version", "buyers"))


def _named(name: str, buyers: int) -> str:
    if buyers < 2:
        return name
    return ngettext("%(name)s and %(more)d more", "%(name)s and %(more)d more", buyers - 1) % {
        "name": name,
        "more": buyers - 1,
    }


def _innovation(version: Any) -> dict[str, Any]:
    judged = recognise_version(version)
    return {"innovation": LEVELS.get(judged.level, ""), "why_innovation": judged.reasons[0] if judged.reasons else None}
