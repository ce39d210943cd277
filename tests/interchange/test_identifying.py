import pytest

from accounts.models import Organisation
from interchange.eforms.facts import Organisation as Body
from interchange.eforms.facts import Text
from interchange.identifying import identify, number_of
from tests import make

pytestmark = pytest.mark.django_db
NUMBER = "889640782"


def body(name="Fjällviks kommun", *numbers, country="NOR", **fields):
    return Body("ORG-0001", Text((("NOB", name),)), numbers=numbers, country=country, **fields)


def identified(*args, **fields):
    return identify(body(*args), language="NOB", at=make.NOW, **fields)


@pytest.mark.parametrize(
    "written",
    [
        "889640782",
        "889 640 782",
        "NO889640782MVA",
        "NO 889 640 782 MVA",
        "Org.nr. 889 640 782",
        "889\u200b640\u200b782",
    ],
)
def test_a_norwegian_number_is_known_however_it_is_written(written):
    assert number_of("NO", (written,)) == NUMBER


@pytest.mark.parametrize("written", ["556036-0793", "5560360793", "16556036-0793", "Org.nr 556036-0793"])
def test_a_swedish_number_is_known_however_it_is_written(written):
    assert number_of("SE", (written,)) == "5560360793"


def test_the_first_whole_number_counts():
    assert number_of("NO", ("ukjent", "123456789", "889 640 782")) == NUMBER


@pytest.mark.parametrize(
    ("written", "number"), [("326 912 557", "326912557"), ("gb-12.34", "GB1234"), ("not available", ""), ("xyz 1", "")]
)
def test_a_number_from_elsewhere_is_kept_without_its_spaces_if_it_is_one(written, number):
    assert number_of("GB", (written,)) == number


def test_a_personal_number_is_not_kept():
    assert number_of("SE", ("640823-3234",)) == ""


def test_two_notices_with_the_same_number_mean_one_organisation():
    first = identified("Fjällviks kommun", NUMBER)
    assert identified("FJÄLLVIKS KOMMUNE, innkjøp", "NO 889 640 782 MVA") == first
    assert (first.country, first.registration_number, first.buyer_verified_at) == ("NO", NUMBER, None)
    assert first in Organisation.objects.unclaimed()


def test_without_a_number_the_name_in_its_country_counts():
    first = identified("Fjällviks  kommun")
    assert identified("fjällviks\u200b kommun") == first
    assert identify(body("Fjällviks kommun", country="SWE"), language="NOB", at=make.NOW) != first


def test_an_organisation_known_by_name_is_given_its_number():
    first = identified("Sørvik kommune")
    assert identified("Sørvik kommune", NUMBER) == first
    first.refresh_from_db()
    assert first.registration_number == NUMBER


def test_a_verified_buyer_is_found_by_its_number():
    real = make.buyer(country="NO", registration_number=NUMBER)
    assert identified("Et annet navn", NUMBER) == real


def test_a_page_that_nobody_verified_never_gets_a_notice():
    claimed = make.organisation(name="Oslo kommune", country="NO", registration_number=NUMBER)
    make.member(claimed)
    found = identified("Oslo kommune", NUMBER)
    assert found != claimed
    assert found.registration_number == ""
    assert identified("Oslo kommune", NUMBER) == found


def test_one_number_under_two_names_in_a_notice_means_two_bodies():
    first = identified("Værnesregionen Innkjøp", NUMBER)
    second = identified("Stjørdal kommune", NUMBER, others=frozenset({first.pk}))
    assert second != first
    assert second.registration_number == ""


def test_one_body_that_a_notice_names_twice_is_one():
    first = identified("Stjørdal kommune")
    assert identified("Stjørdal kommune", others=frozenset({first.pk})) == first


def test_a_winner_is_found_by_its_number_also_when_it_has_members():
    supplier = make.supplier(country="NO", registration_number=NUMBER)
    make.member(supplier)
    assert identified("Et annet navn AS", NUMBER, is_buyer=False) == supplier
    assert identified(supplier.name, is_buyer=False) != supplier


def test_a_merged_organisation_is_not_used_again():
    kept = identified("Nye Sørvik")
    gone = make.organisation(name="Sørvik kommune", country="NO", merged_into=kept)
    assert identified("Sørvik kommune") != gone


def test_the_number_of_a_merged_organisation_leads_to_the_one_that_it_became():
    kept = make.organisation(name="Nye Sørvik kommune", country="NO")
    make.organisation(name="Sørvik kommune", country="NO", registration_number=NUMBER, merged_into=kept)
    assert identified("Sørvik kommune", NUMBER) == kept


def test_a_body_without_a_name_is_nobody():
    assert identified("\u200b ") is None


@pytest.mark.parametrize(
    ("name", "legal_type", "kind"),
    [
        ("Fjällviks kommun", "", "municipality"),
        ("Sørvik kommune", "pub-undert", "municipality"),
        ("Nordskogen fylkeskommune", "la", "region"),
        ("Region Norrhavet", "", "region"),
        ("Umeå universitet", "", "research"),
        ("Sørvik Eiendom KF", "pub-undert-la", "public-company"),
        ("Larvik kommune 918082956", "ra", "municipality"),
        ("Kvinesdal Kommunebygg", "ra", "other"),
        ("Etaten", "cga", "agency"),
        ("Noe", "", "other"),
    ],
)
def test_the_kind_is_read_from_the_name_and_the_legal_type(name, legal_type, kind):
    assert identified(name, legal_type=legal_type).kind == kind
