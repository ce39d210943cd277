"""How fast does a notice find those who should hear of it? `python -m bench.matching [--subscriptions 1000000] [--dense]`

`bench/subscriptions.py` makes the subscriptions, `bench/corpus.py` the notices. Milliseconds of processor time of PostgreSQL and
Python together, unless "wall" is said; the rows are in memory. Beside ours, over the same rows in the same run: a scan of a table
with everything prepared, the same table with a GIN index over arrays, bitmaps in this process's memory (pyroaring, where it is
installed), and for three notices the pure score over every subscription. All of them must find the same. Lucene's monitor is a
peer where it is installed; it is not here, and nothing is said of it.
"""

import argparse
import gc
import math
import resource
import time
from collections.abc import Callable, Iterable
from typing import Any

from bench import corpus as made_up
from bench import matching_peers as peers
from bench import subscriptions as crowds
from bench.database import machine, prepared
from bench.similar_speed import Clock, at_share

NOTICES, SCANNED, JUDGED = 100, 12, 3
IMPORTED, BATCH = 5_000, 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subscriptions", type=int, default=100_000)
    parser.add_argument("--dense", action="store_true")
    parser.add_argument("--import", type=int, default=IMPORTED, dest="imported")
    parser.add_argument("--mails", type=int, default=2_000)
    given = parser.parse_args()
    many = given.subscriptions
    few = 100_000 if many >= 1_000_000 else many * 3 // 10
    with prepared(f"matching-{many}"):
        from django.db import connection
        from django.utils import timezone

        from bench.cpv import HERE
        from taxonomy import loading
        from taxonomy.models import CpvCode

        began, at = time.monotonic(), timezone.now()

        def say(what: str) -> None:
            print(f"  {time.monotonic() - began:.0f} s: {what}", flush=True)

        _empty()
        whole = HERE.parent.parent / "shared" / "reference"
        loading.load(whole if whole.is_dir() else None)
        corpus = made_up.Corpus(list(CpvCode.objects.values_list("pk", flat=True)))
        made_up.load(corpus, given.imported, at, say)
        crowd = crowds.Crowd(corpus, dense=given.dense, early=few)
        with connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 0")
        print(f"{machine()}; {'dense' if given.dense else 'specific'} population, {len(corpus.codes):,} codes\n")
        run = Run(corpus, crowd, say)
        run.grow(0, few, at)
        run.grow(few, many, at)
        run.growth()
        run.storage()
        run.rows(given.imported, at)
        run.digest(given.mails, at)


