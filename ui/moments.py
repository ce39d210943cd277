"""Moments, days and numbers in words, the same on pages, in mails and in feeds.

Pure, the language being an argument; but for `say_day_here`, which asks Django where and in which language is read.
"""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone
from django.utils.translation import get_language

WEEKDAYS = {
    "sv": ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"],
    "nb": ["mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}
MONTHS = {
    "sv": [
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ],
    "nb": [
        "januar",
        "februar",
        "mars",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "desember",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
ZONES = {
    "Europe/Stockholm": {"sv": "svensk tid", "nb": "svensk tid", "en": "Swedish time"},
    "Europe/Oslo": {"sv": "norsk tid", "nb": "norsk tid", "en": "Norwegian time"},
    "Europe/Copenhagen": {"sv": "dansk tid", "nb": "dansk tid", "en": "Danish time"},
    "Europe/Helsinki": {"sv": "finsk tid", "nb": "finsk tid", "en": "Finnish time"},
}

SUMMER = {"sv": "sommartid", "nb": "sommertid", "en": "summer time"}
WINTER = {"sv": "vintertid", "nb": "vintertid", "en": "winter time"}


def zone_of(name: str) -> ZoneInfo:
    """The zone; UTC for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def say(moment: datetime, zone: str, language: str) -> str:
    """Weekday, date, clock and zone, as in "fredag 14 mars 2025 kl. 23.59 (svensk tid)"."""
    language = language if language in WEEKDAYS else "en"
    local = moment.astimezone(zone_of(zone))
    clock = f"{local:%H:%M}" if language == "en" else f"kl. {local:%H.%M}"
    comma = "," if language == "en" else ""
    return f"{WEEKDAYS[language][local.weekday()]} {say_day(local.date(), language)}{comma} {clock} ({zone_words(local, zone, language)})"


def zone_words(local: datetime, zone: str, language: str) -> str:
    """The zone of a local moment; in the hour that comes twice, when the clock is turned back, also which of the two."""
    if zone not in ZONES:
        offset = f"{local:%z}"
        return "UTC" if zone == "UTC" else f"{zone}, UTC{offset[:3]}:{offset[3:5]}"
    words = ZONES[zone][language]
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return words
    return f"{words}, {(SUMMER if local.dst() else WINTER)[language]}"


def say_day(day: date, language: str) -> str:
    language = language if language in MONTHS else "en"
    dot = "." if language == "nb" else ""
    return f"{day.day}{dot} {MONTHS[language][day.month - 1]} {day.year}"


def say_day_here(moment: datetime) -> str:
    """The day of a moment, in the zone and the language that are active now."""
    return say_day(timezone.localdate(moment), get_language() or "en")


def number(value: Decimal | int, language: str) -> str:
    """Grouped as the language does, without decimals that say nothing."""
    whole = value == value.to_integral_value() if isinstance(value, Decimal) else True
    text = f"{value:,.0f}" if whole else f"{value:,.2f}"
    return text if language == "en" else text.replace(",", "\u00a0").replace(".", ",")
