"""The notices that `bench.search` asks: made once, kept in `.data/bench-search-<rows>`, and gone on with where it was stopped.

A quarter of them is kept in a database of its own beside the whole, so that growth is measured in the same run. What a table
needs to remember lies beside the rows: the clock of the first day, how many are made, and the indexes that wait for the rows.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from bench import corpus as made_up

QUARTER = "quarter"
KEPT = "CREATE TABLE bench_kept (at timestamptz NOT NULL, made int NOT NULL)"
LATER = """
CREATE TABLE bench_later AS SELECT indexname::text AS name, indexdef AS definition FROM pg_indexes
WHERE tablename = 'procurements_noticesearch' AND (indexdef LIKE '%USING gin%' OR indexdef LIKE '% WHERE %')
"""


def ask(sql: str, *given: Any) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, given or None)
        return [] if cursor.description is None else cursor.fetchall()


@contextmanager
def within(database: str) -> Iterator[None]:
    """Another database of the same server."""
    from django.db import connection

    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def prepare(rows: int, say: Callable[[str], None]) -> datetime:
    """Sees to it that so many notices are there with their search rows, and a quarter of them beside; returns their clock."""
    from django.db import connection, transaction

    at, done = _kept()
    corpus = corpus_of()
    for last in (rows // 4, rows):
        if done < last:
            with transaction.atomic():
                made_up.load(corpus, last, at, say, is_varied=True, first=done)
                ask("UPDATE bench_kept SET made = %s", last)
        _index(at, say)
        if last < rows and not _exists(QUARTER):
            name = connection.settings_dict["NAME"]
            with within("postgres"):
                ask(f"CREATE DATABASE {QUARTER} TEMPLATE {name}")
            say("a quarter is kept")
        done = max(done, last)
    return at


def corpus_of() -> made_up.Corpus:
    from taxonomy.models import CpvCode

    return made_up.Corpus(list(CpvCode.objects.values_list("pk", flat=True)))


def _exists(database: str) -> bool:
    return bool(ask("SELECT FROM pg_database WHERE datname = %s", database))


def _kept() -> tuple[datetime, int]:
    """Begins where nothing is."""
    from django.utils import timezone

    from bench.cpv import HERE
    from taxonomy import loading

    if not ask("SELECT FROM pg_tables WHERE tablename = 'bench_kept'"):
        whole = HERE.parent.parent / "shared" / "reference"
        loading.load(whole if whole.is_dir() else None)
        ask(KEPT)
        ask(LATER)
        ask("INSERT INTO bench_kept VALUES (%s, 0)", timezone.now())
    [(at, done)] = ask("SELECT at, made FROM bench_kept")
    return at, done


def _index(at: datetime, say: Callable[[str], None]) -> None:
    """Search rows for the notices that have none, by the arena's own indexing; the large indexes are built afterwards."""
    from procurements import searching, upkeeping
    from procurements.models import Notice

    notices = Notice.objects.filter(pk__gte=made_up.FIRST, search=None)
    indexes = ask("SELECT name, definition FROM bench_later ORDER BY name")
    if notices.exists():
        for name, _definition in indexes:
            ask(f'DROP INDEX IF EXISTS "{name}"')
        done = 0
        for number, _last in searching.index_again(notices, at=at):
            done += number
            if done % 50_000 == 0:
                say(f"{done:,} indexed")
        upkeeping.close_over(at)  # what an earlier version of the indexing left open
    missing = [one for one in indexes if not ask("SELECT to_regclass(%s)", one[0])[0][0]]
    ask("SET maintenance_work_mem = '1GB'")
    for name, definition in missing:
        ask(definition)
        say(name)
    if missing:
        ask("VACUUM ANALYZE")
        upkeeping.refresh()
        say("counted")


def upkeep(at: datetime, now: Callable[[], float]) -> None:
    """What writing costs, with every index in place: some thousand rows written again as if they were new, and closed."""
    from procurements import searching, upkeeping
    from procurements.models import Notice

    count = 5_000
    some = Notice.objects.filter(pk__gte=made_up.FIRST, pk__lt=made_up.FIRST + count)
    began = now()
    for _done in searching.index_again(some):
        pass
    written = now()
    closed = upkeeping.close_over(at)
    ended = now()
    ask("SELECT gin_clean_pending_list('notice_search_document'), gin_clean_pending_list('notice_search_open')")
    cleaned = now()
    print(f"Indexing again: {1000 * (written - began) / count:.0f} µs a notice; closing: {1000 * (ended - written) / closed:.0f} µs;"
          f" tidying the index afterwards: {1000 * (cleaned - ended) / count:.0f} µs.", flush=True)  # fmt: skip
    upkeeping.count_keys()
    print(f"Counting every key anew: {now() - cleaned:.0f} ms.", flush=True)
    ask("VACUUM ANALYZE procurements_noticesearch")
