"""Other ways to find the same subscriptions, over the same rows: a scan, an index over arrays, bitmaps in memory.

All of them must give exactly what `matchmaking.matching.who` gives. None of them says why, nor how well.
"""

from array import array
from collections import defaultdict
from typing import Any

from bench.corpus import FIRST

# The table that the SQL peers read: everything prepared, nothing to take apart while they search.
TABLE = """
DROP TABLE IF EXISTS bench_sub;
CREATE TABLE bench_sub (
    id int8 NOT NULL, fields text[] NOT NULL, words text[] NOT NULL, phrases text[] NOT NULL, places text[] NOT NULL,
    goals int4 NOT NULL, languages int2 NOT NULL, value_from int8 NOT NULL, value_to int8 NOT NULL, flags int2 NOT NULL,
    excluded text[] NOT NULL, subjects text[] NOT NULL, wheres text[] NOT NULL);
"""

# Cheap comparisons first; then the place, which most fail; then the subject.
FITS = """
    languages & %(language)s <> 0 AND (%(value)s::int8 IS NULL OR %(value)s BETWEEN value_from AND value_to)
    AND (places = '{}' OR places && %(places)s)
    AND (CASE WHEN flags & 7 <> 0 THEN
            (flags & 1 = 0 OR fields && %(named)s) AND (flags & 4 = 0 OR goals & %(goals)s <> 0)
            AND (flags & 2 = 0 OR words && %(words)s
                OR EXISTS (SELECT FROM unnest(phrases) p WHERE string_to_array(p, ' ') <@ %(words)s))
        ELSE fields && %(named)s OR words && %(words)s
            OR EXISTS (SELECT FROM unnest(phrases) p WHERE string_to_array(p, ' ') <@ %(words)s)
            OR (fields = '{}' AND words = '{}' AND phrases = '{}' AND (goals = 0 OR goals & %(goals)s <> 0))
            OR (fields && %(near)s AND
                (SELECT max(points) FROM unnest(%(near)s::text[], %(near_points)s::int[]) AS n (key, points) WHERE key = ANY (fields))
                + least(10, 5 * bit_count((goals & %(goals)s)::bit(32))::int)
                + coalesce((SELECT max(points) FROM unnest(%(places)s::text[], %(place_points)s::int[]) AS w (key, points)
                    WHERE key = ANY (places)), 0) >= 30) END)
    AND (excluded = '{}' OR NOT EXISTS (SELECT FROM unnest(excluded) e WHERE string_to_array(e, ' ') <@ %(words)s))
"""
SCAN = f"SELECT id FROM bench_sub WHERE {FITS}"
ARRAYS = f"SELECT id FROM bench_sub WHERE subjects && %(subjects)s AND wheres && %(wheres)s AND {FITS}"


def load(crowd: Any, first: int, last: int) -> None:
    """Subscriptions `first` to `last` into the peers' table; the index is made by `index`."""
    from django.db import connection

    from matchmaking import keys

    with connection.cursor() as cursor:
        if first == 0:
            cursor.execute(TABLE)
        else:
            cursor.execute("DROP INDEX IF EXISTS bench_sub_arrays")
        with cursor.copy("COPY bench_sub FROM STDIN") as copy:
            for number in range(first, last):
                asked = crowd.asked(number).criteria
                narrow = keys.narrowing(asked)
                subjects = keys.subjects(asked)
                phrases = [f"{each.key} {each.rest}" for each in subjects if each.rest]
                words = [each.key for each in subjects if each.number and not each.rest]
                fields = [each.key for each in subjects if each.key.startswith("P:")]
                places = [place for place in keys.where(asked) if place != keys.ANY]
                copy.write_row(
                    (
                        FIRST + number, fields, words, phrases, places, narrow.goals, narrow.languages, narrow.value_from,
                        narrow.value_to, narrow.flags, keys.excluded(asked), sorted({each.key for each in subjects}),
                        keys.where(asked),
                    )
                )  # fmt: skip


def index() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute("CREATE INDEX bench_sub_arrays ON bench_sub USING gin (subjects, wheres)")
        cursor.execute("VACUUM ANALYZE bench_sub")


