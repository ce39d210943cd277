from taxonomy import labels
from taxonomy.models import CpvCode, Goal, Region, Term
from taxonomy.ordering import SwedishOrder


def test_any_number_of_codes_takes_one_query(codes, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = labels.cpv_labels(["33196000", "33000000", "99999999", "33196000", ""], "sv")
    assert found == {"33196000": "Medicinska hjälpmedel", "33000000": found["33000000"], "99999999": "99999999"}
    with django_assert_num_queries(0):
        assert labels.cpv_labels([], "sv") == {}


def test_countries_have_names_in_our_languages_and_regions_their_own(codes):
    assert labels.region_labels(["SE", "DE", "SE224", "XX1"], "nb") == {
        "SE": "Sverige",
        "DE": "Tyskland",
        "SE224": "Skåne län",
        "XX1": "XX1",
    }


def test_codes_of_a_list_are_labelled_and_unknown_ones_are_shown_as_they_are(codes):
    assert labels.code_labels("procurement-procedure-type", ["open", "UNKNOWN"], "sv") == {
        "open": "Öppet",
        "UNKNOWN": "UNKNOWN",
    }


def test_goals_have_a_name_and_a_word(codes):
    assert labels.goal_labels([3, 99], "sv") == {3: "God hälsa och välbefinnande", 99: "99"}
    assert Goal.objects.get(pk=13).short("nb") == "Klima"


def test_a_missing_label_falls_back_to_another_language(db):
    assert CpvCode(code="33196000", label_en="Aids").label("nb") == "Aids"
    assert Region(code="SE224", name="Skåne län").label("en") == "Skåne län"


def test_a_term_speaks_three_languages(codes):
    term = Term.objects.get(en="joint procurement")
    assert term.label("nb") == "felles anskaffelse"
    assert term.definition("sv").endswith(".")
    assert "samordnad upphandling" in term.synonyms("sv")


def test_swedish_order_puts_the_letters_last_and_in_their_order(db):
    for number, name in enumerate(
        ["Öland", "Zinkgruvan", "Ærø", "Åre", "Arvika", "Älmhult", "édouard", "Ödeshög", "Falun"]
    ):
        Region.objects.create(code=f"XX{number}", level=1, country="XX", name=name)
    names = Region.objects.filter(country="XX").order_by(SwedishOrder("name"), "pk").values_list("name", flat=True)
    assert list(names) == ["Arvika", "édouard", "Falun", "Zinkgruvan", "Åre", "Älmhult", "Ærø", "Ödeshög", "Öland"]
