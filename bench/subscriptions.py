"""Many subscriptions, made up: the same seed, the same rows. Each is what a supplier of some notice could have asked for.

Seeded from a notice of `bench/corpus.py`: one to three fields above, at or beside its code (2 to 8 digits), its region or one
that holds it, words of its topic (half of them), a common word now and then, minus words, phrases, goals, languages, values.
Some ask for both a field and a word. Rows go by COPY into the real tables; the anchors by `matchmaking.anchoring`'s own
statement. One division in eight is asked for by the first `early` subscriptions alone: a notice there has as many matches
among a million as among a hundred thousand, which is how growth is told from more output.
"""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from bench.corpus import FIRST, SEED, Corpus, Made
from taxonomy.codes import cpv_ancestors

PEOPLE_SHARE = 3  # subscriptions a person
CHUNK = 20_000
DICTIONARIES = {"sv": "swedish", "nb": "norwegian", "en": "english"}
LENGTHS, LENGTH_WEIGHTS = (2, 3, 4, 5, 6, 8), (3, 7, 25, 30, 20, 15)


class Asked(NamedTuple):
    number: int
    criteria: Any  # matchmaking.scoring.Criteria


class Crowd:
    """`dense`: more and wider fields, more without a region; else what a supplier would write that reads its own preview."""

    def __init__(self, corpus: Corpus, *, dense: bool, early: int) -> None:
        self.corpus, self.dense, self.early = corpus, dense, early
        divisions = sorted(corpus.by_division)
        self.reserved = frozenset(divisions[::8])

    def asked(self, number: int) -> Asked:
        from matchmaking.scoring import Criteria

        chance = random.Random(SEED * 7_000_003 + number)
        seed = self._seed(number, chance)
        fields = self._fields(seed, chance) if chance.random() < 0.9 else ()
        words = self._words(seed, chance) if chance.random() < 0.5 or not fields else ()
        languages = (seed.language,) if chance.random() < 0.25 else ()
        excluded = (self._common(seed.language, chance),) if chance.random() < 0.06 else ()
        low = chance.choice((10_000, 100_000, 1_000_000)) if chance.random() < 0.15 else None
        goals = tuple(sorted({seed.goal, chance.randrange(1, 18)})) if chance.random() < 0.25 else ()
        stems = {
            word: {dictionary: word.split(" ") for dictionary in DICTIONARIES.values()} for word in (*words, *excluded)
        }
        return Asked(
            number,
            Criteria(
                cpv=fields, regions=self._places(seed, chance), goals=goals, words=words, excluded_words=excluded,
                languages=languages, needs_all=bool(fields and words) and chance.random() < 0.5, value_from=low, stems=stems,
            ),
        )  # fmt: skip

    def _seed(self, number: int, chance: random.Random) -> Made:
        while True:
            seed = self.corpus.made(20_000_000 + chance.randrange(10_000_000))
            if number < self.early or seed.topic[:2] not in self.reserved:
                return seed

    def _fields(self, seed: Made, chance: random.Random) -> tuple[str, ...]:
        count = chance.choices((1, 2, 3, 4), (40, 35, 15, 10))[0]
        found = set()
        for _each in range(count):
            code = seed.topic if chance.random() < 0.6 else chance.choice(self.corpus.by_division[seed.topic[:2]])
            length = chance.choices(LENGTHS, LENGTH_WEIGHTS)[0] - (1 if self.dense and chance.random() < 0.5 else 0)
            line = cpv_ancestors(code[: max(2, length)].ljust(8, "0"))
            found.add(line[-1].ljust(8, "0"))
        return tuple(sorted(found))

    def _places(self, seed: Made, chance: random.Random) -> tuple[str, ...]:
        share = chance.random()
        if share < (0.2 if self.dense else 0.12):
            return ()
        if share < 0.35:
            return (seed.region[:2],)
        line = (seed.region, seed.region[:4], seed.region[:3])
        return tuple(sorted({chance.choice(line) for _each in range(chance.choice((1, 1, 2)))}))

    def _words(self, seed: Made, chance: random.Random) -> tuple[str, ...]:
        about = sorted(set(seed.words[:3] + seed.words[5:23]))
        found = chance.sample(about, min(len(about), chance.choice((1, 2, 3))))
        if chance.random() < 0.12:  # a phrase of two
            found[0] = f"{found[0]} {chance.choice(about)}"
        if chance.random() < 0.03:
            found.append(self._common(seed.language, chance))
        return tuple(dict.fromkeys(found))

    def _common(self, language: str, chance: random.Random) -> str:
        return self.corpus.words[language][300 + chance.randrange(5_000)]


