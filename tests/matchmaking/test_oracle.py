"""The statement finds what a loop over every subscription finds, with the same points and reasons: 400 of them, 40 notices, three languages."""

import random

import pytest

from matchmaking import anchoring, engine, keys, matching, words
from matchmaking.matching import Asking
from matchmaking.models import Lesson, Match, Subscription
from matchmaking.reading import criteria_of, facts_of
from matchmaking.scoring import score
from procurements.models import NoticeVersion
from tests import make

CPV = [
    "33000000",
    "33100000",
    "33190000",
    "33196000",
    "33196100",
    "72000000",
    "72200000",
    "72260000",
    "45210000",
    "03000000",
]
REGIONS = ["SE", "SE2", "SE22", "SE224", "SE110", "NO", "NO081", "NO08", "SEZZZ"]
WORDS = {
    "sv": ["fallsensorer", "trygghetslarm", "elbussar", "vård", "skolor", "batteri", "återbruk", "sol"],
    "nb": [
        "fallsensorene",
        "trygghetsalarm",
        "elbusser",
        "sykehjem",
        "skoler",
        "batterier",
        "gjenbruk",
        "fallsensorsystem",
    ],
    "en": ["fall sensors", "care", "career", "schools", "batteries", "reuse", "buses", "sensor"],
}
ASKED = [
    "fallsensor",
    "larm",
    "elbuss",
    "skola",
    "skole",
    "batteri",
    "battery",
    "care",
    "reuse",
    "återbruk",
    "sol",
    "och",
    "fall sensor",
    "elbuss skola",
]


def some(rng: random.Random, values, most):
    return rng.sample(values, rng.randint(0, min(most, len(values))))


def chance(rng: random.Random, often: float, values, most):
    return some(rng, values, most) if rng.random() < often else []


def criteria_at_random(rng: random.Random, buyers) -> dict:
    low, high = sorted(rng.sample([100, 5_000, 50_000, 2_000_000], 2))
    return {
        "cpv": chance(rng, 0.7, CPV, 2),
        "regions": chance(rng, 0.6, REGIONS[:-1], 2),
        "goals": chance(rng, 0.4, [3, 9, 11, 12], 2),
        "words": chance(rng, 0.6, ASKED, 3),
        "excluded_words": chance(rng, 0.2, ASKED, 2),
        "languages": chance(rng, 0.2, ["sv", "nb", "en", "de"], 2),
        "kinds": chance(rng, 0.3, ["need", "competition", "award"], 2),
        "needs_all": rng.random() < 0.3,
        "value_from": low if rng.random() < 0.1 else None,
        "value_to": high if rng.random() < 0.1 else None,
        "currency": rng.choice(["SEK", "EUR"]),
        "buyers": [each.pk for each in chance(rng, 0.1, buyers, 2)],
        "levels": chance(rng, 0.1, ["A", "B", "C"], 2),
    }


LESSONS = [
    ("field", "3319"),
    ("field", "72"),
    ("place", "SE22"),
    ("place", "NO"),
    ("larger", "20000"),
    ("smaller", "900"),
]


def kept(person, criteria) -> Subscription:
    """As matchmaking.subscribing saves it, but also what a form would refuse."""
    subscription = Subscription(name="x", person=person, **criteria)
    subscription.stems = words.stems([*subscription.words, *subscription.excluded_words])
    subscription.excluded_keys = keys.excluded(criteria_of(subscription))
    subscription.save()
    return subscription


@pytest.mark.django_db
def test_the_engine_finds_what_a_naive_loop_finds_with_the_same_points_and_reasons(at):
    rng = random.Random(2026)
    people = [make.user() for _each in range(20)]
    buyers = {country: make.buyer(country=country) for country in ("SE", "NO")}
    writers = {country: make.member(buyer) for country, buyer in buyers.items()}
    for number in range(400):
        subscription = kept(people[number % 20], criteria_at_random(rng, list(buyers.values())))
        for about, value in chance(rng, 0.15, [*LESSONS, ("buyer", str(buyers["NO"].pk))], 3):
            points = rng.choice([15, 40, 100])
            Lesson.objects.create(subscription=subscription, about=about, value=value, points=points, at=at)
        anchoring.anchor(subscription)
    for number in range(20):  # narrow ones, which a wider notice is only near to
        near = {"cpv": ["33196100"], "regions": ["SE2"], "goals": [3, 9, 11]}
        anchoring.anchor(kept(people[number], near))
    versions = []
    for number in range(40):
        language = ["sv", "nb", "en", "de"][number % 4]
        country = rng.choice(["SE", "NO"])
        text = " ".join(some(rng, WORDS.get(language, WORDS["en"]), 3)) or "innovation"
        value = rng.choice([None, None, 1_000, 60_000, 5_000_000])
        notice = make.notice(
            kind="need" if number < 4 else rng.choice(["need", "need", "consultation", "award"]),
            buyer=buyers[country],
            by=writers[country],
            language=language,
            title=f"Upphandling {number}",
            summary="Sammanfattning",
            problem=text,
            desired_effect="Något bättre",
            description=text,
            cpv=["33196000"] if number < 4 else some(rng, CPV, 2),
            regions=["SE224"] if number < 4 else some(rng, REGIONS, 2),
            goals=[3] if number < 4 else some(rng, [3, 9, 11, 12], 2),
            procedure=rng.choice(["", "innovation"]),
            value=value,
            currency=rng.choice(["SEK", "EUR"]) if value else "",
        )
        versions.append(notice.current_version_id)
    every = [(each.pk, criteria_of(each)) for each in Subscription.objects.prefetch_related("lessons")]
    judged = NoticeVersion.objects.select_related("notice__procurement__organisation").filter(pk__in=versions)
    facts = facts_of(judged)
    expected = {
        (version, pk): (hit.points, hit.hits)
        for version, said in facts.items()
        for pk, criteria in every
        if (hit := score(criteria, said)).is_alert
    }
    assert len(expected) > 500
    assert len({hit.split(":")[0] for _points, hits in expected.values() for hit in hits}) >= 9

    asking = [Asking(version, said) for version, said in facts.items()]
    assert set(matching.who(asking)) == set(expected)  # all in one run ...
    assert {pair for each in asking for pair in matching.who([each])} == set(expected)  # ... or each alone

    assert engine.drain(at) == 40
    found = {(match.version_id, match.subscription_id): (match.score, match.hits) for match in Match.objects.all()}
    assert found == expected
