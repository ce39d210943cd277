"""How fast is a page of the list found among many notices? `python -m bench.search [--rows 1000000]`

`bench/corpus.py` makes the notices, the arena's own indexing their search rows. Questions of nine classes, the same to everybody: a
page of 25, the total, and six counts. Milliseconds of processor time of PostgreSQL and Python together; the rows are in memory, one
client. Beside ours, over the same notices in the same run, `bench/search_peers.py`. "Ours" is the whole of `Browse.results`, eight
facets and the 25 notices with all that a row shows included; "ours, ids alone" is what the peers give. Notices and peers are kept
in `.data/bench-search-<rows>`: the first run makes them (twenty minutes a million on a quiet machine, and six for the peers), or
goes on where it was stopped; the next ones measure at once.
"""

import argparse
import math
import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench import corpus as made_up
from bench import search_notices
from bench import search_peers as peers
from bench.database import machine, prepared
from bench.search_peers import FACETS, Found, Question
from bench.similar_speed import Clock, at_share

EACH = 12  # questions of a class
# Of how many notices in a million a word stands in: {class: (words, division, country, open)}.
CLASSES: dict[str, tuple[tuple[int, ...], bool, bool, bool]] = {
    "empty": ((), False, False, False),
    "rare": ((280,), False, False, False),
    "mid": ((5_600,), False, False, False),
    "common": ((50_000,), False, False, False),
    "two terms": ((20_000, 20_000), False, False, False),
    "filters only": ((), True, True, False),
    "term + filters": ((40_000,), True, True, False),
    "open + term": ((2_600,), False, False, True),
    "open + filters": ((), True, True, True),
}
PEERS = {
    "tantivy": ("tantivy", peers.tantivy),
    "SQLite FTS5": ("fts5", peers.fts5),
    "full text, ts_rank": ("plain", peers.full_text),
    "icontains": ("plain", peers.icontains),
}
SLOW = {"full text, ts_rank": 3, "icontains": 1}  # questions of a class that slow ones are asked


class Corpus(made_up.Corpus):
    """Knows how often its words stand."""

    def word_of(self, notices: int, chance: random.Random) -> str:
        """A common word that stands in about so many of a million notices."""
        found = []
        for language, (_ending, part) in made_up.LANGUAGES.items():
            for rank in range(made_up.VOCABULARY):
                share = 1 / (rank + 10) / self.weights[-1]
                expected = 1_000_000 * part * (1 - (1 - share) ** made_up.COMMON_WORDS)
                if abs(math.log(expected / notices)) < 0.15:
                    found.append(self.words[language][rank])
                elif expected < notices / 1.2:
                    break
        return chance.choice(found)


def questions(corpus: Corpus) -> dict[str, list[Question]]:
    chance = random.Random(made_up.SEED)
    asked = {}
    for name, (words, division, country, is_open) in CLASSES.items():
        asked[name] = []
        for _each in range(EACH if name != "empty" else 3):
            said: tuple[str, ...] = ()
            while len(set(said)) < len(words) or len({word[-2:] for word in said}) > 1:  # of one language
                said = tuple(corpus.word_of(notices, chance) for notices in words)
            topic = chance.choice(corpus.codes)
            place = chance.choice(made_up.PLACES)
            asked[name].append(Question(said, topic[:2] if division else "", place[:2] if country else "", is_open))
    return asked


def facets(number: int, made: made_up.Made) -> dict[str, str]:
    return {
        "kind": made_up.kind(number), "country": made_up.country(number), "region": made.region, "goal": str(made.goal),
        "procedure": made_up.procedure(number), "innovation": level(number, made.cpv),
    }  # fmt: skip


def level(number: int, cpv: str) -> str:
    from procurements.innovation import recognise

    return recognise(innovation=made_up.innovation(number), procedure=made_up.procedure(number), cpv_main=cpv).level


def rows(corpus: Corpus, first: int, last: int, at: Any) -> Iterator[peers.Row]:
    from procurements.models import KINDS_THAT_ASK

    for number in range(first, last):
        made = corpus.made(number)
        published, kind = made_up.published(number, at), made_up.kind(number)
        is_open = kind in KINDS_THAT_ASK and published + timedelta(days=40) > at
        days = int(published.timestamp())
        yield peers.row(number, made, facets(number, made), is_open=is_open, published=days)


