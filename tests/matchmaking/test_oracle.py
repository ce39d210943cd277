"""The index finds what a loop over every subscription finds: 200 subscriptions, 40 notices, three languages."""

import random

import pytest

from matchmaking import engine
from matchmaking.models import Match, Subscription
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
]


def some(rng: random.Random, values, most):
    return rng.sample(values, rng.randint(0, min(most, len(values))))


@pytest.mark.django_db
def test_the_engine_finds_what_a_naive_loop_finds(at):
    rng = random.Random(2026)
    people = [make.user() for _each in range(20)]
    for number in range(200):
        criteria = {
            "cpv": some(rng, CPV, 2),
            "regions": some(rng, REGIONS[:-1], 2) if rng.random() < 0.6 else [],
            "goals": some(rng, [3, 9, 11, 12], 2) if rng.random() < 0.4 else [],
            "words": some(rng, ASKED, 2) if rng.random() < 0.6 else [],
            "excluded_words": some(rng, ASKED, 1) if rng.random() < 0.2 else [],
            "languages": some(rng, ["sv", "nb", "en"], 2) if rng.random() < 0.2 else [],
            "kinds": some(rng, ["need", "competition", "award"], 2) if rng.random() < 0.3 else [],
        }
        if any(criteria[name] for name in ("cpv", "regions", "goals", "words", "kinds")):
            make.subscription(person=people[number % 20], **criteria)
    for number in range(20):  # narrow ones, which a wider notice is only near to
        make.subscription(person=people[number], cpv=["33196100"], regions=["SE2"], goals=[3, 9, 11])
    buyers = {country: make.buyer(country=country) for country in ("SE", "NO")}
    writers = {country: make.member(buyer) for country, buyer in buyers.items()}
    versions = []
    for number in range(40):
        language = ["sv", "nb", "en", "de"][number % 4]
        country = rng.choice(["SE", "NO"])
        text = " ".join(some(rng, WORDS.get(language, WORDS["en"]), 3)) or "innovation"
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
        )
        versions.append(notice.current_version_id)
    assert engine.drain(at) == 40
    found = set(Match.objects.values_list("version", "subscription", "score"))

    every = [(each.pk, criteria_of(each)) for each in Subscription.objects.all()]
    judged = NoticeVersion.objects.select_related("notice__procurement__organisation").filter(pk__in=versions)
    expected = {
        (version, pk, hit.points)
        for version, facts in facts_of(judged).items()
        for pk, criteria in every
        if (hit := score(criteria, facts)).is_alert
    }
    assert found == expected
    assert len(expected) > 300
