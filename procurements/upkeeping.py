"""What the search needs done from time to time: none of it changes what is found, only how soon.

What is over leaves the index of what is open; the counts of lists without filters, and the words of notices, are counted anew.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from procurements.models import KINDS_TO_INFLUENCE, KeyCount, NoticeSearch, SearchWord
from procurements.searching import GRACE

BATCH = 1_000
SAMPLE = 50_000  # notices whose words are read; of more, an even part of the table's pages
WHOLE_VOCABULARY = 20_000  # with more notices than that, a word of a single one is left out: it may be a slip
STALE_AT = 0.01  # counts of all notices are made again when so large a part has come or gone

OPEN = "is_open AND is_head AND closed_at IS NULL AND (deadline_at IS NULL OR deadline_at > now())"
SCOPES = {
    "open": OPEN,
    "influence": f"{OPEN} AND kind IN ({', '.join(repr(str(kind)) for kind in KINDS_TO_INFLUENCE)})",
    "all": "true",
    "closed": f"is_head AND NOT ({OPEN})",
}
# By groups of keys first: a hundred thousand notices have few different ones, and only those are taken apart.
COUNT = """
WITH grouped AS MATERIALIZED (
    SELECT coalesce(facts, aims, places, subjects) AS keys, count(*) AS n, grouping(facts, aims, places, subjects) AS which
    FROM procurements_noticesearch WHERE {scope} GROUP BY GROUPING SETS ((facts), (aims), (places), (subjects), ())
)
INSERT INTO procurements_keycount (scope, key, notices)
SELECT %s, key, sum(n) FROM grouped, unnest(string_to_array(keys, ' ')) key WHERE which <> 15 AND key <> '' GROUP BY key
UNION ALL SELECT %s, 'total', n FROM grouped WHERE which = 15
"""
WORDS = """
WITH counted AS MATERIALIZED (
    SELECT word, (ndoc * %s)::int AS notices FROM ts_stat($$
        SELECT to_tsvector('simple', v.title || ' ' || v.summary)
        FROM (SELECT version_id FROM procurements_noticesearch TABLESAMPLE SYSTEM ({share}) REPEATABLE (1)) s
        JOIN procurements_noticeversion v ON v.id = s.version_id$$)
    WHERE ndoc >= %s AND length(word) BETWEEN 3 AND 40 AND word ~ '^[[:alpha:]]+$'
), gone AS (
    DELETE FROM procurements_searchword s WHERE NOT EXISTS (SELECT FROM counted c WHERE c.word = s.word)
)
INSERT INTO procurements_searchword (word, notices) SELECT word, notices FROM counted
ON CONFLICT (word) DO UPDATE SET notices = excluded.notices WHERE procurements_searchword.notices <> excluded.notices
"""


def close_over(at: datetime) -> int:
    """Takes notices whose deadline passed some time ago out of the index of what is open; returns how many. A batch a transaction.

    `changed` stays: nothing that anyone reads has changed.
    """
    done = 0
    over = NoticeSearch.objects.filter(Q(closed_at__isnull=False) | Q(deadline_at__lt=at - GRACE), is_open=True)
    while True:
        with transaction.atomic():
            batch = over.order_by("pk").select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH]
            number = NoticeSearch.objects.filter(pk__in=list(batch)).update(is_open=False)
        done += number
        if number < BATCH:
            return done


def refresh() -> None:
    """Counts again: of what is open always, of all when enough has come or gone since."""
    total = NoticeSearch.objects.count()
    last = KeyCount.objects.filter(scope="all", key="total").values_list("notices", flat=True).first()
    if last is not None and abs(total - last) < max(1, last * STALE_AT):
        count_keys("open", "influence")
    else:
        count_keys()
        count_words()


@transaction.atomic
def count_keys(*scopes: str) -> None:
    """In one transaction: whoever asks meanwhile reads the old numbers; a second worker waits."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE procurements_keycount IN EXCLUSIVE MODE")
        for scope in scopes or SCOPES:
            cursor.execute("DELETE FROM procurements_keycount WHERE scope = %s", [scope])
            cursor.execute(COUNT.format(scope=SCOPES[scope]), [scope, scope])


@transaction.atomic
def count_words() -> None:
    """The words of titles and summaries, as they are written there."""
    total = NoticeSearch.objects.count()
    share = min(100.0, 100.0 * SAMPLE / max(1, total))
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {SearchWord._meta.db_table} IN EXCLUSIVE MODE")
        cursor.execute(WORDS.format(share=f"{share:.4f}"), [100.0 / share, 1 if total <= WHOLE_VOCABULARY else 2])