def ours(at: Any, *, ids_alone: bool) -> Callable[[Question], Found]:
    from procurements import finding
    from procurements.browsing import Browse

    fetch = finding._notices

    def ask(question: Question) -> Found:
        chosen = {"cpv": [question.division]} if question.division else {}
        if question.country:
            chosen["country"] = [question.country]
        browse = Browse(q=" ".join(question.words), state="open" if question.is_open else "all", chosen=chosen)
        seen: list[int] = []

        def keep(ids: list[int]) -> list[Any]:
            seen.extend(ids)
            return [] if ids_alone else fetch(ids)

        finding._notices = keep
        try:
            found = browse.results(at)
        finally:
            finding._notices = fetch
        return Found(seen, found.total, {name: found.counts[name] for name in FACETS})

    return ask


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--without", default="", help="peers to leave out: plain,fts5,tantivy")
    given = parser.parse_args()
    with prepared(f"search-{given.rows}", "shared_buffers=4GB"):
        from django.core.management import call_command

        began = time.monotonic()

        def say(what: str) -> None:
            print(f"  {time.monotonic() - began:.0f} s: {what}", flush=True)

        print(machine(), flush=True)
        at = search_notices.prepare(given.rows, say)
        run = Run(at, say, set(given.without.split(",")))
        with search_notices.within(search_notices.QUARTER):
            call_command("migrate", verbosity=0, interactive=False)
            run.measure_growth()
        search_notices.upkeep(at, Clock().now)
        run.measure(given.rows)
        run.deep()


def calm() -> None:
    """One process a query, as few notices as these need, and the rows in memory."""
    for setting in ("max_parallel_workers_per_gather = 0", "jit = off"):
        search_notices.ask(f"SET {setting}")
    search_notices.ask("SELECT sum(length(document)) FROM procurements_noticesearch")


