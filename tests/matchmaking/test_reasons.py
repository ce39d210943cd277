"""Reasons in words, of both forms that rows have them in."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaking import reasons
from tests import make


def test_both_forms_say_the_same():
    assert reasons.parsed("cpv:33196") == reasons.parsed({"kind": "cpv", "value": "33196"})
    assert reasons.parsed("goal:3") == reasons.parsed({"kind": "goal", "value": 3})


def test_a_word_may_have_a_colon_and_a_kind_no_value():
    assert reasons.parsed("word:ISO 9001:2015") == {"kind": "word", "value": "ISO 9001:2015"}
    assert reasons.parsed("interest") == {"kind": "interest", "value": ""}


@pytest.mark.django_db
def test_every_kind_is_said_in_words(lists):
    anna = make.member(make.supplier())
    buyer = make.buyer(name="Lunds kommun")
    network = make.network(leader=buyer, name="Trygga hem")
    search = make.subscription(person=anna, name="Fallsensorer")
    hits = [
        "cpv:33196", "near:3319", "word:fall sensor", "goal:3", "region:SE224", "country:SE", f"buyer:{buyer.pk}",
        f"network:{network.pk}", "level:A", "kind:need", f"search:{search.pk}",
    ]  # fmt: skip
    [explained] = reasons.with_labels([hits], ["en"])
    said = reasons.sentences(explained, "en")
    assert said[0].startswith("CPV 33196 ")
    assert said[0] != "CPV 33196 "
    assert said[1].endswith(", which is wider than your field")
    assert said[2] == "the word fall sensor"
    assert said[3].startswith("goal 3 ")
    assert said[4:] == [
        "the region Skåne län",
        "all of Sweden",
        "the buyer Lunds kommun",
        "the network Trygga hem",
        "the buyer declares it as innovation",
        "the kind of notice: Need",
        "your saved search Fallsensorer",
    ]


@pytest.mark.django_db
def test_what_is_gone_or_unknown_is_said_without_its_name():
    [explained] = reasons.with_labels([["cpv:99999", "buyer:1", "network:x", "search:1", "region:XX9"]], ["sv"])
    assert reasons.sentences(explained, "sv") == [
        "CPV 99999", "a buyer that you chose", "a network that you chose", "the region XX9",
    ]  # fmt: skip


@pytest.mark.django_db
def test_what_found_it_is_an_offer_a_search_or_a_follow():
    supplier = make.supplier(name="Sensorbolaget AB")
    anna = make.member(supplier)
    offer = make.subscription(organisation=supplier, by=anna)
    follow = make.subscription(person=anna, name="Lunds kommun", follows="B:17", buyers=[17])
    [explained] = reasons.with_labels([[f"search:{offer.pk}", f"search:{follow.pk}"]], ["en"])
    assert reasons.sentences(explained, "en") == ["what Sensorbolaget AB offers", "you follow Lunds kommun"]


@pytest.mark.django_db
def test_labels_cost_the_same_for_one_and_for_many_in_any_number_of_languages():
    buyers = [make.buyer() for _each in range(3)]
    search = make.subscription(person=make.user())
    hits = ["cpv:33196", "near:331", "goal:3", "region:SE224", "country:SE", "network:1", f"search:{search.pk}"]
    counts = []
    for many, languages in (([[*hits, f"buyer:{buyers[0].pk}"]], ["en"]),
                            ([[*hits, f"buyer:{one.pk}", "goal:5", "cpv:34"] for one in buyers], ["en", "sv", "nb"])):  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            reasons.with_labels(many, languages)
        counts.append(len(queries))
    assert counts == [6, 6]
