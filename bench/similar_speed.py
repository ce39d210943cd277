"""How fast are others with the same need found, among many? `python -m bench.similar_speed [--rows 1000000]`

`bench/corpus.py` makes the notices; 120 drafts by the same law, which nobody published, are asked about. In the same run: the
newest with the same CPV class; the lexemes of the text with OR between them, ranked by ts_rank over every hit; and the arena's
own search for a word with its counts, as the list page asks. Milliseconds of processor time, of PostgreSQL and of Python
together (other work may run on the machine); the rows are in memory. "Same class": how many of the first ten are about the
same CPV class as the draft in truth, which what they state is not always.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import corpus as made_up
from bench.database import machine, prepared

TOP, DRAFTS, SLOW_DRAFTS = 10, 120, 24


class Clock:
    """Processor time of this thread and of its server process."""

    def __init__(self) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.server = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

    def now(self) -> float:
        """Milliseconds."""
        return int(self.server.read_text().split()[0]) / 1e6 + time.thread_time() * 1e3


def ours(made: made_up.Made, notice: Any, at: Any) -> list[int]:
    """As the panel does it; the first ten of those that were judged, whether they would be shown or not."""
    from matchmaking import similar

    similar.similar_for_team(notice, at=at)
    return []


def ranked(notice: Any, at: Any) -> list[int]:
    from matchmaking import similar
    from matchmaking.likeness import likeness

    asked, counted = similar.read(notice, notice)
    found = similar._candidates(asked, counted, not_of=[1])
    judged = [
        (likeness(asked, said).points, version.notice_id) for version, said in similar._read_candidates(found, at)
    ]
    return [pk for _points, pk in sorted(judged, reverse=True)[:TOP]]


def rows_of(sql: str, parameters: list[Any]) -> list[int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [row[0] for row in cursor.fetchall()]


def same_class(made: made_up.Made, _notice: Any, _at: Any) -> list[int]:
    return rows_of(
        "SELECT notice_id FROM procurements_noticesearch WHERE document @@ %s::tsquery ORDER BY published_at DESC LIMIT 10",
        [f"'P:{made.cpv[:4].rstrip('0').ljust(2, '0')}'"],
    )


def full_text(made: made_up.Made, _notice: Any, _at: Any) -> list[int]:
    query = " | ".join(f"'{word}'" for word in sorted(set(made.words)))
    return rows_of(
        "SELECT notice_id FROM procurements_noticesearch WHERE document @@ %s::tsquery"
        " ORDER BY ts_rank(document, %s::tsquery) DESC, notice_id DESC LIMIT 10",
        [query, query],
    )


def list_search(made: made_up.Made, _notice: Any, at: Any) -> list[int]:
    """One page of the list for a word of the draft, rare or common by turns, and the counts of every filter."""
    from procurements.browsing import Browse

    word = made.words[len(made.words) * (made.goal % 4) // 4]
    browse = Browse(q=word, state="all", sort="relevance")
    list(browse.notices(at)[:25])
    browse.counts(at)
    return []


WAYS: dict[str, tuple[Callable[..., list[int]], int]] = {
    "the arena: similar needs": (ours, DRAFTS),
    "newest of the CPV class": (same_class, DRAFTS),
    "the arena: search for a word, with counts": (list_search, SLOW_DRAFTS),
    "full text, OR, ts_rank": (full_text, SLOW_DRAFTS // 2),
}


def at_share(taken: list[float], share: float) -> float:
    taken = sorted(taken)
    return taken[min(len(taken) - 1, int(len(taken) * share))]


def measure(made: made_up.Corpus, at: Any) -> None:
    drafts = list(made_up.drafts(made, DRAFTS))
    clock = Clock()
    print("| what | drafts | p50 ms | p95 ms | slowest ms | same class at 10 |\n|---|---|---|---|---|---|")
    p95 = {}
    for name, (way, number) in WAYS.items():
        for one, notice in drafts[:3]:
            way(one, notice, at)  # warm
        taken, right = [], []
        for one, notice in drafts[:number]:
            began = clock.now()
            found = way(one, notice, at)
            taken.append(clock.now() - began)
            if way is ours:
                found = ranked(notice, at)
            right += [made.made(pk - made_up.FIRST).topic[:4] == one.topic[:4] for pk in found]
        shown = f"{sum(right) / len(right):.2f}" if right else "–"
        p95[name] = at_share(taken, 0.95)
        print(
            f"| {name} | {number} | {at_share(taken, 0.5):.1f} | {p95[name]:.1f} | {max(taken):.1f} | {shown} |",
            flush=True,
        )
    arena, _class, search, text = p95.values()
    print(
        f"\np95 of similar needs: {arena / search:.2f} of the list's search, {arena / text:.3f} of full text with OR."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    with prepared(f"similar-speed-{rows}"):
        from django.db import connection, transaction
        from django.utils import timezone

        from bench.cpv import HERE
        from matchmaking import counting
        from taxonomy import loading
        from taxonomy.models import CpvCode

        began, at = time.monotonic(), timezone.now()

        def say(what: str) -> None:
            print(f"  {time.monotonic() - began:.0f} s: {what}", flush=True)

        whole = HERE.parent.parent / "shared" / "reference"
        with transaction.atomic():
            loading.load(whole if whole.is_dir() else None)
            corpus = made_up.Corpus(list(CpvCode.objects.values_list("pk", flat=True)))
            made_up.load(corpus, rows, at, say)
            with connection.cursor() as cursor:
                cursor.execute("SET max_parallel_workers_per_gather = 0")
            counting.refresh()
            say("words counted")
            print(f"{machine()}; {rows:,} notices, {len(corpus.codes):,} codes\n")
            measure(corpus, at)
            transaction.set_rollback(True)


if __name__ == "__main__":
    main()
