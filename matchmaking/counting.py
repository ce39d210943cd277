"""How often each word stands in published notices. Drafts have no search row, so that they cannot move a number here."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, transaction

from matchmaking.likeness import key_of
from matchmaking.models import WordFrequency
from procurements.models import NoticeSearch

SAMPLE = 50_000  # notices that are read; of more, an even part of the table's pages
WHOLE_VOCABULARY = 5_000  # in an arena with more notices than that, a word of a single one is left out
LONGEST = 120  # characters of a lexeme
STALE_AT = 0.02  # when so large a part of the notices has come or gone

COUNT = """
SELECT word, ndoc FROM ts_stat('SELECT document FROM procurements_noticesearch TABLESAMPLE SYSTEM ({share}) REPEATABLE (1)')
WHERE ndoc >= %s AND char_length(word) BETWEEN 1 AND %s
"""


def refresh() -> bool:
    """Counts again when enough has been published since the last time; says whether it did."""
    total = NoticeSearch.objects.count()
    last = WordFrequency.objects.filter(pk="").values_list("notices", flat=True).first()
    if last is not None and abs(total - last) < max(1, last * STALE_AT):
        return False
    count(total)
    return True


@transaction.atomic
def count(total: int) -> None:
    """Counts all words anew, in one transaction: whoever asks meanwhile reads the old numbers."""
    share = min(100.0, 100.0 * SAMPLE / max(1, total))
    least = 1 if total <= WHOLE_VOCABULARY else 2
    with connection.cursor() as cursor:
        cursor.execute(
            "LOCK TABLE matchmaking_wordfrequency IN EXCLUSIVE MODE"
        )  # a second worker waits; readers do not
        cursor.execute(COUNT.format(share=f"{share:.4f}"), [least, LONGEST])
        counted = cursor.fetchall()
        WordFrequency.objects.all().delete()
        with cursor.copy("COPY matchmaking_wordfrequency (lexeme, key, notices) FROM STDIN") as copy:
            for row in _rows(counted, total, 100.0 / share):
                copy.write_row(row)


def _rows(counted: list[tuple[str, int]], total: int, scale: float) -> Iterator[tuple[str, str, int]]:
    yield "", "", total
    for lexeme, notices in counted:
        yield lexeme, "" if is_code(lexeme) else key_of(lexeme), min(total, round(notices * scale))


def is_code(lexeme: str) -> bool:
    """Whether it is a code of the search row ("P:3319") and not a word: no text parser emits one."""
    return lexeme[1:2] == ":" and lexeme[0].isupper()
