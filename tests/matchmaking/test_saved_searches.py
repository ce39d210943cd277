"""A search in the list of notices becomes a saved one that finds the same."""

from datetime import timedelta

import pytest
from django.http import QueryDict

from matchmaking import subscribing
from matchmaking.models import Subscription
from matchmaking.reading import facts_of
from matchmaking.saved_searches import from_address
from matchmaking.scoring import score
from procurements.browsing import Browse
from procurements.models import NoticeVersion
from tests import make

PLAIN = {
    "summary": "Kort.", "problem": "Hjälpen kommer för sent.", "affected": "Boende.", "cost_today": "Mycket.", "tried": "Knapp.",
    "desired_effect": "Mindre oro.", "description": "Mer om saken.", "cpv": [], "regions": [], "goals": [],
}  # fmt: skip
NOTICES = {
    "fall": {"title": "Fallsensor i hemmet", "cpv": ["33196000"], "regions": ["SE224"], "goals": [3]},
    "narrow": {"title": "Larm för fall", "cpv": ["33196100"], "regions": ["SE224"], "goals": [3, 11]},
    "class": {"title": "Hjälpmedel", "cpv": ["33190000"], "regions": ["SE110"], "goals": [3]},
    "compound": {"title": "Fallsensorsystem", "cpv": ["33196000"], "regions": ["SE110"]},
    "everywhere": {"title": "Radar", "cpv": ["35121700"], "regions": ["SE"], "goals": [11]},
    "nowhere": {"title": "Belysning längs vägen", "cpv": ["34993000"], "goals": [11]},
    "norsk": {"title": "Fallsensorer på sykehjem", "language": "nb", "cpv": ["33196000"], "regions": ["NO081"]},
    "english": {"title": "Fall sensors at home", "language": "en", "cpv": ["33196000"], "regions": ["SE224"], "goals": [3]},
    "dialogue": {"kind": "consultation", "title": "Dialog om trygghet", "cpv": ["85300000"], "regions": ["SE224"]},
    "competition": {"kind": "competition", "procedure": "open", "title": "Elbussar till skolan", "cpv": ["34121000"], "regions": ["SE110"]},
    "award": {"kind": "award", "title": "Fallsensor är upphandlad", "cpv": ["33196000"], "regions": ["SE224"]},
    "innovation": {"title": "Förkommersiell radar", "cpv": ["73100000"], "goals": [9], "regions": ["SE110"]},
    "tried": {"title": "Trygghet om natten", "tried": "Kamera i taket.", "cpv": ["85300000"], "regions": ["SE232"]},
    "pair": {"title": "Sensor med radar som märker fall", "cpv": ["35121700"], "regions": ["SE232"], "goals": [3]},
}  # fmt: skip
SAME = [
    "q=radar", "q=radar OR elbussar", "q=radar or larm", 'q="radar"', "q=larm fall", "q=radar -belysning",
    "q=larm -fall", "q=fallsensorer sykehjem", "q=fall sensors home", "q=belysning vägen", "cpv=33", "cpv=3319",
    "cpv=33196000", "cpv=33196", "cpv=34", "goal=3", "goal=11&goal=9", "cpv=33&goal=3", "q=radar&cpv=35", "q=radar&goal=9",
    "q=larm&cpv=3319&goal=3", "kind=need", "kind=consultation&kind=competition", "state=influence", "state=influence&cpv=34",
    "state=all&cpv=33196", "kind=award&state=all", "innovation=B", "innovation=A&innovation=B&innovation=C", "region=NO",
    "buyer={buyer}", "buyer={buyer}&goal=3", "state=influence&kind=need&q=radar", "q=trygghet&region=NO",
    "q=fallsensor", "language=nb", "language=sv&language=en&q=radar", "phase=dialogue", "phase=need&kind=need&goal=3",
]  # fmt: skip
# What the alert finds beyond the list, and why.
MORE = {
    "region=SE110": {"everywhere", "nowhere"},  # what is for the whole country is for each of its regions, too
    "q=radar&procedure=open": {"everywhere", "innovation", "pair"},  # a filter that is named as left out
    'q="fall sensor"&state=all': {"pair"},  # quoted words side by side: named as left out
    "kind=award": {"award"},  # the list shows no awards among what can be answered: who asks for them means them
    "country=NO": {"norsk"},  # where it is used, rather than where the buyer is
}
LESS = {
    "q=kamera": {"tried"},  # what has been tried already is not what is wanted
    "country=SE": {"norsk"},
}


