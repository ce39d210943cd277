from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import get_language, gettext

from procurements.forms import LANGUAGES
from taxonomy import labels
from ui import moments

register = template.Library()

CODES: dict[str, Callable[[Any, str], dict[Any, str]]] = {
    "cpv": labels.cpv_labels,
    "regions": labels.region_labels,
    "goals": labels.goal_labels,
    "procedure": lambda codes, language: labels.code_labels("procurement-procedure-type", codes, language),
    "nature": lambda codes, language: labels.code_labels("contract-nature", codes, language),
    "strategic": lambda codes, language: labels.code_labels("strategic-procurement", codes, language),
    "innovation": lambda codes, language: labels.code_labels("innovative-acquisition", codes, language),
    "environment": lambda codes, language: labels.code_labels("environmental-impact", codes, language),
}


@register.simple_tag
def wording_value(value: Any, field: str, zone: str) -> str:
    """What stood in a field of a wording, in the reader's language: codes with their labels, moments with their zone."""
    language = get_language() or "sv"
    if value in (None, "", []):
        return gettext("nothing")
    if isinstance(value, datetime):
        return moments.say(value, zone, language)
    if field in CODES:
        codes = value if isinstance(value, list) else [value]
        words = CODES[field](codes, language)
        return ", ".join(words.get(code, str(code)) for code in codes)
    if isinstance(value, Decimal):
        return moments.number(value, language)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@register.simple_tag
def next_moment(moments_in_order: list[datetime], now: datetime) -> datetime | None:
    """The first that is still ahead."""
    return next((moment for moment in moments_in_order if moment > now), None)


@register.filter
def language_word(code: str) -> str:
    """The language's name in the reader's language; the code where we have no name."""
    return str(dict(LANGUAGES).get(code, code.upper()))
