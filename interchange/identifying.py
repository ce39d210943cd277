"""Which organisation a notice means. An imported one has no members and is never verified."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower

from accounts import numbers
from accounts.models import Membership, Organisation
from interchange.countries import alpha_2
from interchange.eforms import facts
from ui.slugs import free_slug

INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]")
COUNTING = "0123456789" * 2
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


def is_placeholder(number: str) -> bool:
    """ "123456789", "000000000": what a form wants filled in, and not a number."""
    digits = re.sub(r"\D", "", number)
    return len(digits) > 5 and (len(set(digits)) == 1 or digits in COUNTING or digits in COUNTING[::-1])


def number_of(country: str, written: tuple[str, ...]) -> str:
    """The first of the written numbers that is whole; "" where none is. Digits alone in Sweden and Norway.

    "NO 999 999 999 MVA" and "Org.nr. 999 999 999" are read too. A Swedish number whose third digit is 0 or 1 is not
    kept: it is a sole trader's personal number. Elsewhere it is letters and digits, with four digits at least, that do not
    just count up: "not available" or "123456789" would make one body of many.
    """
    for words in map(clean, written):
        if country not in numbers.COUNTRIES_WITH_NUMBERS:
            number = re.sub(r"[\W_]", "", words).upper()[:40]
            if len(re.findall(r"\d", number)) >= 4 and not is_placeholder(number):
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


def _is_claimed(organisation: Organisation) -> bool:
    """Whether anybody acts for it, as `_known` asked."""
    return bool(organisation.is_claimed)  # type: ignore[attr-defined]


def _may_buy(organisation: Organisation) -> bool:
    return not _is_claimed(organisation) or organisation.buyer_verified_at is not None


def _known(
    country: str, name: str, number: str, *, is_buyer: bool, others: frozenset[int]
) -> tuple[Organisation | None, bool]:
    """The organisation that is meant, and whether the number is somebody's.

    A buyer is never taken for a page that somebody made and nobody verified: whoever owns the page would own the imported
    procurement.
    """
    small = name.lower()
    members = Membership.objects.active().filter(organisation=OuterRef("pk"))
    rows = Organisation.objects.annotate(is_claimed=Exists(members)).order_by("pk")
    there = rows.filter(country=country, merged_into=None)
    holder = None
    if number:
        signposts = {"merged_from__country": country, "merged_from__registration_number": number}
        holder = there.filter(registration_number=number).first()
        holder = holder or rows.filter(**signposts).order_by("merged_from__pk").first()
    is_right = (
        holder and (not is_buyer or _may_buy(holder)) and (holder.pk not in others or holder.name.lower() == small)
    )
    if is_right:
        return holder, True
    named = there.alias(small=Lower("name")).filter(small=small)
    if number:
        named = named.filter(registration_number="")
    for one in named.order_by("-registration_number", "pk"):
        if (is_buyer and _may_buy(one)) or not _is_claimed(one):
            return one, holder is not None
    return None, holder is not None


@dataclass(frozen=True)
class Meant:
    """Whom a notice names, and the organisation here that it is; None where it has to be made."""

    body: facts.Organisation
    name: str
    country: str
    number: str
    organisation: Organisation | None
    is_taken: bool  # somebody else has the number

    def found(self, *, at: datetime, is_buyer: bool = True, legal_type: str = "") -> Organisation:
        """The organisation, made if need be: unclaimed, as an imported one is."""
        if self.organisation:
            _learn(
                self.organisation, registration_number="" if self.is_taken else self.number, region=self.body.region[:5]
            )
            return self.organisation
        kind = kind_of(self.body, self.name, self.country, legal_type) if is_buyer else Kind.COMPANY
        return Organisation.objects.create(
            name=self.name,
            slug=free_slug(self.name, Organisation.objects.all(), otherwise="organisation"),
            kind=kind,
            country=self.country,
            registration_number="" if self.is_taken else self.number,
            region=self.body.region[:5],
            website=self.body.website if len(self.body.website) <= 200 else "",
            created_at=at,
        )


def _learn(organisation: Organisation, **facts: str) -> None:
    """What was not known of an organisation that nobody speaks for."""
    new = {name: value for name, value in facts.items() if value and not getattr(organisation, name)}
    if new and not _is_claimed(organisation) and not organisation.buyer_verified_at:
        for name, value in new.items():
            setattr(organisation, name, value)
        organisation.save(update_fields=[*new])


def look_up(
    body: facts.Organisation, *, language: str, is_buyer: bool = True, others: frozenset[int] = frozenset()
) -> Meant | None:
    """The organisation with the number in the country; else the one of that name there. Nothing is written.

    `others` are organisations that the notice already named: one number under two names in a notice means two bodies.
    None for a body without a name, as a natural person is.
    """
    name = clean(body.name.best(language))[:300]
    if not name:
        return None
    country = alpha_2(body.country)
    number = number_of(country, body.numbers)
    return Meant(body, name, country, number, *_known(country, name, number, is_buyer=is_buyer, others=others))


def identify(
    body: facts.Organisation,
    *,
    language: str,
    at: datetime,
    is_buyer: bool = True,
    legal_type: str = "",
    others: frozenset[int] = frozenset(),
) -> Organisation | None:
    """The same, and made where it is not here."""
    meant = look_up(body, language=language, is_buyer=is_buyer, others=others)
    return meant.found(at=at, is_buyer=is_buyer, legal_type=legal_type) if meant else None