class Run:
    def __init__(self, corpus: made_up.Corpus, crowd: crowds.Crowd, say: Callable[[str], None]) -> None:
        self.corpus, self.crowd, self.say = corpus, crowd, say
        self.clock = Clock()
        self.middle: dict[str, list[float]] = {}
        self.sizes: list[int] = []

    def taken(self, way: Callable[[Any], Any], each: Iterable[Any]) -> list[float]:
        found = []
        for one in each:
            began = self.clock.now()
            way(one)
            found.append(self.clock.now() - began)
        return found

    def note(self, name: str, found: list[float], more: str = "") -> None:
        mean = sum(found) / len(found)
        self.middle.setdefault(name, []).append(mean)
        print(
            f"| {name} | {len(found)} | {at_share(found, 0.5):.2f} | {at_share(found, 0.95):.2f} | {mean:.2f} | {more} |",
            flush=True,
        )

    def grow(self, first: int, last: int, at: Any) -> None:
        """Loads up to `last` subscriptions and measures every way."""
        from django.db import connection

        from matchmaking import matching
        from matchmaking.matching import Asking

        crowds.load(self.crowd, first, last, at, self.say)
        peers.load(self.crowd, first, last)
        peers.index()
        with connection.cursor() as cursor:
            for table in (
                "matchmaking_anchor",
                "matchmaking_subscription",
                "matchmaking_receiver",
                "matchmaking_askedkey",
            ):
                cursor.execute(f"VACUUM ANALYZE {table}")
        self.sizes.append(last)
        reserved = self.crowd.reserved
        some = list(crowds.notices(self.corpus, NOTICES, lambda made: made.topic[:2] not in reserved))
        still = list(
            crowds.notices(self.corpus, NOTICES, lambda made: made.topic[:2] in reserved and made.cpv[:2] in reserved)
        )
        asking = [Asking(number, facts) for number, facts in some]
        given = [peers.parameters(each.facts, matching._asked([each])) for each in asking]
        for each in asking[:5]:
            matching.matches([each])  # warm
        print(
            f"\n{last:,} subscriptions\n\n| what | notices | p50 ms | p95 ms | mean ms | |\n|---|---|---|---|---|---|"
        )
        ours = [{pk for _version, pk in matching.who([each])} for each in asking]
        count = sum(map(len, ours)) / len(ours)
        self.note(
            "ours: match only", self.taken(lambda each: matching.who([each]), asking), f"{count:.0f} matches a notice"
        )
        explained = self.taken(lambda each: matching.matches([each]), asking)
        self.note(
            "ours: match, score, reasons",
            explained,
            f"{1000 * sum(explained) / max(1, sum(map(len, ours))):.1f} µs a match",
        )
        constant = [len(matching.who([Asking(number, facts)])) for number, facts in still]
        self.note(
            "ours: match only, constant output",
            self.taken(lambda each: matching.who([each]), [Asking(number, facts) for number, facts in still]),
            f"{sum(constant) / len(constant):.0f} matches a notice",
        )
        same = [peers.ask(peers.ARRAYS, each) for each in given]
        self.note("GIN over arrays", self.taken(lambda each: peers.ask(peers.ARRAYS, each), given), differ(ours, same))
        with connection.cursor() as cursor:
            cursor.execute("SET enable_bitmapscan = off")
        same = [peers.ask(peers.SCAN, each) for each in given[:SCANNED]]
        self.note("scan", self.taken(lambda each: peers.ask(peers.SCAN, each), given[:SCANNED]), differ(ours, same))
        with connection.cursor() as cursor:
            cursor.execute("RESET enable_bitmapscan")
        self._bitmaps(last, given, ours)
        if first == 0:
            self._judge(last, asking, ours)

    def _bitmaps(self, last: int, given: list[dict[str, Any]], ours: list[set[int]]) -> None:
        try:
            bitmaps = peers.Bitmaps(self.crowd, last)
        except ImportError:
            print("| bitmaps in memory | – | – | – | – | pyroaring is not installed |")
            return
        same = [bitmaps.who(each) for each in given]
        self.note("bitmaps in memory (the limit)", self.taken(bitmaps.who, given), differ(ours, same))
        del bitmaps
        gc.collect()

    def _judge(self, last: int, asking: list[Any], ours: list[set[int]]) -> None:
        """The pure score of every subscription: what all the others must agree with."""
        from matchmaking.scoring import score

        found: list[set[int]] = [set() for _each in range(JUDGED)]
        spent = 0.0
        for number in range(last):
            asked = self.crowd.asked(number).criteria
            began = time.thread_time()
            for place, each in enumerate(asking[:JUDGED]):
                if score(asked, each.facts).is_alert:
                    found[place].add(made_up.FIRST + number)
            spent += time.thread_time() - began
        self.note("loop over every subscription in Python", [1000 * spent / JUDGED] * JUDGED, differ(ours, found))

    def growth(self) -> None:
        few, many = self.sizes
        print("\nGrowth exponents (time ~ subscriptions ^ n):")
        for name, means in self.middle.items():
            if len(means) == 2:
                print(f"- {name}: {math.log(means[1] / means[0]) / math.log(many / few):.2f}")
        scan, match = self.middle["scan"][-1], self.middle["ours: match only"][-1]
        print(
            f"\nOf the scan: match only 1/{scan / match:.0f}; with reasons 1/{scan / self.middle['ours: match, score, reasons'][-1]:.0f}."
        )
        if limit := self.middle.get("bitmaps in memory (the limit)"):
            print(f"Of the bitmaps: match only {match / limit[-1]:.1f} times.")

    def storage(self) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_total_relation_size('matchmaking_anchor'), pg_table_size('matchmaking_subscription'),"
                " pg_total_relation_size('matchmaking_askedkey'), (SELECT count(*) FROM matchmaking_anchor)"
            )
            anchors, table, asked, count = cursor.fetchone()
        print(
            f"\nStorage: anchors with their indexes {anchors / 1e6:.0f} MB ({count / self.sizes[-1]:.1f} a subscription), asked keys"
            f" {asked / 1e6:.0f} MB, subscriptions {table / 1e6:.0f} MB: {(anchors + asked) / table:.2f} times."
        )

    def rows(self, imported: int, at: Any) -> None:
        """A day's import in batches: who, then with rows of matches and notifications; and what a row costs."""
        from django.db import connection, transaction

        from matchmaking import engine, matching
        from matchmaking.matching import Asking
        from procurements.models import NoticeVersion

        asking = [
            Asking(made_up.FIRST + number, crowds.facts_of(self.corpus.made(number), number))
            for number in range(imported)
        ]
        batches = [asking[start : start + BATCH] for start in range(0, imported, BATCH)]
        wall, pairs = time.monotonic(), 0
        began = self.clock.now()
        for batch in batches:
            pairs += len(matching.who(batch))
        only = (self.clock.now() - began) / 1000
        self.say(f"{imported:,} notices matched, {pairs:,} pairs")
        scan = self.middle["scan"][-1] / 1000 * imported
        print(
            f"\n{imported:,} notices in batches of {BATCH}: match only {only:.1f} s ({time.monotonic() - wall:.1f} s wall),"
            f" 1/{scan / only:.0f} of {imported:,} scans."
        )
        versions = {
            version.pk: version
            for version in NoticeVersion.objects.filter(pk__in=[each.version for each in asking]).select_related(
                "notice__procurement__organisation", "notice__procurement__buyer_group"
            )
        }
        written, kept_for, told_for = 0, 0.0, 0.0
        wall, began = time.monotonic(), self.clock.now()
        for batch in batches:
            with transaction.atomic():
                start = self.clock.now()
                matching.keep(batch, at=at)
                kept_for += self.clock.now() - start
                start = self.clock.now()
                some = [versions[each.version] for each in batch]
                written += sum(engine._tell_of_matches(some, engine._insiders(some), at).values())
                told_for += self.clock.now() - start
        spent = (self.clock.now() - began) / 1000
        self.say(f"{written:,} notifications written")
        print(
            f"With rows of matches and notifications: {spent:.1f} s ({time.monotonic() - wall:.1f} s wall), 1/{scan / spent:.0f} of the scans;"
            f" {written:,} notifications, {written / spent:,.0f} a second; {1000 * kept_for / pairs:.1f} µs a match with its row,"
            f" {1000 * told_for / max(1, written):.1f} µs a notification."
        )
        again = time.monotonic()
        with transaction.atomic():
            fresh = matching.keep(batches[0], at=at)
        print(f"The first batch once more: {fresh} new rows, {time.monotonic() - again:.2f} s wall.")
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE lines AS SELECT * FROM notifications_notification LIMIT 200000")
            cursor.execute("CREATE TABLE bench_bare (LIKE notifications_notification)")
            start = self.clock.now()
            cursor.execute("INSERT INTO bench_bare SELECT * FROM lines")
            bare = self.clock.now() - start
            cursor.execute("DELETE FROM notifications_notification WHERE id IN (SELECT id FROM lines)")
            columns = "event_id, recipient_id, organisation_id, reasons, created_at, mail_due_at"
            start = self.clock.now()
            cursor.execute(
                f"INSERT INTO notifications_notification ({columns}) SELECT {columns} FROM lines"
                " ORDER BY event_id, recipient_id ON CONFLICT DO NOTHING"
            )
            real = self.clock.now() - start
            count = cursor.rowcount
            start = self.clock.now()
            cursor.execute(
                f"INSERT INTO notifications_notification ({columns}) SELECT {columns} FROM lines ON CONFLICT DO NOTHING"
            )
            replay, new = self.clock.now() - start, cursor.rowcount
            cursor.execute("DROP TABLE bench_bare")
        print(
            f"A notification's row with its indexes: {1000 * real / count:.1f} µs, bare {1000 * bare / count:.1f} µs:"
            f" {real / bare:.1f} times; replay {1000 * replay / count:.1f} µs, {new} rows."
        )

    def digest(self, mails: int, at: Any) -> None:
        """Everybody's digest of that import is composed; then some of the mails are made and handed to nobody."""
        from django.conf import settings
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        from notifications import composing, sending
        from notifications.models import Mail, Notification

        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE notifications_notification")
            cursor.execute("SELECT count(DISTINCT recipient_id) FROM notifications_notification")
            people = cursor.fetchone()[0]
        due = Notification.objects.order_by("-mail_due_at").values_list("mail_due_at", flat=True).first()
        lines = Notification.objects.count()
        wall, began = time.monotonic(), self.clock.now()
        made = composing.compose_due(due)
        spent = self.clock.now() - began
        self.say("digests composed")
        print(
            f"\nDigest: {lines:,} lines of {people:,} people became {made:,} mails in {spent / 1000:.1f} s"
            f" ({time.monotonic() - wall:.1f} s wall), {1000 * spent / max(1, made):.0f} µs a mail."
        )
        Mail.objects.filter(pk__in=Mail.objects.order_by("pk").values("pk")[mails:]).update(
            due_at=due.replace(year=due.year + 1)
        )
        with CaptureQueriesContext(connection) as asked:
            wall, began = time.monotonic(), self.clock.now()
            sent = sending.send_due(lambda: due)
            spent = self.clock.now() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{sent:,} of them made and sent to nobody: {spent / max(1, sent):.1f} ms a mail ({time.monotonic() - wall:.1f} s wall),"
            f" {len(asked) / max(1, sent):.1f} statements a mail; this process at most {peak:.0f} MB, the whole run."
        )


def differ(ours: list[set[int]], others: list[set[int]]) -> str:
    wrong = sum(one != other for one, other in zip(ours, others, strict=False))
    return f"{wrong} of {len(others)} differ from ours"


def _empty() -> None:
    """An earlier run's rows, which were kept in this folder."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations'"
        )
        names = ", ".join(f'"{name}"' for (name,) in cursor.fetchall())
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"TRUNCATE {names} CASCADE")
        cursor.execute("SET session_replication_role = origin")


if __name__ == "__main__":
    main()
