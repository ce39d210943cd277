"""What criteria would have given: counted honestly, in bounded time, with a word on what could narrow it."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaking import engine, previewing, subscribing
from matchmaking.models import Match, Subscription
from matchmaking.previewing import Found, Preview, advice, already_open, preview
from matchmaking.scoring import Criteria, Facts, Score
from procurements.models import Kind, Notice
from tests import make

pytestmark = pytest.mark.django_db


def asking(**criteria):
    return Subscription(person=make.user(), name="Sök", **criteria)


def hits(number, facts=None):
    facts = facts or Facts("need", "sv", "swedish", "SE", cpv=frozenset({"45210000"}))
    return tuple(Found(Notice(pk=each), facts, Score(30)) for each in range(number))


def broad(number, days=30.0, is_capped=False, **criteria):
    return Preview(hits(number), is_capped, days, Criteria(**criteria))


def test_more_than_ten_a_day_is_too_broad():
    assert not broad(300).is_too_broad
    assert broad(301).is_too_broad
    assert broad(40, days=2, is_capped=True).is_too_broad  # the newest thousand reach two days back
    assert not broad(15, days=2, is_capped=True).is_too_broad


def test_the_newest_three_are_named_and_old_ones_are_not_counted(at):
    for days in (1, 2, 3, 4, 40):
        make.notice(at=at - timedelta(days=days), title=f"Fallsensor {days}", deadline_at=at + timedelta(days=9))
    found = preview(asking(words=["fallsensor"]), at=at)
    assert (found.count, found.is_capped) == (4, False)
    assert [each.notice.current_version.title[-1] for each in found.newest] == ["1", "2", "3"]
    assert len(already_open(asking(words=["fallsensor"]), at=at)) == 5


ASKED = [
    {"cpv": ["33000000"]},
    {"cpv": ["33196100"], "regions": ["SE224"], "goals": [3]},  # near: the notice is wider than what is asked for
    {"words": ["fall sensor", "och"], "regions": ["SE"]},
    {"words": ["fallsensor"], "cpv": ["33196000"], "goals": [3], "needs_all": True},
    {"words": ["fallsensor"], "excluded_words": ["kamera"], "languages": ["sv"]},
    {"goals": [3], "kinds": ["need", "award"]},
    {"regions": ["NO081"]},
    {"levels": ["A", "B", "C"]},
    {"words": ["fallsensor"], "value_from": 100, "value_to": 1_000_000, "currency": "SEK"},
    {"kinds": ["award"]},
]


def test_the_preview_and_the_matcher_find_the_same(at):
    buyer = make.buyer()
    writer, anna = make.member(buyer), make.user()
    searches = [make.subscription(person=anna, **criteria) for criteria in [*ASKED, {"buyers": [buyer.pk]}]]
    said = [
        {"title": "Fallsensor i hemmet"},
        {"title": "Sensorer mot fall", "regions": [], "value": 5_000_000, "currency": "SEK"},
        {"title": "Fallsensor med kamera", "cpv": ["33190000"], "goals": [3, 11]},
        {"title": "Innovationspartnerskap", "cpv": ["73200000"], "regions": ["SE"]},
        {"title": "Fallsensorer", "language": "nb", "regions": ["NO081"], "cpv": ["33196100"]},
        {"title": "Fallsensor upphandlad", "kind": "award", "goals": []},
        {"title": "Vägar", "cpv": ["45233000"], "goals": [9], "regions": ["SE110"]},
    ]
    for hours, each in enumerate(said):
        make.notice(buyer=buyer, by=writer, at=at - timedelta(hours=hours + 1), **each)
    engine.drain(at)
    for search in searches:
        matched = set(Match.objects.filter(subscription=search).values_list("version__notice", flat=True))
        assert {each.notice.pk for each in preview(search, at=at).found} == matched
        assert matched


def test_what_one_buys_oneself_is_no_hit(at):
    buyer = make.buyer()
    make.notice(buyer=buyer, at=at - timedelta(days=1))
    own = Subscription(organisation=buyer, name="Vi", cpv=["33196000"])
    assert preview(own, at=at).count == 0
    assert preview(asking(cpv=["33196000"]), at=at).count == 1


def test_what_is_more_than_can_be_counted_is_said_to_be_more(at, monkeypatch):
    monkeypatch.setattr(previewing, "COUNTED", 2)
    monkeypatch.setattr(previewing, "CHUNK", 2)
    for hours in range(5):
        make.notice(at=at - timedelta(hours=hours + 1))
    found = preview(asking(cpv=["33000000"]), at=at)
    assert (found.count, found.is_capped) == (2, True)
    monkeypatch.setattr(previewing, "COUNTED", 300)
    monkeypatch.setattr(previewing, "LOOKED_AT", 3)
    found = preview(asking(cpv=["33000000"]), at=at)
    assert (found.count, found.is_capped) == (3, True)


def test_a_broad_one_is_told_what_lets_most_through(lists):
    criteria = {"cpv": ("45000000", "33196000"), "words": ("radar",)}
    said = advice(broad(301, **criteria), "en")
    assert said[0].startswith("The field 45000000 Construction work alone gives 100 % of it.")
    assert "Under “Narrow it further” you can ask for both" in said[1]
    assert said[2] == "You ask for every region. Choose those that you work in."
    assert advice(broad(3, **criteria), "en") == []
    assert advice(broad(301, kinds=("need",), regions=("SE",)), "en") == [
        "You ask for no field and no word. Choose a field, or write words of your own."
    ]


def test_the_word_or_goal_that_lets_most_through_is_named_too(lists):
    facts = Facts("need", "sv", "swedish", "SE", goals=frozenset({3}), lexemes=frozenset({"system"}))
    stems = {"system": {"swedish": ["system"]}, "radar": {"swedish": ["rad"]}}
    words = Preview(hits(400, facts), True, 30, Criteria(words=("radar", "system"), stems=stems, regions=("SE",)))
    assert words.widest == ("word", "system", 100)
    assert "“system” alone gives 100 %" in advice(words, "en")[0]
    goals = Preview(hits(400, facts), True, 30, Criteria(goals=(3, 9), regions=("SE",)))
    assert "The goal Good health and well-being alone gives 100 %" in advice(goals, "en")[0]


def test_a_word_that_a_language_leaves_out_is_named():
    search = asking(words=["och", "fallsensor"])
    assert previewing.unsearched(subscribing.prepare(search)) == [
        "“och” is too common to be looked for in texts in Swedish."
    ]


WORST = {
    "everything that can be answered": {"kinds": ["need", "consultation", "prior", "competition"]},
    "every goal": {"goals": list(range(1, 18))},
    "as much as there can be of everything": {
        "cpv": [f"{number:02d}{number:02d}{number:02d}00" for number in range(10, 70)],
        "words": [
            f"ord{number} " + "a b c d e f g h i j k l m n o p q r s t u v x y z å ä ö"[:70] for number in range(40)
        ],
        "excluded_words": [f"bort{number}" for number in range(40)],
        "regions": [f"SE{number}" for number in range(100, 150)],
        "buyers": list(range(1, 51)),
        "needs_all": True,
    },
    "regular expressions": {"words": ["(a+)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", ".*.*.*=.*", "%_%_%", "a" * 80]},
    "words that no text is searched for": {"words": ["i", "och"]},
    "signs": {"words": ["& | !", "'", "\\", "((((", "a:*", "<->"]},
}


@pytest.mark.parametrize("criteria", WORST.values(), ids=WORST)
def test_whatever_is_asked_for_is_answered_in_bounded_time_and_few_queries(criteria, at):
    for hours in range(3):
        make.notice(at=at - timedelta(hours=hours + 1))
    search = asking(**criteria)
    began = time.monotonic()
    with CaptureQueriesContext(connection) as queries:
        preview(search, at=at)
        already_open(search, at=at)
    assert len(queries) <= 14
    assert time.monotonic() - began < 2


def test_more_than_there_can_be_is_refused_by_the_rule_as_well(at):
    anna = make.user()
    for name, most in subscribing.MOST.items():
        value = [f"{each:08d}" for each in range(most + 1)] if name in ("cpv", "words") else list(range(most + 1))
        search = Subscription(person=anna, name="För mycket", kinds=["need"], **{name: value})
        with pytest.raises(subscribing.TooMuch):
            subscribing.save(search, by=anna, at=at)


def test_every_kind_of_notice_together_asks_for_nothing(at):
    anna = make.user()
    with pytest.raises(subscribing.NoCriteria):
        subscribing.save(Subscription(person=anna, name="Allt", kinds=list(Kind.values)), by=anna, at=at)


@pytest.mark.parametrize(
    ("language", "title", "word"), [("de", "Neue Häuser", "Häuser"), ("fi", "Uudet talot", "talot")]
)
def test_a_word_is_found_in_languages_that_are_matched_word_by_word(at, language, title, word):
    search = make.subscription(person=make.user(), words=[word])
    make.notice(title=title, language=language, at=at - timedelta(hours=1))
    engine.drain(at)
    assert Match.objects.filter(subscription=search).count() == 1
    assert preview(search, at=at).count == 1
