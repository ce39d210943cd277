import pytest
from django.core.exceptions import ValidationError

from accounts import numbers
from accounts.models import Organisation


@pytest.mark.parametrize(
    ("country", "typed", "stored"),
    [
        ("SE", "556036-0793", "5560360793"),
        ("SE", " 5560360793 ", "5560360793"),
        ("SE", "16556036-0793", "5560360793"),
        ("SE", "19800101-0019", "8001010019"),
        ("NO", "889 640 782", "889640782"),
        ("NO", "NO 889 640 782 MVA", "889640782"),
        ("DE", "HRB  12345", "HRB 12345"),
        ("DE", "", ""),
        ("SE", "", ""),
    ],
)
def test_a_number_is_stored_as_its_digits(country, typed, stored):
    assert numbers.checked(country, typed) == stored


@pytest.mark.parametrize(
    ("country", "typed"),
    [
        ("SE", "556036-0794"),
        ("SE", "55603607"),
        ("SE", "abc"),
        ("NO", "889640783"),
        ("NO", "88964078"),
        ("NO", "٨٨٩٦٤٠٧٨٢"),
    ],
)
def test_a_wrong_number_is_refused_with_a_sentence(country, typed):
    with pytest.raises(ValidationError):
        numbers.checked(country, typed)


def test_a_number_is_written_the_way_its_country_writes_it():
    assert numbers.written("SE", "5560360793") == "556036-0793"
    assert numbers.written("NO", "889640782") == "889 640 782"
    assert numbers.written("DE", "HRB 12345") == "HRB 12345"


@pytest.mark.parametrize(
    ("kind", "country", "number", "personal"),
    [
        ("company", "SE", "5560360793", False),
        ("company", "SE", "8001010019", True),
        ("sole-trader", "SE", "8001010019", True),
        ("sole-trader", "NO", "889640782", True),
        ("inventor", "SE", "", True),
        ("company", "NO", "101000000", False),
    ],
)
def test_a_number_that_may_be_a_persons_is_not_public(kind, country, number, personal):
    organisation = Organisation(kind=kind, country=country, registration_number=number)
    assert organisation.number_is_personal is personal
    assert not (personal and organisation.public_number)
