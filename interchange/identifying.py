"""Which organisation a notice means. An imported one has no members and is never verified."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models.functions import Lower

from accounts import numbers
from accounts.models import Organisation
from interchange.countries import alpha_2
from interchange.eforms import facts
from ui.slugs import free_slug

INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]")
Kind = Organisation.Kind
REGION = re.compile(r"fylkeskommune\b|^region ")
MUNICIPALITY = re.compile(r"\bkommune?\b|\bstad$")
KIND_OF_LEGAL_TYPE = {  # BT-11
    "la": Kind.MUNICIPALITY,
    "body-pl-la": Kind.MUNICIPALITY,
    "ra": Kind.REGION,
    "body-pl-ra": Kind.REGION,
    "cga": Kind.AGENCY,
    "body-pl-cga": Kind.AGENCY,
    "pub-undert": Kind.PUBLIC_COMPANY,
    "pub-undert-cga": Kind.PUBLIC_COMPANY,
    "pub-undert-la": Kind.PUBLIC_COMPANY,
    "pub-undert-ra": Kind.PUBLIC_COMPANY,
}


def clean(words: str) -> str:
    """On one line, without characters that cannot be seen: Doffin has zero-width spaces in names and numbers."""
    return " ".join(INVISIBLE.sub("", unicodedata.normalize("NFC", words)).split())


def number_of(country: str, written: tuple[str, ...]) -> str:
    """The first of the written numbers that is whole; "" where none is. Digits alone in Sweden and Norway.

    "NO 999 999 999 MVA" and "Org.nr. 999 999 999" are read too. A Swedish number whose third digit is 0 or 1 is not
    kept: it is a sole trader's personal number. Elsewhere it is letters and digits, with four digits at least:
    "not available" would make one body of many.
    """
    for words in map(clean, written):
        if country not in numbers.COUNTRIES_WITH_NUMBERS:
            number = re.sub(r"[\W_]", "", words).upper()[:40]
            if len(re.findall(r"\d", number)) >= 4:
                return number
            continue
        try:
            number = numbers.checked(country, re.sub(r"\D", "", words))
        except ValidationError:
            continue
        if number and not (country == "SE" and number[2] in "01"):
            return number
    return ""


def kind_of(body: facts.Organisation, name: str, country: str, legal_type: str) -> str:
    """In the Nordic countries names are surer than BT-11, where "regional authority" stands for nearly anything."""
    small = name.lower()
    if REGION.search(small):
        return Kind.REGION
    if MUNICIPALITY.search(small):
        return Kind.MUNICIPALITY
    if "universitet" in small or small.startswith(("högskolan", "høgskolen")):
        return Kind.RESEARCH
    kind = KIND_OF_LEGAL_TYPE.get(legal_type, Kind.COMPANY if body.size else Kind.OTHER)
    is_named_otherwise = kind in (Kind.REGION, Kind.MUNICIPALITY) and country in numbers.COUNTRIES_WITH_NUMBERS
    return Kind.OTHER if is_named_otherwise else kind


def _merged(country: str, number: str) -> Organisation | None:
    """The organisation that the holder of the number has become a part of."""
    gone = Organisation.objects.filter(country=country, registration_number=number, merged_into__isnull=False)
    signpost = gone.select_related("merged_into").order_by("pk").first()
    return signpost.merged_into if signpost else None


def identify(
    body: facts.Organisation,
    *,
    language: str,
    at: datetime,
    is_buyer: bool = True,
    legal_type: str = "",
    others: frozenset[int] = frozenset(),
) -> Organisation | None:
    """The organisation with the number in the country; else the one of that name there; else a new, unclaimed one.

    `others` are organisations that the notice already named: one number under two names in a notice means two bodies.
    None for a body without a name, as a natural person is. A buyer is never taken for a page that somebody made and
    nobody verified: whoever owns the page would own the imported procurement.
    """
    name = clean(body.name.best(language))[:300]
    if not name:
        return None
    country = alpha_2(body.country)
    number = number_of(country, body.numbers)
    there = Organisation.objects.filter(country=country, merged_into=None)
    unclaimed = there.filter(pk__in=Organisation.objects.unclaimed())
    trusted = unclaimed | there.verified_buyers()
    holder = there.filter(registration_number=number).first() or _merged(country, number) if number else None
    may_be = holder is not None and (not is_buyer or trusted.filter(pk=holder.pk).exists())
    if holder and may_be and (holder.pk not in others or holder.name.lower() == name.lower()):
        return holder
    by_name = (trusted if is_buyer else unclaimed).alias(small=Lower("name")).filter(small=name.lower())
    if number:
        by_name = by_name.filter(registration_number="")
    taken = holder is not None
    if found := by_name.order_by("-registration_number", "pk").first():
        if number and not taken and not found.buyer_verified_at:
            found.registration_number = number
            found.save(update_fields=["registration_number"])
        return found
    website = body.website if len(body.website) <= 200 else ""
    return Organisation.objects.create(
        name=name,
        slug=free_slug(name, Organisation.objects.all(), otherwise="organisation"),
        kind=kind_of(body, name, country, legal_type) if is_buyer else Kind.COMPANY,
        country=country,
        registration_number="" if taken else number,
        region=body.region[:5],
        website=website,
        created_at=at,
    )
