import pytest
from django.db import connection

from taxonomy import glossary
from taxonomy.finding import find_cpv
from taxonomy.models import CpvCode


def found(words, language="sv", limit=8):
    return [each.code for each in find_cpv(words, language, limit)]


@pytest.mark.parametrize(
    ("words", "language", "code"),
    [
        ("fallarm", "sv", "33196100"),
        ("trygghetslarm", "sv", "35121700"),
        ("trygghetsalarm", "nb", "35121700"),
        ("velferdsteknologi", "nb", "33196000"),
        ("vannrensing", "nb", "42912330"),
        ("elbuss", "sv", "34144910"),
        ("electric bus", "en", "34144910"),
        ("skolmat", "sv", "15894210"),
        ("återbruk av byggmaterial", "sv", "44110000"),
        ("snöröjning", "sv", "90620000"),
        ("Snøbrøyting", "nb", "90620000"),
    ],
)
def test_everyday_words_give_plausible_codes_first(codes, words, language, code):
    assert found(words, language)[0] == code or code in found(words, language)[:2]


@pytest.mark.parametrize("words", ["fallsensorer", "trygghetslarmen", "FALLARM ", "fallarmm", "fallar"])
def test_endings_misspellings_and_beginnings_are_understood(codes, words):
    assert {"33196100", "35121700"} & set(found(words)[:3])


def test_a_sentence_is_understood_by_the_everyday_words_in_it(codes):
    assert "35121700" in found("vi behöver trygghetslarm till äldre")[:3]


def test_a_norwegian_word_is_understood_by_a_swedish_reader_and_labelled_in_swedish(codes):
    first = find_cpv("trygghetsalarm", "sv")[0]
    assert (first.code, first.label) == ("35121700", "Larmsystem")
    assert first.why


def test_the_glossary_leads_from_a_synonym_to_everyday_words(codes):
    assert "35121700" in found("social alarm", "en")[:3]
    assert "35121700" in found("nödlarm")[:3]


def test_labels_are_searched_in_all_three_languages(codes):
    assert "33115100" not in found("xyzzy")
    assert "34114121" in found("Ambulanses", "en") or "34114120" in found("Ambulances", "en")
    assert any(code.startswith("331") for code in found("Medisinsk utstyr", "sv"))


def test_part_of_a_compound_finds_the_code(codes):
    assert any("vattenreningsverk" in CpvCode.objects.get(pk=code).words.lower() for code in found("vattenreningsverk"))


def test_when_no_code_has_all_the_words_some_of_them_will_do(codes):
    assert "34121000" in found("bussar till bibliotekarier")


@pytest.mark.parametrize(
    ("words", "language", "code"),
    [
        ("elevdatorer", "sv", "30213"),
        ("hisservice", "sv", "50750"),
        ("brøytebil", "nb", "43313"),
        ("tearing down a building", "en", "45111100"),
        ("recycling bins", "en", "34928480"),
    ],
)
def test_what_no_label_says_in_those_words_is_found(codes, words, language, code):
    assert any(each.startswith(code) for each in found(words, language, limit=5))


def test_an_everyday_word_inside_a_longer_phrase_beats_what_only_sounds_alike(codes):
    assert found("electric buses", "en", limit=3).count("34144910") == 1


def test_digits_find_the_codes_that_begin_so(codes):
    assert found("33196")[0] == "33196000"
    assert all(code.startswith("33196") for code in found("33196"))


@pytest.mark.parametrize(
    "words", ["", " ", "a", "\0", "& | ! ( :* '", "<script>", "%_%", "x" * 10_000, "🙂🙂🙂", '"', "-", "or or or"]
)
def test_odd_words_are_no_error(codes, words):
    assert len(find_cpv(words, "sv")) <= 8


def test_the_number_of_queries_does_not_depend_on_what_is_found(codes, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        find_cpv("trygghetslarm", "sv")
    with django_assert_max_num_queries(6):
        find_cpv("medicinsk utrustning", "sv", limit=50)


def test_the_indexes_are_used_for_words(codes):
    """With sequential scans made dear, the plan must be able to avoid them."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for condition in ("search @@ websearch_to_tsquery('swedish', 'larm')", "words %> 'trygghetslarm'"):
            cursor.execute(f"EXPLAIN SELECT code FROM taxonomy_cpvcode WHERE {condition}")
            assert "Bitmap Index Scan" in "\n".join(row[0] for row in cursor.fetchall())


def test_trigrams_see_the_nordic_letters(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT show_trgm('åäö'), show_trgm('æø'), similarity('åäö', 'åäö'), 'höråäö' %> 'åäö'")
        swedish, norwegian, same, inside = cursor.fetchone()
    assert len(swedish) == 4
    assert len(norwegian) == 3
    assert same == 1
    assert inside is not None


def test_the_glossary_knows_what_means_the_same(codes):
    assert "gemensam upphandling" in glossary.same_meaning("Felles  anskaffelse")
    assert "welfare technology" in glossary.same_meaning("välfärdsteknologi")
    assert glossary.same_meaning("något helt annat") == []
    assert glossary.same_meaning("") == []