@pytest.mark.django_db
def test_the_alert_finds_what_the_list_shows_but_for_what_is_named(at):
    buyer = make.buyer(name="Sagobyn")
    writer = make.member(buyer)
    names = {}
    for number, (name, said) in enumerate(NOTICES.items()):
        by = {"buyer": buyer, "by": writer} if number % 2 else {}
        made = make.notice(at=at - timedelta(hours=number + 1), **by, **{**PLAIN, **said})
        names[made.pk] = name
    versions = NoticeVersion.objects.select_related("notice__procurement__organisation").all()
    facts = {names[version.notice_id]: facts_of([version])[version.pk] for version in versions}

    def listed(address: str) -> set[str]:
        return {names[pk] for pk in Browse.from_address(QueryDict(address)).rows(at).values_list("pk", flat=True)}

    def alerted(address: str) -> set[str]:
        search = Subscription(person=writer, **from_address(QueryDict(address)).criteria)
        criteria = subscribing.prepare(search)
        return {name for name, each in facts.items() if score(criteria, each).is_alert}

    assert len(SAME) >= 30
    asked = [address.format(buyer=buyer.pk) for address in SAME]
    different = {
        address: (listed(address), alerted(address)) for address in asked if listed(address) != alerted(address)
    }
    assert different == {}
    assert sum(bool(listed(address)) for address in asked) > 25
    assert {address: alerted(address) - listed(address) for address in MORE} == MORE
    assert {address: listed(address) - alerted(address) for address in LESS} == LESS


def start(address: str):
    return from_address(QueryDict(address))


def test_words_joined_by_or_are_several_and_a_country_is_a_region():
    criteria = start("q=fallsensor OR larm hem&country=GR&state=influence").criteria
    assert criteria["words"] == ["fallsensor", "larm hem"]
    assert criteria["regions"] == ["EL"]
    assert criteria["kinds"] == ["need", "consultation", "prior"]


@pytest.mark.parametrize(
    ("q", "words", "excluded"),
    [
        ("larm or fall", ["larm", "fall"], []),
        ('"larm or fall"', ["larm or fall"], []),
        ('larm -"för fall" -knapp', ["larm"], ["för fall", "knapp"]),
        ("OR larm OR", ["larm"], []),
        ('"larm', ["larm"], []),
        ('-""', [], []),
        ("fall-larm", ["fall-larm"], []),
    ],
)
def test_or_quotes_and_minus_mean_what_they_mean_in_the_list(q, words, excluded):
    data = QueryDict(mutable=True)
    data["q"] = q
    criteria = from_address(data).criteria
    assert (criteria["words"], criteria["excluded_words"]) == (words, excluded)


def test_buyer_innovation_and_kinds_are_kept():
    criteria = start("buyer=17&innovation=A&innovation=Z&kind=need&kind=nothing&state=all").criteria
    assert (criteria["buyers"], criteria["levels"], criteria["kinds"]) == ([17], ["A"], ["need"])


@pytest.mark.parametrize(
    ("address", "is_asked"),
    [("q=larm", False), ("goal=3", False), ("cpv=33", True), ("q=larm&cpv=33", True), ("q=larm&goal=3", True)],
)
def test_a_field_and_words_must_both_be_there_as_in_the_list(address, is_asked):
    assert start(address).criteria["needs_all"] is is_asked


def test_network_language_and_value_are_kept_the_value_in_euro():
    begun = start("network=4&network=x&language=nb&language=fi&value_from=1000&value_to=50000")
    kept = {name: begun.criteria[name] for name in ("networks", "languages", "value_from", "value_to", "currency")}
    assert kept == {"networks": [4], "languages": ["nb"], "value_from": 1000, "value_to": 50000, "currency": "EUR"}
    assert begun.left_out == [
        "other languages than Swedish, Norwegian and English",
        "that the value is stated: an alert tells of what states none, too",
    ]


def test_days_are_no_criteria_of_an_alert():
    assert start("q=larm&deadline_to=2027-01-01&since=2026-01-01").left_out == [
        "the days of the deadline",
        "the days of the publication: an alert tells of what is new",
    ]


def test_what_cannot_be_kept_is_named():
    left_out = start('q="fall larm"&procedure=open&joint=joint&circular=circular&state=closed').left_out
    assert left_out == [
        "procedure",
        "several buyers together",
        "circular economy",
        "that it has closed: an alert tells of what is new",
        "that quoted words stand side by side",
    ]
    assert start("region=SE224&country=NO").left_out == ["the buyer's country: an alert goes by where it is used"]
    assert start("q=larm&cpv=33&region=SE224&goal=3&kind=need&buyer=17&innovation=A&sort=newest&page=3").left_out == []


def test_a_line_that_is_too_long_keeps_its_first_words_and_says_so():
    begun = start("q=" + "+".join(["trygghetslarm"] * 12))
    assert begun.criteria["words"] == [" ".join(["trygghetslarm"] * 5)]
    assert begun.left_out == ["the last words of a long line"]
