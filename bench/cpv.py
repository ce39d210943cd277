"""How good is the help with CPV? `python -m bench.cpv [--failures]`

`cpv_phrases.csv` holds what procurers type, and the codes that they would accept, written before the search was tuned.
A suggestion counts when its code is listed or lies below a listed one; "=90910000" counts for that code alone.
A phrase belongs to the tuned half or the held half by a hash of its letters. The search is tuned on the first alone:
`--failures` shows its misses, and never those of the other. Published notices do not take part.

The peers, in the same run over the same codes: Django's full-text search and `icontains`, both on the labels in the
language of the phrase. The lists are the full ones of ARENA_CASES_DIR/reference (by default ../shared) where they are,
else the starter lists, which `--starter` asks for.
"""

import argparse
import csv
import hashlib
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from bench.database import machine, prepared

HERE = Path(__file__).parent
TOPS = (1, 3, 5)
LANGUAGES = ("sv", "nb", "en")
DICTIONARIES = {"sv": "swedish", "nb": "norwegian", "en": "english"}


class Phrase(NamedTuple):
    words: str
    language: str
    accepted: tuple[str, ...]
    half: str

    def place(self, codes: Iterable[str]) -> int | None:
        """The place of the first acceptable code, from 1."""
        return next((place for place, code in enumerate(codes, 1) if self.accepts(code)), None)

    def accepts(self, code: str) -> bool:
        exact = {each[1:] for each in self.accepted if each.startswith("=")}
        above = [each.rstrip("0").ljust(2, "0") for each in self.accepted if not each.startswith("=")]
        return code in exact or any(code.startswith(each) for each in above)


def half(words: str) -> str:
    return "tune" if hashlib.sha256(words.encode()).digest()[0] % 2 == 0 else "held"


def phrases() -> list[Phrase]:
    with (HERE / "cpv_phrases.csv").open(newline="", encoding="utf-8") as file:
        found = [Phrase(r["phrase"], r["language"], tuple(r["cpv"].split()), r["half"]) for r in csv.DictReader(file)]
    for phrase in found:
        assert phrase.half == half(phrase.words), f"{phrase.words!r} is in the other half."
    return found


def ours(words: str, language: str) -> list[str]:
    from taxonomy.finding import find_cpv

    return [each.code for each in find_cpv(words, language, limit=max(TOPS))]


def full_text(words: str, language: str) -> list[str]:
    from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector

    from taxonomy.models import CpvCode

    vector = SearchVector(f"label_{language}", config=DICTIONARIES[language])
    query = SearchQuery(words, config=DICTIONARIES[language], search_type="websearch")
    found = CpvCode.objects.annotate(vector=vector, rank=SearchRank(vector, query)).filter(vector=query)
    return list(found.order_by("-rank", "pk").values_list("pk", flat=True)[: max(TOPS)])


def icontains(words: str, language: str) -> list[str]:
    from taxonomy.models import CpvCode

    found = CpvCode.objects.filter(**{f"label_{language}__icontains": words})
    return list(found.order_by("pk").values_list("pk", flat=True)[: max(TOPS)])


WAYS: dict[str, Callable[[str, str], list[str]]] = {
    "the arena": ours,
    "Django full-text": full_text,
    "icontains": icontains,
}


def report(failures: bool) -> None:
    every = phrases()
    print("| search | half | language | phrases | top 1 | top 3 | top 5 |\n|---|---|---|---|---|---|---|")
    spent: dict[str, list[float]] = {}
    for way, search in WAYS.items():
        places: dict[Phrase, int | None] = {}
        for phrase in every:
            began = time.perf_counter()
            places[phrase] = phrase.place(search(phrase.words, phrase.language))
            spent.setdefault(way, []).append(time.perf_counter() - began)
        for part in ("tune", "held"):
            for languages in (*((each,) for each in LANGUAGES), LANGUAGES):
                some = [places[each] for each in every if each.half == part and each.language in languages]
                rates = [f"{sum(place is not None and place <= top for place in some) / len(some):.0%}" for top in TOPS]
                print(f"| {way} | {part} | {', '.join(languages)} | {len(some)} | {' | '.join(rates)} |")
        if failures and search is ours:
            for phrase in every:
                if phrase.half == "tune" and places[phrase] != 1:
                    print(" ", places[phrase], phrase.language, phrase.words, ours(phrase.words, phrase.language))
    for way, seconds in spent.items():
        middle = sorted(seconds)[len(seconds) // 2]
        print(f"{way}: median {1000 * middle:.1f} ms, slowest {1000 * max(seconds):.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--failures", action="store_true", help="the misses of the tuned half")
    parser.add_argument("--starter", action="store_true", help="the starter lists alone")
    options = parser.parse_args()
    whole = Path(os.environ.get("ARENA_CASES_DIR", HERE.parent.parent / "shared")) / "reference"
    lists = None if options.starter or not whole.is_dir() else whole
    with prepared("cpv"):
        from django.db import connection, transaction

        from taxonomy import loading
        from taxonomy.models import CpvCode

        with transaction.atomic():
            loading.load(lists)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            print(f"{machine()}; {CpvCode.objects.count()} codes ({'full' if lists else 'starter'} list)\n")
            report(options.failures)
            transaction.set_rollback(True)


if __name__ == "__main__":
    main()
