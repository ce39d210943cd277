"""How alike two needs are: rules that hold whatever the weights."""

import pytest

from matchmaking.likeness import Asked, Meaning, Phrase, Said, key_of, likeness

FALL = Meaning(
    ("33196100",),
    (
        Phrase("sv", "swedish", "fallarm", frozenset({"fallarm"})),
        Phrase("nb", "norwegian", "fallalarm", frozenset({"fallalarm"})),
        Phrase("en", "english", "fall detection", frozenset({"fall", "detect"})),
    ),
)


def said(words="", *, dictionary="swedish", title="", **fields):
    return Said(dictionary, dictionary[:2], frozenset(f"{words} {title}".split()), frozenset(title.split()), **fields)


def asked(words="", *, rarity=1.0, meanings=None, **fields):
    own = said(words, **fields)
    keys = {key_of(word): word for word in own.words}
    return Asked(own, keys, dict.fromkeys(keys, rarity), meanings or {})


def test_each_rare_word_that_is_shared_adds_and_a_common_one_does_not():
    points = [likeness(asked("fall natt sensor"), said(words)).subject for words in ("x", "fall x", "fall natt x")]
    assert points == sorted(points)
    assert len(set(points)) == 3
    assert likeness(asked("fall natt", rarity=0.0), said("fall natt")).subject == 0


def test_a_word_of_the_title_weighs_more():
    assert likeness(asked(title="fall"), said(title="fall")).subject > likeness(asked("fall"), said("fall")).subject


def test_a_long_text_shares_words_by_chance():
    long = " ".join(f"ord{number}" for number in range(500))
    assert (
        likeness(asked("fall natt"), said("fall natt")).subject
        > likeness(asked("fall natt"), said(f"fall natt {long}")).subject
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("avlopp", "avløp"),
        ("bibliotek", "bibliotek"),
        ("larm", "alarm"),
        ("vatt", "vatt"),
        ("ventilation", "ventilation"),
    ],
)
def test_words_that_are_spelt_by_another_languages_habits_have_one_key(one, other):
    assert key_of(one) == key_of(other)


def test_short_words_stay_what_they_are():
    assert key_of("får") != key_of("far")


def test_a_meaning_is_told_in_the_words_of_the_other_language():
    mine = asked("fallarm", meanings={FALL: 1.0})
    found = likeness(mine, said("fall detect", dictionary="english"))
    assert {reason.kind: reason.values for reason in found.reasons}["meaning"] == ("fall detection",)


def test_a_phrase_that_is_there_by_half_is_not_meant():
    assert likeness(asked("fallarm", meanings={FALL: 1.0}), said("fall", dictionary="english")).subject == 0


def test_the_longer_the_shared_code_the_more_it_says():
    own = asked(cpv=("33196100",))
    points = [
        likeness(own, said(cpv=(code,))).subject
        for code in ("45000000", "33700000", "33190000", "33196000", "33196100")
    ]
    assert points == sorted(points)
    assert points[:2] == [0, 0], "a division says nothing"


def test_a_code_that_was_only_understood_is_worth_less_than_one_that_was_named():
    named = likeness(asked(cpv=("33196100",)), said(cpv=("33196100",))).subject
    understood = likeness(asked(meanings={FALL: 0.0}), said(cpv=("33196100",))).subject
    assert 0 < understood < named


def test_neighbours_alone_are_never_shown():
    here = {"goals": frozenset({3, 9}), "regions": frozenset({"SE224"}), "country": "SE", "inhabitants": 50_000}
    found = likeness(asked(**here), said(**here, is_open=True))
    assert found.points > 0
    assert found.subject == 0
    assert not found.is_shown


def test_a_size_is_alike_within_twice_and_no_further():
    kinds = [
        {reason.kind for reason in likeness(asked(inhabitants=50_000), said(inhabitants=other)).reasons}
        for other in (25_000, 100_000, 101_000, None)
    ]
    assert kinds == [{"size"}, {"size"}, set(), set()]


def test_nothing_at_all_is_like_nothing():
    assert likeness(asked(), said()).points == 0
