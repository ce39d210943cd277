from itertools import product

import pytest

from procurements import advising


def best(country="SE", **answers):
    return advising.advise(answers, country=country)[0]


@pytest.mark.parametrize(
    ("expected", "answers"),
    [
        ("open", {"solution": "market", "describable": "function", "talks": "no", "afterwards": "none"}),
        ("open", {"solution": "market", "describable": "function", "talks": "no", "hurry": "urgent", "worth": "below"}),
        ("ppi", {"solution": "adapted", "describable": "function", "talks": "no", "afterwards": "none", "idea": "no"}),
        ("neg-w-call", {"solution": "adapted", "describable": "partly", "talks": "yes"}),
        ("comp-dial", {"solution": "unknown", "describable": "no", "talks": "yes", "idea": "no"}),
        ("innovation", {"solution": "developed", "describable": "function", "talks": "yes", "afterwards": "same"}),
        ("pcp", {"solution": "researched", "describable": "partly", "talks": "yes", "afterwards": "separate"}),
        ("pcp", {"solution": "developed", "afterwards": "separate", "hurry": "ample"}),
        ("design-contest", {"describable": "no", "idea": "yes", "talks": "no"}),
    ],
)
def test_typical_answers_lead_where_a_procurer_would_go(expected, answers):
    assert best(**answers).way.code == expected


def test_every_suggestion_says_why_and_where_it_is_regulated():
    for answers in ({"solution": "developed", "talks": "yes"}, {"solution": "market", "hurry": "urgent"}):
        for country in ("SE", "NO", "FI"):
            for suggestion in advising.advise(answers, country=country):
                assert suggestion.paragraph
                assert suggestion.reasons or not suggestion.is_suggested
                assert suggestion.score >= 0 or suggestion.against


def test_an_innovation_partnership_is_spoken_against_when_the_market_has_it():
    found = {one.way.code: one for one in advising.advise({"solution": "market"}, country="NO")}
    assert not found["innovation"].is_suggested
    assert "no solution on the market" in str(found["innovation"].against[0])


def test_no_answer_suggests_nothing_and_forbids_nothing():
    suggestions = advising.advise({}, country="SE")
    assert {suggestion.score for suggestion in suggestions} == {0}
    assert len(suggestions) == len(advising.WAYS)


def test_unknown_answers_weigh_nothing():
    assert advising.advise({"solution": "<script>", "colour": "blue"}, country="XX") == advising.advise(
        {}, country="XX"
    )


def test_the_table_names_only_questions_answers_and_ways_that_exist():
    known = {(question.name, code) for question in advising.QUESTIONS for code, _label in question.choices}
    assert {(row[0], row[1]) for row in advising.TABLE} <= known
    assert {row[2] for row in advising.TABLE} == set(advising.WAYS)
    assert len({row[:3] for row in advising.TABLE}) == len(advising.TABLE)


def test_whatever_is_answered_something_is_suggested():
    """All answers to the questions that weigh most: something is always suggested."""
    names = ("solution", "describable", "talks")
    choices = {question.name: [code for code, _label in question.choices] for question in advising.QUESTIONS}
    for answers in product(*(choices[name] for name in names)):
        assert best(**dict(zip(names, answers, strict=True))).is_suggested