def parameters(facts: Any, asked: list[str]) -> dict[str, Any]:
    """What a notice asks the peers; `asked` as in matchmaking.matching, found outside of what is measured."""
    from matchmaking import keys

    known = keys.asked_of(facts, asked)
    met = keys.met_subjects(facts, known)
    near = [(each.key, int(each.said[:2])) for each in met if each.met == keys.Met.NEAR]
    places = [(key, int(said[:2])) for key, said in keys.met_places(facts, known) if said]
    return {
        "language": keys.LANGUAGES[facts.language],
        "value": facts.value,
        "goals": sum(1 << goal for goal in facts.goals),
        "named": [each.key for each in met if each.met == keys.Met.NAMED],
        "words": [facts.dictionary, *(each.key for each in met if each.met == keys.Met.WORD)],
        "near": [key for key, _points in near],
        "near_points": [points for _key, points in near],
        "places": [key for key, _points in places],
        "place_points": [points for _key, points in places],
        "subjects": sorted({each.key for each in met} | {keys.ANY}),
        "wheres": sorted({key for key, _points in places} | {keys.ANY}),
    }


def ask(statement: str, given: dict[str, Any]) -> set[int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return {pk for (pk,) in cursor.fetchall()}


class Bitmaps:
    """Every list in this process's memory, as compressed bitmaps: the limit, for it keeps nothing and tells nobody."""

    def __init__(self, crowd: Any, last: int) -> None:
        from pyroaring import BitMap

        from matchmaking import keys

        found: dict[str, list[int]] = defaultdict(list)
        self.phrases: dict[str, list[tuple[int, frozenset[str]]]] = defaultdict(list)
        self.excluded: dict[int, list[frozenset[str]]] = {}
        self.value_from, self.value_to = array("q"), array("q")
        for number in range(last):
            asked = crowd.asked(number).criteria
            narrow = keys.narrowing(asked)
            self.value_from.append(narrow.value_from)
            self.value_to.append(narrow.value_to)
            for subject in keys.subjects(asked):
                if subject.rest:
                    self.phrases[subject.key].append((number, frozenset(subject.rest.split(" "))))
                    found["has words"].append(number)
                else:
                    found[subject.key].append(number)
                    if subject.number:
                        found["has words"].append(number)
            for place in keys.where(asked):
                found[f"at {place}"].append(number)
            for goal in asked.goals:
                found[f"goal {goal}"].append(number)
            for place, bit in enumerate(keys.LANGUAGES.values()):
                if narrow.languages & bit and place < 3:
                    found[f"language {bit}"].append(number)
            for flag in (1, 2, 4):
                if narrow.flags & flag:
                    found[f"needs {flag}"].append(number)
            if asked.cpv:
                found["has fields"].append(number)
            if lines := keys.excluded(asked):
                self.excluded[number] = [frozenset(line.split(" ")) for line in lines]
            if narrow.value_from:
                found["limited"].append(number)
        self.map = {key: BitMap(numbers) for key, numbers in found.items()}
        self.empty = BitMap()
        self.limited = self.map.get("limited", BitMap())
        self.excluding = BitMap(self.excluded)

    def of(self, key: str) -> Any:
        return self.map.get(key, self.empty)

    def any_of(self, keys: Any) -> Any:
        from pyroaring import BitMap

        return BitMap.union(*(self.of(key) for key in keys), self.empty)

    def who(self, given: dict[str, Any]) -> set[int]:
        from pyroaring import BitMap

        words_met = frozenset(given["words"])
        here = self.any_of([f"at {place}" for place in given["wheres"]]) & self.of(f"language {given['language']}")
        named, words = self.any_of(given["named"]), self.any_of(given["words"])
        words |= BitMap(
            number for key in given["words"] for number, rest in self.phrases.get(key, ()) if rest <= words_met
        )
        goals = self.any_of([f"goal {goal}" for goal in range(1, 18) if given["goals"] >> goal & 1])
        only_goals = self.any_of([key for key in given["subjects"] if key[:2] == "G:" or key == "*"])
        strict = self.of("needs 1") | self.of("needs 2") | self.of("needs 4")
        loose = (named | words | only_goals) - strict
        all_of = strict & (named | (strict - self.of("needs 1"))) & (words | (strict - self.of("needs 2")))
        all_of &= goals | (strict - self.of("needs 4"))
        met = (loose | all_of) & here
        for key, points in zip(given["near"], given["near_points"], strict=True):
            close = (self.of(key) & here) - met - strict
            for number in close:
                place = max(
                    (
                        p
                        for w, p in zip(given["places"], given["place_points"], strict=True)
                        if number in self.of(f"at {w}")
                    ),
                    default=0,
                )
                if points + 5 * (number in goals) + place >= 30:
                    met.add(number)
        if given["value"] is not None:
            met -= BitMap(number for number in met & self.limited if given["value"] < self.value_from[number])
        met -= BitMap(
            number for number in met & self.excluding if any(line <= words_met for line in self.excluded[number])
        )
        return {FIRST + number for number in met}

    def bytes(self) -> int:
        return sum(len(each.serialize()) for each in self.map.values())
