"""Many published notices, made up: the same seed, the same rows.

Words are syllables that no stemmer changes, a vocabulary of its own for each language, drawn by Zipf's law. Every notice is
about one code of the CPV list (its topic) and has words of that code and of its class among the common ones. The code that it
states is the topic's own in seven of ten, else a neighbour's of the same division or one that stands above it, as in life.
Rows go by COPY into the real tables, and the indexes of the search are built afterwards.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate, product
from typing import Any, NamedTuple

from taxonomy.codes import cpv_ancestors, nuts_ancestors

SEED = 20261122
LANGUAGES = {"sv": ("s", 0.2), "nb": ("n", 0.11), "en": ("e", 0.69)}
VOCABULARY = 50_000  # words of a language; 84 words a notice, a quarter of them of its topic
COMMON_WORDS, TOPIC_WORDS, TITLE_WORDS = 63, 21, 5
WORDS_OF_CODE, WORDS_OF_CLASS = 20, 12
BUYERS, FIRST = 2_000, 5_000_000  # `FIRST`: keys of these rows, far from any other
PLACES = [
    f"{country}{one}{two}{three}"
    for country in ("SE", "NO", "DK", "FI")
    for one, two, three in product("123", "123", "1234")
]


class Made(NamedTuple):
    """One notice: its true topic, and what it says. `words` in their order, those of the title first."""

    topic: str
    language: str
    cpv: str
    region: str
    goal: int
    words: list[str]


@cache
def word(number: int, ending: str) -> str:
    """The number as syllables; the ending says the language and is no stemmer's."""
    found = []
    while True:
        number, place = divmod(number, 65)
        found.append("bdfgklmnprstv"[place % 13] + "aeiou"[place // 13])
        if not number:
            return "".join(found) + ending + "q"


class Corpus:
    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = sorted(code for code in codes if not code.endswith("00000"))
        self.by_division: dict[str, list[str]] = {}
        for code in self.codes:
            self.by_division.setdefault(code[:2], []).append(code)
        self.weights = list(accumulate(1 / (rank + 10) for rank in range(VOCABULARY)))
        self.words = {
            one: [word(rank, ending) for rank in range(VOCABULARY)] for one, (ending, _part) in LANGUAGES.items()
        }
        self.numbers = {code: place for place, code in enumerate(self.codes)}

    def made(self, number: int) -> Made:
        """The notice of that number."""
        chance = random.Random(SEED * 10_000_019 + number)
        topic = self.codes[chance.randrange(len(self.codes))]
        share, language = chance.random(), "en"
        for one, (_ending, part) in LANGUAGES.items():
            share -= part
            if share < 0:
                language = one
                break
        ending = LANGUAGES[language][0]
        common = chance.choices(self.words[language], cum_weights=self.weights, k=COMMON_WORDS)
        about = [self._topic_word(topic, chance, ending) for _ in range(TOPIC_WORDS)]
        words = about[:3] + common[:2] + about[3:] + common[2:]
        return Made(topic, language, self._stated(topic, chance), chance.choice(PLACES), chance.randrange(1, 18), words)

    def _topic_word(self, topic: str, chance: random.Random, ending: str) -> str:
        """Of the code, or, in two of five, of its class; these are shared with nobody else."""
        if chance.random() < 0.4:
            return word(60_000 + int(topic[:4]) * WORDS_OF_CLASS + chance.randrange(WORDS_OF_CLASS), ending)
        return word(200_000 + self.numbers[topic] * WORDS_OF_CODE + chance.randrange(WORDS_OF_CODE), ending)

    def _stated(self, topic: str, chance: random.Random) -> str:
        share = chance.random()
        if share < 0.7:
            return topic
        if share < 0.85:
            return chance.choice(self.by_division[topic[:2]])
        return topic[: chance.choice((2, 3))].ljust(8, "0")


def load(
    corpus: Corpus, rows: int, at: datetime, say: Callable[[str], None], *, is_varied: bool = False, first: int = 0
) -> None:
    """Writes notices `first` to `rows` with all that a published notice has.

    They are needs with a search row; `is_varied`: of every kind and procedure, with their whole text, and without a search
    row, which the arena's own indexing then writes.
    """
    from django.db import connection

    from accounts.models import Organisation
    from procurements.models import Notice, NoticeSearch, NoticeVersion, Procurement

    buyers = [
        Organisation(
            pk=FIRST + place, name=f"Buyer {place}", slug=f"bench-buyer-{place}", country=PLACES[place % len(PLACES)][:2],
            buyer_verified_at=at, inhabitants=10_000 + place * 37,
        )
        for place in range(BUYERS)
    ]  # fmt: skip
    if not first:
        Organisation.objects.bulk_create(buyers)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # keys are right by construction
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'procurements_noticesearch'"
            " AND (indexdef LIKE '%%USING gin%%' OR indexdef LIKE '%% WHERE %%') AND NOT %s",
            [is_varied],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        templates: list[tuple[Any, dict[str, Callable[[int, Made], Any]]]] = [
            (Procurement(ocid="", organisation_id=FIRST), {
                "id": key, "ocid": lambda n, _m: f"bench-{n}", "organisation_id": buyer,
            }),
            (Notice(procurement_id=1, kind="need"), {
                "id": key, "procurement_id": key, "code": lambda n, _m: f"{n:08x}", "current_version_id": key,
            }),
            (NoticeVersion(notice_id=1, number=1, published_at=at), {
                "id": key, "notice_id": key, "title": title, "language": lambda _n, m: m.language,
                "cpv": lambda _n, m: [m.cpv], "regions": lambda _n, m: [m.region], "goals": lambda _n, m: [m.goal],
                "published_at": lambda n, _m: published(n, at), "deadline_at": lambda n, _m: deadline(n, at),
            }),
            (NoticeSearch(notice_id=1, version_id=1, kind="need", published_at=at, document=""), {
                "notice_id": key, "version_id": key, "published_at": lambda n, _m: published(n, at),
                "deadline_at": lambda n, _m: deadline(n, at), "is_open": lambda n, _m: deadline(n, at) > at,
                "value_euro": value, "keys": keys, "document": lambda n, m: document(n, m, at),
            }),
        ]  # fmt: skip
        if is_varied:
            templates.pop()
            templates[1][1]["kind"] = lambda n, _m: kind(n)
            templates[2][1].update(
                description=lambda _n, m: " ".join(m.words[TITLE_WORDS:]),
                procedure=lambda n, _m: procedure(n),
                innovation=lambda n, _m: innovation(n),
            )
        for start in range(first, rows, 50_000):
            made = [(number, corpus.made(number)) for number in range(start, min(rows, start + 50_000))]
            for template, columns in templates:
                _copy(cursor, template, columns, made)
            say(f"{min(rows, start + 50_000)} rows")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        for _name, definition in indexes:
            cursor.execute(definition)
        say("indexes")
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE")


def _copy(
    cursor: Any, template: Any, columns: dict[str, Callable[[int, Made], Any]], made: list[tuple[int, Made]]
) -> None:
    """The columns that differ; the others as the model's own defaults have them."""
    from django.db import connection

    table = template._meta.db_table
    same = {
        field.column: field.get_db_prep_save(getattr(template, field.attname), connection)
        for field in template._meta.concrete_fields
        if field.column not in columns and getattr(template, field.attname) is not None
    }
    names = ", ".join(f'"{name}"' for name in (*columns, *same))
    end = "".join(f"\t{_written(value)}" for value in same.values()) + "\n"
    with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for number, one in made:
            copy.write("\t".join([_written(value(number, one)) for value in columns.values()]) + end)


def _written(value: Any) -> str:
    """As COPY reads it; nothing here holds a tab or a backslash."""
    return "{" + ",".join(map(str, value)) + "}" if isinstance(value, list) else str(value)


def key(number: int, _made: Made) -> int:
    return FIRST + number


def buyer(number: int, _made: Made) -> int:
    return FIRST + number % BUYERS


def country(number: int) -> str:
    """The buyer's, which is not always where it is to be done."""
    return PLACES[number % BUYERS % len(PLACES)][:2]


def title(_number: int, made: Made) -> str:
    return " ".join(made.words[:TITLE_WORDS])


def kind(number: int) -> str:
    """Half are competitions, a quarter awards; the rest come before."""
    return ("competition", "award", "competition", "consultation", "competition", "award", "prior", "need")[number % 8]


def procedure(number: int) -> str:
    """Of a competition or an award; one in a hundred is an innovation partnership."""
    if kind(number) not in ("competition", "award"):
        return ""
    return "innovation" if number % 101 == 0 else ("open", "open", "open", "neg-w-call", "restricted")[number // 8 % 5]


def innovation(number: int) -> list[str]:
    """One in twenty says that it buys something new (BT-776)."""
    return ["prod-innov"] if number % 19 == 0 else []


def published(number: int, at: datetime) -> datetime:
    """Over 450 days, the newest last but shuffled."""
    return at - timedelta(seconds=(number * 7_919 % 1_000_003) / 1_000_003 * 450 * 86_400)


def deadline(number: int, at: datetime) -> datetime:
    """Forty days later: one in eleven is open."""
    return published(number, at) + timedelta(days=40)


def keys(number: int, made: Made) -> list[str]:
    found = {"K:need", f"L:{made.language}", f"G:{made.goal}", f"B:{FIRST + number % BUYERS}", f"C:{made.region[:2]}"}
    found |= {f"P:{above}" for above in cpv_ancestors(made.cpv)} | {
        f"N:{above}" for above in nuts_ancestors(made.region)
    }
    return sorted(found)


def value(number: int, _made: Made) -> int:
    """Whole euro: from a thousand to a hundred million, small ones more often."""
    return int(1_000 * 10 ** (number * 7_907 % 1_000_003 / 1_000_003 * 5))


def document(number: int, made: Made, at: datetime) -> str:
    """The text and the codes as PostgreSQL writes a tsvector: words with their places, those of the title with weight A."""
    from procurements.searching import controls

    places: dict[str, list[str]] = {}
    for place, each in enumerate(made.words, 1):
        places.setdefault(each, []).append(f"{place}A" if place <= TITLE_WORDS else str(place))
    words = [f"{each}:{','.join(some)}" for each, some in places.items()]
    lexemes = keys(number, made) + controls(
        FIRST + number, published(number, at), deadline(number, at), value(number, made)
    )
    return " ".join([*words, *(f"'{each}'" for each in lexemes)])


def drafts(corpus: Corpus, count: int) -> Iterator[tuple[Made, Any]]:
    """Drafts by the same law that nobody has published: what they are about, and the notice, which is not saved."""
    from accounts.models import Organisation
    from procurements.models import Notice, Procurement

    for number in range(count):
        made = corpus.made(10_000_000 + number)
        organisation = Organisation(
            pk=1, name="Asking", country=made.region[:2], region=made.region, inhabitants=50_000
        )
        yield made, Notice(
            pk=1, procurement=Procurement(pk=1, organisation=organisation), kind="need", language=made.language,
            title=title(0, made), problem=" ".join(made.words[TITLE_WORDS:]),
            cpv=[made.cpv], regions=[made.region], goals=[made.goal],
        )  # fmt: skip
