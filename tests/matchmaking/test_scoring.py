from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from matchmaking.scoring import ALERT_AT, NOTHING, Criteria, Facts, Lesson, Reason, score

NOTICE = Facts(
    kind="need",
    language="sv",
    dictionary="swedish",
    country="SE",
    cpv=frozenset({"33196000"}),
    regions=frozenset({"SE224"}),
    goals=frozenset({3}),
    lexemes=frozenset({"fallsensorsystem", "hem", "olyck", "sol"}),
)


def stemmed(*words: str) -> dict[str, dict[str, list[str]]]:
    return {word: {name: word.split() for name in ("swedish", "norwegian", "english")} for word in words}


def asks(**criteria) -> Criteria:
    return Criteria(**criteria, stems=stemmed(*criteria.get("words", ()), *criteria.get("excluded_words", ())))


def test_a_wider_field_holds_the_notice():
    found = score(asks(cpv=("33100000",)), NOTICE)
    assert found.is_alert
    assert found.reasons == (Reason("cpv", "33196"),)


def test_the_narrower_field_that_is_hit_scores_more():
    points = [score(asks(cpv=(code,)), NOTICE).points for code in ("33000000", "33100000", "33190000", "33196000")]
    assert points == sorted(set(points))


def test_a_notice_that_stops_above_the_field_scores_less_than_one_that_names_it():
    narrow = asks(cpv=("33196100",))
    above = score(narrow, NOTICE)
    assert above.reasons == (Reason("near", "33196"),)
    assert 0 < above.points < score(narrow, replace(NOTICE, cpv=frozenset({"33196100"}))).points


def test_a_wider_code_alone_is_no_alert_but_is_one_with_the_region_and_the_goal():
    assert not score(asks(cpv=("33196100",)), NOTICE).is_alert
    assert score(asks(cpv=("33196100",), regions=("SE224",), goals=(3,)), NOTICE).is_alert


def test_a_division_says_too_little_to_be_near():
    assert score(asks(cpv=("33196100",)), replace(NOTICE, cpv=frozenset({"33000000"}))) == NOTHING


def test_a_neighbouring_field_is_not_a_hit():
    assert score(asks(cpv=("33195000",)), NOTICE) == NOTHING


def test_a_word_begins_a_compound_in_swedish():
    assert score(asks(words=("fallsensor",)), NOTICE).reasons == (Reason("word", "fallsensor"),)


def test_a_word_does_not_begin_another_in_english():
    english = replace(NOTICE, dictionary="english", lexemes=frozenset({"career"}))
    assert score(asks(words=("care",)), english) == NOTHING


def test_a_short_word_does_not_begin_a_compound():
    found = replace(NOTICE, lexemes=frozenset({"solcell"}))
    assert score(asks(words=("sol",)), found) == NOTHING
    assert score(asks(words=("sol",)), NOTICE).is_alert


def test_a_phrase_needs_all_its_words():
    assert score(asks(words=("fallsensor hem",)), NOTICE).is_alert
    assert score(asks(words=("fallsensor bil",)), NOTICE) == NOTHING


def test_a_need_without_a_code_is_found_by_a_word():
    assert score(asks(cpv=("33196000",), words=("fallsensor",)), replace(NOTICE, cpv=frozenset())).is_alert


def test_a_goal_alone_is_no_alert_where_a_field_was_asked_for():
    assert not score(asks(cpv=("45000000",), goals=(3,), regions=("SE224",)), NOTICE).is_alert
    assert score(asks(goals=(3,)), NOTICE).is_alert


def test_another_region_rules_the_notice_out():
    assert score(asks(cpv=("33196000",), regions=("SE110",)), NOTICE) == NOTHING


def test_a_wider_region_holds_the_notice():
    assert score(asks(regions=("SE2",)), NOTICE).reasons == (Reason("region", "SE224"),)


def test_a_notice_without_a_place_is_for_the_whole_country():
    nowhere = replace(NOTICE, regions=frozenset())
    outside = replace(NOTICE, regions=frozenset({"SEZZZ"}))
    for facts in (nowhere, outside):
        assert score(asks(regions=("SE224",)), facts).reasons == (Reason("country", "SE"),)
        assert score(asks(regions=("NO081",)), facts) == NOTHING


