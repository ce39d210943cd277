"""Which CPV codes published notices with the same words use: what colleagues elsewhere chose says more than a word list.

Public information alone: only published texts have a search row, so no draft can tell what it is about.
"""

from django.db.models import Count, F, Func, Q

from procurements import meaning
from procurements.models import NoticeSearch
from taxonomy.glossary import normal

MOST = 12  # codes


def used_codes(words: str) -> dict[str, int]:
    """{"33196000": 12}: the commonest codes of published notices that have all the words, and how many notices have each.

    One query.
    """
    phrase = normal(words)
    if len(phrase) < 3 or phrase.isdigit():
        return {}
    counted = (
        NoticeSearch.objects.filter(meaning.stands_in(F("document"), *meaning.read(phrase, widens=False).sql()))
        .exclude(Q(version__cpv=[]))
        .annotate(used=Func(F("version__cpv"), function="unnest"))
        .values("used")
        .annotate(count=Count("notice", distinct=True))
        .order_by("-count", "used")
    )
    return {row["used"]: row["count"] for row in counted[:MOST]}
