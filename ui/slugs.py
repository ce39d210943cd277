"""Addresses that a person can read, made from names."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify

FOLDED = str.maketrans(
    {"ø": "o", "Ø": "o", "æ": "ae", "Æ": "ae", "ß": "ss", "đ": "d", "ł": "l", "Ł": "l", "þ": "th", "ð": "d"}
)


def free_slug(
    name: str, taken: QuerySet[Any], *, otherwise: str, reserved: Collection[str] = (), longest: int = 100
) -> str:
    """`name` as an address of at most `longest` characters (and a number), that is not reserved and that no row has.

    `otherwise` is used where no letter of the name is left, as of a name in Arabic script.
    """
    stem = slugify(name.translate(FOLDED))[:longest].strip("-") or otherwise
    slug, number = stem, 2
    while slug in reserved or taken.filter(slug=slug).exists():
        slug, number = f"{stem}-{number}", number + 1
    return slug
