"""The statement and the pure law agree on what forms and lists would never let through, and on what only imports bring."""

import random
from itertools import product

import pytest

from matchmaking import anchoring, matching, words
from matchmaking.matching import Asking
from matchmaking.models import Lesson, Subscription
from matchmaking.reading import criteria_of
from matchmaking.scoring import Facts, score
from matchmaking.words import KEPT
from procurements.models import Kind
from tests import make
from tests.matchmaking.test_oracle import chance, kept, some

CPV = ["33000000", "33190000", "33196000", "33196100", "72000000", "3319600X", "33", "331960", "00000000"]
ODD_CPV = [*CPV, "33196000-2", "", "33196"]
NUTS = ["SE", "SE2", "SE22", "SE224", "NO", "NO08", "SEZZZ", "SEZ", "se2", "S"]
ODD_NUTS = [*NUTS, "SE2241", "UKZZZ"]
TEXTS = [
    "fall sensor",
    "fallsensor",
    "och",
    "the",
    "och the og",
    "larm larm larmet",
    "e-post",
    "e-hälsa e-hälsotjänst",
    "foo/bar/baz",
    "https://example.org/a?b=c'd",
    "namn@example.org",
    "-5",
    "3.14",
    "a:b",
    'quo"ted',
    "o'clock",
    "back\\slash",
    "%s %(x)s {0}",
    "50%",
    "Åre",
    "ny",
    "nyhet",
    "sol",
    "solpanel",
    "C++",
    "***",
    "<b>fet</b>",
    "w:fall",
    "P:33196",
    "İstanbul",
    "ﬁn",
    "日本",
]


def asked(rng) -> dict:
    low, high = sorted(rng.sample([0, 1, 100, 5_000, 2_000_000, 10**18], 2))
    return {
        "cpv": chance(rng, 0.6, CPV, 3),
        "regions": chance(rng, 0.5, NUTS, 3),
        "goals": chance(rng, 0.5, [1, 3, 9, 17], 3),
        "words": chance(rng, 0.5, TEXTS, 4),
        "excluded_words": chance(rng, 0.2, TEXTS, 2),
        "languages": chance(rng, 0.2, ["sv", "nb", "en"], 2),
        "kinds": chance(rng, 0.3, list(Kind.values), 3),
        "needs_all": rng.random() < 0.3,
        "value_from": low if rng.random() < 0.15 else None,
        "value_to": high if rng.random() < 0.15 else None,
        "currency": rng.choice(["SEK", "EUR", "XXX"]),
        "buyers": chance(rng, 0.3, [17, 18, 19], 2),
        "networks": chance(rng, 0.2, [5, 6], 2),
        "levels": chance(rng, 0.2, ["A", "B", "C"], 2),
    }


def said(rng, dictionary, body) -> Facts:
    return Facts(
        kind=rng.choice(Kind.values),
        language=rng.choice(["sv", "nb", "en", "da", "xx", ""]),
        dictionary=dictionary,
        country=rng.choice(["SE", "NO", "EL", ""]),
        cpv=frozenset(some(rng, ODD_CPV, 3)),
        regions=frozenset(some(rng, ODD_NUTS, 3)),
        goals=frozenset(some(rng, [1, 3, 9, 17], 3)),
        lexemes=body,
        value=rng.choice([None, None, 0, 1, 100, 60_000, 10**15]),
        buyers=frozenset(some(rng, [17, 18, 19, 20], 2)),
        networks=frozenset(some(rng, [5, 6, 7], 1)),
        level=rng.choice(["", "A", "B", "C"]),
    )


LESSONS = [
    ("field", "3319"),
    ("field", "72"),
    ("place", "SE22"),
    ("place", "NO"),
    ("larger", "20000"),
    ("smaller", "900"),
    ("buyer", "17"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 25))])
def test_the_statement_says_what_the_law_says_of_odd_words_and_codes(at, seed):
    rng = random.Random(seed)
    person = make.user()
    for _each in range(150):
        subscription = kept(person, asked(rng))
        for about, value in chance(rng, 0.15, LESSONS, 3):
            points = rng.choice([5, 15, 100])
            Lesson.objects.create(subscription=subscription, about=about, value=value, points=points, at=at)
        anchoring.anchor(subscription)
    texts = {number: (KEPT[number % len(KEPT)], " ".join(some(rng, TEXTS, 6))) for number in range(60)}
    bodies = [(texts[number][0], body) for number, body in words.lexemes_of(texts).items()]
    facts = {number: said(rng, *rng.choice(bodies)) for number in range(100)}
    every = [(each.pk, criteria_of(each)) for each in Subscription.objects.prefetch_related("lessons")]
    expected = {
        (version, pk): (hit.points, hit.hits)
        for (version, one), (pk, criteria) in product(facts.items(), every)
        if (hit := score(criteria, one)).is_alert
    }
    assert len(expected) > 300
    found = matching.matches(Asking(version, one) for version, one in facts.items())
    assert {(version, pk): (points, hits) for version, pk, points, hits in found} == expected