class Run:
    def __init__(self, at: Any, say: Callable[[str], None], without: set[str]) -> None:
        from taxonomy.models import CpvCode

        self.corpus = Corpus(list(CpvCode.objects.values_list("pk", flat=True)))
        self.at, self.say, self.without = at, say, without
        self.asked = questions(self.corpus)
        self.clock = Clock()
        self.small: dict[str, list[float]] = {}

    def taken(self, way: Callable[[Question], Found], asked: list[Question]) -> tuple[list[float], list[Found]]:
        found, taken = [], []
        for question in asked:
            began = self.clock.now()
            found.append(way(question))
            taken.append(self.clock.now() - began)
        return taken, found

    def measure_growth(self) -> None:
        """Ours alone, at a quarter of the size."""
        self.clock = Clock()
        calm()
        way = ours(self.at, ids_alone=True)
        self._warm(way)
        for name, asked in self.asked.items():
            self.small[name] = self.taken(way, asked)[0]

    def _warm(self, way: Callable[[Question], Found]) -> None:
        for asked in self.asked.values():
            for question in asked[:2]:
                way(question)

    def measure(self, count: int) -> None:
        ways: dict[str, Callable[[Question], Found]] = {
            "ours": ours(self.at, ids_alone=False),
            "ours, ids alone": ours(self.at, ids_alone=True),
        }
        place = Path(".data") / f"bench-search-{count}" / "peers"
        self.clock = Clock()
        calm()
        for way, (name, open_it) in PEERS.items():
            if name not in self.without:
                began = time.monotonic()
                ways[way] = open_it(place / name, lambda: rows(self.corpus, 0, count, self.at))
                self.say(f"{way}: {time.monotonic() - began:.0f} s")
        taken: dict[str, dict[str, list[float]]] = {way: {} for way in ways}
        found: dict[str, dict[str, list[Found]]] = {way: {} for way in ways}
        for way, ask in ways.items():
            if way not in SLOW:
                self._warm(ask)
        for name, asked in self.asked.items():
            for way, ask in ways.items():
                taken[way][name], found[way][name] = self.taken(ask, asked[: SLOW.get(way, EACH)])
        self._table(count, taken, found)
        self._relations(taken)
        self._truth(found)

    def _table(
        self, count: int, taken: dict[str, dict[str, list[float]]], found: dict[str, dict[str, list[Found]]]
    ) -> None:
        print(
            f"\n{count:,} notices; ms p50 / p95\n\n| class (median hits) | {' | '.join(taken)} |\n|---|{'---|' * len(taken)}"
        )
        for name in self.asked:
            hits = at_share([each.total for each in found["ours"][name]], 0.5)
            cells = [
                f"{at_share(times[name], 0.5):.2f} / {at_share(times[name], 0.95):.2f}" for times in taken.values()
            ]
            print(f"| {name} ({hits:,}) | {' | '.join(cells)} |")

    def _relations(self, taken: dict[str, dict[str, list[float]]]) -> None:
        us = taken["ours, ids alone"]
        names = [name for name in self.asked if name != "empty"]
        if "tantivy" in taken:
            ratios = {name: at_share(us[name], 0.5) / at_share(taken["tantivy"][name], 0.5) for name in us}
            worst = {name: at_share(us[name], 0.95) / at_share(taken["tantivy"][name], 0.95) for name in us}
            mean = math.exp(sum(math.log(ratios[name]) for name in names) / len(names))
            print(f"\n1. Geometric mean of the classes' p50, of tantivy's: {mean:.1f}")
            print(f"2. p95 of tantivy's: {', '.join(f'{name} {worst[name]:.1f}' for name in names)}")
            print(f"4. Empty question, of tantivy's: {ratios['empty']:.3f}")
        for way in taken:
            if way in ("ours", "ours, ids alone"):
                continue
            number = SLOW.get(way, EACH)
            mix = [each for name in names for each in us[name][:number]]
            theirs = [each for name in names for each in taken[way][name]]
            print(f"3. p95 of the mix, of {way}: {at_share(mix, 0.95) / at_share(theirs, 0.95):.4f}")
        big = [each for name in names for each in us[name]]
        small = [each for name in names for each in self.small[name]]
        for share in (0.5, 0.95):
            grown = math.log(at_share(big, share) / at_share(small, share)) / math.log(4)
            print(f"5. Growth exponent of the mix, p{share * 100:.0f}: {grown:.2f}")

    def _truth(self, found: dict[str, dict[str, list[Found]]]) -> None:
        """How far the totals and the counts lie from a peer's, which counts all."""
        other = next((way for way in ("tantivy", "SQLite FTS5") if way in found), "")
        if not other:
            return
        off, wide = [], []
        for name in self.asked:
            for asked, mine, theirs in zip(
                self.asked[name], found["ours, ids alone"][name], found[other][name], strict=False
            ):
                if theirs.total:
                    off.append(abs(mine.total - theirs.total) / theirs.total)
                wide += [
                    abs(mine.counts[facet].get(value, 0) - number) / number
                    for facet in FACETS
                    if facet != "country" or not asked.country  # ours are without what was chosen there
                    for value, number in theirs.counts[facet].items()
                    if number >= max(theirs.total / 10, 1)
                ]
        print(
            f"7. Totals beside {other}'s: {sum(each == 0 for each in off)} of {len(off)} equal, farthest {max(off):.1%};"
            f" counts of choices with a tenth of the hits: p95 {at_share(wide, 0.95):.1%}, farthest {max(wide):.1%}"
        )

    def deep(self) -> None:
        """A page far down, by its cursor and by OFFSET, beside the first."""
        from procurements import cursors
        from procurements.browsing import Browse
        from procurements.models import NoticeSearch

        browse = Browse(state="all", sort="newest")
        newest = NoticeSearch.objects.order_by("-published_at", "-notice")
        depth = newest.count() // 2
        row = newest.values_list("published_at", "notice")[depth]
        place = -float((row[0] - cursors.EPOCH) // timedelta(microseconds=1))
        cursor = cursors.Cursor(0, place, row[1], self.at).written(browse.as_query())

        def p50(way: Callable[[], Any]) -> float:
            taken = []
            for _each in range(20):
                began = self.clock.now()
                way()
                taken.append(self.clock.now() - began)
            return at_share(taken, 0.5)

        first = p50(lambda: browse.results(self.at))
        far = p50(lambda: browse.results(self.at, after=cursor))
        offset = p50(lambda: list(newest.values_list("notice")[depth : depth + 25]))
        assert browse.results(self.at, after=cursor).previous, "that was the first page"
        print(
            f"6. A page {depth:,} deep: {far:.2f} ms, {far / first:.2f} of the first ({first:.2f}); by OFFSET {offset:.1f} ms"
        )


if __name__ == "__main__":
    main()