def test_other_languages_and_kinds_rule_the_notice_out():
    assert score(asks(goals=(3,), languages=("nb",)), NOTICE) == NOTHING
    assert score(asks(goals=(3,), kinds=("competition",)), NOTICE) == NOTHING


def test_an_award_is_suggested_only_to_those_who_asked_for_awards():
    award = replace(NOTICE, kind="award")
    assert score(asks(goals=(3,)), award) == NOTHING
    assert score(asks(goals=(3,), kinds=("award",)), award).is_alert


codes = st.sampled_from(
    ["33000000", "33100000", "33190000", "33196000", "33196100", "45000000", "45210000", "72200000"]
)
regions = st.sampled_from(["SE", "SE2", "SE22", "SE224", "SE110", "NO", "NO081"])
words = st.sampled_from(["fallsensor", "hem", "hem vård", "robot", "vård"])
languages = st.sampled_from(["sv", "nb", "en"])
kinds = st.sampled_from(["need", "competition", "award"])


def listed(elements, most=3):
    return st.lists(elements, max_size=most, unique=True).map(tuple)


criteria_ = st.builds(
    lambda **given: Criteria(**given, stems=stemmed("fallsensor", "hem", "hem vård", "robot", "vård")),
    cpv=listed(codes),
    regions=listed(regions),
    goals=listed(st.integers(1, 17)),
    words=listed(words),
    excluded_words=listed(words, 1),
    languages=listed(languages),
    kinds=listed(kinds),
)
facts_ = st.builds(
    Facts,
    kind=kinds,
    language=languages,
    dictionary=st.sampled_from(["swedish", "norwegian", "english"]),
    country=st.sampled_from(["SE", "NO"]),
    cpv=st.frozensets(codes, max_size=3),
    regions=st.frozensets(regions, max_size=2),
    goals=st.frozensets(st.integers(1, 17), max_size=3),
    lexemes=st.frozensets(
        st.sampled_from(["fallsensor", "fallsensorsystem", "hem", "vård", "robot", "bil"]), max_size=4
    ),
)


@given(criteria_, facts_)
def test_points_are_0_to_100_and_come_with_reasons(criteria, facts):
    found = score(criteria, facts)
    assert 0 <= found.points <= 100
    assert score(criteria, facts) == found


@given(criteria_, facts_, st.randoms())
def test_the_order_of_lists_does_not_matter(criteria, facts, random):
    names = ("cpv", "regions", "goals", "words", "excluded_words", "languages", "kinds")
    shuffled = {name: tuple(random.sample(getattr(criteria, name), len(getattr(criteria, name)))) for name in names}
    assert score(replace(criteria, **shuffled), facts) == score(criteria, facts)


@given(criteria_, facts_, st.data())
def test_a_criterion_that_hits_never_lowers(criteria, facts, data):
    before = score(criteria, facts)
    hitting = {
        "cpv": [code[:cut].ljust(8, "0") for code in facts.cpv for cut in (2, 3, 5, 8)],
        "goals": sorted(facts.goals),
        "regions": [code[:cut] for code in facts.regions for cut in (2, 3, 4, 5)],
        "words": [word for word in ("fallsensor", "hem", "robot") if word in facts.lexemes],
        "kinds": [facts.kind],
        "languages": [facts.language],
    }
    name = data.draw(st.sampled_from([name for name, values in hitting.items() if values]))
    value = data.draw(st.sampled_from(hitting[name]))
    more = replace(criteria, **{name: (*getattr(criteria, name), value)})
    assert score(more, facts).points >= before.points


@given(criteria_, facts_)
def test_a_word_to_leave_out_always_makes_it_0(criteria, facts):
    for word in ("fallsensor", "hem", "robot", "vård"):
        if word in facts.lexemes:
            assert score(replace(criteria, excluded_words=(word,)), facts) == NOTHING


def test_what_was_asked_for_alone_is_an_alert():
    for criteria in (
        asks(cpv=("33000000",)),
        asks(words=("hem",)),
        asks(goals=(3,)),
        asks(regions=("SE",)),
        asks(kinds=("need",)),
    ):
        assert score(criteria, NOTICE).points >= ALERT_AT


