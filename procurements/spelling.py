"""What a misspelt word may have meant: a word that stands in notices and is written nearly alike.

Letters with and without their marks count as alike ("forskola" is "förskola"), because not every keyboard has them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connections, router

from procurements.models import SearchWord

if TYPE_CHECKING:
    from procurements.browsing import Browse

MOST_WORDS = 4  # of a question that are looked up
SHORTEST, LONGEST = 3, 40
ALIKE, ALIKE_SHORT = 0.42, 0.3  # part of the trigrams that two words must share to be compared letter by letter
FOLDED = str.maketrans("åäæöøéèüá", "aaaooeeua")  # as `procurements_folded` (migration 0009)

NEAREST = """
SELECT word, notices FROM procurements_searchword WHERE procurements_folded(word) %% %s
    AND length(word) BETWEEN %s AND %s ORDER BY similarity(procurements_folded(word), %s) DESC, notices DESC LIMIT 20
"""


def instead(browse: Browse, at: datetime, hits: int) -> str:
    """The text of the question with its misspelt words as notices have them; "" where that finds no more."""
    words = [word for word in browse.question.words if SHORTEST <= len(word) <= LONGEST and word.isalpha()]
    asked = list(dict.fromkeys(word.lower() for word in words))[: MOST_WORDS * 2]
    if not asked:
        return ""
    known = set(SearchWord.objects.filter(word__in=asked).values_list("word", flat=True))
    text = browse.q
    for word in [word for word in words if word.lower() not in known][:MOST_WORDS]:
        if better := nearest(word.lower()):
            text = text.replace(word, better)
    if text == browse.q:
        return ""
    return text if replace(browse, q=text).rows(at)[: hits + 1].count() > hits else ""


def nearest(word: str) -> str:
    """The known word that is written most alike, the commonest of those; "" if none is near."""
    folded = word.translate(FOLDED)
    with connections[router.db_for_read(SearchWord)].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pg_trgm.similarity_threshold', %s, true)",
            [str(ALIKE if len(word) > 6 else ALIKE_SHORT)],
        )
        cursor.execute(NEAREST, [folded, len(word) - 2, len(word) + 2, folded])
        found = [(distance(folded, each.translate(FOLDED)), -notices, each) for each, notices in cursor.fetchall()]
    near = [each for each in found if each[0] <= (1 if len(word) < 6 else 2)]
    return min(near)[2] if near else ""


def distance(one: str, other: str) -> int:
    """How many letters must be put in, taken out, changed, or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        last, row = row, [number]
        for place, letter_there in enumerate(other, 1):
            cost = min(last[place] + 1, row[-1] + 1, last[place - 1] + (letter != letter_there))
            if number > 1 and place > 1 and letter == other[place - 2] and one[number - 2] == letter_there:
                cost = min(cost, before[place - 2] + 1)
            row.append(cost)
        before = last
    return row[-1]