def load(crowd: Crowd, first: int, last: int, at: Any, say: Callable[[str], None]) -> None:
    """Writes subscriptions `first` to `last` with their person, receiver and anchors."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # keys are right by construction
        for start in range(first, last, CHUNK):
            some = [crowd.asked(number) for number in range(start, min(last, start + CHUNK))]
            _copy_people(cursor, some, at, is_first=start == first)
            _copy_subscriptions(cursor, some, at)
            _write_anchors(cursor, some)
        cursor.execute("SET session_replication_role = origin")
    say(f"{last:,} subscriptions")


def person_of(number: int) -> int:
    return FIRST + number // PEOPLE_SHARE


def _copy_people(cursor: Any, some: list[Asked], at: Any, *, is_first: bool) -> None:
    people = sorted({person_of(each.number) for each in some})
    if not is_first and some[0].number % PEOPLE_SHARE:
        people = people[1:]
    cursor.execute("SELECT id FROM accounts_user WHERE id = ANY (%s)", [people])
    known = {pk for (pk,) in cursor.fetchall()}
    columns = "id, password, is_superuser, email, name, language, zone, is_active, is_staff, date_joined"
    cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'accounts_user'")
    there = {name for (name,) in cursor.fetchall()}
    values = {
        "id": str, "password": lambda _pk: "!", "is_superuser": lambda _pk: "f", "is_staff": lambda _pk: "f",
        "email": lambda pk: f"p{pk}@bench.example", "name": lambda pk: f"Person {pk}",
        "language": lambda pk: ("sv", "nb", "en")[pk % 3], "zone": lambda _pk: "Europe/Stockholm",
        "is_active": lambda _pk: "t", "date_joined": lambda _pk: at.isoformat(), "created_at": lambda _pk: at.isoformat(),
    }  # fmt: skip
    names = [name for name in (*columns.split(", "), "created_at") if name in there]
    with cursor.copy(f"COPY accounts_user ({', '.join(names)}) FROM STDIN") as copy:
        for pk in people:
            if pk not in known:
                copy.write("\t".join(values[name](pk) for name in names) + "\n")


def _copy_subscriptions(cursor: Any, some: list[Asked], at: Any) -> None:
    from matchmaking import keys

    moment = at.isoformat()
    names = (
        "id, name, person_id, cpv, regions, goals, words, excluded_words, languages, kinds, needs_all, value_from, currency,"
        " buyers, networks, levels, follows, stems, excluded_keys, looked_back_at, created_at, changed_at"
    )
    with cursor.copy(f"COPY matchmaking_subscription ({names}) FROM STDIN") as copy:
        for number, asked in some:
            copy.write_row(
                (
                    FIRST + number, "Search", person_of(number), list(asked.cpv), list(asked.regions), list(asked.goals),
                    list(asked.words), list(asked.excluded_words), list(asked.languages), [], asked.needs_all,
                    asked.value_from, "EUR" if asked.value_from else "", [], [], [], "", json.dumps(asked.stems),
                    keys.excluded(asked), moment, moment, moment,
                )
            )  # fmt: skip
    with cursor.copy("COPY matchmaking_receiver (subscription_id, user_id, rhythm) FROM STDIN") as copy:
        for number, _asked in some:
            copy.write_row((FIRST + number, person_of(number), ""))


def _write_anchors(cursor: Any, some: list[Asked]) -> None:
    from matchmaking import anchoring, keys

    rows: list[Any] = []
    asked_keys: set[str] = set()
    for number, asked in some:
        narrowing = keys.narrowing(asked)
        asked_keys |= anchoring._all_keys(asked)
        rows += [
            (FIRST + number, subject.key, place, *subject[1:], *narrowing)
            for subject in keys.subjects(asked)
            for place in keys.where(asked)
        ]
    cursor.execute(
        "INSERT INTO matchmaking_askedkey (key) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", [sorted(asked_keys)]
    )
    cursor.execute(anchoring.WRITE, [list(column) for column in zip(*rows, strict=True)])


def facts_of(made: Made, number: int) -> Any:
    """What the matcher knows of a made notice; no stemmer changes its words."""
    from matchmaking.scoring import Facts

    return Facts(
        kind="need", language=made.language, dictionary=DICTIONARIES[made.language], country=made.region[:2],
        cpv=frozenset({made.cpv}), regions=frozenset({made.region}), goals=frozenset({made.goal}),
        lexemes=frozenset(made.words), value=(None, 30_000, 400_000, 5_000_000)[number % 4],
        buyers=frozenset({FIRST + number % 2_000}),
    )  # fmt: skip


def notices(
    corpus: Corpus, count: int, where: Callable[[Made], bool], start: int = 10_000_000
) -> Iterator[tuple[int, Any]]:
    """Notices that nobody seeded a subscription from: (number, facts)."""
    number = start
    while count:
        made = corpus.made(number)
        if where(made):
            yield number, facts_of(made, number)
            count -= 1
        number += 1