def test_both_a_field_and_a_word_can_be_asked_for():
    both = asks(cpv=("33196000",), words=("fallsensor",), needs_all=True)
    assert score(both, NOTICE).is_alert
    assert score(both, replace(NOTICE, lexemes=frozenset({"hem"}))) == NOTHING
    assert score(both, replace(NOTICE, cpv=frozenset({"72000000"}))) == NOTHING
    assert (
        score(replace(both, cpv=("33196100",)), NOTICE) == NOTHING
    )  # a wider code is not the field that was asked for


def test_a_value_outside_the_range_is_ruled_out_and_one_that_is_not_stated_passes():
    asked = asks(cpv=("33196000",), value_from=1_000, value_to=5_000)
    values = {value: score(asked, replace(NOTICE, value=value)).is_alert for value in (None, 999, 1_000, 5_000, 5_001)}
    assert values == {None: True, 999: False, 1_000: True, 5_000: True, 5_001: False}


def test_a_buyer_that_is_followed_is_reason_enough_and_another_one_rules_out():
    follows = asks(buyers=(17, 18))
    found = score(follows, replace(NOTICE, buyers=frozenset({17, 99})))
    assert found.is_alert
    assert found.reasons == (Reason("buyer", "17"),)
    assert score(follows, replace(NOTICE, buyers=frozenset({99}))) == NOTHING


def test_networks_and_levels_narrow():
    asked = asks(cpv=("33196000",), networks=(5,), levels=("A", "B"))
    assert score(asked, replace(NOTICE, networks=frozenset({5}), level="B")).is_alert
    assert score(asked, replace(NOTICE, networks=frozenset({5}))) == NOTHING
    assert score(asked, replace(NOTICE, level="A")) == NOTHING


def test_two_spellings_of_one_stem_are_one_word():
    asked = replace(asks(words=("sol", "solen")), stems={word: {"swedish": ["sol"]} for word in ("sol", "solen")})
    assert score(asked, NOTICE).reasons == (Reason("word", "sol"),)


def test_a_lesson_lowers_what_it_is_about_and_nothing_else():
    asked = asks(cpv=("33196000",))
    before = score(asked, NOTICE).points
    for lesson, lower in (
        (Lesson("field", "3319", 15), 15),
        (Lesson("field", "72", 15), 0),
        (Lesson("place", "SE22", 20), 20),
        (Lesson("place", "NO", 20), 0),
        (Lesson("buyer", "17", 10), 10),
        (Lesson("buyer", "18", 10), 0),
        (Lesson("larger", "4000", 30), 30),
        (Lesson("larger", "4001", 30), 0),
        (Lesson("smaller", "4000", 30), 30),
        (Lesson("smaller", "3999", 30), 0),
        (Lesson("field", "33", 100), before),
    ):
        facts = replace(NOTICE, value=4_000, buyers=frozenset({17}))
        assert score(replace(asked, lessons=(lesson,)), facts).points == before - lower, lesson


def test_a_place_that_is_put_away_takes_no_notice_along_that_is_for_another_place_too():
    asked = asks(cpv=("33196000",))
    lesson = replace(asked, lessons=(Lesson("place", "SE224", 100),))
    assert not score(lesson, NOTICE).is_alert
    assert score(lesson, replace(NOTICE, regions=frozenset({"SE224", "SE110"}))).is_alert


def test_every_alert_says_why():
    assert score(asks(kinds=("need",)), NOTICE).reasons == (Reason("kind", "need"),)


def test_who_asks_for_a_field_hears_of_nothing_without_it_however_well_the_rest_fits():
    rest = asks(cpv=("72000000",), regions=("SE224",), goals=(3, 9), buyers=(17,), networks=(5,), levels=("A",))
    notice = replace(
        NOTICE, goals=frozenset({3, 9}), buyers=frozenset({17}), networks=frozenset({5}), level="A", value=None
    )
    assert score(rest, notice) == NOTHING
    assert score(replace(rest, cpv=()), notice).is_alert
