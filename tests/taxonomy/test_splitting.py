import pytest

from taxonomy.splitting import alike, compounds, stem, words_of


@pytest.mark.parametrize(
    ("word", "halves"),
    [
        ("brandlarm", ("brand", "larm")),
        ("hisservice", ("hiss", "service")),
        ("elevdatorer", ("elev", "datorer")),
        ("søppelbil", ("søppel", "bil")),
    ],
)
def test_a_compound_is_split_where_both_halves_are_known(codes, word, halves):
    assert compounds([word])[word] == halves


def test_a_word_that_is_made_of_nothing_known_stays_whole(codes):
    assert compounds(["qwertyxyz", "larm", "x" * 200, "f'oo:*&bar"]) == {}


def test_all_words_take_one_query(codes, django_assert_num_queries):
    with django_assert_num_queries(1):
        compounds(["trygghetslarm", "hisservice", "skrivbordsstolar"])
    with django_assert_num_queries(0):
        compounds(["bus"])


@pytest.mark.parametrize(
    ("one", "other"),
    [("stolarna", "stolar"), ("måltider", "måltid"), ("rullestoler", "rullestolene"), ("pumps", "pump")],
)
def test_endings_do_not_matter(one, other):
    assert stem(one) == stem(other)


def test_small_words_say_nothing_unless_there_are_no_others():
    assert words_of("vi behöver stolar till skolan") == ["stolar", "skolan"]
    assert words_of("till vi") == ["till", "vi"]


def test_words_that_mean_the_same_are_known_across_languages():
    assert stem("underhåll") in alike(stem("vedlikehold"))
    assert alike("qwerty") == frozenset()
