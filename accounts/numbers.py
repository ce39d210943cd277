"""Organisation numbers: checked and written by python-stdnum, stored as digits alone. Pure, no rows."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError as Wrong
from stdnum.no import orgnr as norwegian
from stdnum.se import orgnr as swedish

COUNTRIES_WITH_NUMBERS = ("SE", "NO")  # elsewhere a number is free text, or none


def checked(country: str, number: str) -> str:
    """The number as it is stored: digits alone in Sweden (10) and Norway (9), as typed elsewhere.

    Raises ValidationError with a sentence for the person who typed it.
    """
    number = number.strip()
    if not number or country not in COUNTRIES_WITH_NUMBERS:
        return " ".join(number.split())
    try:
        if country == "NO":
            bare = norwegian.validate(number.upper().removesuffix("MVA").removeprefix("NO"))
        else:
            bare = swedish.validate(_without_century(number))
    except Wrong:
        if country == "NO":
            raise ValidationError(
                _("This is not a Norwegian organisation number. It has nine digits, as in 889 640 782."), code="number"
            ) from None
        raise ValidationError(
            _("This is not a Swedish organisation number. It has ten digits, as in 556036-0793."), code="number"
        ) from None
    return str(bare)


def written(country: str, number: str) -> str:
    """556036-0793 in Sweden, 889 640 782 in Norway, unchanged elsewhere and when it is not whole."""
    if country == "SE" and len(number) == 10:
        return str(swedish.format(number))
    if country == "NO" and len(number) == 9:
        return str(norwegian.format(number))
    return number


def _without_century(number: str) -> str:
    """Swedish registers write twelve digits: 16 before an organisation, 19 or 20 before a person."""
    digits = swedish.compact(number)
    return digits[2:] if len(digits) == 12 and digits[:2] in ("16", "19", "20") else digits
