"""Turning the texts of eForms elements into values: moments, money, addresses, texts in languages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal, InvalidOperation

from interchange.eforms.document import Element, content, nodes
from interchange.eforms.facts import Money, Text

DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(Z|[+-]\d{2}:\d{2})?$")
TIME = re.compile(r"^(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?$")
END_OF_DAY = time(23, 59, 59)
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
AMOUNT = re.compile(r"^[+]?\d{1,15}(?:\.\d{1,10})?$")

# A mailbox is kept when its first word is one of ROLES or begins with a longer one; any other may be a person's.
ROLES = re.compile(
    r"(post|posten|info|kontakt|contact|mail|epost|office|admin|tenders?|bids|anbud|kommune?|region|diarie|support"
    r"|achats|marches|compras|vergabe|einkauf)$"
    r"|upphandling|registrator|postmottak|firmapost|anskaffelse|innkj[oø]p|ink[oö]p|procurement|purchasing|kundtj[aä]nst"
    r"|kundeservice|servicecenter|sentralbord|diarium|kommunstyrelse|arkiv|helpdesk|contracts|ausschreibung"
)


def text(node: Element, path: str) -> Text:
    """The texts at the path with their languages (BT-702's three letters); the first counts where one repeats."""
    found: dict[str, str] = {}
    for element in nodes(node, path):
        if words := content(element):
            found.setdefault((element.get("languageID") or "").upper(), words)
    return Text(tuple(found.items()))


def line(node: Element, path: str) -> Text:
    """The same, each on one line: for names and titles."""
    return Text(tuple((language, " ".join(words.split())) for language, words in text(node, path).versions))


def offset(words: str | None) -> timezone | None:
    """A zone of "Z" or "+02:00"; None when there is none or it is none that exists (beyond 14 hours)."""
    if not words:
        return None
    if words == "Z":
        return UTC
    hours, minutes = int(words[1:3]), int(words[4:6])
    if hours > 14 or minutes > 59:
        return None
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(-shift if words[0] == "-" else shift)


def day(words: str) -> date | None:
    """The date, without its offset; None when it is no date, or so far away that no zone can show it (year 9999)."""
    match = DATE.match(words)
    try:
        found = date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None
    return found if found and 1900 <= found.year < 3000 else None


def moment(date_words: str, time_words: str, *, without_time: time = END_OF_DAY) -> datetime | None:
    """Date and time elements, each with an offset of its own, as one moment; the time's offset counts first.

    A missing time means the end of that day in that offset; a missing offset means UTC.
    """
    found = day(date_words)
    if not found:
        return None
    date_match, time_match = DATE.match(date_words), TIME.match(time_words)
    zone = offset(date_match[4]) if date_match else None
    clock = without_time
    if time_match:
        try:
            clock = time(int(time_match[1]), int(time_match[2]), int(time_match[3]))
            zone = offset(time_match[4]) or zone
        except ValueError:
            pass
    return datetime.combine(found, clock, tzinfo=zone or UTC)


def moment_at(node: Element, path: str, *, dates: str = "cbc:EndDate", times: str = "cbc:EndTime") -> datetime | None:
    """The moment in the first period at the path that has one."""
    for period in nodes(node, path):
        dates_found, times_found = nodes(period, dates), nodes(period, times)
        if dates_found:
            return moment(content(dates_found[0]), content(times_found[0]) if times_found else "")
    return None


def money(node: Element, *paths: str) -> Money | None:
    """The first amount at the paths; None when it is missing, masked, negative, or has no currency."""
    for path in paths:
        for element in nodes(node, path):
            words, currency = content(element), (element.get("currencyID") or "").strip().upper()
            if AMOUNT.match(words) and re.fullmatch(r"[A-Z]{3}", currency):
                try:
                    return Money(Decimal(words), currency)
                except InvalidOperation:
                    continue
    return None


def is_uuid(words: str) -> bool:
    return UUID.fullmatch(words) is not None


def identifier(words: str) -> str:
    """A notice's or procedure's name, as it is kept: a UUID (and what follows it) in small letters, as it is the same in large ones."""
    return words.lower() if UUID.match(words) else words


def whole(words: str) -> int | None:
    """A count of at most nine digits."""
    return int(words) if re.fullmatch(r"\d{1,9}", words, re.ASCII) else None


def truth(words: str) -> bool | None:
    """None where it is not said."""
    return {"true": True, "1": True, "false": False, "0": False}.get(words.lower())


def web_address(words: str) -> str:
    """The address if a browser may follow it; "" for javascript:, file: and texts that are none."""
    return words if re.match(r"^https?://[^\s<>\"]+$", words, re.IGNORECASE) else ""


def role_mailbox(words: str) -> str:
    """The address when it is a function's ("upphandling@", "postmottak@"); "" when it may be a person's."""
    if not re.fullmatch(r"[^@\s<>\"]{1,64}@[^@\s<>\"]+\.[^@\s<>\"]+", words):
        return ""
    word = re.split(r"[.\-_+]", words.split("@")[0].lower())[0]
    return words.lower() if ROLES.match(word) else ""
